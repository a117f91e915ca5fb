import math

import pytest

from classifiers.evaluation import Share, evaluate
from classifiers.examples import Example
from classifiers.intents import Intent
from classifiers.prediction import Prediction


def example(*intents: Intent) -> Example:
    return Example("text", frozenset(intents), "en", "plain", "group")


def prediction(act=(), maybe=(), **probabilities: float) -> Prediction:
    said = {intent: probabilities.get(intent, 0.0) for intent in Intent}
    return Prediction("en", said, tuple(act), tuple(maybe), bool(maybe), (), "test")


def test_the_interval_of_a_share_is_wilsons():
    """Ten of ten is at least 72 % (Wilson 1927), and nothing of nothing is anything."""
    assert Share(10, 10).interval() == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert math.isnan(Share(0, 0).value)


def test_figures_count_what_they_say():
    """One right stop, one missed stop, one pause without reason and one wrong act, each where it belongs."""
    examples = [example(Intent.OPT_OUT), example(Intent.ERASURE), example(Intent.ACCESS), example()]
    predictions = [
        prediction(act=[Intent.OPT_OUT], opt_out=1.0),
        prediction(),
        prediction(maybe=[Intent.OPT_OUT], access=1.0),
        prediction(act=[Intent.INTERESTED], interested=1.0),
    ]
    measured = evaluate(examples, predictions)
    assert measured.stop_seen == Share(1, 2)
    assert measured.paused_without == Share(1, 2)
    assert measured.act_precision == Share(1, 2)
    assert measured.act_coverage == Share(1, 3)
    assert measured.unrelated_acted == Share(1, 1)
    assert measured.exact == Share(2, 4)
    assert measured.micro_f1 == pytest.approx(2 * 2 / (3 + 3))
    assert measured.macro_f1 == pytest.approx((1 + 0 + 1) / 3)
    assert measured.calibration_error == pytest.approx(2 / 36)


def test_nothing_can_be_measured_too():
    """An empty file has a table, with no figure in it."""
    assert "examples" in evaluate([], []).as_table()
