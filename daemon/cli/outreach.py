"""`replyd outreach`: what was sent to contacts, from the Sent folder or from the export of a sending tool."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import Progress

from daemon import clock
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, ConfigPath, NeedsPerson, WrongUse, settings_of
from daemon.cli.output import print_json
from daemon.contacts.dates import Order
from daemon.mail.imap import Mailbox
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_intake import Looked, SentIntake, rewind
from daemon.mirror import mirror_accounts
from daemon.outreach_import import OutreachImport, Report
from daemon.records.table_file import load_table

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Make known what was sent to your contacts.")

_SHOWN_LINES = 20


@dataclass(slots=True)
class _Counted:
    """What one account's folder gave."""

    looked_at: int = 0
    messages: int = 0
    unreadable: int = 0
    contacts: set[int] = field(default_factory=set)

    def add(self, looked: Looked) -> None:
        self.looked_at += looked.mails
        self.messages += len(looked.stored)
        self.unreadable += looked.unreadable
        self.contacts.update(looked.stored)


@app.command("read-sent")
def read_sent(
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="This account only; without it, all.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Look through the whole folder again.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Read the Sent folder now, where it was left; the service does the same beside its work. Ctrl-C loses nothing."""
    settings = settings_of(config)
    if account is not None and account not in settings.accounts:
        raise WrongUse(f"there is no account {account!r}; there are {', '.join(settings.accounts)}")
    with opened(settings) as installation, Sandbox() as sandbox:
        with installation.database.write() as session:
            rows = mirror_accounts(session, settings.accounts)
            if again:
                rewind(session)
        for name in [account] if account else settings.accounts:
            counted = _Counted()
            try:
                _read(installation, sandbox, name, rows[name].id, counted)
            except KeyboardInterrupt:
                _say(name, counted, as_json=as_json)
                raise NeedsPerson(
                    "interrupted; what was read is stored, and the next call goes on from there"
                ) from None
            _say(name, counted, as_json=as_json)


def _read(installation: Installation, sandbox: Sandbox, name: str, account_id: int, counted: _Counted) -> None:
    settings = installation.settings
    chosen = settings.accounts[name].imap
    intake = SentIntake(
        installation.database, installation.vault, sandbox, clock.now, "read-sent", account_id, chosen.sent_folder,
        chosen.sent_days, lease=timedelta(seconds=settings.run.lease_s),
    )  # fmt: skip
    with ExitStack() as stack:
        mailbox = stack.enter_context(Mailbox.connect(settings.logins[name].imap()))
        progress = stack.enter_context(Progress(transient=True, console=Console(stderr=True)))
        task = progress.add_task(f"Sent of {name}", total=None)
        for looked in intake.look_through(mailbox):
            counted.add(looked)
            progress.update(task, completed=counted.looked_at, total=counted.looked_at + looked.left)


def _say(name: str, counted: _Counted, *, as_json: bool) -> None:
    values = {
        "account": name, "looked_at": counted.looked_at, "messages": counted.messages,
        "contacts": len(counted.contacts), "unreadable": counted.unreadable,
    }  # fmt: skip
    if as_json:
        print_json(values)
        return
    typer.echo(
        f"{name}: {counted.looked_at} mails looked at, {counted.messages} messages to {len(counted.contacts)} contacts "
        f"stored{f', {counted.unreadable} of them without their text' if counted.unreadable else ''}"
    )


@app.command("import")
def import_file(  # noqa: PLR0913  one parameter for each option of the command
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON, as the sending tool exports it.")],
    *,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field; repeatable, empty for none."),
    ] = None,
    zone: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="Of times without a zone, for example Europe/Berlin.")
    ] = "UTC",
    dates: Annotated[
        Order | None, typer.Option("--dates", help="What stands first in dates such as 03/02/2026.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="Only where it is not recognised, as cp1251.")
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Import what a sending tool has sent to your contacts; rows about anybody else are left out."""
    chosen = dict(_pairs(columns or ()))
    table = load_table(file, encoding=encoding)
    with _importing(config) as importing:
        report = importing.run(table, chosen, zone=_zone(zone), order=dates, skip_bad=skip_bad, dry_run=dry_run)
    if as_json:
        print_json(asdict(report))
    else:
        _print_for_people(report, dry_run=dry_run)
    raise typer.Exit(0 if not report.faults else 1 if skip_bad else 2)


@contextmanager
def _importing(config: Path | None) -> Iterator[OutreachImport]:
    with opened(settings_of(config)) as installation, Sandbox() as sandbox:
        yield OutreachImport(installation.database, installation.vault, sandbox, clock.now)


def _pairs(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pair in given:
        name, sign, column = pair.partition("=")
        if not sign:
            raise WrongUse(f"--map wants FIELD=COLUMN, for example --map recipient=To; this is {pair!r}")
        yield name.strip(), column.strip()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongUse(f"there is no time zone {name!r}; write it as Europe/Berlin or UTC") from None


def _print_for_people(report: Report, *, dry_run: bool) -> None:
    typer.echo("columns: " + ", ".join(f"{name} = {column}" for name, column in report.columns.items()))
    for fault in report.faults:
        typer.echo(f"line {fault.line}{', ' + fault.column if fault.column else ''}: {fault.what}", err=True)
    if report.faults and not report.imported and not (dry_run and report.added + report.filled):
        typer.echo("nothing was imported; correct these rows, or use --skip-bad", err=True)
        return
    for lines, words in (
        (report.not_contacts, "recipient is no contact, left out"),
        (report.unreadable, "imported without the text, which could not be read"),
    ):
        if lines:
            more = f" and {len(lines) - _SHOWN_LINES} more" if len(lines) > _SHOWN_LINES else ""
            typer.echo(f"{words}: line {', '.join(map(str, lines[:_SHOWN_LINES]))}{more}")
    verb = "would be " if dry_run else ""
    typer.echo(
        f"{report.rows} rows: {report.added} messages {verb}added, {report.filled} {verb}filled, {report.known} known"
    )
    for name in report.new_campaigns:
        typer.echo(f"campaign {name!r} is new: say what its footer promised by `replyd campaigns add`")
