"""Bytes to Message: one mail as the rest of replyd sees it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


class UnreadableMail(ValueError):  # noqa: N818 - the pipeline's word for this outcome
    """These bytes are no mail, or break a limit; the text says which."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost. A field or text above its limit is cut and listed; the rest is refused before parsing."""

    mail_bytes: int = 32 * MIB
    header_bytes: int = 256 * 1024
    fields: int = 1000
    field_bytes: int = 8 * 1024
    structured_field_bytes: int = 4 * 1024
    """For fields with a grammar (addresses, identifiers, MIME), whose parsers take quadratic time."""
    parts: int = 500
    containers: int = 100
    """`multipart/*` and `message/*` together, which bounds how deep they nest."""
    text_chars: int = 1_000_000
    returned_chars: int = 64 * 1024


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of an address field (RFC 5322 section 3.4): display name and addr-spec as written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree: what it says it is and how large it is, never its content."""

    content_type: str
    filename: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class HtmlText:
    """Visible text of an HTML body: what the writer added, what stands in quote elements; whether text was hidden."""

    own: str
    quoted: str
    hidden: bool
    signature: str = ""
    """Text of elements that a mail client marked as the signature."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, decoded, with hard limits on every field; attachments are never opened.

    Text of returned originals and attached mails (`message/*`) is in `returned` only, never in `plain` or `html`.
    Message identifiers keep their angle brackets.
    """

    header_fields: tuple[tuple[str, str], ...]
    """Every field in order: name as written, value unfolded, encoded words left as they are."""
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_fields: int
    """How many raw From lines there are; an identity needs exactly one."""
    from_: tuple[Mailbox, ...]
    sender: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    subject: str
    """Decoded, one line."""
    date: str
    """The Date field as written; the server's INTERNALDATE is what counts."""
    plain: str
    html: HtmlText | None
    parts: tuple[Part, ...]
    delivery_status: tuple[str, ...]
    """Text of each message/delivery-status part (RFC 3464)."""
    feedback_report: str
    """Text of the message/feedback-report part (RFC 5965)."""
    returned: str
    """Header and text of returned originals (message/rfc822, text/rfc822-headers), shortened."""
    defects: tuple[str, ...]
    """What the parsers complained of: `Name:field`, `Name:part` for the body, `Name` alone for the header as a whole.

    Those that say who wrote come first. daemon/mail/evidence.py says which of them an identity survives.
    """
    size_bytes: int

    def get_all(self, name: str) -> tuple[str, ...]:
        """Values of all fields of this name, compared without case, in order."""
        wanted = name.lower()
        return tuple(value for field, value in self.header_fields if field.lower() == wanted)


def parse(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Read one mail (RFC 5322, MIME) in linear time.

    Raises UnreadableMail, and nothing else whatever the bytes, where they are no mail or break a limit.
    """
    from classifiers.reading.parsing import parse_message  # noqa: PLC0415 - it is built on the types above

    return parse_message(raw, limits)


def to_json(message: Message) -> dict[str, Any]:
    """The message as values that `json` can write; `from_json` is the inverse."""
    return asdict(message)


def from_json(values: Mapping[str, Any]) -> Message:
    """The message that `to_json` was given. Raises KeyError or TypeError where the values are of another shape."""
    mailboxes = {name: tuple(Mailbox(**box) for box in values[name]) for name in _MAILBOX_FIELDS}
    lists = {name: tuple(values[name]) for name in ("in_reply_to", "references", "delivery_status", "defects")}
    own = {
        "header_fields": tuple((name, value) for name, value in values["header_fields"]),
        "html": HtmlText(**values["html"]) if values["html"] is not None else None,
        "parts": tuple(Part(**part) for part in values["parts"]),
    }
    return Message(**{**values, **mailboxes, **lists, **own})


_MAILBOX_FIELDS = ("from_", "sender", "reply_to", "to", "cc")
