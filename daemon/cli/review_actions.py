"""What a person can do about a reply beside deciding it: dismiss it, or have it tried again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.cli.options import WrongUse
from daemon.cli.review_queue import WAITING
from daemon.decisions.states import DeliveryState, ReplyState, RequestState, check
from daemon.ledger.entries import EntryKind, record
from daemon.records import Delivery, Letter, Reply, Request
from daemon.rights.review import UNSENT, dismiss


def intents_of(names: Iterable[str]) -> frozenset[Intent]:
    """Intents by name; `none` is a reply that asks for nothing. Raises WrongUse for a name that there is not."""
    wanted = {name.strip() for name in names if name.strip()} - {"none"}
    if unknown := wanted - set(Intent):
        raise WrongUse(f"there is no intent {min(unknown)!r}; there are {', '.join(Intent)}, or none")
    return frozenset(Intent(name) for name in wanted)


def dismiss_reply(session: Session, reply_id: int, reviewer: str, now: datetime) -> None:
    """A person dealt with it elsewhere: its unsent letter is withdrawn, its requests are closed; pauses stay.

    Raises WrongUse when the reply does not wait, or its letter is already under way.
    """
    reply = _waiting_reply(session, reply_id)
    letters = select(Delivery).join(Letter, Letter.id == Delivery.letter_id).where(Letter.reply_id == reply_id)
    for delivery in session.scalars(letters.with_for_update(of=Delivery)):
        if delivery.state == DeliveryState.WITHDRAWN:
            continue
        if delivery.state in UNSENT:
            check(DeliveryState(delivery.state), DeliveryState.WITHDRAWN)
            delivery.state, delivery.reason = DeliveryState.WITHDRAWN, "dismissed"
            record(session, now, EntryKind.LETTER_CANCELLED, payload={"reply": reply_id, "letter": delivery.letter_id})
        elif delivery.state != DeliveryState.SENT:
            raise WrongUse(f"the letter of reply {reply_id} is {delivery.state}; settle it first: `replyd letters`")
    open_requests = select(Request).where(
        Request.reply_id == reply_id, Request.state.in_((RequestState.OPEN, RequestState.WITH_PERSON))
    )
    for request in session.scalars(open_requests):
        request.state, request.changed_at = RequestState.CLOSED, now
        record(session, now, EntryKind.REQUEST_CLOSED, payload={"reply": reply_id, "right": request.right})
    dismiss(session, reply, reviewer, now)


def retry_reply(session: Session, reply_id: int) -> None:
    """Have a reply that failed, or was only shown, handled afresh; raises WrongUse for any other."""
    reply = _waiting_reply(session, reply_id)
    if reply.state == ReplyState.REVIEW:
        raise WrongUse(f"reply {reply_id} did not fail; decide about it")
    check(ReplyState(reply.state), ReplyState.RECEIVED)
    reply.state, reply.attempts, reply.error = ReplyState.RECEIVED, 0, None
    reply.claim_token = reply.claimed_until = None


def _waiting_reply(session: Session, reply_id: int) -> Reply:
    reply = session.get(Reply, reply_id, with_for_update=True)
    if reply is None or reply.state not in WAITING:
        raise WrongUse(f"reply {reply_id} does not wait for a person; `replyd review list` names those that do")
    return reply
