"""The review at the keyboard: one reply at a time, one key each, and a way back."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from classifiers.intents import Intent
from classifiers.reading.message import UnreadableMail
from daemon import clock
from daemon.cli.options import WrongUse
from daemon.cli.output import printable
from daemon.cli.review_actions import dismiss_reply
from daemon.cli.review_queue import WAITING, Waiting, waiting, waiting_ids
from daemon.cli.review_screen import FOOT, screen, show_help
from daemon.cli.single_keys import END, ENTER, LEFT, RIGHT, ReadKey
from daemon.decisions.states import ReplyState
from daemon.errors import ReplydError
from daemon.preview import Preview
from daemon.rights.review import LetterUnderWay
from daemon.wiring import Parts
from responses.rendering import Templates

MOST = 1000
"""Replies that are gone through at one sitting."""

Act = Callable[[], bool]
"""What a key does; True when the reply is settled thereby."""

CANNOT = (ReplydError, WrongUse, LetterUnderWay, UnreadableMail)
"""Outcomes of a key that are told to the person, who then presses another."""


@dataclass(slots=True)
class Sitting:
    """One person going through the replies that wait; what they decided last can be undone."""

    parts: Parts
    templates: Templates
    reviewer: str
    out: Console
    read_key: ReadKey
    _decided: list[int] = field(default_factory=list)

    def go_through(self) -> None:
        """Show every reply that waits, by deadline, until the person quits."""
        ids = self._waiting()
        place = 0
        while place < len(ids):
            move = self._at(ids[place], f"{place + 1} of {len(ids)}")
            if move is None:
                break
            place = max(0, place + move)
        else:
            self.out.print("nothing waits any more" if ids else "nothing waits")
        if self._decided:
            self.out.print(f"{len(self._decided)} decided")

    def _waiting(self) -> list[int]:
        states = [state for state in WAITING if state is not ReplyState.SHADOWED]
        with self.parts.database.read() as session:
            return waiting_ids(session, states, MOST)

    def _at(self, reply_id: int, place: str) -> int | None:
        """Ask for keys until this reply is left; how far to move on, None to quit."""
        (row,) = waiting(self.parts, self.templates, [reply_id])
        if row.state not in {state.value for state in WAITING}:
            return 1  # it was decided a moment ago, here or by somebody else
        chosen = frozenset(Intent(name) for name in (*row.act, *row.maybe))
        while True:
            preview = self._preview(row, chosen)
            self._draw(row, chosen, preview, place)
            key = self.read_key()
            if key in {"q", END}:
                return None
            if key in {"s", RIGHT}:
                return 1
            if key == LEFT:
                return -1
            if key in "123456789" and key:
                chosen ^= {list(Intent)[int(key) - 1]}
            elif self._acted(key, row, chosen, preview):
                return 1

    def _preview(self, row: Waiting, chosen: frozenset[Intent]) -> Preview | None:
        try:
            return self.parts.pipeline.preview(row.id, chosen)
        except CANNOT:
            return None

    def _draw(self, row: Waiting, chosen: frozenset[Intent], preview: Preview | None, place: str) -> None:
        if self.out.is_terminal:
            self.out.clear()
        self.out.rule(Text(place), align="left")
        self.out.print(screen(row, chosen, preview, clock.now().date(), self.out.width))
        self.out.print(Text(FOOT, style="dim"))

    def _acted(self, key: str, row: Waiting, chosen: frozenset[Intent], preview: Preview | None) -> bool:
        """Do what a key stands for; True when that settles the reply."""
        acts: Mapping[str, Act] = {
            ENTER: lambda: self._accept(row, chosen),
            "a": lambda: self._accept(row, chosen),
            "d": lambda: self._dismiss(row),
            "c": lambda: self._challenge(row),
            "u": self._undo,
            "l": lambda: self._show("letter", preview.letter_text if preview else None),
            "m": lambda: self._show("mail", row.whole_text),
            "?": self._help,
        }
        try:
            return acts[key]() if key in acts else False
        except CANNOT as error:
            self.out.print(Text(f"  {error}", style="bold yellow"))
            self._wait()
            return False

    def _accept(self, row: Waiting, chosen: frozenset[Intent]) -> bool:
        plan = self.parts.pipeline.review(row.id, chosen, self.reviewer)
        self._decided.append(row.id)
        self.out.print(Text("; ".join(plan.in_words()) or "nothing to do", style="green"))
        return True

    def _dismiss(self, row: Waiting) -> bool:
        with self.parts.database.write() as session:
            dismiss_reply(session, row.id, self.reviewer, clock.now())
        return True

    def _challenge(self, row: Waiting) -> bool:
        self.parts.pipeline.challenge(row.id, self.reviewer)
        self.out.print(Text("a code goes to the stored address; the reply comes back with it", style="green"))
        return True

    def _undo(self) -> bool:
        if not self._decided:
            raise WrongUse("you have decided nothing yet at this sitting")
        self.parts.pipeline.undo(self._decided[-1], self.reviewer)
        undone = self._decided.pop()
        self.out.print(Text(f"reply {undone} waits again", style="green"))
        self._at(undone, "again")
        return False

    def _show(self, title: str, text: str | None) -> bool:
        with self.out.pager() if self.out.is_terminal else nullcontext():
            self.out.print(Panel(Text(printable(text or "(there is none)")), title=title, title_align="left"))
        return False

    def _help(self) -> bool:
        show_help(self.out)
        self._wait()
        return False

    def _wait(self) -> None:
        """Let the person read before the screen is drawn anew."""
        if self.out.is_terminal:
            self.out.print(Text("any key", style="dim"))
            self.read_key()
