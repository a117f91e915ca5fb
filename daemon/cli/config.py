"""`replyd config`: the settings in force, and the description of all that there are."""

import typer

from daemon.cli.options import ConfigPath, settings_of
from daemon.cli.output import print_json
from daemon.settings_reference import reference as reference_page

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Show the settings, or describe them.")


@app.command()
def show(config: ConfigPath = None) -> None:
    """Print the settings in force as JSON, without secrets."""
    print_json(settings_of(config).model_dump(mode="json"))


@app.command()
def reference() -> None:
    """Print the description of all settings as Markdown (docs/configuration.md)."""
    typer.echo(reference_page(), nl=False)
