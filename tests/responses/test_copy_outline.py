from dataclasses import replace
from datetime import date

import pytest

from responses.copy_outline import Prose, Rows, outline
from responses.copy_words import COPY_WORDS
from responses.facts import Fact, HeldItem, SourceKind
from responses.languages import LANGUAGES


def told(facts, language="en"):
    """Return the rows of each chapter by its heading."""
    chapters = outline(facts, COPY_WORDS[language], LANGUAGES[language])
    return {c.heading: [row for block in c.blocks if isinstance(block, Rows) for row in block.rows] for c in chapters}


def test_every_language_of_letters_has_words_for_the_copy():
    """A copy is read in the language of the letter, with the same labels and every kind of source."""
    assert COPY_WORDS.keys() == LANGUAGES.keys()
    for words in COPY_WORDS.values():
        assert words.labels.keys() == COPY_WORDS["en"].labels.keys()
        assert set(words.kinds) == set(SourceKind)
        assert len(words.right_sentences) == len(COPY_WORDS["en"].right_sentences)


def test_the_copy_reads_word_for_word(facts):
    """Everything that Art. 15(1) asks for, in the order of reading."""
    chapters = told(facts)
    assert list(chapters) == [
        "Who stores the data",
        "What is stored about you",
        "Where the data come from",
        "What the data are for, and why we turned to you",
        "Who has received the data, and where they are",
        "How long the data are kept",
        "Your rights",
        "Correspondence",
    ]
    assert chapters["Who stores the data"][0] == ("Controller", "Nordwind Software GmbH")
    assert ("Country", "Germany") in chapters["What is stored about you"]
    assert chapters["Where the data come from"][:3] == [
        ("Data", "name, company, position and country"),
        ("Kind of source", "company website"),
        ("Source", "https://www.muster-maschinenbau.example/team"),
    ]
    assert ("Publicly accessible", "yes") in chapters["Where the data come from"]
    assert chapters["What the data are for, and why we turned to you"][0][0] == "Purpose"
    assert chapters["Who has received the data, and where they are"] == [
        ("Passed on to", "Woodpecker.co S.A."),
        ("Stored in", "Germany and Ireland"),
        ("Systems", "customer database and mailbox"),
        ("Decisions by a machine alone, profiling included (Art. 22 GDPR)", "none"),
    ]
    assert chapters["How long the data are kept"][0] == (
        "Name, company, position, country and e-mail address",
        "2 March 2027",
    )
    assert chapters["Correspondence"] == [
        ("9 March 2026, from us", "Planning for your second plant"),
        ("10 March 2026, from you", "Re: Planning for your second plant"),
    ]


def test_the_german_copy_says_codes_in_german(facts):
    """Columns, kinds, countries and languages are words in the language of the reader."""
    held = (HeldItem("kind", Fact("sole_trader", "c")), HeldItem("language", Fact("uk", "c")))
    assert told(replace(facts, held=held), "de")["Was über Sie gespeichert ist"] == [
        ("Art des Kontakts", "Einzelunternehmen"),
        ("Sprache", "Ukrainisch"),
    ]


def test_rows_that_differ_are_told_apart(facts):
    """Two purposes and two terms name the data that each is about."""
    row = replace(
        facts.provenance[1],
        purpose=Fact("Keeping a date", "provenance:13.purpose"),
        keep_until=Fact(date(2026, 12, 31), "provenance:13.keep_until"),
    )
    chapters = told(replace(facts, provenance=(facts.provenance[0], row)))
    purposes = chapters["What the data are for, and why we turned to you"]
    assert [value for label, value in purposes if label == "Data"] == [
        "name, company, position and country",
        "e-mail address",
    ]
    assert ("E-mail address", "31 December 2026") in chapters["How long the data are kept"]


def test_passed_on_to_nobody_is_said(facts):
    """An empty list of recipients is an answer."""
    rows = tuple(replace(row, recipients=Fact((), "provenance:12.recipients")) for row in facts.provenance)
    assert ("Passed on to", "nobody") in told(replace(facts, provenance=rows))[
        "Who has received the data, and where they are"
    ]


def test_what_nobody_wrote_has_no_chapter(facts):
    """Without correspondence and without a stop there is no empty heading, and a mail without a subject has a dash."""
    silent = replace(facts, correspondence=(), suppressed_on=None)
    assert "Correspondence" not in told(silent)
    assert [label for label, _ in told(silent)["How long the data are kept"]] != ["Entry that stops outreach"]
    bare = replace(facts.correspondence[0], subject=Fact(" ", "outreach:31.subject"))
    assert told(replace(facts, correspondence=(bare,)))["Correspondence"][0][1] == "–"


@pytest.mark.parametrize("language", COPY_WORDS)
def test_the_rights_stand_in_every_copy(facts, language):
    """Art. 15(1)(e)-(f): rights with their articles, and the authority by name."""
    chapters = outline(facts, COPY_WORDS[language], LANGUAGES[language])
    rights = " ".join(block.text for chapter in chapters for block in chapter.blocks if isinstance(block, Prose))
    assert all(f"Art. {article}" in rights for article in (16, 17, 18, 21, 77))
    rows = [row for values in told(facts, language).values() for row in values]
    assert any("Hamburgische Beauftragte" in value for _, value in rows)


def test_hostile_words_stay_on_their_line(facts):
    """Line breaks and direction marks are no layout here either."""
    held = (HeldItem("a\nb", Fact("x\r\n\u202ey", "contact:7.note")),)
    assert told(replace(facts, held=held))["What is stored about you"] == [("A b", "x y")]
