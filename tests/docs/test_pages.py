"""The pages tell the truth about the program, as far as a machine can see."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from daemon.settings import Settings
from tests.docs.pages import PAGES, ROOT, Block, blocks, calls, headings, links, mentions
from tests.docs.program import fault_of_call, fault_of_mention

BY_NAME = {str(page.relative_to(ROOT)): page for page in PAGES}
every_page = pytest.mark.parametrize("page", BY_NAME.values(), ids=BY_NAME.keys())


@every_page
def test_every_command_that_a_page_shows_would_run(page: Path) -> None:
    """A reader who types what a page shows never hears that there is no such command or option."""
    told = [call for call in calls(page) if call.words[0] == "replyd"]
    assert [f"{call}: {fault}" for call in told if (fault := fault_of_call(call.words[1:]))] == []


@every_page
def test_every_command_that_a_sentence_names_exists(page: Path) -> None:
    """A command within a sentence may be shortened, and exists."""
    assert [f"{said}: {fault}" for said in mentions(page) if (fault := fault_of_mention(said.words[1:]))] == []


@every_page
def test_every_target_of_make_exists(page: Path) -> None:
    """`make X` on a page is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = [call for call in calls(page) if call.words[0] == "make"]
    assert [str(call) for call in told if not _goals(call.words[1:]) <= targets] == []


def _goals(words: tuple[str, ...]) -> set[str]:
    """The targets among the words of a call of make: no directory, no variable."""
    return {
        word for before, word in pairwise(("make", *words)) if before != "-C" and word[0] != "-" and "=" not in word
    }


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links between pages name files that are there, and headings that stand in them."""
    assert [str(file) for file, _ in links(page) if not file.exists()] == []
    assert [name for file, name in links(page) if name and name not in headings(file)] == []


NEEDED = """
[account]
name = "outreach"
address = "sales@example.com"

[account.imap]
host = "imap.example.com"
user = "sales@example.com"
password = "secret"

[account.smtp]
host = "smtp.example.com"

[account.controller]
name = "Example GmbH"
seat = "Musterweg 1, 10115 Berlin, Germany"
country = "DE"
email = "privacy@example.com"
"""


def test_every_setting_that_a_page_shows_is_one(tmp_path: Path) -> None:
    """A block of settings can stand in replyd.toml."""
    shown = [block for page in PAGES for block in blocks(page) if block.language == "toml"]
    assert shown
    for block in shown:
        _load(block, tmp_path / "replyd.toml")


def _load(block: Block, file: Path) -> None:
    """Load the settings that everybody needs, with the block's own in their place; raises BadSettings."""
    sections = re.split(r"^(?=\[)", NEEDED, flags=re.MULTILINE)
    shown = tomllib.loads(block.text)
    heads = set(re.findall(r"^\[[^\]]+\]", block.text, re.MULTILINE))
    kept = [section for section in sections if section.partition("\n")[0] not in heads]
    for name in re.findall(r'"([a-z.]+\.(?:password|secret|pem|json))"', block.text):
        (file.parent / name).write_text("secret")
    assert shown, f"{block.page}:{block.line} shows no settings"
    file.write_text("".join([*kept, block.text]))
    Settings.load(file, {})
