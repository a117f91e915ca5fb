"""Attacks of hostile mail, each through the real parser, reading, matching, deciding, carrying out and composing.

What must hold whatever a mail says: nobody passes for somebody else, nothing leaves except to the stored address,
nothing of a mail stands in an outgoing header, no robot is answered, and no mail takes the service or others down.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from classifiers.intents import Intent
from classifiers.reading.automatic import Ours
from classifiers.reading.message import parse
from daemon import settling
from daemon.cli.review_actions import retry_reply
from daemon.decisions.states import DeliveryState, ReplyState
from daemon.mail.evidence import sender_address
from daemon.mail.sandbox import Sandbox
from daemon.outbox.claim import claim_due
from daemon.pipeline import Pipeline
from daemon.records import Delivery, FrozenCopy, LedgerEntry, Letter, Pause, PredictionRecord, Suppression
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
        patch.setattr(settling, "carry_out", deadlock)
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


# --- what a mail says, and to whom an answer goes ---

LETTER_FIELDS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip


def _attack(name: str) -> bytes:
    """A mail of tests/mail/, with the line ends of the wire."""
    path = Path(__file__).parents[1] / "mail" / f"attack-{name}.eml"
    return path.read_bytes().replace(b"\n", b"\r\n")


def _letters(firm: Installation) -> list[EmailMessage]:
    """What left, after everything in it and about it that must hold was checked."""
    firm.deliver()
    letters = [message_from_bytes(raw, policy=policy.default) for _, _, raw in firm.submission.accepted]
    assert {recipient for _, recipient, _ in firm.submission.accepted} <= {JANE}
    for _, _, raw in firm.submission.accepted:
        assert b"CANARY" not in raw
        assert b"mallory" not in raw
    for letter in letters:
        assert set(letter.keys()) <= LETTER_FIELDS
        assert letter["To"] == JANE
        assert letter["Auto-Submitted"] == "auto-replied"
    return letters


def test_nothing_of_a_mail_gets_into_the_header_of_its_answer(firm: Installation) -> None:
    """Encoded line breaks in every field, addresses in every other: one letter to the stored address, or none."""
    firm.add_contact()
    firm.handle(_attack("header-injection"))
    for letter in _letters(firm):
        assert "<outreach.1@firm.example>" in letter["References"]


def test_the_same_without_its_defects_is_answered_to_the_stored_address(firm: Installation) -> None:
    """So that the test above is no test of nothing."""
    firm.add_contact()
    firm.handle(mail("Where is it from.", more=["Cc: CANARY <mallory@example.org>"]))
    assert len(_letters(firm)) == 1


def test_braces_are_letters_like_others(firm: Installation) -> None:
    """In a mail they are never looked at by a template; in a contact's row they are printed as they stand."""
    firm.add_contact(name="{{ 7*191 }}{% raw %}", company="{{ controller.__class__ }}")
    firm.handle(_attack("template"))
    (letter,) = _letters(firm)
    text = letter.get_body(("plain",)).get_content()
    assert "{{ controller.__class__ }}" in " ".join(text.split())
    assert not [raw for _, _, raw in firm.submission.accepted if b"1337" in raw or b"uid=" in raw]


def test_hidden_text_asks_for_nothing(firm: Installation) -> None:
    """It is not read as the person's words; that it was there brings a person, and rest."""
    firm.add_contact()
    reply = firm.handle(_attack("hidden-erasure"))
    assert reply.state == ReplyState.REVIEW
    assert "hidden_text" in (reply.reasons or [])
    assert not firm.suppressed()
    assert not firm.requests()
    assert firm.paused()
    assert not _letters(firm)


def test_our_footer_in_a_quote_is_not_their_wish(firm: Installation) -> None:
    """Who answers "yes, send prices" above it has asked for prices."""
    firm.add_contact()
    reply = firm.handle(_attack("quoted-footer"))
    assert firm.rows(PredictionRecord)[0].act == ["interested"]
    assert not firm.suppressed()
    assert not firm.paused()
    assert reply.state == ReplyState.REVIEW


def test_what_stands_in_an_attachment_is_not_opened_but_rests(firm: Installation) -> None:
    """Nobody knows what it says: no right is opened, outreach rests, and a person looks."""
    firm.add_contact()
    reply = firm.handle(_attack("opt-out-in-attachment"))
    assert reply.state == ReplyState.REVIEW
    assert firm.paused()
    assert not firm.suppressed()
    assert not firm.requests()
    assert not _letters(firm)


def test_a_report_that_something_is_no_spam_is_nobodys_complaint(firm: Installation) -> None:
    """RFC 6430: the opposite of one."""
    firm.add_contact()
    assert firm.handle(_attack("not-spam")).state in {ReplyState.AUTOMATIC, ReplyState.NOT_OURS}
    assert firm.counts() == dict.fromkeys(firm.counts(), 0)


def test_a_forged_complaint_stops_one_at_most(firm: Installation) -> None:
    """An objection needs no proof (Art. 21), but one mail speaks for one person."""
    firm.add_contact()
    people = _people(firm, 20)
    named = "".join(f"Original-Rcpt-To: {address}\r\n" for address in people).encode()
    raw = _attack("not-spam").replace(b"not-spam\r\n", b"abuse\r\n" + named).replace(b"outreach.1@", b"made.up@")
    firm.handle(raw)
    assert sum(map(firm.suppressed, [JANE, *people])) <= 1
    assert not _letters(firm)


@pytest.mark.parametrize(
    "sender",
    [
        "alice@example.org)jane.doe@example.com",
        "jane.doe@example.com <mallory@example.org>",
        "jane.doe@example.com, mallory@example.org",
        '"jane.doe@example.com"@example.org',
        "jane.doe+x@example.com",
        "jane.doe@examp\u2113e.com",
        "jane.doe@\uff45xample.com",
        "\uff4aane.doe@example.com",
        "jane.doe@exampl\u0435.com",
        "jane.doe@example.com\u200b",
        "grp: jane.doe@example.com; <mallory@example.org>",
        "<@example.org:jane.doe@example.com>",
    ],
)
def test_an_address_that_only_looks_alike_gets_nothing_and_proves_nothing(firm: Installation, sender: str) -> None:
    """Whatever parsers make of it: no claim, no copy, no letter; the thread's contact rests until a person looks."""
    firm.add_contact()
    reply = firm.handle(mail("Send me a copy of my data.", sender=sender))
    assert "E0" not in {evidence["level"] for evidence in reply.evidence or []}
    assert reply.state == ReplyState.REVIEW
    assert firm.paused()
    assert not _letters(firm)


def test_the_kelvin_sign_is_no_k(firm: Installation) -> None:
    """Folding would make two people one."""
    firm.add_contact("kim@kelvin.example")
    for sender in ("\u212aim@kelvin.example", "kim@\u212aelvin.example"):
        reply = firm.handle(mail("Send me a copy.", sender=sender, parent=None))
        assert reply.contact_id is None


def test_a_message_id_that_was_answered_to_another_is_not_theirs(firm: Installation) -> None:
    """Somebody else's mail with the same Message-ID neither stops nor doubles the answer to the first."""
    firm.add_contact()
    firm.add_contact("john.roe@example.org", number=2)
    firm.handle(mail("Where is it from.", sender="john.roe@example.org", parent="<outreach.2@firm.example>"))
    firm.handle(mail("Where is it from."))
    assert firm.deliver() == 2
    assert [recipient for _, recipient, _ in firm.submission.accepted] == ["john.roe@example.org", JANE]


def test_somebody_elses_thread_gives_nobody_their_data(firm: Installation) -> None:
    """One contact who answers another's message is not that other."""
    firm.add_contact()
    firm.add_contact("john.roe@example.org", number=2)
    reply = firm.handle(mail("Send me a copy.", sender="john.roe@example.org"))
    assert reply.state == ReplyState.REVIEW
    firm.pipeline().review(reply.id, frozenset({Intent.ACCESS}), "erika")
    assert not _letters(firm)


BOMBS = {
    "a line of a megabyte": mail("Please stop. " + "x" * 1_000_000),
    "nested parts": b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(1500)
    ),
    "nested mails": b"From: a@example.net\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 1500,
    "NULs": b"From: jane.doe@example.com\r\nSubject: \0\0\r\n\r\nPlease \0stop\0.\r\n",
    "encoded words": mail("x", subject="=?utf-8?q?a?= " * 16_000),
    "open tags": mail("<a " * 50_000).replace(b"text/plain", b"text/html"),
    "deep tags": mail("<div>" * 50_000 + "stop").replace(b"text/plain", b"text/html"),
    "quotes": mail("> " * 200_000 + "stop"),
    "References": mail("x", more=["References: " + "<a@example.net> " * 10_000]),
}


def test_no_mail_takes_the_service_or_another_mail_down(firm: Installation) -> None:
    """Each ends in a state that a person sees, and the honest mail among them is handled."""
    firm.add_contact()
    ids = [firm.receive(raw) for raw in BOMBS.values()]
    firm.add_contact("john.roe@example.org", number=2)
    honest = {"sender": "john.roe@example.org", "parent": "<outreach.2@firm.example>"}
    good = firm.receive(mail("Please stop.", message_id="<good@example.com>", **honest))
    firm.handle_all()
    assert firm.reply(good).state == ReplyState.HANDLED
    left = {name: firm.reply(reply_id).state for name, reply_id in zip(BOMBS, ids, strict=True)}
    assert ReplyState.RECEIVED not in left.values()
    assert len(firm.rows(Letter)) <= 2
