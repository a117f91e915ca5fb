"""The settings: what an owner may say in replyd.toml, in the environment, in secret files and in credentials."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, get_origin

from pydantic import Field, SecretStr, ValidationError, model_validator

from classifiers.intents import Intent
from daemon.decisions.choices import Choices
from daemon.settings_errors import explained, faults, fields_of, is_named, settings_of, without_none
from daemon.settings_file import BadSettings, Given, Key, Kinds, Values, nested, read_toml, read_values
from daemon.settings_rights import BalancingTest, ErasureChoices, Identity, SuppressedList, System
from daemon.settings_sections import Account, General, Letters, Log, Name, OnlyAccount, Policy, Run, Section

if TYPE_CHECKING:
    from daemon.settings_login import Login

__all__ = ["BadSettings", "Settings"]

PLACES = (Path("replyd.toml"), Path("/etc/replyd/replyd.toml"))
"""Where the file is looked for when nobody names one."""


class Settings(Section):
    """All settings, validated; `Settings.load` is the way to get them."""

    replyd: General = General()
    account: OnlyAccount | None = None
    several: dict[Name, Account] = Field(default_factory=dict, alias="accounts")
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
        always_challenge = self.identity.access == "challenge"
        return Choices(mode=self.replyd.mode, auto=auto, always_challenge=always_challenge, **self.policy.model_dump())

    @cached_property
    def accounts(self) -> dict[str, Account]:
        """All accounts by name, in whichever form they were given."""
        return {self.account.name: self.account} if self.account else dict(self.several)

    def section_of(self, account: str) -> str:
        """The section that an account of this name has, for messages: `account`, or `accounts.sales`."""
        return "account" if self.account else f"accounts.{account}"

    @cached_property
    def logins(self) -> "dict[str, Login]":
        """How each account logs in; the same objects each time, so that a token is asked for once."""
        from daemon.settings_login import Login  # noqa: PLC0415  settings are read where no mail is

        return {name: Login(name, account, self.data) for name, account in self.accounts.items()}

    @model_validator(mode="after")
    def _one_form_of_account(self) -> Self:
        if self.account and self.several:
            raise ValueError("[account] and [accounts.NAME] are both there; write [accounts.NAME] for each of several")
        if not self.account and not self.several:
            raise ValueError("there is no account: [account] is missing")
        return self


KINDS = Kinds(
    secrets=frozenset(key for key, field in settings_of(Settings) if without_none(field.annotation) is SecretStr),
    lists=frozenset(
        key for key, field in settings_of(Settings) if get_origin(without_none(field.annotation)) in {tuple, frozenset}
    ),
    named=frozenset(name for name, field in fields_of(Settings) if is_named(field)),
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
    if any(re.fullmatch(r"REPLYD_ACCOUNT(S__\w+)?__ADDRESS", name) for name in environ):
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
