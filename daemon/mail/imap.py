"""A mailbox as this service sees it: read-only, by UID, remembering nothing.

One connection, one thread (only `interrupt` may be called from another). Folders are opened by EXAMINE and bodies are
taken by BODY.PEEK, so that no flag changes. Nothing is searched but ranges of UIDs made of whole numbers, and days.
"""

import imaplib
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from imapclient.response_parser import parse_message_list, parse_response

from daemon.errors import ReplydError
from daemon.mail.errors import FolderRefused, MailboxLost
from daemon.mail.imap_answers import answer_of, code_of, is_transient
from daemon.mail.imap_fetch import FETCH_COUNT, Fetched, fetch_mails
from daemon.mail.imap_folders import special_folder
from daemon.mail.imap_guard import MAX_UID, field_names, flag_names, imap_date, plain_text, uid_set
from daemon.mail.imap_login import ImapLogin, Session, open_session
from daemon.mail.imap_rows import Row, body_of, rows_by_uid
from daemon.mail.imap_stream import MIB, IdleRefused

__all__ = ["Fetched", "FolderState", "ImapLogin", "Mailbox"]

SEARCH_WINDOW = 20_000
"""UIDs searched at once: at most 220 kB of answer."""
_GOODBYE_S = 5.0


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder at the moment of EXAMINE. UIDs hold under one `uidvalidity` only (RFC 9051 section 2.3.1.1)."""

    uidvalidity: int
    uidnext: int
    exists: int


class Mailbox:
    """An open connection. Every method may raise MailboxLost; after that, only `close` makes sense."""

    def __init__(self, session: Session, login: ImapLogin) -> None:
        self._client = session.client
        self._stream = session.stream
        self._host = login.host
        self._idle_renewal_s = login.idle_renewal_s
        self._idles = "IDLE" in session.capabilities
        self._state = FolderState(0, 0, 0)
        self._wake, self._waker = socket.socketpair()
        self._waker.settimeout(0)

    @classmethod
    def connect(cls, login: ImapLogin) -> Self:
        """Connect, secure and log in. Raises LoginRefused, InsecureConnection or MailboxLost."""
        return cls(open_session(login), login)

    def examine(self, folder: str) -> FolderState:
        """Open a folder read-only and say where it stands. Raises FolderRefused where there is no such folder."""
        name = plain_text(folder, "the folder's name")
        with self._talking("EXAMINE"), self._refusals(name):
            said = self._client.select_folder(name, readonly=True)
            self._stream.news()
            if b"UIDVALIDITY" not in said:
                raise FolderRefused(f"{self._host} gives no UIDVALIDITY for {name}: it cannot be read safely by UID")
            uidnext = said.get(b"UIDNEXT") or max(self._search("*"), default=0) + 1
            self._state = FolderState(said[b"UIDVALIDITY"], uidnext, said[b"EXISTS"])
        return self._state

    def new_uids(self, after: int, *, window: int = SEARCH_WINDOW, since: date | None = None) -> Iterator[list[int]]:
        """Yield the UIDs above `after` in the examined folder, ascending, in lists of at most `window`.

        Includes what has come since EXAMINE. A range n:* always names the last mail, however small its UID (RFC 9051
        section 6.4.4), so the answer is filtered. With `since`, only mails that the server received on that day or
        later, in whatever zone it counts its days.
        """
        received = ("SINCE", imap_date(since)) if since else ()
        with self._talking("NOOP"):
            self._stream.noop()  # a search alone may answer from what the server knew before
        self._stream.news()
        low, end = after + 1, self._state.uidnext
        step = window if self._state.exists > window else max(window, end - low)
        for start in range(low, end, step):
            stop = min(start + step, end)
            if found := [uid for uid in self._search(f"{start}:{stop - 1}", *received) if start <= uid < stop]:
                yield found
        rest = max(low, end)
        if rest <= MAX_UID and (found := [uid for uid in self._search(f"{rest}:*", *received) if uid >= rest]):
            self._state = replace(self._state, uidnext=found[-1] + 1, exists=self._state.exists + len(found))
            yield found

    def fetch(self, uids: Sequence[int], *, max_bytes: int) -> Iterator[Fetched]:
        """Yield the mails that still exist, in the order given; flags stay as they are.

        Of a mail above `max_bytes` only the first `max_bytes` are taken (`truncated`). A mail that the server lists but
        does not hand over has `raw` None: its UID must be asked for again, a bounded number of times.
        """
        self._stream.literal_limit_bytes = 2 * max_bytes + MIB  # RFC822.SIZE may be an estimate, memory is not
        return fetch_mails(self._present_rows, list(uids), max_bytes)

    def list_headers(self, uids: Sequence[int], names: Iterable[str] = ("MESSAGE-ID",)) -> Iterator[tuple[int, bytes]]:
        """Yield UID and these header fields as one raw block, in the order given; vanished mails are left out."""
        items = f"UID BODY.PEEK[HEADER.FIELDS ({field_names(names)})]"
        for start in range(0, len(uids), FETCH_COUNT):
            chunk = uids[start : start + FETCH_COUNT]
            rows = self._rows(chunk, items)
            yield from ((uid, block) for uid in chunk if (block := body_of(rows.get(uid, {}), None)) is not None)

    def wait(self, timeout_s: float) -> bool:
        """Wait for new mail: IDLE where offered, else a pause. True when something may have come: poll `new_uids`.

        Mail that was announced since `new_uids` last began counts as well. Raises MailboxLost on BYE, a closed
        connection or a broken line; never returns early without a reason.
        """
        deadline = time.monotonic() + timeout_s
        if self._stream.news():
            return True
        while self._idles and (left := deadline - time.monotonic()) > 0:
            try:
                with self._talking("IDLE"):
                    if self._stream.watch(min(left, self._idle_renewal_s), self._wake):
                        return True
            except IdleRefused:
                self._idles = False
            if self._interrupted(0):
                return False
        if self._idles:
            return False
        return not self._interrupted(max(0.0, deadline - time.monotonic()))

    def interrupt(self) -> None:
        """End the present `wait`, or the next one, from another thread or a signal's; harmless on a closed mailbox."""
        with suppress(OSError):
            self._waker.send(b"\0")

    def append(self, folder: str, raw: bytes, flags: Iterable[str] = (), when: datetime | None = None) -> int | None:
        """Store a mail in a folder; return its UID where the server tells it (UIDPLUS, RFC 4315).

        After MailboxLost the mail may be there all the same: list the folder before trying again.
        """
        name, checked = plain_text(folder, "the folder's name"), flag_names(flags)
        with self._talking("APPEND"), self._refusals(name):
            said = self._client.append(name, raw, checked, when)
        words = bytes(said or b"").split(b"]")[0].split()
        return int(words[2]) if len(words) == 3 and words[0] == b"[APPENDUID" and words[2].isdigit() else None  # noqa: PLR2004

    def find_special(self, use: bytes) -> str | None:
        r"""Return the folder of this use, for example `\Sent`: by SPECIAL-USE (RFC 6154), else by its usual names."""
        with self._talking("LIST"):
            return special_folder(self._client.list_folders(), use)

    def close(self) -> None:
        """Say goodbye if the server still listens, and let go of everything. Never raises."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._stream.sock.settimeout(_GOODBYE_S)
            self._stream.logout()
        self._stream.shutdown()
        self._wake.close()
        self._waker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _search(self, uid_range: str, *received: str) -> list[int]:
        """Return the UIDs of a range, ascending; `received` is made of dates alone."""
        with self._talking("UID SEARCH"):
            answer, lines = self._stream.uid("SEARCH", "UID", uid_range, *received)
            if answer != "OK":
                raise imaplib.IMAP4.abort
            return sorted({uid for line in lines if line for uid in parse_message_list([line])})

    def _present_rows(self, uids: Sequence[int], items: str) -> dict[int, Row]:
        """As `_rows`, but a mail that the server left out though it has it comes back with an empty row."""
        rows = self._rows(uids, items)
        if missing := [uid for uid in uids if uid not in rows]:
            there = set(self._search(uid_set(missing)))
            rows.update({uid: {} for uid in missing if uid in there})
        return rows

    def _rows(self, uids: Sequence[int], items: str) -> dict[int, Row]:
        """Fetch data items. Where a row cannot be read, each is asked for alone; an unreadable one comes back empty."""
        wanted = uid_set(uids)
        with self._talking("UID FETCH"):
            self._stream.untagged_responses.pop("FETCH", None)
            answer, lines = self._stream.uid("FETCH", wanted, f"({items})")
            if answer != "OK":
                raise imaplib.IMAP4.abort
        try:
            return rows_by_uid(parse_response(lines), uids)
        except Exception:  # noqa: BLE001  imapclient's parser stumbles over broken rows in many ways
            if len(uids) == 1:
                return {uids[0]: {}}
        return {uid: row for one in uids for uid, row in self._rows([one], items).items()}

    def _interrupted(self, within_s: float) -> bool:
        """Wait this long for `interrupt`, and use it up."""
        self._wake.settimeout(within_s)
        try:
            return bool(self._wake.recv(1024))
        except (TimeoutError, BlockingIOError):
            return False

    @contextmanager
    def _talking(self, command: str) -> Iterator[None]:
        """Give the connection up when a command breaks: what comes next would be read as the answer to something else.

        The cause is not chained, because imaplib quotes the line it stumbled over, which may be mail.
        """
        try:
            yield
        except (FolderRefused, IdleRefused):
            raise
        except BaseException as error:
            self._stream.shutdown()
            if isinstance(error, ReplydError) or not isinstance(error, Exception):
                raise
            raise MailboxLost(
                f"the connection to {self._host} broke in {command} ({type(error).__name__}); connect again"
            ) from None

    @contextmanager
    def _refusals(self, folder: str) -> Iterator[None]:
        """Tell a NO about this folder from a connection that broke."""
        try:
            yield
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            answer = answer_of(error)
            if "failed: " not in answer or is_transient(answer):
                raise
            raise FolderRefused(
                f"{self._host} refuses the folder {folder} ({code_of(answer)}); correct its name or its permissions"
            ) from None
