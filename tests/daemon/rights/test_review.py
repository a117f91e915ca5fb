"""A person's judgement: it takes the place of doubt, and takes back what was done in doubt."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import update

from classifiers.intents import Intent
from classifiers.reading.message import UnreadableMail
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.states import DeliveryState, ForbiddenTransition, ReplyState, RequestState
from daemon.mail.sandbox import Sandbox
from daemon.pipeline import NotForReview
from daemon.records import Account, Contact, Delivery, Erasure, FrozenCopy, Letter, Pause, Reply, Request, Review
from daemon.records.database import Database
from daemon.rights.review import LetterUnderWay, dismiss
from tests.daemon.installation import JANE, Installation, mail

ASSIST = Choices(Mode.ASSIST)


@pytest.fixture
def assist(database: Database, sandbox: Sandbox) -> Installation:
    """A firm in mode assist with one contact."""
    firm = Installation(database, sandbox, ASSIST)
    firm.add_contact()
    return firm


def _review(firm: Installation, reply: Reply, *intents: Intent) -> Reply:
    firm.pipeline().review(reply.id, frozenset(intents), "erika", "looks right")
    return firm.reply(reply.id)


def _deliveries(firm: Installation) -> list[str]:
    return [delivery.state for delivery in firm.rows(Delivery)]


def test_accepting_lets_the_held_letter_go(assist: Installation) -> None:
    """One key: the letter is decided again, released, and settles like any other."""
    reply = assist.handle(mail("Where did you get my address?"))
    assert _deliveries(assist) == [DeliveryState.HELD]
    assert _review(assist, reply, Intent.DATA_SOURCE).state == ReplyState.HANDLED
    assert _deliveries(assist) == [DeliveryState.QUEUED]
    assert assist.deliver() == 1
    assert assist.requests() == {"data_source": RequestState.ANSWERED}
    (review,) = assist.rows(Review)
    assert (review.reviewer, review.intents, review.note) == ("erika", ["data_source"], "looks right")
    assert {"letter_cancelled", "review_decided", "letter_sent"} <= set(assist.kinds())


def test_correcting_withdraws_what_was_done_in_doubt(assist: Installation) -> None:
    """The letter is gone, the pause is over, the clock is closed; all of it stands in the ledger."""
    reply = assist.handle(mail("Where did you get my address?"))
    assert assist.paused()
    assert _review(assist, reply).state == ReplyState.HANDLED
    assert not assist.rows(Letter)
    assert not assist.paused()
    assert assist.requests() == {"data_source": RequestState.CLOSED}
    assert assist.kinds()[-4:] == ["letter_cancelled", "pause_ended", "request_closed", "review_decided"]


def test_a_correction_may_say_something_else(assist: Installation) -> None:
    """What the model missed is done by the same code, with the day of the stop in the letter."""
    reply = assist.handle(mail("Where did you get my address?"))
    _review(assist, reply, Intent.OPT_OUT)
    assert assist.suppressed()
    assert assist.requests() == {"data_source": RequestState.CLOSED}
    assert assist.deliver() == 1
    assert b"March" in assist.submission.accepted[0][2]


def test_a_suppression_is_not_lifted_by_the_way(assist: Installation) -> None:
    """It stays until somebody lifts it by name."""
    reply = assist.handle(mail("Please stop."))
    _review(assist, reply)
    assert assist.suppressed()


def test_a_person_is_proof_enough(assist: Installation) -> None:
    """E4: the copy leaves on a claim that no thread proved, to the stored address."""
    reply = assist.handle(mail("Send me a copy.", parent=None))
    assert "not_proved" in (reply.reasons or [])
    reviewed = _review(assist, reply, Intent.ACCESS)
    assert {"level": "E4", "rule": "reviewed"} in (reviewed.evidence or [])
    assert assist.deliver() == 1
    assert assist.submission.accepted[0][1] == JANE


def test_a_person_cannot_send_the_copy_to_whoever_else_wrote(assist: Installation) -> None:
    """Another sender in the thread has no stored address; the request stays with a person."""
    reply = assist.handle(mail("Send me a copy.", sender="mallory@example.org"))
    reviewed = _review(assist, reply, Intent.ACCESS)
    assert reviewed.reasons == ["reviewed", "no_stored_address"]
    assert assist.deliver() == 0
    assert assist.requests() == {"access": RequestState.WITH_PERSON}


def test_what_was_frozen_first_is_what_is_said(assist: Installation) -> None:
    """The copy shows what was held when the request came, not when the person judged."""
    reply = assist.handle(mail("Send me a copy of my data."))
    (frozen,) = assist.rows(FrozenCopy)
    with assist.database.write() as session:
        session.execute(update(Contact).values(company="Later Inc"))
    assist.now += timedelta(days=2)
    _review(assist, reply, Intent.ACCESS)
    assert [copy.frozen_at for copy in assist.rows(FrozenCopy)] == [frozen.frozen_at]
    assist.deliver()
    parts = [
        part.get_payload(decode=True) or b"" for part in message_from_bytes(assist.submission.accepted[0][2]).walk()
    ]
    assert any(b"Example Ltd" in part for part in parts)
    assert not any(b"Later Inc" in part for part in parts)


def test_a_confirmed_no_counts_as_the_footer_promised(database: Database, sandbox: Sandbox) -> None:
    """The promise binds the reviewer's "opt out" too; the erasure that was opened stays open."""
    firm = Installation(database, sandbox, ASSIST)
    firm.add_contact(promise="delete")
    reply = firm.handle(mail("Please stop."))
    assert firm.requests() == {"erasure": RequestState.OPEN}
    assert not firm.rows(Erasure)
    _review(firm, reply, Intent.OPT_OUT)
    assert firm.requests() == {"erasure": RequestState.OPEN}
    assert len(firm.rows(Erasure)) == 1
    assert "request_closed" not in firm.kinds()


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.IN_DOUBT])
def test_a_letter_that_is_under_way_cannot_be_called_back(assist: Installation, state: DeliveryState) -> None:
    """First somebody decides about the letter; nothing at all is changed before."""
    reply = assist.handle(mail("Where did you get my address?"))
    with assist.database.write() as session:
        session.execute(update(Delivery).values(state=state))
    before = assist.counts()
    with pytest.raises(LetterUnderWay, match=state.value):
        _review(assist, reply, Intent.ACCESS)
    assert assist.counts() == before
    assert assist.paused()


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.WITHDRAWN])
def test_a_letter_that_certainly_never_left_is_written_again(assist: Installation, state: DeliveryState) -> None:
    """A refusal or a withdrawal is no end of the reply."""
    reply = assist.handle(mail("Where did you get my address?"))
    with assist.database.write() as session:
        session.execute(update(Delivery).values(state=state))
    _review(assist, reply, Intent.DATA_SOURCE)
    assert _deliveries(assist) == [DeliveryState.QUEUED]


def test_a_right_that_was_closed_can_be_seen_after_all(assist: Installation) -> None:
    """The second look at the same reply opens the same clock, from receipt."""
    reply = assist.handle(mail("Where did you get my address? Send a copy."))
    _review(assist, reply, Intent.DATA_SOURCE)
    assert assist.requests()["access"] == RequestState.CLOSED
    with assist.database.write() as session:
        session.execute(update(Delivery).values(state=DeliveryState.REFUSED))
        session.execute(update(Reply).values(state=ReplyState.REVIEW))
    _review(assist, reply, Intent.ACCESS)
    assert assist.requests() == {"data_source": RequestState.CLOSED, "access": RequestState.OPEN}


def test_only_what_waits_for_a_person_is_reviewed(assist: Installation) -> None:
    """Neither what is handled, nor what does not exist."""
    reply = assist.handle(mail("Where did you get my address?"))
    _review(assist, reply, Intent.DATA_SOURCE)
    with pytest.raises(NotForReview):
        _review(assist, reply, Intent.DATA_SOURCE)
    with pytest.raises(NotForReview):
        assist.pipeline().review(999, frozenset(), "erika")
    assert len(assist.rows(Review)) == 1


def test_shadow_mode_carries_nothing_out_for_a_person_either(assist: Installation) -> None:
    """What was only shown is decided for real once the mode allows it."""
    assist.choices = Choices(Mode.SHADOW)
    reply = assist.handle(mail("Please stop."))
    assert reply.state == ReplyState.SHADOWED
    with pytest.raises(NotForReview, match="shadow"):
        _review(assist, reply, Intent.OPT_OUT)
    assert not assist.suppressed()
    assist.choices = ASSIST
    assert _review(assist, reply, Intent.OPT_OUT).state == ReplyState.HANDLED
    assert assist.suppressed()


def test_an_unreadable_mail_cannot_be_judged_only_dismissed(assist: Installation) -> None:
    """A person has looked at it in the mailbox."""
    failed = assist.handle(b"\0\0\0")
    assert failed.state == ReplyState.FAILED
    with pytest.raises(NotForReview):
        _review(assist, failed)
    with assist.database.write() as session:
        dismiss(session, session.get_one(Reply, failed.id), "erika", assist.now)
    assert assist.reply(failed.id).state == ReplyState.HANDLED
    (review,) = assist.rows(Review)
    assert (review.reviewer, review.note) == ("erika", "dismissed")


def test_a_mail_that_became_unreadable_says_so(assist: Installation) -> None:
    """Its bytes are gone meanwhile."""
    reply = assist.handle(mail("Where did you get my address?"))
    with assist.database.write() as session:
        session.execute(update(Reply).values(raw=None, raw_key=None))
    with pytest.raises(UnreadableMail):
        _review(assist, reply)


def test_what_is_handled_cannot_be_dismissed(assist: Installation) -> None:
    """It is decided."""
    reply = assist.handle(mail("hello"))
    assert reply.state == ReplyState.HANDLED
    with pytest.raises(ForbiddenTransition), assist.database.write() as session:
        dismiss(session, session.get_one(Reply, reply.id), "erika", assist.now)


def test_dismissing_changes_nothing_but_the_reply(assist: Installation) -> None:
    """The pause and the clock stay: they are ended by their own decisions."""
    reply = assist.handle(mail("Where did you get my address?"))
    with assist.database.write() as session:
        dismiss(session, session.get_one(Reply, reply.id), "erika", assist.now)
    assert assist.paused()
    assert assist.requests() == {"data_source": RequestState.OPEN}
    assert len(assist.rows(Pause)) == 1


def test_a_persons_letter_keeps_to_the_limits(assist: Installation) -> None:
    """A second letter in a week is not written by a key either; the reasons say so."""
    reply = assist.handle(mail("Where did you get my address?"))
    _review(assist, reply, Intent.DATA_SOURCE)
    assist.deliver()
    again = assist.handle(mail("Send me a copy.", message_id="<reply.2@example.com>"))
    assert _review(assist, again, Intent.ACCESS).reasons == ["reviewed", "counter:week"]
    assert assist.requests()["access"] == RequestState.WITH_PERSON


def test_the_seat_of_the_controller_decides_about_the_date(assist: Installation) -> None:
    """A seat whose law is not known has the safe date only."""
    with assist.database.write() as session:
        session.execute(update(Account).values(controller_country="US"))
    assist.handle(mail("Where did you get my address?"))
    (request,) = assist.rows(Request)
    assert request.legal_due == request.safe_due
