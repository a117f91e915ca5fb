"""Invented facts that every letter can be written from."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from responses.facts import (
    Assessment,
    Challenge,
    Controller,
    Correspondence,
    ErasedSystem,
    Extension,
    Fact,
    Facts,
    HeldItem,
    HowErased,
    Kept,
    OpenSystem,
    Provenance,
    Rectification,
    SourceKind,
)


@pytest.fixture
def website_row() -> Provenance:
    """Some data from a company's own website."""
    return Provenance(
        items=Fact(("name", "company", "position", "country"), "provenance:12.items"),
        source_kind=Fact(SourceKind.COMPANY_WEBSITE, "provenance:12.source_kind"),
        source=Fact("https://www.muster-maschinenbau.example/team", "provenance:12.source"),
        obtained_on=Fact(date(2026, 3, 2), "provenance:12.obtained_on"),
        obtained_by=Fact("research desk of Nordwind Software GmbH", "provenance:12.obtained_by"),
        verified_with=None,
        publicly_accessible=Fact(value=True, record="provenance:12.publicly_accessible"),
        purpose=Fact("Offering planning software to machine builders", "provenance:12.purpose"),
        reason=Fact(
            "Your company announced a second plant in February 2026 and you lead its production; planning software"
            " is of use in such a project. Your interest in not being approached was weighed on 1 March 2026.",
            "provenance:12.reason",
        ),
        recipients=Fact(("Woodpecker.co S.A.",), "provenance:12.recipients"),
        stored_in=Fact(("customer database", "mailbox"), "provenance:12.stored_in"),
        keep_until=Fact(date(2027, 3, 2), "provenance:12.keep_until"),
    )


@pytest.fixture
def guessed_row(website_row) -> Provenance:
    """Return the row of an address that was worked out and then checked."""
    return Provenance(
        items=Fact(("email",), "provenance:13.items"),
        source_kind=Fact(SourceKind.GUESSED_AND_VERIFIED, "provenance:13.source_kind"),
        source=Fact("your name and the address pattern of the website", "provenance:13.source"),
        obtained_on=Fact(date(2026, 3, 3), "provenance:13.obtained_on"),
        obtained_by=Fact("research desk of Nordwind Software GmbH", "provenance:13.obtained_by"),
        verified_with=Fact("Mailprobe (asks the mail server)", "provenance:13.verified_with"),
        publicly_accessible=Fact(value=False, record="provenance:13.publicly_accessible"),
        purpose=Fact(website_row.purpose.value, "provenance:13.purpose"),
        reason=Fact(website_row.reason.value, "provenance:13.reason"),
        recipients=Fact(("Woodpecker.co S.A.",), "provenance:13.recipients"),
        stored_in=Fact(("customer database",), "provenance:13.stored_in"),
        keep_until=Fact(date(2027, 3, 2), "provenance:13.keep_until"),
    )


@pytest.fixture
def controller() -> Controller:
    """Return a controller with everything on record."""
    return Controller(
        name=Fact("Nordwind Software GmbH", "account:1.controller_name"),
        seat=Fact("Hafenstraße 4, 20457 Hamburg, Germany", "account:1.controller_seat"),
        email=Fact("privacy@nordwind.example", "account:1.controller_email"),
        representative=None,
        officer=Fact("dpo@nordwind.example", "account:1.officer"),
        authority=Fact(
            "Der Hamburgische Beauftragte für Datenschutz und Informationsfreiheit, datenschutz-hamburg.example",
            "account:1.authority",
        ),
        storage_countries=Fact(("DE", "IE"), "account:1.storage_countries"),
        safeguards=None,
        automated_decisions=Fact(value=False, record="account:1.automated_decisions"),
    )


@pytest.fixture
def erased_systems() -> tuple[ErasedSystem, ...]:
    """Return a system that was searched again, and one that a person ticked off."""
    return (
        ErasedSystem(
            Fact("customer database", "erasure:8.system"),
            Fact(date(2026, 3, 13), "erasure:8.on"),
            Fact(HowErased.VERIFIED, "erasure:8.how"),
            Fact(("name", "company", "position", "country"), "erasure:8.items"),
        ),
        ErasedSystem(
            Fact("shared sales folder", "erasure:9.system"),
            Fact(date(2026, 3, 16), "erasure:9.on"),
            Fact(HowErased.TICKED, "erasure:9.how"),
        ),
    )


@pytest.fixture
def facts(controller, website_row, guessed_row) -> Facts:
    """Return all that a letter needs while nothing is erased yet."""
    held = {
        "email": "erika.muster@muster-maschinenbau.example",
        "name": "Erika Muster",
        "company": "Muster Maschinenbau AG",
        "position": "Head of production",
        "country": "DE",
    }
    return Facts(
        controller=controller,
        provenance=(website_row, guessed_row),
        held=tuple(HeldItem(field, Fact(value, f"contact:7.{field}")) for field, value in held.items()),
        correspondence=(
            Correspondence(
                "out",
                Fact(datetime(2026, 3, 9, 8, 30, tzinfo=UTC), "outreach:31.sent_at"),
                Fact("Planning for your second plant", "outreach:31.subject"),
                Fact("<m31.token@nordwind.example>", "outreach:31.message_id"),
            ),
            Correspondence(
                "in",
                Fact(datetime(2026, 3, 10, 17, 5, tzinfo=UTC), "reply:44.received_at"),
                Fact("Re: Planning for your second plant", "reply:44.subject"),
                Fact("<reply44@muster-maschinenbau.example>", "reply:44.message_id"),
            ),
        ),
        suppressed_on=Fact(date(2026, 3, 10), "suppression:5.since"),
        received_at=Fact(datetime(2026, 3, 10, 17, 5, tzinfo=UTC), "reply:44.received_at"),
        case=Fact("R-7K3M9", "request:3.reference"),
        opening=Fact("q8Zt-4mWc-Lr2P-x7Hn", "request:3.opening"),
        address=Fact("erika.muster@muster-maschinenbau.example", "contact:7.email"),
        name=Fact("Erika Muster", "contact:7.name"),
        assessment=Assessment(
            interest=Fact("Finding machine builders for whom planning software is of use", "assessment:2.interest"),
            weighed_on=Fact(date(2026, 3, 1), "assessment:2.weighed_on"),
            weighed_by=Fact("J. Petersen, head of sales, with the data protection officer", "assessment:2.weighed_by"),
            outcome=Fact(
                "Our interest prevails for one mail about work to an address at work, as long as the person does not"
                " object; it would not for private addresses or further mails.",
                "assessment:2.outcome",
            ),
        ),
        rectification=Rectification(
            restricted_on=Fact(date(2026, 3, 10), "pause:6.since"),
            answer_by=Fact(date(2026, 4, 10), "request:3.due"),
        ),
        open_systems=(OpenSystem(Fact("Woodpecker", "erasure:10.system"), Fact(date(2026, 3, 24), "erasure:10.due")),),
        kept=(
            Kept(
                Fact("Backups of the customer database", "kept:1.what"),
                Fact("they are replaced in turn, and after a restore the erasure is repeated", "kept:1.why"),
                Fact(date(2026, 4, 15), "kept:1.until"),
            ),
        ),
        extension=Extension(
            Fact(("erasure",), "extension:1.rights"),
            Fact(date(2026, 6, 10), "extension:1.until"),
            Fact("A supplier of ours has to erase your data by hand and has asked for time.", "extension:1.reasons"),
        ),
        challenge=Challenge(
            Fact("Q7MX-2RKD-9TFA-LW3C", "challenge:4.code"), Fact(date(2026, 3, 17), "challenge:4.valid_until")
        ),
    )


@pytest.fixture
def suited(facts, erased_systems) -> Callable[[Collection[str]], Facts]:
    """Return the facts as they are when a letter is due: nothing is erased before the answer, or open at the end."""

    def at_that_time(sections: Collection[str]) -> Facts:
        if "erasure_completed" in sections:
            return replace(facts, erased=erased_systems, open_systems=())
        answers = {"data_source", "access", "legal_basis"} & set(sections)
        return facts if answers else replace(facts, erased=erased_systems)

    return at_that_time
