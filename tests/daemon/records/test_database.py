import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import URL, delete, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from daemon.records import Account, Campaign, OutreachMessage
from daemon.records.database import BadDatabaseUrl, Database, DatabaseOutdated, NestedWriteError

REPOSITORY = Path(__file__).parents[3]

WRITER_PROCESS = """
import sys
from daemon.records import Campaign
from daemon.records.database import Database

database = Database.open(sys.argv[1])
for number in range(int(sys.argv[3])):
    with database.write() as session:
        session.add(Campaign(name=f"{sys.argv[2]}-{number}", promise="none"))
database.close()
"""

UPGRADING_PROCESS = """
import sys
from daemon.records.database import Database

database = Database.open(sys.argv[1])
sys.stdin.read()
database.upgrade()
database.check()
database.close()
"""


def _process(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stderr=subprocess.PIPE)


def _add_campaign(database: Database, name: str) -> None:
    with database.write() as session:
        session.add(Campaign(name=name, promise="none"))


def _flush_and_fail(session: Session) -> None:
    session.add(Campaign(name="half done", promise="none"))
    session.flush()
    _ = 1 / 0


def _campaigns(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Campaign)) or 0


def test_of_300_writers_at_once_none_fails_and_no_row_is_lost(database: Database) -> None:
    """Writers in threads queue up instead of failing with a locked database."""
    with ThreadPoolExecutor(max_workers=300) as pool:
        list(pool.map(lambda number: _add_campaign(database, f"campaign {number}"), range(300)))
    assert _campaigns(database) == 300


def test_a_writer_waits_until_the_one_before_has_finished(database: Database) -> None:
    """One writer at a time in a process, however long it takes: nobody runs into the database's own time limit."""
    entered, may_leave, order = Event(), Event(), []

    def first() -> None:
        with database.write():
            entered.set()
            may_leave.wait(timeout=30)
            order.append("first")

    def second() -> None:
        with database.write():
            order.append("second")

    threads = [Thread(target=first), Thread(target=second)]
    threads[0].start()
    assert entered.wait(timeout=30)
    threads[1].start()
    threads[1].join(timeout=0.2)
    may_leave.set()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]


def test_processes_that_write_at_once_wait_for_each_other(database: Database, database_url: str) -> None:
    """A command beside the daemon neither fails nor loses what the other wrote."""
    processes = [_process(WRITER_PROCESS, database_url, str(number), "40") for number in range(4)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    assert _campaigns(database) == 160


def test_processes_that_create_the_database_at_once_agree(empty_database_url: str) -> None:
    """One of them creates the tables, the others wait and find them there."""
    processes = [_process(UPGRADING_PROCESS, empty_database_url) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()


def test_an_exception_rolls_everything_back(database: Database) -> None:
    """A block that did not reach its end has written nothing."""
    with pytest.raises(ZeroDivisionError), database.write() as session:
        _flush_and_fail(session)
    assert _campaigns(database) == 0
    _add_campaign(database, "whole")
    assert _campaigns(database) == 1


def test_a_savepoint_rolls_back_alone(database: Database) -> None:
    """A failed part of a transaction leaves the rest of it standing."""
    with database.write() as session:
        session.add(Campaign(name="kept", promise="none"))
        session.flush()
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            _flush_and_fail(session)
    with database.read() as session:
        assert session.scalars(select(Campaign.name)).all() == ["kept"]


def test_rows_stay_readable_after_the_commit(database: Database) -> None:
    """What was loaded in a transaction can be used after it without another query."""
    with database.write() as session:
        campaign = Campaign(name="spring", promise="none")
        session.add(campaign)
    assert campaign.name == "spring"


def test_writing_inside_a_write_fails_at_once(database: Database) -> None:
    """A thread is told of its mistake instead of waiting for itself for ever, and the lock is free afterwards."""
    with pytest.raises(NestedWriteError), database.write(), database.write():
        pass
    _add_campaign(database, "after")
    assert _campaigns(database) == 1


def test_a_reader_cannot_write(database: Database) -> None:
    """The database itself refuses what goes around `write`."""
    with pytest.raises(DBAPIError, match=r"read.?only"), database.read() as session:
        session.execute(insert(Campaign).values(name="sneaked in", promise="none"))
    _add_campaign(database, "allowed")
    assert _campaigns(database) == 1


def test_a_reader_sees_one_moment_and_blocks_no_writer(database: Database) -> None:
    """A long look is consistent, and a writer commits meanwhile."""
    _add_campaign(database, "before")
    with database.read() as session:
        count = select(func.count()).select_from(Campaign)
        assert session.scalar(count) == 1
        _add_campaign(database, "meanwhile")
        assert session.scalar(count) == 1
    assert _campaigns(database) == 2


def test_a_writer_blocks_no_reader(database: Database) -> None:
    """Reading goes on while a transaction is open, and does not see what is not committed."""
    written, looked = Event(), Event()

    def write_slowly() -> None:
        with database.write() as session:
            session.add(Campaign(name="slow", promise="none"))
            session.flush()
            written.set()
            looked.wait(timeout=30)

    writer = Thread(target=write_slowly)
    writer.start()
    assert written.wait(timeout=30)
    assert _campaigns(database) == 0
    looked.set()
    writer.join()
    assert _campaigns(database) == 1


def test_foreign_keys_hold(database: Database) -> None:
    """A mail to nobody cannot be recorded."""
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(OutreachMessage(contact_id=1, message_id="<a@b.example>", sent_at=datetime.now(UTC)))


def test_the_id_of_a_deleted_row_is_not_given_away_again(database: Database) -> None:
    """An old record that names an erased person's id never points at somebody else."""
    with database.write() as session:
        campaign = Campaign(name="first", promise="none")
        session.add(campaign)
        session.flush()
        first = campaign.id
        session.execute(delete(Campaign))
        campaign = Campaign(name="second", promise="none")
        session.add(campaign)
        session.flush()
        assert campaign.id > first


def test_what_nobody_knows_is_null_and_an_empty_list_is_not(database: Database) -> None:
    """`IS NULL` finds a JSON column that was set to None."""
    with database.write() as session:
        for name, countries in (("unknown", None), ("none", []), ("some", ["DE"])):
            session.add(Account(name=name, address=f"{name}@example.com", aliases=[], storage_countries=countries))
    with database.read() as session:
        unknown = select(Account.name).where(Account.storage_countries.is_(None))
        assert session.scalars(unknown).all() == ["unknown"]


def test_errors_do_not_show_parameters(database: Database) -> None:
    """A failing statement can be logged without the address it was about."""
    _add_campaign(database, "jane.doe@example.com")
    with pytest.raises(IntegrityError) as caught, database.write() as session:
        session.add(Campaign(name="jane.doe@example.com", promise="none"))
    statement = str(caught.value).partition("[SQL")[2]
    assert "jane.doe" not in statement


def test_a_missing_an_empty_and_an_outdated_database_are_told_apart_from_a_current_one(
    empty_database_url: str,
) -> None:
    """`check` says what to run; after `upgrade` it is content, and a second upgrade changes nothing."""
    database = Database.open(empty_database_url)
    with pytest.raises(DatabaseOutdated, match="replyd init"):
        database.check()
    database.upgrade()
    database.upgrade()
    database.check()
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000_older'"))
    with pytest.raises(DatabaseOutdated, match="0000_older"):
        database.check()
    database.close()


@pytest.mark.parametrize(
    "url", ["mysql://root:s3cret@localhost/x", "sqlite://", "sqlite:///:memory:", "nonsense s3cret", ""]
)
def test_only_a_sqlite_file_or_postgresql_is_accepted(url: str) -> None:
    """Another database is refused before anything is tried, without repeating a password."""
    with pytest.raises(BadDatabaseUrl) as caught:
        Database.open(url)
    assert "s3cret" not in str(caught.value)


def test_a_postgresql_url_needs_no_driver_name() -> None:
    """`postgresql://` is what providers hand out."""
    assert Database.open("postgresql://replyd@localhost/replyd").is_postgresql


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "a new folder" / "50% & more?.db"


@pytest.fixture
def sqlite(sqlite_file: Path) -> Database:
    database = Database.open(URL.create("sqlite", database=str(sqlite_file)).render_as_string())
    database.upgrade()
    return database


def test_only_the_owner_can_read_what_is_created(sqlite: Database, sqlite_file: Path) -> None:
    """File, logs and folder are private, and odd characters in the path are taken as they are."""
    _add_campaign(sqlite, "anything")
    files = sorted(sqlite_file.parent.iterdir())
    assert [file.name.removeprefix(sqlite_file.name) for file in files] == ["", "-shm", "-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(sqlite_file.parent.stat().st_mode) == 0o700
    sqlite.close()


def test_looking_for_a_database_creates_none(tmp_path: Path) -> None:
    """A mistyped path leaves nothing behind."""
    database = Database.open(f"sqlite:///{tmp_path}/typo/replyd.db")
    with pytest.raises(DatabaseOutdated):
        database.check()
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text("SELECT 1"))
    assert list(tmp_path.iterdir()) == []


def test_sqlite_is_set_to_lose_nothing(sqlite: Database) -> None:
    """Commits survive a power cut, deleted bytes are zeroed, and both hold for every connection."""
    with sqlite.write() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    sqlite.close()


def test_sweeping_leaves_no_byte_of_a_deleted_row(sqlite: Database, sqlite_file: Path) -> None:
    """Neither the file nor its log still holds what was erased."""
    _add_campaign(sqlite, "unmistakable-canary")
    with sqlite.write() as session:
        session.execute(delete(Campaign))
    wal = sqlite_file.with_name(sqlite_file.name + "-wal")
    assert b"unmistakable-canary" in wal.read_bytes()
    assert sqlite.sweep()
    assert b"unmistakable-canary" not in wal.read_bytes() + sqlite_file.read_bytes()
    sqlite.close()


def test_sweeping_says_when_somebody_holds_on_to_the_log(sqlite: Database, sqlite_file: Path) -> None:
    """A reader that still needs the log is not waited for without end, and the caller learns of it."""
    event.listen(sqlite._writer, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    sqlite._writer.dispose()
    reader = sqlite3.connect(sqlite_file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM campaigns").fetchall()
    _add_campaign(sqlite, "newer")
    assert not sqlite.sweep()
    reader.close()
    assert sqlite.sweep()
    sqlite.close()


def test_sweeping_runs_on_both_databases(database: Database) -> None:
    """Whoever erases calls it without asking what is underneath."""
    assert database.sweep()
    _add_campaign(database, "goes on")
    assert _campaigns(database) == 1
