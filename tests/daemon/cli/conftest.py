"""Fixtures for the command line: commands in this process, and an installation that `replyd init` made."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from daemon.cli import app

Replyd = Callable[..., Result]


@pytest.fixture
def replyd() -> Iterator[Replyd]:
    """Runs a command in this process: `replyd("check", "--json", stdin=b"...")`."""
    handlers = logging.getLogger().handlers[:]

    def run(*arguments: object, stdin: bytes | str | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)

    yield run
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def make_installation(replyd: Replyd, tmp_path: Path) -> Callable[..., Path]:
    """Makes an installation with these further settings; returns its settings file."""

    def make(**settings: object) -> Path:
        (tmp_path / "password").write_text("correct-horse\n")
        values = {
            "account.address": "sales@firm.example",
            "account.imap.password_file": tmp_path / "password",
            "account.controller.name": "Firm GmbH",
            "account.controller.seat": "Way 1, Berlin",
            "account.controller.country": "DE",
            "account.controller.email": "privacy@firm.example",
            "account.controller.authority": "The authority of Berlin",
            **{key.replace("__", "."): value for key, value in settings.items()},
        }
        options = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
        result = replyd("init", "--directory", tmp_path / "firm", "--non-interactive", *options)
        assert result.exit_code == 0, result.output
        return tmp_path / "firm" / "replyd.toml"

    return make


@pytest.fixture
def config(make_installation: Callable[..., Path]) -> Path:
    """The settings file of an installation whose mail servers do not exist."""
    return make_installation()
