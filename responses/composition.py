"""Letter to bytes: the mail as it leaves (RFC 5322, 2045, 2046, 3834). Same arguments, same bytes."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import quoprimime
from email.utils import format_datetime
from typing import NamedTuple

from responses.disclosure import disclosure
from responses.facts import Facts
from responses.headers import UnsafeHeader, field, guard, mailbox, strict_message_id, thread
from responses.headers import address as addr_spec
from responses.layout import as_html
from responses.rendering import Letter

_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_CASE_IN_A_FILENAME = re.compile(r"[^A-Za-z0-9-]+")


class Sender(NamedTuple):
    """The account that a letter comes from: its address, and the name beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that goes with a letter; the name is ours, ASCII and short."""

    filename: str
    content: bytes
    content_type: str = "application/json"


def copy_of_data(facts: Facts) -> Attachment:
    """Return the copy under Art. 15(3) as a file that is named after the case."""
    case = _CASE_IN_A_FILENAME.sub("-", facts.case.value).strip("-")[:40]
    return Attachment(f"your-data-{case}.json", disclosure(facts))


def compose(  # noqa: PLR0913  each is one header field, named by the caller
    letter: Letter,
    *,
    sender: Sender | tuple[str, str],
    recipient: str,
    in_reply_to: str | None,
    references: Sequence[str],
    message_id: str,
    date: datetime,
    attachments: Sequence[Attachment] = (),
    subject: str | None = None,
) -> bytes:
    """Make the mail that answers `in_reply_to`, to this one stored address.

    `references` are the identifiers of the parent's References field. Of all arguments only these and `in_reply_to`
    come from inbound mail, and only strict identifiers among them are taken over. `date` must be aware. Raises
    `UnsafeHeader` when anything cannot stand in a header, or when the produced block is not what was meant.
    """
    if strict_message_id(message_id) is None or date.tzinfo is None:
        raise UnsafeHeader("the Message-ID has to be strict, and the date aware")
    head = {
        "From": mailbox(Sender(*sender).name, Sender(*sender).address),
        "To": addr_spec(recipient),
        "Subject": _subject(letter.subject if subject is None else subject),
        "Date": format_datetime(date),
        "Message-ID": message_id,
    }
    if (parent := strict_message_id(in_reply_to or "")) is not None:
        head["In-Reply-To"] = parent
    if chain := thread(in_reply_to, references):
        head["References"] = " ".join(chain)
    head |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "MIME-Version": "1.0"}
    body = _body(letter, attachments, message_id)
    raw = b"".join(field(name, value) for name, value in head.items()) + body.as_bytes()
    return guard(raw, (*head, *body.names()))


@dataclass(frozen=True, slots=True)
class _Part:
    """One MIME part: its own header fields, and its content with CRLF line ends."""

    fields: tuple[tuple[str, str], ...]
    content: bytes

    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.fields)

    def as_bytes(self) -> bytes:
        return b"".join(field(name, value) for name, value in self.fields) + b"\r\n" + self.content


def _body(letter: Letter, attachments: Sequence[Attachment], message_id: str) -> _Part:
    texts = (_text("plain", letter.text), _text("html", as_html(letter.sentences, letter.language)))
    alternative = _multipart("alternative", texts, message_id)
    if not attachments:
        return alternative
    return _multipart("mixed", (alternative, *map(_file, attachments)), message_id)


def _text(subtype: str, text: str) -> _Part:
    """One text in quoted-printable; what UTF-8 cannot hold became a replacement character before."""
    octets = text.encode("utf-8", "replace").decode("latin-1")
    encoded = quoprimime.body_encode(octets.replace("\r\n", "\n"), 76, "\r\n")
    return _Part(
        (("Content-Type", f"text/{subtype}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")),
        _ended(encoded.encode("ascii")),
    )


def _file(attachment: Attachment) -> _Part:
    if not _FILENAME.fullmatch(attachment.filename) or not _CONTENT_TYPE.fullmatch(attachment.content_type):
        raise UnsafeHeader("an attachment's name or type is not plain ASCII")
    encoded = base64.encodebytes(attachment.content).replace(b"\n", b"\r\n")
    return _Part(
        (
            ("Content-Type", attachment.content_type),
            ("Content-Transfer-Encoding", "base64"),
            ("Content-Disposition", f'attachment; filename="{attachment.filename}"'),
        ),
        _ended(encoded),
    )


def _multipart(subtype: str, children: Sequence[_Part], message_id: str) -> _Part:
    """Put parts behind one boundary, made of the identifier and the content, so that no content can foresee it."""
    inner = [part.as_bytes() for part in children]
    digest = hashlib.sha256(b"\x00".join((subtype.encode(), message_id.encode(), *inner))).hexdigest()
    boundary = f"={subtype}_{digest[:32]}"
    delimiter = f"--{boundary}".encode()
    content = b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in inner) + delimiter + b"--\r\n"
    return _Part((("Content-Type", f'multipart/{subtype}; boundary="{boundary}"'),), content)


def _ended(content: bytes) -> bytes:
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _subject(text: str) -> str:
    if not text.isascii() or not text.isprintable() or "=?" in text or text != " ".join(text.split()) or not text:
        raise UnsafeHeader("the subject has to be one line of plain ASCII")
    return text
