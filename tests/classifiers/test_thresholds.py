import numpy as np

from classifiers.intents import Intent
from classifiers.scoring import INTENTS
from classifiers.thresholds import calibrate, choose, least_known

OPT_OUT = INTENTS.index(Intent.OPT_OUT)


def one_intent(values: np.ndarray, dtype: type) -> np.ndarray:
    matrix = np.zeros((len(values), len(INTENTS)), dtype=dtype)
    matrix[:, OPT_OUT] = values
    return matrix


def chosen(probabilities, labels, groups=None, doubtful=None):
    count = len(labels)
    return choose(
        one_intent(probabilities, float),
        one_intent(labels, bool),
        np.arange(count) if groups is None else groups,
        np.zeros((count, len(INTENTS)), dtype=bool) if doubtful is None else one_intent(doubtful, bool),
    )


def test_precision_must_be_proved_before_anything_is_acted_on():
    """Sixty right ones without a wrong one prove it, thirty do not."""
    labels = np.array([True] * 60 + [False] * 60)
    probabilities = np.where(labels, 0.9, 0.1)
    assert chosen(probabilities, labels).act[OPT_OUT] == 0.9
    assert np.isinf(chosen(probabilities[30:90], labels[30:90]).act[OPT_OUT])


def test_a_group_has_one_voice():
    """Sixty copies of one template prove as little as one."""
    labels = np.array([True] * 60 + [False] * 60)
    groups = np.where(labels, 0, np.arange(120))
    assert np.isinf(chosen(np.where(labels, 0.9, 0.1), labels, groups).act[OPT_OUT])


def test_wrong_ones_raise_the_threshold_unless_they_are_never_acted_on():
    """What stands in doubt anyway says nothing about acting."""
    labels = np.array([True] * 100 + [False] * 100)
    probabilities = np.concatenate([np.linspace(0.7, 1.0, 100), np.full(100, 0.1)])
    probabilities[-5:] = 0.72
    doubtful = ~labels & (probabilities > 0.5)
    assert chosen(probabilities, labels).act[OPT_OUT] > 0.72
    assert chosen(probabilities, labels, doubtful=doubtful).act[OPT_OUT] < 0.72


def test_maybe_is_never_above_act_and_low_enough_for_recall():
    """A person sees nearly every wish to stop, as long as few others are shown."""
    labels = np.array([True] * 100 + [False] * 400)
    probabilities = np.concatenate([np.linspace(0.3, 1.0, 100), np.full(400, 0.01)])
    thresholds = chosen(probabilities, labels)
    assert thresholds.maybe[OPT_OUT] <= 0.31
    assert all(maybe <= act for maybe, act in zip(thresholds.maybe, thresholds.act, strict=True))


def test_calibration_says_what_is_true():
    """Scores whose odds are known become their probabilities."""
    generator = np.random.default_rng(0)
    scores = generator.normal(size=4_000)
    labels = generator.random(4_000) < 1.0 / (1.0 + np.exp(-2.0 * scores))
    nothing = np.zeros((4_000, len(INTENTS)))
    calibration = calibrate(one_intent(scores, float), nothing, one_intent(labels, bool))
    said = calibration.probabilities(one_intent(np.array([1.0]), float), nothing[:1])[0, OPT_OUT]
    assert abs(said - 1.0 / (1.0 + np.exp(-2.0))) < 0.05


def test_what_a_rule_found_never_makes_an_intent_less_likely():
    """A rule adds; where the examples speak against it, it adds nothing."""
    labels = np.array([True, False] * 50)
    found = one_intent(~labels, float)
    assert calibrate(one_intent(np.zeros(100), float), found, one_intent(labels, bool)).bonuses[OPT_OUT] == 0.0


def test_one_example_in_twenty_is_unlike_the_others():
    """The share of known words below which a text is strange comes from the examples themselves."""
    assert abs(least_known(np.linspace(0.0, 1.0, 101)) - 0.05) < 1e-9
