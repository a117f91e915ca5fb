"""Our own Sent folder: where a copy of each letter is kept, and where a doubt about one can be settled."""

from datetime import datetime

import structlog

from daemon.errors import ReplydError
from daemon.mail.imap import Mailbox
from daemon.mail.imap_login import ImapLogin
from daemon.mail.sent import letters_in_sent

log = structlog.get_logger()

LOOKED_THROUGH = 2_000
"""Newest mails of Sent that are compared when a letter is in doubt."""


class SentFolder:
    """A connection of its own, opened when it is first needed. For one thread; nothing here raises."""

    def __init__(self, login: ImapLogin, folder: str | None) -> None:
        self._login = login
        self._folder = folder
        self._mailbox: Mailbox | None = None

    def keep(self, raw: bytes, at: datetime) -> bool:
        """Put a copy of a sent letter into the folder, once; True when it is there. A miss is logged, not repeated."""
        try:
            mailbox, folder = self._opened()
            mailbox.append(folder, raw, ("\\Seen",), at)
        except ReplydError as error:
            log.warning("letter_not_copied", error=type(error).__name__)
            self.close()
            return False
        return True

    def holds(self, message_ids: set[str]) -> set[str]:
        """Which of these Message-IDs stand in the folder; listed by UID and compared here, never searched for."""
        try:
            mailbox, folder = self._opened()
            uidnext = mailbox.examine(folder).uidnext
            found = {message_id for _, message_id in letters_in_sent(mailbox, folder, max(0, uidnext - LOOKED_THROUGH))}
        except ReplydError as error:
            log.warning("sent_folder_unreadable", error=type(error).__name__)
            self.close()
            return set()
        return message_ids & found

    def close(self) -> None:
        """Let go of the connection."""
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            mailbox.close()

    def _opened(self) -> tuple[Mailbox, str]:
        if self._mailbox is None:
            self._mailbox = Mailbox.connect(self._login)
        folder = self._folder or self._mailbox.find_special(b"\\Sent")
        if folder is None:
            raise NoSentFolder(
                "the server names no Sent folder; set account.imap.sent_folder, or letters.save_sent = false"
            )
        self._folder = folder
        return self._mailbox, folder


class NoSentFolder(ReplydError):  # noqa: N818  an outcome that callers name
    """There is no folder for copies of what was sent."""

    permanent = True
