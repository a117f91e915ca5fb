"""Looking through a file before it is uploaded: who may be written to, row by row, in bounded memory."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from daemon.clock import Clock
from daemon.records.database import Database
from daemon.records.digests import BadAddress, Digester, normal_form
from daemon.rights.suppression_standing import AT_ONCE, Outreach, Standing, standings
from daemon.spreadsheet import defused
from daemon.suppression_rows import Row, Rows
from daemon.whole_file import Part, whole_file

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row, and whether its address may be written to."""

    row: Row
    standing: Standing


@dataclass(frozen=True, slots=True)
class Check:
    """What checking needs; the keys were compared with the database before (`verify_keys`)."""

    database: Database
    digester: Digester
    clock: Clock

    def run(
        self, rows: Rows, *, out: Path | None, stopped: Path | None, told: Callable[[Verdict], None]
    ) -> Counter[Outreach]:
        """Tell the verdict on every row and write both files, whole or not at all; returns how many stand how.

        Into `out` go the rows that may be written to, as they came, and nothing else. `stopped` is a table for people:
        line, state, reason and day before the row's own cells. Raises BadFile, OSError.
        """
        counts: Counter[Outreach] = Counter()
        with ExitStack() as files:
            free = files.enter_context(whole_file(out, rows.kept_as)) if out else None
            rest = _Stopped(files.enter_context(whole_file(stopped, rows.kept_as)), rows) if stopped else None
            if free:
                free.write(rows.raw_head)
            for verdict in self.verdicts(rows):
                counts[verdict.standing.outreach] += 1
                told(verdict)
                if verdict.standing.outreach is not Outreach.FREE:
                    if rest:
                        rest.write(verdict)
                elif free:
                    free.write(verdict.row.raw)
        return counts

    def verdicts(self, rows: Iterable[Row]) -> Iterator[Verdict]:
        """The verdict on every row, in their order, each as things are at that moment."""
        for batch in in_batches(rows, AT_ONCE):
            forms = {row.line: form for row in batch if (form := _form(row))}
            with self.database.read() as session:
                found = standings(session, self.digester, set(forms.values()), self.clock())
            for row in batch:
                form = forms.get(row.line)
                bad = Standing(Outreach.BAD, row.fault or "is not one plain e-mail address")
                yield Verdict(row, found[form] if form else bad)


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most this size."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _form(row: Row) -> str | None:
    """The normal form of the row's address; None where there is none, so that nobody takes it for free."""
    if row.fault is not None:
        return None
    try:
        return normal_form(row.value)
    except BadAddress:
        return None


class _Stopped:
    """The table of those who may not be written to."""

    def __init__(self, part: Part, rows: Rows) -> None:
        self._writer = csv.writer(part, delimiter=rows.separator or ",", lineterminator="\n")
        head = rows.head or ((rows.name or "email",) if rows.separator is None else ())
        self._writer.writerow(["line", "state", "reason", "since", *map(defused, head)])

    def write(self, verdict: Verdict) -> None:
        standing = verdict.standing
        since = f"{standing.since:%Y-%m-%d}" if standing.since else ""
        own = map(defused, verdict.row.cells)
        self._writer.writerow([verdict.row.line, standing.outreach.value, standing.reason or "", since, *own])
