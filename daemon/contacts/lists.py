"""Lists of contacts and the answers that their people share: copied into each provenance row, changed openly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.contacts.answers import KEYS, BadAnswers, ListAnswers, cells_of
from daemon.contacts.known import Values, provenance_values
from daemon.ledger.entries import EntryKind, record
from daemon.records import ContactList, Provenance
from daemon.records.contact_cells import PROVENANCE_COLUMNS, provenance_of


@dataclass(frozen=True, slots=True)
class ListTerms:
    """The list that people are imported into, with the answers that hold for it."""

    name: str
    answers: ListAnswers


def list_named(session: Session, name: str) -> ContactList | None:
    """The list of this name, if there is one."""
    return session.scalar(select(ContactList).where(ContactList.name == name))


def same_or_none(session: Session, terms: ListTerms) -> ContactList | None:
    """The list as it is stored; raises BadAnswers where it has other answers."""
    stored = list_named(session, terms.name)
    other = [key for key in KEYS if stored and stored.answers.get(key) != terms.answers.get(key)]
    if other:
        raise BadAnswers(
            f"the list {terms.name!r} has other answers to {', '.join(other)}; leave them out, or change them for all "
            f"its people first: replyd contacts list-answers {terms.name!r} --answer {other[0]}=... --by NAME"
        )
    return stored


def made_or_same(session: Session, terms: ListTerms, now: datetime) -> ContactList:
    """The list, made where there is none; raises BadAnswers where it is stored with other answers."""
    stored = same_or_none(session, terms)
    if stored is None:
        stored = ContactList(name=terms.name, imported_at=now, answers=dict(terms.answers))
        session.add(stored)
        session.flush()
    return stored


@dataclass(frozen=True, slots=True)
class AnswersChanged:
    """What changing a list's answers did."""

    changed: tuple[str, ...]
    """Keys of the answers that are different now."""
    rows: int
    """Provenance rows that say something else now."""


def change_answers(
    session: Session, stored: ContactList, answers: ListAnswers, *, by: str, at: datetime
) -> AnswersChanged:
    """Give a list other answers, in all its rows; what a row had said for itself stays. With a ledger entry."""
    old = dict(stored.answers)
    changed = tuple(key for key in KEYS if old.get(key) != answers.get(key))
    since = stored.imported_at.date()
    changes: list[Values] = []
    for row in session.scalars(select(Provenance).where(Provenance.list_id == stored.id)):
        values = provenance_values(row)
        if new := _other_values(values, old, answers, since):
            names = [name for name in PROVENANCE_COLUMNS if name != "items"]
            changes.append({"id": row.id, **{name: new.get(name, values[name]) for name in names}})
    if changes:
        session.execute(update(Provenance), changes)
    stored.answers = dict(answers)
    payload = {"list": stored.id, "answers": list(changed), "rows": len(changes), "by": by}
    record(session, at, EntryKind.CONTACTS_CHANGED, payload=payload)
    return AnswersChanged(changed, len(changes))


def _other_values(values: Values, old: ListAnswers, new: ListAnswers, since: date) -> Values:
    """What of a row follows its list: all that is as the list had it; an own day of collection moves its own term."""
    before = _shared(old, {}, since)
    own_day = values["obtained_on"] if values["obtained_on"] != before["obtained_on"] else None
    own = {"obtained_on": own_day.isoformat()} if own_day else {}
    before, after = _shared(old, own, since), _shared(new, own, since)
    return {
        name: after[name]
        for name in PROVENANCE_COLUMNS
        if name != "items" and after[name] != before[name] and values[name] == before[name]
    }


def _shared(answers: ListAnswers, own: Mapping[str, str], since: date) -> Values:
    """The values that a row has from its list; nothing but None where there are no answers at all."""
    cells = cells_of(answers, own, since)
    made = provenance_of({"source_kind": "", **cells})
    if made is None:
        return dict.fromkeys(PROVENANCE_COLUMNS)
    values = ((name, getattr(made, name)) for name in PROVENANCE_COLUMNS)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}
