"""The reading of one mail, told in order: frame, parse twice, addresses, texts, Message."""

import email
import logging
from collections.abc import Callable
from email.message import Message as Entity
from typing import NamedTuple

import mailparser

from classifiers.reading.addresses import identifiers, mailboxes
from classifiers.reading.decoding import one_line, raw_field, words_of
from classifiers.reading.framing import Framed, frame
from classifiers.reading.html import read_html
from classifiers.reading.message import HtmlText, Limits, Mailbox, Message, UnreadableMail
from classifiers.reading.mime import Body, Contents, contents

_PARSED = frozenset({"from", "to", "cc", "reply-to", "subject", "mime-version"})
"""Fields that the parsers get to see, besides Content-*; the rest is read here, from the octets."""

_TOLD = frozenset({"MimeHeaderDefect", "MailParserDefect"})
"""mail-parser's own categories that count here. Addresses are judged field by field in addresses.py, a wrong date or
charset says nothing of who wrote, and defects of the tree are collected in mime.py without those of returned mail."""

_MOST_DEFECTS = 50

# mail-parser logs what it meets, and what it meets is people's mail.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


class _Tree(NamedTuple):
    """What mail-parser and `email` made of the same octets."""

    root: Entity
    subject: str
    defects: tuple[str, ...]


def parse_message(raw: bytes, limits: Limits) -> Message:
    """Read one mail; see `classifiers.reading.message.parse`."""
    try:
        framed = frame(raw, limits)
        tree = _tree(framed)
        found = contents(tree.root, limits)
        return _message(framed, tree, found, len(raw))
    except UnreadableMail:
        raise
    except RecursionError:
        raise UnreadableMail("parts are nested too deeply") from None
    except MemoryError:
        raise
    except Exception as error:
        # Hostile octets find new ways; the mail then waits for a person instead of stopping the next one.
        raise UnreadableMail(f"the parsers failed: {type(error).__name__}") from error


def _tree(framed: Framed) -> _Tree:
    """Parse with mail-parser; where it fails, with the standard library alone (it crashes on some real bounces)."""
    octets = _reduced(framed)
    try:
        parsed = mailparser.parse_from_bytes(octets)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a crash of one parser is answered by the other
        return _Tree(email.message_from_bytes(octets), "", (f"MailParserError({type(error).__name__})",))
    defects = tuple(sorted(name for name in parsed.defects_categories if name in _TOLD))
    subject = parsed.subject if isinstance(parsed.subject, str) else ""
    return _Tree(parsed.message, subject, defects)


def _reduced(framed: Framed) -> bytes:
    """The mail with only those header fields that a parser is asked about, each once and within its limit."""
    lines: list[bytes] = []
    seen: set[str] = set()
    for name, value in framed.fields:
        lowered = name.lower()
        if lowered not in seen and (lowered in _PARSED or lowered.startswith("content-")):
            lines.append(name.encode() + b": " + value)
            seen.add(lowered)
    return b"".join(line + b"\n" for line in lines) + b"\n" + framed.body


def _message(framed: Framed, tree: _Tree, found: Contents, size_bytes: int) -> Message:
    """Put the findings together."""
    fields = tuple((name, raw_field(value)) for name, value in framed.fields)
    first = _first_of(fields)
    boxes, doubts = _address_fields(framed, first)
    plain, html = _texts(found.bodies)
    defects = dict.fromkeys((*framed.defects, *doubts, *tree.defects, *found.defects))
    message_ids = identifiers(first("message-id"))
    return Message(
        header_fields=fields,
        message_id=message_ids[0] if message_ids else "",
        in_reply_to=identifiers(first("in-reply-to")),
        references=identifiers(first("references")),
        from_fields=framed.from_fields,
        from_=boxes["from"],
        sender=boxes["sender"],
        reply_to=boxes["reply-to"],
        to=boxes["to"],
        cc=boxes["cc"],
        subject=_subject(first("subject"), tree.subject),
        date=one_line(first("date")),
        plain=plain,
        html=html,
        parts=tuple(found.parts),
        delivery_status=tuple(found.delivery_status),
        feedback_report=found.feedback_report,
        returned="\n\n".join(found.returned)[: found.limits.returned_chars],
        defects=tuple(defects)[:_MOST_DEFECTS],
        size_bytes=size_bytes,
    )


def _first_of(fields: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    """A look-up of the first value of a field by its lower-case name; "" where there is none."""
    values: dict[str, str] = {}
    for name, value in fields:
        values.setdefault(name.lower(), value)
    return lambda name: values.get(name, "")


def _address_fields(
    framed: Framed, first: Callable[[str], str]
) -> tuple[dict[str, tuple[Mailbox, ...]], tuple[str, ...]]:
    """Mailboxes of each address field; a field that is there twice, or was cut, has none."""
    boxes: dict[str, tuple[Mailbox, ...]] = {}
    doubts: list[str] = []
    doubtful = {defect.partition(":")[2] for defect in framed.defects}
    if framed.from_fields > 1:
        doubtful.add("from")
        doubts.append("DuplicateFieldDefect:from")
    for name in ("from", "sender", "reply-to", "to", "cc"):
        found, complaints = mailboxes(name, first(name))
        boxes[name] = () if name in doubtful else found
        doubts += complaints
    return boxes, tuple(doubts)


def _subject(raw: str, by_mail_parser: str) -> str:
    """The subject as mail-parser decodes it, unless it lost characters that the standard library kept."""
    by_standard = words_of(raw)
    by_mail_parser = one_line(by_mail_parser)
    lossy = not by_mail_parser or "\ufffd" in by_mail_parser or "=?" in by_mail_parser
    return by_standard if lossy else by_mail_parser


def _texts(bodies: list[Body]) -> tuple[str, HtmlText | None]:
    """Plain and HTML text of the whole mail. A piece that came in one form only must not be lost to the other."""
    html_pieces = [
        read_html(body.html) if body.html.strip() else HtmlText(body.plain, "", hidden=False) for body in bodies
    ]
    html = None
    if any(body.html.strip() for body in bodies):
        html = HtmlText(
            own="\n".join(piece.own for piece in html_pieces),
            quoted="\n".join(piece.quoted for piece in html_pieces if piece.quoted),
            hidden=any(piece.hidden for piece in html_pieces),
            signature="\n".join(piece.signature for piece in html_pieces if piece.signature),
        )
    incomplete = any(body.html.strip() and not body.plain.strip() for body in bodies)
    return ("" if incomplete else "\n".join(body.plain for body in bodies)), html
