"""Sentences on a page: as plain text, and as HTML made from the same sentences."""

import html
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

WIDTH = 72
"""Columns: within the 78 of RFC 5322 section 2.1.1, and plain enough not to be broken by quoted-printable at 76."""


class Layout(StrEnum):
    """How a sentence stands among the others."""

    PROSE = "prose"
    ITEM = "item"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its words, and the records of every fact in it."""

    text: str
    records: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    """What facts were printed as, in order; the rest of the text is the template's own."""
    facts: tuple[str, ...] = ()
    """Paths of the facts in it, for example `controller.authority`."""
    paragraph: int = 0
    layout: Layout = Layout.PROSE

    def own_words(self) -> str:
        """Return the sentence without what facts contributed."""
        own, rest = [], self.text
        for words in self.quoted:
            before, _, rest = rest.partition(words)
            own.append(before)
        return "…".join((*own, rest))


def as_text(sentences: Iterable[Sentence]) -> str:
    """Paragraphs with an empty line between them, wrapped; a word that is too long (an address) stays whole."""
    paragraphs = ("\n".join(_wrapped(run)) for run in _paragraphs(sentences))
    return "\n\n".join(paragraphs) + "\n"


def as_html(sentences: Iterable[Sentence], language: str) -> str:
    """Write the same sentences as HTML: escaped, without links, styles or anything that loads."""
    body = "\n".join(block for run in _paragraphs(sentences) for block in _blocks(run))
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n'
        f'<head><meta charset="utf-8"></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _paragraphs(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    for _, run in groupby(sentences, key=lambda sentence: sentence.paragraph):
        yield list(run)


def _runs(paragraph: Sequence[Sentence]) -> Iterator[tuple[Layout, list[str]]]:
    for layout, run in groupby(paragraph, key=lambda sentence: sentence.layout):
        yield layout, [sentence.text for sentence in run]


def _wrapped(paragraph: Sequence[Sentence]) -> Iterator[str]:
    for layout, texts in _runs(paragraph):
        if layout is Layout.PROSE:
            yield _fill(" ".join(texts), "", "")
        elif layout is Layout.ITEM:
            yield from (_fill(text, "- ", "  ") for text in texts)
        else:
            yield from (_fill(text, "", "  ") for text in texts)


def _fill(text: str, first: str, then: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )


def _blocks(paragraph: Sequence[Sentence]) -> Iterator[str]:
    for layout, texts in _runs(paragraph):
        escaped = [html.escape(text) for text in texts]
        if layout is Layout.PROSE:
            yield f"<p>{' '.join(escaped)}</p>"
        elif layout is Layout.ITEM:
            yield "<ul>\n" + "\n".join(f"<li>{text}</li>" for text in escaped) + "\n</ul>"
        else:
            yield "<p>" + "<br>\n".join(escaped) + "</p>"
