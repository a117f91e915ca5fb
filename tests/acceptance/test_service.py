"""The long-running service as a process: new mail, lost connections, a renumbered mailbox, the end."""

import pytest
from sqlalchemy import func, select

from daemon.records import Delivery, Reply
from tests.acceptance.world import HERE, World, as_sent, replies, terminated, until

pytestmark = pytest.mark.dovecot
STOP, QUESTION, NO_NEED = (
    as_sent(HERE / "replies" / f"{name}.eml") for name in ("01-opt-out-en", "03-source-en", "10-polite-no-de")
)


def handled(world: World) -> int:
    """How many replies are decided."""
    return int(world.rows(select(func.count()).where(Reply.state != "received"))[0][0])


def sent(world: World) -> int:
    """How many letters count as sent."""
    return int(world.rows(select(func.count()).where(Delivery.state == "sent"))[0][0])


def test_the_service_answers_while_it_idles_survives_a_kick_and_ends_when_told(world):
    """A reply is answered within seconds, also after the server has thrown us out; SIGTERM ends it with 0."""
    with world.running() as process:
        world.user.deliver(STOP)
        until(lambda: sent(world) == 1, seconds=15, process=process)
        world.user.kick()
        world.user.deliver(QUESTION)
        until(lambda: sent(world) == 2, seconds=30, process=process)
        assert "mailbox_lost" in world.log.read_text()
        assert terminated(process, seconds=10) == 0
    assert [letter.recipients for letter in world.sink.messages] == [
        ("olivia.grant@grant-pumps.example",), ("ruth.adams@adams-presses.example",),
    ]  # fmt: skip
    assert '"stopped"' in world.log.read_text()
    assert world.replyd("ledger", "verify").stdout.endswith("\nintact\n")


def test_two_services_never_share_a_data_directory(sqlite_world):
    """The second one says so and ends with 3; the first goes on."""
    with sqlite_world.running() as process:
        assert "another `replyd run`" in sqlite_world.run_once(code=3)
        assert process.poll() is None


def test_a_renumbered_mailbox_is_not_handled_twice(world):
    """New UIDs for old mail change nothing; what is new is handled."""
    for raw in replies():
        world.user.deliver(raw)
    world.run_once()
    before, letters = world.tables(), len(world.sink.messages)
    world.user.renumber()
    assert "mailbox_renumbered" in world.run_once()
    after = world.tables()
    assert before.pop("mailboxes") != after.pop("mailboxes")
    assert after == before
    world.user.deliver(STOP.replace(b"reply-grant@", b"second-grant@"))
    world.run_once()
    assert handled(world) == len(before["replies"]) + 1
    assert len(world.sink.messages) == letters  # one letter a week


def test_a_server_that_is_away_at_the_start_is_tried_again(sqlite_world):
    """The service waits for it, and reads what came meanwhile."""
    sqlite_world.imap_port = 1
    sqlite_world.write_settings()
    with sqlite_world.running() as process:
        until(lambda: "mailbox_lost" in sqlite_world.log.read_text(), process=process)
        assert terminated(process) == 0
    sqlite_world.imap_port = None
    sqlite_world.write_settings()
    sqlite_world.user.deliver(NO_NEED)
    sqlite_world.run_once()
    assert handled(sqlite_world) == 1
