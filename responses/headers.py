"""Header fields of a letter: written by hand, byte by byte, and read again before they leave.

The header serialiser of the standard library is not used: some builds of Python turn an encoded word in a value into a
line break, and so into another header field (CVE-2024-6923, CVE-2026-1299), and fold message identifiers that are
longer than a line into encoded words, which breaks the thread.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from email.errors import MessageError
from email.header import decode_header

LONGEST_LINE = 998
"""Octets without the CRLF (RFC 5322 section 2.1.1)."""
MOST_REFERENCES = 20

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
_MESSAGE_ID = re.compile(rf"<{_DOT_ATOM}@(?:{_DOT_ATOM}|\[[A-Za-z0-9.:]+\])>")
_ADDRESS = re.compile(rf"{_DOT_ATOM}@{_DOMAIN}")
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]*): (\S.*)", re.DOTALL)
_FORBIDDEN = re.compile(rb"[^\x20-\x7e]")
_NAME_AS_IT_IS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ .,()-]*")
_WORD_OCTETS = 42
"""So that an encoded word stays within 75 characters (RFC 2047 section 2)."""


class UnsafeHeader(ValueError):  # noqa: N818  a refusal that callers name
    """The header block is not exactly what it was meant to be; the letter does not leave."""


def strict_message_id(text: str) -> str | None:
    """Return a message identifier (RFC 5322 section 3.6.4) as it is, or None unless it is one in the narrowest sense.

    No quoted local parts, no comments, nothing that could be taken for an encoded word, at most 250 characters.
    """
    return text if len(text) <= 250 and "=?" not in text and _MESSAGE_ID.fullmatch(text) else None  # noqa: PLR2004  above


def new_message_id(token: str, domain: str) -> str:
    """Return `<token@domain>`; raises `UnsafeHeader` when that is no strict message identifier."""
    written = f"<{token}@{domain}>"
    if strict_message_id(written) is None:
        raise UnsafeHeader("the token or the domain cannot stand in a Message-ID")
    return written


def thread(in_reply_to: str | None, references: Iterable[str]) -> tuple[str, ...]:
    """References of an answer: the parent's, then its Message-ID (RFC 5322 section 3.6.4), each once.

    Whatever is no strict identifier is left out. Of a long thread the first and the latest stay: at most 20, and
    fewer than 998 octets together.
    """
    parent = strict_message_id(in_reply_to or "")
    earlier = [known for text in references if (known := strict_message_id(text)) and known != parent]
    chain = list(dict.fromkeys(earlier)) + ([parent] if parent else [])
    while len(chain) > MOST_REFERENCES or len("References: " + " ".join(chain)) >= LONGEST_LINE:
        del chain[min(1, len(chain) - 2)]
    return tuple(chain)


def address(text: str) -> str:
    """Return an addr-spec as it is; raises `UnsafeHeader` unless it is plain ASCII (IDNA done, nothing quoted)."""
    if len(text) > 254 or "=?" in text or not _ADDRESS.fullmatch(text):  # noqa: PLR2004  RFC 5321 section 4.5.3.1.3
        raise UnsafeHeader("an address is not a plain addr-spec; store it in its ASCII form")
    return text


def mailbox(name: str, addr_spec: str) -> str:
    """Return `"Name" <address>`, the name quoted where ASCII allows it, else as encoded words (RFC 2047)."""
    if not name:
        return address(addr_spec)
    return f"{_display_name(name)} <{address(addr_spec)}>"


def field(name: str, value: str) -> bytes:
    """Return one header field, folded at spaces where a line would pass 78 columns; never encodes what it is given."""
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > 78 and line != f"{name}:":  # noqa: PLR2004  RFC 5322 section 2.1.1
            lines.append(line)
            line = ""
        line += f" {word}"
    raw = "\r\n".join((*lines, line))
    if not raw.isascii():
        raise UnsafeHeader(f"{name} has a character outside ASCII")
    return raw.encode("ascii") + b"\r\n"


def guard(raw: bytes, expected: Sequence[str]) -> bytes:
    """Return these bytes of a mail unchanged, or raise `UnsafeHeader`.

    The field names have to be exactly the expected ones, each once, in this order; printable ASCII only, decoded
    words included; every line ended by CRLF and at most 998 octets long.
    """
    head, blank, _ = raw.partition(b"\r\n\r\n")
    if not blank:
        raise UnsafeHeader("the header block does not end")
    if re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", raw) or not raw.endswith(b"\r\n"):
        raise UnsafeHeader("a line does not end with CRLF, or there is a NUL")
    if any(len(line) > LONGEST_LINE for line in raw.split(b"\r\n")):
        raise UnsafeHeader(f"a line is longer than {LONGEST_LINE} octets")
    unfolded = re.sub(rb"\r\n (?=\S)", b" ", head)
    found = [_name(line) for line in unfolded.split(b"\r\n")]
    if found != list(expected):
        raise UnsafeHeader(f"the header fields are {', '.join(found)}; expected were {', '.join(expected)}")
    return raw


def _name(line: bytes) -> str:
    match = _FIELD.fullmatch(line)
    if match is None or _FORBIDDEN.search(line):
        raise UnsafeHeader("a line of the header block is no field, or has a control character")
    name, value = match[1].decode("ascii"), match[2].decode("ascii")
    if "=?" in value and not _decoded(value).isprintable():
        raise UnsafeHeader(f"{name} hides a control character in an encoded word")
    return name


def _decoded(value: str) -> str:
    """Return the value as a reader would see it; a NUL where it cannot be decoded."""
    try:
        words = decode_header(value)
        return "".join(word.decode(code or "ascii") if isinstance(word, bytes) else word for word, code in words)
    except (ValueError, LookupError, MessageError):
        return "\0"


def _display_name(name: str) -> str:
    if not all(character.isprintable() for character in name):
        raise UnsafeHeader("a display name has a control character")
    name = " ".join(name.split())
    if _NAME_AS_IT_IS.fullmatch(name):
        return f'"{name}"'
    words, word = [], b""
    for character in name:
        octets = character.encode("utf-8")
        if len(word) + len(octets) > _WORD_OCTETS:
            words.append(word)
            word = b""
        word += octets
    return " ".join(f"=?utf-8?B?{base64.b64encode(part).decode()}?=" for part in (*words, word))
