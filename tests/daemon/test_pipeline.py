"""From stored bytes to effects and letters, on both databases, with the real parser and the real reading."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from classifiers.intents import Intent
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.states import DeliveryState, ErasureState, ReplyState, RequestState
from daemon.mail.sandbox import Sandbox
from daemon.records import (
    Contact,
    Delivery,
    Erasure,
    FrozenCopy,
    LedgerEntry,
    Letter,
    Pause,
    PredictionRecord,
    Provenance,
    Reply,
    Request,
)
from daemon.records.database import Database
from tests.daemon.installation import JANE, OURS, START, Installation, bounce, mail


def test_an_opt_out_is_suppressed_and_confirmed(firm: Installation) -> None:
    """The stored address gets one short letter in the thread, after the settling time."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop writing to me."))
    assert reply.state == ReplyState.HANDLED
    assert firm.suppressed()
    assert not firm.rows(Request)
    assert firm.post().deliver_due(firm.submission) == 0  # it settles
    assert firm.deliver() == 1
    ((envelope_from, recipient, raw),) = firm.submission.accepted
    assert (envelope_from, recipient) == (OURS, JANE)
    letter = message_from_bytes(raw, policy=policy.default)
    assert letter["To"] == JANE
    assert letter["In-Reply-To"] == "<reply.1@example.com>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert "since 5 March 2026" in " ".join(letter.get_body(("plain",)).get_content().split())
    assert firm.copies == [raw]
    assert firm.kinds() == ["suppressed", "letter_queued", "letter_sent"]


def test_a_question_about_the_source_is_answered_from_provenance(firm: Installation) -> None:
    """Outreach rests until the answer is sent; its request is answered by the server's word, not before."""
    firm.add_contact()
    reply = firm.handle(mail("Where did you get my address?"))
    assert reply.state == ReplyState.HANDLED
    assert reply.evidence == [
        {"level": "E0", "rule": "from_equals_stored_address"},
        {"level": "E1", "rule": "refers_to_message_sent_to_them_only"},
    ]
    assert firm.paused()
    assert not firm.suppressed()
    assert firm.requests() == {"data_source": RequestState.OPEN}
    assert firm.deliver() == 1
    assert firm.requests() == {"data_source": RequestState.ANSWERED}
    text = message_from_bytes(firm.submission.accepted[0][2], policy=policy.default).get_body(("plain",)).get_content()
    assert "https://www.example.com/team" in text
    (request,) = firm.rows(Request)
    assert (request.legal_due.isoformat(), request.safe_due.isoformat()) == ("2026-04-07", "2026-04-02")
    assert request.case == reply.case


def test_a_request_for_access_gets_what_was_held_when_it_came(firm: Installation) -> None:
    """The copy is frozen: what is stored later does not change it."""
    contact_id = firm.add_contact()
    firm.handle(mail("Send me a copy of my data."))
    assert len(firm.rows(FrozenCopy)) == 1
    with firm.database.write() as session:
        session.execute(update(Contact).where(Contact.id == contact_id).values(company="Later Inc"))
    assert firm.deliver() == 1
    letter = message_from_bytes(firm.submission.accepted[0][2], policy=policy.default)
    parts = [part.get_payload(decode=True) or b"" for part in letter.walk()]
    assert any(b"Example Ltd" in part for part in parts)
    assert not any(b"Later Inc" in part for part in parts)
    assert firm.requests() == {"access": RequestState.ANSWERED}


def test_a_letter_about_access_says_nothing_of_a_stop_that_was_not_made(firm: Installation) -> None:
    """A wish to stop that stays in doubt is a pause, and a pause is no entry that stops outreach for good."""
    firm.add_contact()
    reply = firm.handle(mail("Send me a copy of my data. Should you stop? Maybe."))
    firm.pipeline().review(reply.id, frozenset({Intent.ACCESS}), "erika")
    assert not firm.suppressed()
    assert firm.deliver() == 1
    text = message_from_bytes(firm.submission.accepted[0][2], policy=policy.default).get_body(("plain",)).get_content()
    assert "keyed digest" not in text


def test_several_wishes_are_one_letter(firm: Installation) -> None:
    """Stopped, and told where the data is from, in one mail."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address? And stop."))
    assert firm.suppressed()
    assert not firm.rows(Pause)
    assert firm.deliver() == 1
    (letter,) = firm.rows(Letter)
    assert letter.sections == ["opt_out", "data_source"]


def test_an_erasure_stops_at_once_and_begins_with_its_grace(firm: Installation) -> None:
    """Suppressed and frozen; nothing is deleted yet and nothing is said."""
    contact_id = firm.add_contact()
    reply = firm.handle(mail("Delete everything."))
    assert reply.state == ReplyState.HANDLED
    assert firm.suppressed()
    assert firm.requests() == {"erasure": RequestState.OPEN}
    (erasure,) = firm.rows(Erasure)
    assert (erasure.state, erasure.contact_id, erasure.released) == (ErasureState.GRACE, contact_id, True)
    assert not firm.rows(Letter)
    (copy,) = firm.rows(FrozenCopy)
    assert copy.contact_id == contact_id


@pytest.mark.parametrize("promise", ["remove", "delete"])
def test_a_no_counts_as_its_campaigns_footer_promised(firm: Installation, promise: str) -> None:
    """The thread tells which campaign it answers."""
    firm.add_contact(promise=promise)
    reply = firm.handle(mail("No, thanks, maybe later."))
    assert firm.suppressed()
    assert firm.requests() == ({"erasure": RequestState.OPEN} if promise == "delete" else {})
    assert [row.state for row in firm.rows(Erasure)] == ([ErasureState.GRACE] if promise == "delete" else [])
    assert reply.state == ReplyState.HANDLED


def test_a_polite_no_rests_for_a_year(firm: Installation) -> None:
    """A pause with a date, and no letter."""
    firm.add_contact()
    firm.handle(mail("Not now, maybe later."))
    (pause,) = firm.rows(Pause)
    assert pause.until == START.replace(year=2027)
    assert not firm.rows(Letter)
    firm.now = pause.until
    assert not firm.paused()


def test_a_complaint_calls_somebody_at_once(firm: Installation) -> None:
    """An alarm in the ledger, a clock, and a person."""
    firm.add_contact()
    reply = firm.handle(mail("My lawyer will write to you."))
    assert reply.state == ReplyState.REVIEW
    assert "alarm" in firm.kinds()
    assert firm.requests() == {"complaint": RequestState.WITH_PERSON}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (mail("Send me a copy.", sender="mallory@example.org"), "other_sender"),
        (mail("Send me a copy.", more=["From: mallory@example.org"]), "other_sender"),
        (mail("Send me a copy.", more=["Reply-To: a@example.org, b@example.org"]), "unanswerable:no_single_author"),
    ],
    ids=["another sender", "two From lines", "two Reply-To"],
)
def test_data_never_leaves_on_a_claim_alone(firm: Installation, raw: bytes, why: str) -> None:
    """Forged or unproved, it is paused and a person looks; not one byte leaves."""
    firm.add_contact()
    reply = firm.handle(raw)
    assert reply.state == ReplyState.REVIEW
    assert why in (reply.reasons or [])
    assert firm.paused()
    assert firm.deliver() == 0


@pytest.mark.parametrize("parent", [None, "<made.up@firm.example>"], ids=["no thread", "invented thread"])
def test_whoever_proves_nothing_gets_a_code_at_the_stored_address(firm: Installation, parent: str | None) -> None:
    """It says nothing about anybody; the clock runs, and outreach rests."""
    firm.add_contact()
    reply = firm.handle(mail("Send me a copy.", parent=parent))
    assert reply.state == ReplyState.HANDLED
    assert firm.requests() == {"access": RequestState.OPEN}
    assert firm.paused()
    assert firm.deliver() == 1
    ((_, recipient, raw),) = firm.submission.accepted
    assert recipient == JANE
    assert not any(canary in raw for canary in (b"Jane", b"Example Ltd", b"outreach", b"made.up"))
    assert firm.requests() == {"access": RequestState.OPEN}


@pytest.mark.parametrize("field", ["Reply-To", "Cc", "Sender", "Return-Path", "X-Original-From", "Resent-From"])
def test_no_field_of_the_mail_says_where_the_letter_goes(firm: Installation, field: str) -> None:
    """The stored address gets it, or nobody."""
    firm.add_contact()
    firm.handle(mail("Send me a copy of my data.", more=[f"{field}: mallory@example.org"]))
    firm.deliver()
    assert {recipient for _, recipient, _ in firm.submission.accepted} <= {JANE}
    assert not any(b"mallory" in raw for _, _, raw in firm.submission.accepted)


def test_a_colleague_in_the_thread_may_stop_it(firm: Installation) -> None:
    """An opt-out from another address suppresses both, without any proof and without a letter."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop.", sender="assistant@example.com"))
    assert reply.state == ReplyState.HANDLED
    assert firm.suppressed()
    assert firm.suppressed("assistant@example.com")
    assert firm.deliver() == 0


def test_a_stranger_who_wants_to_be_left_alone_is(firm: Installation) -> None:
    """The From address is suppressed, though we know nobody of that name."""
    reply = firm.handle(mail("Please stop.", sender="stranger@example.net", parent=None))
    assert reply.state == ReplyState.HANDLED
    assert firm.suppressed("stranger@example.net")
    assert firm.deliver() == 0


def test_a_stranger_who_asks_for_a_right_has_a_clock_and_a_person(firm: Installation) -> None:
    """Never "we hold nothing" by machine; a person may judge it, and the clock goes on as it was."""
    reply = firm.handle(mail("Send me a copy.", sender="stranger@example.net", parent=None))
    assert reply.state == ReplyState.REVIEW
    assert firm.requests() == {"access": RequestState.WITH_PERSON}
    firm.now += timedelta(days=3)
    firm.pipeline().review(reply.id, frozenset({Intent.ACCESS}), "erika")
    (request,) = firm.rows(Request)
    assert request.received_at == START
    assert not firm.rows(Letter)


def test_mail_that_is_not_ours_keeps_its_header_only(firm: Installation) -> None:
    """No contact, no thread, no right: the text is gone, under a key that is gone."""
    firm.add_contact()
    reply_id = firm.receive(mail("Our prices are low this week", sender="shop@example.net", parent=None))
    before = firm.reply(reply_id)
    firm.handle_all()
    reply = firm.reply(reply_id)
    assert reply.state == ReplyState.NOT_OURS
    assert b"prices are low" not in firm.raw(reply)
    assert b"Subject: Re: Planning" in firm.raw(reply)
    assert reply.raw_key != before.raw_key


def test_a_hard_bounce_suppresses_the_address_it_names(firm: Installation) -> None:
    """Found by the returned Message-ID; nobody is answered."""
    firm.add_contact()
    reply = firm.handle(bounce(JANE, "<outreach.1@firm.example>"))
    assert (reply.state, reply.automatic_kind, reply.matched_by) == (ReplyState.AUTOMATIC, "bounce", "returned")
    assert firm.suppressed()
    assert firm.deliver() == 0


def test_a_bounce_that_is_no_final_word_suppresses_nobody(firm: Installation) -> None:
    """A full mailbox empties."""
    firm.add_contact()
    full = bounce(JANE, "<outreach.1@firm.example>", status="4.2.2").replace(
        b"550 4.2.2 User unknown", b"452 4.2.2 Full"
    )
    firm.handle(full.replace(b": user unknown", b": mailbox full"))
    assert not firm.suppressed()


def test_a_letter_that_bounces_ends_letters_and_opens_its_request_again(firm: Installation) -> None:
    """The clock of the law runs on: the person has no answer."""
    contact_id = firm.add_contact()
    firm.handle(mail("Where did you get my address?"))
    firm.deliver()
    (letter,) = firm.rows(Letter)
    reply = firm.handle(bounce(JANE, letter.message_id))
    assert reply.state == ReplyState.REVIEW
    assert "letter_bounced" in (reply.reasons or [])
    assert firm.requests() == {"data_source": RequestState.WITH_PERSON}
    with firm.database.read() as session:
        assert session.get_one(Contact, contact_id).letters_off_since == firm.now
    firm.now += timedelta(days=40)
    again = firm.handle(mail("Send me a copy.", message_id="<reply.2@example.com>"))
    assert "letters_off" in (again.reasons or [])


def test_an_out_of_office_note_changes_nothing(firm: Installation) -> None:
    """It is filed as what it is."""
    firm.add_contact()
    reply = firm.handle(
        mail("I am back on Monday.", subject="Automatic reply: Planning", more=["Auto-Submitted: auto-replied"])
    )
    assert (reply.state, reply.automatic_kind) == (ReplyState.AUTOMATIC, "auto_reply")
    assert firm.counts() == dict.fromkeys(firm.counts(), 0)


def test_a_stop_that_came_by_way_of_a_groups_address_is_heard(firm: Installation) -> None:
    """List fields that our own group address added make no robot of the person who wrote."""
    firm.add_contact()
    by_group = ["List-Id: <sales.firm.example>", "Precedence: list"]
    reply = firm.handle(mail("Please stop.", parent=None, more=by_group))
    assert reply.state == ReplyState.REVIEW
    assert firm.paused()
    answer = firm.handle(mail("Please stop.", message_id="<reply.2@example.com>", more=by_group))
    assert answer.state == ReplyState.HANDLED  # a mailing list does not answer what we sent
    assert firm.suppressed()
    assert firm.rows(Letter) == []


def test_what_a_person_of_ours_has_answered_is_theirs(firm: Installation) -> None:
    r"""A mail that was \Answered when it was fetched gets no second letter."""
    firm.add_contact()
    reply = firm.handle(mail("Where did you get my address?"), answered=True)
    assert reply.state == ReplyState.REVIEW
    assert reply.reasons == ["already_answered"]
    assert firm.deliver() == 0


def test_a_missing_fact_stops_the_letter(firm: Installation) -> None:
    """It is named by its record, and a person has the clock."""
    firm.add_contact()
    with firm.database.write() as session:
        session.execute(update(Provenance).values(obtained_by=None))
    reply = firm.handle(mail("Where did you get my address?"))
    assert reply.state == ReplyState.REVIEW
    assert [reason for reason in reply.reasons or [] if reason.startswith("missing_fact:provenance:")]
    assert firm.requests() == {"data_source": RequestState.WITH_PERSON}


def test_a_second_mail_has_no_second_letter(firm: Installation) -> None:
    """One letter a week to a person; the request that is open keeps its clock, and a person reads both."""
    firm.add_contact()
    first = firm.handle(mail("Where did you get my address?"))
    again = firm.handle(mail("Where did you get it?", message_id="<reply.2@example.com>"))
    assert set(again.reasons or []) >= {"request_open", "second_mail", "counter:week"}
    assert firm.reply(first.id).state == ReplyState.REVIEW
    assert firm.deliver() == 0
    assert len(firm.rows(Letter)) == len(firm.rows(Request)) == 1


def test_the_same_message_is_answered_once(firm: Installation) -> None:
    """A copy of a mail under another UID meets the letter that answers its Message-ID."""
    firm.add_contact()
    firm.handle(mail("Please stop."))
    firm.now += timedelta(days=8)
    firm.handle(mail("Please stop."))
    assert len(firm.rows(Letter)) == 1


# --- what cannot be handled ---


def test_unreadable_mail_waits_for_a_person_and_the_next_goes_on(firm: Installation) -> None:
    """Its bytes are kept."""
    firm.add_contact()
    unreadable = firm.receive(b"\0\0\0")
    readable = firm.receive(mail("Please stop."))
    firm.handle_all()
    failed = firm.reply(unreadable)
    assert failed.state == ReplyState.FAILED
    assert failed.error
    assert firm.raw(failed) == b"\0\0\0"
    assert firm.reply(readable).state == ReplyState.HANDLED
    assert "failed" in firm.kinds()


def test_a_mail_whose_key_is_lost_fails_alone(firm: Installation) -> None:
    """The vault's refusal is that mail's own failure."""
    firm.add_contact()
    lost = firm.receive(mail("Please stop."), raw_key=firm.vault.seal(b"", purpose="other").key)
    readable = firm.receive(mail("Please stop."))
    firm.handle_all()
    assert firm.reply(lost).state == ReplyState.FAILED
    assert firm.reply(readable).state == ReplyState.HANDLED


class PoisonError(Exception):
    """Something that nobody foresaw."""


def test_a_fault_in_carrying_out_is_one_replys_own(firm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its half-done effects are rolled back with it; the others of its batch are settled."""
    firm.add_contact()
    firm.add_contact("john.roe@example.org", number=2)
    seal = firm.vault.seal

    def poisoned(plain: bytes, *, purpose: str):
        if purpose == "letter.facts" and b"john.roe" in plain:
            raise PoisonError
        return seal(plain, purpose=purpose)

    monkeypatch.setattr(firm.vault, "seal", poisoned)
    poison = firm.receive(mail("Please stop.", sender="john.roe@example.org", parent="<outreach.2@firm.example>"))
    good = firm.receive(mail("Please stop."))
    firm.handle_all()
    failed = firm.reply(poison)
    assert failed.state == ReplyState.FAILED
    assert (failed.error or "").startswith("PoisonError at ")
    assert not firm.suppressed("john.roe@example.org")
    assert firm.reply(good).state == ReplyState.HANDLED
    assert firm.suppressed()


class Killed(BaseException):
    """The process dies."""


def test_after_a_crash_mails_are_tried_one_by_one_and_given_up_after_three(firm: Installation) -> None:
    """The mail that kills the service is found, and the rest is handled."""
    firm.add_contact()
    good = [firm.receive(mail("Not now, later.", message_id=f"<{n}@example.com>")) for n in range(2)]
    deadly = firm.receive(mail("deadly"))
    good.append(firm.receive(mail("Not now, later.", message_id="<9@example.com>")))
    words = firm.classifier

    class Deadly:
        version = "words"

        def predict(self, texts):
            if any("deadly" in text for text in texts):
                raise Killed
            return words.predict(texts)

    firm.classifier = Deadly()
    crashes = 0
    while crashes < 10:
        try:
            if not firm.pipeline().handle():
                break
        except Killed:
            crashes += 1
    assert crashes == 4
    assert firm.reply(deadly).state == ReplyState.FAILED
    assert "three attempts" in (firm.reply(deadly).error or "")
    assert {firm.reply(reply_id).state for reply_id in good} == {ReplyState.HANDLED}


def test_a_claim_that_nobody_ended_is_taken_up_when_it_is_over(firm: Installation) -> None:
    """A machine that died between claim and settling holds a mail up for ten minutes."""
    firm.add_contact()
    reply_id = firm.receive(mail("Please stop."))
    with firm.database.write() as session:
        session.execute(
            update(Reply).values(claim_token="dead:1", claimed_until=firm.now + timedelta(minutes=10), attempts=1)
        )
    assert firm.pipeline().handle() == 0
    firm.now += timedelta(minutes=11)
    assert firm.pipeline().handle() == 1
    assert firm.reply(reply_id).state == ReplyState.HANDLED


def test_a_reply_that_another_node_took_over_is_left_to_it(firm: Installation) -> None:
    """The token is looked at again when its effects would be made."""
    firm.add_contact()
    firm.receive(mail("Please stop."))
    words = firm.classifier

    class Slow:
        version = "words"

        def predict(self, texts):
            with firm.database.write() as session:
                session.execute(update(Reply).values(claim_token="other:1"))
            return words.predict(texts)

    firm.classifier = Slow()
    firm.pipeline().handle()
    assert not firm.suppressed()
    assert firm.rows(Reply)[0].state == ReplyState.RECEIVED


def test_a_second_look_changes_nothing(firm: Installation) -> None:
    """Handling again finds nothing to do."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address? And stop."))
    before = firm.counts()
    assert firm.pipeline().handle() == 0
    assert firm.counts() == before


def test_shadow_mode_changes_nothing_but_what_it_shows(database: Database, sandbox: Sandbox) -> None:
    """The plan stands on the reply; there is no pause, no clock, no letter, no entry."""
    firm = Installation(database, sandbox, Choices(Mode.SHADOW))
    firm.add_contact()
    reply = firm.handle(mail("Where did you get my address? My lawyer asks. And stop."))
    assert reply.state == ReplyState.SHADOWED
    assert reply.plan
    assert firm.counts() == dict.fromkeys(firm.counts(), 0)


def test_assist_mode_holds_the_letter(database: Database, sandbox: Sandbox) -> None:
    """Suppression is live; the letter waits for a key."""
    firm = Installation(database, sandbox, Choices(Mode.ASSIST))
    firm.add_contact()
    reply = firm.handle(mail("Please stop."))
    assert reply.state == ReplyState.REVIEW
    assert firm.suppressed()
    (delivery,) = firm.rows(Delivery)
    assert (delivery.state, delivery.reason) == (DeliveryState.HELD, "needs_key")
    assert firm.deliver() == 0


def test_what_a_model_said_is_kept(firm: Installation) -> None:
    """For whoever asks later why."""
    firm.add_contact()
    reply = firm.handle(mail("Should you stop? Send a copy."))
    (kept,) = firm.rows(PredictionRecord)
    assert (kept.reply_id, kept.act, kept.maybe, kept.review) == (reply.id, ["access"], ["opt_out"], True)
    assert kept.probabilities["access"] == 1.0


CANARIES = ["Canaria", "canary.sender", "canary-subject", "canary-text", "canary-id", "canary-parent", "canary-file"]


def test_the_ledger_holds_nothing_of_a_mail(firm: Installation) -> None:
    """No name, address, subject, word or identifier of anybody."""
    firm.add_contact("canary.sender@example.com", name="Canaria Bird")
    raw = mail(
        "Delete it, send me a copy, stop. canary-text. My lawyer knows where.",
        sender="Canaria Bird <canary.sender@example.com>",
        subject="canary-subject",
        message_id="<canary-id@example.com>",
    )
    firm.handle(raw)
    entries = [f"{entry.kind} {entry.subject} {entry.payload}" for entry in firm.rows(LedgerEntry)]
    assert len(entries) >= 5
    assert not [entry for entry in entries for canary in CANARIES if canary in entry]
