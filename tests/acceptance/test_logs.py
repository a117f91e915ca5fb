"""Whatever happens, no word of a mail stands in a log."""

import pytest
from sqlalchemy import select

from daemon.records import Reply
from tests.acceptance.outcomes import OUTCOMES
from tests.acceptance.world import HERE, World, as_sent, replies
from tests.servers.scripted_imap import Act, Mail, ScriptedImap
from tests.servers.smtp_sink import Fault

pytestmark = pytest.mark.dovecot
CANARY = "Zilpzalp"
MAIL = f"""Received: from {CANARY}0.example by mx.firm.example; Wed, 02 Apr 2025 09:00:00 +0200
Return-Path: <{CANARY}1@novak-gears.example>
From: "{CANARY}2" <peter.novak@novak-gears.example>
Reply-To: {CANARY}3@elsewhere.example
To: Sales {CANARY}4 <sales@firm.example>
Cc: {CANARY}5@elsewhere.example
Subject: {CANARY}6
Date: Wed, 02 Apr 2025 09:00:00 +0200 ({CANARY}7)
Message-ID: <{CANARY}8@novak-gears.example>
In-Reply-To: <first-novak@firm.example> <{CANARY}9@firm.example>
References: <{CANARY}10@firm.example>
List-Unsubscribe-{CANARY}11: {CANARY}12
X-{CANARY}13: {CANARY}14
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="{CANARY}15"

--{CANARY}15
Content-Type: text/plain; charset=utf-8; name="{CANARY}16.txt"

Please send me a copy of all the personal data that you hold about me. {CANARY}17

--{CANARY}15
Content-Type: application/{CANARY}18; name="{CANARY}19.pdf"
Content-Disposition: attachment; filename="{CANARY}20.pdf"
Content-ID: <{CANARY}21>

{CANARY}22
--{CANARY}15--
""".replace("\n", "\r\n").encode()
BROKEN = (
    MAIL.replace(b"charset=utf-8", b"charset=Zilpzalp-8"),
    MAIL.replace(b"Subject: ", b"Subject: =?utf-8?b?Zilpzalp" + b"=?Zilpzalp?q?x" * 500),
    MAIL.replace(b"peter.novak@", b"Zilpzalp@@\x00"),
    MAIL.replace(b"\r\n\r\n", b"\r\n", 1),
    b"Zilpzalp\x00" * 100,
)


def assert_silent(log: str) -> None:
    """The log says something, and nothing of the mail: neither canaries nor any address."""
    assert log.count("\n") > 1
    assert CANARY.lower() not in log.lower()
    assert "@" not in log
    for secret in ("Novak", "novak-gears", "personal data", "correct-horse"):
        assert secret.lower() not in log.lower()


def test_a_run_says_nothing_about_any_mail(world):
    """Readable and broken mails with a canary in every field, at the level debug."""
    world.user.deliver(MAIL)
    log = world.run_once()  # answered before the same person writes again
    for raw in (*BROKEN, *replies()):
        world.user.deliver(raw)
    log += world.run_once()
    assert_silent(log)
    assert len(world.rows(select(Reply.id))) == 1 + len(BROKEN) + len(OUTCOMES)
    assert any(CANARY in letter.raw.decode() for letter in world.sink.messages)  # In-Reply-To: the mail was answered


@pytest.mark.parametrize(
    "wrong",
    [
        {"data_answer": f"550 5.7.1 {CANARY} is not welcome"},
        {"rcpt_answer": f"450 4.2.1 <{CANARY}@example.com> is busy"},
        {"fault": Fault.NONSENSE_AFTER_DOT},
        {"fault": Fault.DROP_AT_DATA},
    ],
)
def test_a_refused_or_lost_letter_says_nothing_about_it(sqlite_world, wrong):
    """Servers quote addresses and texts in their answers."""
    for name, value in wrong.items():
        setattr(sqlite_world.sink, name, value)
    sqlite_world.user.deliver(MAIL)
    sqlite_world.user.deliver(as_sent(HERE / "replies" / "03-source-en.eml"))
    log = sqlite_world.run_once()
    assert_silent(log)
    assert sqlite_world.sink.messages == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b'* 1 FETCH (UID 1 FLAGS () ENVELOPE ("Zilpzalp" NIL', 3),
        (b"{tag} NO [SERVERBUG] Zilpzalp from peter.novak@novak-gears.example cannot be read\r\n", 3),
        (b"* BYE Zilpzalp\r\n", 3),
    ],
)
def test_a_run_that_fails_at_the_mailbox_says_nothing_about_its_mail(sqlite_world, scripted_imap, answer, code):
    """A server that breaks off in the middle of a mail, or quotes it in a complaint."""
    log = failing_run(sqlite_world, scripted_imap, answer, code)
    assert "UID FETCH" in scripted_imap.names()
    assert CANARY not in log
    assert "novak" not in log


def failing_run(world: World, server: ScriptedImap, answer: bytes, code: int) -> str:
    """The log of a run whose server answers FETCH so."""
    server.mails.append(Mail(uid=1, raw=MAIL))
    server.answer("UID FETCH", answer, *(() if b"{tag}" in answer else (Act.CLOSE,)))
    text = world.settings.read_text().replace(f"port = {world.user.server.tls_port}", f"port = {server.port}")
    world.settings.write_text(text.replace("cafile = ", 'tls = "none"\ncafile = ', 1))
    return world.run_once(code=code)
