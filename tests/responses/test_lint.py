from dataclasses import replace
from pathlib import Path

import pytest

from responses.facts import Fact, HeldItem, Section
from responses.layout import Sentence
from responses.lint import lint
from responses.rendering import Templates, render

TEMPLATES = Templates()


@pytest.fixture
def letter(facts):
    """Return a letter that has no fault."""
    return render(tuple(Section), facts, "en", TEMPLATES)


def with_sentence(letter, text, quoted=()):
    """Return the letter with one more sentence."""
    return replace(letter, sentences=(*letter.sentences, Sentence(text, (), quoted)))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Our mail was lawful.", "lawful"),
        ("We were entitled to write to you.", "lawful"),
        ("All of this is in accordance with the GDPR.", "lawful"),
        ("Wir durften Ihnen schreiben.", "lawful"),
        ("Die Ansprache erfolgte rechtmäßig.", "lawful"),
        ("A handling cost applies, a fee of 10 euros.", "fee"),
        ("Dafür fällt eine Bearbeitungsgebühr an, eine Gebühr also.", "fee"),
        ("Please send a copy of your ID.", "identity"),
        ("Bitte senden Sie uns Ihren Personalausweis.", "identity"),
        ("We hold no record of the source.", "no source"),
        ("Die Herkunft ist unbekannt.", "no source"),
        ("By the way, book a call with us.", "advertises"),
        ("Sehen Sie sich unsere Produkte an.", "advertises"),
        ("See https://shop.example/?utm_source=x", "web address"),
        ("Dear {{ name }}", "brace"),
        ("Dear %(name)s", "brace"),
    ],
)
def test_a_sentence_that_an_expert_would_object_to_stops_the_letter(letter, text, complaint):
    """Each of these has cost a controller money or trust."""
    assert any(complaint in found for found in lint(with_sentence(letter, text), tuple(Section), "en"))


def test_what_a_record_says_may_have_addresses_and_braces(letter):
    """A source is often a web address, and a name may hold any sign."""
    quoted = with_sentence(letter, "Source: https://x.example/{a}", ("https://x.example/{a}",))
    assert lint(quoted, tuple(Section), "en") == []


def test_a_value_that_is_merely_copied_out_stops_nothing(facts):
    """Whose date of birth is held is told so; nobody is asked for it."""
    held = (*facts.held, HeldItem("note", Fact("said that a fee is lawful, date of birth known", "contact:7.note")))
    copied = render([Section.ACCESS], replace(facts, held=held), "en", TEMPLATES)
    assert lint(copied, [Section.ACCESS], "en") == []


def test_a_record_that_claims_lawfulness_stops_the_letter_too(facts):
    """The claim is wrong in whatever words it stands, also in the reason on record."""
    row = replace(facts.provenance[0], reason=Fact("This is lawful under Art. 6", "provenance:12.reason"))
    claimed = render([Section.DATA_SOURCE], replace(facts, provenance=(row, facts.provenance[1])), "en", TEMPLATES)
    assert any("lawful" in found for found in lint(claimed, [Section.DATA_SOURCE], "en"))


def test_a_letter_in_the_wrong_language_is_stopped(facts, letter, tmp_path):
    """An English text in the folder of German letters is noticed."""
    assert lint(letter, tuple(Section), "de") == ["the letter is not written in 'de'"]
    (tmp_path / "de").mkdir()
    for part in ("opening", "opt_out", "reference", "closing"):
        english = TEMPLATES.part("en", part).filename
        (tmp_path / "de" / f"{part}.txt").write_bytes(Path(english).read_bytes())
    mixed = render([Section.OPT_OUT], facts, "de", Templates([tmp_path]))
    assert lint(mixed, [Section.OPT_OUT], "de") == ["the letter does not read like 'de'"]
    assert lint(mixed, [Section.OPT_OUT], "fr") == ["the letter is not written in 'fr'"]


@pytest.mark.parametrize(
    ("fact", "complaint"),
    [
        ("controller.authority", "authority"),
        ("case", "reference"),
        ("suppressed_on", "outreach stopped"),
        ("provenance:12.source_kind", "source of the data"),
    ],
)
def test_what_has_to_be_in_a_letter_is_missed(letter, fact, complaint):
    """A template that forgets the authority, the reference, the source or the confirmation is stopped."""
    absent = {fact, fact.replace(":12", ":13")}
    kept = tuple(sentence for sentence in letter.sentences if absent.isdisjoint(sentence.facts))
    assert any(complaint in found for found in lint(replace(letter, sentences=kept), tuple(Section), "en"))


def test_an_empty_letter_is_stopped(letter):
    """Nothing is not an answer."""
    assert "the letter is empty" in lint(replace(letter, sentences=()), [], "en")
