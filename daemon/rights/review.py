"""A person's judgement: what was done in doubt is taken back where the person sees it otherwise."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, ErasureState, ReplyState, RequestState, check
from daemon.ledger.entries import EntryKind, record
from daemon.records import Delivery, Erasure, FrozenCopy, Letter, Pause, Reply, Request, Review, Subject
from daemon.rights.challenge import void
from daemon.rights.erasure import undo as undo_erasure
from daemon.rights.letters import ANSWER
from daemon.rights.restriction import end_restriction

UNSENT = (DeliveryState.HELD, DeliveryState.QUEUED, DeliveryState.REFUSED, DeliveryState.WITHDRAWN)
"""Where a letter certainly is not under way, or a person has let go of it."""


OF_FAULT = "fault_of_ours"
"""Why outreach rests when a reply could not be settled."""

NEEDS_COPY = frozenset({Intent.ACCESS, Intent.ERASURE})
"""Rights for which what was held when they were asked for is kept."""


class LetterUnderWay(ValueError):  # noqa: N818  an outcome that callers name
    """A letter of this reply is being sent, or is in doubt: nobody can say what the person has been told."""


def take_back(session: Session, reply: Reply, intents: frozenset[Intent], *, now: datetime, by: str) -> None:
    """Undo what was done in doubt: unsent letter, open code, pauses, and what belongs to rights that the person denies.

    That is the frozen copy, their requests, the erasure in its grace, the restriction. Suppressions stay; they are
    lifted by name (`replyd suppress undo`), or with the decision (`undo`), never by the way. What a letter has said
    stays said. Raises LetterUnderWay, CannotDoThat.
    """
    refuse_under_way(session, reply)
    withdraw_unsent(session, reply, now, by="review")
    void(session, reply, now)
    _end_pauses(session, reply, now, by="review")
    if not NEEDS_COPY & intents:
        _destroy_copy(session, reply, now)
    if Intent.ERASURE not in intents:
        undo_erasure_of(session, reply, now, by=by)
    for request in session.scalars(select(Request).where(Request.reply_id == reply.id)):
        open_now = request.state in {RequestState.OPEN, RequestState.WITH_PERSON}
        if open_now and Intent(request.right) not in intents:
            check(RequestState(request.state), RequestState.CLOSED)
            request.state, request.changed_at = RequestState.CLOSED, now
            _note(session, reply, EntryKind.REQUEST_CLOSED, now, {"right": request.right, "by": "review"})
    if Intent.RECTIFICATION not in intents:
        end_restriction(session, reply.contact_id, by="review", now=now)


def undo_erasure_of(session: Session, reply: Reply, now: datetime, *, by: str) -> None:
    """Take back the erasure that this reply has begun; raises CannotDoThat once it is past its grace."""
    mine = select(Erasure.id).where(Erasure.reply_id == reply.id, Erasure.state != ErasureState.UNDONE)
    erasure_id = session.scalar(mine)
    if erasure_id is not None:
        undo_erasure(session, erasure_id, by, now)


def end_pauses_of_fault(session: Session, reply: Reply, now: datetime) -> None:
    """A reply that failed is being settled after all: what is decided now stands for the pause that stood in for it."""
    _end_pauses(session, reply, now, by="settling", reason=OF_FAULT)


def _end_pauses(session: Session, reply: Reply, now: datetime, *, by: str, reason: str | None = None) -> None:
    pauses = select(Pause).where(Pause.reply_id == reply.id, Pause.ended_at.is_(None))
    for pause in session.scalars(pauses if reason is None else pauses.where(Pause.reason == reason)):
        session.delete(pause)
        _note(session, reply, EntryKind.PAUSE_ENDED, now, {"by": by})
    session.flush()


def _destroy_copy(session: Session, reply: Reply, now: datetime) -> None:
    """Nobody asked for what was frozen in doubt: the copy goes, and its key with it."""
    frozen = session.scalar(select(FrozenCopy).where(FrozenCopy.reply_id == reply.id))
    if frozen is not None:
        session.delete(frozen)
        session.flush()
        _note(session, reply, EntryKind.COPY_DESTROYED, now, {"by": "review"})


def withdraw_unsent(session: Session, reply: Reply, now: datetime, *, by: str) -> None:
    """Forget answers that never left; the decision that follows writes them again if they are still wanted.

    What was sent, or is on its way, is not said twice.
    """
    for letter_id, state in _answers(session, reply).items():
        if state in UNSENT:
            session.execute(delete(Delivery).where(Delivery.letter_id == letter_id))
            session.execute(delete(Letter).where(Letter.id == letter_id))
            _note(session, reply, EntryKind.LETTER_CANCELLED, now, {"letter": letter_id, "by": by})


def refuse_under_way(session: Session, reply: Reply) -> None:
    """Raise LetterUnderWay while nobody can say whether an answer has left."""
    for state in _answers(session, reply).values():
        if state not in UNSENT and state != DeliveryState.SENT:
            raise LetterUnderWay(f"a letter of reply {reply.id} is {state}; decide about the letter first")


def _answers(session: Session, reply: Reply) -> dict[int, str]:
    """Where each letter is that answers this reply, locked: nobody claims one between this look and its end."""
    rows = session.execute(
        select(Letter.id, Delivery.state)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.reply_id == reply.id, Letter.step.startswith(ANSWER, autoescape=True))
        .with_for_update(of=Delivery)
    ).all()
    return {letter_id: state for letter_id, state in rows}  # noqa: C416  rows


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
    void(session, reply, now)
    reply.state, reply.decided_at = ReplyState.HANDLED, now
    write_review(session, reply, frozenset(), reviewer, "dismissed", now)


def _note(session: Session, reply: Reply, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == reply.contact_id))
    record(session, now, kind, subject=subject, payload={"reply": reply.id, "case": reply.case, **payload})
