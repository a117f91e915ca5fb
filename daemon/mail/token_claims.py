"""What a token says of itself, for explaining a refusal; never for trusting anything. Pure.

The vendors call their tokens opaque. Microsoft's are JSON Web Tokens today; where one is not, we know what the token
endpoint said with it, or nothing.
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from daemon.mail.oauth_providers import GOOGLE_MAIL, Provider
from daemon.mail.tokens import Token

Protocol = Literal["IMAP", "SMTP"]

_WANTED: dict[tuple[Provider, Protocol], tuple[str, ...]] = {
    ("microsoft", "IMAP"): ("IMAP.AccessAsUser.All", "IMAP.AccessAsApp"),
    ("microsoft", "SMTP"): ("SMTP.Send", "SMTP.SendAsApp"),
    ("google", "IMAP"): (GOOGLE_MAIL,),
    ("google", "SMTP"): (GOOGLE_MAIL,),
}
"""Any of these opens the protocol."""
_SCOPE = re.compile(r"[A-Za-z0-9._:/-]{1,100}")
_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Claims:
    """Permissions and tenant as far as they can be read; empty is unknown."""

    scopes: frozenset[str]
    tenant: str


def claims_of(token: Token) -> Claims:
    """Read the token's own claims, and what came with it."""
    inside = _payload(token.value)
    roles = inside.get("roles")
    words = [*token.scope.split(), *str(inside.get("scp") or "").split(), *(roles if isinstance(roles, list) else [])]
    tenant = str(inside.get("tid") or "")
    scopes = frozenset(_short(word) for word in words if isinstance(word, str) and _SCOPE.fullmatch(word))
    return Claims(scopes, tenant if _TENANT.fullmatch(tenant) else "")


def lacks(claims: Claims, provider: Provider, protocol: Protocol) -> tuple[str, ...]:
    """The permissions of which the token has none, if what it has is known; else nothing."""
    wanted = _WANTED.get((provider, protocol), ())
    return wanted if claims.scopes and not claims.scopes.intersection(wanted) else ()


def foreign_tenant(claims: Claims, tenant: str) -> bool:
    """Whether the token is of another tenant than the settings name by id."""
    return bool(claims.tenant and _TENANT.fullmatch(tenant.lower()) and claims.tenant != tenant.lower())


def _short(scope: str) -> str:
    """Microsoft writes its permissions with and without their resource in front."""
    return scope.removeprefix("https://outlook.office.com/").removeprefix("https://outlook.office365.com/")


def _payload(token: str) -> dict[str, Any]:
    """The claims of a JSON Web Token, unverified; nothing where it is none."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004  RFC 7515 section 7.1
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
