"""What an erasure waits for: named questions about one person, asked before each of its steps.

Values in, reasons out. A step is taken when no question of its row holds; the names of those that do are what
`replyd erasures list` shows, and `REASONS` says each in a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, ErasureState

KNOWLEDGE = frozenset({Intent.DATA_SOURCE, Intent.ACCESS, Intent.LEGAL_BASIS})
"""Rights to know something: afterwards nobody could answer them (Art. 15; APD/GBA 108/2024)."""

BOUNCE_WAIT = timedelta(hours=72)
"""How long a letter that gave knowledge may still come back."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How one erasure stands at a moment."""

    state: ErasureState
    now: datetime
    grace_until: datetime
    open_rights: frozenset[Intent] = frozenset()
    """Rights of this person whose clock still runs."""
    restricted: bool = False
    """Their data are in dispute, and stored until that is settled (Art. 18(1)(a))."""
    unread_mail: bool = False
    """Mail has come that nobody has looked at: it may be theirs."""
    waiting_replies: tuple[int, ...] = ()
    """Replies of theirs that wait for a person, beside the one that asked for the erasure."""
    open_letters: tuple[int, ...] = ()
    """Letters to them that have neither left nor been withdrawn, beside those of the erasure."""
    knowledge_sent_at: datetime | None = None
    """When the last letter left that gave knowledge."""
    letters_off: bool = False
    """A letter to them bounced."""
    suppressed: bool = True
    without_letter: bool = False
    """A person has decided that it ends without a letter."""
    unanswerable: bool = False
    """No letter may answer the mail that asked for it."""
    language: str | None = None
    """Language of its letters, where there are templates for it."""
    open_tasks: int = 0
    completion: DeliveryState | None = None
    """Where the completion letter is."""


Holds = Callable[[Progress], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that an erasure may have to wait for."""

    name: str
    meaning: str
    holds: Holds


_GRACE = Question("grace", "a person can still undo it", lambda p: p.now < p.grace_until)
_KNOWLEDGE_OPEN = Question(
    "knowledge_open",
    "they asked to know something, and are not answered yet",
    lambda p: bool(p.open_rights & KNOWLEDGE),
)
_DISPUTE = Question(
    "dispute_open",
    "the data are in dispute: settle the request for correction first",
    lambda p: p.restricted or Intent.RECTIFICATION in p.open_rights,
)
_UNREAD = Question("mail_unread", "mail waits that was not looked at yet and may be theirs", lambda p: p.unread_mail)
_REPLY_WAITS = Question(
    "reply_waits", "another mail of theirs waits for a person: `replyd review`", lambda p: bool(p.waiting_replies)
)
_LETTER_OPEN = Question(
    "letter_open", "a letter to them has not left: `replyd letters list`", lambda p: bool(p.open_letters)
)
_MAY_BOUNCE = Question(
    "may_bounce",
    "a letter with what they asked to know left less than 72 hours ago and may still come back",
    lambda p: p.knowledge_sent_at is not None and p.now < p.knowledge_sent_at + BOUNCE_WAIT,
)
_LETTERS_OFF = Question(
    "letters_off",
    "a letter to them bounced: `replyd requests letters-on`, or `replyd erasures finish --without-letter`",
    lambda p: p.letters_off and not p.without_letter,
)
_NOT_SUPPRESSED = Question(
    "not_suppressed",
    "outreach to them was let on again: undo the erasure, or `replyd suppress add`",
    lambda p: not p.suppressed,
)
_TASKS = Question(
    "tasks_open", "declared systems are not ticked off yet: `replyd tasks list`", lambda p: p.open_tasks > 0
)
_NO_LETTER = Question(
    "no_letter",
    "no letter can be written by machine: write to them, then `replyd erasures finish --without-letter`",
    lambda p: not p.without_letter and (p.unanswerable or p.language is None),
)
_UNDER_WAY = Question(
    "completion_under_way",
    "the completion letter has not left yet",
    lambda p: p.completion in {DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING},
)
_WITH_PERSON = Question(
    "completion_with_person",
    "the completion letter waits for a person: `replyd letters list`",
    lambda p: p.completion in {DeliveryState.HELD, DeliveryState.IN_DOUBT, DeliveryState.REFUSED},
)
_WITHDRAWN = Question(
    "completion_withdrawn",
    "the completion letter was withdrawn: `replyd erasures finish --without-letter`",
    lambda p: p.completion in {None, DeliveryState.WITHDRAWN} and not p.without_letter,
)

BEFORE: Mapping[ErasureState, tuple[Question, ...]] = {
    # Before the purge: knowledge first, nothing left to be judged, and a way to undo it until the grace is over.
    ErasureState.GRACE: (
        _GRACE, _KNOWLEDGE_OPEN, _DISPUTE, _UNREAD, _REPLY_WAITS, _LETTER_OPEN, _MAY_BOUNCE, _LETTERS_OFF,
        _NOT_SUPPRESSED,
    ),
    # Before the completion letter: every system is ticked, and there can be a letter.
    ErasureState.PURGED: (_TASKS, _LETTERS_OFF, _NO_LETTER),
    # Before the address goes: the letter was accepted, and nobody needs the address for anything else.
    ErasureState.COMPLETING: (
        _UNDER_WAY, _WITH_PERSON, _WITHDRAWN, _KNOWLEDGE_OPEN, _UNREAD, _REPLY_WAITS, _LETTER_OPEN,
    ),
}  # fmt: skip
"""What each state waits for before the next one; the states that are not here have none."""

REASONS: Mapping[str, str] = {question.name: question.meaning for row in BEFORE.values() for question in row}
"""Every reason in a sentence."""


def reasons(progress: Progress) -> tuple[str, ...]:
    """Names of all that the next step waits for; empty when it may be taken, or when there is none."""
    return tuple(question.name for question in BEFORE.get(progress.state, ()) if question.holds(progress))
