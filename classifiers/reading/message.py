"""Bytes to Message: one mail as the rest of replyd sees it."""

from dataclasses import dataclass


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
    """Visible text of an HTML body: what the writer added, what stands in quote elements, and whether text was hidden."""

    own: str
    quoted: str
    hidden: bool


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
    """What the parsers complained of, by name; a mail with any is no proof of identity."""
    size_bytes: int

    def get_all(self, name: str) -> tuple[str, ...]:
        """Values of all fields of this name, compared without case, in order."""
        wanted = name.lower()
        return tuple(value for field, value in self.header_fields if field.lower() == wanted)
