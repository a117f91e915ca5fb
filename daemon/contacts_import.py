"""Importing contacts: suppression wins, what is stored already wins, and the same file twice changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.ledger.entries import EntryKind, record
from daemon.records import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.contact_csv import ContactRow, Fault, read_rows
from daemon.records.database import Database
from daemon.records.digests import Digester, suppressed

CONTACTS_AT_ONCE = 200
"""Contacts in one transaction, so that the service never waits long for an import."""


@dataclass
class Report:
    """What an import did, or would do. Lines count from 1, the head of the file included."""

    rows: int = 0
    contacts_added: int = 0
    contacts_filled: int = 0
    """Contacts of whom something was learned that was not known."""
    provenance_added: int = 0
    messages_added: int = 0
    suppressed: list[int] = field(default_factory=list)
    """Lines of people whom nobody may write to; nothing of them was imported."""
    kept: list[int] = field(default_factory=list)
    """Lines that say something else than what is stored, which stays."""
    faults: list[Fault] = field(default_factory=list)
    imported: bool = False

    @property
    def changes(self) -> int:
        """How many rows were, or would be, added or filled."""
        return self.contacts_added + self.contacts_filled + self.provenance_added + self.messages_added


@dataclass(frozen=True, slots=True)
class Import:
    """What importing needs, wired once."""

    database: Database
    digester: Digester
    clock: Clock

    def run(self, raw: bytes, *, skip_bad: bool, dry_run: bool) -> Report:
        """Import all rows of a file, or none while any is bad, unless `skip_bad`; raises BadFile."""
        found = list(read_rows(raw))
        faults = [item for item in found if isinstance(item, Fault)]
        rows = [item for item in found if isinstance(item, ContactRow)]
        faults += [*_contradictions(rows), *self._other_promises(rows)]
        bad = {fault.line for fault in faults}
        report = Report(rows=len(rows) + len(bad - {row.line for row in rows}), faults=sorted(faults, key=_place))
        if bad and not skip_bad:
            return report
        self._import([row for row in rows if row.line not in bad], report, dry_run=dry_run)
        report.imported = not dry_run
        return report

    def _other_promises(self, rows: Sequence[ContactRow]) -> Iterator[Fault]:
        """Rows whose campaign is stored with another promise: what a footer said cannot be changed afterwards."""
        with self.database.read() as session:
            stored = {campaign.name: campaign.promise for campaign in session.scalars(select(Campaign))}
        for row in rows:
            sent = row.message
            if sent and sent.campaign in stored and sent.promise and sent.promise != stored[sent.campaign]:
                yield Fault(row.line, "promise", "differs from the promise that is stored for this campaign")

    def _import(self, rows: Sequence[ContactRow], report: Report, *, dry_run: bool) -> None:
        by_person = sorted(rows, key=lambda row: row.email_normal)  # sorting keeps the order of a person's rows
        people = [list(group) for _, group in groupby(by_person, lambda row: row.email_normal)]
        for start in range(0, len(people), CONTACTS_AT_ONCE):
            with self.database.write() as session:
                before = report.changes
                for person in people[start : start + CONTACTS_AT_ONCE]:
                    self._import_person(session, person, report)
                if dry_run:
                    session.rollback()
                elif added := report.changes - before:
                    record(session, self.clock(), EntryKind.CONTACTS_IMPORTED, payload={"changes": added})

    def _import_person(self, session: Session, rows: Sequence[ContactRow], report: Report) -> None:
        if suppressed(session, self.digester, rows[0].email) is not None:
            report.suppressed += [row.line for row in rows]
            return
        contact = _contact(session, rows, report, self.clock())
        for row in rows:
            report.provenance_added += _add_provenance(session, contact, row)
            report.messages_added += _add_message(session, contact, row)


def _place(fault: Fault) -> tuple[int, str]:
    return fault.line, fault.column


def _contradictions(rows: Sequence[ContactRow]) -> Iterator[Fault]:
    """Rows that say something else about a person, or a campaign, than an earlier row does."""
    said: dict[tuple[str, str], str] = {}
    for row in rows:
        cells = {name: value for name, value in row.said.items() if name != "email"}
        for column, value in cells.items():
            if said.setdefault((row.email_normal, column), value) != value:
                yield Fault(row.line, column, "differs from an earlier row of the same person")
        name, promise = (row.message.campaign, row.message.promise) if row.message else (None, None)
        if name and promise and said.setdefault(("promise of", name), promise) != promise:
            yield Fault(row.line, "promise", "differs from an earlier row of the same campaign")


def _contact(session: Session, rows: Sequence[ContactRow], report: Report, now: datetime) -> Contact:
    """The person's row: made, or filled where something was not known; what is stored is never replaced."""
    said = {name: value for row in rows for name, value in row.said.items()}
    contact = session.scalar(select(Contact).where(Contact.email_normal == rows[0].email_normal))
    if contact is None:
        contact = Contact(email_normal=rows[0].email_normal, created_at=now, **said)
        session.add(contact)
        session.flush()
        report.contacts_added += 1
        return contact
    unknown = {name: value for name, value in said.items() if getattr(contact, name) is None}
    for name, value in unknown.items():
        setattr(contact, name, value)
    report.contacts_filled += bool(unknown)
    report.kept += [
        row.line for row in rows if any(getattr(contact, n) != v for n, v in row.said.items() if n != "email")
    ]
    return contact


def _add_provenance(session: Session, contact: Contact, row: ContactRow) -> bool:
    """Store how some data came, unless exactly this is stored."""
    if row.provenance is None:
        return False
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(row.provenance).items()}
    stored = session.scalars(select(Provenance).where(Provenance.contact_id == contact.id))
    if any(all(getattr(known, name) == value for name, value in values.items()) for known in stored):
        return False
    session.add(Provenance(contact_id=contact.id, **values))
    session.flush()
    return True


def _add_message(session: Session, contact: Contact, row: ContactRow) -> bool:
    """Store a mail that was sent, unless it is known to have gone to this person."""
    sent = row.message
    if sent is None:
        return False
    known = select(OutreachMessage.id).where(
        OutreachMessage.contact_id == contact.id, OutreachMessage.message_id == sent.message_id
    )
    if session.scalar(known) is not None:
        return False
    session.add(
        OutreachMessage(
            contact_id=contact.id,
            campaign_id=_campaign(session, sent.campaign, sent.promise) if sent.campaign else None,
            message_id=sent.message_id,
            subject=sent.subject,
            sent_at=sent.sent_at,
        )
    )
    session.flush()
    return True


def _campaign(session: Session, name: str, promise: str | None) -> int:
    """The campaign of this name, made where there is none."""
    campaign = session.scalar(select(Campaign).where(Campaign.name == name))
    if campaign is None:
        campaign = Campaign(name=name, promise=promise or "none")
        session.add(campaign)
        session.flush()
    return campaign.id
