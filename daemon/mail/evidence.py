"""Who really sent this: evidence computed from the message and our records, never from what a text claims."""

from collections.abc import Collection

from classifiers.reading.message import Message
from daemon.decisions.case import Evidence, Level
from daemon.records.digests import BadAddress, normal_form

_ELSEWHERE = frozenset({"part", "to", "cc", "reply-to"})
"""Where a defect says nothing of who wrote: the body, and fields that name others."""


def sender_address(message: Message) -> str | None:
    """Normal form of the one From mailbox; None for several From lines or mailboxes, or anything malformed.

    Address parsers disagree about malformed fields (CVE-2023-27043), so that a defect is no identity, unless it is
    known to stand elsewhere.
    """
    if message.from_fields != 1 or len(message.from_) != 1 or not all(map(_leaves_identity, message.defects)):
        return None
    try:
        return normal_form(message.from_[0].address)
    except BadAddress:
        return None


def _leaves_identity(defect: str) -> bool:
    """Whether the author and the frame of the header are certain in spite of a defect; one we do not know leaves none.

    A field that is there twice never does: which of the two counts is where parsers differ.
    """
    name, _, field = defect.partition(":")
    if name == "FieldTooLongDefect":
        return field not in {"from", "sender"}
    if name.startswith("MailParserError("):
        return True  # it fails on bodies; addresses are read without it
    return field in _ELSEWHERE and name != "DuplicateFieldDefect"


def referred_ids(message: Message) -> tuple[str, ...]:
    """Message-IDs that the message says it answers, nearest first, each once (RFC 5322 section 3.6.4)."""
    return tuple(dict.fromkeys((*message.in_reply_to, *reversed(message.references))))


def evidence_of(message: Message, stored_address: str, sent_to_them_only: Collection[str]) -> tuple[Evidence, ...]:
    """All evidence that the person at `stored_address` (a normal form) sent this message.

    `sent_to_them_only` are the Message-IDs that went to that address and to no other.
    """
    found = []
    if sender_address(message) == stored_address:
        found.append(Evidence(Level.CLAIM, "from_equals_stored_address"))
    if any(message_id in sent_to_them_only for message_id in referred_ids(message)):
        found.append(Evidence(Level.THREAD, "refers_to_message_sent_to_them_only"))
    return tuple(found)


QUOTES = Evidence(Level.THREAD, "quotes_text_sent_to_them_only")
"""As good as an identifier, for clients that leave it out (daemon/mail/sent_quotes.py)."""
