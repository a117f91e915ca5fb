"""Who really sent this: evidence computed from the message and our records, never from what a text claims."""

from collections.abc import Collection

from classifiers.reading.message import Message
from daemon.decisions.case import Evidence, Level
from daemon.records.digests import BadAddress, normal_form


def sender_address(message: Message) -> str | None:
    """Normal form of the one From mailbox; None for several From lines or mailboxes, or anything malformed.

    Address parsers disagree about malformed fields (CVE-2023-27043), so that any defect is no identity.
    """
    if message.from_fields != 1 or len(message.from_) != 1 or message.defects:
        return None
    try:
        return normal_form(message.from_[0].address)
    except BadAddress:
        return None


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
