"""Automatic mail: what each kind does, and that none of it is ever answered."""

from dataclasses import replace

import pytest
from hypothesis import given

from classifiers.intents import WISHES_TO_STOP, Intent
from classifiers.reading import AutomaticKind
from daemon.decisions.case import Case, Known
from daemon.decisions.choices import Choices
from daemon.decisions.plan import DropBody, PauseOutreach, Step, Suppress, SwitchLettersOff, Whom
from daemon.decisions.policy import decide
from daemon.decisions.robots import MAY_BE_A_PERSON, PASSING_TRAFFIC
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from tests.daemon.decisions.cases import (
    CONTACT,
    EMPLOYEE,
    EVERYTHING_ON,
    STRANGER,
    case,
    choices,
    letters,
    robot,
    robot_cases,
    standings,
)

K = AutomaticKind
KNOWN: dict[AutomaticKind, tuple[ReplyState, tuple[Step, ...]]] = {
    K.AUTO_REPLY: (ReplyState.AUTOMATIC, ()),
    K.DEPARTED: (ReplyState.REVIEW, (PauseOutreach(Whom.CONTACT, "departed"),)),
    K.BOUNCE: (ReplyState.AUTOMATIC, ()),
    K.ABUSE_REPORT: (ReplyState.AUTOMATIC, (Suppress(Whom.CONTACT, "abuse_report"),)),
    K.UNSUBSCRIBE: (ReplyState.AUTOMATIC, (Suppress(Whom.SENDER_AND_CONTACT, "unsubscribe"),)),
    K.RECEIPT: (ReplyState.AUTOMATIC, ()),
    K.CHALLENGE: (ReplyState.AUTOMATIC, ()),
    K.LIST: (ReplyState.AUTOMATIC, ()),
    K.OWN: (ReplyState.AUTOMATIC, ()),
    K.OTHER: (ReplyState.AUTOMATIC, ()),
}
UNKNOWN: dict[AutomaticKind, tuple[ReplyState, tuple[Step, ...]]] = {
    **KNOWN,
    K.DEPARTED: (ReplyState.AUTOMATIC, ()),
    K.ABUSE_REPORT: (ReplyState.AUTOMATIC, ()),
    **dict.fromkeys(PASSING_TRAFFIC, (ReplyState.NOT_OURS, (DropBody(),))),
}


@pytest.mark.parametrize("kind", AutomaticKind)
def test_what_automatic_mail_about_a_contact_does(kind: AutomaticKind) -> None:
    """One row a kind; the reason names the rule that found it."""
    plan = decide(case(reading=robot(kind)), EMPLOYEE, EVERYTHING_ON)
    assert (plan.state, plan.steps) == KNOWN[kind]
    assert plan.reasons == ("automatic:some_rule",)


@pytest.mark.parametrize("kind", AutomaticKind)
def test_what_automatic_mail_of_strangers_does(kind: AutomaticKind) -> None:
    """Passing traffic is none of our business; an unsubscription is obeyed whoever sends it."""
    plan = decide(case(reading=robot(kind), match=STRANGER), Standing(), EVERYTHING_ON)
    assert (plan.state, plan.steps) == UNKNOWN[kind]


@pytest.mark.parametrize(("hard", "stops"), [(True, True), (False, False), (None, False)])
def test_only_a_permanent_bounce_suppresses(*, hard: bool | None, stops: bool) -> None:
    """A full mailbox is no reason never to write again, nor is a bounce that does not say."""
    plan = decide(case(reading=robot(K.BOUNCE, hard=hard)), EMPLOYEE, EVERYTHING_ON)
    assert (Suppress(Whom.FAILED_RECIPIENTS, "hard_bounce") in plan.steps) is stops


@pytest.mark.parametrize("hard", [True, False, None])
def test_a_letter_that_bounces_switches_letters_off_and_brings_a_person(*, hard: bool | None) -> None:
    """Whoever asked has no answer after all: somebody has to find another way."""
    bounced = case(reading=robot(K.BOUNCE, hard=hard), match=replace(CONTACT, matched_by="letter"))
    plan = decide(bounced, EMPLOYEE, EVERYTHING_ON)
    assert SwitchLettersOff() in plan.steps
    assert plan.state is ReplyState.REVIEW


@pytest.mark.parametrize("kind", sorted(MAY_BE_A_PERSON))
@pytest.mark.parametrize("wish", sorted(WISHES_TO_STOP))
@pytest.mark.parametrize("certain", [True, False], ids=["act", "maybe"])
def test_a_wish_to_stop_under_a_machines_marks_pauses(kind: AutomaticKind, wish: Intent, *, certain: bool) -> None:
    """A person's mail may carry such marks by mistake, or because it came by way of a group's address."""
    said = case(wish, reading=robot(kind)) if certain else case(maybe=(wish,), reading=robot(kind))
    plan = decide(said, EMPLOYEE, EVERYTHING_ON)
    assert plan.state is ReplyState.REVIEW
    assert plan.steps == (PauseOutreach(Whom.CONTACT, "wish_in_robot_mail"),)
    assert plan.reasons == ("automatic:some_rule", "wish_in_robot_mail")


@given(robot_cases(), standings, choices)
def test_no_robot_is_ever_answered(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Whatever it says, whoever it is from, whatever is switched on."""
    assert not letters(decide(asked, standing, chosen))


@given(robot_cases(), standings, choices)
def test_a_contacts_wish_is_never_passed_over_as_a_robots(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Where a person may have written, a wish to stop is at least a pause."""
    automatic = asked.reading.automatic
    assert automatic is not None
    wishes = WISHES_TO_STOP & {*asked.prediction.act, *asked.prediction.maybe}
    if asked.match.known is Known.CONTACT and wishes and automatic.kind not in {K.OWN, K.BOUNCE}:
        plan = decide(asked, standing, chosen)
        assert any(isinstance(step, PauseOutreach | Suppress) for step in plan.steps)
