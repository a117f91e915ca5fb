"""The case of one reply: everything that deciding may look at, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from classifiers.prediction import Prediction
from classifiers.reading import Reading


class Level(StrEnum):
    """How strongly something shows that the contact really sent this (docs/glossary.md, "evidence")."""

    CLAIM = "E0"
    """The one From mailbox equals the stored address."""
    THREAD = "E1"
    """It refers to a message that went to that address only, or quotes its text."""
    DOMAIN = "E2"
    """The sender's domain vouches for it: aligned DKIM."""
    CODE = "E3"
    """A one-time code that was sent to the stored address came back."""
    PERSON = "E4"
    """A person decided, and said why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence and the rule that found it."""

    level: Level
    rule: str


class Known(StrEnum):
    """Whom a message was matched to."""

    CONTACT = "contact"
    ERASED = "erased"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Match:
    """Message to contact: who, found how, and whether another address wrote than the one that was written to."""

    known: Known
    contact_id: int | None
    matched_by: str
    """`references`, `address`, `returned` (a bounce's original), `letter` (it returns one of our letters) or `none`."""
    other_sender: bool
    """The thread belongs to the contact, but the From address is not theirs."""
    by_name_only: bool = False
    """A bounce or report names the contact, and brings back nothing that went to them."""


class CodeRefused(StrEnum):
    """Why something in a reply that looks like a one-time code proves nothing."""

    QUOTED = "code_quoted"
    """Our letter came back with its code, and nobody had typed it."""
    DENIED = "code_denied"
    """It stands beside words with which people say that they asked for nothing."""
    FOREIGN = "code_foreign"
    """It went to somebody else than the person whom the reply is from."""
    WRONG = "code_wrong"
    """No code that is open: mistyped, guessed, used, or too late."""


@dataclass(frozen=True, slots=True)
class Case:
    """One reply as it stands before deciding."""

    received_at: datetime
    answered: bool
    r"""\Answered, or a later message from us is in the thread: a person was there first."""
    reading: Reading
    match: Match
    evidence: tuple[Evidence, ...]
    prediction: Prediction
    sender: str | None
    """Normal form of the one well-formed From address, proved or not."""
    refers_to: tuple[str, ...]
    """Message-IDs that the message says it answers, nearest first."""
    failed_recipients: tuple[str, ...]
    """Normal forms of the addresses that a bounce or report is about."""
    truncated: bool = False
    """The mail was too large to be fetched whole; its end is not known."""
    returned_challenge: int | None = None
    """The challenge whose code stands in the reply's own text, still open and sent to this very contact."""
    code_refused: CodeRefused | None = None
    """Why what looks like a code proves nothing; None also where there is none."""

    def has(self, level: Level) -> bool:
        """Whether there is any evidence of this level."""
        return any(evidence.level is level for evidence in self.evidence)
