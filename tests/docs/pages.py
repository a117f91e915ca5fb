"""The pages of the documentation: their blocks, the commands in them, their links.

A fenced block of `sh` is runnable as it stands; in one of `console` the lines after `$ ` are what is typed, the rest is
what is shown. Both are read for commands, and so are indented blocks and code within a sentence.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE = re.compile(r"^( *)```([^`\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^    (?=\S*replyd |make )(.*)$", re.MULTILINE)
_IN_A_SENTENCE = re.compile(r"(?<!`)`(replyd [^`]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_ENDS_A_COMMAND = frozenset({"|", "||", "&&", "&", ";", ">", ">>", "<", "(", ")"})


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block and where it stands."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def typed(self) -> str:
        """What is typed into a shell; nothing in a block of another language."""
        if self.language.split()[:1] == ["sh"]:
            return self.text
        if self.language == "console":
            return "\n".join(line[2:] for line in self.text.splitlines() if line.startswith("$ "))
        return ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a program on a page: its words, the program's name first."""

    page: Path
    line: int
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}: {shlex.join(self.words)}"


def blocks(page: Path) -> Iterator[Block]:
    """All fenced blocks of a page, in order."""
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        body = re.sub(f"^{found[1]}", "", found[3], flags=re.MULTILINE)
        yield Block(page, _line(text, found.start()), found[2], body)


def calls(page: Path) -> Iterator[Call]:
    """Every call of replyd and of make that a page tells its reader to type."""
    text = page.read_text("utf-8")
    for block in blocks(page):
        yield from _calls(page, block.line, block.typed)
    for found in _INDENTED.finditer(_FENCE.sub(_blank, text)):
        yield from _calls(page, _line(text, found.start()), found[1])


def mentions(page: Path) -> Iterator[Call]:
    """Every `replyd ...` within a sentence, which may be shortened: `replyd suppress undo`."""
    text = page.read_text("utf-8")
    for found in _IN_A_SENTENCE.finditer(_FENCE.sub(_blank, text)):
        yield Call(page, _line(text, found.start()), tuple(found[1].split()))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The file that each link leads to, and the heading within it; "" for the page as a whole."""
    for target in _LINK.findall(page.read_text("utf-8")):
        if not target.startswith(("https://", "http://", "mailto:")):
            file, _, heading = target.partition("#")
            yield (page.parent / file if file else page), heading


def headings(page: Path) -> frozenset[str]:
    """The headings of a page as links name them."""
    text = _FENCE.sub(_blank, page.read_text("utf-8"))
    return frozenset(
        re.sub(r"[^\w\- ]", "", found[1].strip().lower()).replace(" ", "-")
        for found in re.finditer(r"^#+ (.*)$", text, re.MULTILINE)
    )


def _calls(page: Path, line: int, typed: str) -> Iterator[Call]:
    for words in _commands(typed):
        start = next((place for place, word in enumerate(words) if _is_ours(place, word)), None)
        if start is not None:
            yield Call(page, line, (Path(words[start]).name, *words[start + 1 :]))


def _is_ours(place: int, word: str) -> bool:
    return word.endswith("bin/replyd") or (place == 0 and word in {"replyd", "make"})


def _commands(typed: str) -> Iterator[list[str]]:
    """Each command of a shell text as words; comments, redirections and here-documents are left out."""
    without_documents = re.sub(r"<<-? *'?(\w+)'?(.*)\n(?s:.*?)^\1$", r"\2", typed, flags=re.MULTILINE)
    for line in without_documents.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        words: list[str] = []
        for token in lexer:
            if token in _ENDS_A_COMMAND:
                yield words
                words = []
            else:
                words.append(token)
        yield words


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
