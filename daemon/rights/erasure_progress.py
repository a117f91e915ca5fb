"""How an erasure stands: what the questions of `daemon/decisions/erasure.py` look at, read from the records."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.erasure import KNOWLEDGE, Progress
from daemon.decisions.states import DeliveryState, ErasureState, ReplyState, TaskState
from daemon.records import Contact, Delivery, Erasure, Letter, Pause, Reply, Request, Suppression, SystemTask
from daemon.rights.background import OPEN
from responses.languages import LANGUAGES

INTERIM, COMPLETED = "erasure_interim", "erasure_completed"
"""The steps of an erasure's letters (`records.Letter.step`)."""

RUNNING = (ErasureState.GRACE, ErasureState.PURGED, ErasureState.COMPLETING)

SETTLED = (DeliveryState.SENT, DeliveryState.WITHDRAWN)
"""Where a letter needs nobody any more."""


def progress_of(session: Session, erasure: Erasure, now: datetime) -> Progress:
    """How one erasure stands at this moment; whoever acts on it reads it under locks."""
    contact = session.get(Contact, erasure.contact_id) if erasure.contact_id is not None else None
    state, reply = ErasureState(erasure.state), session.get_one(Reply, erasure.reply_id)
    plain = Progress(state, now, erasure.grace_until, without_letter=erasure.ended_by is not None)
    if contact is None:
        return plain
    open_rights = session.scalars(
        select(Request.right).where(Request.contact_id == contact.id, Request.state.in_(OPEN))
    )
    return Progress(
        state,
        now,
        erasure.grace_until,
        open_rights=frozenset(map(Intent, open_rights)),
        restricted=contact.restricted_since is not None,
        unread_mail=_unread_mail(session, contact.id),
        waiting_replies=tuple(session.scalars(_waiting(erasure, contact.id))),
        open_letters=tuple(session.scalars(_open_letters(contact.id))),
        knowledge_sent_at=max(_knowledge_sent(session, contact.id), default=None),
        letters_off=contact.letters_off_since is not None,
        suppressed=_suppressed(session, erasure),
        without_letter=plain.without_letter,
        unanswerable=reply.unanswerable is not None,
        language=erasure.language if erasure.language in LANGUAGES else None,
        open_tasks=session.scalar(_open_tasks(erasure)) or 0,
        completion=completion_of(session, erasure),
    )


def late(session: Session, today: date) -> list[tuple[int, date]]:
    """Erasures that run although the safe date of their request is over, with that date."""
    found = (
        select(Erasure.id, Request.safe_due)
        .join(Request, and_(Request.reply_id == Erasure.reply_id, Request.right == Intent.ERASURE))
        .where(Erasure.state.in_(RUNNING), Request.safe_due < today)
        .order_by(Request.safe_due, Erasure.id)
    )
    return [(erasure_id, due) for erasure_id, due in session.execute(found)]


def completion_of(session: Session, erasure: Erasure) -> DeliveryState | None:
    """Where the completion letter is; None when there is none."""
    state = session.scalar(
        select(Delivery.state)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Letter.reply_id == erasure.reply_id, Letter.step == COMPLETED)
    )
    return None if state is None else DeliveryState(state)


def _unread_mail(session: Session, contact_id: int) -> bool:
    """Mail that was not decided yet; until then nobody knows whose it is."""
    mine = or_(Reply.contact_id.is_(None), Reply.contact_id == contact_id)
    return session.scalar(select(Reply.id).where(Reply.state == ReplyState.RECEIVED, mine).limit(1)) is not None


def _waiting(erasure: Erasure, contact_id: int) -> Select[int]:
    """Other replies of theirs that wait for a person; of one that failed only the pause says whose it is."""
    stopped = select(Pause.reply_id).where(
        or_(Pause.contact_id == contact_id, Pause.digest.in_(erasure.digests)), Pause.reply_id.is_not(None)
    )
    failed = and_(Reply.state == ReplyState.FAILED, Reply.contact_id.is_(None), Reply.id.in_(stopped))
    theirs = and_(Reply.state.in_((ReplyState.REVIEW, ReplyState.FAILED)), Reply.contact_id == contact_id)
    return select(Reply.id).where(or_(theirs, failed), Reply.id != erasure.reply_id).order_by(Reply.id)


def _open_letters(contact_id: int) -> Select[int]:
    return (
        select(Letter.id)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(
            Letter.contact_id == contact_id,
            Letter.step.not_in((INTERIM, COMPLETED)),
            Delivery.state.not_in(SETTLED),
        )
        .order_by(Letter.id)
    )


def _knowledge_sent(session: Session, contact_id: int) -> Iterator[datetime]:
    """When letters left that gave knowledge."""
    sent = (
        select(Letter.sections, Delivery.sent_at)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.contact_id == contact_id, Delivery.state == DeliveryState.SENT)
    )
    return (at for sections, at in session.execute(sent) if at is not None and KNOWLEDGE & set(sections))


def _suppressed(session: Session, erasure: Erasure) -> bool:
    """Whether the address itself is still stopped; that its domain is may be lifted some day."""
    found = select(Suppression.id).where(
        Suppression.scope == "address", Suppression.digest == erasure.digests[0], Suppression.undone_at.is_(None)
    )
    return session.scalar(found) is not None


def _open_tasks(erasure: Erasure) -> Select[int]:
    return select(func.count(SystemTask.id)).where(
        SystemTask.erasure_id == erasure.id, SystemTask.state == TaskState.OPEN
    )
