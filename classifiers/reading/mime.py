"""The MIME tree: which text is the body, which is a report, which is returned mail, and what is only attached."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Entity
from itertools import islice

from classifiers.reading.decoding import text_of, unflowed, words_of
from classifiers.reading.html import stripped
from classifiers.reading.message import Limits, Part

_MOST_RETURNED_FIELDS = 200
_MOST_RETURNED_LEAVES = 20
_MOST_RETURNED_OCTETS = 65536
_DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
_HEADERS_ONLY = ("text/rfc822-headers", "message/global-headers", "message/rfc822-headers")
_LOST_BOUNDARY = re.compile(rb"(?im)^--([^\s-][^\n]{0,69}|-[^\n]{0,69})\n(?=content-[a-z-]{2,30}:)")


@dataclass(frozen=True, slots=True)
class Body:
    """One piece of the body in each form that it came in; pieces follow each other in the mail."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Contents:
    """What a walk over the tree found; filled while walking."""

    limits: Limits
    bodies: list[Body] = field(default_factory=list)
    named: list[Body] = field(default_factory=list)
    """Text that has a file name: the body only where nothing else is."""
    parts: list[Part] = field(default_factory=list)
    delivery_status: list[str] = field(default_factory=list)
    feedback_report: str = ""
    returned: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def contents(root: Entity, limits: Limits) -> Contents:
    """Walk the tree, never into `message/*`: what is returned or attached was not written by this sender."""
    found = Contents(limits)
    found.bodies = _bodies(root, found)
    if not any(body.plain.strip() or body.html.strip() for body in found.bodies):
        found.bodies = found.named
    return found


def _bodies(part: Entity, found: Contents) -> list[Body]:
    """The body pieces of this part and those below; everything else goes to `found`."""
    found.defects += [f"{type(defect).__name__}:part" for defect in part.defects]
    kind = part.get_content_type().lower()
    if kind.startswith("message/") or kind in _HEADERS_ONLY:
        _report(part, kind, found)
        return []
    if part.is_multipart():
        pieces = [piece for child in _children(part) for piece in _bodies(child, found)]
        return _merged(pieces) if kind == "multipart/alternative" else pieces
    if kind.startswith("multipart/"):
        return _recovered(part, found)
    return _leaf(part, kind, found)


def _children(part: Entity) -> Iterator[Entity]:
    """The entities directly below a container."""
    payload = part.get_payload()
    return (child for child in payload if isinstance(child, Entity)) if isinstance(payload, list) else iter(())


def _merged(pieces: list[Body]) -> list[Body]:
    """The forms of a multipart/alternative are one piece."""
    if not pieces:
        return []
    plain = next((piece.plain for piece in pieces if piece.plain.strip()), "")
    return [Body(plain, "\n".join(piece.html for piece in pieces if piece.html))]


def _recovered(part: Entity, found: Contents) -> list[Body]:
    """A container whose boundary is missing or wrong: take the one that its content shows, else take it as text."""
    octets = _octets(part)
    shown = _LOST_BOUNDARY.search(octets[:65536])
    if shown and not part.get_param("recovered"):
        boundary = shown[1].rstrip().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        head = b'Content-Type: multipart/mixed; recovered=yes; boundary="' + boundary + b'"\n\n'
        return _bodies(message_from_bytes(head + octets), found)
    text = text_of(octets[: found.limits.text_chars], None)
    return [Body(html=text) if "<html" in text[:1000].lower() else Body(plain=text)]


def _leaf(part: Entity, kind: str, found: Contents) -> list[Body]:
    """A part without parts: body text, or an attachment of which only name and size are kept."""
    filename = words_of(str(part.get_filename("") or ""))[:255]
    disposition = (part.get_content_disposition() or "").lower()
    is_text = kind in ("text/plain", "text/html")
    if not is_text or disposition == "attachment":
        found.parts.append(Part(kind[:100], filename, _size_bytes(part)))
        return []
    octets = _octets(part)
    found.parts.append(Part(kind, filename, len(octets)))
    text = _text(part, octets, found)
    body = Body(html=text) if kind == "text/html" else Body(plain=text)
    if filename:
        found.named.append(body)
        return []
    return [body]


def _text(part: Entity, octets: bytes, found: Contents) -> str:
    """A text part's text, cut to the limit, with soft line breaks undone."""
    most = found.limits.text_chars
    if len(octets) > most * 4:
        octets = octets[: most * 4]
    text = text_of(octets, _parameter(part, "charset"))
    if len(text) > most:
        found.defects.append("TextTooLongDefect:part")
        text = text[:most]
    if _parameter(part, "format").lower() == "flowed":
        return unflowed(text, delsp=_parameter(part, "delsp").lower() == "yes")
    return text


def _parameter(part: Entity, name: str) -> str:
    """A Content-Type parameter (also in the RFC 2231 form), or ""."""
    value = part.get_param(name, "")
    return str(value[2] if isinstance(value, tuple) else value or "")


def _octets(part: Entity) -> bytes:
    """A leaf's octets with the transfer encoding undone."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _size_bytes(part: Entity) -> int:
    """An attachment's size, from the length of its encoded form where that is enough."""
    payload = part.get_payload()
    encoded = len(payload) if isinstance(payload, str) else 0
    return encoded * 3 // 4 if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64" else encoded


def _report(part: Entity, kind: str, found: Contents) -> None:
    """A report part or a returned original: its text goes where no body text goes."""
    text = _octets_text(part) if not part.is_multipart() else "\n".join(_flat(child) for child in _children(part))
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64" and part.is_multipart():
        text = _from_base64(text)
    text = text[: found.limits.returned_chars]
    found.parts.append(Part(kind[:100], words_of(str(part.get_filename("") or ""))[:255], len(text)))
    if kind in _DELIVERY_STATUS:
        found.delivery_status.append(text)
    elif kind == "message/feedback-report":
        found.feedback_report = found.feedback_report or text
    else:
        found.returned.append(text)


def _octets_text(part: Entity) -> str:
    """Text of a report part that is no container."""
    return text_of(_octets(part), _parameter(part, "charset"))


def _from_base64(text: str) -> str:
    """A report in base64, which RFC 6533 allows and the parser does not undo; as it stands where it is none."""
    try:
        return text_of(base64.b64decode("".join(text.split()), validate=True), "utf-8")
    except ValueError:
        return text


def _flat(entity: Entity) -> str:
    """Header and text of an embedded mail or report block, as one text."""
    fields = [f"{name}: {_plainly(value)}" for name, value in list(entity.items())[:_MOST_RETURNED_FIELDS]]
    leaves = islice((leaf for leaf in entity.walk() if not leaf.is_multipart()), _MOST_RETURNED_LEAVES)
    texts = (_flat_text(leaf) for leaf in leaves)
    return "\n".join(fields) + "\n\n" + "\n".join(text for text in texts if text)


def _flat_text(leaf: Entity) -> str:
    """Text of one leaf of an embedded mail, without tags; nothing for what is no text."""
    kind = leaf.get_content_type().lower()
    if not kind.startswith("text/"):
        return ""
    text = text_of(_octets(leaf)[:_MOST_RETURNED_OCTETS], _parameter(leaf, "charset"))
    return stripped(text) if kind == "text/html" else text


def _plainly(value: object) -> str:
    """A header value on one line; eight-bit octets arrive here as surrogates."""
    octets = str(value).encode("utf-8", "surrogateescape")
    return " ".join(text_of(octets[:8192], None).split())
