"""The command line: a table of commands, each in a module that is imported only when its command runs.

Exit codes: 0 done, 1 a check or verification found trouble, 2 wrong use or bad settings or input, 3 a person is needed
or it may be tried again.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from daemon.errors import ReplydError

BAD_INPUT, TRY_AGAIN = 2, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its name, and what it does in one line; `daemon/cli/<name>.py` has the rest."""

    name: str
    what: str


COMMANDS = (
    Entry("init", "Set up an account: settings, keys and database; or upgrade them."),
    Entry("check", "Look whether everything that is needed is there and works; sends nothing."),
    Entry("run", "Read the mailbox and do what each reply asks for, until stopped."),
    Entry("pause", "Hold back everything that leaves, or let it go on."),
    Entry("demo", "Show it at work with a mailbox of invented replies, without any set-up."),
    Entry("inspect", "Show what would be made of a mail in a file; needs no set-up and changes nothing."),
    Entry("classify", "Classify texts from standard input."),
    Entry("review", "Decide about the replies that wait for a person."),
    Entry("requests", "Look at the rights that people asked for, with their last days, and close what is done."),
    Entry("challenges", "Look at the one-time codes that were sent to prove who asks."),
    Entry("erasures", "Look at who is being erased and what each erasure waits for; undo or finish one."),
    Entry("tasks", "Tick off what was erased by hand in the declared systems."),
    Entry("letters", "Look at letters and settle those that are in doubt."),
    Entry("contacts", "Import the people you write to, with where their data came from."),
    Entry("outreach", "Make known what was sent to them: read the Sent folder, or import a tool's export."),
    Entry("campaigns", "Say what the footers of your mails promise."),
    Entry("suppress", "Stop outreach to addresses for good, or ask whether it is stopped."),
    Entry("ledger", "Verify or seal the record of what was done."),
    Entry("oauth", "Log in with a browser where the mail servers want tokens."),
    Entry("config", "Show the settings in force, or describe all that there are."),
    Entry("train", "Train the classifier anew."),
    Entry("evaluate", "Measure the classifier on labelled examples."),
)


class Commands(TyperGroup):
    """Knows the names and lines of all commands, and imports the one that runs; an error becomes one clear message."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  a class inside of typer, and its interface
        """All names, in the order of the table."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ANN401, ARG002  as above
        """What help and completion show of a command."""
        return next((TyperCommand(entry.name, help=entry.what) for entry in COMMANDS if entry.name == cmd_name), None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  classes inside of typer
        """The command that runs, imported now."""
        self.commands = {entry.name: TyperCommand(entry.name) for entry in COMMANDS}  # for "did you mean"
        name, command, rest = super().resolve_command(ctx, args)
        return name, loaded(name) if name and command else command, rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  as above
        """Run, and say in one message what went wrong."""
        try:
            return super().invoke(ctx)
        except ReplydError as error:
            typer.echo(f"replyd: {error}", err=True)
            raise typer.Exit(BAD_INPUT if error.permanent else TRY_AGAIN) from None


def loaded(name: str) -> Any:  # noqa: ANN401  a command or a group, classes inside of typer
    """The command of this name, with everything that it imports."""
    return get_command(import_module(f"daemon.cli.{name}").app)


app = typer.Typer(name="replyd", cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"replyd {version('replyd')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="PATH", help="Settings file; without it ./replyd.toml, then /etc/replyd/."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read the replies to cold e-mail, do what each person asks for, and prove it."""
    ctx.obj = config


def main() -> None:
    """Entry point of the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
