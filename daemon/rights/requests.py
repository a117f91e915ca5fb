"""Requests that a person answers: closed by name, with the reason in the ledger as a code."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.states import RequestState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Request, Subject
from daemon.rights.background import OPEN
from daemon.rights.restriction import end_restriction


class NoOpenRequest(ReplydError):  # noqa: N818  an outcome that callers name
    """There is no such request, or it is answered or closed already."""

    permanent = True


def close(session: Session, request_id: int, *, how: str, by: str, now: datetime) -> Request:
    """Close a request that a person has dealt with; `how` is a code (`answered_by_hand`). Raises NoOpenRequest.

    With the last dispute about a contact's data their restriction ends.
    """
    request = session.get(Request, request_id, with_for_update=True)
    if request is None or request.state not in OPEN:
        raise NoOpenRequest(f"request {request_id} is not open; `replyd requests list` shows those that are")
    check(RequestState(request.state), RequestState.CLOSED)
    request.state, request.changed_at = RequestState.CLOSED, now
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == request.contact_id))
    payload = {"reply": request.reply_id, "case": request.case, "right": request.right, "how": how, "by": by}
    record(session, now, EntryKind.REQUEST_CLOSED, subject=subject, payload=payload)
    if request.right == Intent.RECTIFICATION:
        end_restriction(session, request.contact_id, by=by, now=now)
    return request


def switch_letters_on(session: Session, contact: Contact, *, by: str, now: datetime) -> bool:
    """Let letters go to a contact again after one had bounced; False when they were not switched off."""
    if contact.letters_off_since is None:
        return False
    contact.letters_off_since = None
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == contact.id))
    record(session, now, EntryKind.LETTERS_SWITCHED_ON, subject=subject, payload={"by": by})
    return True
