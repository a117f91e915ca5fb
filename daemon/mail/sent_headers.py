"""The header of a mail in Sent, read from its raw fields: cheap, linear, and never in error. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from classifiers.reading.addresses import identifiers
from daemon.records.digests import BadAddress, normal_form

FIELDS = ("Message-ID", "From", "To", "Cc", "Bcc", "Date", "In-Reply-To", "Auto-Submitted")
"""What is fetched of every mail; its text only where it went to a contact."""

MOST_RECIPIENTS = 500
_MOST_FIELD_CHARS = 64_000
_MOST_DATE_CHARS = 100
_FIELD = re.compile(r"^([!-9;-~]{1,80}):(.*(?:\n[ \t].*)*)", re.MULTILINE)
_QUOTED = re.compile(r'"(?:[^"\\]+|\\.?)*"?|\([^()]*\)', re.DOTALL)
"""Display names and comments, in which an address is nobody's; a quote that never ends takes the rest of the field."""
_ADDRESS = re.compile(r"[^\s<>(),;:\"\[\]\\@]{1,64}@[^\s<>(),;:\"\[\]\\@]{1,255}")


@dataclass(frozen=True, slots=True)
class SentHeader:
    """One mail of ours: its identifier, to whom it went (normal forms), and what it answers."""

    uid: int
    message_id: str | None
    senders: frozenset[str]
    recipients: frozenset[str]
    date: datetime | None
    """The Date field, which our own program wrote."""
    in_reply_to: str | None
    """The message that a person of ours answered by it; None for automatic mail (RFC 3834 section 5)."""


def sent_header(uid: int, block: bytes) -> SentHeader:
    """Read a block of the raw `FIELDS`; whatever cannot be read is left out."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(block.decode("utf-8", "replace").replace("\r", "").replace("\0", "")):
        key = name.lower()
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    answered = identifiers(fields.get("in-reply-to", "")[:_MOST_FIELD_CHARS])
    own = identifiers(fields.get("message-id", "")[:_MOST_FIELD_CHARS])
    return SentHeader(
        uid=uid,
        message_id=own[0] if own else None,
        senders=frozenset(addresses(fields.get("from", ""))),
        recipients=frozenset(form for name in ("to", "cc", "bcc") for form in addresses(fields.get(name, ""))),
        date=_date(fields.get("date", "")),
        in_reply_to=answered[0] if answered and not _is_automatic(fields) else None,
    )


def addresses(field: str) -> Iterator[str]:
    """Normal forms of the addresses of one field; of `Name <address>` the one in angle brackets."""
    for part in re.split("[,;]", _QUOTED.sub(" ", field[:_MOST_FIELD_CHARS]))[:MOST_RECIPIENTS]:
        _, bracket, behind = part.partition("<")
        if found := _ADDRESS.search(behind if bracket else part):
            try:
                yield normal_form(found[0])
            except BadAddress:
                continue


def _is_automatic(fields: dict[str, str]) -> bool:
    word = fields.get("auto-submitted", "no").partition(";")[0].strip().lower()
    return word != "no"


def _date(field: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(field.strip()[:_MOST_DATE_CHARS])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
