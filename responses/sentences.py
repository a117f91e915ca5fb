"""Output of a template to sentences.

In a template a line is a sentence. An empty line ends a paragraph, `- ` begins an item of a list, `| ` a line of its
own (greeting, address), and two spaces at the beginning continue the sentence above.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from responses.citations import Note
from responses.layout import Layout, Sentence

_MARKS = {"- ": Layout.ITEM, "| ": Layout.LINE}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of output: the template's own words, or what one fact was printed as."""

    text: str
    notes: tuple[Note, ...]

    @property
    def is_fact(self) -> bool:
        """Whether a fact was printed here."""
        return any(note.printed for note in self.notes)


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


def sentences_of(pieces: Iterable[Piece], paragraph: int) -> Iterator[Sentence]:
    """Sentences of one part of a letter, its first paragraph with this number."""
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


def _lines(pieces: Iterable[Piece]) -> Iterator[_Line]:
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
