"""`replyd check`: whether everything that is needed is there and works."""

import os
from dataclasses import asdict

import typer
from rich.text import Text

from daemon import clock
from daemon.cli.checks import findings
from daemon.cli.finding import Finding, State
from daemon.cli.opened import quiet_log
from daemon.cli.options import AsJson, ConfigPath, settings_of
from daemon.cli.output import console, print_json
from daemon.settings import find_file

app = typer.Typer(add_completion=False)

_STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "bold red"}


@app.command()
def check(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Look at settings, keys, database, model, templates and mail servers; ends with 1 when anything fails."""
    quiet_log()
    settings = settings_of(config)
    good = True
    for finding in findings(settings, config or find_file(os.environ), clock.now()):
        good = good and finding.state is not State.FAIL
        if as_json:
            print_json(asdict(finding))
        else:
            _print_for_people(finding, several=len(settings.accounts) > 1)
    raise typer.Exit(0 if good else 1)


def _print_for_people(finding: Finding, *, several: bool) -> None:
    whose = f"{finding.account}: " if finding.account and several else ""
    line = Text.assemble((f"{finding.state:5}", _STYLES[finding.state]), f" {finding.name:11} {whose}{finding.what}")
    console().print(line, soft_wrap=True)
    if finding.to_do:
        console().print(Text(f"{'':18}-> {finding.to_do}"), soft_wrap=True)
