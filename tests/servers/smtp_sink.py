"""An SMTP server that keeps what it accepts, and fails on request at the step it is told."""

# ruff: noqa: N802  the names of the hooks are aiosmtpd's

import asyncio
import base64
import ssl
import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daemon.mail.smtp import SmtpLogin
from tests.servers.certificate import Certificate
from tests.servers.ports import free_port

USER, PASSWORD = "sales@example.com", "pässwort"


class Fault(Enum):
    """Where the server fails; a fault holds until it is changed back to NONE."""

    NONE = auto()
    DROP_AT_MAIL = auto()
    DROP_AT_DATA = auto()
    """After RCPT was accepted, instead of the answer to DATA."""
    DROP_AFTER_DOT = auto()
    """The letter is accepted and kept, the answer never comes."""
    DROP_BEFORE_KEEPING = auto()
    """The whole letter arrived and is lost, no answer."""
    NONSENSE_AFTER_DOT = auto()


@dataclass(frozen=True)
class Accepted:
    """One accepted message: envelope and bytes as they came, dots undone."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...]


@dataclass
class SmtpSink:
    """Listens between `start` and `stop`. Behaviour may be changed at any time."""

    certificate: Certificate | None = None
    tls: str = "none"
    """implicit, starttls or none."""
    wants_login: bool = False
    fault: Fault = Fault.NONE
    mail_answer: str | None = None
    """Given to MAIL instead of accepting."""
    rcpt_answer: str | None = None
    """For example "550 5.1.1 no such user" or "451 4.3.0 later"."""
    data_answer: str | None = None
    """Given after the final dot instead of accepting."""
    delay_s: float = 0.0
    """Before the answer to a whole letter."""
    messages: list[Accepted] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    """MAIL, RCPT, DATA, DOT, RSET of all connections in order."""
    address: str = "127.0.0.1"
    connections: int = 0
    """How many were opened so far."""
    tokens: set[str] = field(default_factory=set)
    """What AUTH XOAUTH2 takes."""
    token_answer: str = "535 5.7.3 Authentication unsuccessful"
    """How a token is refused, after its challenge."""

    def __post_init__(self) -> None:
        self.port = free_port()
        self._lock = threading.Lock()
        self._connections: set[asyncio.BaseTransport] = set()
        context = _context(self.certificate) if self.certificate else None
        self._controller = _Controller(
            _Handler(self), hostname=self.address, port=self.port, data_size_limit=None, auth_require_tls=False,
            auth_required=False, authenticator=self._authenticate, server_hostname="sink.example",
            ssl_context=context if self.tls == "implicit" else None,
            tls_context=context if self.tls == "starttls" else None,
        )  # fmt: skip

    def login(self, **changed: Any) -> SmtpLogin:
        """Return the settings that lead here, with short time-outs."""
        given = {"tls": self.tls, "cafile": self.certificate and self.certificate.cert, "read_timeout_s": 5.0}
        if self.wants_login:
            given |= {"user": USER, "password": PASSWORD}
        return SmtpLogin(**({"host": self.address, "port": self.port, "verdict_timeout_s": 5.0} | given | changed))

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()
        self.connections = 0  # aiosmtpd tried one itself

    def stop(self) -> None:
        """Close everything."""
        self.hang_up()
        self._controller.stop()

    def hang_up(self) -> None:
        """Close every open connection, as a server does with one that was silent for too long."""
        closed = threading.Event()

        def close() -> None:
            for transport in self._connections:
                transport.close()
            self._connections.clear()
            closed.set()

        self._controller.loop.call_soon_threadsafe(close)
        closed.wait(5)

    def opened(self, transport: asyncio.BaseTransport) -> None:
        """Note a connection."""
        self._connections.add(transport)
        self.connections += 1

    def saw(self, event: str) -> None:
        """Note a step."""
        with self._lock:
            self.events.append(event)

    def keep(self, envelope: Envelope) -> None:
        """Note an accepted message."""
        sender = "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)
        recipients, options = tuple(envelope.rcpt_tos), tuple(envelope.mail_options)
        with self._lock:
            self.messages.append(Accepted(sender, recipients, bytes(envelope.content or b""), options))

    def _authenticate(self, _server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> Any:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._sink.saw("MAIL")
        if self._sink.fault is Fault.DROP_AT_MAIL:
            server.transport.abort()
        if self._sink.wants_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self._sink.mail_answer:
            return self._sink.mail_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._sink.saw("RCPT")
        if self._sink.rcpt_answer:
            return self._sink.rcpt_answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._sink.saw("RSET")
        return "250 2.0.0 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._sink.saw("DOT")
        await asyncio.sleep(self._sink.delay_s)
        match self._sink.fault:
            case Fault.DROP_BEFORE_KEEPING:
                server.transport.abort()
            case Fault.DROP_AFTER_DOT:
                self._sink.keep(envelope)
                server.transport.abort()
            case Fault.NONSENSE_AFTER_DOT:
                return "what?"
            case _ if self._sink.data_answer:
                return self._sink.data_answer
            case _:
                self._sink.keep(envelope)
        return "250 2.0.0 Ok: queued as A1"


class _Server(SMTP):
    """Tells the sink about connections and about DATA, for which aiosmtpd has no hook before the letter."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler._sink.opened(transport)
        super().connection_made(transport)

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:
        """Take a token that holds; else say why in a challenge, and refuse once its empty answer has come."""
        sink = self.event_handler._sink
        said = base64.b64decode(args[1]).decode().removesuffix("\x01\x01")
        user, _, token = said.partition("\x01auth=Bearer ")
        sink.saw("XOAUTH2")
        if user == f"user={USER}" and token in sink.tokens:
            return AuthResult(success=True, auth_data=user)
        await self.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        line = await self._reader.readline()
        await self.push(sink.token_answer if line == b"\r\n" else "501 an empty line was expected")
        return AuthResult(success=False, handled=True)

    async def smtp_DATA(self, arg: str) -> None:
        self.event_handler._sink.saw("DATA")
        if self.event_handler._sink.fault is Fault.DROP_AT_DATA:
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


def _context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context
