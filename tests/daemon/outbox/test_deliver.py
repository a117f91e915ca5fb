"""Delivering: once, to the stored address, or to a person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from daemon.decisions.states import DeliveryState, ReplyState, RequestState
from daemon.mail.errors import DeliveryInDoubt, InsecureConnection, LetterRefused, LoginRefused, SmtpUnavailable
from daemon.outbox.claim import CLAIM, Claimed, claim_due, move
from daemon.outbox.deliver import MOST_ATTEMPTS
from daemon.records import Contact, Delivery, Letter, Provenance, Reply
from tests.daemon.installation import SETTLING, Installation, RecordingSubmission, mail


@pytest.fixture
def queued(firm: Installation) -> Installation:
    """A firm with one released letter whose time has come."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address?"))
    firm.now += SETTLING
    return firm


def _state(firm: Installation) -> tuple[str, str | None]:
    (delivery,) = firm.rows(Delivery)
    return delivery.state, delivery.reason


def _with_a_person(firm: Installation) -> bool:
    (reply,) = firm.rows(Reply)
    return reply.state == ReplyState.REVIEW and firm.requests() == {"data_source": RequestState.WITH_PERSON}


def test_an_accepted_letter_is_sent_and_never_again(queued: Installation) -> None:
    """The server's word makes it so; a second round finds nothing, and a copy was kept."""
    assert queued.post().deliver_due(queued.submission) == 1
    assert queued.post().deliver_due(queued.submission) == 0
    (delivery,) = queued.rows(Delivery)
    assert (delivery.state, delivery.sent_at, delivery.copied_at) == (DeliveryState.SENT, queued.now, queued.now)
    assert len(queued.submission.accepted) == len(queued.copies) == 1
    assert queued.requests() == {"data_source": RequestState.ANSWERED}


def test_nothing_is_on_the_wire_before_it_is_marked(queued: Installation) -> None:
    """While the envelope is offered it is claimed; the text goes out in state transmitting."""
    seen = []

    class Watching(RecordingSubmission):
        def deliver(self, envelope_from, recipient, raw, before_data=None):
            seen.append(_state(queued)[0])
            before_data()
            seen.append(_state(queued)[0])
            return "250 OK"

    queued.post().deliver_due(Watching())
    assert seen == [DeliveryState.CLAIMED, DeliveryState.TRANSMITTING]


def _steal_token(firm: Installation) -> None:
    with firm.database.write() as session:
        session.execute(update(Delivery).values(token="other:1"))


def _change_address(firm: Installation) -> None:
    with firm.database.write() as session:
        session.execute(update(Contact).values(email="jane.new@example.com", email_normal="jane.new@example.com"))


def _switch_letters_off(firm: Installation) -> None:
    with firm.database.write() as session:
        session.execute(update(Contact).values(letters_off_since=firm.now))


def _stop(firm: Installation) -> None:
    firm.is_stopped = True


def test_a_delivery_that_another_node_took_is_not_transmitted(queued: Installation) -> None:
    """The token is the last thing that is looked at before the text."""
    queued.submission.meanwhile = lambda: _steal_token(queued)
    assert queued.post().deliver_due(queued.submission) == 0
    assert not queued.submission.accepted
    assert _state(queued)[0] == DeliveryState.CLAIMED


@pytest.mark.parametrize("change", [_change_address, _switch_letters_off])
def test_what_changed_while_claimed_holds_the_letter(
    queued: Installation, change: Callable[[Installation], None]
) -> None:
    """It is not sent, and it is not forgotten: a person finds it on the desk."""
    queued.submission.meanwhile = lambda: change(queued)
    assert queued.post().deliver_due(queued.submission) == 0
    assert not queued.submission.accepted
    assert _state(queued) == (DeliveryState.HELD, "changed_while_claimed")
    assert _with_a_person(queued)


def test_a_letter_for_an_address_that_is_no_longer_stored_is_held(queued: Installation) -> None:
    """Its facts were frozen for another one."""
    _change_address(queued)
    queued.post().deliver_due(queued.submission)
    assert not queued.submission.accepted
    assert _state(queued) == (DeliveryState.HELD, "address_changed")
    assert _with_a_person(queued)


def test_pause_holds_everything_that_leaves(queued: Installation) -> None:
    """Nothing is claimed while it stands, and all of it leaves afterwards."""
    _stop(queued)
    assert queued.post().deliver_due(queued.submission) == 0
    assert _state(queued)[0] == DeliveryState.QUEUED
    queued.is_stopped = False
    assert queued.post().deliver_due(queued.submission) == 1


def test_pause_stops_a_letter_that_is_claimed_already(queued: Installation) -> None:
    """It goes back to its place, so that it leaves once the pause is over."""
    queued.submission.meanwhile = lambda: _stop(queued)
    assert queued.post().deliver_due(queued.submission) == 0
    assert not queued.submission.accepted
    assert _state(queued) == (DeliveryState.QUEUED, "paused")
    queued.is_stopped, queued.submission.meanwhile = False, None
    assert queued.post().deliver_due(queued.submission) == 1


def test_an_answer_that_never_came_is_a_doubt_and_never_sent_again(queued: Installation) -> None:
    """A person looks; no later round touches it."""
    queued.submission.after = DeliveryInDoubt("lost")
    assert queued.post().deliver_due(queued.submission) == 0
    assert _state(queued) == (DeliveryState.IN_DOUBT, "no_answer")
    assert _with_a_person(queued)
    queued.submission.after = None
    queued.now += timedelta(days=30)
    queued.post().recover(lambda ids: set())
    assert queued.post().deliver_due(queued.submission) == 0
    assert "letter_in_doubt" in queued.kinds()


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_refusal_for_good_brings_a_person(queued: Installation, at: str) -> None:
    """Whether at RCPT or after the text."""
    setattr(queued.submission, at, LetterRefused(permanent=True, code=550, answer="no", at="RCPT"))
    assert queued.post().deliver_due(queued.submission) == 0
    assert _state(queued) == (DeliveryState.REFUSED, "smtp_550")
    assert _with_a_person(queued)


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_refusal_for_now_is_tried_again_later(queued: Installation, at: str) -> None:
    """Later, not at once; after eight times a person looks."""
    setattr(queued.submission, at, LetterRefused(permanent=False, code=451, answer="later", at="DATA"))
    queued.post().deliver_due(queued.submission)
    assert _state(queued) == (DeliveryState.QUEUED, "smtp_451")
    assert queued.rows(Delivery)[0].not_before > queued.now
    assert queued.post().deliver_due(queued.submission) == 0
    for _ in range(MOST_ATTEMPTS - 1):
        queued.now += timedelta(days=1)
        queued.post().deliver_due(queued.submission)
    assert _state(queued) == (DeliveryState.REFUSED, "smtp_451")
    assert _with_a_person(queued)


@pytest.mark.parametrize("error", [SmtpUnavailable("gone"), LoginRefused("no"), InsecureConnection("no")])
@pytest.mark.parametrize("at", ["before", "after"])
def test_without_a_server_letters_keep_their_place(queued: Installation, error: Exception, at: str) -> None:
    """Nothing was accepted, so that trying again is safe; the rest of the batch is not even tried."""
    queued.add_contact("john.roe@example.org", number=2)
    queued.handle(mail("Please stop.", sender="john.roe@example.org", parent="<outreach.2@firm.example>"))
    queued.now += SETTLING
    setattr(queued.submission, at, error)
    offered: list[str] = []
    queued.submission.meanwhile = lambda: offered.append("one")
    assert queued.post().deliver_due(queued.submission) == 0
    assert len(offered) == 1
    assert {(row.state, row.reason) for row in queued.rows(Delivery)} == {(DeliveryState.QUEUED, "smtp_unavailable")}
    queued.now += timedelta(minutes=5)
    queued.submission = RecordingSubmission()
    assert queued.post().deliver_due(queued.submission) == 2


def test_a_letter_that_cannot_be_printed_does_not_hold_up_the_next(queued: Installation) -> None:
    """A fault of ours is one letter's own; it waits for a person."""
    queued.add_contact("john.roe@example.org", number=2)
    queued.handle(mail("Please stop.", sender="john.roe@example.org", parent="<outreach.2@firm.example>"))
    with queued.database.write() as session:
        session.execute(update(Letter).where(Letter.id == 1).values(facts_key=queued.vault.seal(b"", purpose="x").key))
    queued.now += SETTLING
    assert queued.post().deliver_due(queued.submission) == 1
    first, second = queued.rows(Delivery)
    assert (first.state, first.reason) == (DeliveryState.HELD, "fault:WrongKey")
    assert second.state == DeliveryState.SENT
    assert queued.rows(Reply)[0].state == ReplyState.REVIEW


def test_a_fault_after_the_text_is_a_doubt(queued: Installation) -> None:
    """Whatever it was, the server may have the letter."""
    queued.submission.after = ValueError("who knows")
    assert queued.post().deliver_due(queued.submission) == 0
    assert _state(queued) == (DeliveryState.IN_DOUBT, "fault:ValueError")


def test_a_letter_whose_facts_are_gone_is_held(queued: Installation) -> None:
    """An erasure destroyed them meanwhile."""
    with queued.database.write() as session:
        session.execute(update(Letter).values(facts=None, facts_key=None))
    queued.post().deliver_due(queued.submission)
    assert _state(queued) == (DeliveryState.HELD, "facts_erased")


def test_a_letter_that_lacks_a_fact_after_all_is_held(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer version may need more than an older one froze; the ledger's reason holds nothing but a code."""
    contact_id = firm.add_contact()
    with firm.database.write() as session:
        session.execute(update(Provenance).values(items=["email", "name"]).where(Provenance.contact_id == contact_id))
    monkeypatch.setattr("daemon.rights.standing.missing_facts", lambda *_: ())
    firm.handle(mail("Where did you get my address?"))
    assert firm.deliver() == 0
    assert _state(firm) == (DeliveryState.HELD, "missing_fact:provenance.items")
    assert "letter_stopped" in firm.kinds()


# --- after a crash ---


class Killed(BaseException):
    """The process dies."""


def _die() -> None:
    raise Killed


def test_what_was_only_claimed_goes_back_to_its_place(queued: Installation) -> None:
    """Nothing of it was transmitted."""
    queued.submission.meanwhile = _die
    with pytest.raises(Killed):
        queued.post().deliver_due(queued.submission)
    assert _state(queued)[0] == DeliveryState.CLAIMED
    assert queued.post().recover(lambda ids: set()) == 0
    assert _state(queued) == (DeliveryState.QUEUED, "owner_died")
    queued.submission.meanwhile = None
    assert queued.post().deliver_due(queued.submission) == 1


@pytest.mark.parametrize("found", [True, False])
def test_what_was_on_the_wire_is_looked_for_in_sent(queued: Installation, *, found: bool) -> None:
    """There it is sent; elsewhere nobody knows, and a person looks."""
    queued.submission.after = Killed()  # type: ignore[assignment]
    with pytest.raises(Killed):
        queued.post().deliver_due(queued.submission)
    asked: list[set[str]] = []

    def in_sent(ids: set[str]) -> set[str]:
        asked.append(ids)
        return ids if found else set()

    assert queued.post().recover(in_sent) == (0 if found else 1)
    assert asked == [{queued.rows(Letter)[0].message_id}]
    assert _state(queued)[0] == (DeliveryState.SENT if found else DeliveryState.IN_DOUBT)
    assert queued.requests() == {"data_source": RequestState.ANSWERED if found else RequestState.WITH_PERSON}
    queued.submission.after = None
    assert queued.post().deliver_due(queued.submission) == 0


def test_another_nodes_letter_is_left_alone_until_its_claim_is_over(queued: Installation) -> None:
    """It may be alive and sending."""
    with queued.database.write() as session:
        (claim,) = claim_due(session, "other", queued.now, limit=9, locking=queued.database.is_postgresql)
        assert move(session, claim, DeliveryState.TRANSMITTING)
    assert queued.post().recover(lambda ids: set()) == 0
    assert _state(queued)[0] == DeliveryState.TRANSMITTING
    queued.now += CLAIM + timedelta(seconds=1)
    assert queued.post().recover(lambda ids: set()) == 1
    assert _state(queued)[0] == DeliveryState.IN_DOUBT


def test_a_node_whose_name_begins_alike_is_another(queued: Installation) -> None:
    """`node` is not `node2`, and an underscore is no wildcard."""
    with queued.database.write() as session:
        claim_due(session, "node2", queued.now, limit=9, locking=queued.database.is_postgresql)
    queued.post("node").recover(lambda ids: set())
    queued.post("node_").recover(lambda ids: set())
    assert _state(queued)[0] == DeliveryState.CLAIMED


def test_an_owner_that_wakes_up_late_is_still_believed(queued: Installation) -> None:
    """The server's word ends a doubt that was declared in its absence."""
    with queued.database.write() as session:
        (claim,) = claim_due(session, "other", queued.now, limit=9, locking=queued.database.is_postgresql)
        assert move(session, claim, DeliveryState.TRANSMITTING)
    queued.now += CLAIM + timedelta(seconds=1)
    queued.post().recover(lambda ids: set())
    with queued.database.write() as session:
        assert move(session, claim, DeliveryState.SENT)


def test_only_the_holder_of_the_token_moves_a_delivery(queued: Installation) -> None:
    """And only along the table."""
    with queued.database.write() as session:
        (claim,) = claim_due(session, "node", queued.now, limit=9, locking=queued.database.is_postgresql)
        thief = Claimed(claim.delivery_id, claim.letter_id, "node:other", 1)
        assert not move(session, thief, DeliveryState.TRANSMITTING)
        assert not move(session, claim, DeliveryState.SENT)
        assert not claim_due(session, "node", queued.now, limit=9, locking=queued.database.is_postgresql)
