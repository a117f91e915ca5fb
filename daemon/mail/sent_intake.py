"""Reading Sent: to which contacts we wrote, under which Message-ID and in which words.

Only headers are fetched of a mail that went to nobody whom we hold data about, and nothing of it is stored.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from classifiers.reading.message import UnreadableMail
from classifiers.reading.sent_mail import written_text
from daemon.campaigns import footers_of
from daemon.clock import Clock
from daemon.mail.errors import FolderRefused
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.imap_fetch import Fetched
from daemon.mail.intake import LEASE, LeaseLost
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_folder import NoSentFolder
from daemon.mail.sent_headers import FIELDS, SentHeader, sent_header
from daemon.mail.sent_rows import SentMail, Wanted, store, wanted
from daemon.records import Account, MailboxCursor
from daemon.records.conditional import rows_changed
from daemon.records.database import Database
from daemon.records.digests import BadAddress, normal_form
from daemon.records.encryption import Vault

log = structlog.get_logger()

KIND = "sent"
MOST = 2_000
"""Mails of Sent that are looked at before the inbox has its turn: about a second."""
PORTION = 200
"""Mails whose headers are fetched, and whose rows are stored, at once."""
TEXT_BYTES = 256 * 1024
"""Of a larger mail the beginning is fetched: its text stands before its attachments."""
_TEXTS = 20
"""Mails whose text is fetched and parsed at once."""
_TWICE = 2


@dataclass(frozen=True, slots=True)
class Looked:
    """One portion of the folder, stored."""

    last_uid: int
    mails: int
    stored: tuple[int, ...]
    """Contacts of the messages that were stored or filled, one for each message."""
    unreadable: int
    """Mails to contacts whose text could not be read; they are known by their headers."""
    left: int = 0
    """How many mails there are still, as far as the server has told."""


@dataclass(frozen=True, slots=True)
class SentIntake:
    """Takes what was sent to contacts out of the Sent folder of one account."""

    database: Database
    vault: Vault
    sandbox: Sandbox
    clock: Clock
    node: str
    account_id: int
    folder: str | None = None
    r"""The folder of sent mail; None for the one that the server marks (\Sent, RFC 6154) or names as usual."""
    days: int = 365
    """How far it is read back the first time."""
    max_bytes: int = TEXT_BYTES
    lease: timedelta = LEASE
    portion: int = PORTION
    _found: dict[str, str] = field(default_factory=dict, repr=False)
    """Under `folder` the name that was found; under `complaint` what was last logged."""

    def take_in(self, mailbox: Mailbox, *, most: int = MOST) -> int:
        """Look at the next `most` mails; how many there were, so that fewer than `most` means: all of it is known.

        Without a Sent folder, or while another process reads it, none. Raises MailboxLost.
        """
        mails = 0
        try:
            for looked in self.look_through(mailbox, most=most):
                mails += looked.mails
                self._found.pop("complaint", None)
        except (LeaseLost, NoSentFolder, FolderRefused) as error:
            self._complain(type(error).__name__)
        return mails

    def look_through(self, mailbox: Mailbox, *, most: int | None = None) -> Iterator[Looked]:
        """Look at the next mails, portion by portion; what was yielded is stored, whatever happens afterwards.

        Raises LeaseLost, NoSentFolder, FolderRefused, MailboxLost.
        """
        folder = self._name(mailbox)
        try:
            state = mailbox.examine(folder)
        except FolderRefused:
            self._found.pop("folder", None)  # it may have got another name
            raise
        cursor = self._lease(folder, state)
        try:
            yield from self._portions(mailbox, cursor, state, most)
        finally:
            self._release(cursor)

    def _name(self, mailbox: Mailbox) -> str:
        name = self.folder or self._found.get("folder") or mailbox.find_special(b"\\Sent")
        if name is None:
            raise NoSentFolder(
                "the server names no Sent folder; set account.imap.sent_folder, or account.imap.read_sent = false"
            )
        self._found["folder"] = name
        return name

    def _portions(
        self, mailbox: Mailbox, cursor: MailboxCursor, state: FolderState, most: int | None
    ) -> Iterator[Looked]:
        after = cursor.last_uid or _before_the_first(mailbox, cursor.started_at, state)
        if after > cursor.last_uid:
            self._pass_by(cursor, after)
        left = most
        own = self._own_addresses()
        for uids in mailbox.new_uids(after):
            for start in range(0, len(uids), self.portion):
                some = uids[start : start + self.portion][:left]
                if not some:
                    return
                looked = self._take(mailbox, cursor, some, own)
                yield replace(looked, left=max(len(uids) - start - len(some), state.uidnext - 1 - some[-1]))
                left = None if left is None else left - len(some)

    def _take(self, mailbox: Mailbox, cursor: MailboxCursor, uids: Sequence[int], own: frozenset[str]) -> Looked:
        headers = [sent_header(uid, block) for uid, block in mailbox.list_headers(uids, FIELDS)]
        with self.database.read() as session:
            to_contacts = wanted(session, headers, own)
            footers = footers_of(session)
        mails = self._mails(mailbox, {header.uid: header for header in headers}, to_contacts)
        for attempt in range(_TWICE):
            try:
                with self.database.write() as session:
                    stored = store(session, self.vault, mails, footers)
                    self._advance(session, cursor, uids[-1])
                break
            except IntegrityError:  # an import has stored one of them in this very moment (PostgreSQL)
                if attempt:
                    raise
        if stored:
            log.info("sent_mail_read", messages=len(stored))
        return Looked(uids[-1], len(uids), tuple(stored), sum(mail.text is None for mail in mails))

    def _mails(
        self, mailbox: Mailbox, headers: Mapping[int, SentHeader], to_contacts: Mapping[int, Wanted]
    ) -> list[SentMail]:
        """The mails to contacts with their texts, a few in memory at a time."""
        fetched = mailbox.fetch(sorted(to_contacts), max_bytes=self.max_bytes)
        mails: list[SentMail] = []
        while some := list(islice(fetched, _TEXTS)):
            messages = self.sandbox.parse_many([mail.raw or b"" for mail in some])
            for mail, message in zip(some, messages, strict=True):
                header, to = headers[mail.uid], to_contacts[mail.uid]
                readable = None if isinstance(message, UnreadableMail) else message
                mails.append(
                    SentMail(
                        header,
                        to.contacts,
                        to.shared,
                        subject=_storable(readable.subject) or None if readable else None,
                        text=_storable(written_text(readable)) if readable else None,
                        sent_at=self._sent_at(header, mail),
                    )
                )
        return mails

    def _sent_at(self, header: SentHeader, mail: Fetched) -> datetime:
        """Its own date, unless that lies ahead of us; a copied folder has the day of the copy as INTERNALDATE."""
        now = self.clock()
        dates = [date for date in (header.date, mail.internal_date) if date and date <= now + timedelta(days=1)]
        return dates[0] if dates else now

    def _own_addresses(self) -> frozenset[str]:
        """Normal forms of the addresses of all our accounts: who of us got a copy is nobody else."""
        with self.database.read() as session:
            accounts = session.scalars(select(Account)).all()
        forms: set[str] = set()
        for address in (address for account in accounts for address in (account.address, *account.aliases)):
            with suppress(BadAddress):
                forms.add(normal_form(address))
        return frozenset(forms)

    def _lease(self, folder: str, state: FolderState) -> MailboxCursor:
        """Our cursor, leased; another process of this node may be reading too, so nobody takes a live lease over."""
        now, token = self.clock(), f"{self.node}:{secrets.token_hex(8)}"
        with self.database.write() as session:
            cursor = session.scalar(
                select(MailboxCursor).where(MailboxCursor.account_id == self.account_id, MailboxCursor.folder == folder)
            )
            if cursor is None:
                cursor = MailboxCursor(
                    account_id=self.account_id, folder=folder, kind=KIND, uidvalidity=state.uidvalidity, last_uid=0,
                    renumbered=False, started_at=now - timedelta(days=self.days),
                )  # fmt: skip
                session.add(cursor)
            elif cursor.kind != KIND:
                raise NoSentFolder(
                    f"folder {folder!r} is read for replies; set account.imap.sent_folder to the folder of sent mail"
                )
            elif cursor.lease_token and cursor.lease_until and cursor.lease_until >= now:
                raise LeaseLost(f"another process reads folder {folder!r} now; try again when it is done")
            if cursor.uidvalidity != state.uidvalidity:
                # RFC 9051 section 2.3.1.1: every UID we know is void. What is stored is known by Message-ID.
                log.warning("sent_folder_renumbered")
                cursor.uidvalidity, cursor.last_uid, cursor.renumbered = state.uidvalidity, 0, True
            cursor.lease_token, cursor.lease_until, cursor.polled_at = token, now + self.lease, now
        return cursor

    def _advance(self, session: Session, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor if the lease is still ours; the rows of a transaction that has lost it never land."""
        values = {"last_uid": last_uid, "lease_until": self.clock() + self.lease}
        if rows_changed(session, _ours(cursor).where(MailboxCursor.last_uid <= last_uid).values(values)) != 1:
            raise LeaseLost("another process reads the Sent folder now, or it is to be looked through again")

    def _pass_by(self, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor past all that is older than the beginning."""
        with self.database.write() as session:
            self._advance(session, cursor, last_uid)

    def _release(self, cursor: MailboxCursor) -> None:
        with self.database.write() as session:
            session.execute(_ours(cursor).values(lease_token=None, lease_until=None))

    def _complain(self, what: str) -> None:
        if self._found.get("complaint") != what:
            self._found["complaint"] = what
            log.warning("sent_folder_not_read", error=what)


def rewind(session: Session) -> None:
    """Have every Sent folder looked through again from its beginning, because there are new contacts.

    Whoever reads one now loses the lease, and begins again; what is stored with its text is not fetched twice.
    """
    session.execute(
        update(MailboxCursor).where(MailboxCursor.kind == KIND).values(last_uid=0, lease_token=None, lease_until=None)
    )


def _ours(cursor: MailboxCursor) -> Update:
    return update(MailboxCursor).where(MailboxCursor.id == cursor.id, MailboxCursor.lease_token == cursor.lease_token)


def _before_the_first(mailbox: Mailbox, since: datetime, state: FolderState) -> int:
    """The UID before the first mail that came since then; a day is added, since a server counts days in its own zone.

    Searched by the server's date of receipt, not bisected: a folder that was copied has its mails in any order.
    """
    first = next(mailbox.new_uids(0, since=(since - timedelta(days=1)).date()), None)
    return (first[0] if first else state.uidnext) - 1


def _storable(text: str) -> str:
    """Text without what a database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
