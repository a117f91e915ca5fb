"""The ways to a token that there are: Microsoft's, Google's, and a program of the owner's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from daemon.clock import Clock
from daemon.mail.oauth import Granted, TokenEndpoint
from daemon.mail.oauth_assertion import ServiceAccount, client_assertion
from daemon.mail.oauth_code import CodeRequest
from daemon.mail.token_command import token_of_command
from daemon.mail.token_store import TokenStore
from daemon.mail.tokens import CachedTokens, Token, TokenRefused

Provider = Literal["microsoft", "google", "command"]

_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
_OFFICE = "https://outlook.office.com/"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

MICROSOFT_DELEGATED = f"{_OFFICE}IMAP.AccessAsUser.All {_OFFICE}SMTP.Send offline_access"
MICROSOFT_APPLICATION = "https://outlook.office365.com/.default"
GOOGLE_MAIL = "https://mail.google.com/"


@dataclass(frozen=True, slots=True)
class Application:
    """What [account.oauth] says: who we are to the provider, and for whom we log in. Empty is unset."""

    provider: Provider
    user: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    service_account: str = field(default="", repr=False)
    tenant: str = ""
    command: tuple[str, ...] = ()
    authorize_url: str = ""
    token_url: str = ""
    cafile: Path | None = None

    @property
    def by_browser(self) -> bool:
        """Whether a person logs in once, and a refresh token stands in for them from then on."""
        if self.provider == "microsoft":
            return not (self.client_secret or self.certificate)
        return self.provider == "google" and not self.service_account

    @property
    def scope(self) -> str:
        """What a token is asked for: IMAP and SMTP, and nothing else."""
        if self.provider == "google":
            return GOOGLE_MAIL
        return MICROSOFT_DELEGATED if self.by_browser else MICROSOFT_APPLICATION

    def endpoint(self, clock: Clock) -> TokenEndpoint:
        """Where tokens are asked for."""
        usual = "https://oauth2.googleapis.com/token" if self.provider == "google" else f"{self._microsoft}token"
        return TokenEndpoint(self.token_url or usual, clock, self.cafile)

    def login_page(self, request: CodeRequest) -> str:
        """Where a browser logs in; Google gives a refresh token only when it is asked to ask again."""
        hint = {"login_hint": self.user}
        if self.provider == "google":
            usual = "https://accounts.google.com/o/oauth2/v2/auth"
            return request.url(self.authorize_url or usual, hint | {"access_type": "offline", "prompt": "consent"})
        return request.url(self.authorize_url or f"{self._microsoft}authorize", hint | {"response_mode": "query"})

    @property
    def _microsoft(self) -> str:
        return _MICROSOFT.format(tenant=self.tenant)

    @property
    def proof(self) -> dict[str, str]:
        """The secret of an application whose users log in by browser, where it has one (Google's desktop ones do)."""
        return {"client_secret": self.client_secret} if self.client_secret else {}


def provider_of(application: Application, store: TokenStore, clock: Clock) -> CachedTokens:
    """The token provider that these settings mean."""
    return CachedTokens(_way(application, store, clock), clock)


def _way(application: Application, store: TokenStore, clock: Clock) -> Callable[[], Token]:
    endpoint = application.endpoint(clock)
    if application.provider == "command":
        return lambda: token_of_command(application.command, clock)
    if application.by_browser:
        return lambda: _refreshed(application, endpoint, store)
    if application.provider == "google":
        return lambda: endpoint.grant(_of_service_account(application, endpoint.url, clock)).token
    return lambda: endpoint.grant(_of_application(application, endpoint.url, clock)).token


def _of_application(application: Application, audience: str, clock: Clock) -> Mapping[str, str]:
    """Client credentials (RFC 6749 section 4.4), by secret or by certificate."""
    wanted = {"grant_type": "client_credentials", "client_id": application.client_id, "scope": application.scope}
    if not application.certificate:
        return wanted | {"client_secret": application.client_secret}
    signed = client_assertion(application.certificate, application.client_id, audience, clock)
    return wanted | {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": signed}


def _of_service_account(application: Application, audience: str, clock: Clock) -> Mapping[str, str]:
    """A JSON Web Token as a grant (RFC 7523 section 2.1), for one user of the domain."""
    account = ServiceAccount.parse(application.service_account)
    return {
        "grant_type": _JWT_BEARER,
        "assertion": account.assertion(application.user, application.scope, audience, clock),
    }


def _refreshed(application: Application, endpoint: TokenEndpoint, store: TokenStore) -> Token:
    """Spend the refresh token (RFC 6749 section 6); where a new one comes back, the old one may be dead already."""
    with store.alone():
        spent = store.read()
        granted = endpoint.grant(
            {
                "grant_type": "refresh_token",
                "refresh_token": spent,
                "client_id": application.client_id,
                "scope": application.scope,
                **application.proof,
            }
        )
        if granted.refresh_token and granted.refresh_token != spent:
            store.keep(granted.refresh_token)
    return granted.token


def log_in(application: Application, request: CodeRequest, code: str, store: TokenStore, clock: Clock) -> Granted:
    """Exchange the code that a browser brought, and keep the refresh token that comes for it. Raises TokenRefused."""
    granted = application.endpoint(clock).grant(request.grant(code) | application.proof)
    if granted.refresh_token is None:
        raise TokenRefused("the provider gave no refresh token: allow offline access for the application, then again")
    with store.alone():
        store.keep(granted.refresh_token)
    return granted
