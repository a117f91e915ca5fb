"""`replyd campaigns`: what the footers of your mails promise, so that it binds whichever tool has sent them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from daemon import clock
from daemon.campaign_suggestions import LEAST_CONTACTS, Suggestion, suggestions
from daemon.campaigns import Campaigns
from daemon.cli.opened import Installation, opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import console, print_json, printable, table

app = typer.Typer(add_completion=False, no_args_is_help=True, help="What the footers of your mails promise.")


class Promise(StrEnum):
    """What a footer promises to whoever answers no."""

    NONE = "none"
    REMOVE = "remove"
    DELETE = "delete"


@app.command("list")
def list_all(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """List campaigns, what they promised, and how many mails are known as theirs."""
    with opened(settings_of(config)) as installation:
        rows = _campaigns(installation).listed()
    if as_json:
        for row, messages in rows:
            print_json({"name": row.name, "promise": row.promise, "messages": messages, "footer": row.footer})
        return
    shown = [(row.name, row.promise, messages, " ".join((row.footer or "").split())[:60]) for row, messages in rows]
    console().print(table(("name", "promise", "mails", "footer"), shown))


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    promise: Annotated[Promise, typer.Option("--promise", help="What whoever answers no was promised.")],
    footer_file: Annotated[
        Path | None,
        typer.Option("--footer-file", metavar="FILE", help="The footer as it is sent; mails are recognised by it."),
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Say what a campaign promised; a promise can be raised, never lowered. Mails with its footer become its."""
    footer = _text_of(footer_file) if footer_file else None
    with opened(settings_of(config)) as installation:
        added = _campaigns(installation).add(name, promise.value, footer)
    typer.echo(f"{name}: promise {promise.value}, {added.messages} stored mails recognised by the footer")


@app.command()
def suggest(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Show footers that stored mails of no campaign have in common, with what they seem to promise."""
    with opened(settings_of(config)) as installation:
        found = suggestions(_campaigns(installation).unassigned_texts())
    if as_json:
        for suggestion in found:
            print_json(
                {
                    "footer": suggestion.footer, "messages": suggestion.messages, "contacts": suggestion.contacts,
                    "promise": suggestion.promise,
                }
            )  # fmt: skip
        return
    if not found:
        typer.echo(
            f"no footer went to {LEAST_CONTACTS} contacts or more in mails of no campaign whose text is known; "
            "`replyd outreach read-sent` reads what was sent"
        )
    for number, suggestion in enumerate(found, 1):
        _show(number, suggestion)


def _show(number: int, suggestion: Suggestion) -> None:
    typer.echo(f"{number}. {suggestion.messages} mails to {suggestion.contacts} contacts end with:\n")
    typer.echo("\n".join(f"    {printable(line)}" for line in suggestion.footer.split("\n")))
    typer.echo(
        f"\n   It seems to promise: {suggestion.promise}. If so, put these lines into a file and type\n"
        f"   replyd campaigns add NAME --promise {suggestion.promise} --footer-file FILE\n"
    )


def _campaigns(installation: Installation) -> Campaigns:
    return Campaigns(installation.database, installation.vault, clock.now)


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{file} cannot be read ({type(error).__name__}); save it as UTF-8") from None
