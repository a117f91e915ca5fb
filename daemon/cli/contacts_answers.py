"""The answers about a list: from a file, from the command line, from the keyboard, or as they are stored."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.keyboard import Keyboard
from daemon.cli.options import WrongUse
from daemon.contacts.answers import KEYS, NEEDED, QUESTIONS, BadAnswers, Question, faults_in, tidied
from daemon.contacts.tidying import tidy
from responses.facts import SourceKind

Answers = Annotated[
    list[str] | None, typer.Option("--answer", metavar="KEY=VALUE", help="An answer about the list; repeatable.")
]
AnswersFile = Annotated[
    Path | None, typer.Option("--answers", metavar="FILE.toml", help="Answers about the list, as key = value.")
]


def given_answers(file: Path | None, pairs: Sequence[str]) -> dict[str, str]:
    """The answers of a TOML file, and those of `--answer KEY=VALUE`, which win; raises WrongUse or BadAnswers."""
    given = {**(_from_file(file) if file else {}), **dict(pair_of(pair, "--answer") for pair in pairs)}
    unknown = [key for key in given if key not in KEYS]
    if unknown:
        raise WrongUse(f"nobody asks for {unknown[0]!r}; there are {', '.join(KEYS)}")
    return given


def pair_of(text: str, option: str) -> tuple[str, str]:
    """`KEY=VALUE` as a pair; raises WrongUse."""
    key, sign, value = text.partition("=")
    if not sign:
        raise WrongUse(f"{option} {text}: write {option} KEY=VALUE")
    return key.strip(), value


def _from_file(file: Path) -> dict[str, str]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WrongUse(f"{file} cannot be read ({type(error).__name__})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{file} is not TOML: {error}") from None
    return {key: _cell(value) for key, value in values.items()}


def _cell(value: object) -> str:
    """A value of TOML as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return str(value)


def answers_of_list(
    name: str, stored: Mapping[str, str] | None, given: Mapping[str, str], keyboard: Keyboard
) -> dict[str, str]:
    """The answers that hold for a list: those it has, or those that were given, asked for where they are missing."""
    if stored is not None:
        return tidied({**stored, **given})
    answers = dict(given)
    if keyboard.there and any(question.key not in given for question in QUESTIONS):
        keyboard.say(
            f"{name!r} is a new list. What you say now holds for all its people; Enter leaves out what is unknown."
        )
        for question in QUESTIONS:
            if question.key not in given:
                answers[question.key] = _asked(question, keyboard)
    if lacking := [question for question in QUESTIONS if question.key in NEEDED and not answers.get(question.key)]:
        lines = (f"  --answer {question.key}=...  {question.words} ({question.example})" for question in lacking)
        raise BadAnswers("the list cannot do without these answers:\n" + "\n".join(lines))
    return tidied(answers)


def _asked(question: Question, keyboard: Keyboard) -> str:
    keyboard.say(f"\n{question.words}\n  Why: {question.why}.")
    instead = f"--answer {question.key}=..."
    if question.key == "source_kind":
        return keyboard.choose("Which", list(SourceKind), instead=instead)
    return keyboard.ask(
        f"  for example {question.example!r}",
        instead=instead,
        default="",
        fault=lambda answer: _fault(question.key, answer),
    )


def _fault(key: str, answer: str) -> str | None:
    return next((what for _, what in faults_in({key: tidy(key, answer)})), None) if answer else None


def say_what_is_missing(name: str, answers: Mapping[str, str]) -> None:
    """Name the questions about a list that nobody has answered, since letters will stop for them."""
    open_keys = [key for key in KEYS if key not in answers and key != "verified_with"]
    if open_keys:
        typer.echo(
            f"not answered for the list {name!r}: {', '.join(open_keys)}; "
            f"add it with: replyd contacts list-answers '{name}' --answer {open_keys[0]}=... --by NAME",
            err=True,
        )
