"""The alarm when nobody has looked into the mailbox for a while."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from structlog.testing import capture_logs

from daemon.account_reader import AccountReader
from daemon.mail.errors import LoginRefused, MailboxLost
from daemon.mail.intake import LeaseLost
from daemon.mail.tokens import TokenRefused
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


def _reader(clock: Clock) -> AccountReader:
    account: Any = SimpleNamespace(name="sales")
    return AccountReader(account, Run(), clock, threading.Event())


def test_a_refused_login_is_an_error_at_once():
    """Password or token: only a person can end it. A lost connection is a warning, and no message is logged."""
    reader = _reader(Clock())
    with capture_logs() as logs:
        for error in (LoginRefused("canary"), TokenRefused("canary"), MailboxLost("canary")):
            reader.missed(error)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("mailbox_login_refused", "error"),
        ("mailbox_login_refused", "error"),
        ("mailbox_lost", "warning"),
    ]
    assert "canary" not in str(logs)


def test_a_mailbox_that_another_node_reads_is_not_silent():
    """The node that stands by has no reason to shout."""
    clock = Clock()
    reader = _reader(clock)
    with capture_logs() as logs:
        clock.now = START + 20 * MINUTE
        reader.missed(LeaseLost("another"))
        reader.shout_when_silent()
        clock.now = START + 40 * MINUTE
        reader.shout_when_silent()
    assert [entry for entry in logs if entry["event"] == "intake_silent"] == [
        {"event": "intake_silent", "log_level": "error", "account": "sales", "minutes": 20}
    ]


def test_nothing_but_the_main_thread_has_to_live_for_the_alarm():
    """A thread that hangs in the mailbox cannot shout; the test would hang here if the alarm waited for it."""
    silence, hung = Silence(Run(), START), threading.Event()
    thread = threading.Thread(target=hung.wait, daemon=True)
    thread.start()
    assert silence.alarm(START + 15 * MINUTE) == 15
    hung.set()
    thread.join(5)
