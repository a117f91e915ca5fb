"""The alarm when nobody has looked into the mailbox for a while."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from structlog.testing import capture_logs

from daemon.mail.errors import LoginRefused, MailboxLost
from daemon.mail.intake import LeaseLost
from daemon.mail.tokens import TokenRefused
from daemon.service import Service
from daemon.settings import Settings
from daemon.settings_sections import Run
from daemon.silence import Silence

START = datetime(2026, 3, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_silence_is_shouted_about_after_its_time_and_again():
    """Once each quarter of an hour, with how long it is by now; a good look ends it."""
    silence = Silence(Run(), START)
    assert [silence.alarm(START + n * MINUTE) for n in range(0, 46, 5)] == [
        *[None] * 3,
        15,
        None,
        None,
        30,
        None,
        None,
        45,
    ]
    silence.heard(START + 50 * MINUTE)
    assert silence.alarm(START + 64 * MINUTE) is None
    assert silence.alarm(START + 65 * MINUTE) == 15


def test_whoever_looks_seldom_is_not_called_silent():
    """Where the mailbox is looked at once an hour, an hour without a look is no fault."""
    silence = Silence(Run(poll_s=3600), START)
    assert silence.alarm(START + 119 * MINUTE) is None
    assert silence.alarm(START + 120 * MINUTE) == 120


class Clock:
    """A time that the test sets."""

    now = START

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now


def _service(tmp_path: Path, clock: Clock) -> Service:
    file = tmp_path / "replyd.toml"
    file.write_text(
        '[account]\nname = "a"\naddress = "a@example.com"\n[account.imap]\nhost = "h"\nuser = "u"\npassword = "p"\n'
        '[account.smtp]\nhost = "h"\n[account.controller]\nname = "n"\nseat = "s"\ncountry = "DE"\n'
        'email = "e@e.example"\n'
    )
    parts: Any = SimpleNamespace(clock=clock)
    return Service(Settings.load(file, {}), parts)


def test_a_refused_login_is_an_error_at_once(tmp_path):
    """Password or token: only a person can end it. A lost connection is a warning, and no message is logged."""
    service = _service(tmp_path, Clock())
    with capture_logs() as logs:
        for error in (LoginRefused("canary"), TokenRefused("canary"), MailboxLost("canary")):
            service._missed(error)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("mailbox_login_refused", "error"),
        ("mailbox_login_refused", "error"),
        ("mailbox_lost", "warning"),
    ]
    assert "canary" not in str(logs)


def test_a_mailbox_that_another_node_reads_is_not_silent(tmp_path):
    """The node that stands by has no reason to shout."""
    clock = Clock()
    service = _service(tmp_path, clock)
    with capture_logs() as logs:
        clock.now = START + 20 * MINUTE
        service._missed(LeaseLost("another"))
        service._shout_when_silent()
        clock.now = START + 40 * MINUTE
        service._shout_when_silent()
    assert [entry for entry in logs if entry["event"] == "intake_silent"] == [
        {"event": "intake_silent", "log_level": "error", "minutes": 20}
    ]


def test_nothing_but_the_main_thread_has_to_live_for_the_alarm():
    """A thread that hangs in the mailbox cannot shout; the test would hang here if the alarm waited for it."""
    silence, hung = Silence(Run(), START), threading.Event()
    thread = threading.Thread(target=hung.wait, daemon=True)
    thread.start()
    assert silence.alarm(START + 15 * MINUTE) == 15
    hung.set()
    thread.join(5)
