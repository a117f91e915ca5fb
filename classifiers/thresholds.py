"""What out-of-fold scores teach: calibration, from when to act, from when to ask, and what is unlike anything seen."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers.evaluation import Share
from classifiers.intents import Intent
from classifiers.scoring import INTENTS, Calibration, Matrix
from classifiers.verdict import Thresholds

Labels = NDArray[np.bool_]

ACT_PRECISION = 0.95
"""The lower bound of precision (one-sided, 95 %) from which something may be acted on without a person."""

_ONE_SIDED_95 = 1.6448536269514722
_MIN_POSITIVES = 20
"""Fewer examples of an intent than these calibrate nothing: it is never acted on."""

MAYBE_RECALL = {Intent.OPT_OUT: 0.995, Intent.ERASURE: 0.995, Intent.COMPLAINT: 0.99}
"""The share of an intent's own examples that a person should at least see; `_OTHER_RECALL` for the rest."""

_OTHER_RECALL = 0.97

MAYBE_FALSE = 0.04
"""At most this share of the replies without an intent may be shown to a person because of it."""

UNLIKE_SHARE = 0.05
"""This share of the project's own examples counts as unlike the others."""


def calibrate(scores: Matrix, found: Matrix, labels: Labels) -> Calibration:
    """Platt's sigmoid for each intent, from what rules found and from scores of models that had not seen the text."""
    slopes, bonuses, offsets = np.ones(len(INTENTS)), np.zeros(len(INTENTS)), np.zeros(len(INTENTS))
    for column in range(len(INTENTS)):
        if labels[:, column].all() or not labels[:, column].any():
            offsets[column] = -20.0
            continue
        pairs = np.column_stack([scores[:, column], found[:, column]])
        fitted = LogisticRegression(C=10.0).fit(pairs, labels[:, column])
        slopes[column], offsets[column] = fitted.coef_[0, 0], fitted.intercept_[0]
        bonuses[column] = max(0.0, fitted.coef_[0, 1])
    return Calibration(slopes, bonuses, offsets)


def choose(probabilities: Matrix, labels: Labels, groups: NDArray[np.intp], doubtful: Labels) -> Thresholds:
    """The thresholds that the out-of-fold probabilities (texts x intents) of whole groups justify.

    What is `doubtful` (texts x intents) is never acted on, so it says nothing about the precision of acting.
    """
    act = [
        _act(probabilities[sure, column], labels[sure, column], groups[sure]) for column, sure in enumerate(~doubtful.T)
    ]
    maybe = [_maybe(probabilities[:, column], labels[:, column], intent) for column, intent in enumerate(INTENTS)]
    return Thresholds(tuple(act), tuple(map(min, maybe, act)))


def least_known(known: Matrix) -> float:
    """The share of known words below which a text counts as unlike anything seen."""
    return float(np.quantile(known, UNLIKE_SHARE))


def _act(probabilities: Matrix, labels: Labels, groups: NDArray[np.intp]) -> float:
    """The smallest probability from which precision is proved; infinite where nothing is."""
    if labels.sum() < _MIN_POSITIVES:
        return np.inf
    right, wrong = _best_of_groups(probabilities, labels, groups)
    for threshold in np.unique(right):
        counted = wrong >= threshold
        good = int(((right >= threshold) & ~counted).sum())
        low, _ = Share(good, good + int(counted.sum())).interval(_ONE_SIDED_95)
        if low >= ACT_PRECISION:
            return float(threshold)
    return np.inf


def _best_of_groups(probabilities: Matrix, labels: Labels, groups: NDArray[np.intp]) -> tuple[Matrix, Matrix]:
    """For each group the highest probability of its right and of its wrong texts: a group has one voice."""
    names, numbers = np.unique(groups, return_inverse=True)
    right, wrong = np.full(len(names), -1.0), np.full(len(names), -1.0)
    np.maximum.at(right, numbers[labels], probabilities[labels])
    np.maximum.at(wrong, numbers[~labels], probabilities[~labels])
    return right, wrong


def _maybe(probabilities: Matrix, labels: Labels, intent: Intent) -> float:
    """Low enough for the recall asked for, unless too many replies without the intent would be shown."""
    if not labels.any() or labels.all():
        return 0.5
    recall = MAYBE_RECALL.get(intent, _OTHER_RECALL)
    for_recall = np.quantile(probabilities[labels], 1.0 - recall)
    for_silence = np.quantile(probabilities[~labels], 1.0 - MAYBE_FALSE)
    return float(max(for_recall, for_silence))
