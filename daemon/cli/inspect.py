"""`replyd inspect`: what would be made of mails in files, without settings, database or network."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from daemon.cli.inspection import MailFile, inspected
from daemon.cli.options import AsJson
from daemon.cli.output import console, print_json, printable
from daemon.cli.shipped import shipped_classifier
from daemon.mail.sandbox import Sandbox

app = typer.Typer(add_completion=False)


@app.command()
def inspect(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Mails as files (.eml); - is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Show what would be made of each mail if a contact with full provenance had sent it, in mode auto."""
    read_all = True
    with Sandbox() as sandbox:
        for record in inspected(_mails(files), sandbox, shipped_classifier()):
            read_all = read_all and record["reasons"][:1] != ["unreadable: the file cannot be read"]
            if as_json:
                print_json(record)
            else:
                _print_for_people(record, console())
    raise typer.Exit(0 if read_all else 2)


def _mails(names: Sequence[str]) -> Iterator[MailFile]:
    for name in names:
        try:
            yield MailFile(name, sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
        except OSError:
            yield MailFile(name, None, "the file cannot be read")


def _print_for_people(record: dict[str, Any], out: Console) -> None:
    out.rule(Text(printable(record["file"])), align="left")
    out.print(Text(printable(record["own_text"].strip()) or "(no own words)"))
    out.print()
    automatic = record["automatic"]
    if automatic:
        out.print(Text(f"automatic   {automatic['kind']} (rule {automatic['rule']})"))
    likely = sorted(((p, name) for name, p in record["intents"].items() if p >= 0.05), reverse=True)  # noqa: PLR2004  a taste
    found = ", ".join(f"{name} {p:.0%}{_mark(name, record)}" for p, name in likely)
    out.print(Text(f"intents     {found or 'none'}   language {record['language'] or 'not known'}"))
    out.print(Text("plan        " + ("\n            ".join(record["plan"]) or "nothing to do")))
    if record["reasons"]:
        out.print(Text("because     " + printable(", ".join(record["reasons"]))))


def _mark(name: str, record: dict[str, Any]) -> str:
    return " (certain)" if name in record["act"] else " (perhaps)" if name in record["maybe"] else ""
