"""The deterministic layer: stops and refusals in thirty languages, cited articles. It adds, and never takes away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifiers import language
from classifiers.features import fold, prepare, words
from classifiers.intents import Intent
from classifiers.prediction import Prediction
from classifiers.refusal_phrases import WHOLE_REFUSALS
from classifiers.stop_phrases import ANYWHERE, COURTESY, NEGATED_WISHES, WHOLE

_GAP = "…"
_KEY = 3
"""Letters by which a first word with a `*` is looked up; none is shorter."""

_LONGEST_GAP = 4
_LONGEST_WHOLE = 12
"""Words; a longer reply is never a wish and courtesy alone."""

_CITED = re.compile(
    r"(?:art(?:icle|ikel|iculo|icolo|igo|ykul|\.)?|§)\s{0,3}(\d{1,2})\b"
    r".{0,40}?\b(?:gdpr|dsgvo|ds-gvo|rgpd|rodo|avg|gpdr|regulation)\b"
)
_ARTICLES: Mapping[str, Intent] = {
    "6": Intent.LEGAL_BASIS,
    "14": Intent.DATA_SOURCE,
    "15": Intent.ACCESS,
    "16": Intent.RECTIFICATION,
    "17": Intent.ERASURE,
    "21": Intent.OPT_OUT,
    "77": Intent.COMPLAINT,
}
"""GDPR articles that are cited for one wish only."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules found: wishes, whether the reply is a wish to stop and nothing else, whether one is negated.

    `alone_in` are the languages in which the whole reply is a known wish to stop, `refused_in` those in which it is a
    known polite no.
    """

    hints: frozenset[Intent] = frozenset()
    alone_in: frozenset[str] = frozenset()
    refused_in: frozenset[str] = frozenset()
    negated: bool = False
    has_words: bool = True


def found(findings: Sequence[Finding]) -> NDArray[np.float64]:
    """Texts x intents: 1 where a rule found the intent and nothing in the text takes it back, else 0."""
    return np.array([[intent in f.hints and not f.negated for intent in Intent] for f in findings], dtype=np.float64)


def find(prepared: str) -> Finding:
    """What the rules find in a prepared text (`features.prepare`), in time linear in its length."""
    tokens = words(prepared)
    table = _table()
    alone_in = _alone(tokens, table.whole, table)
    refused_in = frozenset() if alone_in else _alone(tokens, table.refusals, table)
    negated = _contains(tokens, table.negated)
    hints = {_ARTICLES[number] for number in _CITED.findall(prepared) if number in _ARTICLES}
    if alone_in or _contains(tokens, table.anywhere):
        hints.add(Intent.OPT_OUT)
    return Finding(frozenset(hints), alone_in, refused_in, negated, has_words=bool(tokens))


class RulesOnly:
    """The classifier for when there is no usable model: whatever a rule finds is a `maybe`, and a person sees all."""

    @property
    def version(self) -> str:
        """Always the same name."""
        return "rules-only"

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction for each text, in the same order; never raises for any text."""
        return [self._predict(text) for text in texts]

    def _predict(self, text: str) -> Prediction:
        hints = find(prepare(text)).hints
        return Prediction(
            language=language.identify(text),
            probabilities=dict.fromkeys(Intent, 0.0),
            act=(),
            maybe=tuple(intent for intent in Intent if intent in hints),
            review=True,
            reasons=("no_model",),
            model_version=self.version,
        )


_Phrase = tuple[str, ...]
_Index = Mapping[str, Sequence[_Phrase]]


@dataclass(frozen=True, slots=True)
class _Table:
    """The phrases as folded words; those that may stand anywhere are found by their first word."""

    whole: Mapping[_Phrase, frozenset[str]]
    refusals: Mapping[_Phrase, frozenset[str]]
    anywhere: _Index
    negated: _Index
    courtesy: frozenset[str]


@cache
def _table() -> _Table:
    return _Table(
        whole=_whole(WHOLE),
        refusals=_whole(WHOLE_REFUSALS),
        anywhere=_index(phrase for listed in ANYWHERE.values() for phrase in _phrases(listed)),
        negated=_index(phrase for listed in NEGATED_WISHES.values() for phrase in _phrases(listed)),
        courtesy=frozenset(words(fold(COURTESY))),
    )


def _whole(listed: Mapping[str, str]) -> Mapping[_Phrase, frozenset[str]]:
    """Each phrase with the languages that it is known in."""
    known: dict[_Phrase, frozenset[str]] = {}
    for code, phrases in listed.items():
        for phrase in _phrases(phrases):
            known[phrase] = known.get(phrase, frozenset()) | {code}
    return known


def _phrases(listed: str) -> list[_Phrase]:
    """The phrases of a comma-separated list, each as its folded words with the marks `…` and `*` kept."""
    return [tuple(part for piece in phrase.split() for part in _parts(piece)) for phrase in listed.split(",")]


def _parts(piece: str) -> list[str]:
    if piece == _GAP:
        return [_GAP]
    parts = words(fold(piece.removesuffix("*")))
    return [*parts[:-1], f"{parts[-1]}*"] if piece.endswith("*") else parts


def _index(phrases: Iterable[_Phrase]) -> _Index:
    index: dict[str, list[_Phrase]] = {}
    for phrase in dict.fromkeys(phrases):
        first = phrase[0]
        key = f"{first[:_KEY]}*" if first.endswith("*") else first
        index.setdefault(key, []).append(phrase)
    return index


def _alone(tokens: Sequence[str], known: Mapping[_Phrase, frozenset[str]], table: _Table) -> frozenset[str]:
    """The languages in which a short reply is a known phrase and, at both ends, at most courtesy besides."""
    if len(tokens) > _LONGEST_WHOLE:
        return frozenset()
    polite = [token in table.courtesy for token in tokens]
    # "No, stop" has courtesy before the wish, "no more" is one: so courtesy is taken off word by word.
    found_in = [
        known.get(tuple(tokens[start:end]), frozenset())
        for start in range(len(tokens))
        if all(polite[:start])
        for end in range(start + 1, len(tokens) + 1)
        if all(polite[end:])
    ]
    return frozenset().union(*found_in)


def _contains(tokens: Sequence[str], index: _Index) -> bool:
    """Whether one of the phrases begins at one of the words."""
    return any(
        _stands_at(tokens, at, phrase)
        for at, token in enumerate(tokens)
        for key in (token, f"{token[:_KEY]}*")
        for phrase in index.get(key, ())
    )


def _stands_at(tokens: Sequence[str], at: int, phrase: _Phrase) -> bool:
    """Whether the phrase begins at this word; a phrase has few gaps, and each is short."""
    for place, part in enumerate(phrase):
        if part == _GAP:
            rest = phrase[place + 1 :]
            return any(_stands_at(tokens, start, rest) for start in range(at, at + _LONGEST_GAP + 1))
        if at >= len(tokens) or not _same(tokens[at], part):
            return False
        at += 1
    return True


def _same(token: str, part: str) -> bool:
    return token.startswith(part[:-1]) if part.endswith("*") else token == part
