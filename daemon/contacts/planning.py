"""What an import changes: rows and what is stored in, changes and a report out. Pure; nothing is written here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daemon.contacts.known import Known, Person, Values
from daemon.contacts.report import Change, Report
from daemon.contacts.rows import ContactRow, Fault
from daemon.records.contact_cells import CONTACT_COLUMNS, ITEMS, PROVENANCE_COLUMNS, MessageCells


@dataclass(slots=True)
class Changes:
    """What is to be written; new people are named by the normal form of their address."""

    contacts: list[Values] = field(default_factory=list)
    filled: dict[int, Values] = field(default_factory=dict)
    """New values by contact."""
    provenance: list[tuple[str, Values]] = field(default_factory=list)
    provenance_filled: dict[int, Values] = field(default_factory=dict)
    """New values by provenance row."""
    messages: list[tuple[str, MessageCells]] = field(default_factory=list)
    campaigns: dict[str, str] = field(default_factory=dict)
    """Promise of each campaign that is new."""


def contradictions(rows: Sequence[ContactRow], promises: Mapping[str, str]) -> Iterator[Fault]:
    """Rows that say something else about a person or a campaign than an earlier one, or than what a footer promised.

    `promises` are those of the stored campaigns: what was sent cannot be changed afterwards.
    """
    said: dict[tuple[str, str], str] = {}
    for row in rows:
        for column, value in row.said.items():
            if column != "email" and said.setdefault((row.email_normal, column), value) != value:
                yield Fault(row.line, column, "differs from an earlier row of the same person")
        name, promise = (row.message.campaign, row.message.promise) if row.message else (None, None)
        if not name or not promise:
            continue
        if promises.get(name, promise) != promise:
            yield Fault(row.line, "promise", "differs from the promise that is stored for this campaign")
        elif said.setdefault(("promise of", name), promise) != promise:
            yield Fault(row.line, "promise", "differs from an earlier row of the same campaign")


def plan(
    people: Sequence[Sequence[ContactRow]], known: Known, report: Report, *, update: bool, list_id: int | None
) -> Changes:
    """Go through the people of a file, one after the other; the report is filled on the way."""
    changes = Changes()
    for rows in people:
        normal, lines = rows[0].email_normal, [row.line for row in rows]
        stored = known.people.get(normal)
        if normal in known.suppressed:
            report.suppressed += lines
            continue
        if stored and stored.restricted:
            report.restricted += lines
            continue
        if normal in known.paused:
            report.paused += lines
        report.duplicates += _duplicates(rows)
        person = _contact(stored, rows, report, changes, update=update)
        for row in rows:
            _provenance(person, row, report, changes, list_id)
            _message(person, row, known, report, changes)
    return changes


def _duplicates(rows: Sequence[ContactRow]) -> Iterator[int]:
    seen: list[tuple[object, ...]] = []
    for row in rows if len(rows) > 1 else ():
        says = (row.said, row.provenance, row.message)
        if says in seen:
            yield row.line
        else:
            seen.append(says)


def _contact(
    stored: Person | None, rows: Sequence[ContactRow], report: Report, changes: Changes, *, update: bool
) -> Person:
    """The person as they are afterwards: new, filled where something was not known, or updated where that was asked."""
    said = {name: value for row in rows for name, value in row.said.items()}
    if stored is None:
        changes.contacts.append({"email_normal": rows[0].email_normal, **dict.fromkeys(CONTACT_COLUMNS), **said})
        report.contacts_added += 1
        return Person(0, said, restricted=False)
    unknown = {name: value for name, value in said.items() if stored.values[name] is None}
    report.contacts_filled += bool(unknown)
    replaced = list(_otherwise(stored, rows))
    if update:
        report.contacts_updated += bool(replaced)
        report.changed += replaced
        unknown |= {change.column: change.new for change in replaced}
    else:
        report.kept += dict.fromkeys(change.line for change in replaced)
    if unknown:
        changes.filled[stored.id] = unknown
        stored.values |= unknown
    return stored


def _otherwise(stored: Person, rows: Sequence[ContactRow]) -> Iterator[Change]:
    """What rows say otherwise than the stored contact; its address is never in question, nor a kind found by rule."""
    for row in rows:
        for name, value in row.said.items():
            old = stored.values[name]
            if name == "email" or (name == "kind" and row.ruled_kind) or old is None or old == value:
                continue
            yield Change(row.line, name, old, value)


def _provenance(person: Person, row: ContactRow, report: Report, changes: Changes, list_id: int | None) -> None:
    """How the data came: a row of its own, or what a stored one of the same source lacks.

    What the file says otherwise than what is stored did not become data of ours, so that it has no source here.
    """
    if row.provenance is None:
        return
    given = ((name, getattr(row.provenance, name)) for name in PROVENANCE_COLUMNS)
    values: Values = {"list_id": list_id, **{n: list(v) if isinstance(v, tuple) else v for n, v in given}}
    values["items"] = [item for item in values["items"] if _is_ours(person, item, row)]
    if not values["items"]:
        return
    for row_id, stored in person.provenance:
        lacking = fills(stored, values)
        if lacking is None:
            continue
        if lacking:
            stored.update(lacking)
            report.provenance_filled += bool(row_id)
            if row_id:
                changes.provenance_filled.setdefault(row_id, {}).update(lacking)
        return
    person.provenance.append((0, values))
    changes.provenance.append((row.email_normal, values))  # the same values that a later row of the file may fill
    report.provenance_added += 1


def _is_ours(person: Person, item: str, row: ContactRow) -> bool:
    return item == "email" or item not in row.said or person.values.get(item) == row.said[item]


def fills(stored: Mapping[str, Any], new: Mapping[str, Any]) -> Values | None:
    """What `new` adds to a provenance row of the same source; None where they contradict each other."""
    lacking: Values = {}
    for name, value in new.items():
        if name == "items" or value is None:
            continue
        if stored[name] is None:
            lacking[name] = value
        elif stored[name] != value:
            return None
    both = [item for item in ITEMS if item in stored["items"] or item in new["items"]]
    if set(both) != set(stored["items"]):
        lacking["items"] = both
    return lacking


def _message(person: Person, row: ContactRow, known: Known, report: Report, changes: Changes) -> None:
    """A mail that was sent, unless it is known to have gone to this person."""
    sent = row.message
    if sent is None or sent.message_id in person.message_ids:
        return
    person.message_ids.add(sent.message_id)
    if sent.campaign and sent.campaign not in known.promises:
        known_promise = sent.promise or changes.campaigns.get(sent.campaign, "none")
        changes.campaigns[sent.campaign] = known_promise
    changes.messages.append((row.email_normal, sent))
    report.messages_added += 1
