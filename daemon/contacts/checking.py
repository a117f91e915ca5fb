"""How many contacts could be answered today, and what is missing for the rest.

The gaps are those that stop letters (`responses.answer.missing_facts`). Contacts of one list have the same ones, so
each different case is looked at once, whatever the number of people in it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from daemon.contacts.known import portions
from daemon.records import Account, Assessment, Contact, ContactList, Provenance
from daemon.records.contact_cells import PROVENANCE_COLUMNS
from daemon.rights.background import Person
from daemon.rights.facts import HELD_FIELDS, collect
from responses import facts as f
from responses.answer import missing_facts

QUESTIONS = (f.Section.DATA_SOURCE, f.Section.ACCESS, f.Section.LEGAL_BASIS)
"""What people ask, and what has to be on record to answer them by machine."""

Gaps = tuple[tuple[f.Section, str, int | None], ...]
"""Question, missing fact, and the list whose rows lack it (None: rows of the contact itself, or no row)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One fact that letters stop for, with the contacts of one list that lack it."""

    fact: str
    """By record and column, for example `provenance.purpose`, or `provenance` where there is none at all."""
    list: str | None
    questions: tuple[str, ...]
    contacts: int


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """One contact with what is missing."""

    address: str
    missing: tuple[str, ...]


@dataclass(slots=True)
class Readiness:
    """The answer to `replyd contacts check`."""

    contacts: int = 0
    answerable: dict[str, int] = field(default_factory=lambda: {question.value: 0 for question in QUESTIONS})
    """Contacts whose question could be answered today, by question."""
    missing: list[Missing] = field(default_factory=list)
    unanswerable: list[Unanswerable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Check:
    """What the facts are made of beside contacts and their provenance."""

    accounts: Sequence[Account]
    """Whoever would answer; a fact that one of them lacks is missing."""
    assessments: Mapping[str, Assessment]
    """Balancing tests by country of the contact."""
    now: datetime

    def run(self, session: Session, *, most: int = 0) -> Readiness:
        """Look at all contacts; the first `most` of those who cannot be answered are named."""
        readiness = Readiness()
        lists = {row.id: row.name for row in session.scalars(select(ContactList))}
        known: dict[tuple[object, ...], Gaps] = {}
        counts: Counter[tuple[str, int | None]] = Counter()
        stops: defaultdict[tuple[str, int | None], set[f.Section]] = defaultdict(set)
        for contact, rows in _contacts(session):
            shape = _shape(contact, rows)
            gaps = known.get(shape)
            if gaps is None:
                gaps = known[shape] = tuple(self._gaps(contact, rows))
            _count(readiness, contact, gaps, most)
            for place in {(fact, list_id) for _, fact, list_id in gaps}:
                counts[place] += 1
            for question, fact, list_id in gaps:
                stops[fact, list_id].add(question)
        readiness.missing = [
            Missing(fact, lists.get(list_id) if list_id else None, _named(stops[fact, list_id]), count)
            for (fact, list_id), count in counts.most_common()
        ]
        return readiness

    def _gaps(self, contact: Row[Any], rows: Sequence[Row[Any]]) -> Iterator[tuple[f.Section, str, int | None]]:
        person = Person(provenance=[_record(row) for row in rows])
        stored = Contact(**contact._mapping)  # noqa: SLF001  the public name of a row's columns and values
        list_of = {str(row.id): row.list_id for row in rows}
        for account in self.accounts:
            facts = collect(account, stored, person, received_at=self.now, case="-", opening="-")
            facts = replace(facts, assessment=self._assessment(contact.country))
            for question in QUESTIONS:
                for name in missing_facts((question,), facts):
                    if not rows and name.startswith("provenance.items"):
                        continue  # that there is no source at all says it once
                    row = re.fullmatch(r"provenance:(\d+)\.(\w+)", name)
                    fact = f"provenance.{row[2]}" if row else _plain(name)
                    yield question, fact, list_of[row[1]] if row else None

    def _assessment(self, country: str | None) -> f.Assessment | None:
        row = self.assessments.get(country or "")
        if row is None:
            return None
        at = "assessments"
        return f.Assessment(
            f.Fact(row.interest, at), f.Fact(row.weighed_on, at), f.Fact(row.weighed_by, at), f.Fact(row.outcome, at)
        )


def _contacts(session: Session) -> Iterator[tuple[Row[Any], list[Row[Any]]]]:
    """Every contact with its provenance rows, in order, a portion at a time."""
    ids = session.scalars(select(Contact.id).order_by(Contact.id)).all()
    fields = [getattr(Contact, name) for name in ("id", *HELD_FIELDS)]
    columns = [getattr(Provenance, name) for name in ("contact_id", "id", "list_id", *PROVENANCE_COLUMNS)]
    for portion in portions(ids):
        first, last = portion[0], portion[-1]
        found = session.execute(
            select(*columns)
            .where(Provenance.contact_id.between(first, last))
            .order_by(Provenance.contact_id, Provenance.id)
        )
        rows = {contact_id: list(group) for contact_id, group in groupby(found, lambda row: row.contact_id)}
        contacts = select(*fields).where(Contact.id.between(first, last)).order_by(Contact.id)
        for contact in session.execute(contacts):
            yield contact, rows.get(contact.id, [])


def _shape(contact: Row[Any], rows: Sequence[Row[Any]]) -> tuple[object, ...]:
    """What the gaps depend on: which values are there, not what they are."""
    held = tuple(not getattr(contact, name) for name in HELD_FIELDS)
    traced = tuple(
        (row.list_id, row.source_kind, *row.items, *(_state(getattr(row, name)) for name in PROVENANCE_COLUMNS[2:]))
        for row in rows
    )
    return contact.country, held, traced


def _state(value: object) -> str:
    return "unknown" if value is None else "empty" if value in ("", []) else "known"


def _record(row: Row[Any]) -> Provenance:
    return Provenance(**row._mapping)  # noqa: SLF001  the public name of a row's columns and values


def _plain(name: str) -> str:
    """A gap by its record and column; of a balancing test that is not there at all, the whole."""
    return "assessment" if name.startswith("assessment.") else name


def _count(readiness: Readiness, contact: Row[Any], gaps: Gaps, most: int) -> None:
    readiness.contacts += 1
    stopped = {question for question, _, _ in gaps}
    for question in QUESTIONS:
        readiness.answerable[question.value] += question not in stopped
    if gaps and len(readiness.unanswerable) < most:
        missing = tuple(dict.fromkeys(fact for _, fact, _ in gaps))
        readiness.unanswerable.append(Unanswerable(contact.email, missing))


def _named(questions: set[f.Section]) -> tuple[str, ...]:
    return tuple(question.value for question in QUESTIONS if question in questions)
