"""The copy of the data as an outline that a person can read: headings, rows of label and value, sentences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from responses.citations import plain_words
from responses.copy_words import CopyWords
from responses.facts import Controller, Fact, Facts, Provenance, SourceKind
from responses.gaps import fact_of, is_absent
from responses.languages import Language

_SENDER = ("name", "seat", "email", "representative", "officer")
_SOURCE = ("items", "source_kind", "source", "obtained_on", "obtained_by", "publicly_accessible", "verified_with")
_NO_SUBJECT = "–"


@dataclass(frozen=True, slots=True)
class Rows:
    """Labels with their values, each on one line of plain words."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What stands under one heading."""

    heading: str
    blocks: tuple[Rows | Prose, ...]


def outline(facts: Facts, words: CopyWords, language: Language) -> tuple[Chapter, ...]:
    """All chapters that have anything to say; `facts` must answer an access request."""
    told = _Telling(words, language)
    controller = facts.controller
    chapters = (
        Chapter(words.sender, (Rows(tuple(told.columns(controller, _SENDER, "controller."))),)),
        Chapter(words.held, (Rows(tuple(_held(facts, language))),)),
        Chapter(words.sources, tuple(Rows(tuple(told.columns(row, _SOURCE))) for row in facts.provenance)),
        Chapter(words.purposes, tuple(Rows(rows) for rows in told.purposes(facts.provenance))),
        Chapter(words.recipients, (Rows(tuple(told.whereabouts(facts))),)),
        Chapter(words.retention, (Rows(tuple(told.terms(facts))),)),
        Chapter(words.rights, (*map(Prose, words.right_sentences), Rows(told.authority(controller)))),
        Chapter(words.correspondence, (Rows(tuple(told.mails(facts))),)),
    )
    return tuple(chapter for chapter in chapters if any(not isinstance(b, Rows) or b.rows for b in chapter.blocks))


def _held(facts: Facts, language: Language) -> Iterator[tuple[str, str]]:
    for item in facts.held:
        label = plain_words(language.field(item.field))
        yield label[:1].upper() + label[1:], plain_words(language.value(item.field, str(item.value.value)))


@dataclass(frozen=True, slots=True)
class _Telling:
    """Facts to rows in one language."""

    words: CopyWords
    language: Language

    def columns(
        self, record: Controller | Provenance, names: Iterable[str], prefix: str = ""
    ) -> Iterator[tuple[str, str]]:
        for name in names:
            fact = fact_of(record, name)
            if fact is not None and not is_absent(fact):
                yield self.words.labels[prefix + name], self.value(fact, name)

    def value(self, fact: Fact[object], name: str = "") -> str:
        value = fact.value
        if isinstance(value, SourceKind):
            return self.words.kinds[value]
        if isinstance(value, bool):
            return self.words.yes if value else self.words.no
        if isinstance(value, date):
            return self.language.day(value.date() if isinstance(value, datetime) else value)
        if isinstance(value, tuple):
            listed = [self.language.field(str(item)) if name == "items" else str(item) for item in value]
            return plain_words(self.language.listed(listed))
        return plain_words(str(value))

    def purposes(self, provenance: Sequence[Provenance]) -> Iterator[tuple[tuple[str, str], ...]]:
        """Rows that say the same become one, with the items of all of them."""
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for row in provenance:
            said = tuple(self.columns(row, ("purpose", "reason")))
            groups.setdefault(said, []).extend(row.items.value)
        for said, items in groups.items():
            merged = Fact(tuple(dict.fromkeys(items)), "")
            whose = () if len(groups) == 1 else ((self.words.labels["items"], self.value(merged, "items")),)
            yield (*whose, *said)

    def whereabouts(self, facts: Facts) -> Iterator[tuple[str, str]]:
        labels, controller = self.words.labels, facts.controller
        received = self._union(facts.provenance, "recipients")
        yield labels["recipients"], self.language.listed(received) if received else self.words.nobody
        countries = controller.storage_countries.value if controller.storage_countries else ()
        named = [plain_words(self.language.value("country", country)) for country in countries]
        yield labels["controller.storage_countries"], self.language.listed(named)
        if systems := self._union(facts.provenance, "stored_in"):
            yield labels["stored_in"], self.language.listed(systems)
        yield from self.columns(controller, ("safeguards",), "controller.")
        if controller.automated_decisions is not None:
            yield labels["controller.automated_decisions"], self.words.none

    def terms(self, facts: Facts) -> Iterator[tuple[str, str]]:
        """By item, the last day; the entry that stops outreach has no last day."""
        terms: dict[date, list[str]] = {}
        for row in facts.provenance:
            if row.keep_until is not None:
                terms.setdefault(row.keep_until.value, []).extend(row.items.value)
        for day, items in terms.items():
            named = self.value(Fact(tuple(dict.fromkeys(items)), ""), "items")
            yield named[:1].upper() + named[1:], self.language.day(day)
        if facts.suppressed_on is not None:
            day_words = self.language.day(facts.suppressed_on.value)
            yield self.words.labels["suppressed_on"], self.words.digest.format(day=day_words)

    def authority(self, controller: Controller) -> tuple[tuple[str, str], ...]:
        return tuple(self.columns(controller, ("authority",), "controller."))

    def mails(self, facts: Facts) -> Iterator[tuple[str, str]]:
        for mail in facts.correspondence:
            side = self.words.from_us if mail.direction == "out" else self.words.from_you
            yield f"{self.value(mail.at)}, {side}", plain_words(mail.subject.value) or _NO_SUBJECT

    def _union(self, rows: Sequence[Provenance], name: str) -> list[str]:
        facts = (fact_of(row, name) for row in rows)
        values = (value for fact in facts if fact is not None and isinstance(fact.value, tuple) for value in fact.value)
        return list(dict.fromkeys(plain_words(str(value)) for value in values))
