"""An IMAP server that keeps a few mails, records every command, and misbehaves exactly as it is told.

Without orders it answers like a plain, correct server. `answer("UID FETCH", ...)` replaces the next answer to
that command: bytes are sent as one segment each with `{tag}` filled in; `CLOSE`, `HANG`, `AWAIT_DONE`, `Pause` and
`StartTls` are done in their turn.
"""

import base64
import re
import socket
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from daemon.mail.imap import ImapLogin
from tests.servers.certificate import Certificate


class Act(Enum):
    """What a server can do other than send."""

    CLOSE = auto()
    HANG = auto()
    AWAIT_DONE = auto()
    """Read one line that is no command of its own: DONE, or credentials."""


CLOSE, HANG, AWAIT_DONE = Act.CLOSE, Act.HANG, Act.AWAIT_DONE


@dataclass(frozen=True)
class Pause:
    """Wait so many seconds, so that the next segment is one of its own."""

    seconds: float


@dataclass(frozen=True)
class StartTls:
    """Speak TLS from here on, as the server that this certificate belongs to."""

    certificate: Certificate


Step = bytes | Act | Pause | StartTls
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_NAMES = ("UID SEARCH", "UID FETCH")


@dataclass
class Mail:
    """One mail in the scripted folder."""

    uid: int
    raw: bytes
    flags: bytes = b""
    internal_date: bytes = b"03-Mar-2026 09:15:00 +0100"
    withheld: bool = False
    """The server lists it and does not hand its text over yet."""


@dataclass
class ScriptedImap:
    """Listens from `start` to `stop`."""

    mails: list[Mail] = field(default_factory=list)
    uidvalidity: int = 1
    capabilities: bytes = b"IMAP4rev1 IDLE AUTH=PLAIN"
    capabilities_after_login: bytes | None = None
    commands: list[bytes] = field(default_factory=list)
    """Every line of every client, tags removed, literals included."""
    address: str = "127.0.0.1"
    tokens: set[str] = field(default_factory=set)
    """What AUTHENTICATE XOAUTH2 takes, with or without SASL-IR."""

    def __post_init__(self) -> None:
        self._orders: dict[str, deque[tuple[Step, ...]]] = defaultdict(deque)
        self._greeting: tuple[Step, ...] = (b"* OK ready\r\n",)
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((self.address, 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []

    def login(self, **changed: Any) -> ImapLogin:
        """Return the settings that lead here, with short time-outs."""
        given = {"host": self.address, "port": self.port, "user": "sales@example.com", "password": "secret"}
        quick = {"tls": "none", "connect_timeout_s": 2.0, "read_timeout_s": 1.0}
        return ImapLogin(**(given | quick | changed))

    def greet(self, *steps: Step) -> None:
        """Replace the greeting."""
        self._greeting = steps

    def answer(self, command: str, *steps: Step) -> None:
        """Replace the next answer to `command`; several orders are used up one after another."""
        self._orders[command].append(steps)

    def names(self) -> list[str]:
        """Return the names of the recorded commands, for example ["CAPABILITY", "AUTHENTICATE", "UID FETCH"]."""
        return [_name(line) for line in self.commands]

    def start(self) -> None:
        """Begin to listen."""
        self._spawn(self._accept)

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.add(connection)
                self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, _Closed), closing(_Conversation(self, connection)) as conversation:
            conversation.run()


class _Closed(Exception):  # noqa: N818
    """The script closed the connection."""


class _Conversation:
    """One client's connection."""

    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self._server, self._connection, self._lines = server, connection, connection.makefile("rb")
        self._logged_in = False
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Let go of the connection."""
        self._server._open.discard(self._connection)
        self._lines.close()
        self._connection.close()

    def run(self) -> None:
        """Answer until the client leaves."""
        self._do(self._server._greeting, b"*")
        while line := self._command():
            tag, _, rest = line.partition(b" ")
            self._server.commands.append(rest.rstrip(b"\r\n"))
            name = _name(rest)
            orders = self._server._orders[name]
            self._do(orders.popleft() if orders else self._usual(name, rest), tag)
            if name == "LOGOUT":
                return

    def _command(self) -> bytes:
        """Read one command with its literals."""
        line: bytes = self._lines.readline()
        while found := _LITERAL.search(line):
            if not found[2]:
                self._connection.sendall(b"+ go on\r\n")
            line += self._lines.read(int(found[1])) + self._lines.readline()
        return line

    def _do(self, steps: tuple[Step, ...], tag: bytes) -> None:
        for step in steps:
            if isinstance(step, bytes):
                self._connection.sendall(step.replace(b"{tag}", tag))
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            elif isinstance(step, StartTls):
                self._start_tls(step.certificate)
            elif step is CLOSE:
                raise _Closed
            elif step is HANG:
                self._server._over.wait()
                raise _Closed
            else:
                self._await_done()

    def _start_tls(self, certificate: Certificate) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        self._lines.close()
        self._server._open.discard(self._connection)
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._server._open.add(self._connection)
        self._lines = self._connection.makefile("rb")

    def _await_done(self) -> None:
        """Read a line that is no command: the end of IDLE is recorded, credentials are not."""
        if (line := self._command().rstrip(b"\r\n")) == b"DONE":
            self._server.commands.append(line)

    def _usual(self, name: str, rest: bytes) -> tuple[Step, ...]:  # noqa: C901, PLR0911  a table of commands
        """Answer as a correct server would."""
        server = self._server
        done = b"{tag} OK done\r\n"
        match name:
            case "CAPABILITY":
                after = server.capabilities_after_login
                offered = after if self._logged_in and after is not None else server.capabilities
                return (b"* CAPABILITY " + offered + b"\r\n" + done,)
            case "AUTHENTICATE" if rest.upper().startswith(b"AUTHENTICATE XOAUTH2"):
                return self._by_token(rest.split()[2:])
            case "AUTHENTICATE":
                self._logged_in = True
                return (b"+ \r\n", AWAIT_DONE, done)
            case "LOGIN":
                self._logged_in = True
                return (done,)
            case "EXAMINE" | "SELECT":
                return (self._folder() + b"{tag} OK [READ-ONLY] done\r\n",)
            case "UID SEARCH":
                return (b"* SEARCH " + b" ".join(b"%d" % uid for uid in self._searched(rest)) + b"\r\n" + done,)
            case "UID FETCH":
                return (b"".join(self._rows(rest)) + done,)
            case "IDLE":
                return (b"+ idling\r\n", AWAIT_DONE, done)
            case "LIST":
                return (b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n' + done,)
            case "LOGOUT":
                return (b"* BYE see you\r\n" + done,)
            case "NOOP" | "APPEND":
                return (done,)
            case _:
                return (b"{tag} BAD unknown\r\n",)

    def _by_token(self, given: list[bytes]) -> tuple[Step, ...]:
        """Take a token that holds; else say why in a challenge, and NO once its empty answer has come."""
        if not given:
            self._connection.sendall(b"+ \r\n")
            given = [self._command()]
        user, _, token = base64.b64decode(given[0]).decode().removesuffix("\x01\x01").partition("\x01auth=Bearer ")
        if user.startswith("user=") and token in self._server.tokens:
            self._logged_in = True
            return (b"{tag} OK done\r\n",)
        why = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')
        self._connection.sendall(b"+ " + why + b"\r\n")
        answered = self._command()
        return (b"{tag} NO AUTHENTICATE failed.\r\n",) if answered == b"\r\n" else (b"{tag} BAD empty line\r\n",)

    def _folder(self) -> bytes:
        mails = self._server.mails
        uidnext = max((mail.uid for mail in mails), default=0) + 1
        return (
            b"* FLAGS (\\Answered \\Seen)\r\n* %d EXISTS\r\n* 0 RECENT\r\n"
            b"* OK [UIDVALIDITY %d] valid\r\n* OK [UIDNEXT %d] next\r\n"
        ) % (len(mails), self._server.uidvalidity, uidnext)

    def _searched(self, rest: bytes) -> list[int]:
        """Return the UIDs of "UID SEARCH UID set"; n:* names the last mail too, as the standard says."""
        return sorted(self._chosen(rest.split()[-1]))

    def _chosen(self, sequence_set: bytes) -> set[int]:
        uids = [mail.uid for mail in self._server.mails]
        chosen: set[int] = set()
        for part in sequence_set.split(b","):
            low, _, high = part.partition(b":")
            ends = [max(uids, default=0) if end == b"*" else int(end) for end in (low, high or low)]
            chosen.update(uid for uid in uids if min(ends) <= uid <= max(ends))
        return chosen

    def _rows(self, rest: bytes) -> list[bytes]:
        chosen = self._chosen(rest.split()[2])
        numbered = [(n, mail) for n, mail in enumerate(self._server.mails, 1) if mail.uid in chosen]
        return [_row(n, mail, rest) for n, mail in numbered]


def _row(number: int, mail: Mail, wanted: bytes) -> bytes:
    items = [b"UID %d" % mail.uid]
    if b"RFC822.SIZE" in wanted:
        items += [b"RFC822.SIZE %d" % len(mail.raw), b'INTERNALDATE "%b"' % mail.internal_date]
        items += [b"FLAGS (%b)" % mail.flags]
    if mail.withheld:
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))
    if part := re.search(rb"BODY\.PEEK\[\]<0\.(\d+)>", wanted):
        items += [b"BODY[]<0> " + _literal(mail.raw[: int(part[1])])]
    elif b"BODY.PEEK[]" in wanted:
        items += [b"BODY[] " + _literal(mail.raw)]
    elif fields := re.search(rb"BODY\.PEEK(\[HEADER\.FIELDS \(([A-Z -]+)\)\])", wanted):
        names = tuple(name.lower() + b":" for name in fields[2].split())
        header = mail.raw.partition(b"\r\n\r\n")[0].splitlines(keepends=True)
        block = b"".join(line for line in header if line.lower().startswith(names)) + b"\r\n"
        items += [b"BODY" + fields[1] + b" " + _literal(block)]
    return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))


def _literal(data: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(data), data)


def _name(line: bytes) -> str:
    words = line.decode("latin-1").upper().split()
    return " ".join(words[:2]) if words[:1] == ["UID"] else (words or [""])[0]
