"""From settings to a logged-in IMAP connection: verified TLS or loopback, time-outs everywhere, nothing logged."""

import imaplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError

from daemon.errors import ReplydError
from daemon.mail.errors import InsecureConnection, LoginRefused, MailboxLost
from daemon.mail.imap_answers import answer_of, is_transient, shown
from daemon.mail.imap_guard import plain_text, silence_protocol_log
from daemon.mail.imap_stream import BoundedImap4
from daemon.mail.tls import Tls, require_loopback, verifying_context
from daemon.mail.tokens import TokenNotTaken, TokenProvider, TokenUnavailable, with_token, xoauth2


@dataclass(frozen=True, slots=True)
class ImapLogin:
    """Where a mailbox is and how to open it. Times in seconds; `cafile` replaces the system's certificates."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Tls = "implicit"
    cafile: Path | None = None
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 60.0
    idle_renewal_s: float = 240.0
    """RFC 2177 says 29 minutes; routers forget a silent connection earlier, and only this shows a dead one."""
    tokens: TokenProvider | None = field(default=None, repr=False)
    """Gives tokens to log in with; the password is not used then."""


class _BoundedClient(IMAPClient):  # type: ignore[misc]  # imapclient carries no types
    """imapclient over our stream."""

    def __init__(self, login: ImapLogin, context: ssl.SSLContext | None) -> None:
        implicit = login.tls == "implicit"
        timeout = SocketTimeout(login.connect_timeout_s, login.read_timeout_s)
        super().__init__(login.host, login.port, ssl=implicit, ssl_context=context, timeout=timeout)
        self._imap.debug = 0  # imapclient sets 5, which formats every body for a log that nobody may keep
        self.normalise_times = False

    def _create_IMAP4(self) -> BoundedImap4:  # noqa: N802  the name is imapclient's
        return BoundedImap4(
            self.host,
            self.port,
            self.ssl_context if self.ssl else None,
            connect_timeout_s=self._timeout.connect,
            read_timeout_s=self._timeout.read,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in connection: imapclient for what it does well, its stream, and what the server offers now."""

    client: IMAPClient
    stream: BoundedImap4
    capabilities: frozenset[str]


def open_session(login: ImapLogin) -> Session:
    """Connect, secure and log in; a token that the server does not take is renewed once, for a second connection.

    Raises LoginRefused, InsecureConnection (both: change the settings) or MailboxLost (try again later).
    """
    plain_text(login.user, "the user name of the mailbox")
    silence_protocol_log()
    if login.tokens is None:
        plain_text(login.password, "the password of the mailbox")
        return _opened(login, None)
    try:
        return with_token(login.tokens, lambda token: _opened(login, token))
    except TokenUnavailable as error:
        raise MailboxLost(str(error)) from None


def _opened(login: ImapLogin, token: str | None) -> Session:
    context = None if login.tls == "none" else verifying_context(login.cafile)
    try:
        client = _BoundedClient(login, context)
    except ssl.SSLCertVerificationError as error:
        raise _unverified(login, error) from None
    except Exception as error:  # noqa: BLE001  a broken greeting raises whatever imaplib stumbles over
        raise MailboxLost(f"no IMAP connection to {login.host}:{login.port} ({type(error).__name__})") from None
    try:
        return _logged_in(client, login, token, context)
    except ssl.SSLCertVerificationError as error:
        client._imap.shutdown()  # noqa: SLF001  imapclient's own shutdown logs at INFO each time
        raise _unverified(login, error) from None
    except Exception as error:
        client._imap.shutdown()  # noqa: SLF001  as above
        if isinstance(error, ReplydError):
            raise
        raise MailboxLost(f"{login.host}:{login.port} broke off the login ({type(error).__name__})") from None


def _logged_in(client: IMAPClient, login: ImapLogin, token: str | None, context: ssl.SSLContext | None) -> Session:
    stream: BoundedImap4 = client._imap  # noqa: SLF001  made by _create_IMAP4 above
    if login.tls == "none":
        require_loopback(stream.sock, login.host)
    if login.tls == "starttls":
        _start_tls(client, login, context)
    _authenticate(stream, login, token)
    _, lines = stream.capability()  # what was offered before the login need not hold after it (RFC 9051 6.2)
    words = b" ".join(line for line in lines if line).decode("ascii", "replace")
    return Session(client, stream, frozenset(words.upper().split()))


def _start_tls(client: IMAPClient, login: ImapLogin, context: ssl.SSLContext | None) -> None:
    """Secure the connection or give up: whoever removes the offer must not get the password."""
    try:
        client.starttls(context)
    except imaplib.IMAP4.abort:
        raise
    except (CapabilityError, imaplib.IMAP4.error):
        raise InsecureConnection(
            f"{login.host}:{login.port} does not offer STARTTLS; set tls to 'implicit' and the port to 993"
        ) from None


def _authenticate(stream: BoundedImap4, login: ImapLogin, token: str | None) -> None:
    """Log in by XOAUTH2 with a token; without one by AUTH=PLAIN (RFC 4616), else by LOGIN with both words quoted."""
    if token is not None and "AUTH=XOAUTH2" not in stream.capabilities:
        raise LoginRefused(f"{login.host} takes no tokens (AUTH=XOAUTH2); correct the host, or set a password")
    try:
        if token is not None:
            stream.log_in_at_once("XOAUTH2", xoauth2(login.user, token))
        elif "AUTH=PLAIN" in stream.capabilities:
            stream.authenticate("PLAIN", lambda _: f"\0{login.user}\0{login.password}".encode())
        else:
            stream.log_in(login.user, login.password)
    except imaplib.IMAP4.abort as error:
        raise MailboxLost(f"{login.host} broke off the login ({type(error).__name__})") from None
    except imaplib.IMAP4.error as error:
        raise _refusal(login, answer_of(error), by_token=token is not None) from None


def _refusal(login: ImapLogin, answer: str, *, by_token: bool) -> ReplydError:
    """Tell "wrong password" from "not now"."""
    if is_transient(answer) or "command error: BAD" in answer:
        return MailboxLost(f"{login.host} takes no login at the moment: {shown(answer)}")
    if by_token:
        return TokenNotTaken(f"{login.host} refused the token: {shown(answer)}; run `replyd check`, which looks why")
    return LoginRefused(f"{login.host} refused the login: {shown(answer)}; correct user, password or token")


def _unverified(login: ImapLogin, error: ssl.SSLCertVerificationError) -> InsecureConnection:
    return InsecureConnection(
        f"the certificate of {login.host}:{login.port} is not trusted ({error.verify_message}); "
        "correct the host name, or name the certificate authority's file as cafile"
    )
