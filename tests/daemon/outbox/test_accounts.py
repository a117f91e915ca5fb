"""Letters of several accounts: each leaves through its own, and none of an account that is gone."""

from dataclasses import replace

import pytest

from daemon.decisions.states import DeliveryState, ReplyState
from daemon.mail.errors import SmtpUnavailable
from daemon.records import Delivery, Reply
from tests.daemon.installation import SETTLING, Installation, RecordingSubmission, mail


@pytest.fixture
def queued(firm: Installation) -> Installation:
    """A firm with one released letter whose time has come."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address?"))
    firm.now += SETTLING
    return firm


def test_a_letter_leaves_through_its_own_account_only(queued: Installation) -> None:
    """Another account's server is not even asked; a server that is away delays no letter of another."""
    other = replace(queued.post(), account_id=queued.account_id + 1)
    away = RecordingSubmission()
    away.before = SmtpUnavailable("away")
    assert other.deliver_due(away) == 0
    assert queued.rows(Delivery)[0].attempts == 0
    assert replace(queued.post(), account_id=queued.account_id).deliver_due(queued.submission) == 1


def test_letters_of_an_account_that_is_gone_are_held_with_the_reason(queued: Installation) -> None:
    """A person decides about them; those of the accounts that are there are let be."""
    assert replace(queued.post(), account_id=queued.account_id + 1).hold_due("account_removed") == 0
    assert replace(queued.post(), account_id=queued.account_id).hold_due("account_removed") == 1
    (delivery,), (reply,) = queued.rows(Delivery), queued.rows(Reply)
    assert (delivery.state, delivery.reason) == (DeliveryState.HELD, "account_removed")
    assert reply.state == ReplyState.REVIEW
    assert queued.deliver() == 0


def test_a_dead_run_of_one_account_is_taken_up_by_that_account(queued: Installation) -> None:
    """Its Sent folder alone can settle what is in doubt."""
    gone = replace(queued.post(), account_id=queued.account_id)
    gone._claimed(1)
    replace(queued.post(), account_id=queued.account_id + 1).recover(lambda _: set())
    assert queued.rows(Delivery)[0].state == DeliveryState.CLAIMED
    gone.recover(lambda _: set())
    assert queued.rows(Delivery)[0].state == DeliveryState.QUEUED
