"""Options that several commands share."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from daemon.errors import ReplydError
from daemon.settings import Settings


class WrongUse(ReplydError):  # noqa: N818  the name is what went wrong
    """What was typed, or what a file holds, cannot be used."""

    permanent = True


class NeedsPerson(ReplydError):  # noqa: N818  an outcome that callers name
    """It cannot be done as things are now; a person has to look, or it may be tried again."""


def _or_the_one_before_the_command(ctx: typer.Context, value: Path | None) -> Path | None:
    root: Path | None = ctx.find_root().obj
    return value or root


def _short_name(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z0-9_.+-]{1,60}", value):
        raise typer.BadParameter("a short name of letters, digits and _ . + - is needed, as it stands in the ledger")
    return value


ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", callback=_or_the_one_before_the_command, help="Settings file."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", callback=_short_name, help="Who decides; kept as proof.")]
Reason = Annotated[str, typer.Option("--reason", metavar="WORD", callback=_short_name, help="A word for the ledger.")]


def settings_of(config: Path | None) -> Settings:
    """The settings that are meant; raises BadSettings."""
    return Settings.load(config, os.environ)
