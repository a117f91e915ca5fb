import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from daemon.clock import now
from daemon.ledger import EntryKind, leases, record, seal, verify
from daemon.ledger.sealer import LEASE, TERM, _seal_batch
from daemon.records import Lease, LedgerEntry
from daemon.records.database import Database

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


ON_POSTGRESQL = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
"""SQLite has one writer at a time: its entries commit in the order of their ids."""


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _write(database: Database, count: int) -> None:
    with database.write() as session:
        for number in range(count):
            record(session, NOON, EntryKind.RECEIVED, payload={"reply": number})


def _sealed(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(LedgerEntry.seq.is_not(None))) or 0


def test_everything_committed_is_chained_in_batches(database: Database) -> None:
    """More than one batch at once, later entries join the same chain, and an idle sealer does nothing."""
    _write(database, 7)
    assert seal(database, now, "one", batch=3) == 7
    assert seal(database, now, "one", batch=3) == 0
    _write(database, 3)
    assert seal(database, now, "two", batch=3) == 3
    with database.read() as session:
        verdict = verify(session)
    assert verdict.intact
    assert (verdict.entries, verdict.sealed, verdict.unsealed) == (10, 10, 0)
    assert verdict.head is not None
    assert verdict.head.seq == 10


def test_a_node_that_holds_the_lease_keeps_others_out(database: Database) -> None:
    """Until it lets go or its term is over."""
    _write(database, 1)
    with database.write() as session:
        assert leases.take(session, LEASE, NOON, node="sleeper", term=TERM) is not None
    assert seal(database, _at(NOON + TERM - timedelta(seconds=1)), "other") == 0
    assert seal(database, _at(NOON + TERM), "other") == 1


def test_a_node_that_slept_past_its_term_seals_nothing(database: Database) -> None:
    """Its token is refused in the very transaction that would have sealed."""
    _write(database, 1)
    with database.write() as session:
        stale = leases.take(session, LEASE, NOON, node="sleeper", term=TERM)
    assert stale is not None
    with database.write() as session:
        assert leases.take(session, LEASE, NOON + TERM, node="other", term=TERM) is not None
    assert _seal_batch(database, NOON + TERM, stale, 10) == 0
    assert _sealed(database) == 0


def test_a_lease_that_was_let_go_is_free_at_once(database: Database) -> None:
    """The next node need not wait for the term."""
    with database.write() as session:
        token = leases.take(session, "job", NOON, node="one", term=TERM)
        assert token is not None
        assert leases.take(session, "job", NOON, node="two", term=TERM) is None
        leases.release(session, "job", "somebody else's token", NOON)
        assert leases.take(session, "job", NOON, node="two", term=TERM) is None
        leases.release(session, "job", token, NOON)
        assert leases.take(session, "job", NOON, node="two", term=TERM) is not None


def test_of_nodes_that_take_a_new_lease_at_once_one_has_it(database: Database, database_url: str) -> None:
    """The first row of a lease is not inserted twice, and losing is no error."""
    nodes = [Database.open(database_url) for _ in range(6)]
    barrier = Barrier(len(nodes))

    def take(node: Database) -> bool:
        barrier.wait()
        with node.write() as session:
            return leases.take(session, "job", NOON, node="any", term=TERM) is not None

    with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
        assert sum(pool.map(take, nodes)) == 1
    for node in nodes:
        node.close()


def test_nodes_that_seal_and_write_at_once_make_one_chain(database: Database, database_url: str) -> None:
    """Four nodes write and seal in turns without waiting for each other; at the end the chain is whole."""
    nodes = [Database.open(database_url) for _ in range(4)]

    def work(node: Database) -> int:
        sealed = 0
        for _ in range(10):
            _write(node, 2)
            sealed += seal(node, now, "node", batch=5)
        return sealed

    with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
        sealed = sum(pool.map(work, nodes))
    sealed += seal(database, now, "last")
    assert sealed == 80
    with database.read() as session:
        verdict = verify(session)
    assert verdict.problems == ()
    assert verdict.sealed == 80
    for node in nodes:
        node.close()


@ON_POSTGRESQL
def test_entries_committed_out_of_order_are_chained_as_they_come(database: Database, database_url: str) -> None:
    """A slow transaction's entry has a smaller id and a later place; nothing is left out."""
    slow = Database.open(database_url)
    with slow.write() as session:
        record(session, NOON, EntryKind.RECEIVED, payload={"reply": 1})
        session.flush()
        _write(database, 1)
        assert seal(database, now, "one") == 1
    slow.close()
    assert seal(database, now, "one") == 1
    with database.read() as session:
        assert session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.seq)).all() == [2, 1]
        assert verify(session).intact


@ON_POSTGRESQL
def test_writers_do_not_wait_for_a_sealer(database: Database, database_url: str) -> None:
    """An entry is committed while another node is in the middle of sealing."""
    _write(database, 1)
    other = Database.open(database_url)
    with database.write() as session:
        session.execute(update(LedgerEntry).values(kind="received"))
        session.add(Lease(name=LEASE, token="held", until=NOON))  # the lease and the entries are locked now
        session.flush()
        started = time.monotonic()
        _write(other, 1)
        assert time.monotonic() - started < 5
    other.close()
