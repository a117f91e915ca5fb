"""Message to contact: by the thread, by what is returned, by the address, in that order."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from classifiers.reading import read
from classifiers.reading.automatic import Ours
from classifiers.reading.message import parse
from daemon.decisions.case import Known, Level
from daemon.decisions.states import ErasureState, ReplyState
from daemon.mail.matching import Found, match_all
from daemon.records import (
    Campaign,
    Contact,
    Erasure,
    Letter,
    OutreachMessage,
    Pause,
    Reply,
    Request,
    Subject,
    Suppression,
)
from tests.daemon.installation import JANE, OURS, START, Installation, bounce, mail

JOHN = "john.roe@example.org"


@pytest.fixture
def people(firm: Installation) -> Installation:
    """Jane (1) and John (2), each with one mail of their own."""
    firm.add_contact(JANE, number=1)
    firm.add_contact(JOHN, number=2)
    return firm


def _found(firm: Installation, *raws: bytes) -> list[Found]:
    readings = [read(parse(raw), Ours(frozenset({OURS}))) for raw in raws]
    with firm.database.read() as session:
        return match_all(session, readings, firm.digester)


def _levels(found: Found) -> list[Level]:
    return [evidence.level for evidence in found.evidence]


def _send(
    firm: Installation, contact_id: int, message_id: str, campaign: str | None = "none", *, days: int = 0
) -> None:
    with firm.database.write() as session:
        campaign_id = session.scalar(select(Campaign.id).where(Campaign.name == campaign))
        session.add(
            OutreachMessage(
                contact_id=contact_id, campaign_id=campaign_id, message_id=message_id, subject=None,
                sent_at=START + timedelta(days=days),
            )
        )  # fmt: skip


def test_a_reply_in_the_thread(people: Installation) -> None:
    """Found by what it refers to, with claim and thread as evidence."""
    (found,) = _found(people, mail("x"))
    assert (found.match.known, found.match.contact_id, found.match.matched_by) == (Known.CONTACT, 1, "references")
    assert not found.match.other_sender
    assert _levels(found) == [Level.CLAIM, Level.THREAD]


def test_a_reply_without_a_thread(people: Installation) -> None:
    """Found by its address, with the claim alone."""
    (found,) = _found(people, mail("x", parent=None))
    assert (found.match.contact_id, found.match.matched_by) == (1, "address")
    assert _levels(found) == [Level.CLAIM]


def test_somebody_else_in_the_thread(people: Installation) -> None:
    """The contact is the one it was sent to; the sender is another."""
    (found,) = _found(people, mail("x", sender="mallory@example.net"))
    assert found.match.contact_id == 1
    assert found.match.other_sender
    assert _levels(found) == [Level.THREAD]


def test_a_contact_in_anothers_thread(people: Installation) -> None:
    """The thread wins, and John's own claim is none to be Jane."""
    (found,) = _found(people, mail("x", sender=JOHN))
    assert found.match.contact_id == 1
    assert found.match.other_sender
    assert _levels(found) == [Level.THREAD]


def test_an_identifier_that_went_to_several(people: Installation) -> None:
    """Whoever of them writes is the contact, and the shared identifier proves nothing."""
    _send(people, 1, "<shared@firm.example>")
    _send(people, 2, "<shared@firm.example>")
    jane, john, stranger = _found(
        people,
        *(mail("x", sender=who, parent="<shared@firm.example>") for who in (JANE, JOHN, "mallory@example.net")),
    )
    assert (jane.match.contact_id, john.match.contact_id) == (1, 2)
    assert _levels(jane) == _levels(john) == [Level.CLAIM]
    assert stranger.match.known is Known.UNKNOWN


def test_a_stranger(people: Installation) -> None:
    """Neither thread nor address."""
    (found,) = _found(people, mail("x", sender="mallory@example.net", parent="<made.up@firm.example>"))
    assert (found.match.known, found.contact, found.evidence, found.promise) == (Known.UNKNOWN, None, (), "none")


def test_a_bounce_is_matched_by_what_it_returns(people: Installation) -> None:
    """Before whom it names."""
    (found,) = _found(people, bounce(JOHN, "<outreach.1@firm.example>"))
    assert (found.match.contact_id, found.match.matched_by) == (1, "returned")


def test_a_bounce_without_our_identifier_is_matched_by_whom_it_names(people: Installation) -> None:
    """The failed recipient is a contact."""
    (found,) = _found(people, bounce(JOHN, "<lost@firm.example>"))
    assert (found.match.contact_id, found.match.matched_by) == (2, "returned")


def test_a_bounce_of_a_letter_is_told_apart(people: Installation) -> None:
    """It ends letters to that person."""
    people.handle(mail("Please stop."))
    people.deliver()
    message_id = people.submission.accepted[0][2].partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    (found,) = _found(people, bounce(JANE, message_id))
    assert (found.match.contact_id, found.match.matched_by) == (1, "letter")


def test_an_answer_to_a_letter_is_a_thread(people: Installation) -> None:
    """The letter went to the stored address alone."""
    people.handle(mail("Please stop."))
    people.deliver()
    message_id = people.submission.accepted[0][2].partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    (found,) = _found(people, mail("x", parent=message_id))
    assert (found.match.contact_id, found.match.matched_by) == (1, "references")
    assert _levels(found) == [Level.CLAIM, Level.THREAD]


def test_the_promise_is_that_of_the_thread(people: Installation) -> None:
    """Or of the latest campaign, where the thread says nothing."""
    _send(people, 1, "<removed@firm.example>", "remove", days=1)
    _send(people, 1, "<deleted@firm.example>", "delete", days=2)
    by_thread, by_address = _found(people, mail("x", parent="<removed@firm.example>"), mail("x", parent=None))
    assert (by_thread.promise, by_address.promise) == ("remove", "delete")


def test_a_batch_comes_back_in_its_order(people: Installation) -> None:
    """One result for each reading, whoever it is from."""
    who = [JOHN, "mallory@example.net", JANE, JOHN]
    found = _found(people, *(mail("x", sender=sender, parent=None) for sender in who))
    assert [one.match.contact_id for one in found] == [2, None, 1, 2]
    assert _found(people) == []


def test_a_message_that_others_got_too_is_a_thread_and_no_proof(people: Installation) -> None:
    """Whoever stood in copy knows its identifier."""
    with people.database.write() as session:
        session.scalars(select(OutreachMessage).where(OutreachMessage.contact_id == 1)).one().shared = True
    (found,) = _found(people, mail("x"))
    assert (found.match.contact_id, found.match.matched_by) == (1, "references")
    assert _levels(found) == [Level.CLAIM]


def test_a_promise_is_kept_through_mails_of_no_campaign(people: Installation) -> None:
    """A short reminder has no footer: the promise is that of the mail before it in the thread, else the newest one."""
    _send(people, 1, "<removed@firm.example>", "remove", days=1)
    _send(people, 1, "<deleted@firm.example>", "delete", days=2)
    _send(people, 1, "<reminder@firm.example>", None, days=3)
    in_thread = mail("x", parent="<reminder@firm.example>", more=["References: <removed@firm.example>"])
    once = in_thread.replace(b"References: <reminder@firm.example>\r\n", b"")
    by_thread, by_newest = _found(people, once, mail("x", parent="<reminder@firm.example>"))
    assert (by_thread.promise, by_newest.promise) == ("remove", "delete")


def test_a_footer_that_promised_nothing_promised_nothing(people: Installation) -> None:
    """The mail that is answered counts, whatever another one said."""
    _send(people, 1, "<deleted@firm.example>", "delete", days=2)
    (found,) = _found(people, mail("x"))
    assert found.promise == "none"


def test_whoever_was_erased_is_known_as_that(people: Installation) -> None:
    """By a digest of the address, in any of its forms; an erasure under way makes nobody erased."""
    _erase(people, "gone@example.com", ErasureState.DONE)
    _erase(people, "going@example.com", ErasureState.PURGED)
    senders = ["gone@example.com", "GONE+shop@Example.com", "going@example.com", "mallory@example.net"]
    found = _found(people, *(mail("x", sender=sender, parent=None) for sender in senders))
    assert [one.match.known for one in found] == [Known.ERASED, Known.ERASED, Known.UNKNOWN, Known.UNKNOWN]
    assert all(one.contact is None for one in found)


def test_a_contact_is_a_contact_again(people: Installation) -> None:
    """Whoever was erased and imported anew is matched to their row."""
    _erase(people, JANE, ErasureState.DONE)
    (found,) = _found(people, mail("x", parent=None))
    assert found.match.contact_id == 1


def test_a_letter_of_an_erased_person_that_bounces_back_ends_as_automatic(people: Installation) -> None:
    """Nobody is left whose letters could be switched off, and nothing fails."""
    people.handle(mail("Please stop."))
    people.deliver()
    with people.database.write() as session:
        letter = session.scalars(select(Letter)).one()
        letter.contact_id = None
        message_id = letter.message_id
        for reply in session.scalars(select(Reply)):
            reply.contact_id = None
        session.execute(update(Pause).values(contact_id=None))
        session.execute(update(Request).values(contact_id=None))
        session.execute(update(Subject).values(contact_id=None, opening=None, opening_key=None))
        session.execute(update(Suppression).values(value=None, value_key=None))
        session.execute(delete(Contact).where(Contact.id == 1))
    bounced = people.handle(bounce(JANE, message_id))
    assert (bounced.state, bounced.error) == (ReplyState.AUTOMATIC, None)
    assert people.suppressed()
    assert [row.value for row in people.rows(Suppression)] == [None]  # their address does not come back


def test_what_a_person_of_ours_has_answered(people: Installation) -> None:
    """A mail in Sent answers this very message; it goes to a person."""
    _send(people, 1, "<ours@firm.example>", None)
    with people.database.write() as session:
        row = session.scalars(select(OutreachMessage).where(OutreachMessage.message_id == "<ours@firm.example>")).one()
        row.in_reply_to = "<reply.1@example.com>"
    answered, other = _found(people, mail("x"), mail("x", message_id="<reply.2@example.com>"))
    assert (answered.answered, other.answered) == (True, False)
    reply = people.handle(mail("Where did you get my address?"))
    assert (reply.state, reply.reasons) == (ReplyState.REVIEW, ["already_answered"])


def _erase(firm: Installation, address: str, state: ErasureState) -> None:
    reply_id = firm.receive(mail("x"), state=ReplyState.HANDLED)
    with firm.database.write() as session:
        session.add(
            Erasure(
                reply_id=reply_id, contact_id=None, account_id=firm.account_id, case="R-1",
                digests=list(firm.digester.addresses(address)), language="en", released=True, state=state,
                started_at=START, grace_until=START, purged_at=START, done_at=START,
            )
        )  # fmt: skip
