"""Claiming replies: who may handle what, and what is given up."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from daemon.claims import CLAIM, claim_replies, release, waiting
from daemon.decisions.states import ReplyState
from daemon.mail.sandbox import Sandbox
from daemon.records import Delivery, Letter, Reply, Request
from daemon.records.database import Database
from daemon.rights.carry_out import carry_out
from daemon.understanding import Reader
from tests.daemon.installation import Installation, RecordingSubmission, mail


def _claim(firm: Installation, node: str = "node", limit: int = 50) -> tuple[list[int], list[int]]:
    """Identifiers of what was claimed, and of what was given up."""
    with firm.database.write() as session:
        claimed = claim_replies(session, node, firm.now, locking=firm.database.is_postgresql, limit=limit)
        for reply in claimed.quarantined:
            reply.state = ReplyState.FAILED
        return [reply.id for reply in claimed.replies], [reply.id for reply in claimed.quarantined]


def _waiting(firm: Installation) -> bool:
    with firm.database.read() as session:
        return waiting(session, firm.now)


def _release(firm: Installation, prefix: str) -> int:
    with firm.database.write() as session:
        return release(session, prefix)


def test_the_oldest_are_claimed_first_and_once(firm: Installation) -> None:
    """A claimed reply is nobody else's until its time is over."""
    first, second, third = (firm.receive(b"x") for _ in range(3))
    assert _claim(firm, limit=2) == ([first, second], [])
    assert _claim(firm, "other") == ([third], [])
    assert not _waiting(firm)
    assert _claim(firm) == ([], [])
    firm.now += CLAIM + timedelta(seconds=1)
    assert _waiting(firm)


def test_the_attempt_is_counted_before_anything_is_looked_at(firm: Installation) -> None:
    """So that a mail which ends the process is found by its number."""
    reply_id = firm.receive(b"x")
    _claim(firm)
    assert firm.reply(reply_id).attempts == 1


def test_a_fault_of_ours_is_no_attempt_of_a_mail(firm: Installation) -> None:
    """A database or child process that is away for a while brings no mail nearer to quarantine."""
    reply_id = firm.receive(b"x")
    _claim(firm)
    with firm.database.write() as session:
        assert release(session, "node:", give_back=True) == 1
    assert firm.reply(reply_id).attempts == 0


def test_after_a_crash_they_come_one_by_one(firm: Installation) -> None:
    """Nobody knows which of the batch it was; what is new waits for no suspect."""
    batch = [firm.receive(b"x") for _ in range(3)]
    _claim(firm)
    _release(firm, "node:")
    fresh = firm.receive(b"x")
    assert _claim(firm) == ([fresh], [])
    assert _claim(firm) == (batch[:1], [])
    assert _claim(firm) == (batch[1:2], [])
    assert _claim(firm) == (batch[2:], [])


def test_crashes_that_no_mail_has_caused_spread_over_all(firm: Installation) -> None:
    """Whoever was tried least comes first; a storm of crashes quarantines nobody who happened to stand in front."""
    batch = [firm.receive(b"x") for _ in range(3)]
    _claim(firm)
    _release(firm, "node:")
    for _ in range(2):
        for reply_id in batch:
            assert _claim(firm) == ([reply_id], [])
            _release(firm, "node:")


def test_the_third_failure_alone_ends_it(firm: Installation) -> None:
    """It is handed back as given up, not as claimed."""
    reply_id = firm.receive(b"x")
    for _ in range(4):
        assert _claim(firm) == ([reply_id], [])
        _release(firm, "node:")
    assert _claim(firm) == ([], [reply_id])


def test_only_what_is_received_is_claimed(firm: Installation) -> None:
    """Every other state has been decided."""
    for state in set(ReplyState) - {ReplyState.RECEIVED}:
        firm.receive(b"x", state=state)
    assert not _waiting(firm)
    assert _claim(firm) == ([], [])


def test_releasing_frees_ones_own_only(firm: Installation) -> None:
    """A node's name that begins alike is another, and an underscore is no wildcard."""
    firm.receive(b"x")
    _claim(firm, "node2")
    assert _release(firm, "node:") == _release(firm, "node_:") == 0
    assert _release(firm, "node2:") == 1
    assert _waiting(firm)


def test_what_is_decided_is_not_released(firm: Installation) -> None:
    """A token that was left behind changes nothing."""
    firm.receive(b"x", state=ReplyState.HANDLED, claim_token="node:1")
    assert _release(firm, "node:") == 0


# --- several nodes at once ---


def _at_once(*works) -> None:
    """Run all of them in threads that start together; the first fault is raised."""
    ready, faults = threading.Barrier(len(works)), []

    def run(work) -> None:
        try:
            ready.wait()
            work()
        except BaseException as error:  # noqa: BLE001  it is raised below
            faults.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def _node(firm: Installation, url: str, name: str):
    """A pipeline of another process: a database and a parser of its own."""

    def work() -> None:
        database = Database.open(url)
        with Sandbox() as sandbox:
            other = object.__new__(Installation)
            other.__dict__.update(firm.__dict__, database=database, sandbox=sandbox)
            pipeline = other.pipeline(name)
            while pipeline.handle():
                pass
        database.close()

    return work


@pytest.mark.parametrize("people", [1, 6])
def test_two_nodes_never_handle_a_reply_twice(firm: Installation, database_url: str, people: int) -> None:
    """Whether they meet over one person or many: no reply fails for it, one letter a person, one effect a reply."""
    for number in range(people):
        firm.add_contact(f"p{number}@example{number}.com", number=number)
    for number in range(60):
        who = number % people
        text = "Please stop." if number // people % 2 else "Where did you get my address? And stop."
        firm.receive(
            mail(
                text,
                sender=f"p{who}@example{who}.com",
                parent=f"<outreach.{who}@firm.example>",
                message_id=f"<{number}@example.com>",
            )
        )
    _at_once(*(_node(firm, database_url, f"n{number}") for number in range(3)))
    replies = firm.rows(Reply)
    assert {reply.state for reply in replies} <= {ReplyState.HANDLED, ReplyState.REVIEW}
    assert {reply.attempts for reply in replies} == {1}
    assert Counter(letter.contact_id for letter in firm.rows(Letter)) == dict.fromkeys(range(1, people + 1), 1)
    assert firm.kinds().count("suppressed") == people
    assert firm.counts()["requests"] == people


def test_two_nodes_decide_about_a_person_one_after_the_other(
    firm: Installation, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and then knows of its letter."""
    firm.add_contact()
    firm.handle(mail("hello"))  # now the ledger knows them, and no new row of theirs makes the second wait
    firm.receive(mail("Where did you get my address?"))
    deciding, done = threading.Event(), threading.Event()

    def slowly(*values: Any) -> tuple[str, ...]:
        alarms = carry_out(*values)
        if threading.current_thread() is threading.main_thread():
            deciding.set()
            done.wait(1.0)  # as long as the other node is given to overtake
        return alarms

    def other_node() -> None:
        deciding.wait(60)
        _node(firm, database_url, "other")()
        done.set()

    monkeypatch.setattr("daemon.settling.carry_out", slowly)
    thread = threading.Thread(target=other_node)
    thread.start()
    # The second mail comes while the first is being decided: on its own, so that each node has one.
    monkeypatch.setattr(Reader, "understand", _receiving_one_more(firm, Reader.understand))
    firm.pipeline("first").handle()
    thread.join()
    assert [reply.state for reply in firm.rows(Reply)[1:]] == [ReplyState.REVIEW, ReplyState.REVIEW]
    assert len(firm.rows(Letter)) == len(firm.rows(Request)) == 1


def _receiving_one_more(firm: Installation, understand: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(reader: Reader, replies: Sequence[Reply]) -> Any:
        if threading.current_thread() is threading.main_thread():
            firm.receive(mail("Where did you get it?", message_id="<reply.2@example.com>"))
        return understand(reader, replies)

    return wrapped


def test_two_nodes_never_send_a_letter_twice(firm: Installation, database_url: str) -> None:
    """Each delivery is claimed by one."""
    for number in range(12):
        firm.add_contact(f"p@example{number}.com", number=number)
        firm.receive(
            mail(
                "Please stop.",
                sender=f"p@example{number}.com",
                parent=f"<outreach.{number}@firm.example>",
                message_id=f"<{number}@example.com>",
            )
        )
    firm.handle_all()
    firm.now += timedelta(minutes=2)
    submission = RecordingSubmission()

    def node(name: str):
        def work() -> None:
            database = Database.open(database_url)
            other = object.__new__(Installation)
            other.__dict__.update(firm.__dict__, database=database)
            while other.post(name).deliver_due(submission, limit=3):
                pass
            database.close()

        return work

    _at_once(*(node(f"n{number}") for number in range(3)))
    assert Counter(recipient for _, recipient, _ in submission.accepted) == {f"p@example{n}.com": 1 for n in range(12)}
    with firm.database.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"sent"}


def test_a_node_that_lost_its_claim_settles_nothing(firm: Installation) -> None:
    """Another has taken the reply over while it was thinking."""
    firm.add_contact()
    reply_id = firm.receive(mail("Please stop."))
    _claim(firm, "slow")
    firm.now += CLAIM + timedelta(seconds=1)
    assert firm.pipeline("fast").handle() == 1
    assert firm.reply(reply_id).state == ReplyState.HANDLED
    assert firm.reply(reply_id).claim_token is None
