"""Attacks of hostile mail, each through the real parser, reading, matching, deciding, carrying out and composing.

What must hold whatever a mail says: nobody passes for somebody else, nothing leaves except to the stored address,
nothing of a mail stands in an outgoing header, no robot is answered, and no mail takes the service or others down.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from classifiers.intents import Intent
from classifiers.reading.automatic import Ours
from classifiers.reading.message import parse
from daemon import pipeline
from daemon.cli.review_actions import retry_reply
from daemon.decisions.states import DeliveryState, ReplyState
from daemon.mail.evidence import sender_address
from daemon.mail.sandbox import Sandbox
from daemon.outbox.claim import claim_due
from daemon.pipeline import Pipeline
from daemon.records import Delivery, FrozenCopy, LedgerEntry, Letter, Pause, Suppression
from daemon.records.database import Database
from daemon.rights import carry_out as carrying_out
from tests.daemon.installation import JANE, OURS, Installation, RecordingSubmission, bounce, mail

EVIL = "mallory@example.org"


# --- whose mail it is: the frame of the header ---


def test_a_bare_line_end_late_in_a_header_is_no_line_end() -> None:
    """A server that takes CR alone for a letter of the subject has seen no such From; it must not count for us."""
    head = [f"Received: from hop{n}.example.net by mx.firm.example" for n in range(30)]
    raw = "\r\n".join([*head, "To: sales@firm.example", f"Subject: x\rFrom: {JANE}"]) + "\r\n\r\nSend me a copy.\r\n"
    message = parse(raw.encode())
    assert "BareCarriageReturnDefect" in message.defects
    assert sender_address(message) is None


@pytest.mark.parametrize("hops", range(30))
def test_clean_mail_has_no_doubtful_line_ends(hops: int) -> None:
    """However many lines the header has, and whatever follows it."""
    raw = mail("one\rtwo", more=[f"X-Hop: {'x' * n}" for n in range(hops)])
    assert parse(raw).defects == ()


@pytest.mark.parametrize(
    "raw",
    [
        mail("Stop.", to="sales@firm.example, undisclosed <"),
        mail("Stop.", more=["Cc: (((", "Reply-To: <a@["]),
        mail("Stop.", more=[f"X-Trace: {'x' * 9000}"]),
        mail("--b\n\nStop.").replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"'),
        mail('--b\nContent-Type: multipart/alternative; boundary="never"\n\nStop.').replace(
            b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b"
        ),
    ],
    ids=["To", "Cc and Reply-To", "a long field", "an unclosed part", "a part that mail-parser chokes on"],
)
def test_a_defect_elsewhere_leaves_the_author_certain(raw: bytes) -> None:
    """A broken newsletter footer or recipient list is frequent, and says nothing of who wrote."""
    message = parse(raw)
    assert message.defects
    assert sender_address(message) == JANE


@pytest.mark.parametrize(
    "raw",
    [
        mail("x", more=[f"From: {EVIL}"]),
        mail("x", more=["Sender: a@example.net", "Sender: b@example.net"]),
        mail("x", more=["Sender: <a@["]),
        mail("x", more=["To: a@example.net"]),
        mail("x", more=["In-Reply-To: <a@example.net>"]),
        mail("x", more=["Subject: x\ry"]),
        mail("x", more=["X-A: x\0y"]),
        mail("x", more=["this is no field"]),
        mail("x", sender="(" * 1000 + JANE),
        mail("x", sender=f"{'x' * 5000} <{JANE}>"),
    ],
)
def test_a_defect_of_author_or_header_is_no_identity(raw: bytes) -> None:
    """Where parsers may differ in what the header is, or in who is meant, nobody is."""
    assert sender_address(parse(raw)) is None


@pytest.mark.parametrize("defect", ["NewDefect", "NewDefect:from", "DuplicateFieldDefect:date", "to", "Odd:thing:part"])
def test_an_unknown_defect_is_no_identity(defect: str) -> None:
    """What is not known to stand elsewhere may stand where it matters."""
    assert sender_address(replace(parse(mail("x")), defects=(defect,))) is None


# --- forged reports ---


def _forged_bounce(named: list[str], returned_id: str) -> bytes:
    """A bounce that names many recipients, each as failed for good."""
    groups = "".join(f"Final-Recipient: rfc822; {n}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" for n in named)
    head, tail = bounce(named[0], returned_id).split(b"Final-Recipient:")
    return head + groups.encode() + tail.partition(b"\r\n\r\n")[2]


def _people(firm: Installation, count: int) -> list[str]:
    people = [f"person{number}@example.net" for number in range(count)]
    for number, address in enumerate(people, start=100):
        firm.add_contact(address, number=number)
    return people


@pytest.mark.parametrize("returned_id", ["<made.up@firm.example>", "<outreach.1@firm.example>"])
def test_a_forged_bounce_stops_no_crowd(firm: Installation, returned_id: str) -> None:
    """Whoever got one mail of ours may return it; the others whom they name are not stopped by that."""
    firm.add_contact()
    people = _people(firm, 60)
    firm.handle(_forged_bounce([*people, JANE], returned_id))
    assert not [address for address in people if firm.suppressed(address)]
    assert len(firm.rows(Pause)) + len(firm.rows(Suppression)) <= 1
    assert firm.suppressed() is (returned_id == "<outreach.1@firm.example>")


def test_a_bounce_that_returns_nothing_of_ours_waits_for_a_person(firm: Installation) -> None:
    """The contact it names is paused, where it can be undone."""
    firm.add_contact()
    reply = firm.handle(bounce(JANE, "<made.up@firm.example>"))
    assert reply.state == ReplyState.REVIEW
    assert "returns_no_mail_of_ours" in (reply.reasons or [])
    assert firm.paused()
    assert not firm.suppressed()


def test_a_bounce_about_forty_thousand_is_one_mail_like_another(firm: Installation) -> None:
    """No query grows with what a mail names; the replies beside it are handled."""
    firm.add_contact()
    named = [f"p{n}@example.net" for n in range(2000)]
    groups = "".join(f"Final-Recipient: rfc822; {n}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" for n in named)
    parts = "".join(
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{groups.replace('@', f'.{part}@')}" for part in range(20)
    )
    raw = bounce(JANE, "<outreach.1@firm.example>").replace(
        b"--b\r\nContent-Type: message/d", parts.encode() + b"--b\r\nContent-Type: message/d"
    )
    hostile, good = firm.receive(raw), firm.receive(mail("Please stop."))
    firm.handle_all()
    assert firm.reply(hostile).state != ReplyState.RECEIVED
    assert firm.reply(good).state == ReplyState.HANDLED


# --- faults of ours, and what protects the person meanwhile ---


class FaultError(Exception):
    """Something that nobody foresaw."""


def _faulty(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """No letter can be written any more."""
    seal = firm.vault.seal

    def refused(plain: bytes, *, purpose: str) -> object:
        if purpose == "letter.facts":
            raise FaultError(plain.decode())
        return seal(plain, purpose=purpose)

    monkeypatch.setattr(firm.vault, "seal", refused)


def test_a_wish_that_could_not_be_settled_pauses(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its suppression is rolled back with all else; outreach rests, and the ledger says so."""
    firm.add_contact()
    with monkeypatch.context() as patch:
        _faulty(firm, patch)
        reply = firm.handle(mail("Please stop."))
    assert reply.state == ReplyState.FAILED
    assert not firm.suppressed()
    assert firm.paused()
    assert firm.kinds() == ["paused", "failed"]
    assert firm.rows(LedgerEntry)[0].subject


def test_what_is_settled_after_all_ends_the_pause_of_the_fault(
    firm: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is decided then stands for it: here a pause with a date."""
    firm.add_contact()
    with monkeypatch.context() as patch:
        patch.setattr(carrying_out, "_in_months", lambda *_: 1 / 0)
        reply = firm.handle(mail("Not now, later."))
    assert reply.state == ReplyState.FAILED
    with firm.database.write() as session:
        retry_reply(session, reply.id)
    firm.handle_all()
    (pause,) = firm.rows(Pause)
    assert (pause.reason, pause.until is not None) == ("declined", True)
    assert firm.kinds() == ["paused", "failed", "pause_ended", "paused"]


def test_a_deadlock_is_no_replys_fault(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole batch is rolled back and tried again; nothing is marked as failed."""
    firm.add_contact()
    reply_id = firm.receive(mail("Please stop."))

    def deadlock(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("deadlock detected"))

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "carry_out", deadlock)
        with pytest.raises(OperationalError):
            firm.pipeline().handle()
    assert firm.reply(reply_id).state == ReplyState.RECEIVED
    firm.handle_all()
    assert firm.reply(reply_id).state == ReplyState.HANDLED


@pytest.mark.parametrize(("judged", "kept"), [(Intent.ACCESS, 1), (Intent.ERASURE, 1), (Intent.OPT_OUT, 0)])
def test_what_may_be_a_request_for_access_freezes_a_copy(firm: Installation, judged: Intent, kept: int) -> None:
    """What was held that day is known when a person gets to it, and destroyed when nobody asked for it."""
    firm.add_contact()
    reply = firm.handle(mail("A copy? Perhaps."))
    assert (reply.state, len(firm.rows(FrozenCopy))) == (ReplyState.REVIEW, 1)
    firm.pipeline().review(reply.id, frozenset({judged}), "erika")
    assert len(firm.rows(FrozenCopy)) == kept
    assert ("copy_destroyed" in firm.kinds()) is (kept == 0)


# --- loops, and mail that only looks like ours ---


@pytest.mark.parametrize("field", ["Reply-To", "Sender"])
def test_our_address_beside_the_author_makes_no_robot(firm: Installation, field: str) -> None:
    """A group's address, or a trick: the wish is heard, and no letter answers it."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop.", more=[f"{field}: {OURS}"]))
    assert reply.automatic_kind is None
    assert firm.suppressed()
    assert firm.deliver() == 0


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_the_text_of_strangers_goes_whatever_ends_its_lines(firm: Installation, end: bytes) -> None:
    """Only the header is kept of what is not ours."""
    firm.add_contact()
    raw = mail("Our prices are low", sender="shop@example.net", parent=None).replace(b"\r\n", end)
    reply = firm.handle(end * 2 + raw)
    assert reply.state == ReplyState.NOT_OURS
    assert firm.raw(reply).endswith(b"charset=utf-8")


def _installation_at(firm: Installation, letter: bytes) -> bytes:
    """A letter of ours as it comes back to our own mailbox."""
    return b"Return-Path: <sales@firm.example>\r\nReceived: from mx.example\r\n" + letter


def test_our_own_letter_that_comes_back_changes_nothing(firm: Installation) -> None:
    """Recognised as ours; nothing is decided and nothing is sent."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address?"))
    firm.deliver()
    before = firm.counts()
    reply = firm.handle(_installation_at(firm, firm.submission.accepted[0][2]))
    assert (reply.state, reply.automatic_kind) == (ReplyState.AUTOMATIC, "own")
    assert firm.deliver() == 0
    assert firm.counts() == before


class _OtherFirm(Installation):
    """Another firm with replyd, which receives mail under `info@other.example`."""

    def pipeline(self, node: str = "node", **changes: Any) -> Pipeline:
        """A pipeline that knows this firm's address for its own."""
        made = super().pipeline(node, **changes)
        return replace(made, reader=replace(made.reader, ours=Ours(frozenset({"info@other.example"}), frozenset())))


def test_two_firms_that_write_to_each_other_exchange_one_letter(
    firm: Installation, sandbox: Sandbox, tmp_path: Path
) -> None:
    """What one answers, the other knows for a machine's."""
    firm.add_contact("info@other.example", number=1)
    database = Database.open(f"sqlite:///{tmp_path / 'other.db'}")
    database.upgrade()
    other = _OtherFirm(database, sandbox)
    other.add_contact(OURS, number=2)
    firm.handle(mail("Where did you get my address from. Stop.", sender="info@other.example"))
    assert firm.deliver() == 1
    to_other = firm.submission.accepted[0][2]
    assert other.handle(to_other).automatic_kind == "auto_reply"
    assert not other.rows(Letter)
    assert other.deliver() == 0
    database.close()


def test_a_vacation_note_without_any_mark_gets_one_letter_a_week(firm: Installation) -> None:
    """Even one that says "stop" each time: counters end what no mark ends."""
    firm.add_contact()
    parent = "<outreach.1@firm.example>"
    for number in range(10):
        firm.handle(mail("I will stop by later.", message_id=f"<v{number}@example.com>", parent=parent))
        firm.deliver()
        parent = firm.rows(Letter)[-1].message_id
    assert len(firm.submission.accepted) == 1


# --- two nodes ---


def test_a_slow_verdict_is_not_taken_for_a_death(firm: Installation) -> None:
    """A server may take ten minutes to accept; another node must not call the letter doubtful meanwhile."""
    firm.add_contact()
    reply_id = firm.handle(mail("Please stop.")).id

    class Slow(RecordingSubmission):
        def deliver(
            self, envelope_from: str, recipient: str, raw: bytes, before_data: Callable[[], None] | None = None
        ) -> str:
            said = super().deliver(envelope_from, recipient, raw, before_data)
            firm.now += timedelta(minutes=20)
            firm.post("other").recover(lambda _ids: set())
            return said

    firm.submission = Slow()
    assert firm.deliver() == 1
    assert firm.rows(Delivery)[0].state == DeliveryState.SENT
    assert firm.reply(reply_id).state == ReplyState.HANDLED
    assert "letter_in_doubt" not in firm.kinds()


def test_letters_of_a_node_that_died_are_sent_by_another(firm: Installation) -> None:
    """Once its claim is over, once."""
    firm.add_contact()
    firm.handle(mail("Please stop."))
    firm.now += timedelta(minutes=5)
    with firm.database.write() as session:
        claim_due(session, "dead", firm.now, limit=9, locking=False)
    for minutes in (5, 6):
        firm.now += timedelta(minutes=minutes)
        firm.post("other").recover(lambda _ids: set())
        firm.post("other").deliver_due(firm.submission)
    assert len(firm.submission.accepted) == 1
