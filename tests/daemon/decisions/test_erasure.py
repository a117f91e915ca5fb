"""The questions before each step of an erasure: each holds for its own reason, and for no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.intents import Intent
from daemon.decisions.erasure import BEFORE, BOUNCE_WAIT, REASONS, Progress, reasons
from daemon.decisions.states import DeliveryState, ErasureState

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)
FREE = Progress(ErasureState.GRACE, NOW, grace_until=NOW - timedelta(hours=9), language="en")
PURGED = replace(FREE, state=ErasureState.PURGED)
COMPLETING = replace(FREE, state=ErasureState.COMPLETING, completion=DeliveryState.SENT)

HELD_UP = [
    ("grace", replace(FREE, grace_until=NOW + timedelta(seconds=1))),
    *(("knowledge_open", replace(FREE, open_rights=frozenset({right})))
      for right in (Intent.DATA_SOURCE, Intent.ACCESS, Intent.LEGAL_BASIS)),
    ("dispute_open", replace(FREE, restricted=True)),
    ("dispute_open", replace(FREE, open_rights=frozenset({Intent.RECTIFICATION}))),
    ("mail_unread", replace(FREE, unread_mail=True)),
    ("reply_waits", replace(FREE, waiting_replies=(7,))),
    ("letter_open", replace(FREE, open_letters=(7,))),
    ("may_bounce", replace(FREE, knowledge_sent_at=NOW - BOUNCE_WAIT + timedelta(seconds=1))),
    ("letters_off", replace(FREE, letters_off=True)),
    ("not_suppressed", replace(FREE, suppressed=False)),
    ("tasks_open", replace(PURGED, open_tasks=1)),
    ("letters_off", replace(PURGED, letters_off=True)),
    ("no_letter", replace(PURGED, unanswerable=True)),
    ("no_letter", replace(PURGED, language=None)),
    *(("completion_under_way", replace(COMPLETING, completion=state))
      for state in (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)),
    *(("completion_with_person", replace(COMPLETING, completion=state))
      for state in (DeliveryState.HELD, DeliveryState.IN_DOUBT, DeliveryState.REFUSED)),
    ("completion_withdrawn", replace(COMPLETING, completion=DeliveryState.WITHDRAWN)),
    ("completion_withdrawn", replace(COMPLETING, completion=None)),
    ("knowledge_open", replace(COMPLETING, open_rights=frozenset({Intent.ACCESS}))),
    ("mail_unread", replace(COMPLETING, unread_mail=True)),
    ("reply_waits", replace(COMPLETING, waiting_replies=(7,))),
    ("letter_open", replace(COMPLETING, open_letters=(7,))),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "progress"), HELD_UP)
def test_one_thing_is_enough_to_hold_a_step_up(reason: str, progress: Progress) -> None:
    """And it is the only reason that is given."""
    assert reasons(progress) == (reason,)


@pytest.mark.parametrize("progress", [FREE, PURGED, COMPLETING])
def test_a_step_that_nothing_holds_up_is_taken(progress: Progress) -> None:
    """No reason, no waiting."""
    assert reasons(progress) == ()


@pytest.mark.parametrize(
    "progress",
    [
        replace(FREE, letters_off=True),
        replace(PURGED, letters_off=True, unanswerable=True, language=None),
        replace(COMPLETING, completion=None),
    ],
)
def test_a_person_who_finishes_without_a_letter_settles_what_is_about_letters(progress: Progress) -> None:
    """Nothing waits for a letter any more; everything else still binds."""
    assert reasons(progress) != ()
    assert reasons(replace(progress, without_letter=True)) == ()
    waiting = replace(progress, without_letter=True, waiting_replies=(1,), open_tasks=1)
    assert reasons(waiting) in {("reply_waits",), ("tasks_open",)}


def test_every_question_is_tried_here_and_has_a_sentence() -> None:
    """A question that nobody has seen hold may as well not be there."""
    assert {reason for reason, _ in HELD_UP} == set(REASONS)
    assert all(len(REASONS[question.name]) > 20 for row in BEFORE.values() for question in row)


@given(
    right=st.sampled_from([Intent.DATA_SOURCE, Intent.ACCESS, Intent.LEGAL_BASIS]),
    others=st.frozensets(st.sampled_from(Intent)),
    hours=st.integers(-100, 10_000),
)
def test_nothing_is_ever_purged_while_knowledge_is_owed(right: Intent, others: frozenset[Intent], hours: int) -> None:
    """However long ago the grace was over, and whatever else a person has decided."""
    progress = replace(
        FREE, open_rights=others | {right}, grace_until=NOW - timedelta(hours=hours), without_letter=True
    )
    assert "knowledge_open" in reasons(progress)


@pytest.mark.parametrize("state", [ErasureState.DONE, ErasureState.UNDONE])
def test_what_has_ended_waits_for_nothing(state: ErasureState) -> None:
    """There is no next step."""
    assert reasons(replace(FREE, state=state, waiting_replies=(1,))) == ()
