"""What is not on record: the gaps at one path of the facts, each by the record that it should stand in."""

from collections.abc import Iterator

from responses.countries import needs_safeguards
from responses.facts import (
    Assessment,
    Challenge,
    Controller,
    ErasedSystem,
    Extension,
    Fact,
    Facts,
    HeldItem,
    Kept,
    OpenSystem,
    Provenance,
    Rectification,
    SourceKind,
)

Record = (
    Assessment | Challenge | Controller | ErasedSystem | Extension | HeldItem | Kept | OpenSystem | Provenance
    | Rectification
)  # fmt: skip

ROWS: dict[str, str] = {
    "provenance": "items",
    "held": "value",
    "erased": "name",
    "open_systems": "name",
    "kept": "what",
}
"""Nouns that stand for a list of records, with the fact that names the record of a row."""

RECORDS: dict[str, type[Record]] = {
    "controller": Controller,
    "assessment": Assessment,
    "rectification": Rectification,
    "extension": Extension,
    "challenge": Challenge,
}
"""Nouns that stand for one record."""

_SELF_EVIDENT = frozenset({"source", "publicly_accessible"})
_MAY_BE_EMPTY = frozenset({"recipients"})


def gaps(path: str, facts: Facts) -> Iterator[str]:
    """Everything that is absent at this path (`case`, `held`, `provenance.source`, `extension.until`)."""
    noun, _, name = path.partition(".")
    if noun == "controller":
        if _controller_lacks(facts, name):
            yield path
    elif noun in ROWS:
        rows: tuple[Record, ...] = getattr(facts, noun)
        yield from _in_rows(noun, name, rows)
    else:
        record = getattr(facts, noun)
        if is_absent(fact_of(record, name) if name else record):
            yield path


def _in_rows(noun: str, name: str, rows: tuple[Record, ...]) -> Iterator[str]:
    if not name:
        if not rows:
            yield noun
        if noun == "held":
            yield from (f"held.{row.field}" for row in rows if isinstance(row, HeldItem) and is_absent(row.value))
        return
    for index, row in enumerate(rows):
        if _binds(row, name) and is_absent(fact_of(row, name), name):
            yield f"{row_path(row, index, noun)}.{name}"


def is_absent(fact: Fact[object] | None, name: str = "") -> bool:
    """Whether there is nothing to say: no fact, no value, blank words, or an empty list where empty says nothing."""
    if fact is None or fact.value is None:
        return True
    if isinstance(fact.value, str):
        return not fact.value.strip()
    return fact.value == () and name not in _MAY_BE_EMPTY


def fact_of(record: Record | None, name: str) -> Fact[object] | None:
    """Return one fact of a record by its name; whatever the type promises, it may be absent in what was stored."""
    fact: Fact[object] | None = getattr(record, name) if record is not None else None
    return fact


def row_path(row: Record, index: int, noun: str = "provenance") -> str:
    """Name of a row as its records have it (`provenance:12`), else its place in the list."""
    named = fact_of(row, ROWS[noun])
    record = named.record if named is not None else ""
    return record.rpartition(".")[0] or f"{noun}[{index}]"


def _binds(row: Record, name: str) -> bool:
    if not isinstance(row, Provenance):
        return True
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
