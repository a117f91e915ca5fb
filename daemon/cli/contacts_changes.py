"""`replyd contacts update` and `list-answers`: what is stored is corrected openly, by somebody with a name."""

from typing import Annotated

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.contacts_answers import Answers, AnswersFile, given_answers, pair_of, say_what_is_missing
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json, printable
from daemon.contacts.answers import KEYS, tidied
from daemon.contacts.changing import change, contact_at
from daemon.contacts.lists import change_answers, list_named
from daemon.records import ContactList, Provenance


def update(
    address: Annotated[str, typer.Argument(metavar="ADDRESS")],
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="An empty value: it is not known.")],
    by: By,
    provenance: Annotated[
        int | None, typer.Option("--provenance", metavar="ID", help="Which source, where there are several.")
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Change what is stored about one contact, or how the data came; the ledger keeps who did it."""
    pairs = dict(pair_of(value, "") for value in values)
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        contact = contact_at(session, address)
        changed = change(session, installation.vault, contact, pairs, provenance_id=provenance, by=by, at=clock.now())
    typer.echo(f"{address}: {', '.join(changed)} changed" if changed else f"{address}: nothing to change")


def list_answers(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Without it, all lists are shown.")] = None,
    answer: Answers = None,
    answers_file: AnswersFile = None,
    by: By | None = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show the answers of a list, or change them for all its people; what a row said for itself stays."""
    given = given_answers(answers_file, answer or ())
    if given and (name is None or by is None):
        raise WrongUse("changing answers needs the NAME of the list, and --by NAME of whoever does it")
    settings = settings_of(config)
    if not given or name is None or by is None:
        with opened(settings) as installation, installation.database.read() as session:
            _show(session, name, as_json=as_json)
        return
    with opened(settings) as installation, installation.database.write() as session:
        stored = _list(session, name)
        answers = tidied({**stored.answers, **given})
        if not answers.get("source_kind"):
            raise WrongUse("a list cannot do without its source_kind")
        done = change_answers(session, stored, answers, by=by, at=clock.now())
    typer.echo(f"{name}: {', '.join(done.changed) or 'nothing'} changed, in {done.rows} provenance rows")
    say_what_is_missing(name, answers)


def _list(session: Session, name: str) -> ContactList:
    stored = list_named(session, name)
    if stored is None:
        raise WrongUse(f"there is no list {name!r}; replyd contacts list-answers shows all")
    return stored


def _show(session: Session, name: str | None, *, as_json: bool) -> None:
    lists = [_list(session, name)] if name else session.scalars(select(ContactList).order_by(ContactList.id)).all()
    for stored in lists:
        people = select(func.count(Provenance.contact_id.distinct())).where(Provenance.list_id == stored.id)
        counted = session.scalar(people) or 0
        if as_json:
            print_json({"name": stored.name, "contacts": counted, "imported_at": stored.imported_at, **_all(stored)})
            continue
        typer.echo(printable(f"{stored.name}: {counted} contacts, first imported {stored.imported_at:%Y-%m-%d}"))
        for key, value in _all(stored).items():
            typer.echo(printable(f"  {key}: {value or '-'}"))


def _all(stored: ContactList) -> dict[str, str | None]:
    return {key: stored.answers.get(key) for key in KEYS}
