"""Which lines of a text were written by somebody else, told from top to bottom.

Every test looks at one line, or at a handful of neighbours, so a text costs linear time whatever it holds.
"""

from dataclasses import dataclass

from classifiers.reading.attributions import attribution, attribution_end, may_begin_attribution
from classifiers.reading.phrases import FORWARDED
from classifiers.reading.quote_marks import Mark, label_of, phrase_of, quote_follows, quote_marks

_MOST_HEADER_LINES = 14


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
    marking = _Marking(lines, lenient=lenient)
    at = 0
    while at < len(lines):
        at = marking.step(at)
    return Marked(tuple(marking.marks), bool(marking.forwarded))


class _Marking:
    """The marks so far, while walking down the lines."""

    def __init__(self, lines: list[str], *, lenient: bool) -> None:
        self.lines = lines
        self.marks: list[Mark | None] = [Mark.QUOTED if quoted else None for quoted in quote_marks(lines)]
        self.forwarded: bool | None = None
        self._lenient = lenient
        self._seen_own = False

    def step(self, at: int) -> int:
        """Mark what begins on this line; the next line to look at."""
        if self.marks[at] is Mark.QUOTED:
            self._meets_foreign(forwarded=phrase_of(self.lines[at].lstrip("> ")) in FORWARDED)
            return at + 1
        phrase = phrase_of(self.lines[at])
        header_end = _header_block_end(self.lines, self.marks, at + 1 if phrase else at)
        if phrase or header_end is not None:
            self._meets_foreign(forwarded=phrase in FORWARDED)
            return self._head(at, _divided_head_end(self.marks, at) if header_end is None else header_end)
        if span := attribution(self.lines, self.marks, at):
            return self._attribution(at, *span)
        self._seen_own = self._seen_own or bool(self.lines[at].strip() and not may_begin_attribution(self.lines[at]))
        return at + 1

    def _head(self, start: int, end: int) -> int:
        """A divider or header block: where no quote marks follow, everything below it is foreign."""
        if quote_follows(self.lines, self.marks, end):
            return self._mark(start, end + 1, Mark.ATTRIBUTION)
        return self._mark(start, len(self.lines), Mark.REST)

    def _attribution(self, at: int, start: int, sure: bool) -> int:  # noqa: FBT001 - half of a pair
        """An attribution: quote marks below, or everything below, or, unsure and without either, the writer's words."""
        end = attribution_end(self.lines, self.marks, at)
        marks_follow = quote_follows(self.lines, self.marks, end)
        if sure:
            self._meets_foreign(forwarded=False)
            if not marks_follow and (self._seen_own or not self._lenient):
                return self._mark(start, len(self.lines), Mark.REST)
        if sure or marks_follow:
            return self._mark(start, end + 1, Mark.ATTRIBUTION)
        self._seen_own = True
        return at + 1

    def _mark(self, start: int, end: int, mark: Mark) -> int:
        """Mark lines `start` up to, not including, `end`."""
        self.marks[start:end] = [mark] * (end - start)
        return end

    def _meets_foreign(self, *, forwarded: bool) -> None:
        """Only the first foreign thing tells a forwarded mail from a reply."""
        if self.forwarded is None:
            self.forwarded = forwarded


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
