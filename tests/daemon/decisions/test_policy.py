"""Properties of deciding that hold for every case, and what a person's judgement changes."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.intents import WISHES_TO_STOP, Intent
from daemon.decisions.case import Case, Known
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.identity import enough_evidence
from daemon.decisions.plan import (
    Alarm,
    DropBody,
    Freeze,
    HoldLetters,
    OpenRequest,
    PassChallenge,
    PauseOutreach,
    Plan,
    Restrict,
    SendChallenge,
    SendLetter,
    StartErasure,
    Step,
    Suppress,
    SwitchLettersOff,
    Whom,
    words,
)
from daemon.decisions.policy import RIGHTS, decide, decide_reviewed
from daemon.decisions.standing import Counters, Standing
from daemon.decisions.states import ReplyState
from responses.facts import Section
from tests.daemon.decisions.cases import (
    CLAIM,
    CODE,
    EMPLOYEE,
    EVERYTHING_ON,
    OTHER_SENDER,
    PERSON,
    STRANGER,
    case,
    cases,
    choices,
    intents,
    letters,
    prediction,
    reading,
    robot_cases,
    standings,
)

everything = cases() | robot_cases()
ASSIST = Choices(Mode.ASSIST)


@given(everything, standings, choices)
def test_deciding_is_determined(asked: Case, standing: Standing, chosen: Choices) -> None:
    """The same case, standing and choices give the same plan."""
    assert decide(asked, standing, chosen) == decide(asked, standing, chosen)


@given(cases(), standings, choices)
def test_a_contact_who_may_want_to_be_left_alone_is(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Doubt protects the person: every plan for such a reply has a pause or a suppression."""
    if asked.match.known is Known.CONTACT and WISHES_TO_STOP & {*asked.prediction.act, *asked.prediction.maybe}:
        plan = decide(asked, standing, chosen)
        assert any(isinstance(step, PauseOutreach | Suppress) for step in plan.steps)


@given(everything, standings, choices)
def test_every_reply_ends_in_one_state_and_a_person_always_knows_why(
    asked: Case, standing: Standing, chosen: Choices
) -> None:
    """Nothing is left as received, nothing fails by decision, and a review has its reasons."""
    plan = decide(asked, standing, chosen)
    assert plan.state not in {ReplyState.RECEIVED, ReplyState.FAILED}
    assert plan.reasons or plan.state is ReplyState.HANDLED
    assert (plan.state is ReplyState.SHADOWED) == (chosen.mode is Mode.SHADOW and "mode:shadow" in plan.reasons)


@given(everything, standings, choices)
def test_no_step_is_taken_twice_and_stopping_comes_first(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Pause or suppress, freeze, clocks, alarms, letter; a suppression makes a pause needless."""
    steps = decide(asked, standing, chosen).steps
    assert len(set(steps)) == len(steps)
    order = [Suppress, PauseOutreach, Freeze, OpenRequest, Alarm, SendLetter]
    places = [order.index(type(step)) for step in steps if type(step) in order]
    assert places == sorted(places)
    if asked.reading.automatic is None:
        assert sum(isinstance(step, PauseOutreach | Suppress) for step in steps) <= 1
    assert len(letters(decide(asked, standing, chosen))) <= 1


@given(cases(), standings, choices)
def test_a_reply_that_a_letter_answers_by_itself_is_handled(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Nothing leaves while a person still has to look."""
    plan = decide(asked, standing, chosen)
    if any(letter.released for letter in letters(plan)):
        assert plan.state is ReplyState.HANDLED


@given(cases(), standings, choices)
def test_a_stranger_is_forgotten_only_without_a_right(asked: Case, standing: Standing, chosen: Choices) -> None:
    """A body is dropped only where no contact matches and no right may have been asked for."""
    plan = decide(asked, standing, chosen)
    if DropBody() in plan.steps:
        assert asked.match.known is Known.UNKNOWN
        assert not RIGHTS & {*asked.prediction.act, *asked.prediction.maybe}


def test_without_a_model_nobody_is_a_stranger() -> None:
    """Then nobody can say that a mail asks for nothing, so a person looks and its body is kept."""
    unread = case(match=STRANGER, prediction=prediction(review=True, reasons=("no_model",)))
    plan = decide(unread, Standing(), EVERYTHING_ON)
    assert plan.state is ReplyState.REVIEW
    assert DropBody() not in plan.steps


@pytest.mark.parametrize("intent", sorted(RIGHTS))
def test_a_stranger_who_asks_for_a_right_is_ours(intent: Intent) -> None:
    """Whether certain or not."""
    for asked in (case(intent, match=STRANGER), case(maybe=(intent,), match=STRANGER)):
        assert decide(asked, Standing(), EVERYTHING_ON).state is not ReplyState.NOT_OURS


@pytest.mark.parametrize("intent", sorted(set(Intent) - RIGHTS))
def test_a_stranger_without_a_right_is_not_ours(intent: Intent) -> None:
    """Offers and refusals of people we never wrote to."""
    plan = decide(case(intent, match=STRANGER), Standing(), EVERYTHING_ON)
    assert (plan.state, plan.steps) == (ReplyState.NOT_OURS, (DropBody(),))


# --- a person's judgement ---


def _reviewed(asked: Case, standing: Standing, *said: Intent, chosen: Choices = EVERYTHING_ON) -> tuple[Step, ...]:
    return decide_reviewed(asked, standing, chosen, intents=frozenset(said)).steps


def test_a_persons_judgement_takes_the_place_of_doubt() -> None:
    """What the model wondered about is what the person says, and the letter needs no second key."""
    unsure = case(maybe=(Intent.OPT_OUT, Intent.ACCESS), evidence=(PERSON,))
    plan = decide_reviewed(unsure, EMPLOYEE, Choices(Mode.ASSIST), intents=frozenset({Intent.ACCESS}))
    assert plan.state is ReplyState.HANDLED
    assert plan.reasons == ("reviewed",)
    assert SendLetter((Section.ACCESS,), "en", released=True) in plan.steps
    assert not any(isinstance(step, Suppress) for step in plan.steps)


def test_a_person_who_sees_nothing_ends_it() -> None:
    """No intent, no step."""
    assert _reviewed(case(maybe=(Intent.OPT_OUT,)), EMPLOYEE) == ()


def test_what_was_promised_binds_a_person_too() -> None:
    """A confirmed no under "answer no and we delete you" suppresses and opens the erasure."""
    steps = _reviewed(case(maybe=(Intent.DECLINED,)), replace(EMPLOYEE, promise="delete"), Intent.DECLINED)
    assert Suppress(Whom.SENDER_AND_CONTACT, "opt_out") in steps
    assert OpenRequest(Intent.ERASURE, with_person=False) in steps
    assert steps[-1] == StartErasure(released=True)


@pytest.mark.parametrize(
    ("asked", "standing", "reason"),
    [
        (case(Intent.ACCESS, match=OTHER_SENDER), EMPLOYEE, "no_stored_address"),
        (case(Intent.ACCESS), replace(EMPLOYEE, letters_off=True), "letters_off"),
        (case(Intent.ACCESS), replace(EMPLOYEE, counters=Counters(same_message=1)), "counter:message"),
        (
            case(Intent.ACCESS),
            replace(EMPLOYEE, missing_facts=((Section.ACCESS, "held"),)),
            "missing_fact:held",
        ),
    ],
)
def test_limits_bind_a_person_too(asked: Case, standing: Standing, reason: str) -> None:
    """No letter is written; the reasons say why, and the request is a person's."""
    plan = decide_reviewed(asked, standing, EVERYTHING_ON, intents=frozenset({Intent.ACCESS}))
    assert not letters(plan)
    assert plan.reasons == ("reviewed", reason)
    assert OpenRequest(Intent.ACCESS, with_person=True) in plan.steps


@given(everything, standings, choices, intents)
def test_a_review_writes_no_letter_that_a_rule_forbids(
    asked: Case, standing: Standing, chosen: Choices, said: set[Intent]
) -> None:
    """No key opens the way to a robot, a stranger or another address."""
    plan = decide_reviewed(asked, standing, chosen, intents=frozenset(said))
    if letters(plan):
        assert asked.reading.unanswerable is None
        assert asked.match.known is Known.CONTACT
        assert not asked.match.other_sender
        assert not standing.letters_off


@given(everything, standings, choices, st.sampled_from(sorted(WISHES_TO_STOP)), intents)
def test_a_confirmed_wish_to_stop_suppresses(
    asked: Case, standing: Standing, chosen: Choices, wish: Intent, said: set[Intent]
) -> None:
    """A reviewed wish is for good."""
    plan = decide_reviewed(asked, standing, chosen, intents=frozenset({wish, *said}))
    assert isinstance(plan.steps[0], Suppress)


def _erased(plan: Plan) -> bool:
    return any(isinstance(step, StartErasure) for step in plan.steps)


def test_a_key_starts_the_erasure() -> None:
    """In assist mode the person's word is all that it waits for, and its letters need no second key."""
    plan = decide_reviewed(case(evidence=(PERSON,)), EMPLOYEE, ASSIST, intents=frozenset({Intent.ERASURE}))
    assert plan.steps[-1] == StartErasure(released=True)
    assert OpenRequest(Intent.ERASURE, with_person=False) in plan.steps


def test_delete_me_but_call_me_first_deletes_nobody() -> None:
    """A conflict stays one after a person has named both sides: stopped, and the request is theirs."""
    said = frozenset({Intent.ERASURE, Intent.INTERESTED})
    plan = decide_reviewed(case(), EMPLOYEE, EVERYTHING_ON, intents=said)
    assert not _erased(plan)
    assert plan.reasons == ("reviewed", "conflict")
    assert OpenRequest(Intent.ERASURE, with_person=True) in plan.steps


def test_nobody_unknown_is_erased() -> None:
    """A stranger's wish has a clock and a person."""
    plan = decide_reviewed(case(match=STRANGER), Standing(), EVERYTHING_ON, intents=frozenset({Intent.ERASURE}))
    assert not _erased(plan)
    assert OpenRequest(Intent.ERASURE, with_person=True) in plan.steps


def test_an_accepted_dispute_restricts_and_is_acknowledged() -> None:
    """The letter says since when and until when; the request stays with the person."""
    plan = decide_reviewed(case(), EMPLOYEE, ASSIST, intents=frozenset({Intent.RECTIFICATION}))
    assert plan.steps[1:] == (
        OpenRequest(Intent.RECTIFICATION, with_person=True),
        Restrict(),
        SendLetter((Section.RECTIFICATION,), "en", released=True),
    )


def test_no_machine_restricts_or_acknowledges() -> None:
    """What is right is found out by a person, and so is whether there is a dispute at all."""
    plan = decide(case(Intent.RECTIFICATION), EMPLOYEE, EVERYTHING_ON)
    assert Restrict() not in plan.steps
    assert not letters(plan)


def test_a_key_sends_what_can_be_answered_and_leaves_the_rest() -> None:
    """Where a balancing test is missing the source is told all the same; that clock goes on for a person."""
    lacking = replace(EMPLOYEE, missing_facts=((Section.LEGAL_BASIS, "assessment.interest"),))
    said = frozenset({Intent.DATA_SOURCE, Intent.LEGAL_BASIS})
    plan = decide_reviewed(case(), lacking, ASSIST, intents=said)
    assert SendLetter((Section.DATA_SOURCE,), "en", released=True) in plan.steps
    assert OpenRequest(Intent.DATA_SOURCE, with_person=False) in plan.steps
    assert OpenRequest(Intent.LEGAL_BASIS, with_person=True) in plan.steps
    assert plan.reasons == ("reviewed", "missing_fact:assessment.interest")


def test_no_letter_of_ours_answers_a_complaint() -> None:
    """Not even what else it asks: whoever complains hears one voice, a person's."""
    said = frozenset({Intent.COMPLAINT, Intent.DATA_SOURCE})
    plan = decide_reviewed(case(), EMPLOYEE, EVERYTHING_ON, intents=said)
    assert not letters(plan)
    assert [step.with_person for step in plan.steps if isinstance(step, OpenRequest)] == [True, True]


@pytest.mark.parametrize("kind", ["consumer", "sole_trader"])
def test_a_private_person_learns_the_basis_from_a_person_only(kind: str) -> None:
    """Never by machine; the letter is the same once a person has said so."""
    private = replace(EMPLOYEE, kind=kind)
    plan = decide(case(Intent.LEGAL_BASIS), private, EVERYTHING_ON)
    assert plan.reasons == ("private_person",)
    assert not letters(plan)
    accepted = decide_reviewed(case(), private, EVERYTHING_ON, intents=frozenset({Intent.LEGAL_BASIS}))
    assert SendLetter((Section.LEGAL_BASIS,), "en", released=True) in accepted.steps


# --- proof by a code ---


def _challenged(plan: Plan) -> bool:
    return SendChallenge("en", released=True) in plan.steps


@pytest.mark.parametrize("intent", [Intent.ACCESS, Intent.ERASURE])
def test_whoever_proves_nothing_is_sent_a_code(intent: Intent) -> None:
    """In auto mode, to the stored address; the clock runs, and nothing is told or deleted meanwhile."""
    plan = decide(case(intent, evidence=(CLAIM,)), EMPLOYEE, EVERYTHING_ON)
    assert _challenged(plan)
    assert plan.state is ReplyState.HANDLED
    assert OpenRequest(intent, with_person=False) in plan.steps
    assert not letters(plan)
    assert not _erased(plan)


def test_what_is_proved_is_answered_now_and_the_rest_waits_for_the_code() -> None:
    """The source goes to the stored address anyway; the copy needs the code, and is not told again with it."""
    both = case(Intent.DATA_SOURCE, Intent.ACCESS, evidence=(CLAIM,))
    plan = decide(both, EMPLOYEE, EVERYTHING_ON)
    assert [letter.sections for letter in letters(plan)] == [(Section.DATA_SOURCE,)]
    assert _challenged(plan)
    proved = decide(
        replace(both, evidence=(CLAIM, CODE)), replace(EMPLOYEE, told=frozenset({Section.DATA_SOURCE})), EVERYTHING_ON
    )
    assert [letter.sections for letter in letters(proved)] == [(Section.ACCESS,)]
    assert [step.right for step in proved.steps if isinstance(step, OpenRequest)] == [Intent.ACCESS]


def test_a_code_may_be_the_rule() -> None:
    """With `identity.access = "challenge"` no mail proves enough by itself; a code or a person does."""
    strict = replace(EVERYTHING_ON, always_challenge=True)
    assert _challenged(decide(case(Intent.ACCESS), EMPLOYEE, strict))
    assert letters(decide(case(Intent.ACCESS, evidence=(CLAIM, CODE)), EMPLOYEE, strict))
    assert letters(decide(case(Intent.DATA_SOURCE, evidence=(CLAIM,)), EMPLOYEE, strict))


@pytest.mark.parametrize(
    ("asked", "standing", "chosen"),
    [
        (case(Intent.ACCESS, evidence=(CLAIM,)), EMPLOYEE, Choices(Mode.ASSIST)),
        (case(Intent.ACCESS, evidence=(CLAIM,)), EMPLOYEE, Choices(Mode.AUTO)),
        (case(Intent.ACCESS, evidence=()), EMPLOYEE, EVERYTHING_ON),
        (case(Intent.ACCESS, evidence=(CLAIM,)), replace(EMPLOYEE, letters_off=True), EVERYTHING_ON),
        (case(Intent.ACCESS, evidence=(CLAIM,)), replace(EMPLOYEE, kind="role"), EVERYTHING_ON),
        (case(Intent.ACCESS, evidence=(CLAIM,), reading=reading(None, "precedence")), EMPLOYEE, EVERYTHING_ON),
        (case(Intent.ACCESS, Intent.RECTIFICATION, evidence=(CLAIM,)), EMPLOYEE, EVERYTHING_ON),
    ],
    ids=["assist", "not switched on", "no claim", "letters off", "role mailbox", "unanswerable", "a dispute"],
)
def test_otherwise_a_person_decides_whether_a_code_is_sent(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Nothing leaves, and the reason is there to read."""
    plan = decide(asked, standing, chosen)
    assert not _challenged(plan)
    assert "not_proved" in plan.reasons


def test_a_mail_that_only_returns_a_code_needs_nobody() -> None:
    """No model knows such words, and that is no reason to keep the person waiting, or to pause outreach to them."""
    unsure = prediction(review=True, reasons=("unlike_training",))
    plan = decide(case(prediction=unsure, returned_challenge=7), EMPLOYEE, EVERYTHING_ON)
    assert (plan.state, plan.steps, plan.reasons) == (ReplyState.HANDLED, (PassChallenge(7),), ())


def test_a_code_is_taken_whatever_else_the_mail_says() -> None:
    """And what else it says is decided as ever."""
    plan = decide(case(Intent.OPT_OUT, maybe=(Intent.ACCESS,), returned_challenge=7), EMPLOYEE, EVERYTHING_ON)
    assert plan.steps[0] == PassChallenge(7)
    assert plan.state is ReplyState.REVIEW


@given(robot_cases(), standings, choices)
def test_no_robot_passes_a_challenge(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Whatever a machine sends back, a person did not write it."""
    plan = decide(replace(asked, returned_challenge=7), standing, chosen)
    assert not any(isinstance(step, PassChallenge) for step in plan.steps)


@given(everything, standings, choices)
def test_nothing_is_erased_without_proof_switch_and_signature(asked: Case, standing: Standing, chosen: Choices) -> None:
    """An erasure begins by machine for a proved contact alone, where it was switched on, and with nothing in doubt."""
    plan = decide(asked, standing, chosen)
    if _erased(plan):
        assert plan.state is ReplyState.HANDLED
        assert chosen.mode is Mode.AUTO
        assert asked.match.known is Known.CONTACT
        assert not asked.match.other_sender
        assert enough_evidence(Intent.ERASURE, asked)
        assert not asked.prediction.maybe
        assert standing.kind not in {"consumer", "sole_trader"}


def test_a_second_mail_holds_the_first_letter() -> None:
    """Whatever it says: "sorry, ignore that" asks for nothing at all."""
    plan = decide(case(), replace(EMPLOYEE, letter_waits=True), EVERYTHING_ON)
    assert plan.reasons == ("second_mail",)
    assert plan.steps == (HoldLetters("second_mail"),)


def test_while_a_mail_waits_for_a_person_the_next_one_does_too() -> None:
    """Whoever decides about the first sees both; a plain wish to be left alone changes nothing and needs nobody."""
    waits = replace(EMPLOYEE, mail_waits=True)
    assert decide(case(), waits, EVERYTHING_ON).reasons == ("second_mail",)
    assert decide(case(Intent.OPT_OUT), waits, EVERYTHING_ON).state is ReplyState.HANDLED
    assert "second_mail" in decide(case(Intent.OPT_OUT, Intent.ACCESS), waits, EVERYTHING_ON).reasons


# --- a plan in words ---

STEPS: list[Step] = [
    PauseOutreach(Whom.CONTACT, "declined", 12),
    Suppress(Whom.FAILED_RECIPIENTS, "hard_bounce"),
    OpenRequest(Intent.ACCESS, with_person=True),
    Freeze(),
    SendLetter((Section.ACCESS,), "en", released=False),
    SwitchLettersOff(),
    Alarm("complaint"),
    DropBody(),
    HoldLetters("second_mail"),
    StartErasure(released=False),
    SendChallenge("en", released=False),
    PassChallenge(7),
    Restrict(),
]


def test_every_kind_of_step_has_its_words() -> None:
    """A reviewer reads what will happen, for how long, and what waits for a key."""
    assert {type(step) for step in STEPS} == set(get_args(Step))
    said = [words(step) for step in STEPS]
    assert len(set(said)) == len(STEPS)
    assert "12 months" in said[0]
    assert "for a person" in said[2]
    assert "held for a key" in said[4]


@given(everything, standings, choices)
def test_every_plan_can_be_put_into_words(asked: Case, standing: Standing, chosen: Choices) -> None:
    """One line a step, and a review says so."""
    plan = decide(asked, standing, chosen)
    said = plan.in_words()
    assert len(said) == len(plan.steps) + (plan.state is ReplyState.REVIEW)
