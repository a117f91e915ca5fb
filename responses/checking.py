"""Checking templates before anybody's letter needs them: each part is tried with sample facts, within the limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from responses.answer import parts
from responses.facts import Facts, MissingFact, Section
from responses.languages import LANGUAGES
from responses.lint import lint
from responses.rendering import LONGEST_LETTER, Letter, LetterTooLong, NoTemplate, Templates, render, render_part
from responses.sample import LETTERS, abundant, sample_facts, sparse
from responses.sandbox import TemplateRefused


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one template, and where; line 1 where it is the whole of it."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}"


def faults_of(templates: Templates, languages: Iterable[str] = tuple(LANGUAGES)) -> list[Fault]:
    """Every fault of every part of these languages, each once: code, unknown or unguarded facts, size, bad words."""
    found: dict[Fault, None] = {}
    for language in languages:
        for sections in LETTERS:
            found |= dict.fromkeys(_faults_of_letter(sections, language, templates))
    return list(found)


def sample_letters(language: str, templates: Templates) -> Iterator[tuple[tuple[Section, ...], Letter]]:
    """Every letter of a language as a person reads it before it may leave; raises as `render` does."""
    for sections in LETTERS:
        yield sections, render(sections, sample_facts(sections, language), language, templates)


def _faults_of_letter(sections: Sequence[Section], language: str, templates: Templates) -> Iterator[Fault]:
    full = sample_facts(sections, language)
    ways = (full, sparse(full, sections), abundant(full))
    broken = False
    for part in parts(sections):
        fault = next((fault for facts in ways if (fault := _fault(part, sections, facts, language, templates))), None)
        if fault:
            broken = True
            yield fault
    if not broken:
        yield from _bad_words(sections, full, language, templates)


def _fault(part: str, sections: Sequence[Section], facts: Facts, language: str, templates: Templates) -> Fault | None:
    """What goes wrong in one part with these facts; None where nothing does."""
    try:
        render_part(part, sections, facts, language, templates)
    except TemplateRefused as error:
        return Fault(error.file, error.line, error.why)
    except NoTemplate:
        return Fault(f"{language}/{part}.txt", 1, "is not there")
    except MissingFact as error:
        file, line = templates.place(language, part, error)
        return Fault(file, line, f"{error.fact} is not always on record: ask `if {error.fact} is stored` before")
    except LetterTooLong:
        file, _ = templates.place(language, part)
        return Fault(file, 1, f"makes more than {LONGEST_LETTER} characters of an ordinary correspondence")
    return None


def _bad_words(sections: Sequence[Section], facts: Facts, language: str, templates: Templates) -> Iterator[Fault]:
    """What a data-protection expert would complain of, by the part that says it; ours say nothing of the kind."""
    for complaint in lint(render(sections, facts, language, templates), sections, language):
        yield Fault(f"{language}, letter {'+'.join(sections)}", 1, complaint)
