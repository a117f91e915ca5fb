"""Learning the classifier from examples, in the same way each time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from classifiers import thresholds
from classifiers.evaluation import evaluate
from classifiers.examples import Example, data_hash, read_examples
from classifiers.features import Vocabulary, Windows, character_counter, cut, prepare, word_counter
from classifiers.intents import WISHES_TO_STOP
from classifiers.prediction import Prediction
from classifiers.registry import TrainedModel, content_hash, save
from classifiers.rules import Finding, find, found
from classifiers.scoring import INTENTS, Calibration, Matrix, Parameters, combine, known_share
from classifiers.verdict import Limits, conclude

Rows = NDArray[np.intp]
Labels = NDArray[np.bool_]
Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""

MIN_SENDERS = 3
"""Groups that must use an n-gram before a model may know it: fewer, and it might be somebody's name."""

FOLDS = 5
DISCOUNT = 0.2
STRENGTH = 0.5
"""Inverse of the regularisation (scikit-learn's C)."""


_STOPS = np.array([intent in WISHES_TO_STOP for intent in INTENTS])


class TooFewExamples(ValueError):  # noqa: N818 (the name says what is wrong)
    """There is too little to learn from: at least ten groups of examples are needed, some of them with an intent."""


@dataclass(frozen=True)
class _Material:
    """All examples as counts of all their n-grams; `counts` has a row for each window, `labels` one for each text."""

    examples: Sequence[Example]
    prepared: list[str]
    windows: Windows
    counts: sparse.csr_matrix
    words: list[str]
    characters: list[str]
    findings: list[Finding]
    labels: Labels
    groups: NDArray[np.intp]


@dataclass(frozen=True)
class _Fitted:
    """What one fit found: the columns of `_Material.counts` that it knows, and its weights for them."""

    columns: Rows
    vocabulary: Vocabulary
    weights: Matrix
    intercepts: Matrix


@dataclass(frozen=True)
class _OutOfFold:
    """For each text what a model said that had not seen its group: scores, share of known words, number of the fold."""

    scores: Matrix
    known: Matrix
    fold: Rows


def train(examples: Sequence[Example], *, seed: int = 0, progress: Progress | None = None) -> TrainedModel:
    """The model that the examples teach, and how well others like it did on groups they had not seen.

    Raises `TooFewExamples`. The same examples in the same order give the same model.
    """
    step = _steps(progress, FOLDS + 2)
    material = _material(examples)
    next(step)
    unseen = _out_of_fold(material, seed, step)
    fitted = _fit(material, np.arange(len(examples)), seed)
    calibration = thresholds.calibrate(unseen.scores, found(material.findings), material.labels)
    limits = _limits(unseen, calibration, material, np.arange(len(examples)))
    evaluation = evaluate(examples, _predictions(unseen, material))
    next(step)
    parameters = Parameters(fitted.vocabulary, fitted.weights, fitted.intercepts, DISCOUNT, calibration)
    name = f"{'-'.join(limits.languages)}-{content_hash(parameters, limits)[:12]}"
    return TrainedModel(parameters, replace(limits, version=name), evaluation, data_hash(examples), len(examples))


def train_from_files(paths: Sequence[Path], out: Path, progress: Progress | None = None) -> TrainedModel:
    """Trains on the examples of the files and stores the model; raises `UnusableExamples` and `TooFewExamples`."""
    trained = train(read_examples(paths), progress=progress)
    save(trained, out)
    return trained


def _steps(progress: Progress | None, total: int) -> Iterator[None]:
    for done in range(1, total + 1):
        if progress is not None:
            progress(done, total)
        yield


def _material(examples: Sequence[Example]) -> _Material:
    groups = np.unique([example.group for example in examples], return_inverse=True)[1] if examples else np.array([])
    labels = np.array([[intent in example.intents for intent in INTENTS] for example in examples], dtype=np.bool_)
    if len(np.unique(groups)) < 2 * FOLDS or not labels.any():
        raise TooFewExamples(f"{len(examples)} examples; {TooFewExamples.__doc__}")
    prepared = [prepare(example.text) for example in examples]
    windows = cut(prepared)
    word, character = word_counter(), character_counter()
    counts = sparse.hstack([c.fit_transform(windows.sentences) for c in (word, character)], format="csr")
    return _Material(
        examples, prepared, windows, windows.sums @ counts,
        word.get_feature_names_out().tolist(), character.get_feature_names_out().tolist(),
        [find(text) for text in prepared], labels, groups,
    )  # fmt: skip


def _out_of_fold(material: _Material, seed: int, step: Iterator[None]) -> _OutOfFold:
    """Scores each text with a model that was fitted without the text's group."""
    scores = np.zeros(material.labels.shape)
    known = np.zeros(len(material.examples))
    fold = np.zeros(len(material.examples), dtype=np.intp)
    for number, (learned, left) in enumerate(_folds(material, seed)):
        fitted = _fit(material, learned, seed)
        windows = _of_texts(material.windows, left)
        counts = material.counts[windows][:, fitted.columns]
        whole = material.windows.whole[windows]
        raw = fitted.vocabulary.weigh(counts) @ fitted.weights.T + fitted.intercepts
        scores[left] = combine(raw, whole, DISCOUNT)
        texts = [material.prepared[row] for row in left]
        known[left] = known_share(counts[whole], texts, fitted.vocabulary.single_words)
        fold[left] = number
        next(step)
    return _OutOfFold(scores, known, fold)


def _folds(material: _Material, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Splits in which a group is never on both sides, alike in languages and first intents."""
    kinds = [f"{e.lang} {min(e.intents, default='other')}" for e in material.examples]
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    yield from splitter.split(np.zeros(len(kinds)), np.unique(kinds, return_inverse=True)[1], material.groups)


def _of_texts(windows: Windows, texts: Rows) -> Rows:
    """The windows of some texts, which must be in ascending order."""
    return np.flatnonzero(np.isin(windows.owner, texts))


def _fit(material: _Material, learned: Rows, seed: int) -> _Fitted:
    """Fits one linear model for each intent on the windows of the texts `learned`."""
    rows = _of_texts(material.windows, learned)
    whole = material.windows.whole[rows]
    owner = material.windows.owner[rows]
    columns, vocabulary = _vocabulary(material, rows[whole])
    features = vocabulary.weigh(material.counts[rows][:, columns])
    weights, intercepts = np.zeros((len(INTENTS), len(columns))), np.full(len(INTENTS), -10.0)
    for column in range(len(INTENTS)):
        truth = material.labels[owner, column]
        # No part of a reply without an intent has it; which part of a reply with it has it, nobody said.
        taught = whole | ~truth
        if not truth.any() or truth[whole].all():
            continue
        model = LinearSVC(C=STRENGTH, class_weight="balanced", max_iter=20_000, random_state=seed)
        model.fit(features[taught], truth[taught])
        weights[column], intercepts[column] = model.coef_[0], model.intercept_[0]
    # A model file keeps four bytes for each weight: what is measured is what will be loaded.
    return _Fitted(columns, vocabulary, weights.astype(np.float32).astype(np.float64), intercepts)


def _vocabulary(material: _Material, whole_rows: Rows) -> tuple[Rows, Vocabulary]:
    """The n-grams that at least `MIN_SENDERS` groups use, weighted by how few do (smoothed IDF)."""
    groups = np.unique(material.groups[material.windows.owner[whole_rows]], return_inverse=True)[1]
    texts = np.arange(len(whole_rows))
    membership = sparse.csr_matrix((np.ones(len(texts)), (groups, texts)))
    users = np.asarray(((membership @ material.counts[whole_rows]) > 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(users >= MIN_SENDERS)
    idf = np.log((1.0 + membership.shape[0]) / (1.0 + users[columns])) + 1.0
    idf = idf.astype(np.float32).astype(np.float64)
    border = int(np.searchsorted(columns, len(material.words)))
    word_terms = [material.words[column] for column in columns[:border]]
    character_terms = [material.characters[column - len(material.words)] for column in columns[border:]]
    return columns, Vocabulary(word_terms, character_terms, idf)


def _limits(unseen: _OutOfFold, calibration: Calibration, material: _Material, texts: Rows) -> Limits:
    """What out-of-fold scores of some texts justify."""
    probabilities = calibration.probabilities(unseen.scores[texts], found(material.findings)[texts])
    least_known = thresholds.least_known(unseen.known[texts])
    negated = np.array([material.findings[text].negated for text in texts])
    doubtful = (unseen.known[texts] < least_known)[:, None] | (negated[:, None] & _STOPS)
    return Limits(
        thresholds.choose(probabilities, material.labels[texts], material.groups[texts], doubtful),
        least_known,
        tuple(sorted({example.lang for example in material.examples})),
        "out-of-fold",
    )


def _predictions(unseen: _OutOfFold, material: _Material) -> list[Prediction]:
    """Predictions of each fold, with calibration and thresholds from the other folds: nothing has seen its text."""
    hits = found(material.findings)
    predictions: dict[int, Prediction] = {}
    for number in np.unique(unseen.fold):
        others, own = np.flatnonzero(unseen.fold != number), np.flatnonzero(unseen.fold == number)
        calibration = thresholds.calibrate(unseen.scores[others], hits[others], material.labels[others])
        limits = _limits(unseen, calibration, material, others)
        rows = calibration.probabilities(unseen.scores[own], hits[own]).tolist()
        alone = calibration.probabilities(unseen.scores[own], np.zeros_like(hits[own])).tolist()
        for text, row, unaided in zip(own.tolist(), rows, alone, strict=True):
            predictions[text] = conclude(
                material.examples[text].text, material.findings[text], row, unaided, unseen.known[text], limits
            )
    return [predictions[text] for text in range(len(material.examples))]
