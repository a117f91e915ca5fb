"""Cells as people write them, brought to the form that `records.contact_cells` checks. Pure.

What is not understood stays as it is: the check says what is wrong with it.
"""

import re
from collections.abc import Callable, Mapping

from daemon.contacts.dates import Order, read_date
from daemon.contacts.heads import plain
from daemon.contacts.places import country_code, language_code
from daemon.records.contact_cells import KINDS
from responses.facts import SourceKind

DATES = ("obtained_on", "keep_until")

_NAMED_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
_DEFUSED = re.compile(r"'+[=+\-@]")
_FORMULA = re.compile(r"'*[=+\-@]")

_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "si", "oui", "tak", "да"})
_NO = frozenset({"no", "n", "false", "0", "nein", "non", "nie", "нет"})

_SOURCE_WORDS = {
    "linkedin": SourceKind.PROFESSIONAL_NETWORK, "xing": SourceKind.PROFESSIONAL_NETWORK,
    "website": SourceKind.COMPANY_WEBSITE, "webseite": SourceKind.COMPANY_WEBSITE,
    "web site": SourceKind.COMPANY_WEBSITE,
    "company website": SourceKind.COMPANY_WEBSITE, "firmenwebsite": SourceKind.COMPANY_WEBSITE,
    "homepage": SourceKind.COMPANY_WEBSITE, "impressum": SourceKind.COMPANY_WEBSITE,
    "2gis": SourceKind.DIRECTORY, "avito": SourceKind.DIRECTORY, "gelbe seiten": SourceKind.DIRECTORY,
    "yellow pages": SourceKind.DIRECTORY, "handelsregister": SourceKind.PUBLIC_REGISTER,
    "companies house": SourceKind.PUBLIC_REGISTER, "event": SourceKind.EVENT, "trade fair": SourceKind.EVENT,
    "messe": SourceKind.EVENT, "referral": SourceKind.REFERRAL, "empfehlung": SourceKind.REFERRAL,
}  # fmt: skip

_SOURCE_HOSTS = {
    "linkedin.com": SourceKind.PROFESSIONAL_NETWORK, "xing.com": SourceKind.PROFESSIONAL_NETWORK,
    "2gis.ru": SourceKind.DIRECTORY, "2gis.com": SourceKind.DIRECTORY, "avito.ru": SourceKind.DIRECTORY,
    "gelbeseiten.de": SourceKind.DIRECTORY, "wlw.de": SourceKind.DIRECTORY, "europages.com": SourceKind.DIRECTORY,
    "handelsregister.de": SourceKind.PUBLIC_REGISTER,
    "find-and-update.company-information.service.gov.uk": SourceKind.PUBLIC_REGISTER,
}  # fmt: skip


def split_address(cell: str) -> tuple[str, str]:
    """Address and display name of `Jane Doe <jane@example.com>` (RFC 5322 section 3.4); the name may be empty."""
    found = _NAMED_ADDRESS.fullmatch(cell)
    address, name = (found["address"], found["name"]) if found else (cell, "")
    address = address.strip()
    if address.lower().startswith("mailto:"):
        address = address[len("mailto:") :]
    return address, name.strip().strip("\"'").strip()


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236); `raw_cell` gives back what it was."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def raw_cell(cell: str) -> str:
    """The cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def source_kind_of(source: str) -> str | None:
    """The kind of a source that is named or addressed as everybody knows it; None for any other."""
    if word := _SOURCE_WORDS.get(plain(source)):
        return word.value
    if "." not in source or " " in source:
        return None
    host = re.sub(r"^https?://", "", source.lower()).partition("/")[0].partition(":")[0]
    return next((kind.value for name, kind in _SOURCE_HOSTS.items() if f".{host}".endswith(f".{name}")), None)


def _word_of(known: Mapping[str, str]) -> Callable[[str], str]:
    return lambda cell: known.get(plain(cell), cell)


def _yes_no(cell: str) -> str:
    word = plain(cell)
    return "yes" if word in _YES else "no" if word in _NO else cell


_KINDS = {plain(kind): kind for kind in KINDS} | {
    "mitarbeiter": "employee", "mitarbeiterin": "employee", "funktion": "role", "funktionsadresse": "role",
    "freelancer": "sole_trader", "self employed": "sole_trader", "einzelunternehmer": "sole_trader",
    "verbraucher": "consumer",
}  # fmt: skip
_SOURCE_KINDS = {plain(kind.value): kind.value for kind in SourceKind} | {
    word: kind.value for word, kind in _SOURCE_WORDS.items()
}

_TIDY: dict[str, Callable[[str], str]] = {
    "country": country_code,
    "language": language_code,
    "kind": _word_of(_KINDS),
    "source_kind": _word_of(_SOURCE_KINDS),
    "publicly_accessible": _yes_no,
}


TIDIED = frozenset({*_TIDY, *DATES})
"""Fields that `tidy` has something to do with."""


def tidy(field: str, cell: str, order: Order | None = None) -> str:
    """A cell of this field in the form that is checked; a date becomes 2026-03-02."""
    if field in DATES:
        try:
            return read_date(cell, order).isoformat()
        except ValueError:
            return cell
    return _TIDY[field](cell) if field in _TIDY else cell
