"""`replyd contacts check`: who could be answered today, and how to fill what is missing."""

from dataclasses import asdict
from typing import Annotated

import typer

from daemon import clock, settings_sections
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, ConfigPath, settings_of
from daemon.cli.output import console, print_json, printable, table
from daemon.contacts.checking import Check, Missing, Readiness
from daemon.records import Account, Assessment
from daemon.settings import Settings

WORDS = {
    "data_source": "where did you get my data",
    "access": "what do you hold about me",
    "legal_basis": "what right do you have to write to me",
}


def check(
    list_missing: Annotated[
        bool, typer.Option("--list-missing", help="Name the contacts who cannot be answered.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many of them.")] = 50,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Say how many contacts could be answered today, and what is missing for the others; ends with 1 if any is."""
    settings = settings_of(config)
    looking = Check(_accounts(settings), _assessments(settings), clock.now())
    with opened(settings) as installation, installation.database.read() as session:
        readiness = looking.run(session, most=limit if list_missing else 0)
    if as_json:
        _print_json(readiness)
    else:
        _print(readiness, list_missing=list_missing)
    raise typer.Exit(1 if readiness.answerable["data_source"] < readiness.contacts else 0)


def _accounts(settings: Settings) -> list[Account]:
    """The accounts as the settings have them now, whether the service has seen them or not."""
    return [_account(name, chosen) for name, chosen in settings.accounts.items()]


def _account(name: str, chosen: settings_sections.Account) -> Account:
    controller = chosen.controller
    return Account(
        name=name,
        controller_name=controller.name,
        controller_seat=controller.seat,
        controller_email=controller.email,
        representative=controller.representative,
        officer=controller.officer,
        authority=controller.authority,
        storage_countries=list(controller.storage_countries) or None,
        safeguards=controller.safeguards,
    )


def _assessments(settings: Settings) -> dict[str, Assessment]:
    return {
        country: Assessment(**test.model_dump(exclude={"countries"}))
        for test in settings.assessments.values()
        for country in test.countries
    }


def command_for(missing: Missing) -> str:
    """What fills this gap."""
    noun, _, name = missing.fact.partition(".")
    if noun == "controller":
        return f"{name} under controller of your account in replyd.toml"
    if noun == "assessment":
        return "[assessments.NAME] in replyd.toml, for the countries of these contacts"
    if missing.fact == "provenance" or " " in name:
        return "replyd contacts import FILE --list NAME, which asks how the data came"
    if noun == "provenance" and missing.list:
        key = "keep_months" if name == "keep_until" else name
        return f"replyd contacts list-answers '{missing.list}' --answer {key}=... --by NAME"
    return f"replyd contacts update ADDRESS {name or noun}=... --by NAME"


def _print_json(readiness: Readiness) -> None:
    missing = [{**asdict(row), "command": command_for(row)} for row in readiness.missing]
    print_json({**asdict(readiness), "missing": missing})


def _print(readiness: Readiness, *, list_missing: bool) -> None:
    for question, words in WORDS.items():
        could = readiness.answerable[question]
        typer.echo(f"{_share(could, readiness.contacts):>4}  {could} of {readiness.contacts}: {words}?")
    if readiness.missing:
        rows = [(row.contacts, row.fact, row.list, command_for(row)) for row in readiness.missing]
        typer.echo()
        console().print(table(("contacts", "missing", "list", "add it with"), rows))
    if list_missing:
        _print_people(readiness)


def _print_people(readiness: Readiness) -> None:
    typer.echo()
    for person in readiness.unanswerable:
        typer.echo(printable(f"{person.address}: {', '.join(person.missing)}"))


def _share(part: int, whole: int) -> str:
    """In whole per cent, rounded down: 100 % means everybody."""
    return f"{part * 100 // whole} %" if whole else "-"
