import json

import pytest

from classifiers.examples import Example, UnusableExamples, corpus_paths, data_hash, read_examples
from classifiers.intents import Intent

ROW = {"text": "Where from?\u2028Tell me.", "intents": ["data_source"], "lang": "en", "style": "plain", "group": "a"}


def test_a_line_is_an_example(tmp_path):
    """A line separator within a text ends no line."""
    path = tmp_path / "en.jsonl"
    path.write_text(json.dumps(ROW, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (example,) = read_examples([path])
    assert example == Example(ROW["text"], frozenset({Intent.DATA_SOURCE}), "en", "plain", "a")


@pytest.mark.parametrize(
    "broken", [{"text": " "}, {"intents": ["spam"]}, {"intents": None}, {"lang": 3}, {"group": ""}]
)
def test_a_wrong_line_is_named(tmp_path, broken):
    """The message says in which line of which file something is wrong."""
    path = tmp_path / "en.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n{json.dumps(ROW | broken)}\n", encoding="utf-8")
    with pytest.raises(UnusableExamples, match=r"en\.jsonl, line 2"):
        read_examples([path])


def test_the_hash_tells_other_examples_but_not_another_order():
    """Two trees with the same examples have the same hash."""
    one, two = (Example(text, frozenset(), "en", "plain", text) for text in ("a", "b"))
    assert data_hash([one, two]) == data_hash([two, one])
    assert data_hash([one]) != data_hash([one, two])


def test_the_projects_own_examples_can_be_read():
    """Every line of the corpus is an example of the language that its file is named for."""
    for path in corpus_paths():
        assert {example.lang for example in read_examples([path])} == {path.stem}
