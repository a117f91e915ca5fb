"""The list of everybody who may not be written to, as a file for a sending tool that nothing here controls.

It is written anew when something changed, as a whole or not at all. Then a command of the owner's is run, until it has
succeeded for what stands in the file. Both happen in a thread of their own: the service never waits for them.
"""

import csv
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from daemon.clock import Clock
from daemon.ledger.entries import EntryKind, record
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.rights.suppressed_list_command import PATIENCE_S, CommandFailed, run_command
from daemon.rights.suppressed_list_marks import mark, pulse
from daemon.rights.suppressed_list_memory import Memory, stamp_of
from daemon.rights.suppressed_list_rows import Form, ListedPeople, written
from daemon.settings_rights import SuppressedList
from daemon.spreadsheet import defused
from daemon.whole_file import Part, whole_file

logger = structlog.get_logger()

MEMORY = "suppressed_list.json"
"""Name of the file in the data directory that remembers how the list was."""
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(minutes=15)


@dataclass(slots=True)
class SuppressedFile:
    """The file that `[suppressed_list]` names, and its command; `memory` is where its state is kept (`MEMORY`)."""

    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    chosen: SuppressedList
    memory: Path
    patience_s: float = PATIENCE_S
    _worker: threading.Thread | None = None
    _seen: tuple[object, ...] = ()
    _stamp: str = ""
    _failures: int = 0
    _not_before: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self) -> bool:
        """Begin to bring the file up to date where something may have changed; True when that was begun.

        Takes two look-ups in the database, and never waits for the writing or the command (`settle` does).
        """
        now = self.clock()
        too_early = self._not_before is not None and now < self._not_before
        if self.chosen.file is None or self._is_busy() or too_early:
            return False
        with self.database.read() as session:
            seen = pulse(session, now)
        if (seen, stamp_of(self.chosen.file)) == (self._seen, self._stamp) and self._not_before is None:
            return False
        self._worker = threading.Thread(target=self._work, args=(seen,), name="suppressed_list")
        self._worker.start()
        return True

    def settle(self, patience_s: float | None = None) -> bool:
        """Wait for what was begun; False when it goes on."""
        if self._worker is not None:
            self._worker.join(patience_s)
        return not self._is_busy()

    def bring_up_to_date(self) -> bool:
        """Write the file if it changed and run the command if it is owed; True when either was done.

        Raises CommandFailed, OSError, WrongKey.
        """
        if self.chosen.file is None:
            return False
        with self._lock:
            memory = Memory.load(self.memory)
            fresh = self._written(self.chosen.file, memory)
            return self._told(self.chosen.file, fresh) or fresh.content != memory.content

    def _is_busy(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def _work(self, seen: tuple[object, ...]) -> None:
        try:
            self.bring_up_to_date()
        except CommandFailed as error:
            self._failed("suppressed_list_command_failed", error.reason)
        except Exception as error:  # noqa: BLE001  whatever it was: it is shouted about, and tried again
            self._failed("suppressed_list_not_written", type(error).__name__)
        else:
            self._failures, self._not_before = 0, None
            self._seen, self._stamp = seen, stamp_of(self.chosen.file) if self.chosen.file else ""

    def _failed(self, event: str, reason: str) -> None:
        """Shout, and try again after a while: a minute at first, a quarter of an hour in the end."""
        self._failures += 1
        self._not_before = self.clock() + min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(self._failures - 1, 10))
        logger.error(event, reason=reason, failures=self._failures)

    def _written(self, file: Path, memory: Memory) -> Memory:
        """Write the file, unless neither the people nor the settings nor the file itself have changed."""
        now = self.clock()
        with self.database.read() as session:
            now_mark = f"{mark(session, now)} {self.chosen.form} {self.chosen.column} {self.chosen.include_paused}"
        stamp = stamp_of(file)
        if (now_mark, stamp) == (memory.mark, memory.stamp):
            return memory
        with whole_file(file) as part:
            rows = self._write(part, now)
            part.wanted = (part.sha256, stamp) != (memory.content, memory.stamp)
        fresh = replace(memory, mark=now_mark, content=part.sha256, stamp=stamp_of(file))
        fresh.save(self.memory)
        if part.wanted:
            logger.info("suppressed_list_written", rows=rows)
        return fresh

    def _write(self, part: Part, now: datetime) -> int:
        people = ListedPeople(self.vault, self.digester, self.chosen.include_paused)
        return write_list(part, self.database, people, now, column=self.chosen.column, form=self.chosen.form)

    def _told(self, file: Path, memory: Memory) -> bool:
        """Run the command unless it has succeeded for this content; raises CommandFailed."""
        if not self.chosen.command or memory.told == memory.content:
            return False
        try:
            run_command(self.chosen.command, file, patience_s=self.patience_s)
        except CommandFailed as error:
            if memory.alarmed != memory.content:
                self._alarm(error.reason)
            replace(memory, alarmed=memory.content, told="").save(self.memory)  # who knows what it did before it failed
            raise
        replace(memory, told=memory.content).save(self.memory)
        logger.info("suppressed_list_command_succeeded")
        return True

    def _alarm(self, reason: str) -> None:
        with self.database.write() as session:
            payload = {"reason": "suppressed_list_command", "outcome": reason}
            record(session, self.clock(), EntryKind.ALARM, payload=payload)


def write_list(part: Part, database: Database, people: ListedPeople, now: datetime, *, column: str, form: Form) -> int:
    """Write the head and a row for each; returns how many rows there are."""
    writer = csv.writer(part, lineterminator="\n")
    writer.writerow([column])
    rows = 0
    with database.read() as session:
        for value in people.values(session, now):
            if (cell := written(value, form)) is not None:
                writer.writerow([defused(cell)])
                rows += 1
    return rows
