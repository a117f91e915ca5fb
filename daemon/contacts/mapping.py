"""Which column of a file is which field: guessed from names and values, decided by a person, kept in a file. Pure."""

import difflib
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.contacts.heads import (
    FIRST_NAME,
    LAST_NAME,
    PAGE,
    SURNAMES_BESIDE_A_FIRST_NAME,
    field_of,
    plain,
    speaks_of_mail,
)
from daemon.errors import ReplydError
from daemon.records.contact_cells import COLUMNS
from daemon.records.table import Table

FIELDS = (*COLUMNS, FIRST_NAME, LAST_NAME)
"""What a column can be mapped to."""

LINE_COLUMN, REASON_COLUMN = "replyd line", "replyd reason"
"""Columns that the file of rejected rows has on top of its own; nobody needs to delete them after correcting."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ALL_BUT_SOME = 0.8
_HALF = 0.5


class WrongMapping(ReplydError):  # noqa: N818  the name is what went wrong
    """A field or column that there is not, or that was decided twice."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Mapped:
    """The columns of one file by field."""

    columns: Mapping[str, str]
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields that several columns fit; a person has to say which."""

    def is_fixed_format(self, table: Table) -> bool:
        """Whether all names are our own, so that there is nothing to guess."""
        own = all(name == head.casefold() for name, head in self.columns.items())
        return own and not self.rivals and not self.unused(table)

    def unused(self, table: Table) -> tuple[str, ...]:
        """Columns that are not imported, in the order of the file."""
        used = {*self.columns.values(), LINE_COLUMN, REASON_COLUMN}
        return tuple(head for head in table.head if head not in used)


def guess(table: Table, chosen: Mapping[str, str] | None = None, *, only_chosen: bool = False) -> Mapped:
    """The columns of a file, as far as names and values tell; what was `chosen` stands.

    `chosen` maps a field to the name of a column, or to "" for a field that shall not be imported. Raises WrongMapping.
    """
    decided = {name: _column(table, name, column) for name, column in (chosen or {}).items()}
    taken = {column for column in decided.values() if column}
    candidates: dict[str, list[str]] = {}
    for head in () if only_chosen else table.head:
        name = _field(table, head)
        if name and head not in taken and head not in {LINE_COLUMN, REASON_COLUMN}:
            candidates.setdefault(name, []).append(head)
    _sort_names(candidates, decided)
    _sort_pages(candidates, decided)
    fitting = {name: _fitting(table, name, heads) for name, heads in candidates.items() if name not in decided}
    columns = {name: heads[0] for name, heads in fitting.items() if len(heads) == 1}
    columns.update({name: column for name, column in decided.items() if column})
    ordered = {name: columns[name] for name in FIELDS if name in columns}
    return Mapped(ordered, {name: tuple(heads) for name, heads in fitting.items() if len(heads) > 1})


def fixed_format(table: Table) -> Mapped:
    """The columns of a file whose names are all our own; raises WrongMapping for any other."""
    return complete(guess(table, {head.casefold(): head for head in table.head}, only_chosen=True))


def complete(mapped: Mapped) -> Mapped:
    """The same, once nothing is open any more; raises WrongMapping that says what to type."""
    if mapped.rivals:
        lines = (
            f"  {name}: {', '.join(map(repr, heads))}; type --map {name}={shlex.quote(heads[0])}, or --map {name}="
            for name, heads in mapped.rivals.items()
        )
        raise WrongMapping("several columns fit one field:\n" + "\n".join(lines))
    if "email" not in mapped.columns:
        raise WrongMapping("the column email is missing: no column holds addresses; type --map email=COLUMN")
    return mapped


def values(table: Table, head: str) -> Iterator[str]:
    """What stands in one column, row by row, where it is not empty."""
    return (row.cells[head] for row in table.rows if head in row.cells)


def samples(table: Table, head: str, most: int = 3) -> tuple[str, ...]:
    """The first few different values of a column."""
    found: dict[str, None] = {}
    for value in values(table, head):
        found[value] = None
        if len(found) == most:
            break
    return tuple(found)


def _column(table: Table, name: str, column: str) -> str:
    """The name of a column as the file has it, for one that was typed; raises WrongMapping."""
    if name not in FIELDS:
        near = difflib.get_close_matches(name, FIELDS, n=1)
        raise WrongMapping(f"there is no field {name!r}; {_hint(near, FIELDS)}")
    if not column or column in table.head:
        return column
    same = [head for head in table.head if plain(head) == plain(column)]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(column, table.head, n=1)
    raise WrongMapping(f"{name}: the file has no column {column!r}; {_hint(near, table.head)}")


def _hint(near: Sequence[str], known: Sequence[str]) -> str:
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"


def _field(table: Table, head: str) -> str | None:
    """The field that a column seems to be."""
    if head.casefold() in COLUMNS:
        return head.casefold()
    known = field_of(head)
    if known == "email":
        return known
    share = _share_of_addresses(table, head)
    if share >= _ALL_BUT_SOME or (speaks_of_mail(head) and share >= _HALF):
        return "email"
    return known


def _share_of_addresses(table: Table, head: str) -> float:
    found = [bool(_ADDRESS.search(value)) for value in values(table, head)]
    return sum(found) / len(found) if found else 0.0


def _fitting(table: Table, name: str, heads: list[str]) -> list[str]:
    """The candidates without those that are clearly worse: our own name wins, empty columns lose."""
    if own := [head for head in heads if head.casefold() == name]:
        return own
    if len(heads) > 1:
        filled = [head for head in heads if any(True for _ in values(table, head))]
        heads = filled or heads[:1]
    if name == "email" and len(heads) > 1:
        named = [head for head in heads if field_of(head) == "email" or speaks_of_mail(head)]
        full = [head for head in named or heads if _share_of_addresses(table, head) >= _HALF]
        return full or heads
    return heads


def _sort_names(candidates: dict[str, list[str]], decided: Mapping[str, str]) -> None:
    """A full name, or a first and a last one: never both, and `Name` beside `Vorname` is the last name."""
    whole = candidates.get("name", [])
    surnames = [head for head in whole if plain(head) in SURNAMES_BESIDE_A_FIRST_NAME]
    if FIRST_NAME in candidates and LAST_NAME not in {*candidates, *decided} and len(whole) == len(surnames) == 1:
        candidates[LAST_NAME] = candidates.pop("name")
    parts_decided = {FIRST_NAME, LAST_NAME} & decided.keys()
    if parts_decided and "name" not in decided:
        candidates.pop("name", None)
    elif "name" in candidates or decided.get("name"):
        candidates.pop(FIRST_NAME, None)
        candidates.pop(LAST_NAME, None)


def _sort_pages(candidates: dict[str, list[str]], decided: Mapping[str, str]) -> None:
    """The page where somebody was found is the source where no column says more."""
    pages = candidates.pop(PAGE, [])
    if pages and "source" not in {*candidates, *decided}:
        candidates["source"] = pages
