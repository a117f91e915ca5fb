from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from daemon.clock import now
from daemon.ledger import EntryKind, Head, Verdict, record, seal, verify
from daemon.ledger.chain import GENESIS, seal_of
from daemon.ledger.verifier import check_chain
from daemon.records import LedgerEntry
from daemon.records.database import Database

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def _chain(length: int) -> list[LedgerEntry]:
    """A sealed chain as the sealer makes it."""
    entries: list[LedgerEntry] = []
    for seq in range(1, length + 1):
        previous = entries[-1].seal if entries else GENESIS
        entry = LedgerEntry(
            id=100 + seq,
            at=NOON + timedelta(seconds=seq),
            kind=list(EntryKind)[seq % 5],
            subject="ab" * 32 if seq % 2 else None,
            payload={"reply": seq, "rules": ["a", "b"]},
            seq=seq,
            previous=previous,
        )
        assert previous is not None
        entry.seal = seal_of(entry, seq=seq, previous=previous)
        entries.append(entry)
    return entries


def _head(entries: list[LedgerEntry]) -> Head:
    assert entries[-1].seq is not None
    assert entries[-1].seal is not None
    return Head(entries[-1].seq, entries[-1].seal)


def _verdict(entries: list[LedgerEntry], stored: Head | None, *noted: Head) -> Verdict:
    in_order = sorted(entries, key=lambda entry: (entry.seq is not None, entry.seq or 0, entry.id))
    return check_chain(in_order, total=len(entries), stored=stored, noted=noted)


def _reseal(entries: list[LedgerEntry], start: int) -> None:
    """What a forger with the code does: make every seal from here on fit again."""
    for place in range(start, len(entries)):
        previous = entries[place - 1].seal if place else GENESIS
        assert previous is not None
        entries[place].seq, entries[place].previous = place + 1, previous
        entries[place].seal = seal_of(entries[place], seq=place + 1, previous=previous)


@given(length=st.integers(1, 12))
def test_an_untouched_chain_is_intact(length: int) -> None:
    """No false alarm, with and without a head noted on the way."""
    entries = _chain(length)
    middle = entries[length // 2]
    assert middle.seal is not None
    verdict = _verdict(entries, _head(entries), Head(length // 2 + 1, middle.seal))
    assert verdict.intact
    assert verdict.head == _head(entries)


def test_an_empty_ledger_is_intact() -> None:
    """Before the first entry nothing is wrong."""
    assert _verdict([], None) == Verdict(0, 0, 0, (), None)


changed_values = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(1, 99),
        "at": st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  Hypothesis adds it
        "kind": st.sampled_from(["erased", "letter_sent", ""]),
        "subject": st.sampled_from(["cd" * 32, ""]),
        "payload": st.dictionaries(st.sampled_from(["reply", "rules", "x"]), st.integers(0, 99) | st.none()),
        "seq": st.integers(-5, 30) | st.none(),
        "previous": st.sampled_from(["00" * 32, "cd" * 32]) | st.none(),
        "seal": st.sampled_from(["00" * 32, "cd" * 32, ""]) | st.none(),
    },
)


@given(length=st.integers(1, 8), data=st.data())
def test_every_edit_is_found(length: int, data: st.DataObject) -> None:
    """Whatever column of whatever entry is changed to whatever else."""
    entries = _chain(length)
    head = _head(entries)
    entry = data.draw(st.sampled_from(entries))
    changes = data.draw(changed_values)
    changed = {name: value for name, value in changes.items() if getattr(entry, name) != value}
    for name, value in changed.items():
        setattr(entry, name, value)
    assert _verdict(entries, head).intact is (not changed)


@given(length=st.integers(2, 8), data=st.data())
def test_every_dropped_entry_is_found(length: int, data: st.DataObject) -> None:
    """Any number of entries, anywhere, the end included."""
    entries = _chain(length)
    head = _head(entries)
    dropped = data.draw(st.sets(st.integers(0, length - 1), min_size=1))
    kept = [entry for place, entry in enumerate(entries) if place not in dropped]
    assert not _verdict(kept, head).intact


@given(length=st.integers(2, 8), data=st.data())
def test_every_swap_is_found(length: int, data: st.DataObject) -> None:
    """Two entries that change places, with or without the links that stood there."""
    entries = _chain(length)
    head = _head(entries)
    one, other = data.draw(st.lists(st.sampled_from(entries), min_size=2, max_size=2, unique_by=id))
    for column in data.draw(st.sampled_from([("seq",), ("seq", "previous"), ("seq", "previous", "seal")])):
        first, second = getattr(one, column), getattr(other, column)
        setattr(one, column, second)
        setattr(other, column, first)
    assert not _verdict(entries, head).intact


@given(length=st.integers(1, 8), data=st.data())
def test_an_edit_that_is_sealed_anew_disagrees_with_the_head(length: int, data: st.DataObject) -> None:
    """Even the whole rest of the chain made anew ends in another seal than the stored head."""
    entries = _chain(length)
    head = _head(entries)
    place = data.draw(st.integers(0, length - 1))
    entries[place].payload = {"reply": 999}
    _reseal(entries, place)
    assert not _verdict(entries, head).intact


def test_an_edit_whose_own_seal_was_made_anew_breaks_the_link_behind_it() -> None:
    """The next entry still carries the old seal, and is where the verifier points."""
    entries = _chain(5)
    head = _head(entries)
    entries[2].payload = {"reply": 999}
    _reseal(entries[:3], 2)
    problems = _verdict(entries, head).problems
    assert [problem.seq for problem in problems] == [4]


@given(length=st.integers(2, 8), data=st.data())
def test_a_chain_made_anew_with_its_head_disagrees_with_a_noted_head(length: int, data: st.DataObject) -> None:
    """A forger who rewrites chain and head is caught by any later head that stands in a letter or a log."""
    entries = _chain(length)
    place = data.draw(st.integers(0, length - 1))
    noted_place = data.draw(st.integers(place, length - 1))
    noted = _head(entries[: noted_place + 1])
    if data.draw(st.booleans()):
        entries[place].payload = {"reply": 999}
    else:
        del entries[place]
    _reseal(entries, place)
    stored = _head(entries) if entries else None
    assert _verdict(entries, stored).intact
    assert not _verdict(entries, stored, noted).intact


@given(length=st.integers(1, 8), added=st.integers(1, 3))
def test_entries_behind_the_head_are_found(length: int, added: int) -> None:
    """A chain that somebody continued without the sealer."""
    entries = _chain(length + added)
    assert not _verdict(entries, _head(entries[:length])).intact


@dataclass(frozen=True)
class Forgery:
    """One statement against the database, and what the verifier says of it."""

    statement: str
    seq: int
    what: str


FORGERIES = [
    Forgery("UPDATE ledger_entries SET kind = 'erased' WHERE seq = 3", 3, "was changed"),
    Forgery("UPDATE ledger_entries SET payload = '{\"reply\": 8}' WHERE seq = 3", 3, "was changed"),
    Forgery("UPDATE ledger_entries SET at = '2020-01-01 00:00:00.000000' WHERE seq = 3", 3, "was changed"),
    Forgery("DELETE FROM ledger_entries WHERE seq = 3", 4, "is gone"),
    Forgery("DELETE FROM ledger_entries WHERE seq > 3", 5, "cut off"),
    Forgery("DELETE FROM ledger_entries", 5, "cut off"),
    Forgery("UPDATE ledger_entries SET seq = 6 WHERE seq = 2", 3, "is gone"),
    Forgery("UPDATE ledger_entries SET seq = NULL WHERE seq = 3", 4, "is gone"),
    Forgery("DELETE FROM ledger_heads", 5, "head of the ledger is gone"),
    Forgery("UPDATE ledger_heads SET seq = 4", 5, "added after"),
    Forgery("UPDATE ledger_heads SET seal = 'x'", 5, "another seal than the stored head"),
]


@pytest.fixture
def sealed_ledger(database: Database) -> Database:
    with database.write() as session:
        for number in range(5):
            record(session, NOON, EntryKind.RECEIVED, payload={"reply": number, "at": NOON})
    assert seal(database, now, "node") == 5
    return database


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.statement[:60])
def test_a_change_in_the_database_is_named_with_its_place(sealed_ledger: Database, forgery: Forgery) -> None:
    """The verdict says where and what, on both databases."""
    with sealed_ledger.write() as session:
        session.execute(text(forgery.statement.replace(":", r"\:")))
    with sealed_ledger.read() as session:
        problems = verify(session).problems
    assert any(problem.seq == forgery.seq and forgery.what in problem.what for problem in problems), problems


def test_an_unsealed_entry_is_counted_and_no_problem(sealed_ledger: Database) -> None:
    """Work of the last seconds waits for the sealer."""
    with sealed_ledger.write() as session:
        record(session, NOON, EntryKind.PAUSED, payload={})
    with sealed_ledger.read() as session:
        verdict = verify(session)
    assert verdict.intact
    assert (verdict.entries, verdict.sealed, verdict.unsealed) == (6, 5, 1)


@pytest.mark.parametrize("column", ["payload = 'no json'", "at = 'no time'", "seq = 'no number'"])
def test_an_entry_that_cannot_even_be_read_is_a_problem_and_no_crash(tmp_path: Path, column: str) -> None:
    """SQLite stores anything in any column."""
    database = Database.open(f"sqlite:///{tmp_path}/replyd.db")
    database.upgrade()
    with database.write() as session:
        record(session, NOON, EntryKind.RECEIVED, payload={})
    seal(database, now, "node")
    with database.write() as session:
        session.execute(text(f"UPDATE ledger_entries SET {column}"))
    with database.read() as session:
        assert not verify(session).intact
    database.close()


def test_the_seal_is_what_the_documentation_says() -> None:
    """SHA-256 over sorted JSON without spaces: anybody can compute it without this program."""
    import hashlib

    canonical = (
        '{"at":"2026-03-05T12:00:00.000000+00:00","id":7,"kind":"paused","payload":{"a":[1],"b":null},'
        f'"previous":"{GENESIS}","seq":1,"subject":null}}'
    )
    entry = LedgerEntry(id=7, at=NOON, kind="paused", subject=None, payload={"b": None, "a": [1]})
    assert seal_of(entry, seq=1, previous=GENESIS) == hashlib.sha256(canonical.encode()).hexdigest()
