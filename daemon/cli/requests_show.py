"""`replyd requests show`: the whole story of one case, from the records and the ledger."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from daemon.cli.options import WrongUse
from daemon.records import (
    ChallengeRecord,
    Contact,
    Delivery,
    Erasure,
    LedgerEntry,
    Letter,
    Reply,
    Request,
    Review,
    SystemTask,
)


def story_of(session: Session, request_id: int) -> dict[str, Any]:
    """Everything that is kept about the case of a request, in the order of time; raises WrongUse for an unknown one."""
    request = session.get(Request, request_id)
    if request is None:
        raise WrongUse(f"there is no request {request_id}; `replyd requests list --all` names them")
    reply = session.get_one(Reply, request.reply_id)
    contact = session.get(Contact, reply.contact_id) if reply.contact_id else None
    return {
        "id": request.id,
        "case": request.case,
        "contact": contact.email if contact else None,
        "requests": [_request(row) for row in _of(session, Request, reply.id)],
        "reply": _reply(reply),
        "reviews": [
            {"by": r.reviewer, "at": r.decided_at, "intents": r.intents} for r in _of(session, Review, reply.id)
        ],
        "letters": _letters(session, reply.id),
        "challenges": [
            {"state": row.state, "sent": row.created_at, "until": row.valid_until, "settled": row.settled_at}
            for row in _of(session, ChallengeRecord, reply.id)
        ],
        "erasure": _erasure(session, reply.id),
        "ledger": _entries(session, reply, request),
    }


def _of(session: Session, record: Any, reply_id: int) -> list[Any]:  # noqa: ANN401  any record that is about a reply
    return list(session.scalars(select(record).where(record.reply_id == reply_id).order_by(record.id)))


def _request(row: Request) -> dict[str, Any]:
    dates = {"received_at": row.received_at, "safe_due": row.safe_due, "legal_due": row.legal_due}
    return {"id": row.id, "right": row.right, "state": row.state, **dates, "changed_at": row.changed_at}


def _reply(row: Reply) -> dict[str, Any]:
    times = {"received_at": row.received_at, "stored_at": row.stored_at, "decided_at": row.decided_at}
    how = {"matched_by": row.matched_by, "evidence": row.evidence or []}
    return {"id": row.id, "state": row.state, **times, **how, "plan": row.plan or [], "reasons": row.reasons or []}


def _letters(session: Session, reply_id: int) -> list[dict[str, Any]]:
    found = select(Letter, Delivery).join(Delivery, Delivery.letter_id == Letter.id).where(Letter.reply_id == reply_id)
    return [
        {
            "id": letter.id,
            "step": letter.step,
            "sections": letter.sections,
            "language": letter.language,
            "state": delivery.state,
            "reason": delivery.reason,
            "created_at": letter.created_at,
            "sent_at": delivery.sent_at,
        }
        for letter, delivery in session.execute(found.order_by(Letter.id))
    ]


def _erasure(session: Session, reply_id: int) -> dict[str, Any] | None:
    row = session.scalar(select(Erasure).where(Erasure.reply_id == reply_id))
    if row is None:
        return None
    tasks = session.scalars(select(SystemTask).where(SystemTask.erasure_id == row.id).order_by(SystemTask.id))
    times = {"started_at": row.started_at, "grace_until": row.grace_until, "purged_at": row.purged_at}
    done = [{"system": t.system, "state": t.state, "due": t.due, "done_at": t.done_at, "by": t.done_by} for t in tasks]
    return {"id": row.id, "state": row.state, **times, "done_at": row.done_at, "tasks": done}


def _entries(session: Session, reply: Reply, request: Request) -> list[dict[str, Any]]:
    """Entries that name the case or the reply."""
    about = or_(
        LedgerEntry.payload["case"].as_string() == request.case,
        LedgerEntry.payload["reply"].as_integer() == reply.id,
    )
    found = session.scalars(select(LedgerEntry).where(about).order_by(LedgerEntry.id))
    return [{"seq": row.seq, "at": row.at, "kind": row.kind, "payload": row.payload} for row in found]
