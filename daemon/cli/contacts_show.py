"""`replyd contacts show`, `list` and `export`: what is stored about the people."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.cli.contacts_report import refuse_to_overwrite, write_private
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.contacts.changing import contact_at
from daemon.contacts.exporting import contact_ids, export_lines
from daemon.contacts.known import portions
from daemon.contacts.lists import list_named
from daemon.contacts.showing import everything
from daemon.records import Contact

Address = Annotated[str, typer.Argument(metavar="ADDRESS")]
ListName = Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only the people of this list.")]

LISTED = ("id", "email", "name", "company", "position", "country", "kind", "language", "created_at")


def show(address: Address, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show everything that is stored about one contact."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        shown = everything(session, installation.digester, contact_at(session, address))
    if as_json:
        print_json(shown)
    else:
        for line in _lines(shown):
            typer.echo(printable(line))


def list_all(
    list_name: ListName = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many are shown; with --json all are.")] = 200,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List the contacts, or those of one list."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        ids = contact_ids(session, _list_id(session, list_name))
        rows = []
        for portion in portions(ids if as_json else ids[:limit]):
            found = session.scalars(select(Contact).where(Contact.id.in_(portion)).order_by(Contact.id))
            rows += [{name: getattr(contact, name) for name in LISTED} for contact in found]
    if as_json:
        for row in rows:
            print_json(row)
        return
    shown = [name for name in LISTED if name not in {"language", "created_at"}]
    console().print(table(shown, [[row[name] for name in shown] for row in rows]))
    if len(ids) > limit:
        typer.echo(f"and {len(ids) - limit} more: --limit {len(ids)}, --json, or contacts export", err=True)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A new file; only you can read it.")],
    list_name: ListName = None,
    config: ConfigPath = None,
) -> None:
    """Write contacts in the fixed format, which `contacts import` reads back; formulas are made harmless."""
    refuse_to_overwrite(file)
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        ids = contact_ids(session, _list_id(session, list_name))
        lines = list(export_lines(session, ids))
    write_private(file, "".join(lines))
    typer.echo(f"{file}: {len(ids)} contacts in {len(lines) - 1} rows")


def _list_id(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    stored = list_named(session, name)
    if stored is None:
        raise WrongUse(f"there is no list {name!r}; replyd contacts list-answers shows all")
    return stored.id


def _lines(shown: dict[str, Any]) -> list[str]:
    """Fields one a line; of lists, an entry a line, with what is not known left out."""
    lines = []
    for name, value in shown.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {_entry(row)}" for row in value)] if value else [f"{name}: none"]
        elif isinstance(value, dict):
            lines.append(f"{name}: {_entry(value)}")
        else:
            lines.append(f"{name}: {'-' if value is None else _word(value)}")
    return lines


def _entry(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in row.items() if value is not None)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
