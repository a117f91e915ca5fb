"""How one account logs in: to its mailbox, to the server that takes its letters, to who gives it tokens."""

from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from daemon import clock
from daemon.mail.imap_login import ImapLogin
from daemon.mail.oauth_providers import Application, provider_of
from daemon.mail.smtp_login import SmtpLogin
from daemon.mail.token_store import TokenStore, file_of
from daemon.mail.tokens import CachedTokens
from daemon.records.encryption import Keys, Vault
from daemon.settings_sections import Account


class Login:
    """The logins of one account. Made once for each account, since all its connections share one token."""

    def __init__(self, name: str, account: Account, data: Path) -> None:
        self.name = name
        self._account = account
        self._data = data

    def imap(self) -> ImapLogin:
        """How to open the mailbox."""
        imap = self._account.imap
        password = imap.password.get_secret_value()
        tokens = None if password else self.tokens
        return ImapLogin(imap.host, imap.port, imap.user, password, tls=imap.tls, cafile=imap.cafile, tokens=tokens)

    def smtp(self) -> SmtpLogin:
        """How to hand in letters."""
        smtp = self._account.smtp
        password = smtp.password.get_secret_value()
        tokens = None if password else self.tokens
        return SmtpLogin(smtp.host, smtp.port, smtp.user, password, tls=smtp.tls, cafile=smtp.cafile, tokens=tokens)

    @cached_property
    def tokens(self) -> CachedTokens | None:
        """Where login tokens come from, one for all connections of this process; None where passwords are used."""
        application = self.application()
        return provider_of(application, self.token_store(), clock.now) if application else None

    def application(self) -> Application | None:
        """Who we are to the provider of tokens; None where passwords are used."""
        oauth = self._account.oauth
        if oauth.provider == "none":
            return None
        return Application(
            provider=oauth.provider,
            user=oauth.user or self._account.imap.user,
            client_id=oauth.client_id or "",
            client_secret=_said(oauth.client_secret),
            certificate=_said(oauth.certificate),
            service_account=_said(oauth.service_account),
            tenant=oauth.tenant or "",
            command=oauth.command,
            authorize_url=oauth.authorize_url or "",
            token_url=oauth.token_url or "",
            cafile=oauth.cafile,
        )

    def token_store(self) -> TokenStore:
        """Where the refresh token of `replyd oauth login` is kept, one file for each account."""
        return TokenStore(self._data / file_of(self.name), lambda: Vault(Keys.load(self._data / "keys")))


def _said(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
