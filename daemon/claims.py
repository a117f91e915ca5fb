"""Claiming replies: attempts are counted before a mail is looked at, so that poison is found after a crash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from daemon.decisions.states import ReplyState
from daemon.records import Reply
from daemon.records.conditional import rows_changed

CLAIM = timedelta(minutes=10)
MOST_ATTEMPTS = 4
"""Once with the batch it came in, which says little, and three times alone."""
BATCH = 50


@dataclass(frozen=True, slots=True)
class ClaimedReplies:
    """Replies that are ours until the claim ends, and those that have failed too often to be tried again."""

    token: str
    replies: list[Reply]
    quarantined: list[Reply]


def waiting(session: Session, now: datetime) -> bool:
    """Whether any reply waits that nobody has claimed; a look that costs no write."""
    return session.scalar(_free(now).limit(1)) is not None


def _free(now: datetime) -> Select[Reply]:
    unclaimed = or_(Reply.claimed_until.is_(None), Reply.claimed_until < now)
    waiting_now = select(Reply).where(Reply.state == ReplyState.RECEIVED, unclaimed)
    return waiting_now.order_by(Reply.attempts, Reply.id)


def claim_replies(session: Session, node: str, now: datetime, *, locking: bool, limit: int = BATCH) -> ClaimedReplies:
    """Claim waiting replies: what is new as a batch, then the suspects of a crash one by one.

    The least tried of them comes first, so that crashes which no mail has caused spread over all, and a mail that
    causes them is found when nothing else waits for it.
    """
    oldest = _free(now).limit(limit)
    rows = session.scalars(oldest.with_for_update(skip_locked=True) if locking else oldest).all()
    quarantined = [reply for reply in rows if reply.attempts >= MOST_ATTEMPTS]
    ready = [reply for reply in rows if reply.attempts < MOST_ATTEMPTS]
    batch = ready[:1] if ready and ready[0].attempts else [reply for reply in ready if not reply.attempts]
    token = f"{node}:{secrets.token_hex(8)}"
    session.execute(
        update(Reply)
        .where(Reply.id.in_([reply.id for reply in batch]))
        .values(claim_token=token, claimed_until=now + CLAIM, attempts=Reply.attempts + 1)
    )
    return ClaimedReplies(token, batch, quarantined)


def release(session: Session, token_prefix: str, *, give_back: bool = False) -> int:
    """Free the claims whose token begins so: those of an earlier run of this node, or of a batch that was given up.

    `give_back` takes the attempt back too: what went wrong was ours, not that of any mail.
    """
    ours = Reply.claim_token.startswith(token_prefix, autoescape=True)
    attempts = Reply.attempts - 1 if give_back else Reply.attempts
    free = update(Reply).where(Reply.state == ReplyState.RECEIVED, ours)
    return rows_changed(session, free.values(claim_token=None, claimed_until=None, attempts=attempts))
