"""The first hour, lived through as the tutorial tells it, with a real mailbox and a real mail server."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from daemon.cli.questions import QUESTIONS
from tests.docs.pages import ROOT, blocks
from tests.docs.transcript import Difference, Reader, compared
from tests.servers.certificate import Certificate
from tests.servers.dovecot import PASSWORD as IMAP_PASSWORD
from tests.servers.dovecot import DovecotUser
from tests.servers.smtp_sink import PASSWORD as SMTP_PASSWORD
from tests.servers.smtp_sink import SmtpSink

TUTORIAL = ROOT / "docs" / "tutorial.md"
REWRITE = os.environ.get("REWRITE_TUTORIAL") == "1"
"""Put what the program says today in the place of what the page shows."""

FOOTER = 'If you are not interested, just answer "No, thanks" and I will take you off my list.'
PEOPLE = {"jane.doe": "example.org", "erik.lund": "example.net", "office": "lund-metall.example"}


def outreach(local: str, domain: str) -> bytes:
    """A first mail as the sending tool put it into Sent."""
    return f"""From: Nina Sommer <sales@example.com>
To: <{local}@{domain}>
Subject: Planning for your second plant
Date: Mon, 02 Nov 2026 09:30:00 +0100
Message-ID: <{local}.1@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello,

you are building a second plant. We make planning software for that.

{FOOTER}

Nina Sommer
""".replace("\n", "\r\n").encode()


REPLY = b"""From: Jane Doe <jane.doe@example.org>\r
To: sales@example.com\r
Subject: Re: Planning for your second plant\r
Date: Tue, 24 Nov 2026 10:00:00 +0000\r
Message-ID: <reply.1@example.org>\r
In-Reply-To: <jane.doe.1@example.com>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Hello,\r
\r
where did you get my address?\r
\r
Jane Doe\r
"""


@pytest.fixture
def submission(certificate: Certificate) -> Iterator[SmtpSink]:
    """A server that takes letters from whoever logs in."""
    sink = SmtpSink(certificate, tls="implicit", wants_login=True)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def reader(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    certificate: Certificate,
    dovecot_user: DovecotUser,
    submission: SmtpSink,
) -> Iterator[Reader]:
    """Somebody with a mailbox, mails in Sent, and a friend who answers when the tutorial says so."""
    for local, domain in PEOPLE.items():
        dovecot_user.deliver(outreach(local, domain), "Sent")
    login = dovecot_user.login()
    servers = {
        "IMAP__PORT": login.port,
        "IMAP__CAFILE": certificate.cert,
        "SMTP__PORT": submission.port,
        "SMTP__CAFILE": certificate.cert,
    }
    for name, value in servers.items():
        monkeypatch.setenv(f"REPLYD_ACCOUNT__{name}", str(value))
    monkeypatch.setenv("REPLYD_LETTERS__SETTLING_S", "0")  # the two minutes that the page tells of
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    handlers = logging.getLogger().handlers[:]
    about_the_mailbox = {
        "account.imap.host": login.host,
        "account.imap.user": login.user,
        "account.imap.password": IMAP_PASSWORD,
        "account.smtp.host": "localhost",
        "account.smtp.user": "sales@example.com",
        "account.smtp.password": SMTP_PASSWORD,
    }
    yield Reader(
        tmp_path,
        typed={
            "replyd init": what_init_is_told(ABOUT_US | about_the_mailbox),
            IMPORT: ABOUT_THE_LIST,
            "replyd review": "a\n",
        },
        before={("replyd run --once", 2): lambda: dovecot_user.deliver(REPLY)},
        shown_as={
            str(tmp_path): "/home/nina/outreach",
            "127.0.0.1": "imap.example.com",
            "localhost": "smtp.example.com",
            login.user: "sales@example.com",
        },
    )
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = handlers


IMPORT = 'replyd contacts import list.csv --list "plant managers, March"'
ABOUT_THE_LIST = """5
Musterlisten GmbH, Hamburg
2026-03-02
Nina Sommer, sales

yes
offering our planning software
heads of production in firms that are building a plant
Woodpecker
replyd; Woodpecker
24

"""
"""What the reader types about a bought list, and Enter for the columns."""

ABOUT_US = {
    "account.address": "sales@example.com",
    "account.controller.name": "Example GmbH",
    "account.controller.seat": "Musterweg 1, 10115 Berlin, Germany",
    "account.controller.country": "DE",
    "account.controller.email": "privacy@example.com",
    "account.controller.authority": "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
    "systems.sending_tool.name": "our sending tool (Woodpecker)",
    "systems.sending_tool.steps": "Delete the prospect; leave the address on the blacklist",
    "suppressed_list.form": "plain",
}
"""What the reader types when `replyd init` asks; to everything else Enter."""


def what_init_is_told(answers: dict[str, str]) -> str:
    """A line for each question that is asked, in the order in which they are."""
    given, lines = dict[str, str](), []
    for question in QUESTIONS:
        if question.open(given):
            lines.append(answers.get(question.key, ""))
            given[question.key] = lines[-1] or question.proposal(given) or ""
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.dovecot
def test_the_first_hour_goes_as_the_tutorial_says(reader: Reader, submission: SmtpSink) -> None:
    """Whoever types what the tutorial says sees what it shows, and ends with one true letter."""
    differences = [found for block in blocks(TUTORIAL) for found in reader.follow(block)]
    if REWRITE:
        _rewrite(differences)
    for found in differences:
        assert compared(found.came) == compared(found.shown), f"{found.command}: run with REWRITE_TUTORIAL=1"
    (letter,) = submission.messages
    assert letter.recipients == ("jane.doe@example.org",)


def _rewrite(differences: list[Difference]) -> None:
    """Show what came, in place of what the page showed."""
    text = TUTORIAL.read_text("utf-8")
    for found in differences:
        came = "\n".join(line.rstrip() for line in found.came.strip("\n").splitlines())
        text = text.replace(f"$ {found.command}{found.shown}", f"$ {found.command}\n{came}\n", 1)
    TUTORIAL.write_text(text, "utf-8")
