from dataclasses import replace
from pathlib import Path

import pytest

from responses.answer import APART
from responses.facts import Fact, HeldItem, Section
from responses.layout import Sentence
from responses.lint import lint
from responses.rendering import Templates, render

TEMPLATES = Templates()
EVERYTHING = tuple(section for section in Section if section not in APART)


@pytest.fixture
def letter(facts):
    """Return a letter that has no fault."""
    return render(EVERYTHING, facts, "en", TEMPLATES)


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
    assert any(complaint in found for found in lint(with_sentence(letter, text), EVERYTHING, "en"))


def test_what_a_record_says_may_have_addresses_and_braces(letter):
    """A source is often a web address, and a name may hold any sign."""
    quoted = with_sentence(letter, "Source: https://x.example/{a}", ("https://x.example/{a}",))
    assert lint(quoted, EVERYTHING, "en") == []


def test_a_value_that_is_merely_copied_out_stops_nothing(facts):
    """Whose date of birth is held is told so; nobody is asked for it."""
    held = (*facts.held, HeldItem("note", Fact("said that a fee is lawful, date of birth known", "contact:7.note")))
    copied = render([Section.ACCESS], replace(facts, held=held), "en", TEMPLATES)
    assert lint(copied, [Section.ACCESS], "en") == []


def test_a_random_reference_that_reads_like_a_word_stops_nothing(facts):
    """Base32 has every letter: a key with the group FEES asks for no fee."""
    facts = replace(
        facts,
        opening=replace(facts.opening, value="6FPC-PBRS-RPZT-53MV-FBEQ-FEES-SQ"),
        case=replace(facts.case, value="R-FEES"),
    )
    assert lint(render((Section.OPT_OUT,), facts, "en"), (Section.OPT_OUT,), "en") == []


def test_a_record_that_claims_lawfulness_stops_the_letter_too(facts):
    """The claim is wrong in whatever words it stands, also in the reason on record."""
    row = replace(facts.provenance[0], reason=Fact("This is lawful under Art. 6", "provenance:12.reason"))
    claimed = render([Section.DATA_SOURCE], replace(facts, provenance=(row, facts.provenance[1])), "en", TEMPLATES)
    assert any("lawful" in found for found in lint(claimed, [Section.DATA_SOURCE], "en"))


def test_a_letter_in_the_wrong_language_is_stopped(facts, letter, tmp_path):
    """An English text in the folder of German letters is noticed."""
    assert lint(letter, EVERYTHING, "de") == ["the letter is not written in 'de'"]
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
    assert any(complaint in found for found in lint(replace(letter, sentences=kept), EVERYTHING, "en"))


def test_an_empty_letter_is_stopped(letter):
    """Nothing is not an answer."""
    assert "the letter is empty" in lint(replace(letter, sentences=()), [], "en")


@pytest.mark.parametrize(
    ("section", "fact"),
    [
        (Section.LEGAL_BASIS, "assessment.interest"),
        (Section.LEGAL_BASIS, "assessment.weighed_on"),
        (Section.LEGAL_BASIS, "assessment.weighed_by"),
        (Section.LEGAL_BASIS, "assessment.outcome"),
        (Section.LEGAL_BASIS, "controller.authority"),
        (Section.LEGAL_BASIS, "provenance.reason"),
        (Section.RECTIFICATION, "rectification.restricted_on"),
        (Section.RECTIFICATION, "rectification.answer_by"),
        (Section.ERASURE_INTERIM, "open_systems.due"),
        (Section.ERASURE_COMPLETED, "erased.how"),
        (Section.ERASURE_COMPLETED, "suppressed_on"),
        (Section.EXTENSION, "extension.until"),
        (Section.EXTENSION, "extension.reasons"),
        (Section.CHALLENGE, "challenge.code"),
    ],
)
def test_each_section_has_what_it_cannot_be_silent_about(suited, section, fact):
    """A template that forgets its point is stopped, and only then."""
    whole = render([section], suited([section]), "en", TEMPLATES)
    kept = tuple(sentence for sentence in whole.sentences if fact not in sentence.facts)
    assert lint(whole, [section], "en") == []
    assert any("missing" in found for found in lint(replace(whole, sentences=kept), [section], "en"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_argued_interest_comes_with_the_right_to_object(facts, language):
    """Art. 21(4): the right is shown wherever the interest is argued."""
    letter = render([Section.LEGAL_BASIS], facts, language, TEMPLATES)
    kept = tuple(sentence for sentence in letter.sentences if "21" not in sentence.own_words())
    assert lint(replace(letter, sentences=kept), [Section.LEGAL_BASIS], language) == ["the right to object is missing"]


@pytest.mark.parametrize(
    "text",
    [
        "Your data have been erased.",
        "All of it was permanently deleted.",
        "We have erased everything.",
        "We deleted your entry.",
        "Ihre Daten wurden gelöscht.",
        "Wir haben alles vollständig gelöscht.",
        "Ihr Eintrag ist vernichtet.",
    ],
)
def test_erased_is_claimed_only_where_a_record_says_so(facts, text):
    """A sentence that claims it without a system on record stops the letter; a promise does not."""
    letter = render([Section.OPT_OUT], facts, "en", TEMPLATES)
    assert lint(with_sentence(letter, text), [Section.OPT_OUT], "en") == [
        f"sentence {len(letter.sentences) + 1} claims an erasure that is not on record"
    ]
    assert lint(with_sentence(letter, "We will erase it."), [Section.OPT_OUT], "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "We do hold some data of yours.",
        "We have no data about you.",
        "We store nothing.",
        "Your data are safe.",
        "Wir haben Daten über Sie.",
        "Wir speichern nichts über Sie.",
        "Ihre Daten sind sicher.",
    ],
)
def test_a_challenge_that_gives_away_whether_there_are_data_is_stopped(facts, text):
    """Whoever reads the mailbox of somebody else learns nothing from it."""
    letter = render([Section.CHALLENGE], facts, "en", TEMPLATES)
    assert any("gives away" in found for found in lint(with_sentence(letter, text), [Section.CHALLENGE], "en"))


def test_a_challenge_with_a_fact_about_the_person_is_stopped(facts):
    """A name in the greeting would say that the name is known here."""
    letter = render([Section.CHALLENGE], facts, "en", TEMPLATES)
    named = Sentence("Hello Erika,", ("contact:7.name",), ("Erika",), ("name",))
    assert lint(replace(letter, sentences=(*letter.sentences, named)), [Section.CHALLENGE], "en") == [
        f"sentence {len(letter.sentences) + 1} says something about the person"
    ]


def test_an_argument_that_claims_lawfulness_stops_the_letter(facts):
    """Also in the outcome of the balancing test, which a person wrote."""
    outcome = Fact("Therefore the mail was lawful.", "assessment:2.outcome")
    argued = replace(facts, assessment=replace(facts.assessment, outcome=outcome))
    letter = render([Section.LEGAL_BASIS], argued, "en", TEMPLATES)
    assert any("lawful" in found for found in lint(letter, [Section.LEGAL_BASIS], "en"))
