"""Every circumstance brings a reply to a person that would have been answered by machine without it."""

from dataclasses import replace
from typing import Any

import pytest

from classifiers.intents import Intent
from daemon.decisions.case import Case, CodeRefused
from daemon.decisions.circumstances import FOR_A_PERSON
from daemon.decisions.plan import OpenRequest, PauseOutreach, Suppress
from daemon.decisions.policy import decide
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from tests.daemon.decisions.cases import (
    EMPLOYEE,
    ERASED,
    EVERYTHING_ON,
    OTHER_SENDER,
    STRANGER,
    case,
    letters,
    prediction,
    reading,
)

OPEN = replace(EMPLOYEE, open_rights=frozenset({Intent.DATA_SOURCE}))

SITUATIONS: dict[str, tuple[Case, Standing]] = {
    "model_unsure": (case(prediction=prediction(Intent.DATA_SOURCE, review=True)), EMPLOYEE),
    "nothing_said": (case(Intent.DATA_SOURCE, reading=reading(text=" \n")), EMPLOYEE),
    "hidden_text": (case(Intent.DATA_SOURCE, reading=reading(hidden=True)), EMPLOYEE),
    "truncated": (case(Intent.DATA_SOURCE, truncated=True), EMPLOYEE),
    "forwarded": (case(Intent.DATA_SOURCE, reading=reading(forwarded=True)), EMPLOYEE),
    "already_answered": (case(Intent.DATA_SOURCE, answered=True), EMPLOYEE),
    "unknown_sender": (case(Intent.DATA_SOURCE, match=STRANGER, evidence=()), Standing()),
    "erased_sender": (case(Intent.DATA_SOURCE, match=ERASED, evidence=()), Standing()),
    "other_sender": (case(Intent.DATA_SOURCE, match=OTHER_SENDER), EMPLOYEE),
    "not_proved": (case(Intent.DATA_SOURCE, evidence=()), EMPLOYEE),
    "conflict": (case(Intent.INTERESTED, maybe=(Intent.OPT_OUT,)), EMPLOYEE),
    "private_person": (case(Intent.DATA_SOURCE), replace(EMPLOYEE, kind="consumer")),
    "role_mailbox": (case(Intent.ACCESS), replace(EMPLOYEE, kind="role")),
    "request_open": (case(Intent.DATA_SOURCE), OPEN),
    "second_mail": (case(Intent.DATA_SOURCE), replace(EMPLOYEE, letter_waits=True)),
    "erasure_running": (case(Intent.DATA_SOURCE), replace(EMPLOYEE, erasing=True)),
    **{refused.value: (case(Intent.DATA_SOURCE, code_refused=refused), EMPLOYEE) for refused in CodeRefused},
    "person_answers": (case(Intent.RECTIFICATION), EMPLOYEE),
}
"""For each row one case; where the row alone stands in the way it is the only reason."""

BESIDE_OTHERS = {"conflict": {"model_unsure", "person_answers"}}


@pytest.mark.parametrize("name", [row.name for row in FOR_A_PERSON])
def test_a_circumstance_brings_the_reply_to_a_person(name: str) -> None:
    """The row is the reason that the reviewer sees, and no letter leaves; its request is for a person."""
    plan = decide(*SITUATIONS[name], EVERYTHING_ON)
    assert plan.state is ReplyState.REVIEW
    assert name in plan.reasons
    obstacles = {"no_stored_address"}  # strangers and others have no address of theirs on record
    assert set(plan.reasons) - BESIDE_OTHERS.get(name, set()) - obstacles == {name}
    assert not letters(plan)
    assert all(step.with_person for step in plan.steps if isinstance(step, OpenRequest))


@pytest.mark.parametrize("name", [row.name for row in FOR_A_PERSON])
def test_a_circumstance_never_keeps_outreach_going(name: str) -> None:
    """The protecting steps are taken whoever answers."""
    plan = decide(*SITUATIONS[name], EVERYTHING_ON)
    assert any(isinstance(step, PauseOutreach | Suppress) for step in plan.steps)


def test_every_row_has_its_situation() -> None:
    """A new row comes with a case of its own."""
    assert set(SITUATIONS) == {row.name for row in FOR_A_PERSON}
    assert all(row.meaning for row in FOR_A_PERSON)


def test_nothing_stands_in_the_way_of_the_plain_reply() -> None:
    """The cases above differ from this one by their circumstance alone."""
    assert decide(case(Intent.DATA_SOURCE), EMPLOYEE, EVERYTHING_ON).reasons == ()
    assert decide(case(Intent.ACCESS), EMPLOYEE, EVERYTHING_ON).reasons == ()


@pytest.mark.parametrize("wish", [Intent.OPT_OUT, Intent.ERASURE])
def test_a_wish_to_hear_more_and_to_be_left_alone_is_a_conflict(wish: Intent) -> None:
    """As in "delete me, but call me first": stopped at once, decided by a person."""
    plan = decide(case(Intent.INTERESTED, wish), EMPLOYEE, EVERYTHING_ON)
    assert "conflict" in plan.reasons
    assert isinstance(plan.steps[0], Suppress)
    assert not letters(plan)


@pytest.mark.parametrize(
    "who",
    [{"match": STRANGER}, {"match": ERASED}, {"match": OTHER_SENDER}],
    ids=["stranger", "erased", "other_sender"],
)
def test_to_be_left_alone_nobody_needs_to_prove_anything(who: dict[str, Any]) -> None:
    """Art. 21 knows no hurdle: without any evidence an opt-out is carried out by machine."""
    plan = decide(case(Intent.OPT_OUT, evidence=(), **who), EMPLOYEE, EVERYTHING_ON)
    assert plan.state is ReplyState.HANDLED
    assert isinstance(plan.steps[0], Suppress)


def test_a_sole_trader_who_wants_to_be_left_alone_is() -> None:
    """Further rights are a reason to look, not to delay the stop."""
    plan = decide(case(Intent.OPT_OUT), replace(EMPLOYEE, kind="sole_trader"), EVERYTHING_ON)
    assert plan.state is ReplyState.HANDLED


def test_a_role_mailbox_may_ask_where_its_address_is_from() -> None:
    """The answer goes to the address that asked, and says nothing about a person."""
    assert letters(decide(case(Intent.DATA_SOURCE), replace(EMPLOYEE, kind="role"), EVERYTHING_ON))


def test_a_request_that_is_open_is_not_opened_again() -> None:
    """The clock that runs is the one that counts."""
    plan = decide(case(Intent.DATA_SOURCE), OPEN, EVERYTHING_ON)
    assert not [step for step in plan.steps if isinstance(step, OpenRequest)]


def test_the_model_says_why_it_is_unsure() -> None:
    """Its reasons stand behind ours, for the reviewer."""
    unsure = case(prediction=prediction(Intent.OPT_OUT, review=True, reasons=("negated",)))
    assert decide(unsure, EMPLOYEE, EVERYTHING_ON).reasons == ("model_unsure", "negated")


def test_a_wish_in_doubt_is_for_a_person_even_if_the_classifier_forgets_to_say_so() -> None:
    """`review` is the classifier's word; `maybe` is enough for ours."""
    forgetful = replace(prediction(maybe=(Intent.ACCESS,)), review=False)
    assert decide(case(prediction=forgetful), EMPLOYEE, EVERYTHING_ON).state is ReplyState.REVIEW
