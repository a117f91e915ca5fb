"""Contacts in the fixed format, as `replyd contacts import` reads it back."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.contacts.known import portions
from daemon.contacts.tidying import defused
from daemon.records import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.contact_cells import COLUMNS, CONTACT_COLUMNS, PROVENANCE_COLUMNS

Cells = dict[str, str]


def contact_ids(session: Session, list_id: int | None = None) -> list[int]:
    """Everybody, or the people of one list, in the order in which they came."""
    if list_id is None:
        return list(session.scalars(select(Contact.id).order_by(Contact.id)))
    of_list = select(Provenance.contact_id).where(Provenance.list_id == list_id).distinct()
    return sorted(session.scalars(of_list))


def export_lines(session: Session, ids: Sequence[int]) -> Iterator[str]:
    """Lines of CSV, the head first; messages whose Message-ID is not known cannot be written in this format."""
    yield _line(COLUMNS)
    for portion in portions(ids):
        for cells in _rows(session, portion):
            yield _line([defused(cells.get(name, "")) for name in COLUMNS])


def _line(values: Iterable[str]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerow(values)
    return written.getvalue()


def _rows(session: Session, ids: Sequence[int]) -> Iterator[Cells]:
    """A row for each source and each message of a contact, at least one."""
    provenance: dict[int, list[Cells]] = {}
    for row in session.scalars(select(Provenance).where(Provenance.contact_id.in_(ids)).order_by(Provenance.id)):
        cells = {name: _cell(getattr(row, name)) for name in PROVENANCE_COLUMNS}
        provenance.setdefault(row.contact_id, []).append(cells)
    messages: dict[int, list[Cells]] = {}
    sent = (
        select(OutreachMessage, Campaign)
        .outerjoin(Campaign, Campaign.id == OutreachMessage.campaign_id)
        .where(OutreachMessage.contact_id.in_(ids), OutreachMessage.message_id.is_not(None))
        .order_by(OutreachMessage.id)
    )
    for message, campaign in session.execute(sent):
        messages.setdefault(message.contact_id, []).append(_message(message, campaign))
    for contact in session.scalars(select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id)):
        own = {name: _cell(getattr(contact, name)) for name in CONTACT_COLUMNS}
        nothing: Cells = {}
        sources, sent_to = provenance.get(contact.id, [nothing]), messages.get(contact.id, [nothing])
        for source, sent_mail in zip_longest(sources, sent_to, fillvalue=nothing):
            yield {**own, **source, **sent_mail}


def _message(row: OutreachMessage, campaign: Campaign | None) -> Cells:
    cells = {"message_id": row.message_id, "subject": row.subject, "sent_at": row.sent_at}
    about = {"campaign": campaign.name, "promise": campaign.promise} if campaign else {}
    return {name: _cell(value) for name, value in {**cells, **about}.items()}


def _cell(value: object) -> str:
    """A stored value as a cell: an empty list is `none`, what nobody knows is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return str(value)
