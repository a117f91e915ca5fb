"""Attribution lines ("On ... wrote:"): where one ends, where it started, and how sure that is."""

import re

from classifiers.reading.phrases import CONVERSATION, OPENERS, VERBS
from classifiers.reading.quote_marks import MOST_LINE_CHARS, Mark, quote_follows

_MOST_ATTRIBUTION_LINES = 5


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
_ENDS_SENTENCE = (".", "!", "?", ";")


def attribution(lines: list[str], marks: list[Mark | None], end: int) -> tuple[int, bool] | None:
    """If an attribution ends on this line: where it starts, and whether it is sure without quote marks below.

    It takes evidence: a date, a time or an address next to the verb ("wrote"), or a date next to an address. "On
    Tuesday I am away:" has none.
    """
    last = lines[end].strip()
    if not last or len(last) > MOST_LINE_CHARS or not _may_end(last, lines, marks, end):
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
        if len(joined) > MOST_LINE_CHARS:
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
    return bool(last.endswith((">", ")")) and _LEADING_DATE.search(last[:40]) and quote_follows(lines, marks, at))


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


def attribution_end(lines: list[str], marks: list[Mark | None], at: int) -> int:
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


def may_begin_attribution(line: str) -> bool:
    """Whether a line may be the first of a wrapped attribution, which is not the writer's text yet."""
    return bool(_DATE.search(line[:MOST_LINE_CHARS]) and _OPENER.match(line.strip()))
