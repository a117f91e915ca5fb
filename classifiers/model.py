"""The trained classifier: what may be acted on in a reply, what a person should look at, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from classifiers import registry
from classifiers.features import prepare
from classifiers.prediction import Prediction
from classifiers.rules import find, found
from classifiers.scoring import Parameters, score
from classifiers.verdict import Limits, conclude

_BATCH = 256
"""Texts that become one matrix: more are not faster and take more memory."""


@dataclass(frozen=True)
class ReplyClassifier:
    """Implements `Classifier` with trained parameters and the rules."""

    parameters: Parameters
    limits: Limits

    @classmethod
    def load(cls, path: Path) -> Self:
        """The classifier in a model file; raises `registry.UnusableModel` for any other file."""
        stored = registry.load(path)
        return cls(stored.parameters, stored.limits)

    @property
    def version(self) -> str:
        """Name of the model version."""
        return self.limits.version

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction for each text, in the same order; never raises for any text, in time linear in its length."""
        return [
            prediction
            for start in range(0, len(texts), _BATCH)
            for prediction in self._predict_batch(texts[start : start + _BATCH])
        ]

    def _predict_batch(self, texts: Sequence[str]) -> list[Prediction]:
        prepared = [prepare(text) for text in texts]
        findings = [find(form) for form in prepared]
        scores, known = score(prepared, self.parameters)
        hits = found(findings)
        probabilities = self.parameters.calibration.probabilities(scores, hits)
        unaided = self.parameters.calibration.probabilities(scores, np.zeros_like(hits))
        rows = zip(texts, findings, probabilities.tolist(), unaided.tolist(), known.tolist(), strict=True)
        return [conclude(*row, self.limits) for row in rows]
