"""Reading Sent: to which contacts we wrote, under which Message-ID and in which words.

Only headers are fetched of a mail that went to nobody whom we hold data about, and nothing of it is stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from classifiers.reading.message import UnreadableMail
from classifiers.reading.sent_mail import written_text
from daemon.campaigns import footers_of
from daemon.clock import Clock
from daemon.mail.errors import FolderRefused, MailboxLost
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.imap_fetch import Fetched
from daemon.mail.intake import LEASE, LeaseLost
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_cursor import Cursors, before_the_first, rewind
from daemon.mail.sent_folder import NoSentFolder
from daemon.mail.sent_headers import FIELDS, SentHeader, sent_header
from daemon.mail.sent_rows import SentMail, Wanted, store, wanted
from daemon.records import Account, MailboxCursor
from daemon.records.database import Database
from daemon.records.digests import BadAddress, normal_form
from daemon.records.encryption import Vault

__all__ = ["MOST", "Looked", "SentIntake", "rewind"]

log = structlog.get_logger()

MOST = 2_000
"""Mails of Sent that are looked at before the inbox has its turn: about a second."""
PORTION = 200
"""Mails whose headers are fetched, and whose rows are stored, at once."""
TEXT_BYTES = 256 * 1024
"""Of a larger mail the beginning is fetched: its text stands before its attachments."""
REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
"""How long Sent is left alone after a connection broke there; twice as long each time, up to the longest."""
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


@dataclass(slots=True)
class _Memory:
    """What one reader remembers from call to call."""

    folder: str | None = None
    """The name that was found."""
    complaint: str | None = None
    """What was last logged, so that it is logged once."""
    losses: int = 0
    """Connections that broke here in a row."""
    rests_until: datetime | None = None


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
    _memory: _Memory = field(default_factory=_Memory, repr=False)

    def take_in(self, mailbox: Mailbox, *, most: int = MOST) -> int:
        """Look at the next `most` mails; how many there were, so that fewer than `most` means: all of it is known.

        Without a Sent folder, or while another process reads it, none; nor for a while after the connection broke here,
        so that a folder that cannot be read keeps nobody from the inbox. Raises MailboxLost.
        """
        memory, mails = self._memory, 0
        if memory.rests_until and self.clock() < memory.rests_until:
            return 0
        try:
            for looked in self.look_through(mailbox, most=most):
                mails += looked.mails
            memory.losses, memory.rests_until, memory.complaint = 0, None, None
        except (LeaseLost, NoSentFolder, FolderRefused) as error:
            self._complain(type(error).__name__)
        except MailboxLost:
            memory.losses += 1
            memory.rests_until = self.clock() + min(REST * 2 ** min(memory.losses - 1, 16), LONGEST_REST)
            raise
        return mails

    def look_through(self, mailbox: Mailbox, *, most: int | None = None) -> Iterator[Looked]:
        """Look at the next mails, portion by portion; what was yielded is stored, whatever happens afterwards.

        Raises LeaseLost, NoSentFolder, FolderRefused, MailboxLost.
        """
        folder = self._name(mailbox)
        try:
            state = mailbox.examine(folder)
        except FolderRefused:
            self._memory.folder = None  # it may have got another name
            raise
        cursors = Cursors(self.database, self.clock, self.node, self.account_id, self.days, self.lease)
        cursor = cursors.lease(folder, state)
        try:
            yield from self._portions(mailbox, cursors, cursor, state, most)
        finally:
            cursors.release(cursor)

    def _name(self, mailbox: Mailbox) -> str:
        name = self.folder or self._memory.folder or mailbox.find_special(b"\\Sent")
        if name is None:
            raise NoSentFolder(
                "the server names no Sent folder; set account.imap.sent_folder, or account.imap.read_sent = false"
            )
        self._memory.folder = name
        return name

    def _portions(
        self, mailbox: Mailbox, cursors: Cursors, cursor: MailboxCursor, state: FolderState, most: int | None
    ) -> Iterator[Looked]:
        after = cursor.last_uid or before_the_first(mailbox, cursor.started_at, state)
        if after > cursor.last_uid:
            cursors.pass_by(cursor, after)
        left = most
        own = self._own_addresses()
        for uids in mailbox.new_uids(after):
            for start in range(0, len(uids), self.portion):
                some = uids[start : start + self.portion][:left]
                if not some:
                    return
                advance = partial(cursors.advance, cursor=cursor, last_uid=some[-1])
                looked = self._take(mailbox, some, own, advance)
                yield replace(looked, left=max(len(uids) - start - len(some), state.uidnext - 1 - some[-1]))
                left = None if left is None else left - len(some)

    def _take(
        self, mailbox: Mailbox, uids: Sequence[int], own: frozenset[str], advance: Callable[[Session], None]
    ) -> Looked:
        """Store one portion; `advance` moves the cursor in the same transaction."""
        headers = [sent_header(uid, block) for uid, block in mailbox.list_headers(uids, FIELDS)]
        with self.database.read() as session:
            to_contacts = wanted(session, headers, own)
            footers = footers_of(session)
        mails = self._mails(mailbox, {header.uid: header for header in headers}, to_contacts)
        for attempt in range(_TWICE):
            try:
                with self.database.write() as session:
                    stored = store(session, self.vault, mails, footers)
                    advance(session)
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

    def _complain(self, what: str) -> None:
        if self._memory.complaint != what:
            self._memory.complaint = what
            log.warning("sent_folder_not_read", error=what)


def _storable(text: str) -> str:
    """Text without what a database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
