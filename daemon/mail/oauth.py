"""Tokens from a token endpoint (RFC 6749 section 3.2): asked over verified TLS, bounded in time and size.

No answer's own words are ever shown, since they may repeat what was sent; its error code is, if we know it.
"""

import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from daemon.clock import Clock
from daemon.mail.errors import InsecureConnection
from daemon.mail.oauth_refusal import is_permanent, refusal
from daemon.mail.tls import verifying_context
from daemon.mail.tokens import LIFETIME_UNSAID, Token, TokenRefused, TokenUnavailable

ANSWER_LIMIT_BYTES = 256 * 1024
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token endpoint gave: a token, and a refresh token where there is one (RFC 6749 section 5.1)."""

    token: Token
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens are asked for. `timeout_s` bounds each step and the body; `cafile` replaces the system's roots."""

    url: str
    clock: Clock
    cafile: Path | None = None
    timeout_s: float = 20.0

    def grant(self, parameters: Mapping[str, str]) -> Granted:
        """Ask once. Raises TokenRefused, TokenUnavailable or InsecureConnection; none of them quotes the answer."""
        status, body = self._asked(parameters)
        answer = _json(body)
        if status == _HTTP_OK and isinstance(answer.get("access_token"), str):
            return self._granted(answer)
        if is_permanent(status, answer):
            raise TokenRefused(refusal(status, answer))
        raise TokenUnavailable(f"{self._host} gives no token at the moment (HTTP {status}); it is asked again later")

    @property
    def _host(self) -> str:
        return httpx2.URL(self.url).host

    def _asked(self, parameters: Mapping[str, str]) -> tuple[int, bytes]:
        """Post a form; a redirect is an answer like any other, never followed with our secrets."""
        context = verifying_context(self.cafile)
        client = httpx2.Client(verify=context, timeout=self.timeout_s, follow_redirects=False, trust_env=False)
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        deadline = time.monotonic() + self.timeout_s
        try:
            with client, client.stream("POST", self.url, data=dict(parameters), headers=headers) as answer:
                return answer.status_code, _bounded(answer, deadline)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            if unverified := _certificate_fault(error):
                raise InsecureConnection(
                    f"the certificate of {self._host} is not trusted ({unverified.verify_message}); "
                    "correct token_url, or name the certificate authority's file as cafile in [account.oauth]"
                ) from None
            raise TokenUnavailable(f"{self._host} cannot be asked for a token ({type(error).__name__})") from None

    def _granted(self, answer: Mapping[str, Any]) -> Granted:
        lifetime, refresh, scope = (str(answer.get(name) or "") for name in ("expires_in", "refresh_token", "scope"))
        held = timedelta(seconds=int(lifetime)) if re.fullmatch("[0-9]{1,9}", lifetime) else LIFETIME_UNSAID
        token = Token(answer["access_token"], self.clock() + held, scope)
        return Granted(token, refresh or None)


def _bounded(answer: httpx2.Response, deadline: float) -> bytes:
    """The body, if it is short and comes in time: a time-out of the client starts anew with every byte."""
    body = b""
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > ANSWER_LIMIT_BYTES or time.monotonic() > deadline:
            raise httpx2.ReadError("too long, or too slow")
    return body


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _certificate_fault(error: BaseException) -> ssl.SSLCertVerificationError | None:
    link: BaseException | None = error
    while link is not None and not isinstance(link, ssl.SSLCertVerificationError):
        link = link.__cause__ or link.__context__
    return link
