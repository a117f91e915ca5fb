"""Fixtures for the command line: commands in this process, and an installation that `replyd init` made."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from daemon.cli import app
from tests.servers.dovecot import DovecotUser
from tests.servers.smtp_sink import SmtpSink

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
        result = replyd("init", "--directory", tmp_path / "firm", "--non-interactive", "--no-try", *options)
        assert result.exit_code == 0, result.output
        return tmp_path / "firm" / "replyd.toml"

    return make


@pytest.fixture
def config(make_installation: Callable[..., Path]) -> Path:
    """The settings file of an installation whose mail servers do not exist."""
    return make_installation()


@pytest.fixture
def served(make_installation: Callable[..., Path], dovecot_user: DovecotUser, smtp_sink: SmtpSink) -> Path:
    """The settings file of an installation with a real mailbox, and a server that takes letters."""
    login = dovecot_user.login()
    return make_installation(
        account__imap__host=login.host,
        account__imap__port=login.port,
        account__imap__user=login.user,
        account__imap__cafile=login.cafile,
        account__smtp__host="127.0.0.1",
        account__smtp__port=smtp_sink.port,
        account__smtp__user="",
        account__smtp__tls="none",
    )
