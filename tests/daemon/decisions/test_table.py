from dataclasses import replace

import pytest

from classifiers.intents import Intent
from daemon.decisions.case import Case
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import (
    Alarm,
    Freeze,
    OpenRequest,
    PauseOutreach,
    SendLetter,
    StartErasure,
    Step,
    Suppress,
    Whom,
)
from daemon.decisions.policy import decide
from daemon.decisions.states import ReplyState
from daemon.decisions.table import ANSWERS, TABLE, answered_by
from responses.facts import Section
from tests.daemon.decisions.cases import EMPLOYEE, EVERYTHING_ON, STRANGER, case, letters

BOTH = Whom.SENDER_AND_CONTACT
PAUSED = PauseOutreach(BOTH, "until_answered")

ACT: dict[Intent, list[Step]] = {
    Intent.OPT_OUT: [Suppress(BOTH, "opt_out"), SendLetter((Section.OPT_OUT,), "en", released=True)],
    Intent.DATA_SOURCE: [
        PAUSED,
        OpenRequest(Intent.DATA_SOURCE, with_person=False),
        SendLetter((Section.DATA_SOURCE,), "en", released=True),
    ],
    Intent.LEGAL_BASIS: [
        PAUSED,
        OpenRequest(Intent.LEGAL_BASIS, with_person=False),
        SendLetter((Section.LEGAL_BASIS,), "en", released=True),
    ],
    Intent.ACCESS: [
        PAUSED,
        Freeze(),
        OpenRequest(Intent.ACCESS, with_person=False),
        SendLetter((Section.ACCESS,), "en", released=True),
    ],
    Intent.ERASURE: [
        Suppress(BOTH, "erasure"),
        Freeze(),
        OpenRequest(Intent.ERASURE, with_person=False),
        StartErasure(released=True),
    ],
    Intent.RECTIFICATION: [PAUSED, OpenRequest(Intent.RECTIFICATION, with_person=True)],
    Intent.INTERESTED: [],
    Intent.DECLINED: [PauseOutreach(BOTH, "declined", 12)],
    Intent.COMPLAINT: [PAUSED, OpenRequest(Intent.COMPLAINT, with_person=True), Alarm("complaint")],
}
"""What the design's table says of a certain wish, in the order in which it is carried out."""

MAYBE: dict[Intent, list[Step]] = {
    **{intent: [PAUSED] for intent in Intent},
    Intent.INTERESTED: [],
    Intent.DECLINED: [],
    Intent.ACCESS: [PAUSED, Freeze()],
    Intent.COMPLAINT: [PAUSED, Alarm("complaint")],
}

FOR_A_PERSON = {Intent.RECTIFICATION, Intent.INTERESTED, Intent.COMPLAINT}


@pytest.mark.parametrize("intent", Intent)
def test_what_a_certain_wish_leads_to(intent: Intent) -> None:
    """Each row of the table, with every letter switched on."""
    plan = decide(case(intent), EMPLOYEE, EVERYTHING_ON)
    assert list(plan.steps) == ACT[intent]
    assert plan.state is (ReplyState.REVIEW if intent in FOR_A_PERSON else ReplyState.HANDLED)
    assert plan.reasons == (("person_answers",) if intent in FOR_A_PERSON else ())


@pytest.mark.parametrize("intent", Intent)
def test_what_a_possible_wish_leads_to(intent: Intent) -> None:
    """Outreach is paused where it could be unwelcome, and a person looks, always."""
    plan = decide(case(maybe=(intent,)), EMPLOYEE, EVERYTHING_ON)
    assert list(plan.steps) == MAYBE[intent]
    assert plan.state is ReplyState.REVIEW
    assert "model_unsure" in plan.reasons


@pytest.mark.parametrize("intent", Intent)
def test_the_table_has_a_row_for_each_intent(intent: Intent) -> None:
    """A section belongs to the intent of its name, and answers it, but for the acknowledgement of a dispute."""
    section = TABLE[intent].section
    assert section is None or section.value == intent.value
    if section is not None:
        assert answered_by([section]) == ({intent} if intent is not Intent.RECTIFICATION else set())


@pytest.mark.parametrize("section", sorted(set(Section) - set(ANSWERS)))
def test_what_only_says_that_it_takes_longer_answers_nothing(section: Section) -> None:
    """Neither an acknowledgement nor an interim letter, an extension or a code stops a clock."""
    assert section in {Section.RECTIFICATION, Section.ERASURE_INTERIM, Section.EXTENSION, Section.CHALLENGE}
    assert answered_by([section]) == set()


def test_the_completion_letter_answers_the_erasure() -> None:
    """By its own name, not by that of the right; a letter that says two things answers two."""
    assert answered_by(["erasure_completed"]) == {Intent.ERASURE}
    assert answered_by(["opt_out", "data_source"]) == {Intent.OPT_OUT, Intent.DATA_SOURCE}


def test_a_question_without_an_intent_goes_nowhere() -> None:
    """A reply that asks for nothing is handled with nothing done."""
    plan = decide(case(), EMPLOYEE, EVERYTHING_ON)
    assert (plan.state, plan.steps) == (ReplyState.HANDLED, ())


def test_several_wishes_are_one_plan_and_one_letter() -> None:
    """Stop first, then freeze, then the clocks, and one letter with every answer."""
    plan = decide(case(Intent.OPT_OUT, Intent.DATA_SOURCE, Intent.ACCESS), EMPLOYEE, EVERYTHING_ON)
    assert list(plan.steps) == [
        Suppress(BOTH, "opt_out"),
        Freeze(),
        OpenRequest(Intent.DATA_SOURCE, with_person=False),
        OpenRequest(Intent.ACCESS, with_person=False),
        SendLetter((Section.OPT_OUT, Section.DATA_SOURCE, Section.ACCESS), "en", released=True),
    ]


def test_erasure_beside_a_question_is_answered_first() -> None:
    """Stopped and frozen at once, answered from the frozen copy, and only then does the grace of the erasure run."""
    plan = decide(case(Intent.ERASURE, Intent.ACCESS), EMPLOYEE, EVERYTHING_ON)
    assert plan.state is ReplyState.HANDLED
    assert list(map(type, plan.steps)) == [Suppress, Freeze, OpenRequest, OpenRequest, SendLetter, StartErasure]


@pytest.mark.parametrize(
    "choices",
    [
        replace(EVERYTHING_ON, mode=Mode.ASSIST),
        replace(EVERYTHING_ON, auto=EVERYTHING_ON.auto - {(Intent.ERASURE, "en")}),
        replace(EVERYTHING_ON, signed_off=frozenset({"de"})),
    ],
    ids=["assist", "not switched on", "not signed off"],
)
def test_no_erasure_begins_without_a_key(choices: Choices) -> None:
    """It is stopped and frozen, its clock runs, and a person lets it begin; the letter beside it waits as well."""
    plan = decide(case(Intent.ERASURE, Intent.DATA_SOURCE), EMPLOYEE, choices)
    assert plan.state is ReplyState.REVIEW
    assert plan.reasons == (("not_signed_off",) if choices.signed_off else ("needs_key",))
    assert not [step for step in plan.steps if isinstance(step, StartErasure)]
    assert [letter.released for letter in letters(plan)] == [False]
    assert isinstance(plan.steps[0], Suppress)


def test_an_erasure_that_runs_is_joined() -> None:
    """Asked once more, nothing new is opened and nobody is asked; proof is not needed for what runs anyway."""
    running = replace(EMPLOYEE, erasing=True, open_rights=frozenset({Intent.ERASURE}))
    plan = decide(case(Intent.ERASURE, evidence=()), running, EVERYTHING_ON)
    assert (plan.state, plan.steps) == (ReplyState.HANDLED, (Suppress(BOTH, "erasure"), Freeze()))


@pytest.mark.parametrize("asked", [case(), case(Intent.DECLINED), case(Intent.INTERESTED, Intent.ERASURE)])
def test_any_other_mail_during_an_erasure_is_a_persons(asked: Case) -> None:
    """They may have changed their mind, and afterwards nobody could ask."""
    plan = decide(asked, replace(EMPLOYEE, erasing=True), EVERYTHING_ON)
    assert "erasure_running" in plan.reasons


def test_a_question_during_an_erasure_has_its_clock() -> None:
    """A person answers it before anything is erased: an open request for knowledge blocks the purge."""
    plan = decide(case(Intent.ACCESS), replace(EMPLOYEE, erasing=True), EVERYTHING_ON)
    assert plan.reasons == ("erasure_running",)
    assert OpenRequest(Intent.ACCESS, with_person=True) in plan.steps


def test_an_open_pause_stands_for_one_with_a_term() -> None:
    """Whoever says "not now" and asks a question is not written to in twelve months by the way."""
    plan = decide(case(Intent.DECLINED, Intent.DATA_SOURCE), EMPLOYEE, EVERYTHING_ON)
    assert [step for step in plan.steps if isinstance(step, PauseOutreach)] == [PAUSED]


def test_how_long_a_polite_no_lasts_is_a_choice() -> None:
    """The months are the owner's; suppressing at once is too."""
    months = decide(case(Intent.DECLINED), EMPLOYEE, Choices(declined_pause_months=6))
    assert months.steps == (PauseOutreach(BOTH, "declined", 6),)
    stopped = decide(case(Intent.DECLINED), EMPLOYEE, Choices(declined_suppresses=True))
    assert stopped.steps[0] == Suppress(BOTH, "opt_out")


@pytest.mark.parametrize("promise", ["remove", "delete"])
def test_a_no_counts_as_the_footer_promised(promise: str) -> None:
    """A footer that says "answer no and you are off the list" makes every no an opt-out."""
    plan = decide(case(Intent.DECLINED), replace(EMPLOYEE, promise=promise), EVERYTHING_ON)
    assert plan.steps[0] == Suppress(BOTH, "opt_out")


def test_a_promise_to_delete_makes_an_opt_out_an_erasure() -> None:
    """The request is opened and the erasure begins; where nothing was promised nothing is deleted."""
    promised = decide(case(Intent.OPT_OUT), replace(EMPLOYEE, promise="delete"), EVERYTHING_ON)
    assert OpenRequest(Intent.ERASURE, with_person=False) in promised.steps
    assert promised.steps[-1] == StartErasure(released=True)
    removed = decide(case(Intent.OPT_OUT), replace(EMPLOYEE, promise="remove"), EVERYTHING_ON)
    assert not [step for step in removed.steps if isinstance(step, OpenRequest)]


def test_a_possible_no_stays_possible_whatever_was_promised() -> None:
    """A promise does not turn doubt into certainty."""
    plan = decide(case(maybe=(Intent.DECLINED,)), replace(EMPLOYEE, promise="delete"), EVERYTHING_ON)
    assert plan.steps == (PAUSED,)


def test_the_confirmation_can_be_off() -> None:
    """Without it an opt-out is suppressed in silence; beside another answer it is still said."""
    silent = replace(EVERYTHING_ON, confirm_opt_out=False)
    assert not letters(decide(case(Intent.OPT_OUT), EMPLOYEE, silent))
    (letter,) = letters(decide(case(Intent.OPT_OUT, Intent.ACCESS), EMPLOYEE, silent))
    assert Section.OPT_OUT in letter.sections


def test_a_stranger_who_wants_to_be_left_alone_is() -> None:
    """Their From address is suppressed by machine, and nothing is sent to it."""
    plan = decide(case(Intent.OPT_OUT, match=STRANGER, evidence=()), EMPLOYEE, EVERYTHING_ON)
    assert plan.state is ReplyState.HANDLED
    assert plan.steps == (Suppress(BOTH, "opt_out"),)


def test_a_letter_waits_for_a_key_outside_auto_mode() -> None:
    """In assist mode the effects are live and the letter is written, held."""
    plan = decide(case(Intent.DATA_SOURCE), EMPLOYEE, replace(EVERYTHING_ON, mode=Mode.ASSIST))
    (letter,) = letters(plan)
    assert not letter.released
    assert plan.reasons == ("needs_key",)
    assert plan.state is ReplyState.REVIEW


def test_shadow_mode_only_shows() -> None:
    """The plan is the one of assist mode, and its state says that nothing of it was done."""
    shown = decide(case(Intent.OPT_OUT), EMPLOYEE, Choices(Mode.SHADOW))
    assert shown.state is ReplyState.SHADOWED
    assert shown.reasons[-1] == "mode:shadow"
    assert shown.steps == decide(case(Intent.OPT_OUT), EMPLOYEE, Choices(Mode.ASSIST)).steps
