"""Models for the installation under test, made from the shipped one."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from classifiers import registry
from classifiers.verdict import Thresholds

SURE = 0.8
"""Probability from which the decisive model acts, where the shipped one is stricter or never acts."""


@dataclass(frozen=True)
class _NotEvaluated:
    """Nothing is claimed for these models."""


def promote_decisive_model(data: Path) -> None:
    """Promote the shipped model with thresholds that do not hang on how much its last training could prove.

    What is tested with it is what follows from a clear wish; how well wishes are understood is measured elsewhere.
    """
    shipped = registry.load(registry.shipped_path())
    act = tuple(min(SURE, value) for value in shipped.limits.thresholds.act)
    limits = replace(shipped.limits, thresholds=Thresholds(act, shipped.limits.thresholds.maybe), version="decisive")
    trained = registry.TrainedModel(shipped.parameters, limits, cast("Any", _NotEvaluated()), "", 0)
    registry.save(trained, data / "model" / registry.shipped_path().name)


def promote_damaged_model(data: Path) -> None:
    """Promote the shipped model with one broken byte in its middle."""
    shipped = registry.shipped_path()
    promoted = data / "model" / shipped.name
    promoted.parent.mkdir()
    content = bytearray(shipped.read_bytes())
    content[len(content) // 2] ^= 0xFF
    promoted.write_bytes(bytes(content))
    registry.manifest_path(promoted).write_bytes(registry.manifest_path(shipped).read_bytes())
