"""Octets to text: character sets (an allow-list), encoded words, format=flowed."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header

FALLBACK = "windows-1252"

_ALIASES = {
    # What browsers do (WHATWG Encoding): the label is the subset, the codec the superset that senders really use.
    "": "utf-8",
    "ansi_x3.4-1968": FALLBACK,
    "ascii": FALLBACK,
    "us-ascii": FALLBACK,
    "iso-8859-1": FALLBACK,
    "latin1": FALLBACK,
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "unknown-8bit": "utf-8",
    "default_charset": "utf-8",
    "_iso-2022-jp$esc": "iso2022_jp_ext",
}

_CODECS = re.compile(
    r"utf-(?:7|8|16|16be|16le|32|32be|32le)|cp(?:37|437|7\d\d|8\d\d|9\d\d|12\d\d)|windows-?12\d\d|iso-?8859-?\d{1,2}"
    r"|koi8-[rtu]|mac[_-](?:cyrillic|roman|latin2|greek|turkish)|big5(?:hkscs)?|gb18030|hz(?:-gb-2312)?|johab|ptcp154"
    r"|iso-?2022[_-](?:jp|kr)(?:_ext)?|euc[_-]?(?:jp|kr)|shift_?jis|cp949|tis-620"
)
"""Python knows codecs that are no character sets (unicode_escape, rot13, zip): only these are ever asked."""

_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,2000}\?=")
_BLANKS = re.compile(r"\s+")
_LINE_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def codec(label: str) -> str | None:
    """The Python codec for a charset label, or None where the label is unknown or not on the list."""
    known = label.strip(" \t\"'").lower()
    known = _ALIASES.get(known, known)
    if not _CODECS.fullmatch(known):
        return None
    try:
        return codecs.lookup(known).name
    except LookupError:
        return None


def text_of(octets: bytes, label: str | None) -> str:
    """Decode a body. The declared charset first, then UTF-8, then what loses least; never raises."""
    declared = codec(label or "")
    for candidate in dict.fromkeys(filter(None, (_sure(declared, octets), "utf-8", declared))):
        try:
            return _clean(octets.decode(candidate))
        except (UnicodeError, ValueError):
            continue
    last = declared if declared not in (None, "utf-8") else FALLBACK
    return _clean(octets.decode(last or FALLBACK, "replace"))


def _sure(declared: str | None, octets: bytes) -> str | None:
    """The declared codec, unless it is the one that anything decodes with and the octets are plainly UTF-8."""
    if declared == codecs.lookup(FALLBACK).name and not octets.isascii():
        return None
    return declared


def _clean(text: str) -> str:
    """LF line ends, no NUL, no byte-order mark, no lone surrogates."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text.encode("utf-8", "replace").decode("utf-8")


def raw_field(octets: bytes) -> str:
    """A header field's octets as text: UTF-8 (RFC 6532) or, failing that, the old Western octets."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode(FALLBACK, "replace")


def words_of(value: str) -> str:
    """A field's value with its encoded words (RFC 2047) decoded, on one line."""
    if "=?" in value and _ENCODED_WORD.search(value):
        try:
            value = "".join(_word(chunk, charset) for chunk, charset in decode_header(value))
        except (HeaderParseError, ValueError, LookupError):
            return one_line(value)
    return one_line(value)


def _word(chunk: bytes | str, charset: str | None) -> str:
    """One piece of what `decode_header` gives: text, or octets of a charset."""
    if isinstance(chunk, str):
        return chunk
    if charset is None:
        return chunk.decode("ascii", "surrogateescape").encode("utf-8", "replace").decode("utf-8")
    return text_of(chunk, charset.partition("*")[0])


def one_line(value: str) -> str:
    """A value without line breaks, control characters and repeated blanks."""
    return _BLANKS.sub(" ", _LINE_BREAKING.sub(" ", value)).strip()


def unflowed(text: str, *, delsp: bool) -> str:
    """Undo format=flowed (RFC 3676): join soft-broken lines of one quote depth; "-- " is never joined."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if soft and delsp else content
        if depth == open_depth and content != "-- ":
            lines.append(kept)
        else:
            lines.append("\n" + ">" * depth + (" " if depth else "") + kept)
        open_depth = depth if soft else -1
    return "".join(lines)[1:]
