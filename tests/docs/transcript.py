"""Running a page as its reader would: what it says to type is typed, and what it shows is compared."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from daemon.cli import app
from tests.docs.pages import Block

Happening = Callable[[], None]

_CHANGES = (
    (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)?)?"), "TIME"),
    (re.compile(r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) "
                r"\d{4}"), "DAY"),
    (re.compile(r"R-[A-Z2-7]{8}"), "CASE"),
    (re.compile(r"\b(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}\b"), "KEY"),
    (re.compile(r"\b[0-9a-f]{16,64}\b"), "DIGEST"),
    (re.compile(r"\b[\d,]+ MiB"), "SIZE"),
    (re.compile(r"\b\d+ (?=entries|sealed)"), "SO MANY "),
    (re.compile(r"\bhead \d+:"), "head N:"),
    (re.compile(r"\bcs-de-en[a-z-]*-[0-9a-f]+"), "MODEL"),
)  # fmt: skip
"""What differs each time, and what is compared in its place."""


_OF_OUR_SERVER = re.compile(r"^.*\] library .*\n", re.MULTILINE)
"""What the mail server in this very process logs."""


def compared(text: str) -> str:
    """A text as it is compared: without what differs each time, and without how wide the terminal was."""
    for pattern, name in _CHANGES:
        text = pattern.sub(name, text)
    lines = (re.sub(r"[─━]{3,}", "---", re.sub(r" +", " ", line)).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Difference:
    """One command of which something else came than the page shows."""

    command: str
    shown: str
    came: str


@dataclass
class Reader:
    """Somebody at a terminal in a directory of their own; `typed` is what they type when a command asks."""

    directory: Path
    typed: Mapping[str, str]
    before: Mapping[tuple[str, int], Happening]
    """What happens in the world before a command is typed for the n-th time."""
    shown_as: Mapping[str, str] = field(default_factory=dict)
    """What stands on the page in place of what belongs to the test: directories, servers."""
    counts: dict[str, int] = field(default_factory=dict)

    def follow(self, block: Block) -> list[Difference]:
        """Do what a block says; returns what differs from what it shows."""
        kind, _, name = block.language.partition(" ")
        if kind == "toml":
            settings = self.directory / "replyd.toml"
            settings.write_text(with_settings(settings.read_text(), block.text))
        elif name:
            (self.directory / name).write_text(block.text)
        elif kind == "sh":
            for line in block.text.splitlines():
                self._type(line)
        elif kind == "console":
            return [found for command, shown in _transcript(block.text) if (found := self._differs(command, shown))]
        return []

    def _differs(self, command: str, shown: str) -> Difference | None:
        came = self._type(command)
        return None if compared(came) == compared(shown) else Difference(command, shown, came)

    def _type(self, line: str) -> str:
        """Run one line if it is a call of replyd; anything else a page types is not for a test."""
        words = shlex.split(line, comments=True)
        if not words or words[0] != "replyd":
            return ""
        self.counts[line] = self.counts.get(line, 0) + 1
        self.before.get((line, self.counts[line]), lambda: None)()
        result = CliRunner().invoke(app, words[1:], input=self.typed.get(line), catch_exceptions=False)
        shown = _OF_OUR_SERVER.sub("", result.output)
        for came, instead in self.shown_as.items():
            shown = shown.replace(came, instead)
        return shown


def _transcript(text: str) -> list[tuple[str, str]]:
    """Each command of a `console` block, and what it shows."""
    parts = re.split(r"^\$ (.*)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def with_settings(settings: str, shown: str) -> str:
    """Settings with those of a block in the place of theirs, or beside them."""
    section = ""
    for line in shown.splitlines():
        if line.startswith("["):
            section = line
            if f"{section}\n" not in settings:
                settings = f"{settings}\n{section}\n"
        elif "=" in line:
            head, _, rest = settings.partition(f"{section}\n")
            body, sign, after = rest.partition("\n[")
            key = line.partition("=")[0].strip()
            body = re.sub(rf"^{re.escape(key)} *=.*\n", "", body, flags=re.MULTILINE)
            settings = f"{head}{section}\n{line}\n{body}{sign}{after}"
    return settings
