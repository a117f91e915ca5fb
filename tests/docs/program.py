"""The program as a page has to know it: its commands and options, parsed and never run."""

from typing import Any

from typer.core import TyperGroup
from typer.exceptions import Exit, TyperException
from typer.main import get_command

from daemon.cli import app

Words = tuple[str, ...]


def fault_of_call(words: Words) -> str | None:
    """What replyd would say against these arguments, types and needed options included; None where it would run."""
    try:
        _parse(get_command(app), None, "replyd", words)
    except Exit as ended:  # --help and --version
        return None if ended.exit_code == 0 else "ends with an error"
    except TyperException as error:
        return str(error) or type(error).__name__
    return None


def fault_of_mention(words: Words) -> str | None:
    """Whether the command, and every option that is named, exist; needed arguments may be left out."""
    command, context = get_command(app), None
    rest = list(words)
    while True:
        context = command.make_context(rest[0] if rest else "replyd", [], parent=context, resilient_parsing=True)
        names = [word for word in rest if not word.startswith("-")]
        if not isinstance(command, TyperGroup) or not names or names[0].isupper() or names[0] == "...":
            break
        _, below, rest = command.resolve_command(context, rest[rest.index(names[0]) :])
        if below is None:
            return f"there is no command {names[0]}"
        command = below
    known = {name for option in command.get_params(context) for name in (*option.opts, *option.secondary_opts)}
    asked = {word.partition("=")[0] for word in rest if word.startswith("--")}
    unknown = sorted(asked - known - {"--help", "--version"})
    return f"there is no option {unknown[0]}" if unknown else None


def _parse(command: Any, parent: Any, name: str, words: Words) -> None:
    """Walk down the groups, each word parsed by the command that it is for."""
    context = command.make_context(name, list(words), parent=parent)
    rest = (*context._protected_args, *context.args)
    if isinstance(command, TyperGroup) and rest:
        below, found, arguments = command.resolve_command(context, list(rest))
        _parse(found, context, below or "", tuple(arguments))
