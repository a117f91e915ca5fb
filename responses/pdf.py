"""The copy of the data as a PDF for a person to read (GDPR Art. 12(1), 15(3)): the same facts give the same bytes."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from responses.answer import require_facts
from responses.citations import plain_words
from responses.composition import Attachment, copy_of_data
from responses.copy_outline import Chapter, Prose, Rows, outline
from responses.copy_words import COPY_WORDS, CopyWords
from responses.facts import Facts, Section
from responses.languages import LANGUAGES
from responses.rendering import LetterTooLong, NoTemplate

FONTS = Path(__file__).parent / "fonts"
"""DejaVu Sans, cut down to Latin, Greek, Cyrillic, Armenian, Georgian and Hebrew: whole fonts take twice as long."""

LONGEST_COPY = 100_000
"""Characters: some forty pages, and a few seconds of work."""

_FONT = "DejaVu"
_MARGIN_MM = 20.0
_LABEL_MM = 52.0
_GAP_MM = 3.0
_LINE_MM = 5.2
_INK, _PALE, _RULE = (30, 30, 30), (95, 95, 95), (205, 205, 205)
_REPLACEMENT = "\ufffd"
_PAGES = "\ue000\ue001"
"""Stands for the number of pages until it is known: private characters, which no fact has, as wide as two digits."""


def copy_of_data_pdf(facts: Facts, language: str) -> Attachment:
    """Return the copy under Art. 15(3) for reading, named after the case like the JSON file.

    Raises `MissingFact` as an access letter would, `NoTemplate` for a language without letters, `LetterTooLong`.
    """
    if language not in COPY_WORDS:
        raise NoTemplate(language)
    require_facts((Section.ACCESS,), facts)
    name = copy_of_data(facts).filename.removesuffix(".json")
    return Attachment(f"{name}.pdf", _printed(facts, COPY_WORDS[language], language), "application/pdf")


def _printed(facts: Facts, words: CopyWords, language: str) -> bytes:
    chapters = outline(facts, words, LANGUAGES[language])
    if sum(len(text) for chapter in chapters for text in _texts(chapter)) > LONGEST_COPY:
        raise LetterTooLong
    page = _Page(words, plain_words(facts.case.value))
    page.set_lang(language)
    page.set_title(words.title)
    page.set_producer("replyd")
    page.set_creation_date(facts.received_at.value)  # the day of the copy: a clock would change the bytes
    page.opening(words.as_of.format(case=page.case, day=LANGUAGES[language].day(facts.received_at.value.date())))
    for chapter in chapters:
        page.chapter(chapter)
    page.closing()
    return bytes(page.output())


def _texts(chapter: Chapter) -> Sequence[str]:
    rows = [text for block in chapter.blocks if isinstance(block, Rows) for row in block.rows for text in row]
    return [*rows, *(block.text for block in chapter.blocks if isinstance(block, Prose))]


class _Page(FPDF):
    """A4 with wide margins: headings, two columns of label and value, a footer with case and page."""

    def __init__(self, words: CopyWords, case: str) -> None:
        super().__init__(format="A4")
        self.words = words
        self.case = case
        self.add_font(_FONT, "", FONTS / "DejaVuSans.ttf")
        self.add_font(_FONT, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_font(_FONT, size=10)
        self._glyphs = frozenset(self.current_font.cmap if isinstance(self.current_font, TTFFont) else ())
        self._all_shown = True
        self.alias_nb_pages(_PAGES)
        self.set_margins(_MARGIN_MM, _MARGIN_MM)
        self.c_margin = 0  # text and rules begin on the same line
        self.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        self.add_page()

    def footer(self) -> None:
        """Write case and page at the foot of every page."""
        self.set_y(-15)
        self._pen(8, _PALE)
        self.cell(self.epw / 2, 5, self._shown(self.case), align="L")
        self.cell(self.epw / 2, 5, self.words.page.format(page=self.page_no(), pages=_PAGES), align="R")

    def opening(self, as_of: str) -> None:
        """Write title and date."""
        self._pen(18, _INK, bold=True)
        self._block(self.words.title, 9)
        self.ln(1.5)
        self._pen(10, _PALE)
        self._block(self._shown(as_of))

    def chapter(self, chapter: Chapter) -> None:
        """Write a heading with what stands under it; a heading does not stay alone at the foot of a page."""
        self.ln(6)
        if self.will_page_break(6 * _LINE_MM):
            self.add_page()
        self._pen(12, _INK, bold=True)
        self._block(chapter.heading, 6)
        self.ln(1)
        for place, block in enumerate(chapter.blocks):
            if isinstance(block, Prose):
                self._pen(10, _INK)
                self._block(self._shown(block.text.replace("Art. ", "Art.\u00a0")))
            else:
                self.ln(4 if place else 0)
                for label, value in block.rows:
                    self._row(self._shown(label), self._shown(value))

    def closing(self) -> None:
        """Say so where a character had to be replaced."""
        if not self._all_shown:
            self.ln(6)
            self._pen(10, _PALE)
            self._block(self.words.unprintable)

    def _row(self, label: str, value: str) -> None:
        """Label and value side by side under a thin rule; both may run over several lines, the value over pages."""
        self._pen(10, _PALE)
        if self.will_page_break(min(self._height_mm(label), 8 * _LINE_MM) + 2):
            self.add_page()
        self.set_draw_color(*_RULE)
        self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
        self.ln(1)
        page, top = self.page, self.y
        self.multi_cell(_LABEL_MM, _LINE_MM, label, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        beneath = self.y
        if self.page == page:
            self.y = top
        self._pen(10, _INK)
        self.set_x(self.l_margin + _LABEL_MM + _GAP_MM)
        self.multi_cell(0, _LINE_MM, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.page == page:
            self.y = max(self.y, beneath)
        self.ln(1)

    def _height_mm(self, label: str) -> float:
        height = self.multi_cell(_LABEL_MM, _LINE_MM, label, dry_run=True, output=MethodReturnValue.HEIGHT)
        return height if isinstance(height, float) else 0.0

    def _block(self, text: str, height_mm: float = _LINE_MM) -> None:
        self.multi_cell(0, height_mm, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pen(self, size: int, ink: tuple[int, int, int], *, bold: bool = False) -> None:
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(*ink)

    def _shown(self, text: str) -> str:
        """Replace what the font has no sign for: a box would say nothing, and a warning would log the character."""
        shown = "".join(character if ord(character) in self._glyphs else _REPLACEMENT for character in text)
        self._all_shown = self._all_shown and shown == text
        return shown
