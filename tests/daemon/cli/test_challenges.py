"""One-time codes by command: what is open, what became of the others, and a held one let go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.records import Account, ChallengeRecord, Contact, Delivery, Letter, MailboxCursor, Reply
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines
from tests.daemon.cli.conftest import Replyd

NOW = datetime.now(UTC)


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    """The database of the installation."""
    opened = Database.open(Settings.load(config, {}).database_url)
    yield opened
    opened.close()


@pytest.fixture
def challenges(config: Path, database: Database) -> Path:
    """An installation with a code that waits for a key, and one that was passed."""
    with database.write() as session:
        account = Account(name="sales", address="sales@firm.example", aliases=[], controller_country="DE")
        session.add(account)
        session.flush()
        cursor = MailboxCursor(
            account_id=account.id, folder="INBOX", uidvalidity=1, last_uid=0, renumbered=False, started_at=NOW
        )
        contact = Contact(
            email="eva@muster.example", email_normal="eva@muster.example", kind="employee", created_at=NOW
        )
        session.add_all([cursor, contact])
        session.flush()
        for number, state in ((1, "open"), (2, "passed")):
            session.add(
                Reply(
                    account_id=account.id, mailbox_id=cursor.id, uidvalidity=1, uid=number, received_at=NOW,
                    stored_at=NOW, size_bytes=1, truncated=False, answered=False, raw_digest=str(number),
                    state="handled", attempts=1, case=f"R-{number}",
                )
            )  # fmt: skip
            session.flush()
            session.add(
                ChallengeRecord(
                    reply_id=number, contact_id=contact.id, code_digest=str(number), state=state, created_at=NOW,
                    valid_until=NOW + timedelta(days=8),
                )
            )  # fmt: skip
            letter = Letter(
                reply_id=number, contact_id=contact.id, account_id=account.id, step="challenge",
                sections=["challenge"], language="en", references=[], message_id=f"<{number}@firm.example>",
                created_at=NOW,
            )  # fmt: skip
            session.add(letter)
            session.flush()
            held = state == "open"
            session.add(
                Delivery(
                    letter_id=letter.id, state="held" if held else "sent", not_before=NOW, attempts=0,
                    reason="needs_key" if held else None,
                )
            )  # fmt: skip
    return config


def test_open_codes_are_listed(replyd: Replyd, challenges: Path) -> None:
    """Whose they are, what became of their letters, and until when they are good; no code, for none is stored."""
    (row,) = json_lines(replyd("challenges", "list", "--json", "--config", challenges))
    assert (row["state"], row["contact"], row["case"]) == ("open", "eva@muster.example", "R-1")
    assert (row["letter_state"], row["reply"]) == ("held", 1)
    assert not {"code", "code_digest"} & set(row)
    assert "eva@muster" in replyd("challenges", "list", "--config", challenges).output


def test_all_codes_are_listed_on_request(replyd: Replyd, challenges: Path) -> None:
    """Also those that are settled."""
    rows = json_lines(replyd("challenges", "list", "--all", "--json", "--config", challenges))
    assert [row["state"] for row in rows] == ["open", "passed"]


def test_a_held_code_is_let_go_by_name(replyd: Replyd, challenges: Path, database: Database) -> None:
    """The key that assist mode asks for."""
    assert replyd("letters", "release", "1", "--by", "kim", "--config", challenges).exit_code == 0
    with database.read() as session:
        assert session.get_one(Delivery, 1).state == "queued"
