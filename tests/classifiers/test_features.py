import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.features import MAX_CHARACTERS, MAX_SENTENCES, Vocabulary, cut, excerpt, fold, prepare, sentences


@pytest.mark.parametrize("text", ["löschen", "loeschen", "LOSCHEN", "lo\u0308schen", "lö\u200bsc\u00adhen"])
def test_all_spellings_of_a_word_are_one(text):
    """Case, accents, written-out umlauts and invisible characters make no difference."""
    assert fold(text) == "loschen"


def test_borrowed_letters_are_read_as_what_they_look_like():
    """A word of two scripts is a disguise; a word of one script is left alone."""
    assert fold("unsubѕсrіbе") == "unsubscribe"
    assert fold("стоп") == "стоп"


def test_the_end_of_a_long_letter_is_looked_at():
    """A wish below ten pages counts as much as one above them."""
    looked_at = excerpt("x" * 1_000_000 + " unsubscribe me")
    assert len(looked_at) <= MAX_CHARACTERS
    assert looked_at.endswith("unsubscribe me")


def test_sentences_end_where_people_end_them():
    """At full stops, blank lines and short lines, but not where a mail program wrapped a long line."""
    wrapped = "this line is so long that a mail program has wrapped it\nhere. stop it\nanna"
    assert sentences(wrapped) == [
        "this line is so long that a mail program has wrapped it\nhere.",
        "stop it",
        "anna",
    ]


def test_the_windows_of_a_text_are_the_whole_its_sentences_and_its_pairs():
    """Three sentences make one whole, three single windows and two pairs."""
    windows = cut(["one. two. three.", "four"])
    assert windows.owner.tolist() == [0] * 6 + [1]
    assert windows.whole.tolist() == [True] + [False] * 5 + [True]
    assert np.asarray(windows.sums.sum(axis=1)).ravel().tolist() == [3, 1, 1, 1, 2, 2, 1]


def test_each_block_of_features_has_the_length_one():
    """A long letter weighs no more than a short reply, and characters no more than words."""
    vocabulary = Vocabulary(["stop", "now"], ["st", "no"], np.array([1.0, 2.0, 3.0, 4.0]))
    weighed = vocabulary.weigh(vocabulary.count(cut(["stop now now", "stop"]))).toarray()
    assert np.allclose(np.linalg.norm(weighed[:, :2], axis=1), 1.0)
    assert np.allclose(np.linalg.norm(weighed[:, 2:], axis=1), 1.0)


@given(st.text(max_size=500))
@settings(max_examples=100, deadline=None)
def test_every_text_has_at_least_one_and_at_most_so_many_sentences(text):
    """Whatever the text, the number of its windows is bounded."""
    assert 1 <= len(sentences(prepare(text))) <= MAX_SENTENCES


@pytest.mark.parametrize(
    "unit", ["a", "a. ", "\n", " \n", "@", "a@", "1 ", "www.", "ﷺ", "ӓ", "а́", ".\n", "٠", "\ud800"]
)
def test_a_megabyte_of_anything_is_prepared_at_once(unit):
    """No repetition in a pattern meets itself."""
    started = time.perf_counter()
    cut([prepare(unit * (1_000_000 // len(unit)))])
    assert time.perf_counter() - started < 1.0
