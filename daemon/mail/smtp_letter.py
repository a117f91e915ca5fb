"""A letter as SMTP carries it: checked addresses, CRLF lines, doubled dots, and the options it needs. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from daemon.mail.errors import LetterRefused

LINE_LIMIT_BYTES = 998
"""RFC 5322 section 2.1.1, without CRLF."""

_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f-\x9f]+@[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f-\x9f]+")
_ADDRESS_LIMIT_BYTES = 254
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class SmtpLetter:
    """`data` ends with CRLF and has its dots doubled; `options` follow MAIL FROM, with a leading space each."""

    data: bytes = field(repr=False)
    options: str
    utf8: bool


def letter_for(envelope_from: str, recipient: str, raw: bytes, extensions: Mapping[str, str]) -> SmtpLetter:
    """Return the letter for a server with these ESMTP extensions (lower-case names).

    Raises LetterRefused (permanent, code 0) for what must not be sent: anything but one plain address for sender and
    recipient, NUL, a line above 998 bytes, or characters that the server says it cannot carry.
    """
    if envelope_from:
        _check_address(envelope_from, "the envelope sender")
    _check_address(recipient, "the recipient")
    lines = _LINE_END.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    _check_text(lines)
    header = lines.partition(b"\r\n\r\n")[0]
    utf8 = not (envelope_from.isascii() and recipient.isascii() and header.isascii())
    return SmtpLetter(_LEADING_DOT.sub(b"..", lines), _options(lines, extensions, utf8=utf8), utf8)


def _check_address(address: str, whose: str) -> None:
    if not _ADDRESS.fullmatch(address) or len(address.encode()) > _ADDRESS_LIMIT_BYTES:
        raise _unsendable(f"{whose} is not one plain address")


def _check_text(lines: bytes) -> None:
    if b"\0" in lines:
        raise _unsendable("the letter holds a NUL byte")
    if max(map(len, lines.split(b"\r\n"))) > LINE_LIMIT_BYTES:
        raise _unsendable(f"the letter has a line above {LINE_LIMIT_BYTES} bytes (RFC 5322 section 2.1.1)")


def _options(lines: bytes, extensions: Mapping[str, str], *, utf8: bool) -> str:
    """Return SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531) as far as needed and offered."""
    options = f" SIZE={len(lines)}" if "size" in extensions else ""
    if not lines.isascii():
        if "8bitmime" not in extensions:
            raise _unsendable("the letter has 8-bit text and the server takes none (RFC 6152)")
        options += " BODY=8BITMIME"
    if utf8:
        if "smtputf8" not in extensions:
            raise _unsendable("an address or header is not ASCII and the server takes none of that (RFC 6531)")
        options += " SMTPUTF8"
    return options


def _unsendable(why: str) -> LetterRefused:
    return LetterRefused(permanent=True, code=0, answer=why, at="before sending")
