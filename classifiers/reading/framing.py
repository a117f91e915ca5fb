"""Where a mail's header ends and its body begins, and the byte limits that hold before any parser sees it."""

import re
from dataclasses import dataclass

from classifiers.reading.message import Limits, UnreadableMail

STRUCTURED = frozenset(
    {
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
        "content-disposition",
        "content-transfer-encoding",
        "content-id",
    }
)
"""Fields with a grammar; the lower limit is theirs."""

SINGLE = frozenset(
    {
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "content-type",
    }
)
"""Fields that RFC 5322 section 3.6 (and RFC 2045) allows once."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_FROM_LINE = re.compile(rb"(?im)^from[ \t]*:")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_MIME_FIELD = re.compile(rb"(?im)^content-[a-z-]{2,30}[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*")
_CONTAINER = re.compile(rb"(?im)^content-type[ \t]*:\s*(?:multipart|message)/")
_BOUNDARY = re.compile(rb"(?i)boundary[*0-9]*[ \t]*=[ \t]*\"?([^\"\n;]{1,200})")
_SPLIT_BOUNDARY = re.compile(rb"(?i)boundary\*")
"""A boundary in the form of RFC 2231: rare, and not looked up but assumed to be on every line with dashes."""
_DASH_LINE = re.compile(rb"(?m)^--([^\n]{0,200})")
_MIME_FIELD_BYTES = 2048
_MIME_COST = 16 * _MIME_FIELD_BYTES**2
"""Sum of squares of the lengths of MIME fields: `email` takes quadratic time on each."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A mail cut into header fields and body; lines end with LF only."""

    fields: tuple[tuple[str, bytes], ...]
    """Name as written, and value: unfolded, without control characters, not longer than the limit."""
    from_fields: int
    body: bytes
    defects: tuple[str, ...]


def frame(raw: bytes, limits: Limits) -> Framed:
    """Cut `raw` at the end of its header. Raises UnreadableMail for what is no mail or breaks a limit."""
    if len(raw) > limits.mail_bytes:
        raise UnreadableMail(f"the mail has {len(raw)} bytes, more than {limits.mail_bytes}")
    octets = raw.replace(b"\r\n", b"\n")
    text = _without_envelope(octets.replace(b"\r", b"\n").lstrip(b"\n"))
    if not text.strip():
        raise UnreadableMail("the mail is empty")
    lines, rest, broken_off = _header_lines(text, limits)
    fields, defects = _fields(lines, limits)
    if not fields and _BINARY.search(text[:4096]):
        raise UnreadableMail("no header field, and the content is binary")
    block = text[: text.find(b"\n\n") + 1 or len(text)]
    start = len(octets) - len(text)  # only the beginning was taken off, so that both count alike from here
    structure = {
        "BareCarriageReturnDefect": b"\r" in octets[start : start + len(block)],
        "NulOctetDefect": b"\0" in block,
        "MissingHeaderBodySeparatorDefect": broken_off,
    }
    defects = [name for name, found in structure.items() if found] + defects
    froms = len(_FROM_LINE.findall(block[: limits.header_bytes])) if fields else 0
    return Framed(tuple(fields), froms, _bounded(rest, block, limits), tuple(dict.fromkeys(defects)))


def _without_envelope(text: bytes) -> bytes:
    """Drop the "From " line that an mbox file puts before each mail (RFC 4155)."""
    while text.startswith((b"From ", b">From ")):
        text = text.partition(b"\n")[2].lstrip(b"\n")
    return text


def _header_lines(text: bytes, limits: Limits) -> tuple[list[bytes], bytes, bool]:
    """The lines up to the first that is empty or no header line, what follows, and whether an empty line is missing."""
    lines: list[bytes] = []
    start = 0
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line = text[start : min(end, start + limits.header_bytes + 1)]
        if not line:
            return lines, text[end + 1 :], False
        if not _FIELD.match(line) and not (lines and line[:1] in b" \t"):
            return lines, text[start:], True
        lines.append(line)
        start = end + 1
        if start > limits.header_bytes:
            raise UnreadableMail(f"the header has more than {limits.header_bytes} bytes")
    return lines, b"", False


def _fields(lines: list[bytes], limits: Limits) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Unfold the lines (RFC 5322 section 2.2.3) into fields, each cut to its limit."""
    unfolded: list[list[bytes]] = []
    for line in lines:
        if line[:1] in b" \t":
            unfolded[-1].append(line)
        else:
            unfolded.append([line])
    if len(unfolded) > limits.fields:
        raise UnreadableMail(f"the header has {len(unfolded)} fields, more than {limits.fields}")
    fields: list[tuple[str, bytes]] = []
    defects: list[str] = []
    for folded in unfolded:
        name_octets, _, value = b"".join(folded).partition(b":")
        name = name_octets.strip().decode("ascii")
        clean = value.translate(None, _CONTROLS).strip()
        limit = limits.structured_field_bytes if name.lower() in STRUCTURED else limits.field_bytes
        if len(clean) > limit:
            defects.append(f"FieldTooLongDefect:{name.lower()}")
            clean = _cut(name.lower(), clean, limit)
        fields.append((name, clean))
    names = [name.lower() for name, _ in fields]
    defects += [f"DuplicateFieldDefect:{name}" for name in sorted(SINGLE) if names.count(name) > 1]
    return fields, defects


def _cut(name: str, value: bytes, limit: int) -> bytes:
    """The part of a long value that matters: the newest ids of References, else the beginning."""
    if name == "references":
        return b"<" + value[-limit:].partition(b"<")[2]
    return value[:limit]


def _bounded(body: bytes, header: bytes, limits: Limits) -> bytes:
    """The body with overlong MIME fields cut. Raises UnreadableMail where its parts are too many or too costly."""
    containers = len(_CONTAINER.findall(body))
    if containers > limits.containers:
        raise UnreadableMail(f"{containers} nested parts, more than {limits.containers}")
    parts = _parts(body, header, limits.parts)
    if parts > limits.parts:
        raise UnreadableMail(f"{parts} MIME parts, more than {limits.parts}")
    cost = sum(min(len(field), _MIME_FIELD_BYTES) ** 2 for field in _MIME_FIELD.findall(body))
    if cost > _MIME_COST:
        raise UnreadableMail("MIME fields too long and too many")
    return _MIME_FIELD.sub(lambda field: field.group()[:_MIME_FIELD_BYTES], body)


def _parts(body: bytes, header: bytes, limit: int) -> int:
    """How many lines of the body may be a MIME boundary; exact only where it matters, above the limit."""
    dashed = body.count(b"\n--")
    if dashed <= limit or _SPLIT_BOUNDARY.search(header) or _SPLIT_BOUNDARY.search(body):
        return dashed
    declared = {boundary.strip() for boundary in _BOUNDARY.findall(header) + _BOUNDARY.findall(body)}
    lines = (line.strip() for line in _DASH_LINE.findall(body))
    return sum(line in declared or line.removesuffix(b"--") in declared for line in lines)
