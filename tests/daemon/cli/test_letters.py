"""`replyd letters sign-off` and `preview`, `replyd requests show` and `extend`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.decisions.deadlines import due
from daemon.records import Account, LedgerEntry, Letter, MailboxCursor, Reply, Request, SignOff
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines

NOW = datetime.now(UTC)
EVA = "eva@muster.example"
CSV = (
    "email,kind,name,country,items,source_kind,source,obtained_on,obtained_by,publicly_accessible,purpose,reason,"
    "recipients,stored_in,keep_until\n"
    f"{EVA},employee,Eva Muster,DE,,company_website,https://muster.example/team,2026-03-02,desk,yes,Offering software,"
    "You lead the plant,none,our CRM,2027-03-02\n"
    "ben@muster.example,employee,Ben Muster,DE,,,,,,,,,,,\n"
)


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    """The database of the installation."""
    opened = Database.open(Settings.load(config, {}).database_url)
    yield opened
    opened.close()


@pytest.fixture
def people(replyd, config: Path, tmp_path: Path) -> Path:
    """An installation with one contact of whom everything is on record, and one of whom nothing is."""
    (tmp_path / "people.csv").write_text(CSV)
    result = replyd("--config", config, "contacts", "import", tmp_path / "people.csv")
    assert result.exit_code == 0, result.output
    return config


@pytest.fixture
def asked(people: Path, database: Database) -> Path:
    """The same with a dispute of Eva's that came now."""
    with database.write() as session:
        account = Account(name="sales", address="sales@firm.example", aliases=[], controller_name="Firm GmbH")
        account.controller_seat, account.controller_country = "Way 1, Berlin", "DE"
        account.controller_email = "privacy@firm.example"
        session.add(account)
        session.flush()
        cursor = MailboxCursor(
            account_id=account.id, folder="INBOX", uidvalidity=1, last_uid=0, renumbered=False, started_at=NOW
        )
        session.add(cursor)
        session.flush()
        reply = Reply(
            account_id=account.id, mailbox_id=cursor.id, uidvalidity=1, uid=1, received_at=NOW, stored_at=NOW,
            size_bytes=1, truncated=False, answered=False, raw_digest="x", state="handled", attempts=1,
            case="R-AAAA2222", contact_id=1, language="de", evidence=[{"level": "E0", "rule": "x"}], decided_at=NOW,
            reasons=["reviewed"],
            message_id="<reply@muster.example>",
        )  # fmt: skip
        session.add(reply)
        session.flush()
        dates = due(NOW, "DE")
        session.add(
            Request(
                reply_id=reply.id, contact_id=1, case="R-AAAA2222", right="rectification", state="with_person",
                received_at=NOW, legal_due=dates.legal, safe_due=dates.safe, changed_at=NOW,
            )
        )  # fmt: skip
    return people


def test_the_letters_of_a_language_are_read_and_signed_off(replyd, config: Path, database: Database) -> None:
    """All of them are shown, a no signs nothing, a yes is kept with its name, and a revocation ends it."""
    refused = replyd("--config", config, "letters", "sign-off", "--language", "de", "--by", "anna", stdin="n\n")
    assert refused.exit_code == 3
    assert "Woher wir Ihre Daten haben" in refused.output
    assert "--- letter 9: challenge ---" in refused.output
    assert replyd("--config", config, "letters", "sign-off", "--language", "de", "--by", "anna", "--yes").exit_code == 0
    with database.read() as session:
        (row,) = session.query(SignOff).all()
    assert (row.language, row.signed_by, len(row.digest), row.revoked_at) == ("de", "anna", 64, None)
    done = replyd("--config", config, "letters", "sign-off", "--language", "de", "--by", "anna", "--revoke")
    assert (done.exit_code, "waits for a key" in done.output) == (0, True)
    with database.read() as session:
        kinds = [entry.kind for entry in session.query(LedgerEntry).order_by(LedgerEntry.id)]
    assert kinds == ["signed_off", "sign_off_revoked"]


def test_what_cannot_be_written_cannot_be_signed_off(replyd, make_installation, tmp_path: Path) -> None:
    """The fault is named with file and line, as `replyd check` names it; an unknown language is refused."""
    own = tmp_path / "letters" / "de"
    own.mkdir(parents=True)
    (own / "opening.txt").write_text("Guten Tag,\n{{ nmae }}\n")
    config = make_installation(letters__templates=own.parent)
    result = replyd("--config", config, "letters", "sign-off", "--language", "de", "--by", "anna", "--yes")
    assert result.exit_code == 2
    assert f"{own / 'opening.txt'}, line 2: there is no 'nmae'" in result.output
    checked = [row for row in json_lines(replyd("--config", config, "check", "--json")) if row["name"] == "templates"]
    assert [(row["state"], "line 2" in row["what"]) for row in checked] == [("fail", True)]
    assert replyd("--config", config, "letters", "sign-off", "--language", "fr", "--by", "anna").exit_code == 2


def test_the_letter_that_a_contact_would_get(replyd, people: Path, database: Database, tmp_path: Path) -> None:
    """Whole, with the copy as a PDF; nothing is written into the database."""
    asked = ("letters", "preview", "--contact", EVA, "--ask", "data_source,access", "--language", "de")
    result = replyd("--config", people, *asked, "--pdf", tmp_path / "copy.pdf")
    assert result.exit_code == 0, result.output
    assert "https://muster.example/team" in result.output
    assert (tmp_path / "copy.pdf").read_bytes().startswith(b"%PDF-")
    (shown,) = json_lines(replyd("--config", people, *asked, "--json"))
    assert (shown["contact"], shown["missing"], shown["sections"]) == (EVA, [], ["data_source", "access"])
    with database.read() as session:
        assert session.query(Letter).count() == 0
        assert session.query(LedgerEntry).count() == 1  # the import


def test_a_preview_names_what_is_missing(replyd, people: Path) -> None:
    """Exit code 1, each fact by the record where it should stand."""
    asked = ("letters", "preview", "--contact", "ben@muster.example", "--language", "en", "--json")
    result = replyd("--config", people, *asked, "--ask", "data_source")
    assert result.exit_code == 1
    (shown,) = json_lines(result)
    assert "provenance" in shown["missing"]
    assert shown["text"] is None
    basis = json_lines(replyd("--config", people, *asked, "--ask", "legal_basis"))[0]["missing"]
    assert "assessment.interest" in basis


@pytest.mark.parametrize(
    "wrong",
    [
        ("--contact", "nobody@x.example", "--ask", "access", "--language", "en"),
        ("--contact", EVA, "--ask", "erasure", "--language", "en"),
        ("--contact", EVA, "--ask", "none", "--language", "en"),
        ("--contact", EVA, "--ask", "accesss", "--language", "en"),
        ("--contact", EVA, "--ask", "access", "--language", "fr"),
        ("--contact", EVA, "--ask", "access", "--language", "en", "--account", "other"),
        ("--contact", EVA, "--ask", "opt_out", "--language", "en", "--pdf", "copy.pdf"),
    ],
)
def test_a_preview_that_makes_no_sense_is_refused(replyd, people: Path, wrong: tuple[str, ...]) -> None:
    """Exit code 2, and no file is written."""
    assert replyd("--config", people, "letters", "preview", *wrong).exit_code == 2
    assert not Path("copy.pdf").exists()


def test_a_case_is_told_from_beginning_to_end(replyd, asked: Path) -> None:
    """Extended by command, and the story has the mail, the letter, both dates and the ledger's entries."""
    done = replyd("--config", asked, "requests", "extend", "1", "--reason", "The archive is large.", "--by", "anna")
    assert done.exit_code == 0, done.output
    (story,) = json_lines(replyd("--config", asked, "requests", "show", "1", "--json"))
    assert (story["case"], story["contact"]) == ("R-AAAA2222", EVA)
    assert [row["right"] for row in story["requests"]] == ["rectification"]
    assert story["requests"][0]["legal_due"] > str((NOW + timedelta(days=80)).date())
    assert [(row["step"], row["state"]) for row in story["letters"]] == [("extension", "queued")]
    assert [row["kind"] for row in story["ledger"]] == ["letter_queued", "request_extended"]
    assert "archive" not in str(story)
    shown = replyd("--config", asked, "requests", "show", "1")
    assert (shown.exit_code, "R-AAAA2222" in shown.output) == (0, True)


def test_a_case_that_there_is_not_is_refused(replyd, asked: Path) -> None:
    """Exit code 2; an extension of nothing too."""
    assert replyd("--config", asked, "requests", "show", "77").exit_code == 2
    assert replyd("--config", asked, "requests", "extend", "77", "--reason", "x", "--by", "anna").exit_code == 2
