"""`replyd outreach` and `replyd campaigns`, from the shell."""

import json
from pathlib import Path

import pytest

from daemon.records import Contact, MailboxCursor, OutreachMessage
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.conftest import Replyd
from tests.daemon.installation import JANE, START
from tests.daemon.mail.sent_folder_of import FOOTER, sent
from tests.servers.dovecot import DovecotUser


def _open(config: Path) -> Database:
    return Database.open(Settings.load(config, {}).database_url)


def _add_contacts(config: Path, *addresses: str) -> None:
    database = _open(config)
    with database.write() as session:
        for email in addresses:
            session.add(Contact(email=email, email_normal=email, kind="employee", created_at=START))
    database.close()


def _messages(config: Path) -> int:
    database = _open(config)
    with database.read() as session:
        count = session.query(OutreachMessage).count()
    database.close()
    return count


@pytest.mark.dovecot
def test_sent_is_read_and_its_footer_becomes_a_campaign(
    replyd: Replyd, served: Path, dovecot_user: DovecotUser, tmp_path: Path
) -> None:
    """Read, suggested, confirmed: then every stored mail knows what it promised."""
    people = [f"person{n}@example.org" for n in range(3)]
    _add_contacts(served, *people)
    for number, person in enumerate([*people, "stranger@example.net"]):
        text = f"Good morning {number}\n\n{FOOTER}\n\nMax"
        dovecot_user.deliver(sent(number, to=person, text=text, date="Mon, 2 Nov 2026 09:00:00 +0100"), "Sent")
    result = replyd("outreach", "read-sent", "--json", "--config", served)
    assert result.exit_code == 0, result.output
    read = json.loads(result.stdout)
    assert (read["looked_at"], read["messages"], read["contacts"], read["unreadable"]) == (4, 3, 3, 0)
    assert "0 mails looked at" in replyd("outreach", "read-sent", "--config", served).stdout
    assert "4 mails looked at, 0 messages" in replyd("outreach", "read-sent", "--again", "--config", served).stdout

    suggestion = json.loads(replyd("campaigns", "suggest", "--json", "--config", served).stdout)
    assert (suggestion["messages"], suggestion["promise"]) == (3, "remove")
    assert "--promise remove" in replyd("campaigns", "suggest", "--config", served).stdout
    footer = tmp_path / "footer.txt"
    footer.write_text(suggestion["footer"])
    added = replyd("campaigns", "add", "spring", "--promise", "remove", "--footer-file", footer, "--config", served)
    assert "3 stored mails" in added.stdout
    listed = json.loads(replyd("campaigns", "list", "--json", "--config", served).stdout)
    assert (listed["name"], listed["promise"], listed["messages"]) == ("spring", "remove", 3)
    assert "no footer" in replyd("campaigns", "suggest", "--config", served).stdout
    lowered = replyd("campaigns", "add", "spring", "--promise", "none", "--config", served)
    assert (lowered.exit_code, "cannot be taken back" in lowered.stderr) == (2, True)


@pytest.mark.dovecot
def test_a_folder_that_is_being_read_is_left_alone(replyd: Replyd, served: Path, dovecot_user: DovecotUser) -> None:
    """The service reads it just now: that is said, and may be tried again."""
    dovecot_user.deliver(sent(1), "Sent")
    replyd("outreach", "read-sent", "--config", served)
    database = _open(served)
    with database.write() as session:
        cursor = session.query(MailboxCursor).filter(MailboxCursor.kind == "sent").one()
        cursor.lease_token, cursor.lease_until = "service:1", START.replace(year=2100)
    database.close()
    result = replyd("outreach", "read-sent", "--config", served)
    assert (result.exit_code, "another process reads" in result.stderr) == (3, True)


def test_an_export_is_imported(replyd: Replyd, config: Path, tmp_path: Path) -> None:
    """Shown first, refused while a row is bad, imported without it; all lines are told."""
    _add_contacts(config, JANE)
    file = tmp_path / "export.csv"
    file.write_text(f"An;Zeit;Kampagne\n{JANE};02.03.2026 09:30;Q1\nx@example.net;02.03.2026;Q1\n{JANE};bald;Q1\n")
    options = ("--map", "sent_at=Zeit", "--config", config)
    dry = replyd("outreach", "import", file, "--dry-run", "--skip-bad", *options)
    assert (dry.exit_code, _messages(config)) == (1, 0)
    assert "1 messages would be added" in dry.stdout
    refused = replyd("outreach", "import", file, *options)
    assert (refused.exit_code, _messages(config)) == (2, 0)
    assert "line 4, Zeit" in refused.stderr
    done = replyd("outreach", "import", file, "--skip-bad", *options)
    assert (done.exit_code, _messages(config)) == (1, 1)
    assert "no contact, left out: line 3" in done.stdout
    assert "campaign 'Q1' is new" in done.stdout


@pytest.mark.parametrize(
    "options", [["--map", "recipient"], ["--map", "to=An"], ["--zone", "Mars"], ["--encoding", "x"], []]
)
def test_wrong_use_is_told(replyd: Replyd, config: Path, tmp_path: Path, options: list[str]) -> None:
    """One sentence, exit code 2."""
    file = tmp_path / "export.csv"
    file.write_text("Who;When\na@example.com;2026-03-02\n")
    result = replyd("outreach", "import", file, *options, "--config", config)
    assert (result.exit_code, result.stderr.startswith("replyd: ")) == (2, True)
