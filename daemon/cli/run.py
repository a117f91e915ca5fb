"""`replyd run`: the service in the foreground; systemd or a container keeps it running."""

from typing import Annotated

import typer

from daemon import service
from daemon.cli.opened import reachable
from daemon.cli.options import ConfigPath, settings_of

app = typer.Typer(add_completion=False)


@app.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Do what is to be done now, then end.")] = False,
    config: ConfigPath = None,
) -> None:
    """Read the mailbox, decide, carry out and deliver, until a signal says stop."""
    with reachable():
        raise typer.Exit(service.run(settings_of(config), once=once))
