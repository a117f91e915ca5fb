"""Own templates are tried before a letter needs them: each kind of fault is named with file and line."""

from pathlib import Path

import pytest

from responses.answer import ALL_PARTS, missing_facts
from responses.checking import faults_of, sample_letters
from responses.facts import Section
from responses.languages import LANGUAGES
from responses.lint import lint
from responses.rendering import OUR_TEMPLATES, Templates, render
from responses.sample import LETTERS, abundant, sample_facts, sparse
from responses.sandbox import TemplateRefused

LONG_LOOP = "{% for mail in correspondence %}\n" + "- {{ mail.at }} and so on and so on\n" * 20 + "{% endfor %}\n"

FAULTS = {
    "unknown fact": ("Hello,\n{{ nmae }}\n", 2, "there is no 'nmae'"),
    "fact of another record": ("Hello,\n\n{{ controller.interest }}\n", 3, "interest"),
    "forbidden attribute": ("{{ name.__class__ }}\n", 1, "__class__"),
    "call": ("{{ name.upper() }}\n", 1, "Call"),
    "loop in a loop": ("{% for a in held %}{% for b in held %}x{% endfor %}{% endfor %}\n", 1, "loop"),
    "arithmetic": ("{{ 'a' * 1000000 }}\n", 1, "Mul"),
    "open block": ("Hello\n{% if name is stored %}\n", 2, "Unexpected end"),
    "unguarded fact": ("Hello,\n\n\n{{ controller.representative }}\n", 4, "not always on record"),
    "loop that grows": (LONG_LOOP, 1, "60000"),
    "too long": ("x" * 20_000, 1, "16384 bytes"),
    "yes or no": ("{{ controller.automated_decisions }}\n", 1, "yes or no"),
    "advertising": ("| Hello,\n\nBook a call with us, at a discount.\n", 1, "advertises"),
    "lawful": ("| Hello,\n\nWriting to you was lawful.\n", 1, "lawful"),
}


def _own(directory: Path, text: str | bytes, part: str = "opening", language: str = "en") -> Templates:
    folder = directory / language
    folder.mkdir(exist_ok=True)
    content = text.encode() if isinstance(text, str) else text
    (folder / f"{part}.txt").write_bytes(content)
    return Templates((directory,))


@pytest.mark.parametrize("name", FAULTS)
def test_every_kind_of_fault_is_named_with_its_place(tmp_path: Path, name: str) -> None:
    """Before the first letter, by file and line; the other parts and languages are not at fault."""
    text, line, why = FAULTS[name]
    faults = faults_of(_own(tmp_path, text))
    assert faults
    assert all(why in fault.what and fault.line == line for fault in faults), faults
    named = {fault.file for fault in faults}
    assert named <= {str(tmp_path / "en" / "opening.txt")} or all(file.startswith("en, letter") for file in named)


def test_a_fault_in_a_branch_that_is_seldom_taken_is_found(tmp_path: Path) -> None:
    """What is said only of people without a name is tried too."""
    own = _own(
        tmp_path, "{% if name is stored %}\n| Hello {{ name }},\n{% else %}\n| {{ controller.on }}\n{% endif %}\n"
    )
    (fault,) = faults_of(own)
    assert (fault.line, fault.file) == (4, str(tmp_path / "en" / "opening.txt"))


def test_our_own_letters_are_not_at_fault() -> None:
    """Every part, with everything on record, with next to nothing, and with a long correspondence."""
    assert faults_of(Templates()) == []


@pytest.mark.parametrize("broken", [b"Gr\xfc\xdfe", None], ids=["another encoding", "no file"])
def test_a_broken_template_never_gives_way_to_ours(tmp_path: Path, broken: bytes | None) -> None:
    """A letter in words that its owner replaced must not leave because the replacement cannot be read."""
    if broken is None:
        (tmp_path / "de").mkdir()
        (tmp_path / "de" / "opening.txt").symlink_to(tmp_path / "nowhere")
        own = Templates((tmp_path,))
    else:
        own = _own(tmp_path, broken, language="de")
    with pytest.raises(TemplateRefused, match=r"opening\.txt"):
        render([Section.OPT_OUT], sample_facts([Section.OPT_OUT]), "de", own)
    assert {fault.file for fault in faults_of(own)} == {str(tmp_path / "de" / "opening.txt")}


def test_an_own_template_that_comes_later_is_taken_at_once(tmp_path: Path) -> None:
    """A running service reads what stands there now, and so does the signature."""
    own, facts = Templates((tmp_path,)), sample_facts([Section.OPT_OUT])
    before = own.digest("en")
    assert "Hello Jane Doe" in render([Section.OPT_OUT], facts, "en", own).text
    _own(tmp_path, "| Good day,\n")
    assert "Good day" in render([Section.OPT_OUT], facts, "en", own).text
    assert own.digest("en") != before
    (tmp_path / "en" / "opening.txt").unlink()
    assert own.digest("en") == before
    assert "Hello Jane Doe" in render([Section.OPT_OUT], facts, "en", own).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_show_every_part_of_every_letter(language: str) -> None:
    """A person who signs a language off has read each of its templates, without a complaint."""
    shown = list(sample_letters(language, Templates()))
    assert {section for sections, _ in shown for section in sections} == set(Section)
    assert [lint(letter, sections, language) for sections, letter in shown] == [[]] * len(shown)


@pytest.mark.parametrize("sections", LETTERS, ids="+".join)
def test_the_samples_lack_nothing_and_name_nobody(sections: tuple[Section, ...]) -> None:
    """Complete in each of their forms; addresses on reserved domains only (RFC 2606)."""
    full = sample_facts(sections)
    assert all(missing_facts(sections, facts) == () for facts in (full, sparse(full, sections), abundant(full)))
    assert full.address.value.endswith(".example")


def test_every_part_has_a_file() -> None:
    """In each language."""
    assert all((OUR_TEMPLATES / code / f"{part}.txt").is_file() for code in LANGUAGES for part in ALL_PARTS)
