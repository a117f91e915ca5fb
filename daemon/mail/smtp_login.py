"""From settings to an SMTP connection that takes our letters: verified TLS or loopback, time-outs, authentication."""

import base64
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from daemon.errors import ReplydError
from daemon.mail.errors import InsecureConnection, LoginRefused, SmtpUnavailable
from daemon.mail.tls import Tls, require_loopback, verifying_context
from daemon.mail.tokens import TokenNotTaken, TokenProvider, TokenUnavailable, with_token, xoauth2

_READY, _TLS_READY, _AUTHENTICATED, _SAY_MORE = 220, 220, 235, 334
_PERMANENT = range(500, 600)
_ENHANCED = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class SmtpLogin:
    """Where letters are handed in. Time-outs in seconds; without `user` nobody authenticates."""

    host: str
    port: int
    user: str | None = None
    password: str = field(default="", repr=False)
    tls: Tls = "implicit"
    cafile: Path | None = None
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 60.0
    verdict_timeout_s: float = 600.0
    """For the answer to a whole letter: giving up early makes doubt (RFC 5321 section 4.5.3.2.6: ten minutes)."""
    client_name: str = "[127.0.0.1]"
    """What EHLO says; a name of its own would tell every recipient about the machine."""
    tokens: TokenProvider | None = field(default=None, repr=False)
    """Gives tokens to log in with; the password is not used then."""


def open_smtp(login: SmtpLogin) -> smtplib.SMTP:
    """Connect, secure, authenticate; a token that the server does not take is renewed once, for a second connection.

    Raises LoginRefused, InsecureConnection (both: change the settings) or SmtpUnavailable (try again later).
    """
    if login.user is None or login.tokens is None:
        return _opened(login, None)
    try:
        return with_token(login.tokens, lambda token: _opened(login, token))
    except TokenUnavailable as error:
        raise SmtpUnavailable(str(error)) from None


def _opened(login: SmtpLogin, token: str | None) -> smtplib.SMTP:
    context = None if login.tls == "none" else verifying_context(login.cafile)
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(login, context)
        _prepare(smtp, login, token, context)
    except ssl.SSLCertVerificationError as error:
        _close(smtp)
        raise InsecureConnection(
            f"the certificate of {login.host}:{login.port} is not trusted ({error.verify_message}); "
            "correct the host name, or name the certificate authority's file as cafile"
        ) from None
    except ReplydError:
        _close(smtp)
        raise
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        _close(smtp)
        raise SmtpUnavailable(f"no SMTP connection to {login.host}:{login.port} ({type(error).__name__})") from None
    return smtp


def _connected(login: SmtpLogin, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if login.tls == "implicit":
        return smtplib.SMTP_SSL(
            login.host, login.port, login.client_name, timeout=login.connect_timeout_s, context=context
        )
    return smtplib.SMTP(login.host, login.port, login.client_name, timeout=login.connect_timeout_s)


def _prepare(smtp: smtplib.SMTP, login: SmtpLogin, token: str | None, context: ssl.SSLContext | None) -> None:
    sock = _socket_of(smtp)
    if login.tls == "none":
        require_loopback(sock, login.host)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot is a packet of its own
    sock.settimeout(login.read_timeout_s)
    smtp.ehlo_or_helo_if_needed()
    if login.tls == "starttls":
        _start_tls(smtp, login, context)
    if login.user is not None and token is not None:
        _authenticate_by_token(smtp, login.user, token, login)
    elif login.user is not None:
        _authenticate(smtp, login.user, login)


def _start_tls(smtp: smtplib.SMTP, login: SmtpLogin, context: ssl.SSLContext | None) -> None:
    """Secure the connection or give up: whoever removes the offer must not get password and letters."""
    try:
        code, _ = smtp.starttls(context=context)
    except smtplib.SMTPNotSupportedError:
        code = 0
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
    if code != _TLS_READY:
        raise InsecureConnection(
            f"{login.host}:{login.port} does not offer STARTTLS; set tls to 'implicit' and the port to 465"
        )
    smtp.ehlo()


def _authenticate(smtp: smtplib.SMTP, user: str, login: SmtpLogin) -> None:
    """AUTH PLAIN (RFC 4616), else LOGIN; over TLS nothing more is gained by the older challenge mechanisms."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, answer = smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{login.password}"))
    elif "LOGIN" in offered:
        code, answer = smtp.docmd("AUTH", "LOGIN " + _base64(user))
        if code == _SAY_MORE:
            code, answer = smtp.docmd(_base64(login.password))
    else:
        raise LoginRefused(f"{login.host} offers neither AUTH PLAIN nor LOGIN here; check tls and port")
    if code in _PERMANENT:
        raise LoginRefused(f"{login.host} refused the login ({code}); correct user, password or token")
    if code != _AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _authenticate_by_token(smtp: smtplib.SMTP, user: str, token: str, login: SmtpLogin) -> None:
    """AUTH XOAUTH2; why a token is refused comes as a challenge, whose answer is an empty line, before the refusal."""
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise LoginRefused(f"{login.host} takes no tokens (AUTH XOAUTH2) here; check host, tls and port")
    code, answer = smtp.docmd("AUTH", f"XOAUTH2 {base64.b64encode(xoauth2(user, token)).decode('ascii')}")
    if code == _SAY_MORE:
        code, answer = smtp.docmd("")
    if code in _PERMANENT:
        enhanced = _ENHANCED.match(answer)  # RFC 2034; Microsoft's 5.7.139 means that SMTP AUTH is switched off
        shown = f"{code} {enhanced[0].decode()}" if enhanced else f"{code}"
        raise TokenNotTaken(f"{login.host} refused the token ({shown}); run `replyd check`, which looks why")
    if code != _AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _socket_of(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected
    return smtp.sock


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _close(smtp: smtplib.SMTP | None) -> None:
    if smtp:
        smtp.close()
