"""What `replyd init` asks, and the settings file that the answers make. Pure."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daemon.cli.providers import PROVIDERS, proposed_provider, provider_of
from daemon.settings import KINDS

Answers = Mapping[str, str]
"""Answers by the dotted key of the setting, and `provider` and `login`, which only lead to others.

A list is separated by commas (steps by semicolons); an empty answer leaves the setting out.
"""

PROVIDER, LOGIN = "provider", "login"
_NAMES = re.compile(r"\{([a-z_.]+)\}")
LATER = "later"
"""In place of what an administrator has to look up first."""


def _always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the setting it is about, its words, and what is proposed (`{account.address}` is that answer)."""

    key: str
    words: str
    proposed: str | None = None
    secret: bool = False
    asked_if: Callable[[Answers], bool] = _always
    among: tuple[str, ...] = ()
    """The only answers there are; empty for any."""

    def proposal(self, answers: Answers) -> str | None:
        """What is proposed, given the answers so far; None where they do not say enough."""
        domain = answers.get("account.address", "").rpartition("@")[2]
        proposed = known_of(answers).get(self.key) or self.proposed
        if proposed is None:
            return None
        known = {
            **answers,
            "domain": domain,
            "proposed_provider": proposed_provider(domain).name,
            "usual_login": provider_of(answers.get(PROVIDER, ""), domain).login,
        }
        wanted = _NAMES.findall(proposed)
        return None if any(not known.get(name) for name in wanted) else _NAMES.sub(lambda m: known[m[1]], proposed)

    def open(self, answers: Answers) -> bool:
        """Whether it is still to be answered; a secret may have been given as the name of its file."""
        return self.key not in answers and f"{self.key}_file" not in answers and self.asked_if(answers)


def known_of(answers: Answers) -> dict[str, str]:
    """What the provider says of its servers."""
    domain = answers.get("account.address", "").rpartition("@")[2]
    return provider_of(answers.get(PROVIDER, proposed_provider(domain).name), domain).settings


def _other(answers: Answers) -> bool:
    return not known_of(answers)


def _has_tokens(answers: Answers) -> bool:
    return bool(PROVIDERS.get(answers.get(PROVIDER, ""), PROVIDERS["other"]).tokens)


def _by_password(answers: Answers) -> bool:
    return answers.get(LOGIN, "password") == "password" and "account.oauth.provider" not in answers


def _smtp_password(answers: Answers) -> bool:
    return _by_password(answers) and answers.get("account.smtp.user") != ""


def _by_tokens(answers: Answers) -> bool:
    return answers.get(LOGIN) == "tokens"


def _microsoft(answers: Answers) -> bool:
    return _by_tokens(answers) and answers.get(PROVIDER) == "microsoft"


def _secretly(answers: Answers) -> bool:
    """By tokens, and no key of another kind was named."""
    others = ("account.oauth.certificate_file", "account.oauth.service_account_file")
    return _by_tokens(answers) and not any(key in answers for key in others)


def _said(key: str) -> Callable[[Answers], bool]:
    return lambda answers: bool(answers.get(key))


def _listed(answers: Answers) -> bool:
    return answers.get("suppressed_list.form", "none") != "none"


MAIL = (
    Question("account.address", "Address that your outreach is sent from"),
    Question(PROVIDER, "Who keeps its mail: google, microsoft or other", "{proposed_provider}", among=tuple(PROVIDERS)),
    Question(
        LOGIN, "Login by password (also an app password) or by tokens (OAuth2): password or tokens", "{usual_login}",
        asked_if=_has_tokens, among=("password", "tokens"),
    ),
    Question("account.name", "Short name for this account", "outreach"),
    Question("account.imap.host", "IMAP server", "imap.{domain}", asked_if=_other),
    Question("account.imap.user", "IMAP user", "{account.address}"),
    Question("account.imap.password", "IMAP password", secret=True, asked_if=_by_password),
    Question("account.smtp.host", "SMTP server", "smtp.{domain}", asked_if=_other),
    Question("account.smtp.user", "SMTP user", "{account.imap.user}"),
    Question(
        "account.smtp.password", "SMTP password (Enter: the same)", "{account.imap.password}", secret=True,
        asked_if=_smtp_password,
    ),
    Question("account.oauth.tenant", "Microsoft directory: its domain or id", "{domain}", asked_if=_microsoft),
    Question("account.oauth.client_id", "Client id of the application, or later", LATER, asked_if=_by_tokens),
    Question(
        "account.oauth.client_secret", "Its client secret (Enter: none, a person logs in by browser)", "", secret=True,
        asked_if=_secretly,
    ),
)  # fmt: skip

CONTROLLER = (
    Question("account.controller.name", "Name of your firm, as it stands in letters"),
    Question("account.controller.seat", "Its postal address, in one line"),
    Question("account.controller.country", "Country of its seat, for example DE, or GB-SCT"),
    Question("account.controller.email", "Where people reach you about their data", "{account.address}"),
    Question("account.controller.authority", "Supervisory authority for complaints (Art. 77)", ""),
    Question("account.controller.officer", "Data-protection officer and how to reach them", ""),
    Question("account.controller.representative", "Representative in the Union (Art. 27)", ""),
    Question(
        "account.controller.storage_countries",
        "Countries where the data is stored, separated by commas",
        "{account.controller.country}",
    ),
    Question("account.controller.safeguards", "What protects data stored outside the EEA", ""),
    Question("policy.letter_languages", "Languages of your letters, separated by commas", "en, de"),
)


def _system(key: str, words: str, proposed: str, steps: str) -> tuple[Question, Question]:
    return (
        Question(f"systems.{key}.name", words, proposed),
        Question(
            f"systems.{key}.steps", "  what a person does there to erase somebody, separated by ;", steps,
            asked_if=_said(f"systems.{key}.name"),
        ),
    )  # fmt: skip


DATA = (
    *_system("mailbox", "Who holds data of these people? Your mailbox, as letters name it", "our mailbox",
             "Delete the thread in the inbox and in Sent; empty the trash"),
    *_system("sending_tool", "Your sending tool, for example: our sending tool (Name); Enter: none", "",
             "Find the contact by its address and delete it"),
    *_system("crm", "Your CRM; Enter: none", "", "Find the contact by its address; delete it with its activities"),
    *_system("spreadsheets", "Spreadsheets or bought lists; Enter: none", "", "Delete the row in every copy"),
    Question(
        "suppressed_list.form",
        "How the sending tool learns whom not to write to: a file with addresses plain, md5, sha1 or sha256; or none",
        "none", among=("none", "plain", "md5", "sha1", "sha256"),
    ),
    Question("suppressed_list.file", "  that file", "suppressed.csv", asked_if=_listed),
    Question("suppressed_list.command", "  command after each change, {file} is the file; Enter: none", "",
             asked_if=_listed),
    Question("assessments.interest.interest", "Signed balancing test (Art. 6(1)(f)): the interest; Enter: none yet",
             ""),
    Question("assessments.interest.weighed_on", "  day of the test, for example 2026-03-02",
             asked_if=_said("assessments.interest.interest")),
    Question("assessments.interest.weighed_by", "  who signed it", asked_if=_said("assessments.interest.interest")),
    Question("assessments.interest.outcome", "  what came of it", asked_if=_said("assessments.interest.interest")),
    Question("assessments.interest.countries", "  countries of the contacts it holds for, separated by commas",
             "{account.controller.country}", asked_if=_said("assessments.interest.interest")),
)  # fmt: skip

QUESTIONS = (*MAIL, *CONTROLLER, *DATA)

_NUMBERS = frozenset({"account.imap.port", "account.smtp.port"})


def value_of(key: str, answer: str) -> object:
    """An answer as the settings want it."""
    if key.endswith(".command"):
        return shlex.split(answer)
    if KINDS.is_list(tuple(key.split("."))):
        parts = answer.split(";" if key.endswith(".steps") else ",")
        return [part.strip() for part in parts if part.strip()]
    return int(answer) if key in _NUMBERS and answer.isdecimal() else answer


def settled(answers: Answers) -> dict[str, str]:
    """The settings that the answers mean: with what is known of the provider, without what only led there."""
    known = known_of(answers) if answers.get(PROVIDER) else {}
    made = known | {key: answer for key, answer in answers.items() if key not in {PROVIDER, LOGIN}}
    if _by_tokens(answers):
        made.setdefault("account.oauth.provider", PROVIDERS[answers[PROVIDER]].tokens)
    if made.get("account.oauth.provider") == "google" and _secretly(answers):
        named = made.get("account.oauth.client_secret_file") or made.get("account.oauth.client_secret")
        made |= {} if named else {"account.oauth.client_secret": LATER}
    if not _listed(answers) and "suppressed_list.file" not in answers:
        made.pop("suppressed_list.form", None)
    return made


def settings_text(data: str, answers: Answers) -> str:
    """The settings file, in mode `assist`."""
    lines: dict[str, list[str]] = {
        "replyd": [f"data = {_toml(data)}", 'mode = "assist"  # shadow, assist or auto'],
        "account": [],
        "account.imap": [],
        "account.smtp": [],
    }
    for key, answer in settled(answers).items():
        section, _, name = key.rpartition(".")
        if answer:
            lines.setdefault(section, []).append(f"{name} = {_toml(value_of(key, answer))}")
    blocks = ("\n".join((f"[{section}]", *listed)) for section, listed in lines.items())
    return "# Every setting is described in docs/configuration.md.\n\n" + "\n\n".join(blocks) + "\n"


def _toml(value: object) -> str:
    """Texts, numbers and lists as TOML writes them; what JSON escapes, TOML escapes alike, save for U+007F."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


SECRET_FILES = {
    "account.imap.password": "imap.password",
    "account.smtp.password": "smtp.password",
    "account.oauth.client_secret": "oauth.secret",
}
"""Where secrets are written, beside the settings and for their owner only, so that the settings can be shown around."""


def apart(answers: Answers) -> tuple[dict[str, str], dict[str, str]]:
    """The answers with the names of files in place of secrets, and what those files hold; equal ones share a file."""
    kept, files = dict(answers), dict[str, str]()
    for key, name in SECRET_FILES.items():
        if secret := kept.pop(key, ""):
            shared = next((known for known, content in files.items() if content == secret), name)
            files[shared], kept[f"{key}_file"] = secret, shared
    return kept, files
