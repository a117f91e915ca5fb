"""Erasures when something breaks: crashes between any two steps, two nodes at once, a log that cannot be swept."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from daemon.decisions.states import ErasureState
from daemon.records import Contact, Erasure, LedgerEntry, Letter, SystemTask
from daemon.records.database import Database
from daemon.rights import erasure_steps
from daemon.rights.erasure import Erasures
from tests.daemon.installation import Installation, mail
from tests.daemon.rights.erasing import AFTER_GRACE, CRM, MAILBOX, begin, clockwork, erasure_of, later, tick

ONCE = ("erasure_started", "erasure_purged", "erased")


class Crash(BaseException):
    """The process is gone."""


class Breaking:
    """A database whose process dies in one of its writes: before the commit, or right after it."""

    def __init__(self, database: Database, at: int, *, committed: bool) -> None:
        self._database = database
        self._left = at
        self._committed = committed
        self.is_postgresql = database.is_postgresql

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The transaction, and perhaps its end."""
        self._left -= 1
        with self._database.write() as session:
            yield session
            if self._left == 0 and not self._committed:
                raise Crash
        if self._left == 0:
            raise Crash

    def read(self):
        """A look."""
        return self._database.read()

    def sweep(self) -> bool:
        """As it is."""
        return self._database.sweep()


def _begin(firm: Installation, number: int) -> int:
    address = f"person{number}@example.com"
    firm.add_contact(address, number=number)
    return begin(
        firm,
        mail(
            "delete",
            sender=address,
            parent=f"<outreach.{number}@firm.example>",
            message_id=f"<reply.{number}@example.com>",
        ),
    )


def _to_the_end(firm: Installation, works: Erasures) -> None:
    """Everything that happens on the way, in its order; whatever was done already does nothing."""
    works.advance()
    firm.deliver()
    tick(firm)
    works.advance()
    firm.deliver()
    works.advance()


@pytest.mark.parametrize("committed", [False, True])
def test_a_crash_at_any_place_leaves_nothing_half_done_and_does_nothing_twice(
    firm: Installation, *, committed: bool
) -> None:
    """The clockwork dies in its first write, the second, and so on, and is started again: the end is the same."""
    for number in range(1, 20):
        erasure_id = _begin(firm, number)
        firm.now = max(firm.now, erasure_of(firm, erasure_id).grace_until)
        sent = len(firm.submission.accepted)
        broken = clockwork(firm, CRM, MAILBOX)
        broken.database = Breaking(firm.database, number, committed=committed)
        try:
            _to_the_end(firm, broken)
        except Crash:
            crashed = True
            _to_the_end(firm, clockwork(firm, CRM, MAILBOX))
        else:
            crashed = False
        done = erasure_of(firm, erasure_id)
        assert (done.state, done.swept_at is not None) == (ErasureState.DONE, True)
        assert len(firm.submission.accepted) == sent + 2
        if not crashed:
            break
    else:
        pytest.fail("it never got to the end without a crash")
    assert number > 5, "the crashes were not where the writes are"
    assert firm.rows(Contact) == []
    assert Counter(letter.step for letter in firm.rows(Letter)) == {
        "erasure_interim": number,
        "erasure_completed": number,
    }
    assert len(firm.rows(SystemTask)) == 2 * number
    kinds = Counter(entry.kind for entry in firm.rows(LedgerEntry))
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, number)


def test_two_nodes_at_once_do_each_step_once(firm: Installation, database_url: str) -> None:
    """Both look, one takes the step: one letter of each kind, one entry of each kind, one task for each system."""
    erasures = [_begin(firm, number) for number in range(1, 5)]
    firm.now = AFTER_GRACE
    other = Database.open(database_url)
    nodes = [clockwork(firm, CRM), clockwork(firm, CRM)]
    nodes[1].database = other
    failures: list[BaseException] = []

    def advance_together() -> None:
        barrier = threading.Barrier(2)

        def work(node: Erasures) -> None:
            barrier.wait()
            try:
                for _ in range(3):
                    node.advance()
            except BaseException as error:  # noqa: BLE001  looked at below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(node,)) for node in nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    advance_together()
    assert firm.deliver() == len(erasures)
    tick(firm)
    advance_together()
    assert firm.deliver() == len(erasures)
    advance_together()
    other.close()
    assert failures == []
    assert {row.state for row in firm.rows(Erasure)} == {ErasureState.DONE}
    assert len(firm.rows(SystemTask)) == len(erasures)
    kinds = Counter(entry.kind for entry in firm.rows(LedgerEntry))
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, len(erasures))
    assert len(firm.submission.accepted) == 2 * len(erasures)


def test_a_purge_never_overtakes_a_question_that_has_come(firm: Installation, database_url: str) -> None:
    """Mail is decided while the clockwork runs elsewhere: nobody waits for ever, and knowledge is first."""
    erasures = [_begin(firm, number) for number in range(1, 5)]
    firm.now = AFTER_GRACE
    for number in range(1, 5):
        firm.receive(
            mail("copy", sender=f"person{number}@example.com", parent=None, message_id=f"<asked.{number}@example.com>")
        )
    other = Database.open(database_url)
    works = clockwork(firm)
    works.database = other
    failures: list[BaseException] = []
    decided = threading.Event()

    def advance() -> None:
        try:
            while not decided.is_set():
                works.advance()
            works.advance()
        except BaseException as error:  # noqa: BLE001  looked at below
            failures.append(error)

    thread = threading.Thread(target=advance)
    thread.start()
    firm.handle_all()
    decided.set()
    thread.join()
    other.close()
    assert failures == []
    assert [erasure_of(firm, erasure_id).state for erasure_id in erasures] == [ErasureState.GRACE] * 4


def test_a_fault_in_one_leaves_the_others(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that cannot be read is an error in the log; everybody else is erased all the same."""
    broken, whole = _begin(firm, 1), _begin(firm, 2)
    with firm.database.write() as session:
        session.get_one(Erasure, broken).digests = []
    firm.now = AFTER_GRACE
    with capture_logs() as logs:
        _to_the_end_of(firm, whole)
    assert "erasure_failed" in [line["event"] for line in logs]
    assert erasure_of(firm, broken).state == ErasureState.GRACE


def _to_the_end_of(firm: Installation, erasure_id: int) -> None:
    works = clockwork(firm)
    works.advance()
    firm.deliver()
    works.advance()
    assert erasure_of(firm, erasure_id).state == ErasureState.DONE


def test_what_is_found_again_rolls_everything_back(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A purge that leaves anything behind is no purge: nothing of it is committed, and the log says so."""
    erasure_id = _begin(firm, 1)
    firm.now = AFTER_GRACE
    monkeypatch.setattr(erasure_steps, "erase", lambda *_args, **_options: {})
    with capture_logs() as logs:
        assert clockwork(firm).advance() == 0
    assert "erasure_failed" in [line["event"] for line in logs]
    assert erasure_of(firm, erasure_id).state == ErasureState.GRACE


def test_a_sweep_that_is_held_up_is_tried_again(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads while the log should be cut: the purge stands, and the sweep follows a minute later."""
    erasure_id = _begin(firm, 1)
    firm.now = AFTER_GRACE
    answers = [False, True]
    tried = []

    def sweep(_database: Database) -> bool:
        tried.append(firm.now)
        return answers.pop(0)

    monkeypatch.setattr(Database, "sweep", sweep)
    works = clockwork(firm, CRM)
    for _ in range(2):
        works.advance()
    assert (len(tried), erasure_of(firm, erasure_id).swept_at) == (1, None)
    later(firm, minutes=2)
    works.advance()
    works.advance()
    assert (len(tried), erasure_of(firm, erasure_id).swept_at) == (2, firm.now)
