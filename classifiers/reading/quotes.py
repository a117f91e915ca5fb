"""Which lines of a text were written by somebody else: quote marks, attribution lines, header blocks, dividers.

Every test looks at one line, or at a handful of neighbours, so a text costs linear time whatever it holds.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from classifiers.reading.phrases import CONVERSATION, FORWARDED, LABELS, OPENERS, ORIGINAL, VERBS

_MOST_LINE_CHARS = 600
_MOST_ATTRIBUTION_LINES = 5
_MOST_HEADER_LINES = 14


def _any_of(words: tuple[str, ...]) -> str:
    """A pattern for any of these, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


_VERB = re.compile(rf"(?<!\w){_any_of(VERBS)}(?!\w)", re.IGNORECASE)
_CJK_VERB = re.compile(r"写道|寫道|のメール|書きました|님이 작성")
_OPENER = re.compile(rf"{_any_of(OPENERS)}(?!\w)", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}(?!\d)|\d{1,2}月\d{1,2}日")
_LEADING_DATE = re.compile(r"(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|\d{1,2}\s?[ap]\.?m\b|\d{1,2}时|\d{1,2}시", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]+\.\w")
_QUOTE_MARK = re.compile(r"\s{0,4}>")
_INITIALS_MARK = re.compile(r"\s?[A-Za-z]{1,3}>")
_BAR_MARK = re.compile(r"\s?\|(?:\s|$)")
_LABEL = re.compile(r"[\s*_>]{0,6}([^\W\d_][^:：\n<>@]{0,24}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.*)")
_DIVIDER = re.compile(r"[-–—_*=>\s]{2,80}([^-–—_*=>\s].{0,60})")
_DECORATION = "-–—_*=> \t:·"
_ENDS_SENTENCE = (".", "!", "?", ";")


class Mark(Enum):
    """Why a line is not the writer's own."""

    QUOTED = auto()
    """Bears a quote mark."""
    ATTRIBUTION = auto()
    """Names whom the quote is from."""
    REST = auto()
    """Below a divider, header block or attribution that everything after belongs to."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The mark of each line (None: own), and whether the first foreign thing is a forwarded mail."""

    marks: tuple[Mark | None, ...]
    forwarded: bool


def marked(lines: list[str], *, lenient: bool = False) -> Marked:
    """Mark each line.

    `lenient` keeps text below an attribution that has nothing above it and no quote marks below: a reader of mailing
    lists would rather see too much. Without it that text is somebody else's.
    """
    marks: list[Mark | None] = [Mark.QUOTED if quoted else None for quoted in _quote_marks(lines)]
    forwarded: bool | None = None
    at = 0
    seen_own = False
    while at < len(lines):
        if marks[at] is Mark.QUOTED:
            if forwarded is None:
                forwarded = phrase_of(lines[at]) in FORWARDED
            at += 1
            continue
        phrase = phrase_of(lines[at])
        header_end = _header_block_end(lines, marks, at + 1 if phrase else at)
        if phrase or header_end is not None:
            forwarded = phrase in FORWARDED if forwarded is None else forwarded
            end = _divided_head_end(marks, at) if header_end is None else header_end
            if not _quote_follows(lines, marks, end):
                marks[at:] = [Mark.REST] * (len(lines) - at)
                break
            marks[at : end + 1] = [Mark.ATTRIBUTION] * (end + 1 - at)
            at = end
        elif span := _attribution(lines, marks, at):
            start, sure = span
            at = _tail_of_attribution(lines, marks, at)
            if _quote_follows(lines, marks, at):
                marks[start : at + 1] = [Mark.ATTRIBUTION] * (at + 1 - start)
            elif sure and (seen_own or not lenient):
                marks[start:] = [Mark.REST] * (len(lines) - start)
                break
            elif sure:
                marks[start : at + 1] = [Mark.ATTRIBUTION] * (at + 1 - start)
            forwarded = False if sure and forwarded is None else forwarded
        seen_own = seen_own or bool(marks[at] is None and lines[at].strip() and not _may_wrap(lines, at))
        at += 1
    return Marked(tuple(marks), bool(forwarded))


def _may_wrap(lines: list[str], at: int) -> bool:
    """Whether a line may be the first of a wrapped attribution, which is not the writer's text yet."""
    return bool(_DATE.search(lines[at][:_MOST_LINE_CHARS]) and _OPENER.match(lines[at].strip()))


def _quote_marks(lines: list[str]) -> list[bool]:
    """Which lines bear a quote mark: ">", or initials or bars where more than one line has them."""
    quoted = [bool(_QUOTE_MARK.match(line)) for line in lines]
    for at, line in enumerate(lines):
        before = " ".join(lines[max(0, at - 2) : at])
        if (
            quoted[at]
            and at
            and not quoted[at - 1]
            and (
                before.rfind("<") > before.rfind(">")
                or (line.startswith(">From ") and not any(quoted[at + 1 : at + 2]))
            )
        ):
            # The tail of an address that was wrapped, or the ">" that mbox files put before "From".
            quoted[at] = False
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


def _quote_follows(lines: list[str], marks: list[Mark | None], at: int) -> bool:
    """Whether the next line that is not empty bears a quote mark."""
    for following in range(at + 1, min(at + 6, len(lines))):
        if lines[following].strip():
            return marks[following] is Mark.QUOTED
    return False


def _attribution(lines: list[str], marks: list[Mark | None], end: int) -> tuple[int, bool] | None:
    """If an attribution ends on this line: where it starts, and whether it is sure without quote marks below.

    It takes evidence: a date, a time or an address next to the verb ("wrote"), or a date next to an address. "On
    Tuesday I am away:" has none.
    """
    last = lines[end].strip()
    if not last or len(last) > _MOST_LINE_CHARS or not _may_end(last, lines, marks, end):
        return None
    joined = ""
    best: tuple[int, bool] | None = None
    for start in range(end, max(end - _MOST_ATTRIBUTION_LINES, -1), -1):
        line = lines[start].strip()
        if (
            not line
            or marks[start] is not None
            or (start < end and line.endswith(_ENDS_SENTENCE) and not line.endswith("г."))
        ):
            break
        joined = f"{line} {joined}"
        if len(joined) > _MOST_LINE_CHARS:
            break
        dated = bool(_DATE.search(joined))
        sure = _judge(joined, dated=dated)
        if sure is not None and (best is None or (dated and not best[1]) or dated):
            best = (start, sure)
            if dated:
                break
    return best


def _may_end(last: str, lines: list[str], marks: list[Mark | None], at: int) -> bool:
    """Whether an attribution can end with this line: a colon, a verb, or an address above quote marks."""
    bare = last.rstrip(" *_-–—>")
    if bare.endswith((":", "：")) or _VERB.search(bare[-40:]) or _CJK_VERB.search(bare[-12:]):
        return True
    return bool(last.endswith((">", ")")) and _LEADING_DATE.search(last[:40]) and _quote_follows(lines, marks, at))


def _judge(joined: str, *, dated: bool) -> bool | None:
    """None: no attribution. Otherwise whether it is sure on its own evidence."""
    verb = bool(_VERB.search(joined) or _CJK_VERB.search(joined))
    timed = bool(_TIME.search(joined))
    addressed = bool(_ADDRESS.search(joined))
    if CONVERSATION.search(joined):
        return False if verb and joined.rstrip().endswith(":") else None
    if verb and (dated or timed or addressed):
        opened = bool(_OPENER.match(joined)) or joined.lstrip("-*_ ")[:1].isdigit()
        return addressed or (dated and (timed or opened))
    if dated and addressed:
        return bool(timed or _LEADING_DATE.match(joined))
    if dated and timed and joined.rstrip().endswith(":") and _LEADING_DATE.match(joined):
        return False
    return False if verb and len(joined) < 80 else None  # noqa: PLR2004 - a name and a verb


def phrase_of(line: str) -> str:
    """The known words of a divider such as "-----Original Message-----", else ""."""
    if len(line) > 120 or not line.strip():  # noqa: PLR2004 - dashes and a few words
        return ""
    words = line.strip(_DECORATION).lower()
    decorated = (
        line.strip() != line.strip().strip("-–—_*=") or line.strip().endswith(":") or line.lstrip().startswith(">")
    )
    if decorated and (words in ORIGINAL or words in FORWARDED):
        return words
    if words.startswith("forwarded by ") and line.strip().startswith("--"):
        return "forwarded by"
    return ""


def label_of(line: str) -> str:
    """What a header-like line names ("from", "sent", ...), else ""."""
    match = _LABEL.match(line[:_MOST_LINE_CHARS])
    return LABELS.get(match[1].strip(" *_").lower(), "") if match else ""


def _tail_of_attribution(lines: list[str], marks: list[Mark | None], at: int) -> int:
    """The last line of an attribution whose verb came early: "... wrote on Friday, 20/11/2026 at" / "10:12:"."""
    if lines[at].rstrip().endswith((":", "：")):
        return at
    for following in range(at + 1, min(at + 3, len(lines))):
        tail = lines[following].strip()
        if not tail or marks[following] is not None or len(tail) > 60:  # noqa: PLR2004 - a wrapped line
            break
        if tail.endswith((":", "：")):
            return following
    return at


def _divided_head_end(marks: list[Mark | None], at: int) -> int:
    """The last line before quote marks begin shortly below a divider; the divider itself where none do."""
    for following in range(at + 1, min(at + _MOST_HEADER_LINES, len(marks))):
        if marks[following] is Mark.QUOTED:
            return following - 1
    return at


def _header_block_end(lines: list[str], marks: list[Mark | None], at: int) -> int | None:
    """The last line of a block of From, Sent, To, Subject that begins here, else None.

    Values may be wrapped, and empty lines stand between.
    """
    while at < len(lines) and not lines[at].strip():
        at += 1
    first = label_of(lines[at]) if at < len(lines) else ""
    if first not in ("from", "sent", "subject", "to"):
        return None
    kinds, end, unlabelled = {first}, at, 0
    for following in range(at + 1, min(at + _MOST_HEADER_LINES, len(lines))):
        line = lines[following]
        if marks[following] is Mark.QUOTED:
            break
        kind = label_of(line)
        if kind:
            kinds.add(kind)
            end = following
        elif line.strip():
            unlabelled += 1
        if unlabelled > 3:  # noqa: PLR2004 - wrapped recipients
            break
    telling = kinds & {"from", "sent", "to", "subject"}
    whole = len(telling) >= 3 or ("from" in telling and len(kinds) >= 3)  # noqa: PLR2004 - two may be anybody's words
    return end if whole else None
