"""How good predictions are: measured on examples that the model has not learned from."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers.examples import Example, read_examples
from classifiers.intents import WISHES_TO_STOP, Intent
from classifiers.prediction import Classifier, Prediction

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""

_BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with its Wilson interval (Wilson 1927); nothing of nothing is somewhere in 0..1."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself; NaN for nothing of nothing."""
        return self.hits / self.total if self.total else math.nan

    def interval(self, z: float = Z_95) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.hits / self.total
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        margin = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - margin), min(1.0, middle + margin)

    def __str__(self) -> str:
        if not self.total:
            return "      -"
        low, high = self.interval()
        return f"{self.value:7.1%} ({low:.1%}-{high:.1%}, {self.hits}/{self.total})"


@dataclass(frozen=True, slots=True)
class IntentReport:
    """One intent: precision and recall at a probability of 0.5, of what is acted on, and of what is at least seen."""

    intent: Intent
    precision: Share
    recall: Share
    act_precision: Share
    act_recall: Share
    seen_recall: Share
    calibration_error: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN where there is no positive example."""
        if not self.recall.total:
            return math.nan
        return 2 * self.recall.hits / (self.precision.total + self.recall.total)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured on a set of examples.

    `stop_seen` is the share of wishes to stop (`WISHES_TO_STOP`) that are acted on or paused, `paused_without` the
    share of replies without such a wish that are paused all the same, `unrelated_acted` the share of replies
    without any intent on which something is acted, `act_precision` the share of right ones among all intents
    acted on, and `calibration_error` the expected calibration error over all intents (Naeini 2015, ten bins).
    """

    examples: int
    micro_f1: float
    macro_f1: float
    exact: Share
    calibration_error: float
    act_precision: Share
    act_coverage: Share
    stop_seen: Share
    paused_without: Share
    unrelated_acted: Share
    unrelated_seen: Share
    review: Share
    intents: tuple[IntentReport, ...]

    def as_table(self) -> str:
        """The figures as text for a terminal, some twenty lines."""
        totals = (
            ("examples", str(self.examples)),
            ("micro-F1, macro-F1", f"{self.micro_f1:.3f}, {self.macro_f1:.3f}"),
            ("exact set of intents", str(self.exact)),
            ("calibration error", f"{self.calibration_error:.3f}"),
            ("right of what is acted on", str(self.act_precision)),
            ("acted on of all intents", str(self.act_coverage)),
            ("wishes to stop acted on or paused", str(self.stop_seen)),
            ("paused without such a wish", str(self.paused_without)),
            ("acted on without any intent", str(self.unrelated_acted)),
            ("act or maybe without any intent", str(self.unrelated_seen)),
            ("sent to a person", str(self.review)),
        )
        lines = [f"{name:36}{value}" for name, value in totals]
        lines += [
            "",
            f"{'intent':16}{'F1':>6}{'precision':>11}{'recall':>9}{'act prec.':>11}{'act cov.':>10}{'seen':>8}{'n':>6}",
        ]
        lines += [_row(report) for report in self.intents]
        return "\n".join(lines)


def evaluate(examples: Sequence[Example], predictions: Sequence[Prediction]) -> Evaluation:
    """Measures predictions, one for each example in the same order."""
    pairs = [(example.intents, prediction) for example, prediction in zip(examples, predictions, strict=True)]
    reports = tuple(_report(intent, pairs) for intent in Intent)
    f1_scores = [report.f1 for report in reports if report.recall.total]
    hits = sum(report.recall.hits for report in reports)
    said = sum(report.precision.total for report in reports)
    positives = sum(report.recall.total for report in reports)
    unrelated = [(truth, p) for truth, p in pairs if not truth]
    return Evaluation(
        examples=len(pairs),
        micro_f1=2 * hits / (said + positives) if said + positives else math.nan,
        macro_f1=sum(f1_scores) / len(f1_scores) if f1_scores else math.nan,
        exact=_share(pairs, lambda truth, p: truth == _likely(p)),
        calibration_error=_calibration_error(
            [(p.probabilities[intent], intent in truth) for truth, p in pairs for intent in Intent]
        ),
        act_precision=Share(sum(r.act_precision.hits for r in reports), sum(r.act_precision.total for r in reports)),
        act_coverage=Share(sum(r.act_recall.hits for r in reports), positives),
        stop_seen=_share([pair for pair in pairs if pair[0] & WISHES_TO_STOP], lambda _, p: _pauses(p)),
        paused_without=_share([pair for pair in pairs if not pair[0] & WISHES_TO_STOP], lambda _, p: _pauses(p)),
        unrelated_acted=_share(unrelated, lambda _, p: bool(p.act)),
        unrelated_seen=_share(unrelated, lambda _, p: bool(p.act or p.maybe)),
        review=_share(pairs, lambda _, p: p.review),
        intents=reports,
    )


def evaluate_file(model: Classifier, path: Path) -> Evaluation:
    """Measures a classifier on a file of examples; raises `examples.UnusableExamples`."""
    examples = read_examples([path])
    return evaluate(examples, model.predict([example.text for example in examples]))


_Pair = tuple[frozenset[Intent], Prediction]


def _share(pairs: Sequence[_Pair], holds: Callable[[frozenset[Intent], Prediction], bool]) -> Share:
    return Share(sum(holds(truth, prediction) for truth, prediction in pairs), len(pairs))


def _pauses(prediction: Prediction) -> bool:
    return bool(WISHES_TO_STOP.intersection(prediction.act + prediction.maybe))


def _likely(prediction: Prediction) -> frozenset[Intent]:
    return frozenset(intent for intent, p in prediction.probabilities.items() if p >= 0.5)  # noqa: PLR2004 (even odds)


def _report(intent: Intent, pairs: Sequence[_Pair]) -> IntentReport:
    positives = [pair for pair in pairs if intent in pair[0]]
    said = [pair for pair in pairs if intent in _likely(pair[1])]
    acted = [pair for pair in pairs if intent in pair[1].act]
    return IntentReport(
        intent=intent,
        precision=_share(said, lambda truth, _: intent in truth),
        recall=_share(positives, lambda _, p: intent in _likely(p)),
        act_precision=_share(acted, lambda truth, _: intent in truth),
        act_recall=_share(positives, lambda _, p: intent in p.act),
        seen_recall=_share(positives, lambda _, p: intent in p.act + p.maybe),
        calibration_error=_calibration_error([(p.probabilities[intent], intent in truth) for truth, p in pairs]),
    )


def _calibration_error(said_and_true: Sequence[tuple[float, bool]]) -> float:
    """Mean distance between what was said and what was true, over bins of like probability."""
    if not said_and_true:
        return math.nan
    said, true = np.array(said_and_true, dtype=np.float64).T
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=said - true, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(said))


def _row(report: IntentReport) -> str:
    values = (report.precision, report.recall, report.act_precision, report.act_recall, report.seen_recall)
    precision, recall, act_precision, act_coverage, seen = (
        "-" if not share.total else f"{share.value:.1%}" for share in values
    )
    return (
        f"{report.intent:16}{report.f1:6.3f}{precision:>11}{recall:>9}{act_precision:>11}{act_coverage:>10}{seen:>8}"
        f"{report.recall.total:>6}"
    )
