import email
import logging
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.composition import Sender, compose, copy_of_data
from responses.copy_words import COPY_WORDS
from responses.facts import Fact, HeldItem, MissingFact, Section
from responses.pdf import LONGEST_COPY, copy_of_data_pdf
from responses.rendering import LetterTooLong, NoTemplate, render

PDFTOTEXT = shutil.which("pdftotext")
SCRIPTS = "Żółć gęślą jaźń, Пётр Щукин, Řehoř Žák, Größe, José Ñíguez, Οδυσσέας"


def with_note(facts, text):
    """Return the facts with one more held item."""
    return replace(facts, held=(*facts.held, HeldItem("note", Fact(text, "contact:7.note"))))


def text_of(content):
    """Read a PDF as a person's reader does."""
    if PDFTOTEXT is None:
        pytest.skip("pdftotext is not installed (poppler-utils)")
    done = subprocess.run([PDFTOTEXT, "-layout", "-", "-"], input=content, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


@pytest.mark.parametrize("language", COPY_WORDS)
def test_the_copy_is_a_pdf_named_like_the_json(facts, language):
    """Both files go with one letter, and belong together by name."""
    copy = copy_of_data_pdf(facts, language)
    assert copy.content.startswith(b"%PDF-")
    assert copy.content.rstrip().endswith(b"%%EOF")
    assert copy.filename == copy_of_data(facts).filename.replace(".json", ".pdf")
    assert copy.content_type == "application/pdf"
    assert f"/Lang ({language})".encode() in copy.content


def test_the_same_facts_make_the_same_bytes(facts):
    """No clock and no chance: the file is dated by the message that it answers."""
    copy = copy_of_data_pdf(facts, "en")
    assert copy == copy_of_data_pdf(facts, "en")
    assert copy != copy_of_data_pdf(with_note(facts, "x"), "en")
    assert b"/CreationDate (D:20260310170500" in copy.content


@pytest.mark.parametrize("language", COPY_WORDS)
def test_letters_of_european_scripts_can_be_read(facts, language):
    """Polish, Cyrillic, Czech, Greek and all the rest stand as they are stored."""
    text = text_of(copy_of_data_pdf(with_note(facts, SCRIPTS), language).content)
    assert all(word in text for word in SCRIPTS.replace(",", "").split())
    assert "\ufffd" not in text
    assert COPY_WORDS[language].page.format(page=1, pages=2) in text


def test_what_the_font_cannot_show_is_marked_and_said(facts, caplog):
    """A replacement mark and a sentence about it, and nothing of the person in any log."""
    with caplog.at_level(logging.WARNING):
        copy = copy_of_data_pdf(with_note(facts, "漢字 {nb} \ue000"), "en")
    assert not caplog.records
    text = text_of(copy.content)
    assert "\ufffd\ufffd {nb}" in text
    assert "the JSON file beside this document" in " ".join(text.split())


def test_a_value_longer_than_a_page_goes_on_with_the_next(facts):
    """Nothing is cut off, be the label or the value long."""
    long = replace(
        facts, held=(HeldItem("word " * 300, Fact("many words " * 3500 + "end-of-value", "contact:7.note")),)
    )
    text = text_of(copy_of_data_pdf(with_note(long, "x" * 5000), "en").content)
    assert text.lower().count("word ") + text.lower().count("word\n") >= 300
    assert "end-of-value" in text
    assert COPY_WORDS["en"].page.format(page=10, pages=text.count("\f")) in text
    assert text.count("x") >= 5000


@pytest.mark.parametrize("path", ["held", "provenance.recipients", "provenance.keep_until", "controller.authority"])
def test_a_missing_fact_stops_the_copy(facts, path):
    """The PDF needs what the access letter needs."""
    noun, _, name = path.partition(".")
    if noun == "held":
        lacking = replace(facts, held=())
    elif noun == "controller":
        lacking = replace(facts, controller=replace(facts.controller, **{name: None}))
    else:
        lacking = replace(facts, provenance=tuple(replace(row, **{name: None}) for row in facts.provenance))
    with pytest.raises(MissingFact, match=name or "held"):
        copy_of_data_pdf(lacking, "en")


def test_a_language_without_letters_and_a_book_are_refused(facts):
    """Both go to a person, as letters do."""
    with pytest.raises(NoTemplate):
        copy_of_data_pdf(facts, "fr")
    with pytest.raises(LetterTooLong):
        copy_of_data_pdf(with_note(facts, "x" * LONGEST_COPY), "en")


def test_both_copies_go_with_one_letter(facts):
    """A machine reads the JSON, a person the PDF."""
    raw = compose(
        render([Section.ACCESS], facts, "de"),
        sender=Sender("privacy@nordwind.example"),
        recipient=facts.address.value,
        in_reply_to=None,
        references=(),
        message_id="<r3.token@nordwind.example>",
        date=datetime(2026, 3, 10, 18, 0, tzinfo=UTC),
        attachments=(copy_of_data(facts), copy := copy_of_data_pdf(facts, "de")),
    )
    attached = list(email.message_from_bytes(raw, policy=policy.default).iter_attachments())
    assert [part.get_filename() for part in attached] == ["your-data-R-7K3M9.json", "your-data-R-7K3M9.pdf"]
    assert attached[1].get_content() == copy.content


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_any_text_makes_a_copy_and_the_same_one_twice(facts, text):
    """Whatever was stored, the person gets a readable file."""
    odd = replace(
        with_note(facts, f"x{text}"),
        case=Fact(f"R-1 {text}", "request:3.reference"),
        correspondence=(replace(facts.correspondence[0], subject=Fact(text, "outreach:31.subject")),),
    )
    assert copy_of_data_pdf(odd, "en") == copy_of_data_pdf(odd, "en")
