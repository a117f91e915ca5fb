from dataclasses import replace

import numpy as np
import pytest

from classifiers.examples import Example, corpus_paths, read_examples
from classifiers.intents import Intent
from classifiers.model import ReplyClassifier
from classifiers.registry import content_hash
from classifiers.training import TooFewExamples, train, train_from_files


@pytest.fixture(scope="module")
def some():
    """Every eighth example of the corpus."""
    return read_examples(path for path in corpus_paths() if path.stem in {"de", "en"})[::8]


def test_the_same_examples_teach_the_same_model(some):
    """Two trainings agree to the last bit, so a model can be checked by making it again."""
    first, second = train(some), train(some)
    assert content_hash(first.parameters, first.limits) == content_hash(second.parameters, second.limits)
    assert first.limits == second.limits
    assert first.evaluation == second.evaluation


def test_a_model_never_learns_a_name(some):
    """What fewer than three senders wrote is in no vocabulary, however often the two wrote it."""
    named = [replace(example, text=f"{example.text} Zyxwvut") for example in some[:2]] * 20
    vocabulary = train([*some, *named]).parameters.vocabulary
    assert not any("zyx" in term for term in (*vocabulary.word_terms, *vocabulary.character_terms))


def test_too_few_examples_are_never_acted_on(some):
    """An intent with a handful of examples always goes to a person."""
    few = [e for e in some if Intent.COMPLAINT not in e.intents] + [e for e in some if Intent.COMPLAINT in e.intents][
        :5
    ]
    limits = train(few).limits
    assert np.isinf(limits.thresholds.act[list(Intent).index(Intent.COMPLAINT)])


def test_nothing_cannot_be_learned_from():
    """The message says what is needed."""
    with pytest.raises(TooFewExamples, match="at least ten groups"):
        train([Example("stop", frozenset({Intent.OPT_OUT}), "en", "plain", "a")])


def test_a_stored_model_predicts_as_it_was_trained(some, tmp_path):
    """From files of examples to a model file and back; the progress reaches its end."""
    path = tmp_path / "models" / "new.skops"
    steps: list[tuple[int, int]] = []
    trained = train_from_files(corpus_paths()[:1], path, lambda done, total: steps.append((done, total)))
    texts = [example.text for example in some[:50]]
    fresh = ReplyClassifier(trained.parameters, trained.limits).predict(texts)
    assert ReplyClassifier.load(path).predict(texts) == fresh
    assert steps[-1][0] == steps[-1][1] == len(steps)
