"""Erasures and their tasks by commands alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.records import (
    Account,
    Contact,
    Delivery,
    Erasure,
    LedgerEntry,
    Letter,
    MailboxCursor,
    Reply,
    Request,
    Suppression,
    SystemTask,
)
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines

NOW = datetime.now(UTC)
EVA = "eva@muster.example"


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    """The database of the installation."""
    opened = Database.open(Settings.load(config, {}).database_url)
    yield opened
    opened.close()


@pytest.fixture
def erasing(config: Path, database: Database) -> Path:
    """An installation with one erasure in its grace and one that was purged, with a task and a held letter."""
    with database.write() as session:
        account = Account(name="sales", address="sales@firm.example", aliases=[], controller_country="DE")
        session.add(account)
        session.flush()
        cursor = MailboxCursor(
            account_id=account.id, folder="INBOX", uidvalidity=1, last_uid=0, renumbered=False, started_at=NOW
        )
        session.add(cursor)
        session.flush()
        _add(session, account, cursor, EVA, 1, "grace")
        _add(session, account, cursor, "ben@muster.example", 2, "purged")
        session.add(
            SystemTask(
                erasure_id=2, system="our CRM", steps=["Open", "Delete"], due=NOW.date(), state="open", opened_at=NOW
            )
        )
        session.add(
            Letter(
                reply_id=2, contact_id=2, account_id=account.id, step="erasure_interim", sections=["erasure_interim"],
                language="en", references=[], message_id="<l1@firm.example>", created_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        session.add(Delivery(letter_id=1, state="held", not_before=NOW, attempts=0, reason="needs_key"))
    return config


def _add(session, account, cursor, address: str, number: int, state: str) -> None:
    contact = Contact(email=address, email_normal=address, kind="employee", created_at=NOW)
    session.add(contact)
    session.flush()
    reply = Reply(
        account_id=account.id, mailbox_id=cursor.id, uidvalidity=1, uid=number, received_at=NOW, stored_at=NOW,
        size_bytes=1, truncated=False, answered=False, raw_digest=str(number), state="handled", attempts=1,
        case=f"R-{number}", contact_id=contact.id,
    )  # fmt: skip
    session.add(reply)
    session.flush()
    session.add_all(
        [
            Suppression(
                scope="address", digest=f"d{number}", normal_form=1, key_version=1, reason="erasure", since=NOW
            ),
            Request(
                reply_id=reply.id, contact_id=contact.id, case=reply.case, right="erasure", state="open",
                received_at=NOW, legal_due=NOW.date(), safe_due=NOW.date(), changed_at=NOW,
            ),
            Erasure(
                reply_id=reply.id, contact_id=contact.id, account_id=account.id, case=reply.case,
                digests=[f"d{number}"], language="en", released=True, state=state, started_at=NOW,
                grace_until=NOW + timedelta(days=3), purged_at=NOW if state == "purged" else None,
                recipients=["Mailer Ltd"] if state == "purged" else None,
            ),
        ]
    )  # fmt: skip
    session.flush()


def test_the_list_says_what_each_waits_for(replyd, erasing):
    """In codes for programs, in sentences for people."""
    rows = json_lines(replyd("--config", erasing, "erasures", "list", "--json"))
    assert [(row["state"], row["contact"], row["waits_for"]) for row in rows] == [
        ("grace", EVA, ["grace"]),
        ("purged", "ben@muster.example", ["tasks_open"]),
    ]
    shown = replyd("--config", erasing, "erasures", "show", 1).output
    assert "a person can still undo it" in shown
    (row,) = json_lines(replyd("--config", erasing, "erasures", "show", 2, "--json"))
    assert [task["system"] for task in row["tasks"]] == ["our CRM"]
    assert [letter["state"] for letter in row["letters"]] == ["held"]
    assert "to be told (Art. 19): Mailer Ltd" in replyd("--config", erasing, "erasures", "show", 2).output
    assert "muster.example" in replyd("--config", erasing, "erasures", "list").output
    assert replyd("--config", erasing, "erasures", "show", 9).exit_code == 2


def test_an_erasure_is_undone_by_name(replyd, erasing, database):
    """Only in its grace; its request is a person's then."""
    assert replyd("--config", erasing, "erasures", "undo", 1).exit_code == 2
    assert replyd("--config", erasing, "erasures", "undo", 1, "--by", "kim").exit_code == 0
    assert replyd("--config", erasing, "erasures", "undo", 1, "--by", "kim").exit_code == 2
    assert replyd("--config", erasing, "erasures", "undo", 2, "--by", "kim").exit_code == 2
    with database.read() as session:
        assert session.get_one(Erasure, 1).ended_by == "kim"
        assert session.get_one(Request, 1).state == "with_person"
        assert (
            session.scalars(select(LedgerEntry.payload).where(LedgerEntry.kind == "erasure_undone")).one()["by"]
            == "kim"
        )
    assert len(json_lines(replyd("--config", erasing, "erasures", "list", "--json"))) == 1
    assert len(json_lines(replyd("--config", erasing, "erasures", "list", "--all", "--json"))) == 2


def test_an_erasure_is_finished_without_a_letter_by_name(replyd, erasing, database):
    """Said in so many words; a letter of it that waits is withdrawn."""
    assert replyd("--config", erasing, "erasures", "finish", 2, "--by", "kim").exit_code == 2
    assert replyd("--config", erasing, "erasures", "finish", 2, "--without-letter", "--by", "kim").exit_code == 0
    with database.read() as session:
        assert session.get_one(Erasure, 2).ended_by == "kim"
        assert session.get_one(Delivery, 1).state == "withdrawn"


def test_a_task_says_whom_to_erase_and_is_ticked_by_name(replyd, erasing):
    """The address is there until the end; a note is shown to whoever looks."""
    (task,) = json_lines(replyd("--config", erasing, "tasks", "list", "--json"))
    assert (task["system"], task["contact"], task["overdue"]) == ("our CRM", "ben@muster.example", False)
    shown = replyd("--config", erasing, "tasks", "show", 1).output
    assert "erase ben@muster.example" in shown
    assert "2. Delete" in shown
    assert replyd("--config", erasing, "tasks", "done", 1, "--by", "kim", "--note", "one row").exit_code == 0
    assert json_lines(replyd("--config", erasing, "tasks", "list", "--json")) == []
    (row,) = json_lines(replyd("--config", erasing, "tasks", "show", 1, "--json"))
    assert (row["state"], row["note"], row["done_by"]) == ("done", "one row", "kim")
    assert "one row" in replyd("--config", erasing, "tasks", "show", 1).output
    assert replyd("--config", erasing, "tasks", "done", 1, "--by", "kim").exit_code == 2
    assert replyd("--config", erasing, "tasks", "reopen", 1, "--by", "kim").exit_code == 0
    assert "our CRM" in replyd("--config", erasing, "tasks", "list").output
    assert replyd("--config", erasing, "tasks", "show", 9).exit_code == 2


def test_a_letter_of_an_erasure_is_let_go_by_name(replyd, erasing, database):
    """No review releases it; one that waits for nobody's key cannot be released."""
    assert replyd("--config", erasing, "letters", "release", 1, "--by", "kim").exit_code == 0
    with database.read() as session:
        assert session.get_one(Delivery, 1).state == "queued"
        assert session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "letter_released")).one()
    assert replyd("--config", erasing, "letters", "release", 1, "--by", "kim").exit_code == 2


def test_the_letter_of_a_reply_is_released_by_its_review(replyd, erasing, database):
    """Not by the way: whoever lets an answer go has to have judged the reply."""
    with database.write() as session:
        session.get_one(Letter, 1).step = "answer"
    assert replyd("--config", erasing, "letters", "release", 1, "--by", "kim").exit_code == 2
