"""The sections of the settings: every key, its values and its default.

The docstring under each setting is its description in docs/configuration.md.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, model_validator

from classifiers.intents import Intent
from daemon.decisions.choices import Mode

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


def _endpoint(text: str) -> str:
    if not re.fullmatch(r"https://[^\s/@?#]+/\S*|http://(127\.0\.0\.1|localhost)(:[0-9]+)?/\S*", text):
        raise ValueError("must be an address that begins with https:// (or http:// on this machine)")
    return text


FilePath = Annotated[Path, AfterValidator(_from_the_file)]
Address = Annotated[str, AfterValidator(_address)]
Words = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]+$")]
Name = Annotated[str, Field(pattern=r"^\w[\w -]{0,39}$")]
Host = Annotated[str, Field(pattern=r"^[^\s/@]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
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
    """Password or app password; left out where `[account.oauth]` logs in."""
    tls: Tls = "implicit"
    """`implicit` (port 993), `starttls` (port 143), or `none`, which is refused unless the server is this machine."""
    cafile: FilePath | None = None
    """Certificates to trust in place of the system's."""
    folders: tuple[Words, ...] = Field(default=("INBOX",), min_length=1)
    """Folders to read; the server announces new mail in the first (IDLE), the others are looked at in turn."""
    sent_folder: Words | None = None
    """Folder of sent mail; found by itself where the server marks it."""
    read_sent: bool = True
    """Read what was sent, so that replies are matched to it and quotes of it are recognised."""
    sent_days: int = Field(default=365, ge=1, le=3650)
    """Days that sent mail is read back, when it is read for the first time."""
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
    """Password or app password; without one `[account.oauth]` logs in, where it is set."""
    tls: Tls = "implicit"
    """`implicit` (port 465), `starttls` (port 587), or `none`, which is refused unless the server is this machine."""
    cafile: FilePath | None = None
    """Certificates to trust in place of the system's."""


class OAuth(Section):
    """Login by tokens (OAuth2, SASL XOAUTH2) wherever `[account.imap]` and `[account.smtp]` name no password.

    Microsoft: with `client_secret` or `certificate` the application logs in by itself; without them a person does once,
    by `replyd oauth login`. Google: the same with and without `service_account`. The applications need the permissions
    for IMAP and SMTP.
    """

    provider: Literal["none", "microsoft", "google", "command"] = "none"
    """Who gives the tokens; `command` is a program of your own."""
    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")] | None = None
    """Microsoft: id or domain of the directory."""
    client_id: Words | None = None
    """Id of the application, as the provider shows it."""
    client_secret: SecretStr | None = None
    """Secret of the application; Google gives one to desktop applications too."""
    certificate: SecretStr | None = None
    """Microsoft, in place of `client_secret`: certificate and RSA key of the application, one PEM text."""
    service_account: SecretStr | None = None
    """Google: the JSON key of a service account with domain-wide delegation for `https://mail.google.com/`."""
    user: Words | None = None
    """For whom a token is asked; without it `account.imap.user`."""
    command: tuple[Words, ...] = ()
    """Program and arguments that print a token; run without a shell before each login."""
    authorize_url: Endpoint | None = None
    """In place of the provider's login page."""
    token_url: Endpoint | None = None
    """In place of the provider's token endpoint."""
    cafile: FilePath | None = None
    """Certificates to trust at the token endpoint in place of the system's."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What each provider needs; secrets that exclude each other."""
        needed = {"microsoft": ("tenant", "client_id"), "command": ("command",)}.get(self.provider, ())
        if self.provider == "google" and not self.service_account:
            needed = ("client_id", "client_secret")
        if missing := [name for name in needed if not getattr(self, name)]:
            raise ValueError(f"with provider {self.provider} needs {' and '.join(missing)}")
        if self.provider == "microsoft" and self.client_secret and self.certificate:
            raise ValueError("has client_secret and certificate; keep one of them")
        return self


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
    """One of several mail accounts, in place of `[account]`: the same keys, but that NAME is its name."""

    address: Address
    """The address that wrote, and that letters come from."""
    aliases: tuple[Address, ...] = ()
    """Further addresses of ours; mail from them is our own."""
    imap: Imap
    smtp: Smtp
    oauth: OAuth = OAuth()
    controller: Controller

    @model_validator(mode="before")
    @classmethod
    def _tokens_replace_the_password(cls, given: Any) -> Any:  # noqa: ANN401  whatever stands in the file
        """A mailbox that is opened by tokens needs no password."""
        match given:
            case {"oauth": {"provider": "microsoft" | "google" | "command"}, "imap": dict(imap)}:
                return given | {"imap": {"password": ""} | imap}
            case _:
                return given


class OnlyAccount(Account):
    """The mail account that outreach was sent from. Whoever has several writes `[accounts.NAME]` for each instead."""

    name: Name
    """Short name for lists and logs."""


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
    silence_alarm_s: int = Field(default=900, ge=60, le=86_400)
    """Seconds without a look into the mailbox after which an error is logged (`intake_silent`), and again each time."""


class Log(Section):
    """What is logged; never addresses or texts."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """From which weight on."""
    json_lines: bool = True
    """One JSON object a line; otherwise lines for people."""
