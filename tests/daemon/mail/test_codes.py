"""Codes in texts: what counts as spelled, whatever a mail client or a hurried hand did to it."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.codes import ALPHABET, LENGTH, MOST_CHARS, MOST_SPELLED, denies, spelled
from daemon.rights.challenge import new_code

CODE = "CDFGHJKMNPRT"

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
gaps = st.sampled_from(["", " ", "-", " - ", "\n", "\u2011", "\u2013", "\u2014", "\u00a0", ".", "\u200b", "--"])
cases = st.sampled_from([str.upper, str.lower, str.swapcase, str.title])
before = st.sampled_from(
    ["", "Hello,\n\n", "Here it is: ", "> no quote\n\n\n\n\nyes: ", "(", "*", "Müller: ", "\u201e"]
)
after = st.sampled_from(["", "\n\nJane", ".", " is what you sent.", ")", "*", "!", "\u201c and stop writing"])


def _wide(text: str) -> str:
    """The same in the full-width forms of East Asian keyboards (U+FF01 and on)."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


forms = st.sampled_from([str, _wide])


@given(codes, st.lists(gaps, min_size=LENGTH, max_size=LENGTH), cases, forms, before, after)
def test_a_code_is_found_however_it_is_typed(
    code: str, between: list[str], cased: Callable[[str], str], form: Callable[[str], str], lead: str, tail: str
) -> None:
    """Case, width, blanks, dashes, line breaks and the words around it do not matter."""
    written = cased("".join(letter + gap for letter, gap in zip(code, between, strict=True)).rstrip(" \n-."))
    assert code in spelled(lead + form(written) + tail)


@given(st.text(max_size=300))
def test_what_is_found_is_a_code_in_form(text: str) -> None:
    """Whatever a text holds: at most five, each of the alphabet, in linear time and without a fault."""
    found = spelled(text)
    assert len(found) <= MOST_SPELLED
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in found)


@given(st.text(ALPHABET, min_size=LENGTH + 1, max_size=40))
def test_a_longer_run_of_letters_holds_no_code(text: str) -> None:
    """Part of a longer word is nothing that somebody copied."""
    assert spelled(text) == ()
    assert spelled(f"{text[:LENGTH]}é") == ()


@pytest.mark.parametrize(
    "text",
    ["", "CDFG-HJKM", "my code is: CDFG, HJKM, NPRT", "CDFG\n\n\n\n\nHJKM\nNPRT", "CDFG-HJKM-NPRA", "ABCD-EFGH-IJKL"],
)
def test_what_is_no_code_is_none(text: str) -> None:
    """Too short, with commas or paragraphs between, or with a letter that no code has."""
    assert spelled(text) == ()


def test_words_beside_a_code_are_no_part_of_it() -> None:
    """`my` and `try` are of the alphabet; the code beside them is found all the same."""
    assert spelled("try my CDFG-HJKM-NPRT tv") == (CODE,)
    assert spelled("CDFG-HJKM-NPRT, cdfg hjkm nprt, again: TRPN-MKJH-GFDC") == (CODE, CODE[::-1])


def test_a_text_full_of_guesses_is_read_to_the_fifth() -> None:
    """Nobody tries thousands of codes in one mail."""
    guesses = "\n\n\n\n\n".join(new_code() for _ in range(1000))
    assert len(spelled(guesses)) == MOST_SPELLED


def test_a_long_text_takes_no_time() -> None:
    """Of megabytes of single letters, the worst there is, no more is read than anybody writes around a code."""
    assert spelled("X, " * (MOST_CHARS // 3 - 20) + CODE) == (CODE,)
    assert spelled("X, " * 1_000_000 + CODE) == ()


def test_codes_are_random_and_cannot_be_misread() -> None:
    """Three groups of four from an alphabet without look-alikes and vowels; none comes twice."""
    made = {new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in made)
    assert len(ALPHABET) ** LENGTH > 2**51
    assert not set(ALPHABET) & set("0OQ1ILZ25S8BG6AEUI") - {"G"}
    assert all(unicodedata.normalize("NFKC", letter) == letter for letter in ALPHABET)


@pytest.mark.parametrize(
    "text",
    [
        "That was not me.", "I didn't ask for this", "I didn’t ask", "I never wrote to you", "Das war ich nicht",
        "Ich habe keine Anfrage gestellt", "Ce n'est pas moi", "Non sono stato io", "Yo no fui", "Dat was ik niet",
        "To nie ja", "Это был не я", "Det var ikke mig", "Não fui eu", "Is this a scam?",
    ],
)  # fmt: skip
def test_a_denial_is_heard(text: str) -> None:
    """In the languages that replies come in; a person reads it."""
    assert denies(f"{text} {CODE}")


@pytest.mark.parametrize("text", ["", "Yes, it was me: ", "Ja, das bin ich, hier:", "and stop writing", "Voilà:"])
def test_a_plain_answer_is_no_denial(text: str) -> None:
    """Whoever copies the code and says yes needs nobody's look."""
    assert not denies(f"{text} {CODE}")
