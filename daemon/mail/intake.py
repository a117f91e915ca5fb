"""Intake: raw mail and cursor into the database in one transaction, before any thought is given to a mail."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, union_all, update
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.decisions.states import ReplyState
from daemon.errors import ReplydError
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.imap_fetch import Fetched
from daemon.records import MailboxCursor, Reply
from daemon.records.conditional import rows_changed
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault

log = structlog.get_logger()

BATCH = 50
PORTION_BYTES = 8_000_000
LEASE = timedelta(minutes=5)
PAYLOAD_WAIT = timedelta(hours=1)
"""Some servers announce a mail before its text is there; after this long it is stored as failed, without its text."""


class LeaseLost(ReplydError):  # noqa: N818  an outcome that callers name
    """Another replyd reads this mailbox now."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes the mail of one folder of one account into the database."""

    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    node: str
    account_id: int
    folder: str
    max_bytes: int = 25_000_000
    lease: timedelta = LEASE
    """How long another node leaves the mailbox to us after we were last heard of."""
    _first_missed: dict[tuple[int, int], datetime] = field(default_factory=dict, repr=False)
    """UIDVALIDITY and UID of mails that the server named without a date and did not hand over, and since when."""
    _ahead: set[tuple[int, int]] = field(default_factory=set, repr=False)
    """UIDVALIDITY and UID of mails that are done with, while the cursor waits before another; only saves fetching."""

    def take_in(self, mailbox: Mailbox) -> int:
        """Store everything new in the folder; returns how many mails were stored. Raises LeaseLost, MailboxLost.

        A mail whose text is not there yet keeps the cursor before it, so that it is asked for again, but no other mail
        waiting: what comes after it is stored, and not fetched twice.
        """
        state = mailbox.examine(self.folder)
        cursor = self._lease(state)
        stored, awaited = 0, list[int]()
        for uids in mailbox.new_uids(cursor.last_uid):
            unseen = [uid for uid in uids if (cursor.uidvalidity, uid) not in self._ahead]
            for portion in _portions(mailbox.fetch(unseen, max_bytes=self.max_bytes)):
                stored += self._store(cursor, portion, awaited)
            self._pass_by(cursor, _before(awaited, uids[-1]))
        if not awaited:
            self._ahead.clear()
        return stored

    def _lease(self, state: FolderState) -> MailboxCursor:
        """Our cursor, leased; made at the present UID when there is none, so that nothing old is touched."""
        now, token = self.clock(), f"{self.node}:{secrets.token_hex(8)}"
        with self.database.write() as session:
            cursor = session.scalar(
                select(MailboxCursor).where(
                    MailboxCursor.account_id == self.account_id, MailboxCursor.folder == self.folder
                )
            )
            if cursor is None:
                cursor = self._begin_at_present(session, state, now)
            elif not _may_lease(cursor, self.node, now):
                raise LeaseLost(f"another replyd reads folder {self.folder!r}; stop one of the two, or let it be")
            if cursor.uidvalidity != state.uidvalidity:
                # RFC 9051 section 2.3.1.1: every UID we know is void. Digests tell what was read before.
                log.warning("mailbox_renumbered")
                cursor.uidvalidity, cursor.last_uid, cursor.renumbered = state.uidvalidity, 0, True
            cursor.lease_token, cursor.lease_until, cursor.polled_at = token, now + self.lease, now
        return cursor

    def _begin_at_present(self, session: Session, state: FolderState, now: datetime) -> MailboxCursor:
        cursor = MailboxCursor(
            account_id=self.account_id,
            folder=self.folder,
            uidvalidity=state.uidvalidity,
            last_uid=state.uidnext - 1,
            renumbered=False,
            started_at=now,
        )
        session.add(cursor)
        session.flush()
        return cursor

    def _store(self, cursor: MailboxCursor, portion: list[Fetched], awaited: list[int]) -> int:
        """Store a portion and move the cursor, at most up to the first mail that is `awaited`; returns how many.

        Adds the UIDs of mails whose text is not there yet and has to be asked for again.
        """
        now = self.clock()
        awaited += [mail.uid for mail in portion if mail.raw is None and not self._overdue(cursor, mail, now)]
        taken = [mail for mail in portion if mail.uid not in awaited]
        rows = [self._row(cursor, mail, now) for mail in taken]
        with self.database.write() as session:
            rows = self._unknown(session, cursor, rows)
            if rows:
                session.execute(insert(Reply), rows)
            self._advance(session, cursor, _before(awaited, portion[-1].uid))
        self._ahead.update((cursor.uidvalidity, mail.uid) for mail in taken if awaited and mail.uid > awaited[0])
        return len(rows)

    def _overdue(self, cursor: MailboxCursor, mail: Fetched, now: datetime) -> bool:
        """Whether its text has been waited for long enough: since its arrival, or since we first missed it."""
        since = mail.internal_date or self._first_missed.setdefault((cursor.uidvalidity, mail.uid), now)
        return since <= now - PAYLOAD_WAIT

    def _pass_by(self, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor past mails that had vanished before they could be fetched."""
        with self.database.write() as session:
            self._advance(session, cursor, last_uid)

    def _row(self, cursor: MailboxCursor, mail: Fetched, now: datetime) -> dict[str, Any]:
        sealed = self.vault.seal(mail.raw, purpose="reply.raw") if mail.raw is not None else None
        return {
            "account_id": self.account_id,
            "mailbox_id": cursor.id,
            "uidvalidity": cursor.uidvalidity,
            "uid": mail.uid,
            "received_at": _arrived(mail, now),
            "stored_at": now,
            "size_bytes": mail.size_bytes,
            "truncated": mail.truncated,
            "answered": "\\Answered" in mail.flags,
            "raw_digest": self.digester.raw_mail(mail.raw or f"{cursor.uidvalidity}:{mail.uid}".encode()),
            "raw": sealed.ciphertext if sealed else None,
            "raw_key": sealed.key if sealed else None,
            "state": ReplyState.RECEIVED if sealed else ReplyState.FAILED,
            "error": None if sealed else "the server never sent the text",
            "attempts": 0,
        }

    def _unknown(self, session: Session, cursor: MailboxCursor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Leave out what is stored already, by UID or by digest, and what is older than our beginning."""
        columns = select(Reply.uidvalidity, Reply.uid, Reply.raw_digest).where(Reply.mailbox_id == cursor.id)
        by_uid = columns.where(Reply.uidvalidity == cursor.uidvalidity, Reply.uid.in_([row["uid"] for row in rows]))
        by_digest = columns.where(Reply.raw_digest.in_([row["raw_digest"] for row in rows]))
        known = session.execute(union_all(by_uid, by_digest)).all()  # one query with OR would use neither's index
        uids = {row.uid for row in known if row.uidvalidity == cursor.uidvalidity}
        digests = {row.raw_digest for row in known if row.uidvalidity != cursor.uidvalidity}
        fresh = [row for row in rows if row["uid"] not in uids and row["raw_digest"] not in digests]
        # Once renumbered, a new UID no longer says that a mail is new.
        return [row for row in fresh if not cursor.renumbered or row["received_at"] >= cursor.started_at]

    def _advance(self, session: Session, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor if the lease is still ours; the rows of a transaction that has lost it never land."""
        ours = (
            update(MailboxCursor)
            .where(
                MailboxCursor.id == cursor.id,
                MailboxCursor.lease_token == cursor.lease_token,
                MailboxCursor.last_uid <= last_uid,
            )
            .values(last_uid=last_uid, lease_until=self.clock() + self.lease)
        )
        if rows_changed(session, ours) != 1:
            raise LeaseLost(f"another replyd has taken over folder {self.folder!r}")


def _portions(mails: Iterator[Fetched]) -> Iterator[list[Fetched]]:
    """Cut a stream of mails into portions that fit a transaction and memory."""
    portion: list[Fetched] = []
    size_bytes = 0
    for mail in mails:
        portion.append(mail)
        size_bytes += len(mail.raw or b"")
        if len(portion) == BATCH or size_bytes >= PORTION_BYTES:
            yield portion
            portion, size_bytes = [], 0
    if portion:
        yield portion


def _before(awaited: list[int], last_uid: int) -> int:
    """Where the cursor goes: before the first mail that is awaited, else to the last one."""
    return awaited[0] - 1 if awaited else last_uid


def _may_lease(cursor: MailboxCursor, node: str, now: datetime) -> bool:
    owner = (cursor.lease_token or "").partition(":")[0]
    return owner in {"", node} or cursor.lease_until is None or cursor.lease_until < now


def _arrived(mail: Fetched, now: datetime) -> datetime:
    """The server's INTERNALDATE; where it gives none that makes sense, the moment of fetching."""
    return mail.internal_date or now
