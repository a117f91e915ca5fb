"""Logging in with a browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252). Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from daemon.mail.oauth_refusal import advice_for_code
from daemon.mail.tokens import TokenRefused

_VERIFIER_BYTES, _STATE_BYTES = 64, 32


class ForeignAnswer(TokenRefused):
    """What came back does not belong to this login; it may be somebody else's attempt to hand us their account."""


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """One attempt to log in: what stays here (`verifier`) and what has to come back with the code (`state`)."""

    client_id: str
    redirect_uri: str
    scope: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(_VERIFIER_BYTES), repr=False)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(_STATE_BYTES), repr=False)

    def url(self, authorize_url: str, extra: Mapping[str, str]) -> str:
        """Where the person's browser goes."""
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        return f"{authorize_url}?{urlencode({**query, **extra})}"

    def owns(self, final_url: str) -> bool:
        """Whether a URL is an answer to this very login, compared in constant time."""
        state = parse_qs(urlsplit(final_url.strip()).query).get("state", [""])[0]
        return hmac.compare_digest(state.encode(), self.state.encode())

    def code(self, final_url: str) -> str:
        """The code in the URL that the browser ended at; raises ForeignAnswer, or TokenRefused with the reason."""
        if not self.owns(final_url):
            raise ForeignAnswer("that URL is no answer to this login; paste the whole address that the browser shows")
        query = parse_qs(urlsplit(final_url.strip()).query)
        code, error = (query.get(name, [""])[0] for name in ("code", "error"))
        if error or not code:
            raise TokenRefused(f"the login was not completed: {advice_for_code(error)}")
        return code

    def grant(self, code: str) -> dict[str, str]:
        """What the token endpoint is asked in exchange for the code."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }


def challenge(verifier: str) -> str:
    """S256 of RFC 7636 section 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
