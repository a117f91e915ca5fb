"""Importing contacts: suppression wins, what is stored wins, and the same file twice changes nothing.

The file is understood first; then everybody is looked up and written in one transaction, or nothing is.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.contacts.known import Digests, digests_of, portions, read_known
from daemon.contacts.lists import ListTerms, made_or_same, same_or_none
from daemon.contacts.mapping import fixed_format
from daemon.contacts.planning import Changes, contradictions, plan
from daemon.contacts.report import Report
from daemon.contacts.rows import Batch, ContactRow, Fault, Reading, kinds_by_rule, read_batch
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.mail.sent_intake import rewind
from daemon.records import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.table_file import read_table

PEOPLE_AT_ONCE = 5_000
"""Contacts in one transaction: a second, on a busy machine five; the service waits ten (`BUSY_TIMEOUT_MS`).

Whoever imports more at once, and is interrupted, imports the same file again: what is there already is left alone.
"""


ALL_ALIKE = {"render_nulls": True}
"""Rows with gaps go in the same statement as those without; else each change of shape would begin a new one."""


class ImportedMeanwhile(ReplydError):  # noqa: N818  an outcome that callers name
    """Two imports of the same people met; the other one was first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is imported."""

    skip_bad: bool = False
    dry_run: bool = False
    update: bool = False
    """The file replaces what is stored, but for addresses and disputed data."""
    into: ListTerms | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """What importing needs, wired once."""

    database: Database
    digester: Digester
    clock: Clock

    def run(self, raw: bytes, *, skip_bad: bool, dry_run: bool) -> Report:
        """Import a file in the fixed format; raises BadFile or WrongMapping."""
        table = read_table(raw)
        batch = read_batch(table, Reading(fixed_format(table).columns, self.clock().date()))
        return self.take(batch, Terms(skip_bad=skip_bad, dry_run=dry_run))

    def take(self, batch: Batch, terms: Terms) -> Report:
        """Import all rows of a file, or none while any is bad, unless they are to be skipped; raises BadAnswers."""
        faults = [*batch.faults, *contradictions(batch.rows, self._promises())]
        bad = {fault.line for fault in faults}
        report = Report(rows=batch.in_file, faults=sorted(faults, key=_place))
        if bad and not terms.skip_bad:
            return report
        rows = [row for row in batch.rows if row.line not in bad]
        report.kinds_by_rule = kinds_by_rule(rows)
        self._take(_by_person(rows), terms, report)
        report.imported = not terms.dry_run
        return report

    def _promises(self) -> dict[str, str]:
        with self.database.read() as session:
            return {campaign.name: campaign.promise for campaign in session.scalars(select(Campaign))}

    def _take(self, people: Sequence[Sequence[ContactRow]], terms: Terms, report: Report) -> None:
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            portion = people[start : start + PEOPLE_AT_ONCE]
            digests = digests_of(self.digester, (rows[0] for rows in portion))
            work = _Work(portion, digests, terms, report, self.clock)
            try:
                with self.database.read() if terms.dry_run else self.database.write() as session:
                    (work.look if terms.dry_run else work.write)(session)
            except IntegrityError:  # PostgreSQL lets two write at once
                raise ImportedMeanwhile(
                    "somebody else imported some of these people at this very moment, so nothing was; try again"
                ) from None


@dataclass
class _Work:
    """One import on its way."""

    people: Sequence[Sequence[ContactRow]]
    digests: dict[str, Digests]
    terms: Terms
    report: Report
    clock: Clock
    ids: dict[str, int] = field(default_factory=dict)
    """Contacts by normal form, once they are written."""

    def look(self, session: Session) -> None:
        """Say what would be done."""
        stored = same_or_none(session, self.terms.into) if self.terms.into else None
        self._plan(session, stored.id if stored else None)

    def write(self, session: Session) -> None:
        """Do it, in this one transaction."""
        into = made_or_same(session, self.terms.into, self.clock()) if self.terms.into else None
        before, added = self.report.changes, self.report.contacts_added
        changes = self._plan(session, into.id if into else None)
        if self.report.changes == before:
            return
        self._write_contacts(session, changes)
        self._write_provenance(session, changes)
        self._write_messages(session, changes)
        if changes.contacts:
            rewind(session)
        counts = {"changes": self.report.changes - before, "contacts": self.report.contacts_added - added}
        record(
            session,
            self.clock(),
            EntryKind.CONTACTS_IMPORTED,
            payload={**counts, **({"list": into.id} if into else {})},
        )

    def _plan(self, session: Session, list_id: int | None) -> Changes:
        known = read_known(session, self.digests, self.clock())
        self.ids = {normal: person.id for normal, person in known.people.items()}
        return plan(self.people, known, self.report, update=self.terms.update, list_id=list_id)

    def _write_contacts(self, session: Session, changes: Changes) -> None:
        now = self.clock()
        for portion in portions(changes.contacts):
            added = insert(Contact).returning(Contact.email_normal, Contact.id).execution_options(**ALL_ALIKE)
            written = session.execute(added, [{**values, "created_at": now} for values in portion])
            self.ids.update((normal, contact_id) for normal, contact_id in written)
        _update(session, Contact, changes.filled)

    def _write_provenance(self, session: Session, changes: Changes) -> None:
        rows = [{"contact_id": self.ids[normal], **values} for normal, values in changes.provenance]
        if rows:
            session.execute(insert(Provenance).execution_options(**ALL_ALIKE), rows)
        _update(session, Provenance, changes.provenance_filled)

    def _write_messages(self, session: Session, changes: Changes) -> None:
        session.add_all(Campaign(name=name, promise=promise) for name, promise in changes.campaigns.items())
        session.flush()
        campaigns = {campaign.name: campaign.id for campaign in session.scalars(select(Campaign))}
        rows: list[dict[str, Any]] = []
        for normal, sent in changes.messages:
            values = asdict(sent)
            name = values.pop("campaign")
            del values["promise"]
            campaign_id = campaigns[name] if name else None
            rows.append({"contact_id": self.ids[normal], "campaign_id": campaign_id, **values})
        if rows:
            session.execute(insert(OutreachMessage).execution_options(**ALL_ALIKE), rows)


def _by_person(rows: Sequence[ContactRow]) -> list[list[ContactRow]]:
    """The rows of each person together, people and rows in the order of the file."""
    people: dict[str, list[ContactRow]] = {}
    for row in rows:
        people.setdefault(row.email_normal, []).append(row)
    return list(people.values())


def _update(session: Session, record_type: type[Contact | Provenance], changes: dict[int, dict[str, Any]]) -> None:
    """Rows by identifier and new values; those that change the same columns go together."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, values in changes.items():
        by_columns.setdefault(tuple(sorted(values)), []).append({"id": row_id, **values})
    for rows in by_columns.values():
        session.execute(update(record_type), rows)


def _place(fault: Fault) -> tuple[int, str]:
    return fault.line, fault.column
