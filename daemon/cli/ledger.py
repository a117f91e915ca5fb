"""`replyd ledger`: whether the record of what was done is still as it was written."""

from dataclasses import asdict
from typing import Annotated

import typer

from daemon import clock
from daemon.cli.opened import opened
from daemon.cli.options import AsJson, ConfigPath, WrongUse, settings_of
from daemon.cli.output import print_json
from daemon.ledger.sealer import seal as seal_entries
from daemon.ledger.verifier import Head, Verdict
from daemon.ledger.verifier import verify as verify_chain
from daemon.wiring import node_of

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Verify or seal the record of what was done.")


@app.command()
def verify(
    noted: Annotated[
        list[str] | None,
        typer.Option("--noted", metavar="SEQ:SEAL", help="A head noted elsewhere; the chain must still hold it."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Check every entry against its seal and the chain; ends with 1 when anything was changed."""
    heads = [_head(text) for text in noted or []]
    with opened(settings_of(config)) as installation, installation.database.read() as session:
        verdict = verify_chain(session, noted=heads)
    if as_json:
        print_json({"intact": verdict.intact, **asdict(verdict)})
    else:
        _print_for_people(verdict)
    raise typer.Exit(0 if verdict.intact else 1)


@app.command()
def seal(config: ConfigPath = None) -> None:
    """Seal what is not sealed yet; the running service does this by itself."""
    settings = settings_of(config)
    with opened(settings) as installation:
        sealed = seal_entries(installation.database, clock.now, node_of(settings.data))
    typer.echo(f"sealed {sealed} entries")


def _head(text: str) -> Head:
    seq, colon, value = text.partition(":")
    if not colon or not seq.isdecimal():
        raise WrongUse("--noted needs a number and a seal, for example 120:9f86d081...")
    return Head(int(seq), value)


def _print_for_people(verdict: Verdict) -> None:
    for problem in verdict.problems:
        typer.echo(f"entry {problem.seq if problem.seq is not None else '?'} {problem.what}")
    typer.echo(f"{verdict.entries} entries, {verdict.sealed} sealed, {verdict.unsealed} to be sealed")
    if verdict.head:
        typer.echo(f"head {verdict.head.seq}:{verdict.head.seal}; note it elsewhere, and check with --noted")
    typer.echo("intact" if verdict.intact else "NOT INTACT")
