"""Builders of cases: a plain reply of a known contact, changed by whatever a test is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from classifiers.intents import Intent
from classifiers.prediction import Prediction
from classifiers.reading import Automatic, AutomaticKind, Message, OwnWords, Reading
from daemon.decisions.case import Case, Evidence, Known, Level, Match
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import SendLetter
from daemon.decisions.standing import Counters, Standing
from responses.facts import Section

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
OTHER_ADDRESS = "assistant@example.org"

CLAIM = Evidence(Level.CLAIM, "from_equals_stored_address")
THREAD = Evidence(Level.THREAD, "refers_to_message_sent_to_them_only")
DOMAIN = Evidence(Level.DOMAIN, "aligned_dkim")
CODE = Evidence(Level.CODE, "code_came_back")
PERSON = Evidence(Level.PERSON, "reviewed")

CONTACT = Match(Known.CONTACT, 7, "references", other_sender=False)
OTHER_SENDER = replace(CONTACT, other_sender=True)
STRANGER = Match(Known.UNKNOWN, None, "none", other_sender=False)
ERASED = Match(Known.ERASED, None, "digest", other_sender=False)

EMPLOYEE = Standing(kind="employee", language="en")

EVERYTHING_ON = Choices(Mode.AUTO, frozenset((intent, code) for intent in Intent for code in ("en", "de")))

MESSAGE = Message(
    header_fields=(),
    message_id="<reply@example.com>",
    in_reply_to=(),
    references=(),
    from_fields=1,
    from_=(),
    sender=(),
    reply_to=(),
    to=(),
    cc=(),
    subject="Re: Planning",
    date="",
    plain="some words",
    html=None,
    parts=(),
    delivery_status=(),
    feedback_report="",
    returned="",
    defects=(),
    size_bytes=10,
)


def prediction(*act: Intent, maybe: tuple[Intent, ...] = (), **changes: Any) -> Prediction:
    """What a classifier says that acts on these intents and wonders about those."""
    said = Prediction(
        language="en",
        probabilities=dict.fromkeys(Intent, 0.0),
        act=tuple(intent for intent in Intent if intent in act),
        maybe=tuple(intent for intent in Intent if intent in maybe),
        review=bool(maybe),
        reasons=(),
        model_version="test",
    )
    return replace(said, **changes)


def reading(automatic: Automatic | None = None, unanswerable: str | None = None, **own: Any) -> Reading:
    """A mail as it was read; `own` changes its own words."""
    words = replace(OwnWords(text="some words", quoted="", signature="", forwarded=False, hidden=False), **own)
    return Reading(MESSAGE, words, automatic, unanswerable)


def robot(kind: AutomaticKind, *, hard: bool | None = None) -> Reading:
    """Automatic mail of this kind, which no letter may answer (`recognised` is a prohibition of its own)."""
    return reading(Automatic(kind, hard, (), (), "some_rule"), "recognised")


def case(*act: Intent, maybe: tuple[Intent, ...] = (), **changes: Any) -> Case:
    """A proved reply of a known employee that asks for these intents."""
    made = Case(
        received_at=NOON,
        answered=False,
        reading=reading(),
        match=CONTACT,
        evidence=(CLAIM, THREAD),
        prediction=prediction(*act, maybe=maybe),
        sender="jane@example.com",
        refers_to=(),
        failed_recipients=(),
    )
    return replace(made, **changes)


intents = st.sets(st.sampled_from(list(Intent)))
modes = st.sampled_from(list(Mode))
choices = st.builds(
    Choices,
    mode=modes,
    auto=st.frozensets(st.tuples(st.sampled_from(list(Intent)), st.sampled_from(["en", "de"]))),
    confirm_opt_out=st.booleans(),
    declined_suppresses=st.booleans(),
    signed_off=st.sampled_from([None, frozenset(), frozenset({"en"})]),
    always_challenge=st.booleans(),
)
counters = st.builds(
    Counters, contact_7_days=st.integers(0, 2), all_1_hour=st.integers(0, 61), same_message=st.integers(0, 1)
)
standings = st.builds(
    Standing,
    kind=st.sampled_from(["employee", "role", "sole_trader", "consumer"]),
    language=st.sampled_from([None, "en", "de", "fi"]),
    promise=st.sampled_from(["none", "remove", "delete"]),
    suppressed=st.booleans(),
    letters_off=st.booleans(),
    erasing=st.booleans(),
    letter_waits=st.booleans(),
    mail_waits=st.booleans(),
    told=st.sampled_from([frozenset(), frozenset({Section.DATA_SOURCE})]),
    open_rights=st.frozensets(st.sampled_from(list(Intent))),
    missing_facts=st.sampled_from([(), ((Section.ACCESS, "held"),), ((Section.OPT_OUT, "controller.name"),)]),
    counters=counters,
)
matches = st.sampled_from([CONTACT, OTHER_SENDER, STRANGER, ERASED])
evidence = st.lists(st.sampled_from([CLAIM, THREAD, DOMAIN, CODE]), unique=True).map(tuple)
unanswerables = st.sampled_from([None, "precedence", "not_to_us"])


@st.composite
def predictions(draw: st.DrawFn) -> Prediction:
    """Any prediction that keeps its promises: disjoint, and a `maybe` means review."""
    act, maybe = draw(intents), draw(intents)
    said = prediction(*act, maybe=tuple(maybe - act), language=draw(st.sampled_from([None, "en", "de", "fi"])))
    return replace(said, review=said.review or draw(st.booleans()))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any reply that a person wrote."""
    return case(
        match=draw(matches),
        evidence=draw(evidence),
        prediction=draw(predictions()),
        answered=draw(st.booleans()),
        truncated=draw(st.booleans()),
        reading=reading(None, draw(unanswerables), hidden=draw(st.booleans()), text=draw(st.sampled_from(["", "x"]))),
    )


@st.composite
def robot_cases(draw: st.DrawFn) -> Case:
    """Any automatic mail."""
    read = robot(draw(st.sampled_from(list(AutomaticKind))), hard=draw(st.sampled_from([None, True, False])))
    by = draw(st.sampled_from(["references", "returned", "letter", "address"]))
    return replace(draw(cases()), reading=read, match=replace(draw(matches), matched_by=by))


def letters(plan: Any) -> list[SendLetter]:
    """The letters of a plan."""
    return [step for step in plan.steps if isinstance(step, SendLetter)]
