"""Everything that is stored about one contact, for whoever has to answer for it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.records import (
    Campaign,
    Contact,
    ContactList,
    Delivery,
    Erasure,
    Letter,
    OutreachMessage,
    Pause,
    Provenance,
    Reply,
    Request,
)
from daemon.records.contact_cells import CONTACT_COLUMNS, PROVENANCE_COLUMNS
from daemon.records.digests import Digester, suppressed

Shown = dict[str, Any]


def everything(session: Session, digester: Digester, contact: Contact) -> Shown:
    """The contact with provenance, messages, replies, requests, letters, erasures and stops; as it is printed."""
    return {
        **{name: getattr(contact, name) for name in ("id", *CONTACT_COLUMNS, "created_at")},
        "letters_off_since": contact.letters_off_since,
        "restricted_since": contact.restricted_since,
        "suppressed": _suppression(session, digester, contact),
        "pauses": _rows(session, Pause, contact, ("reason", "since", "until", "ended_at", "ended_by", "reply_id")),
        "provenance": _provenance(session, contact),
        "messages": _messages(session, contact),
        "replies": _rows(session, Reply, contact, ("id", "case", "received_at", "state", "language", "message_id")),
        "requests": _rows(session, Request, contact, ("id", "case", "right", "state", "received_at", "legal_due")),
        "letters": _letters(session, contact),
        "erasures": _rows(session, Erasure, contact, ("id", "case", "state", "started_at", "grace_until")),
    }


def _rows(
    session: Session, record: type[Pause | Reply | Request | Erasure], contact: Contact, names: tuple[str, ...]
) -> list[Shown]:
    rows = session.scalars(select(record).where(record.contact_id == contact.id).order_by(record.id))
    return [{name: getattr(row, name) for name in names} for row in rows]


def _suppression(session: Session, digester: Digester, contact: Contact) -> Shown | None:
    row = suppressed(session, digester, contact.email)
    return {"scope": row.scope, "reason": row.reason, "since": row.since} if row else None


def _provenance(session: Session, contact: Contact) -> list[Shown]:
    rows = (
        select(Provenance, ContactList.name)
        .outerjoin(ContactList, ContactList.id == Provenance.list_id)
        .where(Provenance.contact_id == contact.id)
        .order_by(Provenance.id)
    )
    return [
        {"id": row.id, "list": name, **{column: getattr(row, column) for column in PROVENANCE_COLUMNS}}
        for row, name in session.execute(rows)
    ]


def _messages(session: Session, contact: Contact) -> list[Shown]:
    rows = (
        select(OutreachMessage, Campaign.name)
        .outerjoin(Campaign, Campaign.id == OutreachMessage.campaign_id)
        .where(OutreachMessage.contact_id == contact.id)
        .order_by(OutreachMessage.sent_at)
    )
    names = ("message_id", "subject", "sent_at", "source")
    return [{"campaign": name, **{key: getattr(row, key) for key in names}} for row, name in session.execute(rows)]


def _letters(session: Session, contact: Contact) -> list[Shown]:
    rows = (
        select(Letter, Delivery)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.contact_id == contact.id)
        .order_by(Letter.id)
    )
    return [
        {"id": letter.id, "sections": letter.sections, "state": delivery.state, "sent_at": delivery.sent_at}
        for letter, delivery in session.execute(rows)
    ]
