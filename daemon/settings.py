"""The settings: what an owner may say in replyd.toml, in the environment, in secret files and in credentials.

The docstring under each setting is its description in docs/configuration.md.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo

from classifiers.intents import Intent
from daemon.decisions.choices import Choices, Mode
from daemon.settings_errors import explained, faults
from daemon.settings_file import BadSettings, Given, Key, Kinds, Values, nested, read_toml, read_values

if TYPE_CHECKING:
    from daemon.mail.imap_login import ImapLogin
    from daemon.mail.smtp_login import SmtpLogin

__all__ = ["BadSettings", "Settings"]

PLACES = (Path("replyd.toml"), Path("/etc/replyd/replyd.toml"))
"""Where the file is looked for when nobody names one."""

MIB = 1024 * 1024


class Section(BaseModel):
    """One section of the file: no key that is not known, no change after loading, no secret in any message."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _from_the_file(path: Path, info: ValidationInfo) -> Path:
    """A relative path starts where the settings file is."""
    base: Path = (info.context or {}).get("base", Path())
    return (base / path.expanduser()).absolute()


def _address(text: str) -> str:
    if not re.fullmatch(r"[^\s\"(),:;<>@\[\\\]]+@[^\s\"(),:;<>@\[\\\]]+\.[^\s\"(),:;<>@\[\\\].]+", text):
        raise ValueError("must be one e-mail address, for example sales@example.com")
    return text


def _release(text: str) -> str:
    intent, colon, language = text.partition(":")
    if intent not in set(Intent) or not colon or not re.fullmatch("[a-z]{2,3}", language):
        raise ValueError(f"must be an intent and a language, for example opt_out:en; intents are {', '.join(Intent)}")
    return text


FilePath = Annotated[Path, AfterValidator(_from_the_file)]
Address = Annotated[str, AfterValidator(_address)]
Words = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$")]
Host = Annotated[str, Field(pattern=r"^[^\s/@]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Tls = Literal["implicit", "starttls", "none"]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]


class General(Section):
    """What this installation is."""

    data: FilePath = Path("/var/lib/replyd")
    """Directory of the keys, the trained model and, by default, the database."""
    database: SecretStr | None = None
    """`sqlite:////path/replyd.db` or `postgresql+psycopg://user@host/name`; without it `replyd.db` in `data`."""
    mode: Mode = Mode.ASSIST
    """`shadow` shows what it would do, `assist` waits for a key before each letter, `auto` sends what `auto` names."""
    auto: tuple[Annotated[str, AfterValidator(_release)], ...] = ()
    """Letters that leave without a key in mode `auto`: intent and language, for example `opt_out:en`."""
    policy_file: FilePath | None = None
    """A file with the keys of `[policy]`, in place of that section."""


class Imap(Section):
    """The mailbox that replies come to; it is only read."""

    host: Host
    """Name of the IMAP server."""
    port: Port = 993
    """Port of the IMAP server."""
    user: Words
    """Name to log in with."""
    password: SecretStr
    """Password or app password."""
    tls: Tls = "implicit"
    """`implicit` (port 993), `starttls` (port 143), or `none`, which is refused unless the server is this machine."""
    cafile: FilePath | None = None
    """Certificates to trust in place of the system's."""
    folder: Words = "INBOX"
    """Folder to read."""
    sent_folder: Words | None = None
    """Folder of sent mail; found by itself where the server marks it."""
    max_mail_bytes: int = Field(default=25_000_000, ge=100_000, le=32 * MIB)
    """Of a larger mail only the beginning is fetched, and a person looks at it."""


class Smtp(Section):
    """The server that takes our letters."""

    host: Host
    """Name of the SMTP server."""
    port: Port = 465
    """Port of the SMTP server."""
    user: Words | None = None
    """Name to log in with; without one nobody logs in."""
    password: SecretStr = SecretStr("")
    """Password or app password."""
    tls: Tls = "implicit"
    """`implicit` (port 465), `starttls` (port 587), or `none`, which is refused unless the server is this machine."""
    cafile: FilePath | None = None
    """Certificates to trust in place of the system's."""


class Controller(Section):
    """Who is responsible for the data (GDPR Art. 4(7)); these facts stand in letters. What is missing stops letters."""

    name: Words
    """Name of the firm."""
    seat: Words
    """Postal address in one line."""
    country: Country
    """ISO 3166 code of the seat, `DE` or `GB-SCT`; its holidays count for deadlines."""
    email: Address
    """Where people reach a person about their data."""
    representative: Words | None = None
    """Representative in the Union (Art. 27), needed where the seat is outside of it."""
    officer: Words | None = None
    """Data-protection officer and how to reach them, where there is one."""
    authority: Words | None = None
    """Supervisory authority where people may complain (Art. 77)."""
    storage_countries: tuple[Country, ...] = ()
    """Countries where the data is stored, for example `["DE"]`."""
    safeguards: Words | None = None
    """What protects data that is stored outside of the EEA (Art. 46)."""


class Account(Section):
    """The mail account that outreach was sent from. There is exactly one for now."""

    name: Words
    """Short name for lists and logs."""
    address: Address
    """The address that wrote, and that letters come from."""
    aliases: tuple[Address, ...] = ()
    """Further addresses of ours; mail from them is our own."""
    imap: Imap
    smtp: Smtp
    controller: Controller


class Letters(Section):
    """How letters leave."""

    settling_s: int = Field(default=120, ge=0, le=86_400)
    """Seconds that a letter waits, so that a second mail can still join the first."""
    save_sent: bool = True
    """Put a copy of each letter into the folder of sent mail."""
    templates: FilePath | None = None
    """Directory of your own letters, `<language>/<part>.txt`; a part that is missing there is taken from ours."""


class Policy(Section):
    """Choices about deciding; they may only be stricter than the design's table."""

    confirm_opt_out: bool = True
    """Send a short confirmation to whoever asked to be left alone."""
    declined_pause_months: int = Field(default=12, ge=1, le=120)
    """Months that outreach rests after a polite no."""
    declined_suppresses: bool = False
    """Take a polite no for a wish to be left alone for good."""
    letter_languages: frozenset[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] = frozenset({"en", "de"})
    """Languages that letters are written in; a reply in another one goes to a person."""
    letters_per_contact_7_days: int = Field(default=1, ge=0, le=7)
    """Most letters by machine to one person in a week."""
    letters_per_contact_30_days: int = Field(default=3, ge=0, le=30)
    """Most letters by machine to one person in thirty days."""
    letters_per_domain_1_hour: int = Field(default=5, ge=0, le=1000)
    """Most letters by machine to one domain in an hour."""
    letters_1_hour: int = Field(default=60, ge=0, le=10_000)
    """Most letters by machine in an hour."""


class Run(Section):
    """How the service works."""

    poll_s: int = Field(default=60, ge=1, le=3600)
    """Most seconds between two looks into the mailbox."""
    idle: bool = True
    """Let the server announce new mail (IDLE), where it can."""
    lease_s: int = Field(default=120, ge=10, le=3600)
    """Seconds after which another node takes over the mailbox of one that died."""


class Log(Section):
    """What is logged; never addresses or texts."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """From which weight on."""
    json_lines: bool = True
    """One JSON object a line; otherwise lines for people."""


class Settings(Section):
    """All settings, validated; `Settings.load` is the way to get them."""

    replyd: General = General()
    account: Account
    letters: Letters = Letters()
    policy: Policy = Policy()
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
        return ImapLogin(imap.host, imap.port, imap.user, password, tls=imap.tls, cafile=imap.cafile)

    def smtp_login(self) -> "SmtpLogin":
        """How to hand in letters."""
        from daemon.mail.smtp_login import SmtpLogin  # noqa: PLC0415  as above

        smtp = self.account.smtp
        password = smtp.password.get_secret_value()
        return SmtpLogin(smtp.host, smtp.port, smtp.user, password, tls=smtp.tls, cafile=smtp.cafile)


KINDS = Kinds(
    secrets=(("replyd", "database"), ("account", "imap", "password"), ("account", "smtp", "password")),
    lists=(
        ("replyd", "auto"),
        ("account", "aliases"),
        ("account", "controller", "storage_countries"),
        ("policy", "letter_languages"),
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
