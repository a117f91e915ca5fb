"""Which sections a letter has for any mix of requests, and which facts each of them cannot do without."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from responses.countries import needs_safeguards
from responses.facts import Controller, Fact, Facts, MissingFact, Provenance, Section, SourceKind


@dataclass(frozen=True, slots=True)
class Answer:
    """What one letter answers, and what it leaves to a person."""

    sections: tuple[Section, ...]
    unanswered: tuple[str, ...]
    """Intents that no section answers, in alphabetical order."""


def answer_to(intents: Iterable[str]) -> Answer:
    """Sections for these intents, each once, in the order of `Section`."""
    asked = set(intents)
    sections = tuple(section for section in Section if section.value in asked)
    return Answer(sections, tuple(sorted(asked - {section.value for section in sections})))


def parts(sections: Iterable[Section]) -> tuple[str, ...]:
    """Template names of a letter with these sections, in the order in which they are read.

    An answer to an access request always states the source (Art. 15(1)(g)); whoever gets knowledge is told the
    rights that go with it and the authority.
    """
    wanted = set(sections)
    knowledge = wanted & {Section.DATA_SOURCE, Section.ACCESS}
    standing = {
        "opening": True,
        "opt_out": Section.OPT_OUT in wanted,
        "data_source": bool(knowledge),
        "access": Section.ACCESS in wanted,
        "rights": bool(knowledge),
        "reference": True,
        "closing": True,
    }
    return tuple(part for part, stands in standing.items() if stands)


ALWAYS = ("controller.name", "controller.seat", "controller.email", "received_at", "case", "opening", "address")

REQUIRED: dict[Section, tuple[str, ...]] = {
    Section.OPT_OUT: ("suppressed_on",),
    Section.DATA_SOURCE: (
        "provenance",
        "provenance.items",
        "provenance.source_kind",
        "provenance.source",
        "provenance.obtained_on",
        "provenance.obtained_by",
        "provenance.verified_with",
        "provenance.publicly_accessible",
        "provenance.purpose",
        "provenance.reason",
        "controller.authority",
    ),
    Section.ACCESS: (
        "held",
        "provenance.recipients",
        "provenance.keep_until",
        "controller.storage_countries",
        "controller.safeguards",
        "controller.automated_decisions",
    ),
}
"""Facts by path; `REQUIRED[ACCESS]` comes on top of `REQUIRED[DATA_SOURCE]`.

Four bind only where they mean something: `source` and `publicly_accessible` unless the person gave the data,
`verified_with` for an address that was guessed, `safeguards` for a country outside the EEA. And
`automated_decisions` may be absent; where there are any, a person has to explain them (Art. 15(1)(h)).
"""

TRACED_FIELDS = frozenset({"email", "name", "company", "position", "country"})
"""Held fields that came from somewhere: a letter that is silent about the source of one is incomplete."""

_SELF_EVIDENT = frozenset({"source", "publicly_accessible"})
_MAY_BE_EMPTY = frozenset({"recipients"})


def required_facts(sections: Iterable[Section]) -> tuple[str, ...]:
    """Paths of all facts that a letter with these sections needs, for example `provenance.obtained_on`."""
    wanted = set(sections)
    if Section.ACCESS in wanted:
        wanted.add(Section.DATA_SOURCE)
    return ALWAYS + tuple(path for section in Section if section in wanted for path in REQUIRED[section])


def missing_facts(sections: Sequence[Section], facts: Facts) -> tuple[str, ...]:
    """Every fact that stops this letter, by the record it should stand in where there is one; empty when none does."""
    found = (name for path in required_facts(sections) for name in _missing_at(path, facts))
    return tuple(dict.fromkeys((*found, *_untraced(sections, facts))))


def require_facts(sections: Sequence[Section], facts: Facts) -> None:
    """Raise `MissingFact` for the first fact that this letter needs and no record holds."""
    for name in missing_facts(sections, facts):
        raise MissingFact(name)


def is_absent(fact: Fact[object] | None, name: str = "") -> bool:
    """Whether there is nothing to say: no fact, no value, blank words, or an empty list where empty says nothing."""
    if fact is None or fact.value is None:
        return True
    if isinstance(fact.value, str):
        return not fact.value.strip()
    return fact.value == () and name not in _MAY_BE_EMPTY


def fact_of(record: Provenance | Controller, name: str) -> Fact[object] | None:
    """Return one fact of a record by its name; whatever the type promises, it may be absent in what was stored."""
    fact: Fact[object] | None = getattr(record, name)
    return fact


def row_path(row: Provenance, index: int) -> str:
    """Name of a provenance row as its records have it (`provenance:12`), else its place in the list."""
    items = fact_of(row, "items")
    record = items.record if items is not None else ""
    return record.rpartition(".")[0] or f"provenance[{index}]"


def _missing_at(path: str, facts: Facts) -> Iterator[str]:
    noun, _, name = path.partition(".")
    if noun in {"provenance", "held"} and not name:
        if not getattr(facts, noun):
            yield path
        if noun == "held":
            yield from (f"held.{item.field}" for item in facts.held if is_absent(item.value))
    elif noun == "provenance":
        for index, row in enumerate(facts.provenance):
            if _binds(row, name) and is_absent(fact_of(row, name), name):
                yield f"{row_path(row, index)}.{name}"
    elif noun == "controller":
        if _controller_lacks(facts, name):
            yield path
    elif is_absent(getattr(facts, noun)):
        yield path


def _binds(row: Provenance, name: str) -> bool:
    kind = fact_of(row, "source_kind")
    if name == "verified_with":
        return kind is not None and kind.value == SourceKind.GUESSED_AND_VERIFIED
    return not (kind is not None and kind.value == SourceKind.GIVEN_BY_PERSON and name in _SELF_EVIDENT)


def _controller_lacks(facts: Facts, name: str) -> bool:
    controller = facts.controller
    if name == "safeguards":
        countries = controller.storage_countries.value if controller.storage_countries else ()
        return any(map(needs_safeguards, countries or ())) and is_absent(controller.safeguards)
    if name == "automated_decisions":
        return controller.automated_decisions is not None and controller.automated_decisions.value is not False
    return is_absent(fact_of(controller, name))


def _untraced(sections: Sequence[Section], facts: Facts) -> Iterator[str]:
    if "data_source" not in parts(sections):
        return
    rows = [row for row in facts.provenance if not is_absent(fact_of(row, "items"))]
    traced = {item for row in rows for item in row.items.value}
    for item in facts.held:
        if item.field in TRACED_FIELDS and item.field not in traced:
            yield f"provenance.items ({item.field})"
