"""After an erasure the whole database is searched for the person, byte by byte."""

from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.mail.sandbox import Sandbox
from daemon.records import Contact, Erasure, OutreachMessage, Provenance, Record, Review
from daemon.records.database import Database
from daemon.rights.suppression import end_pauses
from tests.daemon.installation import Installation, mail
from tests.daemon.rights.erasing import AFTER_GRACE, CRM, begin, clockwork, tick
from tests.servers.postgresql import PostgresServer

WORDS = "delete my zebra-striped record"
NOTE = "sounded upset on the telephone"
PERSON = (
    "jane.doe", "Jane Doe", "Example Ltd", "Head of planning", "example.com/people/jd", "zinc smelter", "zebra-striped",
    NOTE, "reply.1@example.com", "reply.2@example.com", "outreach.1@", "thread and trash",
)  # fmt: skip
"""What would lead to her, or is hers."""
BOB = "bob@example.org"


@pytest.fixture
def erased(firm: Installation) -> Installation:
    """Jane is on her way out, with everything that can be stored about anybody; Bob is not."""
    firm.add_contact(position="Head of planning")
    with firm.database.write() as session:
        session.scalars(select(Provenance)).one().source = "https://www.example.com/people/jd"
        session.scalars(select(OutreachMessage)).one().subject = "Your zinc smelter"
    firm.add_contact(BOB, number=2, name="Bob Miller", company="Bobs Ltd")
    for number, text in ((1, "later"), (2, WORDS)):
        message_id = f"<reply.{number}@example.com>"
        (begin if number == 2 else firm.handle)(*([firm] if number == 2 else []), mail(text, message_id=message_id))
    with firm.database.write() as session:
        session.add(Review(reply_id=1, reviewer="kim", intents=[], note=NOTE, decided_at=firm.now))
    return firm


def test_nothing_of_the_person_is_found_again(erased: Installation, database_url: str) -> None:
    """Neither in the file with its log, nor in any row; before the purge it was all there, and Bob still is."""
    before = found(erased.database, database_url)
    assert set(PERSON) - before == {"zebra-striped", "thread and trash"}, "what she wrote is encrypted"
    others = rows_of_bob(erased.database)
    works = clockwork(erased, CRM)
    erased.now = AFTER_GRACE
    assert works.advance() == 1
    assert found(erased.database, database_url) <= {"jane.doe", "reply.2@example.com"}, "only the address is needed"
    assert erased.deliver() == 1
    tick(erased, note="thread and trash")
    works.advance()
    assert erased.deliver() == 1
    works.advance()
    assert [row.state for row in erased.rows(Erasure)] == ["done"]
    assert found(erased.database, database_url) == set()
    assert rows_of_bob(erased.database) == others
    assert erased.suppressed()


def test_a_person_with_much_history_leaves_nothing_in_the_pages(erased: Installation, database_url: str) -> None:
    """Rows that moved between pages as they grew and shrank leave no copies behind."""
    for number in range(60):
        erased.add_contact(f"other{number}@example.org", number=number + 10, name=f"Person {number} " * 5)
    with erased.database.write() as session:
        for contact in session.scalars(select(Contact).where(Contact.email.like("other%"))):
            contact.company = "A company with a rather long name " * 8
        end_pauses(session, 1, by="kim", at=erased.now)
    erased.now = AFTER_GRACE
    works = clockwork(erased)
    works.advance()
    erased.deliver()
    works.advance()
    assert found(erased.database, database_url) == set()


@pytest.mark.postgresql
def test_postgresql_keeps_nothing_in_tables_that_are_written_anew(
    postgresql_server: PostgresServer, sandbox: Sandbox
) -> None:
    """After the sweep bytes may still stand in its pages; after VACUUM FULL, which docs/erasure.md advises, none do."""
    with postgresql_server.database() as url:
        database = Database.open(url)
        firm = Installation(database, sandbox)
        firm.add_contact(position="Head of planning")
        begin(firm)
        assert "Jane Doe" in _in_table_files(database)
        firm.now = AFTER_GRACE
        works = clockwork(firm)
        works.advance()
        firm.deliver()
        works.advance()
        with database._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")
        assert _in_table_files(database) == set()
        database.close()


def _in_table_files(database: Database) -> set[str]:
    """Which words of hers stand in the files of this one database."""
    with database._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        where = connection.exec_driver_sql(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database "
            "WHERE datname = current_database()"
        ).scalar_one()
    data = b"".join(file.read_bytes() for file in Path(where).iterdir() if file.is_file())
    return {word for word in PERSON if word.encode() in data}


def found(database: Database, url: str) -> set[str]:
    """Which words of hers stand in the database: in the bytes of its files, or in any row."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    else:
        data = repr(all_rows(database)).encode()
    return {word for word in PERSON if word.encode() in data}


def all_rows(database: Database) -> list[tuple[object, ...]]:
    """Every row of every table."""
    with database.read() as session:
        return [tuple(row) for table in Record.metadata.sorted_tables for row in session.execute(select(table))]


def rows_of_bob(database: Database) -> list[tuple[object, ...]]:
    """Everything that is stored about somebody else."""
    with database.read() as session:
        contact = session.scalars(select(Contact).where(Contact.email == BOB)).one()
        tables = [table for table in Record.metadata.sorted_tables if "contact_id" in table.columns]
        rows = [tuple(row) for t in tables for row in session.execute(select(t).where(t.c.contact_id == contact.id))]
        return [(contact.email, contact.name, contact.company), *rows]
