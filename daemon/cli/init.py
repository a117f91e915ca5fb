"""`replyd init`: settings, keys and database of a new installation; run again, it brings the database up to date."""

import os
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.opened import quiet_log, reachable
from daemon.cli.options import WrongUse
from daemon.cli.questions import QUESTIONS, Question, settings_text, value_of
from daemon.records.database import Database
from daemon.records.encryption import Keys, verify_keys
from daemon.settings import BadSettings, Settings, fault_of

FILE = "replyd.toml"

app = typer.Typer(add_completion=False)


@app.command()
def init(
    directory: Annotated[Path, typer.Option(help="Where replyd.toml is written.")] = Path(),
    data: Annotated[str, typer.Option(help="Where keys and database are kept, seen from there.")] = "data",
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="An answer, as account.imap.host=imap.example.com."),
    ] = None,
    non_interactive: Annotated[bool, typer.Option("--non-interactive", help="Ask nothing.")] = False,
) -> None:
    """Write the settings from your answers, make the keys and the database. Nothing is ever overwritten."""
    quiet_log()
    file = directory / FILE
    if file.exists():
        typer.echo(f"{file} is there already and stays as it is")
    else:
        answers = dict(_pair(text) for text in given or [])
        (_fill_in if non_interactive else _ask)(answers)
        directory.mkdir(parents=True, exist_ok=True)
        _write(file, settings_text(data, answers))
        typer.echo(f"wrote {file}, in mode assist: letters wait for your key")
    with reachable():
        set_up(Settings.load(file, os.environ))
    typer.echo("next: replyd check" if directory == Path() else f"next: replyd --config {file} check")


def _pair(text: str) -> tuple[str, str]:
    """`KEY=VALUE` as a pair; a secret is refused, since all users of a machine see how programs are called."""
    key, sign, value = text.partition("=")
    if not sign:
        raise WrongUse(f"--set {key}: write KEY=VALUE, for example account.imap.host=imap.example.com")
    if key.endswith(".password"):
        raise WrongUse(f"--set {key}: others could read it; put it in a file and write --set {key}_file=FILE")
    return key, value


def _variable(key: str) -> str:
    return f"REPLYD_{key.replace('.', '__').upper()}"


def _fill_in(answers: dict[str, str]) -> None:
    """Take proposals for whatever was not answered; raises WrongUse that lists what nobody can know."""
    missing = []
    for question in QUESTIONS:
        if not question.open(answers) or _variable(question.key) in os.environ:
            continue
        proposal = question.proposal(answers)
        if proposal is not None:
            answers[question.key] = proposal
        elif question.key == "account.smtp.password" and "account.imap.password_file" in answers:
            answers["account.smtp.password_file"] = answers["account.imap.password_file"]
        else:
            missing.append(f"  --set {question.key}{'_file' if question.secret else ''}=...  {question.words}")
    if missing:
        raise WrongUse("these answers are missing:\n" + "\n".join(missing))


def _ask(answers: dict[str, str]) -> None:
    for question in QUESTIONS:
        if question.open(answers) and _variable(question.key) not in os.environ:
            answers[question.key] = _asked(question, answers)


def _asked(question: Question, answers: dict[str, str]) -> str:
    """One answer from the keyboard, asked for until it fits."""
    while True:
        answer: str = typer.prompt(
            question.words,
            default=question.proposal(answers),
            hide_input=question.secret,
            show_default=not question.secret,
        )
        fault = fault_of(tuple(question.key.split(".")), value_of(question.key, answer)) if answer else None
        if fault is None:
            return answer
        typer.echo(f"  this {fault}", err=True)


def _write(file: Path, text: str) -> None:
    """Write the settings for their owner only, and only if they can be used; raises WrongUse."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        Settings.load(draft, os.environ)
        draft.rename(file)
    except BadSettings as error:
        raise WrongUse(f"nothing was written:\n{str(error).replace(str(draft), 'your answers')}") from None
    finally:
        draft.unlink(missing_ok=True)


def set_up(settings: Settings) -> None:
    """Make what is not there yet: data directory, keys, database; raises BadKeyFile, WrongKey or BadDatabaseUrl.

    Keys are made for a new database only: an old one without its keys needs the backup of those keys.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database.open(settings.database_url)
    try:
        directory = settings.data / "keys"
        new = database.schema_version() is None and not any(directory.glob("*.key"))
        keys = Keys.create(directory) if new else Keys.load(directory)
        database.upgrade()
        with database.write() as session:
            verify_keys(session, keys)
    finally:
        database.close()
    if new:
        typer.echo(f"made new keys in {directory}: back them up, apart from the database; nothing can be read without")
    typer.echo("the database is up to date")
