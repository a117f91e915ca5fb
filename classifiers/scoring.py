"""From n-gram counts to probabilities: what a trained model computes, as arrays and pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.features import Vocabulary, cut, words
from classifiers.intents import Intent

INTENTS = tuple(Intent)
"""The columns of every matrix of scores and probabilities."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Platt's sigmoid for each of `INTENTS`, with what a rule adds that found the intent too.

    probability = 1 / (1 + exp(-(slope * score + bonus * found + offset))), and no bonus is negative.
    """

    slopes: Matrix
    bonuses: Matrix
    offsets: Matrix

    def probabilities(self, scores: Matrix, found: Matrix) -> Matrix:
        """Texts x intents, of scores and of what rules found (0 or 1) in the same shape."""
        logits = scores * self.slopes + found * self.bonuses + self.offsets
        return 1.0 / (1.0 + np.exp(-np.clip(logits, -35.0, 35.0)))


@dataclass(frozen=True)
class Parameters:
    """What makes probabilities of texts.

    `weights` are intents x n-grams; `discount` is taken from the score of a window for each doubling of the number of
    windows around it.
    """

    vocabulary: Vocabulary
    weights: Matrix
    intercepts: Matrix
    discount: float
    calibration: Calibration


def score(prepared: Sequence[str], parameters: Parameters) -> tuple[Matrix, Matrix]:
    """Scores (texts x intents) of prepared texts, and the share of known words of each."""
    windows = cut(prepared)
    counts = parameters.vocabulary.count(windows)
    raw = parameters.vocabulary.weigh(counts) @ parameters.weights.T + parameters.intercepts
    scores = combine(raw, windows.whole, parameters.discount)
    return scores, known_share(counts[windows.whole], prepared, parameters.vocabulary.single_words)


def combine(window_scores: Matrix, whole: NDArray[np.bool_], discount: float) -> Matrix:
    """Scores of texts: the best of the whole and, at a discount that grows with the length, of each window.

    `whole` says which windows are whole texts; the windows of a text follow it.
    """
    starts = np.flatnonzero(whole)
    sizes = np.diff([*starts, len(whole)])
    penalty = np.where(whole, 0.0, discount * np.log2(np.repeat(sizes, sizes)))
    combined: Matrix = np.maximum.reduceat(window_scores - penalty[:, None], starts, axis=0)
    return combined


def known_share(whole_counts: sparse.csr_matrix, prepared: Sequence[str], single_words: NDArray[np.bool_]) -> Matrix:
    """For each text the share of its words that stand in the vocabulary; 0 where it has no words."""
    known = whole_counts @ single_words.astype(np.float64)
    total = np.array([len(words(text)) for text in prepared], dtype=np.float64)
    share: Matrix = known / np.maximum(total, 1.0)
    return share
