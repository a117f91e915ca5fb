"""`replyd contacts import`: a file in whatever form, understood with a person's help, imported or only shown."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from daemon import clock
from daemon.cli.contacts_answers import (
    Answers,
    AnswersFile,
    answers_of_list,
    given_answers,
    pair_of,
    say_what_is_missing,
)
from daemon.cli.contacts_reading import Wishes, understood
from daemon.cli.contacts_report import print_report, refuse_to_overwrite, rejects_text, write_private
from daemon.cli.keyboard import Keyboard
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json
from daemon.contacts.dates import Order
from daemon.contacts.importing import Import, Terms
from daemon.contacts.lists import ListTerms, list_named
from daemon.contacts.mapping_file import Decided, mapping_text, read_mapping
from daemon.contacts.report import Report
from daemon.contacts.rows import Reading, read_batch
from daemon.records.contact_cells import KINDS
from daemon.records.table import Table
from daemon.records.table_file import load_table

LONGEST_LIST_NAME = 200


def _kind(value: str | None) -> str | None:
    if value is not None and value not in KINDS:
        raise typer.BadParameter(f"must be one of {', '.join(KINDS)}")
    return value


def _list_name(value: str | None) -> str | None:
    if value is not None and not (value.strip() and value.isprintable() and len(value) <= LONGEST_LIST_NAME):
        raise typer.BadParameter(f"needs a name of at most {LONGEST_LIST_NAME} letters")
    return value.strip() if value else None


Kind = Annotated[
    str | None,
    typer.Option("--kind", metavar="KIND", callback=_kind, help="What they are where the file does not say."),
]
FreeMailKind = Annotated[
    str | None,
    typer.Option("--free-mail-kind", metavar="KIND", callback=_kind, help="The same, at free mail services."),
]


def import_file(  # noqa: PLR0913  one parameter for each option of the command
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, as Excel and others write it, or JSON.")],
    *,
    list_name: Annotated[
        str | None,
        typer.Option("--list", metavar="NAME", callback=_list_name, help="Its list, whose answers hold for all rows."),
    ] = None,
    answers_file: AnswersFile = None,
    answer: Answers = None,
    columns: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is which field; repeatable.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE.toml", help="Columns as decided before; or written."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; refuse what is not clear.")] = False,
    kind: Kind = None,
    free_mail_kind: FreeMailKind = None,
    dates: Annotated[
        Order | None, typer.Option("--dates", help="What stands first in dates such as 03/02/2026.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="Only where it is not recognised, as cp1251.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Replace what is stored by what the file says; look at --dry-run first.")
    ] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", metavar="FILE.csv", help="Write the bad rows there, with the reasons.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; do nothing.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Import contacts, how their data came, and what was sent to them; never lifts a suppression."""
    refuse_to_overwrite(rejects)
    given = given_answers(answers_file, answer or ())
    if given and list_name is None:
        raise WrongUse("answers are about a list; name it with --list NAME")
    decided = _decided(mapping, columns or (), Decided({}, dates, kind, free_mail_kind))
    table = load_table(file, encoding=encoding)
    keyboard = Keyboard(there=not yes)
    with opened(settings_of(config)) as installation:
        into, since = _list(installation, list_name, given, keyboard)
        known_columns = mapping is not None and mapping.exists()
        wishes = Wishes(decided, from_file=known_columns, answers=into.answers if into else {})
        reading = understood(table, wishes, since, keyboard)
        if mapping is not None and not known_columns:
            write_private(mapping, mapping_text(_as_decided(reading)), mark=False)
        report = _imported(installation, table, reading, Terms(skip_bad, dry_run, update, into))
    if rejects is not None and report.faults:
        write_private(rejects, rejects_text(table, report.faults))
    if into and not as_json:
        say_what_is_missing(into.name, into.answers)
    print_json(asdict(report)) if as_json else print_report(report, dry_run=dry_run)
    raise typer.Exit(0 if not report.faults else 1 if skip_bad else 2)


def _imported(installation: Installation, table: Table, reading: Reading, terms: Terms) -> Report:
    importing = Import(installation.database, installation.digester, clock.now)
    return importing.take(read_batch(table, reading), terms)


def _decided(file: Path | None, pairs: list[str] | tuple[str, ...], options: Decided) -> Decided:
    """What the mapping file says, where there is one, and what options say, which win."""
    stored = read_mapping(file) if file is not None and file.exists() else Decided()
    return Decided(
        {**stored.columns, **dict(pair_of(pair, "--map") for pair in pairs)},
        options.dates or stored.dates,
        options.kind or stored.kind,
        options.free_mail_kind or stored.free_mail_kind,
    )


def _as_decided(reading: Reading) -> Decided:
    orders = [order for order in reading.orders.values() if order]
    return Decided(reading.columns, orders[0] if orders else None, reading.kind, reading.free_mail_kind)


def _list(
    installation: Installation, name: str | None, given: dict[str, str], keyboard: Keyboard
) -> tuple[ListTerms | None, date]:
    """The list with its answers, and the day of its first import; today where there is none yet."""
    today = clock.now().date()
    if name is None:
        return None, today
    with installation.database.read() as session:
        stored = list_named(session, name)
    answers = answers_of_list(name, stored.answers if stored else None, given, keyboard)
    return ListTerms(name, answers), stored.imported_at.date() if stored else today
