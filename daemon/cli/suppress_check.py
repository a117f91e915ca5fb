"""`replyd suppress check`: whether addresses, or all those in a file, may be written to."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from daemon import clock
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json, printable
from daemon.records.digests import normal_form
from daemon.rights.suppression_standing import Outreach, Standing, standings
from daemon.suppression_check import Check, Verdict
from daemon.suppression_rows import Row, Rows, look_into

Column = Annotated[
    str | None, typer.Option("--column", metavar="NAME", help="The column that counts; guessed where it is clear.")
]


def check(
    what: Annotated[list[str], typer.Argument(metavar="FILE | ADDRESS...", help="A file, or addresses.")],
    column: Column = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Gets the rows that may be written to, as they came.")
    ] = None,
    stopped: Annotated[
        Path | None, typer.Option("--stopped", metavar="FILE", help="Gets the others, with the reason for each.")
    ] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Say who may be written to; ends with 1 when any of them may not.

    The name of a file that is there means its rows (CSV, one address a line, or JSON lines), anything else an address.
    """
    settings = settings_of(config)
    files = [name for name in what if Path(name).is_file()]
    if not files:
        if column or out or stopped:
            raise WrongUse(f"there is no file {what[0][:200]!r}; --column, --out and --stopped are for files")
        addresses = [_address(text) for text in what]
        with opened(settings) as installation:
            counts = _check_addresses(installation, addresses, as_json=as_json)
    else:
        if len(what) > 1:
            raise WrongUse("check one file at a time, and addresses by themselves")
        _distinct(Path(files[0]), out, stopped)
        rows = look_into(Path(files[0]), column)
        with opened(settings) as installation:
            counts = _check_file(installation, rows, out, stopped, as_json=as_json)
    raise typer.Exit(0 if set(counts) <= {Outreach.FREE} else 1)


def _address(text: str) -> str:
    if "@" not in text:
        raise WrongUse(f"{printable(text[:200])!r} is neither a file that is there nor an address")
    return normal_form(text)


def _distinct(file: Path, *written: Path | None) -> None:
    places = [path.resolve() for path in (file, *written) if path is not None]
    if len(set(places)) < len(places):
        raise WrongUse("the file that is checked, --out and --stopped have to be different files")


def _check_addresses(installation: Installation, addresses: list[str], *, as_json: bool) -> Counter[Outreach]:
    with installation.database.read() as session:
        found = standings(session, installation.digester, set(addresses), clock.now())
    for address in addresses:
        standing = found[address]
        if as_json:
            print_json({"address": address, **_plain(standing)})
        else:
            typer.echo(f"{address}: {standing.outreach}{_why(standing)}")
    return Counter(found[address].outreach for address in addresses)


def _check_file(
    installation: Installation, rows: Rows, out: Path | None, stopped: Path | None, *, as_json: bool
) -> Counter[Outreach]:
    """Every row as JSON, or those that are stopped for people, unless they go into a file."""
    typer.echo(f"column {printable(rows.name)!r} of {rows.path}", err=True)
    try:
        with progress_through(rows) as tick:

            def told(verdict: Verdict) -> None:
                tick(verdict.row)
                if as_json or (stopped is None and verdict.standing.outreach is not Outreach.FREE):
                    _tell(verdict, as_json=as_json)

            check_rows = Check(installation.database, installation.digester, clock.now)
            counts = check_rows.run(rows, out=out, stopped=stopped, told=told)
    except OSError as error:
        raise WrongUse(f"--out or --stopped cannot be written ({type(error).__name__})") from None
    summary = ", ".join(f"{counts[outreach]} {outreach}" for outreach in Outreach)
    typer.echo(f"{counts.total()} rows: {summary}", err=True)
    return counts


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    row, standing = verdict.row, verdict.standing
    if as_json:
        print_json({"line": row.line, "address": row.value, **_plain(standing)})
    else:
        typer.echo(f"line {row.line}: {printable(row.value)[:320]}: {standing.outreach}{_why(standing)}")


def _plain(standing: Standing) -> dict[str, Any]:
    return {"state": standing.outreach.value, "reason": standing.reason, "since": standing.since}


def _why(standing: Standing) -> str:
    if standing.since:
        return f" since {standing.since:%Y-%m-%d} ({standing.reason})"
    return f" ({standing.reason})" if standing.reason else ""


class _Ticks:
    """Moves a bar by the length of each row."""

    def __init__(self, progress: Progress, rows: Rows) -> None:
        self._progress = progress
        self._task = progress.add_task("checked", total=max(1, rows.path.stat().st_size))
        self._read = self._rows = 0

    def __call__(self, row: Row) -> None:
        self._read += len(row.raw)
        self._rows += 1
        if self._rows % 1000 == 0:
            self._progress.update(self._task, completed=self._read)


@contextmanager
def progress_through(rows: Rows) -> Iterator[_Ticks]:
    """A bar on standard error, where that is a terminal."""
    with Progress(transient=True, console=Console(stderr=True)) as progress:
        yield _Ticks(progress, rows)
