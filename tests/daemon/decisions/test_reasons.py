import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers.verdict import Reason
from daemon.decisions.circumstances import FOR_A_PERSON
from daemon.decisions.reasons import MEANINGS, in_words

ROOT = Path(__file__).parents[3]


def _codes_of_obstacles() -> Iterator[str]:
    """Codes that obstacles to letters return, as they stand in the source."""
    tree = ast.parse((ROOT / "daemon" / "decisions" / "circumstances.py").read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("_")]
    nodes = (node for function in functions for node in ast.walk(function))
    for text in (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)):
        if found := re.fullmatch(r"([a-z]+_[a-z_]+|counter)(:.*)?", text):
            yield found[1]


CODES = sorted({row.name for row in FOR_A_PERSON} | {reason.value for reason in Reason} | set(_codes_of_obstacles()))


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_words(code: str) -> None:
    """Nobody who reviews has to know what a code means."""
    assert code in MEANINGS
    assert " " in in_words(code)


def test_what_follows_the_colon_is_said_too() -> None:
    """Which fact is missing is what the person needs to know."""
    assert in_words("missing_fact:provenance.source").endswith("(provenance.source)")
    assert in_words("failed: ValueError at x.py:1") == "it could not be handled (ValueError at x.py:1)"
    assert in_words("never_heard_of") == "never heard of"
