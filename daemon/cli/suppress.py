"""`replyd suppress`: outreach stopped for good, by hand or from lists, and asked for before an upload."""

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon import clock
from daemon.cli import suppress_check, suppress_lists
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, By, ConfigPath, Reason, WrongUse, settings_of
from daemon.cli.output import console, print_json, table
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Subject, Suppression
from daemon.records.digests import BadAddress, normal_domain, normal_form
from daemon.rights.suppression import suppress as stop
from daemon.rights.suppression import suppress_domain, undo_domain
from daemon.rights.suppression import undo as lift

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Stop outreach to addresses for good.")

Addresses = Annotated[list[str] | None, typer.Argument(metavar="ADDRESS...")]
Domains = Annotated[
    list[str] | None, typer.Option("--domain", metavar="NAME", help="Everybody at a domain; may be given again.")
]


@app.command()
def add(
    addresses: Addresses = None,
    domain: Domains = None,
    reason: Reason = "by_hand",
    config: ConfigPath = None,
) -> None:
    """Never write to these addresses, or to anybody at these domains, again."""
    named = _named(addresses, domain)
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        for value in named:
            if _stop(installation, session, value, reason):
                _note(session, EntryKind.SUPPRESSED, value, {"reason": reason, "by": "command_line"})
                typer.echo(f"{value}: suppressed")
            else:
                typer.echo(f"{value}: was suppressed before")


@app.command()
def undo(by: By, addresses: Addresses = None, domain: Domains = None, config: ConfigPath = None) -> None:
    """Lift the suppression of these addresses or domains; the trace stays."""
    named = _named(addresses, domain)
    with opened(settings_of(config)) as installation, installation.database.write() as session:
        for value in named:
            lifted = lift if "@" in value else undo_domain
            if lifted(session, installation.digester, value, by=by, at=clock.now()):
                _note(session, EntryKind.SUPPRESSION_UNDONE, value, {"by": by})
                typer.echo(f"{value}: may be written to again")
            else:
                typer.echo(f"{value}: was not suppressed")


app.command("check")(suppress_check.check)
app.command("import")(suppress_lists.import_file)
app.command("export")(suppress_lists.export)


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """List all suppressions by digest, without saying whose they are; `export` writes who they are about."""
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        rows = [_row(row) for row in session.scalars(select(Suppression).order_by(Suppression.id))]
    if as_json:
        for row in rows:
            print_json(row)
    else:
        console().print(table(("id", "scope", "reason", "since", "undone"), [list(row.values())[:5] for row in rows]))


def _named(addresses: list[str] | None, domains: list[str] | None) -> list[str]:
    """Normal forms of what was typed, domains last; raises BadAddress and WrongUse before anything is done."""
    named = [normal_form(address) for address in addresses or ()]
    for domain in domains or ():
        form = normal_domain(domain.removeprefix("@"))
        if "." not in form:
            raise BadAddress("a domain needs a dot, for example example.com; a whole country cannot be meant")
        named.append(form)
    if not named:
        raise WrongUse("name an address, or a domain with --domain")
    return named


def _stop(installation: Installation, session: Session, value: str, reason: str) -> bool:
    digester, vault, now = installation.digester, installation.vault, clock.now()
    if "@" in value:
        return stop(session, digester, value, vault=vault, reply_id=None, reason=reason, since=now)
    return suppress_domain(session, digester, value, vault=vault, reason=reason, since=now)


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


def _note(session: Session, kind: EntryKind, value: str, payload: dict[str, str]) -> None:
    """Write the ledger entry, under the contact's commitment where we have one; of a domain its scope alone."""
    of_contact = select(Subject.commitment).join(Contact, Contact.id == Subject.contact_id)
    subject = session.scalar(of_contact.where(Contact.email_normal == value))
    scope = {} if "@" in value else {"scope": "domain"}
    record(session, clock.now(), kind, subject=subject, payload=payload | scope)
