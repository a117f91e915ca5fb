"""Login tokens in place of passwords: what one is, where it comes from, how long it is kept, how it is presented."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from daemon.clock import Clock
from daemon.errors import ReplydError
from daemon.mail.errors import LoginRefused

T = TypeVar("T")

log = structlog.get_logger()

MARGIN = timedelta(minutes=5)
"""A token is renewed so long before its end: a login must not meet one that ends on the way."""
LIFETIME_UNSAID = timedelta(minutes=5)
"""Of a token whose giver does not say how long it holds."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=!$%&*:;,@|-]+")
"""Wider than RFC 6750 section 2.1, since some givers are; never a control character, which would bend XOAUTH2."""


class TokenRefused(LoginRefused):
    """No token is given as things are set up; a person has to log in again or correct the settings."""


class TokenUnavailable(ReplydError):  # noqa: N818  an outcome that callers name
    """Whoever gives tokens does not answer; trying again later may help."""


class TokenNotTaken(LoginRefused):
    """The mail server refuses a token that was given: it was withdrawn, or lacks a permission."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and until when it holds; `scope` is what it was given for, where the giver says so."""

    value: str = field(repr=False)
    expires_at: datetime
    scope: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.value):
            raise TokenRefused("what was given as a token is none: it is empty or holds spaces; see [account.oauth]")


class TokenProvider(Protocol):
    """Gives the token to log in with. Safe in several threads; raises TokenRefused or TokenUnavailable."""

    def token(self) -> str:
        """A token that holds for some minutes yet."""

    def renewed(self, refused: str) -> str:
        """A token other than this one, which the mail server refused."""


class CachedTokens:
    """Keeps a token until shortly before its end, and fetches the next one: in one thread, while the others wait."""

    def __init__(self, fetch: Callable[[], Token], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._held: Token | None = None
        self._renew_at = clock()

    def token(self) -> str:
        """The token that is held, or a new one; the old one while it holds and nobody answers."""
        with self._lock:
            if self._held is not None and self._clock() < self._renew_at:
                return self._held.value
            try:
                return self._fetched().value
            except TokenUnavailable:
                if self._held is None or self._clock() >= self._held.expires_at:
                    raise
                log.warning("token_not_renewed")
                return self._held.value

    def renewed(self, refused: str) -> str:
        """A new token, unless another thread has fetched one since."""
        with self._lock:
            if self._held is not None and self._held.value != refused:
                return self._held.value
            self._held = None
            return self._fetched().value

    def held(self) -> Token | None:
        """The token that was given last, for whoever explains it; fetches nothing."""
        with self._lock:
            return self._held

    def _fetched(self) -> Token:
        """A new token; one that holds for less than ten minutes is kept for half of its time."""
        began = self._clock()
        self._held = fresh = self._fetch()
        self._renew_at = fresh.expires_at - min(MARGIN, max(fresh.expires_at - began, timedelta(0)) / 2)
        log.info("token_renewed")
        return fresh


def with_token(tokens: TokenProvider, attempt: Callable[[str], T]) -> T:
    """Log in with a token; where the mail server does not take it, once more with a new one.

    Raises what `attempt` raises, TokenRefused or TokenUnavailable.
    """
    token = tokens.token()
    try:
        return attempt(token)
    except TokenNotTaken:
        return attempt(tokens.renewed(token))


def xoauth2(user: str, token: str) -> bytes:
    """The only message of SASL XOAUTH2, before base64 (the vendors' predecessor of RFC 7628)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
