"""What `replyd init` asks, and the settings file that the answers make. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

Answers = Mapping[str, str]
"""Answers by the dotted key of the setting; a list is separated by commas, an empty answer leaves the setting out."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the setting it is about, its words, and what is proposed (`{account.address}` is that answer)."""

    key: str
    words: str
    proposed: str | None = None
    needed: bool = True
    secret: bool = False

    def proposal(self, answers: Answers) -> str | None:
        """What is proposed, given the answers so far; None where they do not say enough."""
        if self.proposed is None:
            return None
        known = {**answers, "domain": answers.get("account.address", "").rpartition("@")[2]}
        made = self.proposed
        for key, value in known.items():
            made = made.replace(f"{{{key}}}", value) if value else made
        return None if "{" in made else made

    def open(self, answers: Answers) -> bool:
        """Whether it is still to be answered; a secret may have been given as the name of its file."""
        no_login = self.key == "account.smtp.password" and answers.get("account.smtp.user") == ""
        return self.key not in answers and f"{self.key}_file" not in answers and not no_login


QUESTIONS = (
    Question("account.address", "Address that your outreach is sent from"),
    Question("account.name", "Short name for this account", "outreach"),
    Question("account.imap.host", "IMAP server", "imap.{domain}"),
    Question("account.imap.user", "IMAP user", "{account.address}"),
    Question("account.imap.password", "IMAP password", secret=True),
    Question("account.smtp.host", "SMTP server", "smtp.{domain}"),
    Question("account.smtp.user", "SMTP user", "{account.imap.user}"),
    Question("account.smtp.password", "SMTP password (Enter: the same)", "{account.imap.password}", secret=True),
    Question("account.controller.name", "Name of your firm, as it stands in letters"),
    Question("account.controller.seat", "Its postal address, in one line"),
    Question("account.controller.country", "Country of its seat, for example DE, or GB-SCT"),
    Question("account.controller.email", "Where people reach you about their data", "{account.address}"),
    Question("account.controller.authority", "Supervisory authority for complaints (Art. 77)", "", needed=False),
    Question("account.controller.officer", "Data-protection officer and how to reach them", "", needed=False),
    Question("account.controller.representative", "Representative in the Union (Art. 27)", "", needed=False),
    Question(
        "account.controller.storage_countries",
        "Countries where the data is stored, separated by commas",
        "{account.controller.country}",
    ),
    Question("account.controller.safeguards", "What protects data stored outside the EEA", "", needed=False),
)

_NUMBERS = frozenset({"account.imap.port", "account.smtp.port"})
_LISTS = frozenset({"account.aliases", "account.controller.storage_countries"})


def value_of(key: str, answer: str) -> object:
    """An answer as the settings want it."""
    if key in _LISTS:
        return [part.strip() for part in answer.split(",") if part.strip()]
    return int(answer) if key in _NUMBERS and answer.isdecimal() else answer


def settings_text(data: str, answers: Answers) -> str:
    """The settings file, in mode `assist`."""
    lines: dict[str, list[str]] = {
        "replyd": [f"data = {_toml(data)}", 'mode = "assist"  # shadow, assist or auto'],
        "account": [],
        "account.imap": [],
        "account.smtp": [],
        "account.controller": [],
    }
    for key, answer in answers.items():
        section, _, name = key.rpartition(".")
        if answer:
            lines.setdefault(section, []).append(f"{name} = {_toml(value_of(key, answer))}")
    blocks = ("\n".join((f"[{section}]", *listed)) for section, listed in lines.items())
    return "# Every setting is described in docs/configuration.md.\n\n" + "\n\n".join(blocks) + "\n"


def _toml(value: object) -> str:
    """Texts, numbers and lists as TOML writes them; what JSON escapes, TOML escapes alike, save for U+007F."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
