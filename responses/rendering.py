"""Facts to letter: templates in, sentences out, each with the records that it rests on.

In a template a line is a sentence. An empty line ends a paragraph, `- ` begins an item of a list, `| ` a line of its
own (greeting, address), and two spaces at the beginning continue the sentence above.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Template, TemplateNotFound, UndefinedError
from jinja2.exceptions import SecurityError

from responses.answer import parts, require_facts
from responses.citations import Citations, Note, context, plain_words
from responses.facts import Facts, Section
from responses.languages import LANGUAGES
from responses.layout import Layout, Sentence, as_text
from responses.sandbox import LetterEnvironment, TemplateRefused

OUR_TEMPLATES = Path(__file__).parent / "templates"
LONGEST_LETTER = 60_000
"""Characters. A copy of the data that is longer belongs into the attachment, and this letter to a person."""

_MARKS = {"- ": Layout.ITEM, "| ": Layout.LINE}


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
    """Paragraphs with LF line ends, wrapped at 78 columns where words allow it."""
    sentences: tuple[Sentence, ...]
    language: str


class Templates:
    """Letters of one owner: directories of `<language>/<part>.txt`; the first that has a part wins, ours come last."""

    def __init__(self, directories: Sequence[Path] = ()) -> None:
        self._environment = LetterEnvironment((*directories, OUR_TEMPLATES))

    def part(self, language: str, name: str) -> Template:
        """Return one checked part; raises `NoTemplate` or `TemplateRefused`."""
        if language not in LANGUAGES:
            raise NoTemplate(language)
        try:
            return self._environment.get_template(f"{language}/{name}.txt")
        except TemplateNotFound as error:
            raise NoTemplate(language) from error


def render(sections: Sequence[Section], facts: Facts, language: str, templates: Templates | None = None) -> Letter:
    """Write the letter with these sections.

    Raises `MissingFact` when any required fact is absent (nothing is half rendered), `NoTemplate` for a language
    without letters, `TemplateRefused` for a template that is at fault, `LetterTooLong`.
    """
    if language not in LANGUAGES:
        raise NoTemplate(language)
    require_facts(sections, facts)
    words = LANGUAGES[language]
    citations = Citations(words)
    names = context(facts, citations)
    own = templates or Templates()
    sentences: list[Sentence] = []
    for part in parts(sections):
        first = sentences[-1].paragraph + 1 if sentences else 0
        pieces = _pieces(own.part(language, part), names, citations)
        sentences.extend(_sentences(pieces, first))
        if sum(len(sentence.text) for sentence in sentences) > LONGEST_LETTER:
            raise LetterTooLong
    subject = words.subject.format(case=plain_words(facts.case.value))
    return Letter(subject, as_text(sentences), tuple(sentences), language)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of output: the template's own words, or what one fact was printed as."""

    text: str
    notes: tuple[Note, ...]

    @property
    def is_fact(self) -> bool:
        return any(note.printed for note in self.notes)


def _pieces(template: Template, names: dict[str, object], citations: Citations) -> Iterator[_Piece]:
    """Run a template piece by piece: what was noted between two pieces belongs to the second."""
    length = 0
    citations.take()
    try:
        for text in template.root_render_func(template.new_context(names)):
            length += len(text)
            if length > LONGEST_LETTER:
                raise LetterTooLong
            yield _Piece(text, citations.take())
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


@dataclass(slots=True)
class _Line:
    """A sentence in the making."""

    text: str = ""
    notes: list[Note] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    mark: str = ""
    """The first characters, where the template itself wrote them: a fact never decides about layout."""

    def add(self, text: str, *, is_fact: bool) -> None:
        if is_fact:
            self.quoted.append(text)
        elif not self.text:
            self.mark = text[:2]
        self.text += text


def _sentences(pieces: Iterable[_Piece], paragraph: int) -> Iterator[Sentence]:
    begun = False
    for line in _joined(_lines(pieces)):
        if line is None:
            paragraph += begun
            begun = False
            continue
        begun = True
        layout = _MARKS.get(line.mark, Layout.PROSE)
        text = line.text if layout is Layout.PROSE else line.text[len(line.mark) :]
        yield Sentence(
            " ".join(text.split()),
            tuple(dict.fromkeys(record for note in line.notes for record in note.records)),
            tuple(line.quoted),
            tuple(dict.fromkeys(note.path for note in line.notes)),
            paragraph,
            layout,
        )


def _joined(lines: Iterable[_Line]) -> Iterator[_Line | None]:
    """Join continuation lines to their sentence; None stands for an empty line."""
    held: _Line | None = None
    for line in lines:
        if held is not None and line.mark == "  " and line.text.strip():
            held.text += " " + line.text.strip()
            held.notes.extend(line.notes)
            held.quoted.extend(line.quoted)
            continue
        if held is not None:
            yield held
        held = line if line.text.strip() else None
        if held is None:
            yield None
    if held is not None:
        yield held


def _lines(pieces: Iterable[_Piece]) -> Iterator[_Line]:
    """Cut at the template's own line breaks; a record goes to the first words that follow it."""
    line, pending = _Line(), list[Note]()
    for piece in pieces:
        pending.extend(piece.notes)
        for stretch in re.split(r"(\n)", piece.text):
            if stretch == "\n":
                yield line
                line = _Line()
            elif stretch:
                line.add(stretch, is_fact=piece.is_fact)
                if stretch.strip():
                    line.notes.extend(pending)
                    pending.clear()
    yield line
