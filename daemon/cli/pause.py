"""`replyd pause`: a file in the data directory holds back everything that leaves."""

from typing import Annotated

import typer

from daemon.cli.options import ConfigPath, settings_of
from daemon.wiring import STOP_FILE

app = typer.Typer(add_completion=False)


@app.command()
def pause(
    off: Annotated[bool, typer.Option("--off", help="Let letters leave again.")] = False, config: ConfigPath = None
) -> None:
    """Hold back all letters from now on; replies are still read, and outreach is still stopped for who asks."""
    path = settings_of(config).data / STOP_FILE
    if off:
        path.unlink(missing_ok=True)
        typer.echo("letters leave again")
    else:
        path.touch()
        typer.echo("nothing leaves until `replyd pause --off`")
