"""Whether a login token comes, and why a mail server that gets it does not open: scope, tenant, rights, expiry."""

from collections.abc import Iterator

from daemon.cli.finding import Finding, fail, ok
from daemon.mail.token_claims import Protocol, claims_of, foreign_tenant, lacks
from daemon.mail.tokens import Token, TokenNotTaken, TokenUnavailable
from daemon.settings import Settings

_RIGHTS = {
    ("microsoft", "IMAP"): "is IMAP on for this mailbox, and may this user or application open it "
    "(Add-MailboxPermission; New-ServicePrincipal with the object id of the Enterprise application)?",
    ("microsoft", "SMTP"): "is authenticated SMTP on for this mailbox (Set-CASMailbox; code 5.7.139 says no), and may "
    "this user or application send as it (Add-RecipientPermission)?",
    ("google", "IMAP"): "is IMAP on for this user, and is account.imap.user the one who logged in?",
    ("google", "SMTP"): "is account.smtp.user the one who logged in?",
}


def token(settings: Settings, account: str) -> Iterator[Finding]:
    """Ask for a token; raises TokenRefused, whose message says what to do."""
    tokens = settings.logins[account].tokens
    if tokens is None:
        return
    try:
        tokens.token()
    except TokenUnavailable as error:
        yield fail("token", str(error), "is the network there? Otherwise try again later")
        return
    given = tokens.held()
    if given is not None:
        until = f"{given.expires_at:%Y-%m-%d %H:%M} UTC"
        yield ok("token", f"{settings.accounts[account].oauth.provider} gave one, good until {until}")


def not_taken(settings: Settings, account: str, protocol: Protocol, name: str, error: TokenNotTaken) -> Finding:
    """Explain why a fresh token does not open this server."""
    tokens = settings.logins[account].tokens
    given = tokens.held() if tokens else None
    return fail(name, str(error), _why(settings, account, protocol, given))


def _why(settings: Settings, account: str, protocol: Protocol, given: Token | None) -> str:
    oauth, section = settings.accounts[account].oauth, settings.section_of(account)
    if given is None or oauth.provider == "none":
        return "run `replyd check` again"
    if oauth.provider == "command":
        return "the token command printed one that has ended, is for another user, or lacks the scope for this protocol"
    claims = claims_of(given)
    if foreign_tenant(claims, oauth.tenant or ""):
        return (
            f"wrong tenant: the token is of {claims.tenant}; correct {section}.oauth.tenant or log in as another user"
        )
    if missing := lacks(claims, oauth.provider, protocol):
        return (
            f"missing scope: the token has none of {', '.join(missing)}; give the application that permission, let an "
            "administrator consent, and run `replyd oauth login` again if a person logs in"
        )
    return f"the token is fresh: {_RIGHTS[oauth.provider, protocol]}"
