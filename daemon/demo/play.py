"""The play in its acts: an empty mailbox, people, replies, the daemon's own path, a person's keys; then your turn."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rich.console import Console
from sqlalchemy import select

from daemon import clock
from daemon.demo import report
from daemon.demo.outcomes import outcomes
from daemon.demo.page import heading
from daemon.demo.people import import_people, press_keys
from daemon.demo.stage import Stage, deliver, stage
from daemon.ledger.verifier import verify
from daemon.records import LedgerEntry
from daemon.service import Service
from daemon.wiring import Parts, wired

LOOK_S = 1.0
"""Seconds between two looks for something new."""


def play(out: Console, replies: Sequence[bytes], *, once: bool) -> None:
    """Show what becomes of these replies; without `once`, stay until a signal and show what the user adds."""
    with ExitStack() as stack:
        with out.status("Setting the stage"):
            scene = stack.enter_context(stage())
            parts = stack.enter_context(wired(scene.settings, clock.now))
            service = Service(scene.settings, parts)
            service.run_once()  # the cursor starts at "now": whatever is older is never touched
            import_people(parts)
            deliver(scene.mailbox, replies)
            service.run_once()
        programme = Programme(out, scene, parts)
        programme.show_replies()
        programme.show_keys()
        service.run_once()  # what the keys released leaves
        programme.show_letters()
        programme.show_state()
        if not once:
            report.show_mailbox(out, scene.mailbox)
            with programme.going_on():
                service.run()
        report.show_next(out)


@dataclass(slots=True)
class Programme:
    """What was shown already, so that each look shows only what is new."""

    out: Console
    scene: Stage
    parts: Parts
    replies_shown: int = 0
    letters_shown: int = 0

    def show_replies(self) -> None:
        """Print the replies and what the machine made of them."""
        heading(self.out, "The replies")
        self._show_new_replies()

    def show_keys(self) -> None:
        """Decide in a person's place about what is clear and waits nevertheless, and print it."""
        pressed = press_keys(self.parts)
        if pressed:
            heading(self.out, "Your keys, pressed for you here")
        for reply_id, intents, plan in pressed:
            report.show_key(self.out, reply_id, intents, plan)

    def show_letters(self) -> None:
        """Print every letter that left."""
        heading(self.out, "The letters that left")
        self._show_new_letters()

    def show_state(self) -> None:
        """Print what still waits, and the ledger."""
        heading(self.out, "What waits for you")
        report.show_waiting(self.out, outcomes(self.parts, after=0))
        heading(self.out, "The ledger")
        with self.parts.database.read() as session:
            kinds = session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.id)).all()
            report.show_ledger(self.out, kinds, verify(session))

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Look for something new again and again, in a thread of its own, until the block ends."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(LOOK_S):
                self._show_new_replies()
                self._show_new_letters()

        thread = threading.Thread(target=look, name="demo-report")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _show_new_replies(self) -> None:
        for outcome in outcomes(self.parts, after=self.replies_shown):
            report.show_outcome(self.out, outcome)
            self.replies_shown = outcome.reply_id

    def _show_new_letters(self) -> None:
        for letter in self.scene.submitted.letters[self.letters_shown :]:
            self.letters_shown += 1
            report.show_letter(self.out, self.letters_shown, letter)
