"""Settling a letter by hand: it was sent, it may be sent again, or it is withdrawn."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.cli.options import WrongUse
from daemon.decisions.states import DeliveryState, ReplyState
from daemon.ledger.entries import EntryKind, record
from daemon.outbox.claim import Claimed, move
from daemon.outbox.deliver import mark_sent
from daemon.records import Delivery, Letter, Reply, Subject
from daemon.rights.erasure_progress import COMPLETED, INTERIM
from daemon.rights.letters import NEEDS_KEY
from responses.facts import Section

SETTLED_BY_HAND = (DeliveryState.IN_DOUBT, DeliveryState.REFUSED, DeliveryState.HELD)


class Resolution(StrEnum):
    """What a person says about a letter."""

    SENT = "sent"
    SEND_AGAIN = "send-again"
    WITHDRAW = "withdraw"


def resolve(session: Session, letter_id: int, resolution: Resolution, by: str, now: datetime) -> None:
    """Settle one letter; raises WrongUse when it is not for a person, or not in this way."""
    delivery = session.scalar(select(Delivery).where(Delivery.letter_id == letter_id).with_for_update())
    if delivery is None or delivery.state not in SETTLED_BY_HAND:
        raise WrongUse(
            f"letter {letter_id} is not in doubt, refused or held; `replyd letters list` names those that are"
        )
    _refuse_wrong_way(delivery, resolution)
    claim = Claimed(delivery.id, letter_id, delivery.token or "", delivery.attempts)
    if delivery.token is None:
        delivery.token = ""
        session.flush()
    match resolution:
        case Resolution.SENT:
            mark_sent(session, claim, now)
        case Resolution.SEND_AGAIN:
            move(session, claim, DeliveryState.QUEUED, not_before=now, attempts=0, reason=None, by_key=True)
        case Resolution.WITHDRAW:
            move(session, claim, DeliveryState.WITHDRAWN, reason="by_hand")
    _note(session, letter_id, resolution, by, now)
    if resolution is not Resolution.WITHDRAW:
        _reply_is_settled(session, letter_id, now)


def release(session: Session, letter_id: int, by: str, now: datetime) -> None:
    """Let go a letter of an erasure or a one-time code, which no review releases; raises WrongUse for any other."""
    delivery = session.scalar(select(Delivery).where(Delivery.letter_id == letter_id).with_for_update())
    if delivery is None or delivery.state != DeliveryState.HELD or delivery.reason != NEEDS_KEY:
        raise WrongUse(f"letter {letter_id} does not wait for a key; `replyd letters list` shows what each waits for")
    letter = session.get_one(Letter, letter_id)
    if letter.step not in {INTERIM, COMPLETED, Section.CHALLENGE}:
        raise WrongUse(f"letter {letter_id} waits for the review of its reply; decide with `replyd review`")
    delivery.state, delivery.reason, delivery.not_before = DeliveryState.QUEUED, None, now
    delivery.by_key = True
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == letter.contact_id))
    payload = {"letter": letter_id, "reply": letter.reply_id, "by": by}
    record(session, now, EntryKind.LETTER_RELEASED, subject=subject, payload=payload)


def _refuse_wrong_way(delivery: Delivery, resolution: Resolution) -> None:
    letter = delivery.letter_id
    if resolution is Resolution.SENT and delivery.state != DeliveryState.IN_DOUBT:
        raise WrongUse(f"letter {letter} is {delivery.state}: only one in doubt can have been sent")
    if resolution is Resolution.SEND_AGAIN and delivery.reason == NEEDS_KEY:
        raise WrongUse(f"letter {letter} waits for the review of its reply; decide with `replyd review`")


_KINDS = {
    Resolution.SENT: EntryKind.REVIEW_DECIDED,
    Resolution.SEND_AGAIN: EntryKind.LETTER_RELEASED,
    Resolution.WITHDRAW: EntryKind.LETTER_CANCELLED,
}


def _note(session: Session, letter_id: int, resolution: Resolution, by: str, now: datetime) -> None:
    letter = session.get_one(Letter, letter_id)
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == letter.contact_id))
    payload = {"letter": letter_id, "reply": letter.reply_id, "resolution": resolution.value, "by": by}
    record(session, now, _KINDS[resolution], subject=subject, payload=payload)


def _reply_is_settled(session: Session, letter_id: int, now: datetime) -> None:
    """A reply that only its letter brought back needs nobody any more; a withdrawn letter leaves it on the desk."""
    reply = session.get_one(Reply, session.get_one(Letter, letter_id).reply_id)
    if reply.state == ReplyState.REVIEW:
        reply.state, reply.decided_at = ReplyState.HANDLED, now
