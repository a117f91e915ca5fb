"""What a page says is not decided yet is not, and what is decided is not called so any more."""

import json

from typer.testing import CliRunner

from daemon.cli import app
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "data-protection.md"
ASKS_FOR_ERASURE = ROOT / "daemon" / "demo" / "mails" / "08-loeschen.eml"
NOTE = "Not decided by machine yet."


def test_the_note_about_what_is_not_decided_yet_stands_as_long_as_it_is_true() -> None:
    """Once a proved request starts an erasure, the note has to go from the page."""
    shown = CliRunner().invoke(app, ["inspect", "--json", str(ASKS_FOR_ERASURE)], catch_exceptions=False)
    plan = json.loads(shown.stdout)["plan"]
    starts = any(step.startswith("start the erasure") for step in plan)
    assert (NOTE in PAGE.read_text("utf-8")) is not starts
