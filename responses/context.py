"""All names that a template may use, made of the facts of one letter."""

from collections.abc import Iterator, Sequence
from dataclasses import fields

from responses.citations import Citations, Cited, Row
from responses.facts import Correspondence, Fact, Facts, HeldItem, Provenance, Section
from responses.gaps import RECORDS, ROWS, Record, fact_of, row_path

_SINGLE = ("suppressed_on", "received_at", "case", "opening", "address", "name")
_MERGED = ("categories", "correspondence", "reasons", "recipients", "stored_in", "terms")
_WITH = {f"with_{section}": section for section in Section}

NAMES = frozenset({*_SINGLE, *_MERGED, *_WITH, *ROWS, *RECORDS})
"""What `context` offers; every other name is refused before a template runs.

`with_access` and its like are no facts: they say which sections the letter has, so that none repeats another.
"""


def context(facts: Facts, citations: Citations, sections: Sequence[Section] = ()) -> dict[str, object]:
    """Single facts, records, and what is merged over the provenance rows so that no letter says a thing twice.

    A challenge is offered the controller and its code, and nothing of the person.
    """
    flags: dict[str, object] = {name: section in sections for name, section in _WITH.items()}
    records = {noun: _record(getattr(facts, noun), kind, noun, citations) for noun, kind in RECORDS.items()}
    if Section.CHALLENGE in sections:
        return flags | {noun: records[noun] for noun in ("controller", "challenge")}
    single = {name: Cited(getattr(facts, name), name, citations) for name in _SINGLE}
    return flags | single | records | _rows(facts, citations) | _summaries(facts, citations)


def _rows(facts: Facts, citations: Citations) -> dict[str, object]:
    return {
        noun: tuple(
            _record(row, type(row), row_path(row, index) if noun == "provenance" else noun, citations)
            for index, row in enumerate(getattr(facts, noun))
        )
        for noun in ROWS
        if noun != "held"  # shown with codes in words
    }


def _summaries(facts: Facts, citations: Citations) -> dict[str, object]:
    """What is shown in words, or stands for several records at once."""
    return {
        "held": tuple(_held(item, citations) for item in facts.held),
        "categories": _categories(facts, citations),
        "correspondence": tuple(_mail(mail, citations) for mail in facts.correspondence),
        "reasons": tuple(_merged(facts.provenance, ("purpose", "reason"), citations)),
        "terms": tuple(_merged(facts.provenance, ("keep_until",), citations)),
        "recipients": _union(facts.provenance, "recipients", citations),
        "stored_in": _union(facts.provenance, "stored_in", citations),
    }


def _record(record: Record | None, kind: type[Record], path: str, citations: Citations) -> Row:
    names = [column.name for column in fields(kind)]
    return Row({name: Cited(fact_of(record, name), f"{path}.{name}", citations) for name in names})


def _mail(mail: Correspondence, citations: Citations) -> Row:
    return Row(
        {
            "direction": Cited(Fact(mail.direction, mail.at.record), "correspondence.direction", citations),
            "at": Cited(mail.at, "correspondence.at", citations),
        }
    )


def _held(item: HeldItem, citations: Citations) -> Row:
    path = f"held.{item.field}"
    return Row(
        {
            "field": Cited(Fact(item.field, item.value.record), path, citations, form="fields"),
            "value": Cited(item.value, path, citations, form="held"),
        }
    )


def _categories(facts: Facts, citations: Citations) -> Cited:
    stored = [(item.field, item.value.record) for item in facts.held]
    stored += [("correspondence", mail.at.record) for mail in facts.correspondence]
    if facts.suppressed_on is not None:
        stored.append(("suppression", facts.suppressed_on.record))
    fields = tuple(dict.fromkeys(field for field, _ in stored))
    records = [record for _, record in stored]
    return Cited(Fact(fields, "held"), "held", citations, records=records, form="fields")


def _union(rows: Sequence[Provenance], name: str, citations: Citations) -> Cited:
    """All values of a list over all rows; absent as soon as one row does not say."""
    stored = [fact for row in rows if (fact := getattr(row, name)) is not None and fact.value is not None]
    if not stored or len(stored) < len(rows):
        return Cited(None, f"provenance.{name}", citations)
    values = tuple(dict.fromkeys(value for fact in stored for value in fact.value))
    records = [fact.record for fact in stored]
    return Cited(Fact(values, records[0]), f"provenance.{name}", citations, records=records)


def _merged(rows: Sequence[Provenance], names: Sequence[str], citations: Citations) -> Iterator[Row]:
    """Rows that say the same under these names become one, with the items of all of them."""
    groups: dict[tuple[object, ...], list[Provenance]] = {}
    for row in rows:
        said = tuple(fact.value if (fact := getattr(row, name)) is not None else None for name in names)
        groups.setdefault(said, []).append(row)
    for group in groups.values():
        merged = {
            name: Cited(
                getattr(group[0], name),
                f"provenance.{name}",
                citations,
                records=[fact.record for row in group if (fact := getattr(row, name)) is not None],
            )
            for name in names
        }
        items = tuple(dict.fromkeys(item for row in group for item in row.items.value))
        records = [row.items.record for row in group]
        merged["items"] = Cited(Fact(items, records[0]), "provenance.items", citations, records=records)
        yield Row(merged)
