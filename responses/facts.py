"""What a letter may say: facts, each with the identifier of the record that it comes from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class MissingFact(LookupError):  # noqa: N818  an outcome that callers name, not a fault
    """A letter needs a fact that no record holds; the letter goes to a person."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"no record holds the fact {fact!r}; add it and try again")
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Fact(Generic[T_co]):
    """One value and where it is stored, for example `Fact(date(2026, 3, 2), "provenance:12.obtained_on")`."""

    value: T_co
    record: str


class SourceKind(StrEnum):
    """How a piece of data came to the controller."""

    COMPANY_WEBSITE = "company_website"
    PROFESSIONAL_NETWORK = "professional_network"
    PUBLIC_REGISTER = "public_register"
    DIRECTORY = "directory"
    PURCHASED_LIST = "purchased_list"
    LIST_BUILT_TO_ORDER = "list_built_to_order"
    EVENT = "event"
    REFERRAL = "referral"
    GIVEN_BY_PERSON = "given_by_person"
    GUESSED_AND_VERIFIED = "guessed_and_verified"


class Section(StrEnum):
    """One part of a letter; they combine in this order, save those that `responses.answer.APART` keeps apart."""

    OPT_OUT = "opt_out"
    DATA_SOURCE = "data_source"
    ACCESS = "access"
    LEGAL_BASIS = "legal_basis"
    """The legitimate interest as it was argued on record (Art. 6(1)(f))."""
    RECTIFICATION = "rectification"
    """Received, being checked, restricted meanwhile (Art. 16, 18(1)(a))."""
    ERASURE_INTERIM = "erasure_interim"
    ERASURE_COMPLETED = "erasure_completed"
    EXTENSION = "extension"
    """An answer takes longer than a month (Art. 12(3))."""
    CHALLENGE = "challenge"
    """Asks the stored address for a one-time code; the same text for everybody."""


class HowErased(StrEnum):
    """How it is known that a system holds nothing more."""

    VERIFIED = "verified"
    """It was searched again afterwards, and nothing was found."""
    TICKED = "ticked"
    """A person erased it there by hand and said so."""


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers (GDPR Art. 4(7), 13(1)(a)-(b)): None where no record holds it."""

    name: Fact[str] | None
    seat: Fact[str] | None
    """Postal address, one line."""
    email: Fact[str] | None
    representative: Fact[str] | None
    """Art. 27 representative; None is a valid answer for a seat inside the EEA."""
    officer: Fact[str] | None
    """Data-protection officer with a way to reach them; None where there is none."""
    authority: Fact[str] | None
    """Supervisory authority where a person may complain (Art. 77)."""
    storage_countries: Fact[tuple[str, ...]] | None
    """ISO 3166 codes, or names as they should stand in a letter; at least one."""
    safeguards: Fact[str] | None = None
    """What protects data outside the EEA (Art. 15(2), 46), in words; needed only where such a country is named."""
    automated_decisions: Fact[bool] | None = None
    """Whether anybody is subject to decisions by machine alone (Art. 22); a yes needs a person to explain it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How some of the person's data came (Art. 14(2)(f)): one row for one set of items from one source."""

    items: Fact[tuple[str, ...]]
    """Which fields of the contact came this way, by column name: email, name, company, position, country."""
    source_kind: Fact[SourceKind]
    source: Fact[str] | None
    """URL, supplier, event or person."""
    obtained_on: Fact[date] | None
    obtained_by: Fact[str] | None
    verified_with: Fact[str] | None
    """Tool or way by which a guessed or found address was checked."""
    publicly_accessible: Fact[bool] | None
    purpose: Fact[str] | None
    reason: Fact[str] | None
    """Why this person: targeting criteria, the legitimate interest in words."""
    recipients: Fact[tuple[str, ...]] | None
    """Who received the data, by name (Art. 15(1)(c), C-154/21); an empty tuple states that nobody did."""
    stored_in: Fact[tuple[str, ...]] | None
    keep_until: Fact[date] | None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One piece of personal data that is stored: its field name and its value in words."""

    field: str
    value: Fact[str]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One mail that went to the person or came from them."""

    direction: str
    """`out` or `in`."""
    at: Fact[datetime]
    subject: Fact[str]
    message_id: Fact[str]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The balancing test of Art. 6(1)(f), as it was written down."""

    interest: Fact[str]
    """The legitimate interest, in words (Art. 14(2)(b))."""
    weighed_on: Fact[date]
    weighed_by: Fact[str]
    outcome: Fact[str]
    """In words, with what spoke for the person."""


@dataclass(frozen=True, slots=True)
class Rectification:
    """A dispute about whether data are right."""

    restricted_on: Fact[date]
    """Day since which the data are restricted in their use (Art. 18(1)(a))."""
    answer_by: Fact[date]


@dataclass(frozen=True, slots=True)
class ErasedSystem:
    """One system that no longer holds the person's data."""

    name: Fact[str]
    on: Fact[date]
    how: Fact[HowErased]
    items: Fact[tuple[str, ...]] | None = None
    """What was erased there, by column name."""


@dataclass(frozen=True, slots=True)
class OpenSystem:
    """One system that still has to be erased, or to be verified."""

    name: Fact[str]
    due: Fact[date]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that outlasts an erasure beside the digest and the log (Art. 17(3)): what, why, until when."""

    what: Fact[str]
    why: Fact[str]
    until: Fact[date] | None


@dataclass(frozen=True, slots=True)
class Extension:
    """More time for some of what was asked (Art. 12(3))."""

    rights: Fact[tuple[str, ...]]
    """By intent: access, data_source, legal_basis, rectification, erasure."""
    until: Fact[date]
    reasons: Fact[str]


@dataclass(frozen=True, slots=True)
class Challenge:
    """A one-time code for whoever reads the stored address."""

    code: Fact[str]
    valid_until: Fact[date]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one letter may draw on, frozen when it was decided."""

    controller: Controller
    provenance: tuple[Provenance, ...]
    held: tuple[HeldItem, ...]
    correspondence: tuple[Correspondence, ...]
    suppressed_on: Fact[date] | None
    """Day from which outreach to the person's address is stopped for good."""
    received_at: Fact[datetime]
    """When the reply that is answered reached the mailbox."""
    case: Fact[str]
    """Case reference, for example `R-7K3M9`."""
    opening: Fact[str]
    """Opening of the ledger's commitment to this person, proof for them and for nobody else."""
    address: Fact[str]
    """The stored address; the letter goes there and nowhere else."""
    name: Fact[str] | None
    assessment: Assessment | None = None
    rectification: Rectification | None = None
    erased: tuple[ErasedSystem, ...] = ()
    open_systems: tuple[OpenSystem, ...] = ()
    kept: tuple[Kept, ...] = ()
    extension: Extension | None = None
    challenge: Challenge | None = None
