"""Model files: a skops file of plain arrays, and beside it a JSON manifest that says what it is.

skops because loading a pickle runs what is in it. The arrays and texts of a model need no type beyond those that skops
itself trusts, so a file that asks for any other is not one of ours.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, Final

import numpy as np
import skops.io

from classifiers.evaluation import Evaluation
from classifiers.features import Vocabulary
from classifiers.scoring import INTENTS, Calibration, Parameters
from classifiers.verdict import Limits, Thresholds

FORMAT: Final = 1
"""Raised whenever an old file would be read wrongly."""

ALLOWED_TYPES: Final[frozenset[str]] = frozenset()
"""Types that a model file may hold beyond those that skops trusts by itself: none."""

MAX_BYTES: Final = 64 * 2**20
"""A larger file is none of ours and is not read."""

_LIBRARIES: Final = ("numpy", "scikit-learn", "scipy", "skops")


class UnusableModel(Exception):  # noqa: N818 (the name says what is wrong)
    """A model file that is missing, damaged, foreign or of another format; the message says which and what to do."""


@dataclass(frozen=True)
class TrainedModel:
    """A model fresh from training; `limits.version` is its name."""

    parameters: Parameters
    limits: Limits
    evaluation: Evaluation
    data_hash: str
    examples: int


@dataclass(frozen=True)
class StoredModel:
    """A model read back from its file, with its manifest."""

    parameters: Parameters
    limits: Limits
    manifest: dict[str, Any]


def shipped_path() -> Path:
    """The model that comes with the package."""
    return Path(__file__).parent / "shipped" / "model.skops"


def manifest_path(path: Path) -> Path:
    """The manifest that belongs to a model file."""
    return path.with_suffix(".json")


def save(trained: TrainedModel, path: Path) -> None:
    """Writes model and manifest; an old pair in the same place is replaced, the manifest last."""
    data = skops.io.dumps(_packed(trained), compression=8, compresslevel=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, data)
    text = json.dumps(_manifest(trained, data), indent=2, ensure_ascii=False)
    _replace(manifest_path(path), f"{text}\n".encode())


def load(path: Path) -> StoredModel:
    """The model in a file; raises `UnusableModel` for whatever is not wholly as `save` wrote it."""
    manifest = _read_manifest(path)
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != manifest.get("sha256"):
        raise UnusableModel(f"{path} does not have the SHA-256 that {manifest_path(path)} names: copy both again.")
    packed = _unpack(data, path)
    try:
        return StoredModel(_parameters(packed), _limits(packed), manifest)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnusableModel(f"{path} lacks a part or has a wrong one: {type(error).__name__} {error}.") from error


def content_hash(parameters: Parameters, limits: Limits) -> str:
    """SHA-256 (hex) of all that decides a prediction; the version itself does not count."""
    digest = hashlib.sha256()
    for name, value in sorted(_arrays(parameters, limits).items()):
        digest.update(f"{name} {value.dtype.str} {value.shape}\n".encode() + value.tobytes())
    return digest.hexdigest()


def _arrays(parameters: Parameters, limits: Limits) -> dict[str, np.ndarray[Any, Any]]:
    return {
        "word_terms": _joined(parameters.vocabulary.word_terms),
        "character_terms": _joined(parameters.vocabulary.character_terms),
        "languages": _joined(limits.languages),
        "intents": _joined(INTENTS),
        "idf": parameters.vocabulary.idf.astype(np.float32),
        "weights": parameters.weights.astype(np.float32),
        "intercepts": parameters.intercepts,
        "discount": np.array([parameters.discount]),
        "slopes": parameters.calibration.slopes,
        "bonuses": parameters.calibration.bonuses,
        "offsets": parameters.calibration.offsets,
        "act": np.array(limits.thresholds.act),
        "maybe": np.array(limits.thresholds.maybe),
        "least_known": np.array([limits.least_known]),
    }


def _packed(trained: TrainedModel) -> dict[str, Any]:
    return {"format": FORMAT, "version": trained.limits.version} | _arrays(trained.parameters, trained.limits)


def _unpack(data: bytes, path: Path) -> dict[str, Any]:
    try:
        foreign = set(skops.io.get_untrusted_types(data=data)) - ALLOWED_TYPES
        packed = None if foreign else skops.io.loads(data, trusted=sorted(ALLOWED_TYPES))
    except Exception as error:
        raise UnusableModel(f"{path} is not a model file: {type(error).__name__} {error}") from error
    if foreign:
        raise UnusableModel(f"{path} holds types that no model of ours has: {', '.join(sorted(foreign))}.")
    if not isinstance(packed, dict) or packed.get("format") != FORMAT:
        raise UnusableModel(f"{path} was written by another version of this program: train again.")
    return packed


def _parameters(packed: dict[str, Any]) -> Parameters:
    if _split(packed["intents"]) != INTENTS:
        raise ValueError("other intents")
    vocabulary = Vocabulary(
        _split(packed["word_terms"]), _split(packed["character_terms"]), packed["idf"].astype(np.float64)
    )
    weights = packed["weights"].astype(np.float64)
    if weights.shape != (len(INTENTS), len(vocabulary.idf)):
        raise ValueError("weights and vocabulary do not fit")
    calibration = Calibration(packed["slopes"], packed["bonuses"], packed["offsets"])
    return Parameters(vocabulary, weights, packed["intercepts"], float(packed["discount"][0]), calibration)


def _limits(packed: dict[str, Any]) -> Limits:
    return Limits(
        Thresholds(tuple(packed["act"].tolist()), tuple(packed["maybe"].tolist())),
        float(packed["least_known"][0]),
        _split(packed["languages"]),
        packed["version"],
    )


def _joined(texts: Sequence[str]) -> np.ndarray[Any, Any]:
    """Texts as one array of bytes, which loads a hundred times faster than a list; no n-gram holds a line break."""
    return np.frombuffer("\n".join(texts).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _split(joined: np.ndarray[Any, Any]) -> tuple[str, ...]:
    return tuple(joined.tobytes().decode("utf-8", "surrogatepass").split("\n"))


def _manifest(trained: TrainedModel, data: bytes) -> dict[str, Any]:
    limits = trained.limits
    return {
        "format": FORMAT,
        "version": limits.version,
        "sha256": hashlib.sha256(data).hexdigest(),
        "data_hash": trained.data_hash,
        "examples": trained.examples,
        "languages": list(limits.languages),
        "libraries": {name: version_of(name) for name in _LIBRARIES},
        "thresholds": {
            # JSON knows no infinity: null is "never".
            intent: {"act": act if np.isfinite(act) else None, "maybe": maybe}
            for intent, act, maybe in zip(INTENTS, limits.thresholds.act, limits.thresholds.maybe, strict=True)
        },
        "least_known": limits.least_known,
        "out_of_fold": asdict(trained.evaluation),
    }


def _read_manifest(path: Path) -> dict[str, Any]:
    beside = manifest_path(path)
    try:
        manifest = json.loads(_read(beside))
    except ValueError as error:
        raise UnusableModel(f"{beside} is not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UnusableModel(f"{beside} was written by another version of this program: train again.")
    return manifest


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableModel(f"{path} is larger than any model of ours.")
        return path.read_bytes()
    except OSError as error:
        raise UnusableModel(f"{path} cannot be read: {error.strerror}.") from error


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
