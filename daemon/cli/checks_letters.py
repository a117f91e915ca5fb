"""Whether letters can be written and may leave, and whether what they rest on is there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from daemon.cli.finding import Finding, fail, ok, warn
from daemon.contacts.checking import Check
from daemon.decisions.choices import Mode
from daemon.mirror import account_as_said, assessment_as_said
from daemon.records.database import Database
from daemon.rights.sign_off import signed_off
from daemon.settings import Settings
from responses.answer import ALL_PARTS
from responses.checking import faults_of
from responses.languages import LANGUAGES
from responses.rendering import Templates


def templates(settings: Settings) -> Iterator[Finding]:
    """Every part of every letter, the owner's own before ours."""
    own = settings.letters.templates
    if own is not None and not own.is_dir():
        yield fail("templates", f"{own} is no directory", "correct letters.templates")
        return
    faults = faults_of(Templates((own,) if own else ()))
    for fault in faults:
        yield fail("templates", str(fault), f"correct it in {own}, or delete it there: then ours is taken")
    if not faults:
        yield ok("templates", "every letter can be written")
    parts = {f"{language}/{part}.txt" for language in LANGUAGES for part in ALL_PARTS}
    for path in sorted(own.rglob("*.txt") if own else ()):
        if path.relative_to(own or path).as_posix() not in parts:
            yield warn("templates", f"no letter uses {path}", f"the parts are {', '.join(sorted(ALL_PARTS))}")


def sign_offs(settings: Settings) -> Iterator[Finding]:
    """In mode auto: whether a person has signed off the letters of each language that may leave by themselves."""
    if settings.replyd.mode is not Mode.AUTO:
        return
    wanted = {release.partition(":")[2] for release in settings.replyd.auto}
    templates = Templates((settings.letters.templates,) if settings.letters.templates else ())
    with closing(Database.open(settings.database_url)) as database, database.read() as session:
        signed = signed_off(session, templates)
    if missing := sorted(wanted - signed):
        what = f"nobody has signed off the letters in {', '.join(missing)} as they are: they wait for a key"
        yield warn("sign_offs", what, f"replyd letters sign-off --language {missing[0]} --by NAME")
    elif wanted:
        yield ok("sign_offs", f"the letters in {', '.join(sorted(wanted))} are signed off")


def systems(settings: Settings) -> Iterator[Finding]:
    """What has to be ticked off before anybody is told that everything is erased."""
    if settings.systems:
        yield ok(
            "systems", f"erasures are ticked off for {', '.join(system.name for system in settings.systems.values())}"
        )
    else:
        advice = "declare each in [systems.NAME]: mailbox, sending tool, CRM, spreadsheets"
        yield warn("systems", "none is declared: letters would say that only replyd's own data is erased", advice)


def suppressed_list(settings: Settings) -> Iterator[Finding]:
    """Whether the file for the sending tool can be written, and its command found."""
    chosen = settings.suppressed_list
    if chosen.file is None:
        yield ok("suppressed", "no file is written for a sending tool")
        return
    place = chosen.file.parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        yield fail("suppressed", f"nothing can be written into {place}", "correct suppressed_list.file or its rights")
    elif chosen.command and shutil.which(chosen.command[0]) is None:
        what = f"the program {chosen.command[0]} is not found or may not be run"
        yield fail("suppressed", what, "correct suppressed_list.command")
    else:
        yield ok("suppressed", f"{chosen.file} can be written ({chosen.form})")


def contacts(settings: Settings, now: datetime) -> Iterator[Finding]:
    """How many of the contacts could be answered today when they ask where their data came from."""
    rows = [account_as_said(name, account) for name, account in settings.accounts.items()]
    tests = {
        country: assessment_as_said(name, test)
        for name, test in settings.assessments.items()
        for country in test.countries
    }
    with closing(Database.open(settings.database_url)) as database, database.read() as session:
        readiness = Check(rows, tests, now).run(session)
    total, answerable = readiness.contacts, readiness.answerable["data_source"]
    if not total:
        yield warn("contacts", "there are none: replies cannot be matched to anybody", "replyd contacts import FILE")
        return
    what = f"{answerable:,} of {total:,} could be answered where their data came from"
    yield ok("contacts", what) if answerable == total else warn("contacts", what, "replyd contacts check")
