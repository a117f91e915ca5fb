"""The program itself: its table of commands, what it loads, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from daemon.cli import COMMANDS, loaded
from daemon.errors import ReplydError

PROGRAM = Path(sys.executable).with_name("replyd")


def _ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_help_names_every_command(replyd):
    """Whoever types --help sees what there is, in the order of the table."""
    result = replyd("--help")
    assert result.exit_code == 0
    places = [result.output.index(f"│ {entry.name} ") for entry in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
def test_every_command_can_be_imported_and_explains_itself(replyd, name):
    """The table names nothing that is not there."""
    assert loaded(name) is not None
    result = replyd(name, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_imports_no_command():
    """Help comes at once: neither the classifier nor the database is loaded for it."""
    code = "import sys, daemon.cli; daemon.cli.app(['--help'], standalone_mode=False); print(*sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded_modules = set(result.stdout.splitlines()[-1].split())
    assert not loaded_modules & {"sklearn", "numpy", "sqlalchemy", "pydantic", "daemon.settings", "daemon.cli.inspect"}


def test_help_loads_nothing_heavy():
    """Whoever only asks for help waits for no classifier and no database."""
    heavy = ("sklearn", "scipy", "numpy", "sqlalchemy", "selectolax", "cryptography")
    code = (
        "import sys\n"
        "from daemon.cli import main\n"
        "sys.argv = ['replyd', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.exit(sum(name in sys.modules for name in {heavy}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


def test_the_version_is_that_of_the_package():
    """One line, for bug reports."""
    assert _ran("--version").stdout.startswith("replyd 0.")


def test_an_unknown_command_is_wrong_use():
    """With the command that was perhaps meant."""
    result = _ran("insepct")
    assert result.returncode == 2
    assert "inspect" in result.stderr


def test_missing_settings_are_one_clear_message(tmp_path):
    """No traceback, exit code 2, and what to run."""
    result = subprocess.run([PROGRAM, "suppress", "list"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "replyd init" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_may_be_tried_again_ends_with_three(replyd, config, monkeypatch):
    """A script can tell "come back later" from "change something"."""

    def busy(*_: object) -> None:
        raise ReplydError("another process holds the database")

    monkeypatch.setattr("daemon.records.database.Database.check", busy)
    result = replyd("--config", config, "suppress", "list")
    assert result.exit_code == 3
    assert "another process holds the database" in result.stderr
