"""The report of an import, for people; and the rows that were rejected, as a file for correcting."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import typer

from daemon.cli.options import WrongUse
from daemon.cli.output import printable
from daemon.contacts.mapping import LINE_COLUMN, REASON_COLUMN
from daemon.contacts.report import Report
from daemon.contacts.rows import Fault
from daemon.contacts.tidying import defused
from daemon.records.table import Table

_LINES_SHOWN = 20
_FAULTS_SHOWN = 100


def print_report(report: Report, *, dry_run: bool) -> None:
    """Faults on standard error, the rest on standard output."""
    for fault in report.faults[:_FAULTS_SHOWN]:
        typer.echo(f"line {fault.line}{', ' + printable(fault.column) if fault.column else ''}: {fault.what}", err=True)
    if len(report.faults) > _FAULTS_SHOWN:
        typer.echo(f"and {len(report.faults) - _FAULTS_SHOWN} more; --rejects FILE.csv writes all of them", err=True)
    if report.faults and not report.imported and not (dry_run and report.changes):
        bad = len({fault.line for fault in report.faults})
        typer.echo(
            f"{bad} of {report.rows} rows are bad; nothing was imported; correct them, or use --skip-bad", err=True
        )
        return
    for lines, words in (
        (report.suppressed, "suppressed, not imported"),
        (report.restricted, "data in dispute, left as they are"),
        (report.paused, "paused at present: imported, and still not to be written to"),
        (report.duplicates, "says the same as an earlier row"),
        (report.kept, "what is stored was kept; --update takes what the file says"),
    ):
        if lines:
            typer.echo(f"{words}: line {_listed(lines)}")
    for change in report.changed:
        typer.echo(f"line {change.line}, {change.column}: {printable(change.old)} -> {printable(change.new)}")
    if report.kinds_by_rule:
        counts = ", ".join(f"{count} {kind}" for kind, count in report.kinds_by_rule.items())
        typer.echo(f"the file does not say what kind of contact they are; by rule: {counts}")
    typer.echo(_summary(report, dry_run=dry_run))


def _listed(lines: Sequence[int]) -> str:
    return f"{', '.join(map(str, lines[:_LINES_SHOWN]))}{' ...' if len(lines) > _LINES_SHOWN else ''}"


def _summary(report: Report, *, dry_run: bool) -> str:
    verb = "would be " if dry_run else ""
    return (
        f"{report.rows} rows: {report.contacts_added} contacts {verb}added, {report.contacts_filled} filled, "
        f"{report.contacts_updated} updated, {report.provenance_added} provenance rows and "
        f"{report.messages_added} messages {verb}added"
        + (f", {report.provenance_filled} provenance rows {verb}filled" if report.provenance_filled else "")
    )


def refuse_to_overwrite(file: Path | None) -> None:
    """A file that is there may hold corrections already; raises WrongUse."""
    if file is not None and file.exists():
        raise WrongUse(f"{file} is there already; name another, or move it away")


def write_private(file: Path, text: str, *, mark: bool = True) -> None:
    """Write a new file for its owner only, with the mark by which Excel knows UTF-8; raises WrongUse."""
    encoding = "utf-8-sig" if mark else "utf-8"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as written:
            written.write(text)
    except OSError as error:
        raise WrongUse(f"{file} cannot be written ({type(error).__name__})") from None


def rejects_text(table: Table, faults: Sequence[Fault]) -> str:
    """The bad rows as they were, each with its line and what is wrong, for importing again once they are corrected."""
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.line, []).append(f"{fault.column}: {fault.what}" if fault.column else fault.what)
    cells = {row.line: row.cells for row in table.rows if row.line in reasons}
    head = [name for name in table.head if name not in {LINE_COLUMN, REASON_COLUMN}]
    written = io.StringIO(newline="")
    separator = ";" if "semicolons" in table.form else ","
    writer = csv.writer(written, delimiter=separator, lineterminator="\r\n")
    writer.writerow([*map(defused, head), LINE_COLUMN, REASON_COLUMN])
    for line, reason in sorted(reasons.items()):
        values = cells.get(line, {})
        writer.writerow([*(defused(values.get(name, "")) for name in head), line, "; ".join(reason)])
    return written.getvalue()
