"""Questions at the keyboard: on standard error, so that standard output holds nothing but the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from daemon.cli.options import WrongUse


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Somebody who can be asked, or nobody: then a question is refused with what to type instead."""

    there: bool

    def ask(self, words: str, *, instead: str, fault: Callable[[str], str | None], default: str | None = None) -> str:
        """One answer, asked for until nothing is wrong with it; raises WrongUse where nobody answers.

        `instead` is what to type on the command line; `fault` says what is wrong with an answer.
        """
        if not self.there:
            raise WrongUse(f"{words}\n  say it with {instead}")
        while True:
            try:
                answer: str = typer.prompt(words, default=default, err=True, show_default=bool(default))
            except typer.Abort:
                raise WrongUse(f"nobody answered, so nothing was changed; say it with {instead}") from None
            what = fault(answer.strip())
            if what is None:
                return answer.strip()
            typer.echo(f"  this {what}", err=True)

    def choose(self, words: str, choices: Sequence[str], *, instead: str) -> str:
        """One of several, by number or in its own words."""
        for number, choice in enumerate(choices, 1):
            self.say(f"  {number}  {choice}")
        numbers = {str(number): choice for number, choice in enumerate(choices, 1)}
        known = f"is none of 1 to {len(choices)}"
        answer = self.ask(words, instead=instead, fault=lambda a: None if a in {*numbers, *choices} else known)
        return numbers.get(answer, answer)

    def say(self, words: str) -> None:
        """What somebody should know before they answer."""
        if self.there:
            typer.echo(words, err=True)
