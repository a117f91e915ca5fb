"""`replyd letters sign-off`: read every letter of a language, then let it leave without a key."""

from typing import Annotated

import typer

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import By, ConfigPath, NeedsPerson, WrongUse, settings_of
from daemon.rights.sign_off import revoke, sign_off
from responses.checking import faults_of, sample_letters
from responses.languages import LANGUAGES
from responses.rendering import Templates


def sign_off_letters(
    language: Annotated[str, typer.Option(metavar="CODE", help="Whose letters, for example de.")],
    by: By,
    yes: Annotated[bool, typer.Option("--yes", help="I have read them; ask nothing.")] = False,
    withdraw: Annotated[bool, typer.Option("--revoke", help="Take an earlier signature back.")] = False,
    config: ConfigPath = None,
) -> None:
    """Show every letter of a language, and let letters that are switched on leave without a key as they are now.

    Changing a template ends it: what changed has to be read again.
    """
    if language not in LANGUAGES:
        raise WrongUse(f"there are no letters in {language!r}; there are {', '.join(LANGUAGES)}")
    settings = settings_of(config)
    templates = Templates((settings.letters.templates,) if settings.letters.templates else ())
    if withdraw:
        with opened(settings) as installation, installation.database.write() as session:
            done = revoke(session, language, by=by, now=clock.now())
        typer.echo("Every letter in this language waits for a key." if done else "It was not signed off.")
        return
    _show(language, templates)
    if not yes and not typer.confirm(f"May the letters in {language} leave as they are here?", default=False):
        raise NeedsPerson("nothing was signed off")
    with opened(settings) as installation, installation.database.write() as session:
        row = sign_off(session, templates, language, by=by, now=clock.now())
    typer.echo(f"Signed off: {language}, by {by}, templates {row.digest[:16]}.")


def _show(language: str, templates: Templates) -> None:
    """Every letter with an invented person's facts; raises WrongUse where a template is at fault."""
    if faults := faults_of(templates, (language,)):
        raise WrongUse("these letters cannot be written; correct them first:\n" + "\n".join(map(str, faults)))
    for number, (sections, letter) in enumerate(sample_letters(language, templates), start=1):
        typer.echo(f"\n--- letter {number}: {', '.join(sections)} ---\n\nSubject: {letter.subject}\n\n{letter.text}")
