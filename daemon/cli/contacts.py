"""`replyd contacts`: the people who are written to, with where their data came from."""

import typer

from daemon.cli.contacts_changes import list_answers, update
from daemon.cli.contacts_check import check
from daemon.cli.contacts_import import import_file
from daemon.cli.contacts_show import export, list_all, show
from daemon.records.contact_cells import COLUMNS

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Import the people you write to, and look at them.")

app.command("import")(import_file)
app.command()(check)
app.command()(show)
app.command("list")(list_all)
app.command()(export)
app.command()(update)
app.command("list-answers")(list_answers)


@app.command()
def columns() -> None:
    """Print the head of a contacts file in the fixed format."""
    typer.echo(",".join(COLUMNS))
