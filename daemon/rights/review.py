"""A person's judgement: what was done in doubt is taken back where the person sees it otherwise."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, ReplyState, RequestState, check
from daemon.ledger.entries import EntryKind, record
from daemon.records import Delivery, Letter, Pause, Reply, Request, Review, Subject

UNSENT = (DeliveryState.HELD, DeliveryState.QUEUED, DeliveryState.REFUSED, DeliveryState.WITHDRAWN)
"""Where a letter certainly is not under way, or a person has let go of it."""


class LetterUnderWay(ValueError):  # noqa: N818  an outcome that callers name
    """A letter of this reply is being sent, was sent or is in doubt; a new judgement cannot call it back."""


def take_back(session: Session, reply: Reply, intents: frozenset[Intent], *, now: datetime) -> None:
    """Undo what was done in doubt: the unsent letter, pauses, and requests for rights that the person does not see.

    Suppressions stay; they are lifted by name (`replyd suppress undo`), never by the way.
    """
    _withdraw_letter(session, reply, now)
    for pause in session.scalars(select(Pause).where(Pause.reply_id == reply.id, Pause.ended_at.is_(None))):
        session.delete(pause)
        _note(session, reply, EntryKind.PAUSE_ENDED, now, {"by": "review"})
    session.flush()
    for request in session.scalars(select(Request).where(Request.reply_id == reply.id)):
        open_now = request.state in {RequestState.OPEN, RequestState.WITH_PERSON}
        if open_now and Intent(request.right) not in intents:
            check(RequestState(request.state), RequestState.CLOSED)
            request.state, request.changed_at = RequestState.CLOSED, now
            _note(session, reply, EntryKind.REQUEST_CLOSED, now, {"right": request.right, "by": "review"})


def _withdraw_letter(session: Session, reply: Reply, now: datetime) -> None:
    """Forget a letter that never left; the decision that follows writes it again if it is still wanted."""
    rows = session.execute(
        select(Letter.id, Delivery.state)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.reply_id == reply.id, Letter.step == "answer")
        .with_for_update(of=Delivery)  # nobody claims it between this look and its end
    ).all()
    for letter_id, state in rows:
        if state not in UNSENT:
            raise LetterUnderWay(f"a letter of reply {reply.id} is {state}; decide about the letter first")
        session.execute(delete(Delivery).where(Delivery.letter_id == letter_id))
        session.execute(delete(Letter).where(Letter.id == letter_id))
        _note(session, reply, EntryKind.LETTER_CANCELLED, now, {"letter": letter_id, "by": "review"})


def write_review(
    session: Session, reply: Reply, intents: frozenset[Intent], reviewer: str, note: str | None, now: datetime
) -> None:
    """Keep the judgement: it is the proof that a person decided, and an example to learn from."""
    names = [intent.value for intent in Intent if intent in intents]
    session.add(Review(reply_id=reply.id, reviewer=reviewer, intents=names, note=note, decided_at=now))
    _note(session, reply, EntryKind.REVIEW_DECIDED, now, {"intents": names})


def dismiss(session: Session, reply: Reply, reviewer: str, now: datetime) -> None:
    """A person has dealt with the reply outside replyd: it is handled, nothing is done, and that is kept."""
    check(ReplyState(reply.state), ReplyState.HANDLED)
    reply.state, reply.decided_at = ReplyState.HANDLED, now
    write_review(session, reply, frozenset(), reviewer, "dismissed", now)


def _note(session: Session, reply: Reply, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == reply.contact_id))
    record(session, now, kind, subject=subject, payload={"reply": reply.id, "case": reply.case, **payload})
