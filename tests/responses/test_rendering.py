import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.answer import APART
from responses.citations import plain_words
from responses.facts import Fact, HeldItem, Section
from responses.layout import Layout, as_html
from responses.rendering import LONGEST_LETTER, LetterTooLong, Templates, render
from responses.sandbox import TemplateRefused

TEMPLATES = Templates()
EVERYTHING = tuple(section for section in Section if section not in APART)
HOSTILE = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "{{ 7 * 7 }}",
        "{% for x in held %}",
        "{# gone #}",
        "a\r\nBcc: b@evil.example",
        "=?utf-8?q?x=0D=0ABcc:_b=40evil.example?=",
        "<script>alert(1)</script>",
        "- item\n\n| line",
        "\x00\x1b[31m\u202egnp.exe",
        "\ud800 {name}",
        "%(name)s ${name} %s",
    ]
)


def own(tmp_path, text, part="opening", language="en"):
    """Return templates where one part is the owner's."""
    (tmp_path / language).mkdir(exist_ok=True)
    (tmp_path / language / f"{part}.txt").write_text(text, "utf-8")
    return Templates([tmp_path])


def test_each_sentence_names_the_records_of_its_facts(facts):
    """A fact that is printed is cited in the sentence where it stands, and nowhere else."""
    letter = render([Section.OPT_OUT], facts, "en", TEMPLATES)
    confirmation = next(sentence for sentence in letter.sentences if "for good" in sentence.text)
    assert set(confirmation.records) == {"suppression:5.since", "contact:7.email"}
    assert confirmation.quoted == ("10 March 2026", "erika.muster@muster-maschinenbau.example")


def test_a_fact_that_only_decided_is_cited_too(facts):
    """Public or not is told by a branch; the record behind it is named all the same."""
    letter = render([Section.DATA_SOURCE], facts, "en", TEMPLATES)
    told = [sentence for sentence in letter.sentences if sentence.text == "Publicly accessible source: yes"]
    assert [sentence.records for sentence in told] == [("provenance:12.publicly_accessible",)]


def test_own_templates_come_before_ours_part_by_part(facts, tmp_path):
    """An owner who rewrites the opening keeps our closing."""
    letter = render([Section.OPT_OUT], facts, "en", own(tmp_path, "| Good day,\n"))
    assert letter.text.startswith("Good day,\n\nWe have stopped writing to you")


def test_a_line_is_a_sentence_and_two_spaces_continue_it(facts, tmp_path):
    """The form of a template: paragraphs, items, single lines, continued sentences."""
    text = "One\n  and {{ case }}.\nTwo.\n\n- item\n| line\n"
    sentences = render([Section.OPT_OUT], facts, "en", own(tmp_path, text)).sentences[:4]
    assert [(s.text, s.paragraph, s.layout) for s in sentences] == [
        ("One and R-7K3M9.", 0, Layout.PROSE),
        ("Two.", 0, Layout.PROSE),
        ("item", 1, Layout.ITEM),
        ("line", 1, Layout.LINE),
    ]
    assert sentences[0].records == ("request:3.reference",)


def test_a_fact_at_the_beginning_of_a_line_does_not_become_layout(facts, tmp_path):
    """Only the template decides what is an item of a list."""
    hostile = replace(facts, name=Fact("- | forged", "contact:7.name"))
    first = render([Section.OPT_OUT], hostile, "en", own(tmp_path, "{{ name }}\n")).sentences[0]
    assert (first.text, first.layout) == ("- | forged", Layout.PROSE)


@pytest.mark.parametrize(
    ("template", "line", "why"),
    [
        ("Hello\n{{ ''.__class__ }}", 2, "__class__"),
        ("{{ name.__init__ }}", 1, "__init__"),
        ("{{ 'a' * 10**9 }}", 1, "Mul"),
        ("\n\n{{ 2 ** 99999 }}", 3, "Pow"),
        ("{{ 'a' ~ name }}", 1, "Concat"),
        ("{% for i in range(10**9) %}x{% endfor %}", 1, "Call"),
        ("{{ cycler.__init__.__globals__ }}", 1, "cycler"),
        ("{{ lipsum() }}", 1, "Call"),
        ("Hello\n\n{{ nobody }}", 3, "nobody"),
        ("{% if True %}\n{{ controller.nome }}{% endif %}", 2, "nome"),
        ("{{ name | upper }}", 1, "upper"),
        ("{{ name | fields(1) }}", 1, "fields"),
        ("{{ 'plain words' }}", 1, "only a fact"),
        ("{{ controller }}", 1, "only a fact"),
        ("x\n{{ held }}", 2, "only a fact"),
        ("{% set name = 'x' %}", 1, "Assign"),
        ("{% include 'en/closing.txt' %}", 1, "Include"),
        ("{% extends 'en/closing.txt' %}", 1, "Extends"),
        ("{% macro m() %}{% endmacro %}", 1, "Macro"),
        ("{% for a in held %}{% for b in held %}x{% endfor %}{% endfor %}", 1, "loop inside a loop"),
        ("{% for name in held %}x{% endfor %}", 1, "'name' is taken"),
        ("{% for a in held if a %}x{% endfor %}", 1, "all of its list"),
        ("{% if name.value %}x{% endif %}", 1, "value"),
        ("Hello\n{{ name", 2, "end of"),
        ("{{ controller.storage_countries is defined }}", 1, "only a fact"),
        ("{% if controller.name is defined %}x{% endif %}", 1, "defined"),
        ("x" * 17_000, 1, "longer than"),
        ("{% for row in provenance %}\n{{ row.source_kind }}\n{% endfor %}", 2, "no words of their own"),
        ("{% for row in provenance %}\n\n{{ row.seat }}\n{% endfor %}", 3, "seat"),
        ("{% if received_at < 3 %}x{% endif %}", 1, "not supported"),
    ],
)
def test_a_template_at_fault_is_refused_with_file_and_line(facts, tmp_path, template, line, why):
    """Code, bombs, unknown names and unreadable templates stop the letter and say where."""
    with pytest.raises(TemplateRefused) as refused:
        render([Section.OPT_OUT], facts, "en", own(tmp_path, template))
    assert refused.value.line == line
    assert refused.value.file.endswith("en/opening.txt")
    assert why in str(refused.value)


def test_a_template_that_is_not_utf_8_is_refused(facts, tmp_path):
    """A file in an old encoding is named, not guessed at."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "opening.txt").write_bytes(b"Gr\xfc\xdfe")
    with pytest.raises(TemplateRefused, match="not UTF-8"):
        render([Section.OPT_OUT], facts, "en", Templates([tmp_path]))


def test_a_letter_that_nobody_would_read_is_refused(facts):
    """A fact of a megabyte goes to a person, not into a mail."""
    held = (HeldItem("note", Fact("x " * LONGEST_LETTER, "contact:7.note")),)
    with pytest.raises(LetterTooLong):
        render([Section.ACCESS], replace(facts, held=held), "en", TEMPLATES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\r\nb", "a b"),
        ("a\u2028b\x85c\u00a0d", "a b c d"),
        ("a\x00\x1b[31mb", "a[31mb"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x\ud800y\ue000z", "xyz"),
        ("  Jörg   Ñu\u0301ñez ", "Jörg Ñu\u0301ñez"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    ],
)
def test_a_fact_is_printed_as_one_line_of_plain_words(text, words):
    """Line breaks, control, private and direction characters go; letters, accents and joiners of any script stay."""
    assert plain_words(text) == words


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_text_in_facts_never_becomes_template_code_or_markup(facts, text):
    """Whatever a record says is printed as it stands, on one line, and escaped in HTML."""
    words = plain_words(text)
    row = replace(facts.provenance[0], source=Fact(text, "provenance:12.source"))
    hostile = replace(
        facts,
        provenance=(row, facts.provenance[1]),
        name=Fact(text, "contact:7.name"),
        held=(*facts.held, HeldItem(text, Fact(text, "contact:7.note"))),
    )
    if not words:
        return
    letter = render(EVERYTHING, hostile, "en", TEMPLATES)
    plain = render(EVERYTHING, facts, "en", TEMPLATES)
    assert len(letter.sentences) == len(plain.sentences) + 1
    assert f"Source: {words}" in {sentence.text for sentence in letter.sentences}
    assert all(character == "\n" or character.isprintable() for character in letter.text if character not in words)
    tags = set(re.findall(r"<[^>]*>", as_html(letter.sentences, "en")))
    assert tags == set(re.findall(r"<[^>]*>", as_html(plain.sentences, "en")))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_hostile_text_in_the_later_facts_is_printed_as_it_stands(suited, text):
    """Systems, reasons and assessments come from people and connectors: they are words too, and nothing more."""
    words = plain_words(text)
    if not words:
        return
    wholly = suited(["erasure_completed"])
    hostile = replace(
        wholly,
        erased=(replace(wholly.erased[0], name=Fact(text, "erasure:8.system")), *wholly.erased[1:]),
        kept=(replace(wholly.kept[0], why=Fact(text, "kept:1.why")),),
        extension=replace(wholly.extension, reasons=Fact(text, "extension:1.reasons")),
        assessment=replace(wholly.assessment, outcome=Fact(text, "assessment:2.outcome")),
        challenge=replace(wholly.challenge, code=Fact(text, "challenge:4.code")),
    )
    for section in (Section.ERASURE_COMPLETED, Section.EXTENSION, Section.LEGAL_BASIS, Section.CHALLENGE):
        letter = render([section], hostile, "en", TEMPLATES)
        plain = render([section], wholly, "en", TEMPLATES)
        assert len(letter.sentences) == len(plain.sentences)
        assert any(words in sentence.quoted for sentence in letter.sentences)
        tags = re.findall(r"<[^>]*>", as_html(letter.sentences, "en"))
        assert tags == re.findall(r"<[^>]*>", as_html(plain.sentences, "en"))


@pytest.mark.parametrize("name", ["name", "case", "held", "address", "opening", "provenance", "received_at"])
def test_a_challenge_offers_its_template_nothing_of_the_person(facts, tmp_path, name):
    """Not even an owner's own template can put data into it."""
    loop = f"{{% for x in {name} %}}x{{% endfor %}}" if name in {"held", "provenance"} else f"{{{{ {name} }}}}"
    with pytest.raises(TemplateRefused, match=name):
        render([Section.CHALLENGE], facts, "en", own(tmp_path, f"Hello {loop}\n", "challenge"))


def test_what_a_letter_contains_can_be_asked_and_not_printed(facts, tmp_path):
    """`with_access` and its like decide, so that no section repeats another; they are no facts."""
    template = "{% if with_opt_out and not with_access %}\nStopped.\n{% endif %}\n"
    assert render([Section.OPT_OUT], facts, "en", own(tmp_path, template)).sentences[0].text == "Stopped."
    with pytest.raises(TemplateRefused, match="only a fact"):
        render([Section.OPT_OUT], facts, "en", own(tmp_path, "{{ with_opt_out }}"))
