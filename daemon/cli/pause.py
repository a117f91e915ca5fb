"""`replyd pause`: a file in the data directory holds back everything that leaves."""

from typing import Annotated

import typer

from daemon.cli.options import ConfigPath, WrongUse, settings_of
from daemon.settings import Settings
from daemon.wiring import STOP_FILE

app = typer.Typer(add_completion=False)


@app.command()
def pause(
    off: Annotated[bool, typer.Option("--off", help="Let letters leave again.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Say whether letters leave; change nothing.")] = False,
    config: ConfigPath = None,
) -> None:
    """Hold back all letters from now on; replies are still read, and outreach is still stopped for who asks."""
    if off and status:
        raise WrongUse("--off and --status exclude each other")
    settings = settings_of(config)
    path = settings.data / STOP_FILE
    if not status:
        path.unlink(missing_ok=True) if off else path.touch()
    typer.echo(_state(settings))


def _state(settings: Settings) -> str:
    if (settings.data / STOP_FILE).exists():
        return "nothing leaves until `replyd pause --off`"
    if settings.replyd.mode == "shadow":
        return "nothing leaves in mode shadow"
    return "letters leave, those that wait for a key after it" if settings.replyd.mode == "assist" else "letters leave"
