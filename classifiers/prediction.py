"""What the classifier says about one text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from classifiers.intents import Intent


@dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities of all nine intents for one text, and what follows from the model's thresholds.

    `act` and `maybe` are disjoint, in the order of `Intent`. `review` is true whenever there is a `maybe`, and
    for every further reason listed in `reasons` (unknown language, unlike anything seen, rule against model).
    """

    language: str | None
    probabilities: Mapping[Intent, float]
    act: tuple[Intent, ...]
    maybe: tuple[Intent, ...]
    review: bool
    reasons: tuple[str, ...]
    model_version: str


class Classifier(Protocol):
    """Whatever turns own words into predictions: a trained model, or the rules alone."""

    @property
    def version(self) -> str:
        """Name of the model version, as stored with each prediction."""

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction for each text, in the same order; never raises for any text."""
