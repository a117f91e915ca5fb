"""What a token endpoint's refusal means and what to do about it. Pure."""

import re
from collections.abc import Mapping
from typing import Any

_ADVICE = {
    "invalid_grant": "the stored login has ended or was withdrawn; run `replyd oauth login`",
    "invalid_client": "client_id or client_secret (or certificate) is wrong or has ended",
    "unauthorized_client": "this application may not do that: check its kind, its delegation and the tenant",
    "invalid_scope": "the application lacks the permission for IMAP or SMTP; grant it and let an administrator consent",
    "access_denied": "the login was declined, or the administrator does not allow it",
    "consent_required": "an administrator has to consent to the application's permissions",
    "interaction_required": "the provider wants a person; run `replyd oauth login`",
    "login_required": "the provider wants a person; run `replyd oauth login`",
    "admin_policy_enforced": "the administrator's policy blocks this application",
    "invalid_request": "the provider does not understand the request; check tenant, client_id and token_url",
    "invalid_resource": "the permission for Office 365 Exchange Online is missing; add it to the application",
    "unsupported_grant_type": "the provider does not know this way to log in; check provider and token_url",
}
"""The error codes of RFC 6749 section 5.2, and those that the two vendors add."""
_MICROSOFT = {
    "50020": "the user is not of this tenant; correct tenant or log in as another user",
    "50034": "the user is not of this tenant; correct tenant or log in as another user",
    "50076": "the provider wants a second factor; run `replyd oauth login`",
    "50079": "the provider wants a second factor; run `replyd oauth login`",
    "50173": "the password was changed or logins were withdrawn; run `replyd oauth login`",
    "53003": "a Conditional Access policy blocks this login; ask the administrator",
    "65001": "nobody has consented to the application's permissions; run `replyd oauth login`, or consent as admin",
    "70008": "the stored login has ended; run `replyd oauth login`",
    "70011": "the application lacks the permission for IMAP or SMTP; grant it and let an administrator consent",
    "70043": "the stored login has ended; run `replyd oauth login`",
    "700016": "the application is not known in this tenant: tenant or client_id is wrong",
    "700027": "the certificate is not the one that the application knows; upload it there",
    "700082": "the stored login has ended after too long a rest; run `replyd oauth login`",
    "7000215": "client_secret is wrong: it must be the secret's value, not its id",
    "7000218": "this application is no public client: allow public client flows, or set client_secret",
    "7000222": "client_secret has ended; make a new one",
    "90002": "there is no such tenant; correct tenant",
    "900023": "there is no such tenant; correct tenant",
}
"""Microsoft's own numbers (AADSTS...), more exact than the error code beside them."""
_TRANSIENT = {"temporarily_unavailable", "server_error", "slow_down", "internal_failure"}
_NUMBER = re.compile(r"AADSTS([0-9]{4,8})\b")
_CLIENT_ERRORS = range(300, 500)
_NOT_NOW = {408, 425, 429}


def is_permanent(status: int, answer: Mapping[str, Any]) -> bool:
    """Whether asking again cannot help: the endpoint said no, or is none (a redirect, HTTP 404)."""
    return status in _CLIENT_ERRORS and status not in _NOT_NOW and str(answer.get("error")) not in _TRANSIENT


def refusal(status: int, answer: Mapping[str, Any]) -> str:
    """One sentence for the owner, made of codes that we know; the rest of the answer is kept to ourselves."""
    code, number = answer.get("error"), microsoft_number(answer)
    known = code if isinstance(code, str) and code in _ADVICE else f"HTTP {status}"
    shown = f"{known}, AADSTS{number}" if number else known
    return f"no token was given ({shown}): {_MICROSOFT.get(number) or _ADVICE.get(known) or _UNKNOWN}"


_UNKNOWN = "check provider, tenant and token_url in [account.oauth]"


def microsoft_number(answer: Mapping[str, Any]) -> str:
    """Microsoft's number of the error, "" where there is none."""
    found = _NUMBER.search(str(answer.get("error_description")))
    return found[1] if found else ""


def advice_for_code(code: str) -> str:
    """What to do about the error code that a login in the browser ended with."""
    return f"{code}: {_ADVICE[code]}" if code in _ADVICE else "the provider gave no reason that is known here"
