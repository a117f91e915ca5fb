"""Measured on public cases (discourse/email_reply_trimmer) where they are at hand; they are not shipped."""

import os
from pathlib import Path

import pytest

from classifiers.reading.own_words import own_words_of_text, reply_as_read

ROOT = Path(os.environ.get("REPLYD_EVAL", str(Path(__file__).parents[4] / "shared" / "eval"))) / "reply-text"
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"public cases are not at {ROOT}; set REPLYD_EVAL")


def cases() -> list[tuple[str, str, str]]:
    return [
        (path.name, path.read_text(), (ROOT / "expected" / path.name).read_text())
        for path in sorted((ROOT / "in").glob("*.txt"))
    ]


def same(one: str, other: str) -> bool:
    return one.split() == other.split()


def test_the_reply_is_found_as_its_readers_expect():
    """All of the 30 cases at hand at the time of writing; others may differ in one of ten."""
    found = cases()
    right = [name for name, text, expected in found if same(reply_as_read(text), expected)]
    assert len(right) >= 0.9 * len(found), sorted({name for name, _, _ in found} - set(right))


def test_own_words_differ_only_where_readers_want_to_see_quotes():
    """Intents are read from own words, so quotes that the cases keep as context are left out of them."""
    found = cases()
    right = [name for name, text, expected in found if same(own_words_of_text(text).text, expected)]
    assert len(right) >= 0.8 * len(found), sorted({name for name, _, _ in found} - set(right))
