"""The replies that wait for a person, with everything that a person needs to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from daemon.cli.options import WrongUse
from daemon.decisions.states import ReplyState, RequestState
from daemon.outbox.letterpress import LetterStopped, read_draft
from daemon.records import Contact, Delivery, Letter, Reply, Request
from daemon.records.encryption import Vault
from daemon.understanding import Understood, Unreadable
from daemon.wiring import Parts
from responses.facts import MissingFact, Section
from responses.rendering import LetterTooLong, NoTemplate, Templates, render
from responses.sandbox import TemplateRefused

WAITING = (ReplyState.REVIEW, ReplyState.FAILED, ReplyState.SHADOWED)
_OPEN = (RequestState.OPEN, RequestState.WITH_PERSON)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reply that waits."""

    id: int
    case: str | None
    state: str
    received_at: datetime
    due: date | None
    """The earliest safe day of its requests."""
    contact: str | None
    """The stored address."""
    language: str | None
    own_text: str | None
    reasons: Sequence[str]
    """Why it is here; for one that failed, where."""
    act: Sequence[str]
    maybe: Sequence[str]
    plan: Sequence[str]
    """What was decided so far."""
    letter: str | None
    """The text that is held."""
    letter_state: str | None
    probabilities: Mapping[str, float]
    """Of each intent, as the classifier sees it now; empty where the mail cannot be read."""
    evidence: Sequence[str]
    """What shows that the contact sent it: levels and the rules that found them."""
    whole_text: str | None
    """Own words, what they quote, and the signature."""


def waiting_ids(session: Session, states: Sequence[ReplyState], limit: int) -> list[int]:
    """Those that wait, by deadline, then by age; what has no deadline comes after what has one."""
    due = (
        select(Request.reply_id, func.min(Request.safe_due).label("due"))
        .where(Request.state.in_(_OPEN))
        .group_by(Request.reply_id)
        .subquery()
    )
    rows = (
        select(Reply.id)
        .outerjoin(due, due.c.reply_id == Reply.id)
        .where(Reply.state.in_(states))
        .order_by(due.c.due.is_(None), due.c.due, Reply.received_at, Reply.id)
        .limit(limit)
    )
    return list(session.scalars(rows))


def waiting(parts: Parts, templates: Templates, ids: Sequence[int]) -> list[Waiting]:
    """These replies, in the order given; raises WrongUse for an id that there is not."""
    with parts.database.read() as session:
        replies = [_reply(session, reply_id) for reply_id in ids]
    understood = parts.pipeline.reader.understand(replies)
    with parts.database.read() as session:
        return [_waiting(session, parts.vault, templates, item) for item in understood]


def _reply(session: Session, reply_id: int) -> Reply:
    reply = session.get(Reply, reply_id)
    if reply is None:
        raise WrongUse(f"there is no reply {reply_id}; `replyd review list` names those that wait")
    return reply


def _waiting(session: Session, vault: Vault, templates: Templates, item: Understood | Unreadable) -> Waiting:
    reply = item.reply
    prediction = item.case.prediction if isinstance(item, Understood) else None
    due = session.scalar(
        select(func.min(Request.safe_due)).where(Request.reply_id == reply.id, Request.state.in_(_OPEN))
    )
    contact = session.get(Contact, reply.contact_id) if reply.contact_id else None
    state, text = _letter(session, vault, templates, reply)
    return Waiting(
        id=reply.id,
        case=reply.case,
        state=reply.state,
        received_at=reply.received_at,
        due=due,
        contact=contact.email if contact else None,
        language=reply.language,
        own_text=item.case.reading.own.text if isinstance(item, Understood) else None,
        reasons=[*(reply.reasons or ()), *([f"failed: {reply.error}"] if reply.error else ())],
        act=[intent.value for intent in prediction.act] if prediction else [],
        maybe=[intent.value for intent in prediction.maybe] if prediction else [],
        plan=reply.plan or [],
        letter=text,
        letter_state=state,
        probabilities={i.value: round(p, 4) for i, p in prediction.probabilities.items()} if prediction else {},
        evidence=[f"{piece['level']} {piece['rule']}" for piece in reply.evidence or ()],
        whole_text=_whole_text(item) if isinstance(item, Understood) else None,
    )


def _whole_text(item: Understood) -> str:
    own = item.case.reading.own
    return "\n\n".join(part.strip() for part in (own.text, own.signature, own.quoted) if part.strip())


def _letter(session: Session, vault: Vault, templates: Templates, reply: Reply) -> tuple[str | None, str | None]:
    """State and text of the newest letter that answers a reply; the text is what would leave now."""
    row: Any = session.execute(
        select(Letter.id, Delivery.state)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.reply_id == reply.id)
        .order_by(Letter.id.desc())
        .limit(1)
    ).first()
    return (row.state, letter_text(session, vault, templates, row.id)) if row else (None, None)


def letter_text(session: Session, vault: Vault, templates: Templates, letter_id: int) -> str:
    """Subject and text of a letter, or why there is none."""
    try:
        draft = read_draft(session, vault, letter_id)
        sections = tuple(Section(name) for name in draft.letter.sections)
        letter = render(sections, draft.facts, draft.letter.language, templates)
    except LetterStopped as error:
        return f"(cannot be shown: {error.reason})"
    except (MissingFact, NoTemplate, LetterTooLong, TemplateRefused) as error:
        return f"(cannot be written: {error})"
    return f"To: {draft.recipient}\nSubject: {letter.subject}\n\n{letter.text}"
