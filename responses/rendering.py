"""Facts to letter: templates in, sentences out, each with the records that it rests on."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Template, TemplateNotFound, UndefinedError
from jinja2.exceptions import SecurityError

from responses.answer import ALL_PARTS, parts, require_facts
from responses.citations import Citations, plain_words
from responses.context import context
from responses.facts import Facts, Section
from responses.languages import LANGUAGES, Language
from responses.layout import Sentence, as_text
from responses.sandbox import LetterEnvironment, TemplateRefused
from responses.sentences import Piece, sentences_of

OUR_TEMPLATES = Path(__file__).parent / "templates"
LONGEST_LETTER = 60_000
"""Characters. A copy of the data that is longer belongs into the attachment, and this letter to a person."""


class NoTemplate(LookupError):  # noqa: N818  an outcome that callers name, not a fault
    """There are no letters in this language."""

    def __init__(self, language: str) -> None:
        super().__init__(f"there are no letters in the language {language!r}; known are {', '.join(sorted(LANGUAGES))}")
        self.language = language


class LetterTooLong(ValueError):  # noqa: N818  as NoTemplate
    """The facts make a letter that nobody would read; it goes to a person."""

    def __init__(self) -> None:
        super().__init__(f"the letter is longer than {LONGEST_LETTER} characters; shorten what is on record")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told: subject, text for reading, and the same as sentences for proof."""

    subject: str
    text: str
    """Paragraphs with LF line ends, wrapped at 72 columns where words allow it."""
    sentences: tuple[Sentence, ...]
    language: str


class Templates:
    """Letters of one owner: directories of `<language>/<part>.txt`; the first that has a part wins, ours come last."""

    def __init__(self, directories: Sequence[Path] = ()) -> None:
        self._directories = (*directories, OUR_TEMPLATES)
        self._environment = LetterEnvironment(self._directories)

    def part(self, language: str, name: str) -> Template:
        """Return one checked part; raises `NoTemplate` or `TemplateRefused`."""
        if language not in LANGUAGES:
            raise NoTemplate(language)
        try:
            return self._environment.get_template(f"{language}/{name}.txt")
        except TemplateNotFound as error:
            raise NoTemplate(language) from error

    def digest(self, language: str) -> str:
        """SHA-256 over all parts of a language as they are on disk now; raises `NoTemplate`, `OSError`."""
        if language not in LANGUAGES:
            raise NoTemplate(language)
        digest = hashlib.sha256()
        for name in sorted(ALL_PARTS):
            places = (directory / language / f"{name}.txt" for directory in self._directories)
            file = next((place for place in places if place.is_file()), None)
            if file is None:
                raise NoTemplate(language)
            source = file.read_bytes()
            digest.update(f"{name} {len(source)}\n".encode() + source)
        return digest.hexdigest()

    def place(self, language: str, name: str, error: Exception | None = None) -> tuple[str, int]:
        """File of a part, and the line of it where an error arose; raises as `part` does."""
        template = self.part(language, name)
        return template.filename or f"{language}/{name}.txt", _line(error, template) if error else 1

    def check(self) -> None:
        """Read every part of every language, so that a fault shows before the first letter; raises as `part` does."""
        for language in LANGUAGES:
            for name in ALL_PARTS:
                self.part(language, name)


def render(sections: Sequence[Section], facts: Facts, language: str, templates: Templates | None = None) -> Letter:
    """Write the letter with these sections.

    Raises `MissingFact` when any required fact is absent (nothing is half rendered), `NoTemplate` for a language
    without letters, `TemplateRefused` for a template that is at fault, `LetterTooLong`, and `NotTogether` for
    sections that contradict each other.
    """
    if language not in LANGUAGES:
        raise NoTemplate(language)
    require_facts(sections, facts)
    words = LANGUAGES[language]
    citations = Citations(words)
    names = context(facts, citations, sections)
    own = templates or Templates()
    sentences: list[Sentence] = []
    for part in parts(sections):
        first = sentences[-1].paragraph + 1 if sentences else 0
        sentences.extend(sentences_of(_pieces(own.part(language, part), names, citations), first))
        if sum(len(sentence.text) for sentence in sentences) > LONGEST_LETTER:
            raise LetterTooLong
    return Letter(_subject(sections, facts, words), as_text(sentences), tuple(sentences), language)


def render_part(
    part: str, sections: Sequence[Section], facts: Facts, language: str, templates: Templates
) -> list[Sentence]:
    """Write one part of a letter with these sections, whatever its others are; raises as `render` does."""
    citations = Citations(LANGUAGES[language])
    names = context(facts, citations, sections)
    return list(sentences_of(_pieces(templates.part(language, part), names, citations), 0))


def _subject(sections: Sequence[Section], facts: Facts, words: Language) -> str:
    if Section.CHALLENGE in sections:
        return words.challenge_subject
    return words.subject.format(case=plain_words(facts.case.value))


def _pieces(template: Template, names: dict[str, object], citations: Citations) -> Iterator[Piece]:
    """Run a template piece by piece: what was noted between two pieces belongs to the second."""
    length = 0
    citations.take()
    try:
        for text in template.root_render_func(template.new_context(names)):
            length += len(text)
            if length > LONGEST_LETTER:
                raise LetterTooLong
            yield Piece(text, citations.take())
    except (UndefinedError, SecurityError, TypeError) as error:
        raise TemplateRefused(template.filename or "?", _line(error, template), str(error)) from error


def _line(error: Exception, template: Template) -> int:
    """Line of the template where the error arose, from the compiled code's own table."""
    code = template.root_render_func.__code__
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return 1
