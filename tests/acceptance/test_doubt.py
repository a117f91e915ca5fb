"""Letters that may or may not have been accepted: never sent again, settled by Sent or by a person."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import select

from daemon.records import Delivery, LedgerEntry, Reply, Request
from tests.acceptance.copies import copied
from tests.acceptance.world import HERE, World, as_sent, until
from tests.servers.dovecot import DovecotUser
from tests.servers.smtp_sink import Fault, SmtpSink

pytestmark = pytest.mark.dovecot
QUESTION = as_sent(HERE / "replies" / "03-source-en.eml")


@dataclass
class Provider(SmtpSink):
    """A provider that may put what it accepts into Sent itself, and may be slow to say that it accepted."""

    saves_for: DovecotUser | None = None
    holds: threading.Event = field(default_factory=threading.Event)
    """Until it is set, no answer is given to a letter that was accepted."""

    def keep(self, envelope: Envelope) -> None:
        """Accept, perhaps save, and perhaps keep the client waiting."""
        super().keep(envelope)
        if self.saves_for is not None:
            self.saves_for.deliver(bytes(envelope.content or b""), "Sent")
        self.holds.wait(60)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """It answers at once and saves nothing, until told otherwise."""
    sink = Provider()
    sink.holds.set()
    sink.start()
    yield sink
    sink.holds.set()
    sink.stop()


@pytest.fixture
def asked(database_kind, settled, tmp_path, provider: Provider) -> Iterator[World]:
    """An installation whose mailbox holds one question for the source."""
    with copied(settled(database_kind), tmp_path / "firm", sink=provider) as world:
        world.user.deliver(QUESTION)
        yield world


def standing(world: World) -> tuple[str, str, str, list[str]]:
    """State of the letter, of its reply, of the request, and why a person is asked."""
    (letter,), (reply,), (request,) = (world.rows(select(noun)) for noun in (Delivery, Reply, Request))
    return letter[0].state, reply[0].state, request[0].state, reply[0].reasons


def in_doubt(reason: str) -> tuple[str, str, str, list[str]]:
    """On the desk: a person has to find out."""
    return "in_doubt", "review", "with_person", [f"letter_in_doubt:{reason}"]


SETTLED: tuple[str, str, str, list[str]] = ("sent", "handled", "answered", [])


@pytest.mark.parametrize("saved", [False, True])
def test_a_letter_without_an_answer_is_never_sent_again(asked, provider, saved):
    """The server took the letter and was lost: Sent settles it, or a person does."""
    provider.fault, provider.saves_for = Fault.DROP_AFTER_DOT, asked.user if saved else None
    asked.run_once()
    assert standing(asked) == (SETTLED if saved else in_doubt("no_answer"))
    provider.fault = Fault.NONE
    asked.run_once()
    assert len(provider.messages) == 1
    kinds = [row.kind for row in asked.rows(select(LedgerEntry.kind)) if row.kind.startswith("letter")]
    assert kinds == ["letter_queued", "letter_sent" if saved else "letter_in_doubt"]


@pytest.mark.parametrize("saved", [False, True])
def test_a_crash_before_the_answer_is_found_out_at_the_next_start(asked, provider, forks, saved):
    """The process is killed while the server, which has the letter, is about to say so."""
    provider.holds.clear()
    provider.saves_for = asked.user if saved else None
    pid = forks.start(asked.once(), asked.log)
    until(lambda: bool(provider.messages))
    os.kill(pid, signal.SIGKILL)
    assert forks.wait() == -signal.SIGKILL
    provider.holds.set()
    assert standing(asked)[0] == "transmitting"
    log = asked.run_once()
    assert standing(asked) == (SETTLED if saved else in_doubt("crash"))
    assert ("letters_in_doubt" in log) is not saved
    assert len(provider.messages) == 1


def test_a_letter_that_was_refused_once_is_sent_once(asked, provider):
    """A temporary refusal is certain: the letter goes back to its place and leaves when its time comes."""
    provider.data_answer = "451 4.3.0 try again later"
    asked.run_once()
    assert standing(asked) == ("queued", "handled", "open", [])
    assert provider.messages == []
