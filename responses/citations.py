"""Facts as a template sees them: none can be printed or asked about without its record being noted."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from responses.countries import country_name
from responses.facts import Fact, MissingFact
from responses.gaps import is_absent
from responses.languages import Language

_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain_words(text: str) -> str:
    """One line of printable text: no line breaks, control, private or direction characters, no doubled spaces."""
    kept = (
        " " if character.isspace() else "" if unicodedata.category(character) in _UNPRINTABLE else character
        for character in text
        if character not in _DIRECTION
    )
    return " ".join("".join(kept).split())


@dataclass(frozen=True, slots=True)
class Note:
    """One use of a fact in a template."""

    path: str
    records: tuple[str, ...]
    printed: bool


class Citations:
    """Notebook of one letter: which records were taken since it was last read, and what was printed from them."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._noted: list[Note] = []

    def note(self, path: str, records: Sequence[str], *, printed: bool = False) -> None:
        """Remember that this fact was used, and whether words were made of it."""
        self._noted.append(Note(path, tuple(records), printed))

    def take(self) -> tuple[Note, ...]:
        """Facts that were used since the last call."""
        taken = tuple(self._noted)
        self._noted.clear()
        return taken


class Cited:
    """One fact in a template: printing it or branching on it notes its records; an absent one raises `MissingFact`."""

    __slots__ = ("_citations", "_fact", "_form", "_path", "_records")
    __hash__ = None  # type: ignore[assignment]  # equality notes a record, so it is no key

    def __init__(
        self,
        fact: Fact[object] | None,
        path: str,
        citations: Citations,
        *,
        records: Sequence[str] = (),
        form: str = "plain",
    ) -> None:
        self._fact = fact
        self._path = path
        self._citations = citations
        self._records = tuple(records) or ((fact.record,) if fact is not None else ())
        self._form = form

    def is_stored(self) -> bool:
        """Whether there is anything to say; asking this notes nothing."""
        return not is_absent(self._fact, self._path.rpartition(".")[2])

    def in_form(self, form: str) -> "Cited":
        """Return the same fact, printed as `fields`, `rights`, `countries` or `silent`."""
        return Cited(self._fact, self._path, self._citations, records=self._records, form=form)

    def print(self) -> str:
        """Note the records and return the words for the letter."""
        value = self._value()
        if self._form == "silent":
            self._citations.note(self._path, self._records)
            return ""
        words = self._words(value)
        if not words:
            raise MissingFact(self._path)
        self._citations.note(self._path, self._records, printed=True)
        return words

    def __bool__(self) -> bool:
        value = self._value()
        self._citations.note(self._path, self._records)
        return bool(value)

    def __eq__(self, other: object) -> bool:
        value = self._value()
        self._citations.note(self._path, self._records)
        return value == other

    def __str__(self) -> str:
        raise TypeError("a fact is printed by {{ }} alone, so that its record is noted")

    __repr__ = __str__

    def _value(self) -> object:
        if self._fact is None or not self.is_stored():
            raise MissingFact(self._path)
        return self._fact.value

    def _words(self, value: object) -> str:
        language = self._citations.language
        if isinstance(value, bool | Enum):
            raise TypeError("a yes or no and a kind have no words of their own: use {% if %}")
        if isinstance(value, date):  # a datetime is one: the day is enough, and needs no time zone
            return language.day(value.date() if isinstance(value, datetime) else value)
        if isinstance(value, tuple):
            return language.listed([self._word(str(item)) for item in value])
        return self._word(str(value))

    def _word(self, text: str) -> str:
        language = self._citations.language
        if self._form == "fields":
            return plain_words(language.field(text))
        if self._form == "rights":
            return plain_words(language.rights.get(text, text))
        if self._form == "held":
            return plain_words(language.value(self._path.removeprefix("held."), text))
        if self._form == "countries":
            return plain_words(country_name(text, language.code))
        return plain_words(text)


class Row:
    """One record in a template: its facts by attribute, and nothing else."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, Cited]) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Cited:
        try:
            return self._facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def names(self) -> frozenset[str]:
        """Which facts a template may ask of this record."""
        return frozenset(self._facts)
