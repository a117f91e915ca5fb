"""The states of replies, requests, deliveries, erasures and challenges, and which transitions there are."""

from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)


class ReplyState(StrEnum):
    """Where a reply stands; every reply is in exactly one of these."""

    RECEIVED = "received"
    """Stored, not yet decided; a claim on it is `claim_token` and `claimed_until`."""
    HANDLED = "handled"
    """Decided and carried out without a person, or by one."""
    AUTOMATIC = "automatic"
    """A machine wrote it; its effects, if any, are done."""
    REVIEW = "review"
    """Waits for a person."""
    SHADOWED = "shadowed"
    """Decided, shown and not carried out, since the mode is shadow."""
    NOT_OURS = "not_ours"
    """Matches no contact, no sent message and no right; its body is dropped."""
    FAILED = "failed"
    """Could not be handled; its bytes are kept and a person can have it tried again."""


class RequestState(StrEnum):
    """Where one right asked for stands."""

    OPEN = "open"
    """The clock runs and the machine is to answer."""
    WITH_PERSON = "with_person"
    """The clock runs and a person is to act."""
    ANSWERED = "answered"
    """The letter was accepted for delivery."""
    CLOSED = "closed"
    """A person closed it, with a reason in the ledger."""


class DeliveryState(StrEnum):
    """Where a letter stands on its way out."""

    HELD = "held"
    """Waits for a person's key."""
    QUEUED = "queued"
    """May be claimed from `not_before` on."""
    CLAIMED = "claimed"
    """A worker prepares it; nothing of the letter has been transmitted yet."""
    TRANSMITTING = "transmitting"
    """The text may be on the wire; from here a crash leaves a doubt."""
    SENT = "sent"
    """The server said that it accepted the letter."""
    IN_DOUBT = "in_doubt"
    """It may or may not have been accepted; never sent again by machine."""
    REFUSED = "refused"
    """The server refused it for good."""
    WITHDRAWN = "withdrawn"
    """A person decided against it, or a later reply made it void."""


class ErasureState(StrEnum):
    """Where the erasure of one person stands."""

    GRACE = "grace"
    """Decided; nothing is deleted yet, and a person can undo it."""
    PURGED = "purged"
    """All that was stored here is gone but the address; declared systems may still be open."""
    COMPLETING = "completing"
    """Every system is verified or ticked; the completion letter waits, or is on its way."""
    DONE = "done"
    """The address is gone too; a keyed digest stays."""
    UNDONE = "undone"
    """A person decided otherwise within the grace."""


class ChallengeState(StrEnum):
    """Where a one-time code stands."""

    OPEN = "open"
    """It was sent, or is about to be, and may come back."""
    PASSED = "passed"
    """It came back in time."""
    EXPIRED = "expired"
    """It did not; a person looks at the reply."""
    VOID = "void"
    """A person decided about the reply without it."""


class TaskState(StrEnum):
    """Where a person's task in a declared system stands."""

    OPEN = "open"
    DONE = "done"


Transitions = dict[StrEnum, frozenset[StrEnum]]

REPLY: Transitions = {
    ReplyState.RECEIVED: frozenset(
        {
            ReplyState.HANDLED,
            ReplyState.AUTOMATIC,
            ReplyState.REVIEW,
            ReplyState.SHADOWED,
            ReplyState.NOT_OURS,
            ReplyState.FAILED,
        }
    ),
    # Back to the machine when the code came back that was sent because of it: the same reply, its sender now proved.
    ReplyState.REVIEW: frozenset({ReplyState.HANDLED, ReplyState.REVIEW, ReplyState.RECEIVED}),
    # A letter that cannot be rendered or delivered brings its reply back to a person; a code as above.
    ReplyState.HANDLED: frozenset({ReplyState.REVIEW, ReplyState.RECEIVED}),
    ReplyState.FAILED: frozenset({ReplyState.RECEIVED, ReplyState.HANDLED}),
    # What was only shown may be decided for real once the mode allows it.
    ReplyState.SHADOWED: frozenset({ReplyState.RECEIVED, ReplyState.HANDLED}),
    ReplyState.AUTOMATIC: frozenset(),
    ReplyState.NOT_OURS: frozenset(),
}

REQUEST: Transitions = {
    RequestState.OPEN: frozenset({RequestState.ANSWERED, RequestState.WITH_PERSON, RequestState.CLOSED}),
    RequestState.WITH_PERSON: frozenset({RequestState.OPEN, RequestState.ANSWERED, RequestState.CLOSED}),
    RequestState.ANSWERED: frozenset({RequestState.WITH_PERSON}),  # the letter bounced after all
    # A person who closed it sees it otherwise when they look at the same reply again.
    RequestState.CLOSED: frozenset({RequestState.OPEN, RequestState.WITH_PERSON}),
}

DELIVERY: Transitions = {
    DeliveryState.HELD: frozenset({DeliveryState.QUEUED, DeliveryState.WITHDRAWN}),
    DeliveryState.QUEUED: frozenset({DeliveryState.CLAIMED, DeliveryState.HELD, DeliveryState.WITHDRAWN}),
    # Back to the queue when the server was not there, or when its owner died before transmitting.
    DeliveryState.CLAIMED: frozenset(
        {DeliveryState.QUEUED, DeliveryState.TRANSMITTING, DeliveryState.HELD, DeliveryState.REFUSED}
    ),
    # Back to the queue when the server said in so many words that it did not take the letter, for now.
    DeliveryState.TRANSMITTING: frozenset(
        {DeliveryState.SENT, DeliveryState.IN_DOUBT, DeliveryState.REFUSED, DeliveryState.QUEUED}
    ),
    DeliveryState.IN_DOUBT: frozenset({DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.WITHDRAWN}),
    DeliveryState.REFUSED: frozenset({DeliveryState.QUEUED, DeliveryState.WITHDRAWN}),
    DeliveryState.SENT: frozenset(),
    DeliveryState.WITHDRAWN: frozenset(),
}

ERASURE: Transitions = {
    ErasureState.GRACE: frozenset({ErasureState.PURGED, ErasureState.UNDONE}),
    ErasureState.PURGED: frozenset({ErasureState.COMPLETING}),
    ErasureState.COMPLETING: frozenset({ErasureState.DONE}),
    ErasureState.DONE: frozenset(),
    ErasureState.UNDONE: frozenset({ErasureState.GRACE}),  # the same reply, judged once more
}

CHALLENGE: Transitions = {
    ChallengeState.OPEN: frozenset({ChallengeState.PASSED, ChallengeState.EXPIRED, ChallengeState.VOID}),
    ChallengeState.PASSED: frozenset(),
    ChallengeState.EXPIRED: frozenset(),
    ChallengeState.VOID: frozenset(),
}

TASK: Transitions = {TaskState.OPEN: frozenset({TaskState.DONE}), TaskState.DONE: frozenset({TaskState.OPEN})}

TABLES: dict[type[StrEnum], Transitions] = {
    ReplyState: REPLY,
    RequestState: REQUEST,
    DeliveryState: DELIVERY,
    ErasureState: ERASURE,
    ChallengeState: CHALLENGE,
    TaskState: TASK,
}


class ForbiddenTransition(ValueError):  # noqa: N818  named after what it refuses
    """A state change that no table allows: a fault of ours, never an outcome."""


def sources(target: S) -> tuple[S, ...]:
    """All states from which `target` may be reached, for the condition of a conditional update."""
    table = TABLES[type(target)]
    return tuple(state for state in type(target) if target in table[state])


def check(before: StrEnum, after: StrEnum) -> None:
    """Raise ForbiddenTransition unless the table of this kind of state has the step."""
    if after not in TABLES[type(before)][before]:
        raise ForbiddenTransition(f"{type(before).__name__}: {before} does not lead to {after}")
