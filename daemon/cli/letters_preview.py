"""`replyd letters preview`: the letter that one contact would get now, or the facts that it lacks. Reads only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon import clock
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json, printable
from daemon.cli.review_actions import intents_of
from daemon.decisions.deadlines import due
from daemon.decisions.plan import SendLetter
from daemon.decisions.table import TABLE
from daemon.mirror import account_as_said, assessment_as_said
from daemon.preview import letter_as_text
from daemon.records import Contact
from daemon.records.digests import normal_form
from daemon.rights.background import read_background
from daemon.rights.facts import collect, restricted_on, stopped_on
from daemon.settings import Settings
from daemon.settling import NO_OPENING
from responses.answer import missing_facts
from responses.facts import Facts, Section
from responses.languages import LANGUAGES
from responses.pdf import copy_of_data_pdf
from responses.rendering import LetterTooLong, Templates

NO_CASE = "R-XXXXXXXX"


@dataclass(frozen=True, slots=True)
class _Asked:
    sections: tuple[Section, ...]
    language: str
    account: str


def preview_letter(
    contact: Annotated[str, typer.Option(metavar="ADDRESS", help="Whose letter.")],
    ask: Annotated[str, typer.Option(metavar="NAMES", help="data_source,access ...: what they would ask for.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the letter.")],
    account: Annotated[str | None, typer.Option(metavar="NAME", help="The account that answers [the first].")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the copy of the data here too.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Show the letter that a contact would get now; ends with 1 when facts are missing. Changes nothing."""
    settings = settings_of(config)
    asked = _Asked(_sections(ask), _known(language, LANGUAGES, "language"), _account(settings, account))
    with opened(settings) as installation, installation.database.read() as session:
        facts = _facts(session, installation, contact, asked)
    missing = list(missing_facts(asked.sections, facts))
    templates = Templates((settings.letters.templates,) if settings.letters.templates else ())
    step = SendLetter(asked.sections, asked.language, released=False)
    text, fault = (None, None) if missing else letter_as_text(step, facts, templates)
    if pdf is not None and not missing:
        _write_copy(pdf, facts, asked)
    if as_json:
        values = {"contact": facts.address.value, "sections": list(asked.sections), "language": asked.language}
        print_json({**values, "missing": missing, "stopped": fault, "text": text})
    else:
        _print(missing, text, fault)
    raise typer.Exit(1 if missing or fault else 0)


def _sections(ask: str) -> tuple[Section, ...]:
    intents = intents_of(ask.split(","))
    silent = [intent.value for intent in Intent if intent in intents and TABLE[intent].section is None]
    if silent or not intents:
        raise WrongUse(f"no letter answers {', '.join(silent) or 'nothing'} at once")
    wanted = {TABLE[intent].section for intent in intents}
    return tuple(section for section in Section if section in wanted)


def _known(name: str, names: object, what: str) -> str:
    if name not in (known := list(names)):  # type: ignore[call-overload]
        raise WrongUse(f"there is no {what} {name!r}; there are {', '.join(known)}")
    return name


def _account(settings: Settings, name: str | None) -> str:
    return _known(name or next(iter(settings.accounts)), settings.accounts, "account")


def _facts(session: Session, installation: Installation, address: str, asked: _Asked) -> Facts:
    """The facts as they are stored now, with what the answer itself would do."""
    settings, now = installation.settings, clock.now()
    contact = session.scalar(select(Contact).where(Contact.email_normal == normal_form(address)))
    if contact is None:
        raise WrongUse("there is no contact with this address")
    person = read_background(session, installation.digester, [contact], now).people[contact.id]
    tests = (assessment_as_said(name, test) for name, test in settings.assessments.items())
    person.assessment = next((test for test in tests if contact.country and contact.country in test.countries), None)
    account = account_as_said(asked.account, settings.accounts[asked.account])
    facts = collect(account, contact, person, received_at=now, case=NO_CASE, opening=NO_OPENING)
    if Section.OPT_OUT in asked.sections:
        facts = stopped_on(facts, now.date())
    if Section.RECTIFICATION in asked.sections:
        facts = restricted_on(facts, contact, now.date(), due(now, account.controller_country).safe)
    return facts


def _write_copy(pdf: Path, facts: Facts, asked: _Asked) -> None:
    if Section.ACCESS not in asked.sections:
        raise WrongUse("only an answer to access has a copy of the data; add access to --ask")
    try:
        pdf.write_bytes(copy_of_data_pdf(facts, asked.language).content)
    except (OSError, LetterTooLong) as error:
        raise WrongUse(f"{pdf} cannot be written: {error}") from error


def _print(missing: list[str], text: str | None, fault: str | None) -> None:
    for fact in missing:
        typer.echo(f"missing: {fact}", err=True)
    if fault:
        typer.echo(f"stopped: {fault}", err=True)
    if text:
        typer.echo(printable(text))
