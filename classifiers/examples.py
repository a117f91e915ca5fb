"""Labelled examples: what the classifier learns from, one JSON object on each line of a `.jsonl` file."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.intents import Intent

CORPUS = Path(__file__).parent / "corpus"
"""Where the examples that were written for this project lie, one `<language>.jsonl` for each language."""


class UnusableExamples(ValueError):  # noqa: N818 (the name says what is wrong)
    """A line of an example file is not what it must be; names file, line and reason."""


@dataclass(frozen=True, slots=True)
class Example:
    """One reply, the wishes it expresses (none = other), and the family of like-worded replies it belongs to.

    Replies of one `group` share a template or a writer and never stand on both sides of a split.
    """

    text: str
    intents: frozenset[Intent]
    lang: str
    style: str
    group: str


def corpus_paths() -> tuple[Path, ...]:
    """The project's own example files, in the order of their languages."""
    return tuple(sorted(CORPUS.glob("*.jsonl")))


def read_examples(paths: Iterable[Path]) -> list[Example]:
    """All examples of the files, in order; raises `UnusableExamples` at the first line that is not one."""
    return [example for path in paths for example in _read_file(path)]


def data_hash(examples: Sequence[Example]) -> str:
    """SHA-256 (hex) of the examples, whatever their order and however their lines were written."""
    lines = sorted(
        json.dumps([e.text, sorted(e.intents), e.lang, e.style, e.group], ensure_ascii=False) for e in examples
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _read_file(path: Path) -> list[Example]:
    # Not splitlines(): U+2028 and its like may stand inside a JSON string.
    lines = path.read_text(encoding="utf-8").split("\n")
    return [_example(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _example(line: str, where: str) -> Example:
    try:
        row: dict[str, Any] = json.loads(line)
        return Example(
            text=_text(row, "text"),
            intents=frozenset(Intent(name) for name in row["intents"]),
            lang=_text(row, "lang"),
            style=row.get("style", ""),
            group=_text(row, "group"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableExamples(f"{where}: {type(error).__name__} {error}") from error


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text that is not empty")
    return value
