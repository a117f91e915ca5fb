"""`replyd run` with several accounts: one that is broken stops none of the others."""

import imaplib
import re

from daemon.records import MailboxCursor, Reply
from daemon.records.database import Database
from daemon.settings import Settings
from tests.servers.dovecot import PASSWORD

MAIL = b"From: jane@example.com\r\nTo: sales@firm.example\r\nSubject: Re: x\r\n\r\nPlease stop writing to me.\r\n"


def test_an_account_with_a_wrong_password_stops_no_other(replyd, served, dovecot_user):
    """The other's mail is stored and handled, from each of its folders; the exit code says that something is wrong."""
    with imaplib.IMAP4("127.0.0.1", dovecot_user.server.port) as client:
        client.login(dovecot_user.name, PASSWORD)
        client.create("Replies")
    dovecot_user.deliver(b"Subject: old\r\n\r\nx\r\n", "Replies")
    text = served.read_text()
    start, end = text.index("[account]"), text.index("[policy]")
    account = re.sub(r'^name = "outreach"\n', "", text[start:end], flags=re.MULTILINE)
    good, broken = (account.replace("[account", f"[accounts.{name}") for name in ("good", "broken"))
    broken = broken.replace("sales@firm.example", "other@firm.example")
    good = good.replace("[accounts.good.imap]", '[accounts.good.imap]\nfolders = ["INBOX", "Replies"]')
    (served.parent / "wrong").write_text("not " + PASSWORD)
    broken = re.sub('password_file = ".*"', 'password_file = "wrong"', broken)
    served.write_text(text[:start] + broken + "\n" + good + "\n" + text[end:])
    assert replyd("--config", served, "run", "--once").exit_code == 2
    dovecot_user.deliver(MAIL)
    dovecot_user.deliver(MAIL.replace(b"Re: x", b"Re: y"), "Replies")
    result = replyd("--config", served, "run", "--once")
    assert result.exit_code == 2
    assert "mailbox_login_refused" in result.stderr
    database = Database.open(Settings.load(served, {}).database_url)
    with database.read() as session:
        replies = session.query(Reply).all()
        folders = {row.folder for row in session.query(MailboxCursor) if row.kind == "replies"}
    database.close()
    assert folders == {"INBOX", "Replies"}
    assert len(replies) == 2
    assert all(reply.state not in {"received", "failed"} for reply in replies)
