"""Whole letters: every combination of sections, every fact removed once, and each kind word for word."""

from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import pytest

from responses.answer import APART, REQUIRED, NotTogether, required_facts
from responses.facts import Controller, Fact, Facts, HeldItem, MissingFact, Provenance, Section, SourceKind
from responses.languages import LANGUAGES
from responses.lint import lint
from responses.rendering import NoTemplate, Templates, render

LETTERS = Path(__file__).parent / "letters"
EVERYTHING = tuple(section for section in Section if section not in APART)
MIXES = [
    mix
    for size in range(1, len(Section) + 1)
    for mix in combinations(Section, size)
    if not any(APART.get(section, frozenset()) & set(mix) for section in mix)
]
"""Every letter that can be written."""
SIGNED_OFF = [
    ("opt_out",),
    ("data_source",),
    ("opt_out", "data_source", "access"),
    ("legal_basis",),
    ("rectification",),
    ("erasure_interim",),
    ("opt_out", "legal_basis", "erasure_interim"),
    ("erasure_completed",),
    ("extension",),
    ("challenge",),
]
ROWS = {"provenance", "held", "erased", "open_systems", "kept"}
OPTIONAL = {"safeguards", "automated_decisions"}
TEMPLATES = Templates()


def without(facts: Facts, path: str) -> Facts:
    """Return the facts with one of them taken away."""
    noun, _, name = path.partition(".")
    if noun == "controller":
        return replace(facts, controller=replace(facts.controller, **{name: None}))
    if noun in ROWS and name:
        *rows, last = getattr(facts, noun)
        return replace(facts, **{noun: (*rows, replace(last, **{name: None}))})
    if name:
        return replace(facts, **{noun: replace(getattr(facts, noun), **{name: None})})
    return replace(facts, **{noun: () if noun in ROWS else None})


def removable() -> list[tuple[Section, str]]:
    """Return each section with every fact that it cannot do without."""
    return [(section, path) for section in Section for path in required_facts([section]) if path[11:] not in OPTIONAL]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("section", "path"), removable())
def test_a_letter_with_any_one_fact_missing_is_not_written(suited, language, section, path):
    """Take away one required fact and the letter stops with its name."""
    with pytest.raises(MissingFact) as stopped:
        render([section], without(suited([section]), path), language, TEMPLATES)
    assert stopped.value.fact.rpartition(".")[2] == path.rpartition(".")[2]


def test_the_list_of_required_facts_leaves_out_nothing_that_records_hold():
    """Every column of a controller and of a provenance row is required, optional on purpose, or printed if stored."""
    required = set().union(*REQUIRED.values(), required_facts([]))
    free = {"controller.representative", "controller.officer", "provenance.stored_in"}
    columns = {f"controller.{column.name}" for column in fields(Controller)}
    columns |= {f"provenance.{column.name}" for column in fields(Provenance)}
    assert columns - required == free


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mix", MIXES, ids="+".join)
def test_every_combination_of_sections_renders_and_lints_clean(suited, language, mix):
    """Whatever a person asks for in one mail, the one letter is complete."""
    letter = render(mix, suited(mix), language, TEMPLATES)
    assert lint(letter, mix, language) == []
    assert ("R-7K3M9" in letter.text) == (Section.CHALLENGE not in mix)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_of_source_has_words_of_its_own(facts, website_row, language, kind):
    """Each kind is told apart in each language, and its record is cited where it is told."""
    items = Fact(("email", "name", "company", "position", "country"), "provenance:12.items")
    row = replace(website_row, source_kind=Fact(kind, "provenance:12.source_kind"), items=items)
    row = replace(row, verified_with=Fact("Mailprobe", "provenance:12.verified_with"))
    letter = render([Section.DATA_SOURCE], replace(facts, provenance=(row,)), language, TEMPLATES)
    told = [sentence.own_words() for sentence in letter.sentences if "provenance:12.items" in sentence.records]
    assert len(told) == 1
    others = {
        other: render(
            [Section.DATA_SOURCE],
            replace(facts, provenance=(replace(row, source_kind=Fact(other, "provenance:12.source_kind")),)),
            language,
            TEMPLATES,
        )
        for other in SourceKind
        if other is not kind
    }
    assert all(told[0] not in {sentence.own_words() for sentence in other.sentences} for other in others.values())
    assert lint(letter, [Section.DATA_SOURCE], language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_passed_to_nobody_is_said_only_where_every_row_states_it(facts, language):
    """An empty list of recipients is a statement, an absent one is a gap, and a name on one row is told."""
    nobody = Fact((), "provenance:12.recipients")
    words = {"en": "nobody", "de": "niemanden"}[language]
    rows = tuple(replace(row, recipients=nobody) for row in facts.provenance)
    assert f": {words}\n" in render([Section.ACCESS], replace(facts, provenance=rows), language, TEMPLATES).text
    some = replace(facts, provenance=(rows[0], facts.provenance[1]))
    assert f": {words}\n" not in render([Section.ACCESS], some, language, TEMPLATES).text
    silent = replace(facts, provenance=(rows[0], replace(rows[1], recipients=None)))
    with pytest.raises(MissingFact):
        render([Section.ACCESS], silent, language, TEMPLATES)


def test_all_of_our_templates_can_be_read():
    """No part of any language waits with a fault until it is needed."""
    TEMPLATES.check()


def test_a_language_without_letters_is_named():
    """No letter is ever sent in a language that its owner has not read letters in."""
    with pytest.raises(NoTemplate, match="'fr'"):
        Templates().part("fr", "opening")


@pytest.mark.parametrize("language", ["fr", "../en", "EN", ""])
def test_a_letter_in_another_language_is_refused(facts, language):
    """Neither an unknown language nor a path becomes a letter."""
    with pytest.raises(NoTemplate):
        render([Section.OPT_OUT], facts, language, TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_without_a_record_are_a_known_few(suited, language):
    """Only courtesy and the law itself stand without a record; the list is read by a person when it changes."""
    letters = [render([section], suited([section]), language, TEMPLATES) for section in Section]
    bare = {sentence.text for letter in letters for sentence in letter.sentences if not sentence.records}
    assert "\n".join(sorted(bare)) + "\n" == (LETTERS / f"uncited.{language}.txt").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mix", SIGNED_OFF, ids="+".join)
def test_letters_read_word_for_word_as_they_were_signed_off(suited, language, mix):
    """A change of wording is a change that a person has to read."""
    letter = render([Section(name) for name in mix], suited(mix), language, TEMPLATES)
    expected = (LETTERS / f"{'+'.join(mix)}.{language}.txt").read_text("utf-8")
    assert f"Subject: {letter.subject}\n\n{letter.text}" == expected


def test_lines_stay_within_78_columns_where_words_allow_it(facts):
    """RFC 5322 section 2.1.1; an address is never broken."""
    letter = render(EVERYTHING, facts, "de", TEMPLATES)
    assert max(map(len, letter.text.splitlines())) <= 78
    long = replace(facts, address=Fact(f"{'x' * 60}@{'y' * 60}.example", "contact:7.email"))
    assert long.address.value in render([Section.OPT_OUT], long, "en", TEMPLATES).text


def test_a_greeting_needs_no_name(facts):
    """Whose name we do not hold is greeted without one."""
    assert render([Section.OPT_OUT], replace(facts, name=None), "en", TEMPLATES).text.startswith("Hello,\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_challenge_is_the_same_letter_for_everybody(facts, language):
    """Whoever is challenged, known or not, reads the same words; only the code is theirs."""
    stranger = replace(
        facts,
        provenance=(),
        held=(),
        correspondence=(),
        suppressed_on=None,
        received_at=None,
        case=Fact("R-OTHER", "request:9.reference"),
        opening=Fact("other", "request:9.opening"),
        address=Fact("nobody@example.com", "contact:9.email"),
        name=None,
        assessment=None,
    )
    known = render([Section.CHALLENGE], facts, language, TEMPLATES)
    assert render([Section.CHALLENGE], stranger, language, TEMPLATES) == known
    assert {path.partition(".")[0] for sentence in known.sentences for path in sentence.facts} == {
        "challenge",
        "controller",
    }


def test_a_challenge_beside_another_section_is_not_written(facts):
    """The letter is refused before anything is rendered."""
    with pytest.raises(NotTogether):
        render([Section.OPT_OUT, Section.CHALLENGE], facts, "en", TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_of_erasing_has_words_of_its_own(suited, language):
    """What was searched again and what a person ticked off are told apart, each with its record."""
    letter = render([Section.ERASURE_COMPLETED], suited(["erasure_completed"]), language, TEMPLATES)
    searched, ticked = (
        next(sentence for sentence in letter.sentences if f"erasure:{number}.how" in sentence.records)
        for number in (8, 9)
    )
    assert searched.own_words().rpartition(":")[2] != ticked.own_words().rpartition(":")[2]
    assert "erasure:8.items" in searched.records


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_stands_once_in_a_letter(facts, language):
    """Who asks for the source and the basis reads the purpose once."""
    for mix in (
        [Section.LEGAL_BASIS],
        [Section.DATA_SOURCE, Section.LEGAL_BASIS],
        [Section.ACCESS, Section.LEGAL_BASIS],
    ):
        letter = render(mix, facts, language, TEMPLATES)
        told = [sentence for sentence in letter.sentences if any(path.endswith(".purpose") for path in sentence.facts)]
        assert len([sentence for sentence in told if sentence.quoted]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_being_erased_is_not_offered_it(suited, language):
    """The offer to erase the rest stands in a plain confirmation alone."""
    offer = {"en": "rest of your data", "de": "übrigen Daten"}[language]
    for mix, offered in ((["opt_out"], True), (["opt_out", "erasure_interim"], False)):
        letter = render([Section(name) for name in mix], suited(mix), language, TEMPLATES)
        assert (offer in " ".join(letter.text.split())) == offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_in_held_data_are_told_in_words(facts, language):
    """Nobody has to know what `role` or `pl` means in our tables."""
    codes = {"kind": "role", "language": "pl", "country": "UA"}
    held = (*facts.held[:4], *(HeldItem(field, Fact(code, f"contact:7.{field}")) for field, code in codes.items()))
    text = render([Section.ACCESS], replace(facts, held=held), language, TEMPLATES).text
    words = {"en": ("shared mailbox", "Polish", "Ukraine"), "de": ("Postfach", "Polnisch", "Ukraine")}[language]
    assert all(word in text for word in words)
