"""What became of each reply, read from the database as the desk would read it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.reading.message import Message
from daemon.decisions.states import ReplyState, RequestState
from daemon.records import PredictionRecord, Reply, Request
from daemon.understanding import Understood
from daemon.wiring import Parts


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reply: who wrote what, what it was taken for, what was done, and why a person is asked, if one is."""

    reply_id: int
    state: ReplyState
    sender: str
    words: str
    """The person's own words; empty where the text was dropped or cannot be read."""
    certain: tuple[tuple[str, float], ...]
    """Intents that are acted on, with their probabilities."""
    perhaps: tuple[tuple[str, float], ...]
    """Intents that a person has to confirm."""
    robot: str | None
    """Kind of automatic mail."""
    done: tuple[str, ...]
    reasons: tuple[str, ...]
    error: str | None
    due: date | None
    """Last day on which the law lets an open request be answered."""

    @property
    def waits(self) -> bool:
        """Whether a person is asked."""
        return self.state in {ReplyState.REVIEW, ReplyState.FAILED}


def outcomes(parts: Parts, *, after: int) -> list[Outcome]:
    """Every decided reply whose number is above `after`, in order."""
    with parts.database.read() as session:
        replies = session.scalars(select(Reply).where(Reply.id > after).order_by(Reply.id)).all()
        decided = [reply for reply in replies if reply.state != ReplyState.RECEIVED]
        predictions = {
            row.reply_id: row
            for row in session.scalars(
                select(PredictionRecord).where(PredictionRecord.reply_id.in_([reply.id for reply in decided]))
            )
        }
        due = {reply.id: _due(session, reply.id) for reply in decided}
    read = parts.pipeline.reader.understand(decided)
    return [
        _outcome(reply, item if isinstance(item, Understood) else None, predictions.get(reply.id), due[reply.id])
        for reply, item in zip(decided, read, strict=True)
    ]


def _due(session: Session, reply_id: int) -> date | None:
    waiting = (RequestState.OPEN, RequestState.WITH_PERSON)
    days = select(Request.legal_due).where(Request.reply_id == reply_id, Request.state.in_(waiting))
    return min(session.scalars(days), default=None)


def _outcome(reply: Reply, item: Understood | None, row: PredictionRecord | None, due: date | None) -> Outcome:
    return Outcome(
        reply_id=reply.id,
        state=ReplyState(reply.state),
        sender=_sender(item.case.reading.message) if item else "",
        words=item.case.reading.own.text.strip() if item else "",
        certain=tuple((intent, row.probabilities[intent]) for intent in row.act) if row else (),
        perhaps=tuple((intent, row.probabilities[intent]) for intent in row.maybe) if row else (),
        robot=reply.automatic_kind,
        done=tuple(line for line in reply.plan or () if line != "ask a person"),
        reasons=tuple(reply.reasons or ()),
        error=reply.error,
        due=due,
    )


def _sender(message: Message) -> str:
    return ", ".join(f"{box.name} <{box.address}>" if box.name else box.address for box in message.from_)
