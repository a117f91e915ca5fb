"""`replyd init`: settings, keys and database of a new installation; run again, it brings the database up to date."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.opened import quiet_log, reachable
from daemon.cli.options import WrongUse
from daemon.cli.questions import CONTROLLER, DATA, LATER, MAIL, QUESTIONS, Question, apart, settings_text, value_of
from daemon.cli.trial import Tried, tried
from daemon.records.database import Database
from daemon.records.encryption import Keys, verify_keys
from daemon.settings import KINDS, BadSettings, Settings, fault_of

FILE = "replyd.toml"
TROUBLE = 1
NOTHING = "-"
_UNKNOWN_YET = {
    "account.controller.name": "x", "account.controller.seat": "x", "account.controller.country": "DE",
    "account.controller.email": "x@example.com",
}  # fmt: skip
"""Stands in for what is asked after the logins were tried."""

app = typer.Typer(add_completion=False)


@app.command()
def init(
    *,
    directory: Annotated[Path, typer.Option(help="Where replyd.toml is written.")] = Path(),
    data: Annotated[str, typer.Option(help="Where keys and database are kept, seen from there.")] = "data",
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="An answer, as account.imap.host=imap.example.com."),
    ] = None,
    non_interactive: Annotated[bool, typer.Option("--non-interactive", help="Ask nothing.")] = False,
    no_try: Annotated[bool, typer.Option("--no-try", help="Do not try the logins.")] = False,
) -> None:
    """Write the settings from your answers, make the keys and the database. Nothing is ever overwritten."""
    quiet_log()
    file, good = directory / FILE, True
    if file.exists():
        typer.echo(f"{file} is there already and stays as it is")
    else:
        answers = dict(_pair(text) for text in given or [])
        if non_interactive:
            _fill_in(answers)
            good = no_try or not _said_of(_trial(directory, data, answers))
        else:
            _ask(directory, data, answers, trying=not no_try)
        _write(file, data, answers)
        typer.echo(f"wrote {file}, in mode assist: letters wait for your key")
    with reachable():
        settings = Settings.load(file, os.environ)
        set_up(settings)
    typer.echo(_next(settings, "replyd" if directory == Path() else f"replyd --config {file}"))
    raise typer.Exit(0 if good else TROUBLE)


def _next(settings: Settings, program: str) -> str:
    """What to do now."""
    applications = [login.application() for login in settings.logins.values()]
    if any(application and LATER in {application.client_id, application.client_secret} for application in applications):
        return f"next: put the application's client_id and secret into the settings, then {program} oauth login"
    if any(application and application.by_browser for application in applications):
        return f"next: {program} oauth login, then {program} check"
    return f"next: {program} check"


def _pair(text: str) -> tuple[str, str]:
    """`KEY=VALUE` as a pair; a secret is refused, since all users of a machine see how programs are called."""
    key, sign, value = text.partition("=")
    if not sign:
        raise WrongUse(f"--set {key}: write KEY=VALUE, for example account.imap.host=imap.example.com")
    secret = KINDS.is_secret(tuple(key.split(".")))
    if secret and (key != "replyd.database" or re.search(r"://[^/@]*:[^/@]*@", value)):
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
            missing.append(f"  --set {question.key}{'_file' if question.secret else ''}=...  {question.words.strip()}")
    if missing:
        raise WrongUse("these answers are missing:\n" + "\n".join(missing))


def _ask(directory: Path, data: str, answers: dict[str, str], *, trying: bool) -> None:
    """Ask what is not answered yet; the logins are tried as soon as they are known."""
    typer.echo(f"Enter takes what stands in brackets, {NOTHING} leaves an answer empty.")
    _ask_these(MAIL, answers)
    while trying and (failed := _said_of(_trial(directory, data, answers))):
        match typer.prompt("Correct these answers, try again, or go on? (c, t, g)", default="c").strip().lower()[:1]:
            case "g":
                break
            case "c":
                _correct({item.section for item in failed}, answers)
    _ask_these((*CONTROLLER, *DATA), answers)


def _ask_these(questions: tuple[Question, ...], answers: dict[str, str]) -> None:
    for question in questions:
        if question.open(answers) and _variable(question.key) not in os.environ:
            answers[question.key] = _asked(question, question.proposal(answers))


def _correct(sections: set[str], answers: dict[str, str]) -> None:
    """Ask again what leads to these servers; what was answered is proposed."""
    keys = {"account.imap": ("host", "port", "user", "password"), "account.smtp": ("host", "port", "user", "password")}
    known = {question.key: question for question in MAIL}
    for section in sorted(sections):
        for key in (f"{section}.{name}" for name in keys.get(section, ())):
            question = known.get(key) or Question(key, key.replace("account.", "").replace(".", " ").upper())
            if f"{key}_file" not in answers and (key in answers or key.endswith(("host", "port"))):
                usual = "993" if section.endswith("imap") else "465"
                before = answers.get(key) or question.proposal(answers) or (usual if key.endswith("port") else None)
                answers[key] = _asked(question, before)


def _asked(question: Question, proposal: str | None) -> str:
    """One answer from the keyboard, asked for until it fits; `-` is an empty one where something is proposed."""
    while True:
        answer: str = typer.prompt(
            question.words, default=proposal, hide_input=question.secret, show_default=not question.secret
        ).strip()
        answer = "" if answer == NOTHING else answer
        if (fault := _fault(question, answer)) is None:
            return answer
        typer.echo(f"  this {fault}", err=True)


def _fault(question: Question, answer: str) -> str | None:
    if question.among:
        return None if answer in question.among else f"must be one of {', '.join(question.among)}"
    return fault_of(tuple(question.key.split(".")), value_of(question.key, answer)) if answer else None


def _trial(directory: Path, data: str, answers: dict[str, str]) -> list[Tried]:
    """What came of the logins as they are answered now; nothing is left behind."""
    typer.echo("trying the logins ...")
    directory.mkdir(parents=True, exist_ok=True)
    with _draft(directory / FILE, settings_text(data, _UNKNOWN_YET | answers)) as draft:
        try:
            return list(tried(Settings.load(draft, os.environ)))
        except BadSettings as error:
            raise WrongUse(f"nothing was written:\n{str(error).replace(str(draft), 'your answers')}") from None


def _said_of(trial: list[Tried]) -> list[Tried]:
    """Print what came of it; returns what failed."""
    for item in trial:
        typer.echo(f"  {item.finding.name}: {item.finding.what}", err=item.failed)
        if item.failed and item.finding.to_do:
            typer.echo(f"    -> {item.finding.to_do}", err=True)
    return [item for item in trial if item.failed]


def _write(file: Path, data: str, answers: dict[str, str]) -> None:
    """Write settings and secrets for their owner only, and only if they can be used; raises WrongUse."""
    answers, secrets = apart(answers)
    text = settings_text(data, answers)
    file.parent.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, secret in secrets.items():
            _write_private(file.with_name(name), f"{secret}\n")
            written.append(file.with_name(name))
        with _draft(file, text) as draft:
            Settings.load(draft, os.environ)
            draft.rename(file)
    except (BadSettings, WrongUse) as error:
        for path in written:
            path.unlink()
        said = re.sub(rf"{re.escape(str(file.parent))}/\.{FILE}\.[0-9]+", "your answers", str(error))
        raise WrongUse(f"nothing was written:\n{said}") from None


@contextmanager
def _draft(file: Path, text: str) -> Iterator[Path]:
    """The text in a private file beside the one that it may become; gone at the end, unless it was renamed."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        _write_private(draft, text)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; raises WrongUse where there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WrongUse(f"{path} is there already; move it away, or name it with --set ..._file={path.name}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


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
