"""Importing what a sending tool has sent: to contacts only, each mail once, all of a file or none of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.reading.message import UnreadableMail
from classifiers.reading.sent_mail import MOST_CHARS, written_text
from daemon.campaigns import Footer, campaign_of, footers_of, open_campaigns
from daemon.clock import Clock
from daemon.contacts.dates import Order
from daemon.ledger.entries import EntryKind, record
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_rows import Known, lock_contacts
from daemon.mail.sent_texts import seal_text
from daemon.outreach_columns import mapped
from daemon.outreach_rows import RowFault, SentRow, read_rows, rows_of
from daemon.records import Campaign, Contact, OutreachMessage
from daemon.records.database import Database
from daemon.records.encryption import Vault
from daemon.records.table import Table

ROWS_AT_ONCE = 500
"""Rows in one transaction, so that the service never waits long for an import."""


@dataclass(slots=True)
class Report:
    """What an import did, or would do. Lines count from 1, the head of the file included."""

    columns: Mapping[str, str]
    """Column by field, as it was understood."""
    rows: int = 0
    added: int = 0
    filled: int = 0
    """Messages of which something was learned that was not known."""
    known: int = 0
    """Rows that say nothing new."""
    not_contacts: list[int] = field(default_factory=list)
    """Lines whose recipient is no contact; nothing of them was stored."""
    unreadable: list[int] = field(default_factory=list)
    """Lines whose text could not be read; they were imported without it."""
    new_campaigns: list[str] = field(default_factory=list)
    """Campaigns of which nobody has said yet what their footer promised."""
    faults: list[RowFault] = field(default_factory=list)
    imported: bool = False


@dataclass(frozen=True, slots=True)
class OutreachImport:
    """What importing needs, wired once."""

    database: Database
    vault: Vault
    sandbox: Sandbox
    clock: Clock

    def run(
        self,
        table: Table,
        chosen: Mapping[str, str],
        *,
        zone: tzinfo = UTC,
        order: Order | None = None,
        skip_bad: bool = False,
        dry_run: bool = False,
    ) -> Report:
        """Import all rows of a table, or none while any is bad, unless `skip_bad`; raises WrongMapping."""
        columns = mapped(table.head, chosen)
        rows, faults = rows_of([*read_rows(table, columns, zone, order)])
        report = Report(columns, rows=len(table.rows) + len(table.bad), faults=faults)
        if faults and not skip_bad:
            return report
        for start in range(0, len(rows), ROWS_AT_ONCE):
            self._import(rows[start : start + ROWS_AT_ONCE], report, dry_run=dry_run)
        report.imported = not dry_run
        return report

    def _import(self, rows: Sequence[SentRow], report: Report, *, dry_run: bool) -> None:
        with self.database.read() as session:
            contacts = _contacts(session, rows)
        report.not_contacts += [row.line for row in rows if row.recipient not in contacts]
        rows = [row for row in rows if row.recipient in contacts]
        texts = self._texts(rows, report)
        with self.database.write() as session:
            before = report.added + report.filled
            self._store(session, rows, contacts, texts, report)
            changes = report.added + report.filled - before
            if dry_run:
                session.rollback()
            elif changes:
                record(session, self.clock(), EntryKind.OUTREACH_IMPORTED, payload={"changes": changes})

    def _texts(self, rows: Sequence[SentRow], report: Report) -> dict[int, str]:
        """By line, what was written; a tool's text is as little trusted as a mail, and parsed where mails are."""
        with_text = [row for row in rows if row.text]
        messages = self.sandbox.parse_many([_as_mail(row.text or "") for row in with_text])
        report.unreadable += [
            row.line for row, message in zip(with_text, messages, strict=True) if isinstance(message, UnreadableMail)
        ]
        return {
            row.line: written_text(message).replace("\0", "")
            for row, message in zip(with_text, messages, strict=True)
            if not isinstance(message, UnreadableMail)
        }

    def _store(
        self,
        session: Session,
        rows: Sequence[SentRow],
        contacts: Mapping[str, int],
        texts: Mapping[int, str],
        report: Report,
    ) -> None:
        people = lock_contacts(session, {contacts[row.recipient] for row in rows})
        known = Known.all_of(session, people)
        footers, still_open = footers_of(session), open_campaigns(session)
        for row in rows:
            contact = contacts[row.recipient]
            if contact not in people:
                report.not_contacts.append(row.line)
                continue
            text = texts.get(row.line)
            message = known.row(contact, row.message_id, row.subject, row.sent_at)
            is_new = message is None
            if message is None:
                message = OutreachMessage(contact_id=contact, sent_at=row.sent_at)
                session.add(message)
            campaign = self._campaign(session, row.campaign, text, footers, report)
            learned = self._fill(message, row, text, campaign, still_open)
            session.flush()
            known.add(message)
            report.added += is_new
            report.filled += learned and not is_new
            report.known += not learned and not is_new

    def _campaign(
        self, session: Session, name: str | None, text: str | None, footers: Sequence[Footer], report: Report
    ) -> int | None:
        """The campaign by the footer that was sent, which binds; else the one that the tool names."""
        if text and (found := campaign_of(text, footers)):
            return found
        if name is None:
            return None
        campaign = session.scalar(select(Campaign).where(Campaign.name == name))
        if campaign is None:
            campaign = Campaign(name=name, promise="none")
            session.add(campaign)
            session.flush()
            if name not in report.new_campaigns:
                report.new_campaigns.append(name)
        return campaign.id

    def _fill(
        self, message: OutreachMessage, row: SentRow, text: str | None, campaign: int | None, still_open: frozenset[int]
    ) -> bool:
        """Write what was not known; whether there was anything."""
        before = (message.message_id, message.subject, message.in_reply_to, message.campaign_id, message.text)
        message.message_id = message.message_id or row.message_id
        message.subject = message.subject or row.subject
        message.in_reply_to = message.in_reply_to or row.in_reply_to
        if campaign is not None and (message.campaign_id is None or message.campaign_id in still_open - {campaign}):
            message.campaign_id = campaign
        if message.text is None and text is not None:
            seal_text(self.vault, message, text)
        return before != (message.message_id, message.subject, message.in_reply_to, message.campaign_id, message.text)


def _contacts(session: Session, rows: Sequence[SentRow]) -> dict[str, int]:
    forms = {row.recipient for row in rows}
    found = session.execute(select(Contact.email_normal, Contact.id).where(Contact.email_normal.in_(forms)))
    return {row.email_normal: row.id for row in found}


def _as_mail(text: str) -> bytes:
    """A tool's text as the one part of a mail."""
    kind = "html" if "</" in text or "<br" in text.lower() else "plain"
    head = f"MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + text[: 4 * MOST_CHARS]).encode("utf-8", "replace")
