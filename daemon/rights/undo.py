"""Undoing a decision: while nothing of it is beyond recall, its reply is on the desk again as if nobody had decided."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.decisions.states import DeliveryState, ReplyState, RequestState
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Delivery, Letter, Pause, Reply, Request, Subject, Suppression
from daemon.rights.challenge import void
from daemon.rights.letters import ANSWER
from daemon.rights.review import UNSENT, undo_erasure_of, withdraw_unsent

UNDONE = "undone"
"""Why the reply waits again, and why outreach rests until it is decided."""


class CannotUndo(ReplydError):  # noqa: N818  an outcome that callers name
    """The decision cannot be taken back any more, or there is none."""

    permanent = True


def undo(session: Session, reply_id: int, *, by: str, now: datetime) -> Reply:
    """Take a decision back; raises CannotUndo, and CannotDoThat when its erasure is past the grace.

    Clocks run on, for a person. Outreach that this decision has stopped for good rests instead.
    """
    reply = session.get(Reply, reply_id, with_for_update=True)
    if reply is None or reply.state != ReplyState.HANDLED:
        raise CannotUndo(f"reply {reply_id} is not decided; `replyd review list` shows what waits")
    _refuse_what_left(session, reply)
    withdraw_unsent(session, reply, now, by=UNDONE)
    void(session, reply, now)
    undo_erasure_of(session, reply, now, by=by)
    _lift_restriction(session, reply, by, now)
    _rest_instead(session, reply, by, now)
    session.execute(
        update(Request)
        .where(Request.reply_id == reply.id, Request.state == RequestState.OPEN)
        .values(state=RequestState.WITH_PERSON, changed_at=now)
    )
    reply.state, reply.reasons = ReplyState.REVIEW, [*(reply.reasons or []), UNDONE]
    _note(session, reply, EntryKind.DECISION_UNDONE, now, {"by": by})
    return reply


def _refuse_what_left(session: Session, reply: Reply) -> None:
    left = session.scalar(
        select(Delivery.state)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(
            Letter.reply_id == reply.id,
            Letter.step.startswith(ANSWER, autoescape=True),
            Delivery.state.not_in(UNSENT),
        )
        .limit(1)
    )
    if left == DeliveryState.CLAIMED:
        raise CannotUndo(f"the letter of reply {reply.id} is being sent in this moment; look again in a minute")
    if left is not None:
        raise CannotUndo(f"the letter of reply {reply.id} is {left}: what it said cannot be taken back")


def _lift_restriction(session: Session, reply: Reply, by: str, now: datetime) -> None:
    """End the restriction that this very decision began; whoever decides again begins it anew."""
    contact = session.get(Contact, reply.contact_id, with_for_update=True) if reply.contact_id else None
    if contact is not None and contact.restricted_since is not None and contact.restricted_since == reply.decided_at:
        contact.restricted_since = None
        _note(session, reply, EntryKind.RESTRICTION_ENDED, now, {"by": by})


def _rest_instead(session: Session, reply: Reply, by: str, now: datetime) -> None:
    """Turn the suppressions of this very decision into pauses: nobody is written to before it is decided again."""
    made = select(Suppression).where(
        Suppression.reply_id == reply.id, Suppression.since == reply.decided_at, Suppression.undone_at.is_(None)
    )
    paused = set(session.scalars(select(Pause.digest).where(Pause.reply_id == reply.id)))
    for stop in session.scalars(made.order_by(Suppression.id)):
        stop.undone_at, stop.undone_by = now, by
        _note(session, reply, EntryKind.SUPPRESSION_UNDONE, now, {"suppression": stop.id, "by": by})
        if stop.digest not in paused:
            session.add(_pause(stop.digest, reply, now))
            _note(session, reply, EntryKind.PAUSED, now, {"reason": UNDONE, "months": None})


def _pause(digest: str, reply: Reply, now: datetime) -> Pause:
    return Pause(
        digest=digest,
        contact_id=reply.contact_id,
        reply_id=reply.id,
        reason=UNDONE,
        since=now,
        until=None,
        ended_at=None,
        ended_by=None,
    )


def _note(session: Session, reply: Reply, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == reply.contact_id))
    record(session, now, kind, subject=subject, payload={"reply": reply.id, "case": reply.case, **payload})
