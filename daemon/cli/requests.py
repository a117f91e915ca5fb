"""`replyd requests`: the rights that people asked for, by their last day, and closing what a person has done."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, By, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.records import Contact, Request
from daemon.records.digests import normal_form
from daemon.rights.background import OPEN
from daemon.rights.requests import close, switch_letters_on

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Look at requests for rights and close them.")


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
