"""`replyd contacts`: the people who are written to, with where their data came from."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json
from daemon.contacts_import import Import, Report
from daemon.records.contact_cells import COLUMNS

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Import the people you write to.")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="UTF-8, commas, the columns of `contacts columns`.")],
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Import contacts, how their data came, and what was sent to them; never lifts a suppression."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} cannot be read ({type(error).__name__})") from None
    with opened(settings_of(config)) as installation:
        report = Import(installation.database, installation.digester, clock.now).run(
            raw, skip_bad=skip_bad, dry_run=dry_run
        )
    if as_json:
        print_json(asdict(report))
    else:
        _print_for_people(report, dry_run=dry_run)
    raise typer.Exit(0 if not report.faults else 1 if skip_bad else 2)


@app.command()
def columns() -> None:
    """Print the head of a contacts file."""
    typer.echo(",".join(COLUMNS))


def _print_for_people(report: Report, *, dry_run: bool) -> None:
    for fault in report.faults:
        typer.echo(f"line {fault.line}{', ' + fault.column if fault.column else ''}: {fault.what}", err=True)
    if report.faults and not report.imported and not (dry_run and report.changes):
        typer.echo("nothing was imported; correct these rows, or use --skip-bad", err=True)
        return
    for lines, words in ((report.suppressed, "suppressed, not imported"), (report.kept, "what is stored was kept")):
        if lines:
            typer.echo(f"{words}: line {', '.join(map(str, lines[:20]))}{' ...' if len(lines) > 20 else ''}")  # noqa: PLR2004
    verb = "would be " if dry_run else ""
    typer.echo(
        f"{report.rows} rows: {report.contacts_added} contacts {verb}added, {report.contacts_filled} filled, "
        f"{report.provenance_added} provenance rows and {report.messages_added} messages {verb}added"
    )
