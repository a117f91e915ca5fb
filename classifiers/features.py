"""From a text to numbers: what is masked and folded, where sentences end, which n-grams count and how much."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from classifiers.scrubbing import scrub

MAX_CHARACTERS = 20_000
"""Of a longer text the beginning and the end are looked at: a wish may stand below ten pages of anything."""

MAX_SENTENCES = 120
"""More sentences than these are joined to that number, so that the windows of a text are bounded too."""

WORD_PATTERN = r"\w\w+|\w"

_HEAD = MAX_CHARACTERS * 3 // 5
_WORD = re.compile(WORD_PATTERN)
# Nothing that ends a sentence need be followed by more than one space, so no repetition is nested here.
_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n\s*\n")
_SHORT_LINE = re.compile(r"(?m)^(.{1,48})\n")
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
# German umlauts are written ä, ae or a, according to the keyboard; "que" and "neue" hold none.
_WRITTEN_OUT = re.compile("([ao]|(?<![aeoq])u)e")
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "ʼ": "'"})
_LOOKALIKES = str.maketrans("авеікмнорстухѕјԁαοινερτυκ", "abeikmhopctyxsjdaoiveptuk")


def fold(text: str) -> str:
    """Lower case without accents, invisible characters or letters borrowed from another script (UAX 15, UTS 39).

    Written-out umlauts become plain vowels like all others: "löschen", "loeschen" and "loschen" are one word.
    """
    if text.isascii():
        return _WRITTEN_OUT.sub(r"\1", text.lower())
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    text = _INVISIBLE.sub("", text).translate(_PLAIN_LETTERS)
    if _OTHER_SCRIPT.search(text):
        text = _WORD.sub(lambda word: _in_one_script(word[0]), text)
    return _WRITTEN_OUT.sub(r"\1", text)


def _in_one_script(word: str) -> str:
    """A word of Latin and other letters in Latin alone; any other word as it is."""
    return word.translate(_LOOKALIKES) if _LATIN.search(word) and _OTHER_SCRIPT.search(word) else word


def excerpt(text: str) -> str:
    """The part of the text that is looked at, at most `MAX_CHARACTERS`."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return f"{text[:_HEAD]}\n\n{text[_HEAD - MAX_CHARACTERS + 2 :]}"


def prepare(text: str) -> str:
    """Excerpt, masked and folded: the one form in which rules and model read a text."""
    return excerpt(fold(scrub(excerpt(text))))


def words(prepared: str) -> list[str]:
    """The words of a prepared text."""
    return _WORD.findall(prepared)


def sentences(prepared: str) -> list[str]:
    """The sentences of a prepared text, at least one and at most `MAX_SENTENCES`.

    A short line ends a sentence, a long one was wrapped by a mail program.
    """
    broken = _SHORT_LINE.sub(r"\1\n\n", prepared)
    parts = [part for part in _SENTENCE_END.split(broken) if part.strip()] or [""]
    step = -(-len(parts) // MAX_SENTENCES)
    return [" ".join(parts[start : start + step]) for start in range(0, len(parts), step)]


@dataclass(frozen=True)
class Windows:
    """Texts cut into windows: the whole text, and where it has several sentences each of them and each pair.

    `whole` and `owner` say for each window whether it is the whole text and which text it belongs to; `sums`
    (windows x sentences) adds up sentence counts to window counts.
    """

    sentences: list[str]
    owner: NDArray[np.intp]
    whole: NDArray[np.bool_]
    sums: sparse.csr_matrix


def cut(prepared: Sequence[str]) -> Windows:
    """The windows of the prepared texts; the first window of each text is the whole."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    owner: list[int] = []
    whole: list[bool] = []
    for number, text in enumerate(prepared):
        start, own = len(parts), sentences(text)
        parts += own
        end = len(parts)
        text_spans = [(start, end)]
        if len(own) > 1:
            text_spans += [(at, at + 1) for at in range(start, end)]
        if len(own) > 2:  # noqa: PLR2004 (a pair of two is the whole)
            text_spans += [(at, at + 2) for at in range(start, end - 1)]
        spans += text_spans
        owner += [number] * len(text_spans)
        whole += [True] + [False] * (len(text_spans) - 1)
    return Windows(parts, np.array(owner, dtype=np.intp), np.array(whole, dtype=np.bool_), _sums(spans, len(parts)))


def _sums(spans: Sequence[tuple[int, int]], width: int) -> sparse.csr_matrix:
    indices = np.concatenate([np.arange(start, end) for start, end in spans]) if spans else np.zeros(0, dtype=int)
    indptr = np.concatenate([[0], np.cumsum([end - start for start, end in spans])]).astype(int)
    return sparse.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(spans), width))


def word_counter(terms: Sequence[str] | None = None) -> CountVectorizer:
    """Counts words and pairs of words: those of `terms` alone, where given."""
    return CountVectorizer(
        lowercase=False, token_pattern=WORD_PATTERN, ngram_range=(1, 2), vocabulary=terms, dtype=np.float64
    )


def character_counter(terms: Sequence[str] | None = None) -> CountVectorizer:
    """Counts two to five neighbouring characters within a word: those of `terms` alone, where given."""
    return CountVectorizer(lowercase=False, analyzer="char_wb", ngram_range=(2, 5), vocabulary=terms, dtype=np.float64)


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams that a model knows, words first, each with its inverse document frequency."""

    word_terms: Sequence[str]
    character_terms: Sequence[str]
    idf: NDArray[np.float64]

    @cached_property
    def _counters(self) -> tuple[CountVectorizer, CountVectorizer]:
        return word_counter(self.word_terms), character_counter(self.character_terms)

    @cached_property
    def single_words(self) -> NDArray[np.bool_]:
        """Which of the n-grams are single words."""
        single = [" " not in term for term in self.word_terms]
        return np.array(single + [False] * len(self.character_terms), dtype=np.bool_)

    def count(self, windows: Windows) -> sparse.csr_matrix:
        """Windows x n-grams: how often each n-gram stands in each window."""
        counts = [counter.transform(windows.sentences) for counter in self._counters]
        return windows.sums @ sparse.hstack(counts, format="csr")

    def weigh(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Sublinear TF-IDF of counts; the words and the characters of a row each get the length 1."""
        weighed = counts.copy()
        weighed.data = (1.0 + np.log(weighed.data)) * self.idf[weighed.indices]
        rows = np.repeat(np.arange(weighed.shape[0]), np.diff(weighed.indptr))
        blocks = 2 * rows + (weighed.indices >= len(self.word_terms))
        norms = np.sqrt(np.bincount(blocks, weights=weighed.data**2, minlength=2 * weighed.shape[0]))
        weighed.data /= norms[blocks]
        return weighed
