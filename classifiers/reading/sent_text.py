"""Finding our own text in a reply, whatever a mail client did to its lines, blanks, links and quote marks."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"\w+")
_NOISE = re.compile(
    r"<?\bhttps?://[^\s>]{1,2000}>?|<mailto:[^\s>]{1,400}>|\[(?:image|cid):[^\]\n]{0,300}\]", re.IGNORECASE
)
_SHINGLE = 5
"""Words that must follow each other as we wrote them."""
_LEAST_RUN = 8
"""A shorter run may be anybody's phrase."""
_LEAST_WHEN_ALL = 25
"""Where nothing but our words remains and they are fewer, the person answered with them ("Reply: please remove me")."""
_MOST_CHARS = 200_000
_MOST_SENT_CHARS = 50_000
_MOST_SENT = 20
_LEFTOVER = re.compile(r"[^\w\n]*")


def without_sent(text: str, sent_texts: tuple[str, ...]) -> tuple[str, str]:
    """The text without runs of words that stand in `sent_texts`, and what was taken out."""
    sent_words = ([word for word, _, _ in _words(sent[:_MOST_SENT_CHARS])] for sent in sent_texts[:_MOST_SENT])
    shingles = {shingle for words in sent_words for shingle in _shingles(words)}
    words = list(_words(text[:_MOST_CHARS])) if shingles else []
    runs = [run for run in _runs(words, shingles) if run[1] - run[0] >= _LEAST_RUN]
    if not runs:
        return text, ""
    spans = [(words[first][1], words[last - 1][2]) for first, last in runs]
    kept, removed = _cut(text, spans)
    taken = sum(last - first for first, last in runs)
    if taken < _LEAST_WHEN_ALL and not _WORD.search(kept):
        return text, ""
    return kept, removed


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Words without regard to case, with their places; links are no words, because clients rewrite them."""
    visible = _NOISE.sub(lambda match: " " * len(match[0]), text)
    return ((match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(visible))


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Each run of `_SHINGLE` words."""
    return zip(*(words[offset:] for offset in range(_SHINGLE)), strict=False)


def _runs(words: list[tuple[str, int, int]], shingles: set[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Stretches of words, as first and behind-last index, that known shingles cover without a gap."""
    start = end = 0
    for at, shingle in enumerate(_shingles([word for word, _, _ in words])):
        if shingle not in shingles:
            continue
        if at > end:
            if end > start:
                yield start, end
            start = at
        end = at + _SHINGLE
    if end > start:
        yield start, end


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
