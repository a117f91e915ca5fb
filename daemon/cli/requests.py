"""`replyd requests`: the rights that people asked for, by their last day, and closing what a person has done."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, json_line, print_json, printable, table
from daemon.cli.requests_show import story_of
from daemon.records import Contact, Request
from daemon.records.digests import normal_form
from daemon.rights.background import OPEN
from daemon.rights.decided import Effects
from daemon.rights.extension import extend
from daemon.rights.requests import close, switch_letters_on

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Look at requests for rights, give them time, close them."
)


class How(StrEnum):
    """How a person dealt with a request."""

    ANSWERED_BY_HAND = "answered_by_hand"
    DONE_BY_HAND = "done_by_hand"
    NOT_A_REQUEST = "not_a_request"
    WITHDRAWN = "withdrawn_by_the_person"
    REFUSED = "refused_with_reasons"


@app.command("list")
def list_requests(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are answered or closed.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """List open requests, the most urgent first."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        rows = _rows(session, everything=everything)
    if as_json:
        for row in rows:
            print_json(row)
        return
    names = ("id", "case", "right", "state", "contact", "safe_due", "legal_due", "reply")
    console().print(table(names, ([row[name] for name in names] for row in rows)))


def _rows(session: Session, *, everything: bool) -> list[dict[str, Any]]:
    found = select(Request, Contact.email).outerjoin(Contact, Contact.id == Request.contact_id)
    if not everything:
        found = found.where(Request.state.in_(OPEN))
    rows = session.execute(found.order_by(Request.safe_due, Request.id)).all()
    return [_row(request, address) for request, address in rows]


def _row(request: Request, address: str | None) -> dict[str, Any]:
    return {
        "id": request.id,
        "case": request.case,
        "right": request.right,
        "state": request.state,
        "contact": printable(address) if address else None,
        "received_at": request.received_at,
        "safe_due": request.safe_due,
        "legal_due": request.legal_due,
        "reply": request.reply_id,
    }


@app.command("show")
def show_request(
    request_id: Annotated[int, typer.Argument(metavar="ID")], as_json: AsJson = False, config: ConfigPath = None
) -> None:
    """Show the whole story of a request's case: the mail, who decided, letters, tasks, and what the ledger says."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        story = story_of(session, request_id)
    if as_json:
        print_json(story)
        return
    for name, value in story.items():
        for line in value if isinstance(value, list) else [value]:
            typer.echo(f"{name:10} {printable(json_line(line) if isinstance(line, dict) else str(line))}")


@app.command("extend")
def extend_requests(
    request_ids: Annotated[list[int], typer.Argument(metavar="ID...")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it takes longer, as the person reads it.")],
    by: By,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language [that of the mail].")] = None,
    config: ConfigPath = None,
) -> None:
    """Take two further months for requests of one mail (Art. 12(3)), and tell the person so in a letter."""
    settings = settings_of(config)
    settling = timedelta(seconds=settings.letters.settling_s)
    with opened(settings) as installation, installation.database.write() as session:
        effects = Effects(session, installation.vault, installation.digester, clock.now(), settling)
        letter = extend(effects, request_ids, reason=reason, language=language, by=by)
        until = session.get_one(Request, request_ids[0]).legal_due
    typer.echo(f"Due on {until} now; letter {letter.id} says so: `replyd letters show {letter.id}`.")


@app.command("close")
def close_request(
    request_id: Annotated[int, typer.Argument(metavar="ID")],
    how: Annotated[How, typer.Option(help="What became of it.")],
    by: By,
    config: ConfigPath = None,
) -> None:
    """Close a request that you have dealt with; what was done and by whom stands in the ledger."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        request = close(session, request_id, how=how.value, by=by, now=clock.now())
        typer.echo(f"Request {request.id} ({request.right}, case {request.case}) is closed.")


@app.command("letters-on")
def letters_on(address: str, by: By, config: ConfigPath = None) -> None:
    """Let letters go to a contact again after one had bounced."""
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        contact = session.scalar(select(Contact).where(Contact.email_normal == normal_form(address)))
        if contact is None:
            raise WrongUse("there is no contact with this address")
        changed = switch_letters_on(session, contact, by=by, now=clock.now())
        typer.echo("Letters may go there again." if changed else "Letters were not switched off.")
