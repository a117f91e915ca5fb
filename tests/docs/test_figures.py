"""What is said about the classifier is what was measured of the model that is shipped."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from classifiers.evaluation import Share
from classifiers.registry import shipped_path
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "data-protection.md").read_text("utf-8")

QUESTIONS = {
    "of what it acts on, how much is right": "act_precision",
    "of all wishes, on how many does it act": "act_coverage",
    "replies sent to a person": "review",
    "wishes to stop or to be deleted that stop or rest outreach": "stop_seen",
    "replies without such a wish where outreach rests all the same": "paused_without",
    "replies that ask for nothing on which it acts all the same": "unrelated_acted",
}
INTENTS = ("opt_out", "data_source", "legal_basis", "access", "erasure", "rectification", "complaint")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    """What the model's file says of it."""
    found: dict[str, Any] = json.loads(shipped_path().with_suffix(".json").read_text("utf-8"))
    return found


def row_of(name: str) -> list[str]:
    """The cells of the table's row that begins with this name."""
    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def percent(share: Mapping[str, int]) -> str:
    """As the page writes it."""
    return f"{Share(**share).value * 100:.1f} %"


@pytest.mark.parametrize(("question", "key"), QUESTIONS.items())
def test_each_question_has_the_figure_of_the_model(question: str, key: str, shipped: dict[str, Any]) -> None:
    """A figure for everything that is measured over all replies, with its counts where the page gives them."""
    share = shipped["out_of_fold"][key]
    (cell,) = row_of(question)
    assert cell.startswith(percent(share))
    assert " of " not in cell or f"{share['hits']:,} of {share['total']:,}" in cell


@pytest.mark.parametrize("intent", INTENTS)
def test_each_intent_has_the_figures_of_the_model(intent: str, shipped: dict[str, Any]) -> None:
    """How often it is right, how much it acts on, how much it sees."""
    (measured,) = (row for row in shipped["out_of_fold"]["intents"] if row["intent"] == intent)
    right = measured["act_precision"]
    counts = f" ({right['hits']} of {right['total']})"
    assert row_of(intent) == [
        percent(right) + counts,
        percent(measured["act_recall"]),
        percent(measured["seen_recall"]),
    ]


def test_the_page_names_the_corpus_that_the_model_was_trained_on(shipped: dict[str, Any]) -> None:
    """How many examples, and in which languages."""
    assert f"{shipped['examples']:,} examples" in PAGE
    assert all(f"{language}," in PAGE or f"{language})" in PAGE for language in shipped["languages"])
