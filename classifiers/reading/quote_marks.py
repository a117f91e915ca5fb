"""What the lines of a text say by themselves: quote marks, dividers, header labels."""

import re
from enum import Enum, auto

from classifiers.reading.phrases import FORWARDED, LABELS, ORIGINAL

MOST_LINE_CHARS = 600
_MOST_DIVIDER_CHARS = 120
_LEAST_WORDS_BEFORE_COLON = 3
_QUOTE_MARK = re.compile(r"\s{0,4}>")
_INITIALS_MARK = re.compile(r"\s?[A-Za-z]{1,3}>")
_BAR_MARK = re.compile(r"\s?\|(?:\s|$)")
_LABEL = re.compile(r"[\s*_>]{0,6}([^\W\d_][^:：\n<>@]{0,24}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.*)")
_DECORATION = "-–—_*=> \t:·"


class Mark(Enum):
    """Why a line is not the writer's own."""

    QUOTED = auto()
    """Bears a quote mark."""
    ATTRIBUTION = auto()
    """Names whom the quote is from."""
    REST = auto()
    """Below a divider, header block or attribution that everything after belongs to."""


def quote_marks(lines: list[str]) -> list[bool]:
    """Which lines bear a quote mark: ">", or initials or bars where more than one line has them."""
    quoted = [bool(_QUOTE_MARK.match(line)) for line in lines]
    for at, line in enumerate(lines):
        if not quoted[at] or (at and quoted[at - 1]):
            continue
        before = " ".join(lines[max(0, at - 2) : at])
        wrapped_address = before.rfind("<") > before.rfind(">")
        escaped_by_mbox = line.startswith(">From ") and not any(quoted[at + 1 : at + 2])
        quoted[at] = not (wrapped_address or escaped_by_mbox)
    for mark in (_INITIALS_MARK, _BAR_MARK):
        alike = [bool(mark.match(line)) for line in lines]
        for at, like in enumerate(alike):
            if like and (any(alike[at + 1 : at + 2]) or (at and alike[at - 1])):
                quoted[at] = True
    _quote_wrapped_tails(lines, quoted)
    return quoted


def _quote_wrapped_tails(lines: list[str], quoted: list[bool]) -> None:
    """A word or two that a client wrapped off the end of a long quoted line belong to the quote."""
    for at in range(1, len(lines) - 1):
        tail = lines[at].strip()
        if quoted[at] or not quoted[at - 1] or not quoted[at + 1] or not tail:
            continue
        if len(lines[at - 1]) >= 68 and len(tail) <= 16 and tail[:1].islower():  # noqa: PLR2004 - usual line widths
            quoted[at] = True


def quote_follows(lines: list[str], marks: list[Mark | None], at: int) -> bool:
    """Whether the next line that is not empty bears a quote mark."""
    for following in range(at + 1, min(at + 6, len(lines))):
        if lines[following].strip():
            return marks[following] is Mark.QUOTED
    return False


def phrase_of(line: str) -> str:
    """The known words of a divider such as "-----Original Message-----", else ""."""
    bare = line.strip()
    if not bare or len(bare) > _MOST_DIVIDER_CHARS:
        return ""
    words = bare.strip(_DECORATION).lower()
    if words.startswith("forwarded by ") and bare.startswith("--"):
        return "forwarded by"
    ruled = bare != bare.strip("-–—_*=")
    spoken = bare.endswith(":") and len(words.split()) >= _LEAST_WORDS_BEFORE_COLON
    known = words in ORIGINAL or words in FORWARDED
    return words if known and (ruled or spoken) else ""


def label_of(line: str) -> str:
    """What a header-like line names ("from", "sent", ...), else ""."""
    match = _LABEL.match(line[:MOST_LINE_CHARS])
    return LABELS.get(match[1].strip(" *_").lower(), "") if match else ""
