"""Bytes of a file as text: the encoding is recognised and named, never passed over in silence. Pure."""

import codecs
import re

from daemon.errors import ReplydError


class BadFile(ReplydError):  # noqa: N818  the name is what went wrong
    """A file of which no row can be read."""

    permanent = True


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # begins like UTF-16, so it stands before it
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel or LibreOffice workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
)

_SAMPLE = 4096
"""Bytes that tell UTF-16 without its mark from other text."""

_HIGH_RUN = re.compile(rb"[\xc0-\xff]{4,}")
"""Four accented letters in a row: no word of a western language has them, every Russian or Greek one does."""

_HIGH = bytes(range(0xC0, 0x100))
"""From here on Windows-1252 has letters with accents."""

_SIGN_IN_WORD = re.compile(rb"[a-z][\xa3\xa5\xaf\xb3\xb9\xbf][a-z]")
"""A pound sign or a superscript inside of a word: Polish, whose letters stand there in Windows-1250."""


def decoded(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text without its byte order mark, and the name of its encoding.

    Without a mark: UTF-8 where it is that, UTF-16 where every second byte is zero, else Windows-1252 (a superset of the
    letters of Latin-1). What looks like another 8-bit encoding is refused, for its names would be stored garbled; then
    `encoding` says which it is. Raises BadFile.
    """
    for start, what in _NOT_TEXT:
        if raw.startswith(start):
            raise BadFile(f"this is {what}, not a text file; save it as 'CSV UTF-8' there and import that")
    if encoding is not None:
        return _as_told(raw, encoding)
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw, codec, name), name
    if unmarked := _unmarked_utf_16(raw):
        return _strictly(raw, unmarked, "UTF-16"), "UTF-16"
    return _without_mark(raw)


def _as_told(raw: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise BadFile(
            f"there is no encoding {encoding!r}; usual are utf-8, cp1252, cp1250, cp1251, iso-8859-2"
        ) from None
    except UnicodeError:
        raise BadFile(
            f"this is not {encoding}; leave the encoding out, or save the file again as 'CSV UTF-8'"
        ) from None
    return _without_nul(text.removeprefix("\ufeff")), encoding


def _strictly(raw: bytes, codec: str, name: str) -> str:
    try:
        return _without_nul(raw.decode(codec))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile(f"line {line}: the file begins as {name} but is not; save it again as 'CSV UTF-8'") from None


def _unmarked_utf_16(raw: bytes) -> str | None:
    sample = raw[:_SAMPLE]
    if len(raw) % 2 or len(sample) < 4:  # noqa: PLR2004  two characters
        return None
    half = len(sample) // 2
    for codec, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) > half * 0.7:
            return codec
    return None


def _without_mark(raw: bytes) -> tuple[str, str]:
    try:
        return _without_nul(raw.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError as error:
        first = error.start
    high = len(raw) - len(raw.translate(None, _HIGH))
    other = "cp1251" if sum(map(len, _HIGH_RUN.findall(raw))) * 2 > high > 0 else None
    if other or _SIGN_IN_WORD.search(raw):
        line = raw.count(b"\n", 0, first) + 1
        raise BadFile(
            f"line {line}: this is not UTF-8, and its letters are not those of western Europe (Windows-1252); save the "
            f"file as 'CSV UTF-8', or say what it is, for example --encoding {other or 'cp1250'}"
        )
    try:
        return _without_nul(raw.decode("cp1252")), "Windows-1252"
    except UnicodeDecodeError:  # five bytes have no meaning there
        return _without_nul(raw.decode("latin-1")), "Latin-1"


def _without_nul(text: str) -> str:
    at = text.find("\0")
    if at >= 0:
        raise BadFile(f"line {text.count(chr(10), 0, at) + 1}: there is a zero byte; this is not a text file")
    return text
