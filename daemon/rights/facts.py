"""From records to facts: what a letter to one contact may draw on, each fact with the record it stands in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar

from pydantic import TypeAdapter

from daemon.records import Account, Assessment, Contact, Provenance
from daemon.rights.background import Person
from responses import facts as f

T = TypeVar("T")

FACTS = TypeAdapter(f.Facts)
"""Facts to JSON and back, for the frozen copy."""

HELD_FIELDS = ("email", "name", "company", "position", "country", "kind", "language")


def collect(
    account: Account, contact: Contact, person: Person, *, received_at: datetime, case: str, opening: str
) -> f.Facts:
    """All facts about one contact as they are stored now."""
    stopped = person.stopped_since
    return f.Facts(
        controller=controller_of(account),
        provenance=tuple(_provenance(row) for row in person.provenance),
        held=_held(contact),
        correspondence=_correspondence(person),
        suppressed_on=_fact(stopped.date() if stopped else None, "suppressions", "since"),
        received_at=f.Fact(received_at, f"cases:{case}.received_at"),
        case=f.Fact(case, f"cases:{case}"),
        opening=f.Fact(opening, f"subjects:{contact.id}.opening"),
        address=f.Fact(contact.email, f"contacts:{contact.id}.email"),
        name=_fact(contact.name, f"contacts:{contact.id}", "name"),
        assessment=_assessment(person.assessment) if person.assessment else None,
    )


def stopped_on(facts: f.Facts, day: date) -> f.Facts:
    """The facts as they are once outreach is stopped on this day; where it was stopped before, they are so already."""
    return facts if facts.suppressed_on else replace(facts, suppressed_on=_fact(day, "suppressions", "since"))


def restricted_on(facts: f.Facts, contact: Contact, day: date, answer_by: date) -> f.Facts:
    """The facts as they are once the data are restricted, on this day or since an earlier one."""
    since = contact.restricted_since.astimezone(UTC).date() if contact.restricted_since else day
    dispute = f.Rectification(
        restricted_on=f.Fact(since, f"contacts:{contact.id}.restricted_since"),
        answer_by=f.Fact(answer_by, f"cases:{facts.case.value}.safe_due"),
    )
    return replace(facts, rectification=dispute)


def _assessment(row: Assessment) -> f.Assessment:
    at = f"assessments:{row.id}"
    return f.Assessment(
        interest=f.Fact(row.interest, f"{at}.interest"),
        weighed_on=f.Fact(row.weighed_on, f"{at}.weighed_on"),
        weighed_by=f.Fact(row.weighed_by, f"{at}.weighed_by"),
        outcome=f.Fact(row.outcome, f"{at}.outcome"),
    )


def controller_of(account: Account) -> f.Controller:
    """The controller as the account's record has it."""
    at = f"accounts:{account.id}"
    countries = tuple(account.storage_countries) if account.storage_countries else None
    return f.Controller(
        name=_fact(account.controller_name, at, "controller_name"),
        seat=_fact(account.controller_seat, at, "controller_seat"),
        email=_fact(account.controller_email, at, "controller_email"),
        representative=_fact(account.representative, at, "representative"),
        officer=_fact(account.officer, at, "officer"),
        authority=_fact(account.authority, at, "authority"),
        storage_countries=_fact(countries, at, "storage_countries"),
        safeguards=_fact(account.safeguards, at, "safeguards"),
    )


def _fact(value: T | None, record: str, column: str) -> f.Fact[T] | None:
    return None if value is None else f.Fact(value, f"{record}.{column}")


def _provenance(row: Provenance) -> f.Provenance:
    at = f"provenance:{row.id}"
    return f.Provenance(
        items=f.Fact(tuple(row.items), f"{at}.items"),
        source_kind=f.Fact(f.SourceKind(row.source_kind), f"{at}.source_kind"),
        source=_fact(row.source, at, "source"),
        obtained_on=_fact(row.obtained_on, at, "obtained_on"),
        obtained_by=_fact(row.obtained_by, at, "obtained_by"),
        verified_with=_fact(row.verified_with, at, "verified_with"),
        publicly_accessible=_fact(row.publicly_accessible, at, "publicly_accessible"),
        purpose=_fact(row.purpose, at, "purpose"),
        reason=_fact(row.reason, at, "reason"),
        recipients=_fact(_words(row.recipients), at, "recipients"),
        stored_in=_fact(_words(row.stored_in), at, "stored_in"),
        keep_until=_fact(row.keep_until, at, "keep_until"),
    )


def _words(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _held(contact: Contact) -> tuple[f.HeldItem, ...]:
    values = ((field, getattr(contact, field)) for field in HELD_FIELDS)
    return tuple(f.HeldItem(field, f.Fact(value, f"contacts:{contact.id}.{field}")) for field, value in values if value)


def _correspondence(person: Person) -> tuple[f.Correspondence, ...]:
    sent = (
        f.Correspondence(
            "out",
            f.Fact(row.sent_at.astimezone(UTC), f"outreach_messages:{row.id}.sent_at"),
            f.Fact(row.subject or "", f"outreach_messages:{row.id}.subject"),
            f.Fact(row.message_id or "", f"outreach_messages:{row.id}.message_id"),
        )
        for row in person.outreach
    )
    came = (
        f.Correspondence(
            "in",
            f.Fact(received_at, f"replies:{reply_id}.received_at"),
            f.Fact("", f"replies:{reply_id}.subject"),
            f.Fact(message_id or "", f"replies:{reply_id}.message_id"),
        )
        for reply_id, received_at, message_id in person.came
    )
    return (*sent, *came)
