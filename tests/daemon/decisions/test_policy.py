"""Properties of deciding that hold for every case, and what a person's judgement changes."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.intents import WISHES_TO_STOP, Intent
from daemon.decisions.case import Case, Known
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import (
    Alarm,
    DropBody,
    Freeze,
    OpenRequest,
    PauseOutreach,
    SendLetter,
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
    robot_cases,
    standings,
)

everything = cases() | robot_cases()


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
    assert OpenRequest(Intent.ERASURE, with_person=True) in steps


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
