"""`replyd suppress import` and `export`: lists from a sending tool, and the list for it, once by hand."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, Reason, WrongUse, settings_of
from daemon.cli.output import print_json
from daemon.cli.suppress_check import Column
from daemon.rights.suppressed_list import write_list
from daemon.rights.suppressed_list_rows import ListedPeople
from daemon.suppression_import import Outcome, Report, Stop, SuppressionImport
from daemon.suppression_rows import look_into
from daemon.whole_file import whole_file


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, one a line, or JSON lines.")],
    *,
    by: By,
    column: Column = None,
    reason: Reason = "tool_opt_out",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Suppress everybody on a sending tool's own list of opt-outs: addresses, domains, or hashes of known contacts."""

    def tell(stop: Stop, outcome: Outcome) -> None:
        if as_json:
            print_json({"line": stop.line, "kind": stop.kind.value, "outcome": outcome.value})

    rows = look_into(file, column)
    with opened(settings_of(config)) as installation:
        report = SuppressionImport(
            installation.database, installation.vault, installation.digester, clock.now, by, reason
        ).run(rows, skip_bad=skip_bad, dry_run=dry_run, told=tell)
    for line, what in report.faults:
        if as_json:
            print_json({"line": line, "kind": None, "outcome": "bad", "what": what})
        else:
            typer.echo(f"line {line}: {what}", err=True)
    if report.bad > len(report.faults):
        typer.echo(f"... and {report.bad - len(report.faults)} bad rows more", err=True)
    _summarise(report, dry_run=dry_run)
    raise typer.Exit(0 if not report.bad else 1 if skip_bad else 2)


def _summarise(report: Report, *, dry_run: bool) -> None:
    if not report.imported and not dry_run:
        typer.echo("nothing was imported; correct these rows, or use --skip-bad", err=True)
        return
    told = ", ".join(f"{count} {name}" for name, count in sorted(report.outcomes.items())) or "nothing in them"
    typer.echo(f"{report.rows} rows{' (nothing was changed)' if dry_run else ''}: {told}", err=True)
    unmatched = sum(count for name, count in report.outcomes.items() if name.endswith(Outcome.UNMATCHED))
    if unmatched:
        typer.echo(
            f"{unmatched} hashes belong to no contact, so nobody could be suppressed for them; "
            "import this file again after the next import of contacts",
            err=True,
        )


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file that is written anew.")],
    form: Annotated[
        Literal["plain", "md5", "sha1", "sha256"] | None, typer.Option("--form", help="How addresses stand in it.")
    ] = None,
    column: Annotated[str | None, typer.Option("--column", metavar="NAME", help="Head of the column.")] = None,
    without_paused: Annotated[
        bool, typer.Option("--without-paused", help="Leave out those whose outreach only rests.")
    ] = False,
    config: ConfigPath = None,
) -> None:
    """Write everybody who may not be written to into a file, once; what is not said is as in [suppressed_list]."""
    settings = settings_of(config)
    chosen = settings.suppressed_list
    with opened(settings) as installation:
        people = ListedPeople(
            installation.vault, installation.digester, include_paused=chosen.include_paused and not without_paused
        )
        try:
            with whole_file(file) as part:
                rows = write_list(
                    part,
                    installation.database,
                    people,
                    clock.now(),
                    column=column or chosen.column,
                    form=form or chosen.form,
                )
        except OSError as error:
            raise WrongUse(f"{file} cannot be written ({type(error).__name__})") from None
    typer.echo(f"{rows} rows written to {file}", err=True)
