"""`replyd contacts`: the people who are written to, with where their data came from."""

import typer

from daemon.cli.contacts_import import import_file
from daemon.records.contact_cells import COLUMNS

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Import the people you write to, and look at them.")

app.command("import")(import_file)


@app.command()
def columns() -> None:
    """Print the head of a contacts file in the fixed format."""
    typer.echo(",".join(COLUMNS))
