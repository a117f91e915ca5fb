"""How far Sent was read: a cursor with a lease, which a new contact sets back to the beginning."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.intake import LeaseLost
from daemon.mail.sent_folder import NoSentFolder
from daemon.records import MailboxCursor
from daemon.records.conditional import rows_changed
from daemon.records.database import Database

log = structlog.get_logger()

KIND = "sent"


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of the Sent folders of one account, for one reader."""

    database: Database
    clock: Clock
    node: str
    account_id: int
    days: int
    """How far a folder is read back the first time."""
    lease_time: timedelta

    def lease(self, folder: str, state: FolderState) -> MailboxCursor:
        """Our cursor, leased; `last_uid` 0 means: to be read from its beginning.

        Nobody takes a live lease over, since another process of this node may be reading too. Raises LeaseLost, and
        NoSentFolder for a folder that replies are read from.
        """
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
            cursor.lease_token, cursor.lease_until, cursor.polled_at = token, now + self.lease_time, now
        return cursor

    def advance(self, session: Session, *, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor if the lease is still ours; the rows of a transaction that has lost it never land."""
        values = {"last_uid": last_uid, "lease_until": self.clock() + self.lease_time}
        if rows_changed(session, _ours(cursor).where(MailboxCursor.last_uid <= last_uid).values(values)) != 1:
            raise LeaseLost("another process reads the Sent folder now, or it is to be looked through again")

    def pass_by(self, cursor: MailboxCursor, last_uid: int) -> None:
        """Move the cursor past all that is older than the beginning."""
        with self.database.write() as session:
            self.advance(session, cursor=cursor, last_uid=last_uid)

    def release(self, cursor: MailboxCursor) -> None:
        """Let others read the folder; nothing happens where they do already."""
        with self.database.write() as session:
            session.execute(_ours(cursor).values(lease_token=None, lease_until=None))


def rewind(session: Session) -> None:
    """Have every Sent folder looked through again from its beginning, because there are new contacts.

    Whoever reads one now loses the lease, and begins again; what is stored with its text is not fetched twice.
    """
    session.execute(
        update(MailboxCursor).where(MailboxCursor.kind == KIND).values(last_uid=0, lease_token=None, lease_until=None)
    )


def before_the_first(mailbox: Mailbox, since: datetime, state: FolderState) -> int:
    """The UID before the first mail that came since then; a day is added, since a server counts days in its own zone.

    Searched by the server's date of receipt, not bisected: a folder that was copied has its mails in any order.
    """
    first = next(mailbox.new_uids(0, since=(since - timedelta(days=1)).date()), None)
    return (first[0] if first else state.uidnext) - 1


def _ours(cursor: MailboxCursor) -> Update:
    return update(MailboxCursor).where(MailboxCursor.id == cursor.id, MailboxCursor.lease_token == cursor.lease_token)
