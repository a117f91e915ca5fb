"""The standing of a person at the moment of deciding."""

from dataclasses import dataclass

from classifiers.intents import Intent
from responses.facts import Section


@dataclass(frozen=True, slots=True)
class Counters:
    """Letters that already went out or wait to, counted when a new one is decided."""

    contact_7_days: int = 0
    contact_30_days: int = 0
    domain_1_hour: int = 0
    all_1_hour: int = 0
    same_message: int = 0
    """Letters about other mails with the very Message-ID that is being decided."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open, stopped and counted for one person; the empty standing is that of a stranger."""

    kind: str | None = None
    """Kind of contact: `employee`, `role`, `sole_trader`, `consumer`; None for strangers."""
    language: str | None = None
    promise: str = "none"
    """What the footer of the campaign promised: `none`, `remove` or `delete`."""
    suppressed: bool = False
    letters_off: bool = False
    """A letter to this person bounced."""
    erasing: bool = False
    """Their erasure is in its grace, or under way."""
    letter_waits: bool = False
    """A letter that answers an earlier mail of theirs has not left yet."""
    mail_waits: bool = False
    """An earlier mail of theirs waits for a person."""
    open_rights: frozenset[Intent] = frozenset()
    """Rights whose clock another mail of theirs has started."""
    told: frozenset[Section] = frozenset()
    """What letters about this very mail say already: it is decided again since its sender was proved meanwhile."""
    missing_facts: tuple[tuple[Section, str], ...] = ()
    """Facts that a section needs and no record holds."""
    counters: Counters = Counters()
