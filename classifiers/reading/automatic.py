"""Automatic mail: decided by rules before any model is asked, and never answered."""

from dataclasses import dataclass
from enum import StrEnum


class AutomaticKind(StrEnum):
    """What sort of machine wrote this."""

    AUTO_REPLY = "auto_reply"
    DEPARTED = "departed"
    BOUNCE = "bounce"
    ABUSE_REPORT = "abuse_report"
    UNSUBSCRIBE = "unsubscribe"
    RECEIPT = "receipt"
    CHALLENGE = "challenge"
    LIST = "list"
    OWN = "own"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Automatic:
    """A mail that no person wrote to us: its kind and the rule that found it."""

    kind: AutomaticKind
    hard: bool | None
    """For a bounce: permanent (True) or temporary/policy (False); None for other kinds or where nothing says."""
    recipients: tuple[str, ...]
    """Whom it is about: failed recipients of a bounce, the complaining recipient of a report."""
    original_message_ids: tuple[str, ...]
    """Identifiers of our messages that it returns or refers to."""
    rule: str
    """Name of the rule row that matched."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours: addresses that we send or receive under (lower case), and the token in our own Message-IDs."""

    addresses: frozenset[str] = frozenset()
    message_id_domains: frozenset[str] = frozenset()
