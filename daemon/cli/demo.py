"""`replyd demo`: the whole product with a mailbox of its own, on this machine only."""

from typing import Annotated

import typer

from daemon.demo.run import main

app = typer.Typer(add_completion=False)


@app.command()
def demo(once: Annotated[bool, typer.Option("--once", help="Handle the invented replies, then end.")] = False) -> None:
    """Start a mail server with invented replies and let replyd answer them; nothing leaves this machine."""
    raise typer.Exit(main(once=once))
