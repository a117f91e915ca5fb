"""Finding our own text in a reply, whatever a mail client did to its lines, blanks, links and quote marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_WORD = re.compile(r"\w+")
_NOISE = re.compile(
    r"<?\bhttps?://[^\s>]{1,2000}>?|<mailto:[^\s>]{1,400}>|\[(?:image|cid):[^\]\n]{0,300}\]", re.IGNORECASE
)
_SHINGLE = 5
"""Words that must follow each other as we wrote them."""
_LEAST_RUN = 8
"""A shorter run may be anybody's phrase."""
_LEAST_TAKEN = 25
_LEAST_SHARE = 0.6
"""What a client quotes is at least so many words, or so much of a short mail. Fewer are the person's answer in words
that we offered ("Reply with: please remove me from your list"), and must stay."""
_MOST_PLACES = 8
_MOST_CHANGED = 6
"""Words that a client may have put in the place of others (a link's text, an encoded sign)."""
_MOST_CHARS = 200_000
_MOST_SENT_CHARS = 50_000
_MOST_SENT = 20
_LEFTOVER = re.compile(r"[^\w\n]*")


def without_sent(text: str, sent_texts: tuple[str, ...]) -> tuple[str, str]:
    """The text without runs of words that stand in `sent_texts`, and what was taken out."""
    places = _places([word for sent in sent_texts[:_MOST_SENT] for word, _, _ in _words(sent[:_MOST_SENT_CHARS])])
    words = list(_words(text[:_MOST_CHARS])) if places else []
    runs = _bridged([run for run in _runs([word for word, _, _ in words], places) if run.length >= _LEAST_RUN])
    shortest = min((len(_WORD.findall(sent[:_MOST_SENT_CHARS])) for sent in sent_texts if sent.strip()), default=0)
    if sum(run.length for run in runs) < max(_LEAST_RUN, min(_LEAST_TAKEN, shortest * _LEAST_SHARE)):
        return text, ""
    return _cut(text, [(words[run.start][1], words[run.end - 1][2]) for run in runs])


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared here: without case, punctuation and links."""
    return [word for word, _, _ in _words(text)]


def runs_of_sent(text: str, sent: str) -> list[tuple[str, ...]]:
    """Runs of words of the text that stand in `sent`, each long enough to be nobody's chance phrase."""
    words = words_of(text[:_MOST_CHARS])
    found = _runs(words, _places(words_of(sent[:_MOST_SENT_CHARS])))
    return [tuple(words[run.start : run.end]) for run in found if run.length >= _LEAST_RUN]


@dataclass(frozen=True, slots=True)
class _Run:
    """Words `start` to `end` (behind the last) of the reply, which are ours from word `sent_start` on."""

    start: int
    end: int
    sent_start: int

    @property
    def length(self) -> int:
        """How many words."""
        return self.end - self.start


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Words without regard to case, with their places; links are no words, because clients rewrite them."""
    visible = _NOISE.sub(lambda match: " " * len(match[0]), text)
    return ((match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(visible))


def _places(words: list[str]) -> dict[tuple[str, ...], list[int]]:
    """Where each run of `_SHINGLE` words stands in what we sent; of a phrase that we repeat, a few places."""
    places: dict[tuple[str, ...], list[int]] = {}
    for at, shingle in enumerate(_shingles(words)):
        known = places.setdefault(shingle, [])
        if len(known) < _MOST_PLACES:
            known.append(at)
    return places


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Each run of `_SHINGLE` words."""
    return zip(*(words[offset:] for offset in range(_SHINGLE)), strict=False)


def _runs(words: list[str], places: dict[tuple[str, ...], list[int]]) -> Iterator[_Run]:
    """Longest stretches of words that follow each other in the reply as they do in what we sent.

    The person's own words may happen to be ours too, right above the quote ("Please remove me from your list"): they do
    not follow each other with the quote, so they are a run of their own.
    """
    start, going = 0, frozenset[int]()
    for at, shingle in enumerate(_shingles(words)):
        here = places.get(shingle, ())
        on = frozenset(place for place in here if place - 1 in going)
        if going and not on:
            yield _Run(start, at - 1 + _SHINGLE, min(going) - (at - 1 - start))
        if not on:
            start, on = at, frozenset(here)
        going = on
    if going:
        yield _Run(start, len(words), min(going) - (len(words) - _SHINGLE - start))


def _bridged(runs: list[_Run]) -> list[_Run]:
    """Runs with what a client changed between two of them; what the person put between stays."""
    joined: list[_Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        start = max(run.start, last.end) if last else run.start
        if last and 0 < start - last.end <= run.sent_start - last.sent_start - last.length <= _MOST_CHANGED:
            joined[-1] = replace(last, end=run.end)
        elif run.end > start:
            joined.append(replace(run, start=start, sent_start=run.sent_start + start - run.start))
    return joined


def _cut(text: str, spans: list[tuple[int, int]]) -> tuple[str, str]:
    """Take the spans out, with the punctuation and marks that they leave alone on a line."""
    kept: list[str] = []
    removed: list[str] = []
    position = 0
    for start, end in spans:
        kept.append(text[position:start])
        removed.append(text[start:end])
        position = end
    kept.append(text[position:])
    touched = "\0".join(kept)
    lines = (
        line.replace("\0", " ") for line in touched.split("\n") if "\0" not in line or not _LEFTOVER.fullmatch(line)
    )
    return "\n".join(lines), "\n".join(removed)
