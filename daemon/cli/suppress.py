"""`replyd suppress`: outreach stopped for good, by hand; what leaves the database is never an address."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, By, ConfigPath, Reason, settings_of
from daemon.cli.output import console, print_json, table
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Subject, Suppression
from daemon.records.digests import normal_form, suppressed
from daemon.rights.suppression import paused
from daemon.rights.suppression import suppress as stop
from daemon.rights.suppression import undo as lift

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Stop outreach to addresses for good.")

Addresses = Annotated[list[str], typer.Argument(metavar="ADDRESS...")]


@app.command()
def add(
    addresses: Addresses,
    reason: Reason = "by_hand",
    config: ConfigPath = None,
) -> None:
    """Never write to these addresses again."""
    checked = [normal_form(address) for address in addresses]
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        now = clock.now()
        for address in checked:
            if stop(
                session,
                installation.digester,
                address,
                vault=installation.vault,
                reply_id=None,
                reason=reason,
                since=now,
            ):
                _note(session, EntryKind.SUPPRESSED, address, {"reason": reason, "by": "command_line"})
                typer.echo(f"{address}: suppressed")
            else:
                typer.echo(f"{address}: was suppressed before")


@app.command()
def check(addresses: Addresses, as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Say whether these addresses may be written to; ends with 1 when any of them may not."""
    checked = [normal_form(address) for address in addresses]
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        answers = [_answer(installation, session, address) for address in checked]
    for answer in answers:
        if as_json:
            print_json(answer)
        else:
            typer.echo(f"{answer['address']}: {answer['state']}{_since(answer)}")
    raise typer.Exit(0 if all(answer["state"] == "free" for answer in answers) else 1)


@app.command()
def undo(addresses: Addresses, by: By, config: ConfigPath = None) -> None:
    """Lift the suppression of these addresses; the trace stays."""
    checked = [normal_form(address) for address in addresses]
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        for address in checked:
            if lift(session, installation.digester, address, by=by, at=clock.now()):
                _note(session, EntryKind.SUPPRESSION_UNDONE, address, {"by": by})
                typer.echo(f"{address}: may be written to again")
            else:
                typer.echo(f"{address}: was not suppressed")


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """List all suppressions; of addresses only keyed digests are kept, so that none can be shown."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        rows = [_row(row) for row in session.scalars(select(Suppression).order_by(Suppression.id))]
    if as_json:
        for row in rows:
            print_json(row)
    else:
        console().print(table(("id", "scope", "reason", "since", "undone"), [list(row.values())[:5] for row in rows]))


def _row(row: Suppression) -> dict[str, Any]:
    return {
        "id": row.id,
        "scope": row.scope,
        "reason": row.reason,
        "since": row.since,
        "undone_at": row.undone_at,
        "undone_by": row.undone_by,
        "reply": row.reply_id,
        "digest": row.digest,
    }


def _answer(installation: Installation, session: Session, address: str) -> dict[str, Any]:
    row = suppressed(session, installation.digester, address)
    if row is not None:
        return {"address": address, "state": "suppressed", "reason": row.reason, "since": row.since}
    resting = paused(session, installation.digester, address, clock.now())
    return {"address": address, "state": "paused" if resting else "free", "reason": None, "since": None}


def _since(answer: dict[str, Any]) -> str:
    return f" since {answer['since']:%Y-%m-%d} ({answer['reason']})" if answer["since"] else ""


def _note(session: Session, kind: EntryKind, address: str, payload: dict[str, str]) -> None:
    """Write the ledger entry, under the contact's commitment where we have one."""
    of_contact = select(Subject.commitment).join(Contact, Contact.id == Subject.contact_id)
    subject = session.scalar(of_contact.where(Contact.email_normal == address))
    record(session, clock.now(), kind, subject=subject, payload=payload)
