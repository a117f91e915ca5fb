"""Which sections a letter has for any mix of requests, and which facts each of them cannot do without."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from responses.facts import Facts, MissingFact, Section
from responses.gaps import fact_of, gaps, is_absent, row_path


class NotTogether(ValueError):  # noqa: N818  an outcome that callers name, not a fault
    """These sections do not stand in one letter; `APART` says why."""

    def __init__(self, sections: Iterable[Section]) -> None:
        super().__init__(f"these sections cannot stand in one letter: {', '.join(sections)}; write two")


APART: Mapping[Section, frozenset[Section]] = {
    # Its text is the same for everybody: whatever stands beside it would say something about the person.
    Section.CHALLENGE: frozenset(Section) - {Section.CHALLENGE},
    # Knowledge is given and disputes are settled before anything is erased (Art. 15, 18(1)(a)), never afterwards.
    Section.ERASURE_COMPLETED: frozenset(Section) - {Section.ERASURE_COMPLETED, Section.OPT_OUT},
    # What is in dispute is stored until that is settled: whoever wants both is asked by a person what comes first.
    Section.RECTIFICATION: frozenset({Section.ERASURE_INTERIM}),
}

AT_ONCE = frozenset({Section.OPT_OUT, Section.DATA_SOURCE, Section.ACCESS})
"""Sections that answer the intent of the same name as it stands; the others follow a decision."""

KNOWLEDGE = frozenset({Section.DATA_SOURCE, Section.ACCESS})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one letter answers, and what it leaves to a person."""

    sections: tuple[Section, ...]
    unanswered: tuple[str, ...]
    """Intents that no section answers at once, in alphabetical order."""


def answer_to(intents: Iterable[str]) -> Answer:
    """Sections for these intents, each once, in the order of `Section`."""
    asked = set(intents)
    sections = tuple(section for section in Section if section in AT_ONCE and section.value in asked)
    return Answer(sections, tuple(sorted(asked - {section.value for section in sections})))


def parts(sections: Iterable[Section]) -> tuple[str, ...]:
    """Template names of a letter with these sections, in the order in which they are read; raises `NotTogether`.

    An answer to an access request always states the source (Art. 15(1)(g)); whoever gets knowledge is told the
    rights that go with it and the authority.
    """
    wanted = set(sections)
    if any(wanted & APART.get(section, frozenset()) for section in wanted):
        raise NotTogether(section for section in Section if section in wanted)
    if wanted == {Section.CHALLENGE}:
        return ("challenge", "closing")
    standing = {
        "opening": True,
        "opt_out": Section.OPT_OUT in wanted,
        "data_source": bool(wanted & KNOWLEDGE),
        "access": Section.ACCESS in wanted,
        "legal_basis": Section.LEGAL_BASIS in wanted,
        "rights": bool(wanted & (KNOWLEDGE | {Section.LEGAL_BASIS})),
        "rectification": Section.RECTIFICATION in wanted,
        "erasure_interim": Section.ERASURE_INTERIM in wanted,
        "erasure_completed": Section.ERASURE_COMPLETED in wanted,
        "extension": Section.EXTENSION in wanted,
        "reference": True,
        "closing": True,
    }
    return tuple(part for part, stands in standing.items() if stands)


ALL_PARTS = tuple(dict.fromkeys(part for section in Section for part in parts([section])))
"""Every template that a language has."""

SENDER = ("controller.name", "controller.seat", "controller.email")
ALWAYS = (*SENDER, "received_at", "case", "opening", "address")
"""What every letter needs but a challenge, which says nothing about the person and needs `SENDER` alone."""

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
    Section.LEGAL_BASIS: (
        "provenance",
        "provenance.items",
        "provenance.purpose",
        "provenance.reason",
        "assessment.interest",
        "assessment.weighed_on",
        "assessment.weighed_by",
        "assessment.outcome",
        "controller.authority",
    ),
    Section.RECTIFICATION: ("rectification.restricted_on", "rectification.answer_by"),
    Section.ERASURE_INTERIM: (
        "suppressed_on",
        "erased.name",
        "erased.on",
        "erased.how",
        "open_systems",
        "open_systems.name",
        "open_systems.due",
    ),
    Section.ERASURE_COMPLETED: (
        "suppressed_on",
        "erased",
        "erased.name",
        "erased.on",
        "erased.how",
        "kept.what",
        "kept.why",
    ),
    Section.EXTENSION: ("extension.rights", "extension.until", "extension.reasons"),
    Section.CHALLENGE: ("challenge.code", "challenge.valid_until"),
}
"""Facts by path; `REQUIRED[ACCESS]` comes on top of `REQUIRED[DATA_SOURCE]`.

Four bind only where they mean something: `source` and `publicly_accessible` unless the person gave the data,
`verified_with` for an address that was guessed, `safeguards` for a country outside the EEA. And
`automated_decisions` may be absent; where there are any, a person has to explain them (Art. 15(1)(h)).
"""

TRACED_FIELDS = frozenset({"email", "name", "company", "position", "country"})
"""Held fields that came from somewhere: a letter that is silent about the source of one is incomplete."""


def required_facts(sections: Iterable[Section]) -> tuple[str, ...]:
    """Paths of all facts that a letter with these sections needs, for example `provenance.obtained_on`."""
    wanted = set(sections)
    if Section.ACCESS in wanted:
        wanted.add(Section.DATA_SOURCE)
    always = SENDER if wanted == {Section.CHALLENGE} else ALWAYS
    needed = (path for section in Section if section in wanted for path in REQUIRED[section])
    return tuple(dict.fromkeys((*always, *needed)))


def missing_facts(sections: Sequence[Section], facts: Facts) -> tuple[str, ...]:
    """Every fact that stops this letter, by the record it should stand in where there is one; empty when none does."""
    found = (name for path in required_facts(sections) for name in gaps(path, facts))
    return tuple(dict.fromkeys((*found, *_untraced(sections, facts), *_contradicted(sections, facts))))


def require_facts(sections: Sequence[Section], facts: Facts) -> None:
    """Raise `MissingFact` for the first fact that this letter needs and no record holds."""
    for name in missing_facts(sections, facts):
        raise MissingFact(name)


def _untraced(sections: Sequence[Section], facts: Facts) -> Iterator[str]:
    if "data_source" not in parts(sections):
        return
    rows = [row for row in facts.provenance if not is_absent(fact_of(row, "items"))]
    traced = {item for row in rows for item in row.items.value}
    for item in facts.held:
        if item.field in TRACED_FIELDS and item.field not in traced:
            yield f"provenance.items ({item.field})"


def _contradicted(sections: Sequence[Section], facts: Facts) -> Iterator[str]:
    """Facts that say the opposite of what the letter is to say.

    A system that is still open is not erased; knowledge is given before anything is erased; a right that the letter
    answers is not put off.
    """
    knowledge = (KNOWLEDGE | {Section.LEGAL_BASIS}) & set(sections)
    if Section.ERASURE_COMPLETED in sections:
        rows = enumerate(facts.open_systems)
        yield from (f"erased ({row_path(row, index, 'open_systems')})" for index, row in rows)
    if Section.EXTENSION in sections and not is_absent(fact_of(facts.extension, "rights")) and facts.extension:
        yield from (f"extension.rights ({right})" for right in facts.extension.rights.value if right in knowledge)
    if Section.ERASURE_INTERIM in sections and knowledge:
        yield from (f"held ({row_path(row, index, 'erased')})" for index, row in enumerate(facts.erased))
