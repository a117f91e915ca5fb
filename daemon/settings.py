"""The settings: what an owner may say in replyd.toml, in the environment, in secret files and in credentials."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field, SecretStr, ValidationError

from classifiers.intents import Intent
from daemon import clock
from daemon.decisions.choices import Choices
from daemon.settings_errors import explained, faults
from daemon.settings_file import BadSettings, Given, Key, Kinds, Values, nested, read_toml, read_values
from daemon.settings_rights import BalancingTest, ErasureChoices, Identity, SuppressedList, System
from daemon.settings_sections import Account, General, Letters, Log, Policy, Run, Section

if TYPE_CHECKING:
    from daemon.mail.imap_login import ImapLogin
    from daemon.mail.oauth_providers import Application
    from daemon.mail.smtp_login import SmtpLogin
    from daemon.mail.token_store import TokenStore
    from daemon.mail.tokens import CachedTokens

__all__ = ["BadSettings", "Settings"]

PLACES = (Path("replyd.toml"), Path("/etc/replyd/replyd.toml"))
"""Where the file is looked for when nobody names one."""


class Settings(Section):
    """All settings, validated; `Settings.load` is the way to get them."""

    replyd: General = General()
    account: Account
    letters: Letters = Letters()
    policy: Policy = Policy()
    systems: dict[str, System] = Field(default_factory=dict)
    assessments: dict[str, BalancingTest] = Field(default_factory=dict)
    erasure: ErasureChoices = ErasureChoices()
    identity: Identity = Identity()
    suppressed_list: SuppressedList = SuppressedList()
    run: Run = Run()
    log: Log = Log()

    @classmethod
    def load(cls, path: Path | None, environ: Mapping[str, str]) -> Self:
        """Read and check everything; raises BadSettings that names every fault with its place.

        Without a path: `$REPLYD_CONFIG`, `./replyd.toml`, `/etc/replyd/replyd.toml`, or the environment alone.
        """
        file = path or find_file(environ)
        values = read_values(file, environ, KINDS)
        base = file.parent if file else Path()
        values |= _policy_values(values, base)
        try:
            return cls.model_validate(nested(values), context={"base": base.absolute()})
        except ValidationError as error:
            raise BadSettings(explained(error, values, cls, file)) from None

    @property
    def data(self) -> Path:
        """Directory of keys, model and, by default, the database."""
        return self.replyd.data

    @property
    def database_url(self) -> str:
        """Where the database is; may hold a password."""
        named = self.replyd.database
        return named.get_secret_value() if named else f"sqlite:///{self.data / 'replyd.db'}"

    def choices(self) -> Choices:
        """What deciding depends on."""
        pairs = (release.partition(":") for release in self.replyd.auto)
        auto = frozenset((Intent(intent), language) for intent, _, language in pairs)
        return Choices(mode=self.replyd.mode, auto=auto, **self.policy.model_dump())

    def imap_login(self) -> "ImapLogin":
        """How to open the mailbox."""
        from daemon.mail.imap_login import ImapLogin  # noqa: PLC0415  settings are read where no mail is

        imap = self.account.imap
        password = imap.password.get_secret_value()
        tokens = None if password else self.tokens
        return ImapLogin(imap.host, imap.port, imap.user, password, tls=imap.tls, cafile=imap.cafile, tokens=tokens)

    def smtp_login(self) -> "SmtpLogin":
        """How to hand in letters."""
        from daemon.mail.smtp_login import SmtpLogin  # noqa: PLC0415  as above

        smtp = self.account.smtp
        password = smtp.password.get_secret_value()
        tokens = None if password else self.tokens
        return SmtpLogin(smtp.host, smtp.port, smtp.user, password, tls=smtp.tls, cafile=smtp.cafile, tokens=tokens)

    @cached_property
    def tokens(self) -> "CachedTokens | None":
        """Where login tokens come from, one for all connections of this process; None where passwords are used."""
        from daemon.mail.oauth_providers import provider_of  # noqa: PLC0415  as above

        application = self.application()
        return provider_of(application, self.token_store(), clock.now) if application else None

    def application(self) -> "Application | None":
        """Who we are to the provider of tokens; None where passwords are used."""
        from daemon.mail.oauth_providers import Application  # noqa: PLC0415  as above

        oauth = self.account.oauth
        if oauth.provider == "none":
            return None
        return Application(
            provider=oauth.provider,
            user=oauth.user or self.account.imap.user,
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

    def token_store(self) -> "TokenStore":
        """Where the refresh token of `replyd oauth login` is kept."""
        from daemon.mail.token_store import FILE, TokenStore  # noqa: PLC0415  as above
        from daemon.records.encryption import Keys, Vault  # noqa: PLC0415  as above

        return TokenStore(self.data / FILE, lambda: Vault(Keys.load(self.data / "keys")))


def _said(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


KINDS = Kinds(
    secrets=(
        ("replyd", "database"),
        ("account", "imap", "password"),
        ("account", "smtp", "password"),
        ("account", "oauth", "client_secret"),
        ("account", "oauth", "certificate"),
        ("account", "oauth", "service_account"),
    ),
    lists=(
        ("replyd", "auto"),
        ("account", "aliases"),
        ("account", "oauth", "command"),
        ("account", "controller", "storage_countries"),
        ("policy", "letter_languages"),
        ("suppressed_list", "command"),
    ),
    short="replyd",
)


def fault_of(key: Key, value: object) -> str | None:
    """What is wrong with a value of one setting, whatever the others are; None where nothing is."""
    try:
        Settings.model_validate(nested({key: Given(value, "")}))
    except ValidationError as error:
        return next(iter(faults(error, Settings, key)), None)
    return None


def find_file(environ: Mapping[str, str]) -> Path | None:
    """The settings file that is meant when nobody names one; None where the environment says it all."""
    if named := environ.get("REPLYD_CONFIG"):
        return Path(named)
    for place in PLACES:
        if place.is_file():
            return place
    if "REPLYD_ACCOUNT__ADDRESS" in environ:
        return None
    raise BadSettings(
        f"there are no settings: neither $REPLYD_CONFIG nor {' nor '.join(map(str, PLACES))}; "
        "run `replyd init`, or name the file with --config"
    )


def _policy_values(values: Values, base: Path) -> Values:
    """The values of the file that `policy_file` names, as those of `[policy]`."""
    key: Key = ("replyd", "policy_file")
    if key not in values:
        return {}
    if (twice := next((k for k in values if k[0] == "policy"), None)) is not None:
        raise BadSettings(f"{values[twice].place}: [policy] and replyd.policy_file are both set; keep one of them")
    found = read_toml(base / str(values[key].value))
    return {("policy", *key): Given(given.value, given.place) for key, given in found.items()}
