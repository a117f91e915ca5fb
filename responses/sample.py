"""Sample facts: an invented person and firm on example domains (RFC 2606), from which every letter can be written.

With them templates are tried before a person's letter needs them, and an owner reads the letters of a language before
they may leave.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from responses import facts as f
from responses.facts import Section

T = TypeVar("T")

LETTERS: tuple[tuple[Section, ...], ...] = (
    *((section,) for section in Section),
    (Section.OPT_OUT, Section.DATA_SOURCE, Section.ACCESS, Section.LEGAL_BASIS),
)
"""One letter for each section, and one that answers several wishes at once."""

RECEIVED = datetime(2026, 3, 10, 17, 5, tzinfo=UTC)
TODAY = RECEIVED.date()

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "purpose": "Offering planning software to machine builders",
        "reason": "Your company has announced a second plant, and you lead its production.",
        "interest": "Finding machine builders for whom planning software is of use",
        "outcome": "Our interest prevails for one mail about work to an address at work; not for further mails.",
        "kept": "Backups of the customer database",
        "why": "they are replaced in turn, and after a restore the erasure is repeated",
        "late": "A supplier of ours has to erase your data by hand and has asked for time.",
        "system": "customer database",
        "open": "sending tool",
        "desk": "research desk",
        "position": "Head of production",
    },
    "de": {
        "purpose": "Angebot von Planungssoftware an Maschinenbauer",
        "reason": "Ihr Unternehmen hat ein zweites Werk angekündigt, und Sie leiten dessen Produktion.",
        "interest": "Maschinenbauer zu finden, denen Planungssoftware nützt",
        "outcome": "Unser Interesse überwiegt für eine Nachricht an eine berufliche Adresse; nicht für weitere.",
        "kept": "Sicherungen der Kundendatenbank",
        "why": "sie werden reihum ersetzt, und nach einer Wiederherstellung wird die Löschung wiederholt",
        "late": "Ein Dienstleister muss Ihre Daten von Hand löschen und hat um Zeit gebeten.",
        "system": "Kundendatenbank",
        "open": "Versandwerkzeug",
        "desk": "Rechercheteam",
        "position": "Leiterin der Produktion",
    },
}


def sample_facts(sections: Collection[Section], language: str = "en") -> f.Facts:
    """Facts as they are when a letter with these sections is due; everything that may be on record is."""
    words = _WORDS.get(language, _WORDS["en"])
    after = Section.ERASURE_INTERIM in sections or Section.ERASURE_COMPLETED in sections
    return f.Facts(
        controller=_controller(),
        provenance=_provenance(words, tuple(f.SourceKind) if set(sections) == {Section.DATA_SOURCE} else _TWO_KINDS),
        held=_held(words),
        correspondence=_mails(2),
        suppressed_on=_fact(TODAY, "suppressions:5.since"),
        received_at=_fact(RECEIVED, "replies:44.received_at"),
        case=_fact("R-SAMPLE77", "cases:44"),
        opening=_fact("SAMP-LEQ7-MX2R-KD9T-FALW-3CZZ-ZZ", "subjects:7.opening"),
        address=_fact("jane.doe@machines.example", "contacts:7.email"),
        name=_fact("Jane Doe", "contacts:7.name"),
        assessment=f.Assessment(
            _fact(words["interest"], "assessments:2.interest"),
            _fact(date(2026, 3, 1), "assessments:2.weighed_on"),
            _fact("J. Petersen", "assessments:2.weighed_by"),
            _fact(words["outcome"], "assessments:2.outcome"),
        ),
        rectification=f.Rectification(
            _fact(TODAY, "contacts:7.restricted_since"), _fact(date(2026, 4, 7), "cases:44.safe_due")
        ),
        erased=_erased(words) if after else (),
        open_systems=_open(words) if Section.ERASURE_INTERIM in sections else (),
        kept=(f.Kept(_fact(words["kept"], "kept:1.what"), _fact(words["why"], "kept:1.why"), None),) if after else (),
        extension=f.Extension(
            _fact(("erasure",), "requests:3.right"),
            _fact(date(2026, 6, 10), "requests:3.legal_due"),
            _fact(words["late"], "requests:3.reasons"),
        ),
        challenge=f.Challenge(
            _fact("Q7MX-RKDT-FWCP", "challenges:4.code"), _fact(date(2026, 3, 17), "challenges:4.valid_until")
        ),
    )


def sparse(facts: f.Facts, sections: Collection[Section]) -> f.Facts:
    """The same person of whom nothing is on record that a letter with these sections could do without."""
    here = _fact(("DE",), "accounts:1.storage_countries")
    controller = replace(
        facts.controller, representative=None, officer=None, storage_countries=here, safeguards=None,
        automated_decisions=None,
    )  # fmt: skip
    bare = replace(facts, controller=controller, correspondence=(), name=None, kept=(), erased=facts.erased[:1])
    bare = replace(bare, provenance=tuple(replace(row, stored_in=None) for row in facts.provenance))
    stopped = {Section.OPT_OUT, Section.ERASURE_INTERIM, Section.ERASURE_COMPLETED} & set(sections)
    return bare if stopped else replace(bare, suppressed_on=None)


def abundant(facts: f.Facts) -> f.Facts:
    """The same person with a long correspondence: what a letter prints for each mail must stay short."""
    return replace(facts, correspondence=_mails(300))


def _fact(value: T, record: str) -> f.Fact[T]:
    return f.Fact(value, record)


def _controller() -> f.Controller:
    return f.Controller(
        name=_fact("Beispiel Software GmbH", "accounts:1.controller_name"),
        seat=_fact("Musterweg 1, 10115 Berlin, Germany", "accounts:1.controller_seat"),
        email=_fact("privacy@firm.example", "accounts:1.controller_email"),
        representative=_fact("Example Representation SARL, 1 rue de l'Exemple, Paris", "accounts:1.representative"),
        officer=_fact("dpo@firm.example", "accounts:1.officer"),
        authority=_fact("Berliner Beauftragte für Datenschutz, authority.example", "accounts:1.authority"),
        storage_countries=_fact(("DE", "US"), "accounts:1.storage_countries"),
        safeguards=_fact("EU-US Data Privacy Framework", "accounts:1.safeguards"),
        automated_decisions=_fact(value=False, record="accounts:1.automated_decisions"),
    )


_TWO_KINDS = (f.SourceKind.PURCHASED_LIST, f.SourceKind.GUESSED_AND_VERIFIED)
"""How the person's data came; the letter about nothing but the source shows every kind there is."""


def _provenance(words: Mapping[str, str], kinds: Sequence[f.SourceKind]) -> tuple[f.Provenance, ...]:
    return tuple(
        f.Provenance(
            items=_fact(_ITEMS, f"provenance:{number}.items"),
            source_kind=_fact(kind, f"provenance:{number}.source_kind"),
            source=_fact("https://www.machines.example/team", f"provenance:{number}.source"),
            obtained_on=_fact(date(2026, 3, 2), f"provenance:{number}.obtained_on"),
            obtained_by=_fact(words["desk"], f"provenance:{number}.obtained_by"),
            verified_with=_fact("Mailprobe", f"provenance:{number}.verified_with"),
            publicly_accessible=_fact(value=number % 2 == 0, record=f"provenance:{number}.publicly_accessible"),
            purpose=_fact(words["purpose"], f"provenance:{number}.purpose"),
            reason=_fact(words["reason"], f"provenance:{number}.reason"),
            recipients=_fact(("Sender Example Inc.",), f"provenance:{number}.recipients"),
            stored_in=_fact((words["system"],), f"provenance:{number}.stored_in"),
            keep_until=_fact(date(2027, 3, 2), f"provenance:{number}.keep_until"),
        )
        for number, kind in enumerate(kinds, start=12)
    )


_ITEMS = ("email", "name", "company", "position", "country")


def _held(words: Mapping[str, str]) -> tuple[f.HeldItem, ...]:
    values = ("jane.doe@machines.example", "Jane Doe", "Machines Ltd", words["position"], "DE")
    return tuple(
        f.HeldItem(field, _fact(value, f"contacts:7.{field}")) for field, value in zip(_ITEMS, values, strict=True)
    )


def _mails(count: int) -> tuple[f.Correspondence, ...]:
    return tuple(
        f.Correspondence(
            "in" if number % 2 else "out",
            _fact(RECEIVED - timedelta(days=count - number), f"mails:{number}.at"),
            _fact("Planning", f"mails:{number}.subject"),
            _fact(f"<{number}@firm.example>", f"mails:{number}.message_id"),
        )
        for number in range(count)
    )


def _erased(words: Mapping[str, str]) -> tuple[f.ErasedSystem, ...]:
    return tuple(
        f.ErasedSystem(
            _fact(f"{words['system']} {number}", f"erasures:{number}"),
            _fact(date(2026, 3, 13), f"erasures:{number}.purged_at"),
            _fact(how, f"erasures:{number}.how"),
            _fact(_ITEMS, f"erasures:{number}.items") if how is f.HowErased.VERIFIED else None,
        )
        for number, how in enumerate(f.HowErased, start=1)
    )


def _open(words: Mapping[str, str]) -> tuple[f.OpenSystem, ...]:
    return (
        f.OpenSystem(_fact(words["open"], "system_tasks:10.system"), _fact(date(2026, 3, 24), "system_tasks:10.due")),
    )
