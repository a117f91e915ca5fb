"""Understanding with what was sent: no quote of ours is anybody's own words, whatever a client did to it."""

import pytest
from sqlalchemy import select

from classifiers.reading.automatic import Ours
from daemon.decisions.states import ReplyState
from daemon.mail.sent_texts import seal_text
from daemon.records import OutreachMessage
from daemon.understanding import Reader, Understood
from tests.daemon.installation import JANE, OURS, START, Installation, mail

OUTREACH = (
    "Good morning Jane,\n\nwe help plants like yours to plan their shifts, and I would like to show you how.\n\n"
    "If you would rather not hear from us, answer stop and we will delete everything that we store about you."
)
MANGLED = OUTREACH.replace("\n", "  ").replace("Good morning", "*Good  morning*").replace(", and", ",\nand")
"""As a client leaves it that drops quote marks and breaks lines anew."""


@pytest.fixture
def written(firm: Installation) -> Installation:
    """Jane got a mail whose text is known."""
    firm.add_contact()
    with firm.database.write() as session:
        seal_text(firm.vault, session.scalars(select(OutreachMessage)).one(), OUTREACH)
    return firm


def _own(firm: Installation, raw: bytes) -> str:
    reader = Reader(firm.database, firm.vault, firm.sandbox, firm.classifier, Ours(frozenset({OURS})), firm.digester)
    (understood,) = reader.understand([firm.reply(firm.receive(raw))])
    assert isinstance(understood, Understood)
    return understood.case.reading.own.text


@pytest.mark.parametrize("parent", ["<outreach.1@firm.example>", None])
def test_a_quote_without_marks_is_not_their_words(written: Installation, parent: str | None) -> None:
    """Known by the thread or by the sender's address alone; what they wrote themselves stays."""
    raw = mail(f"Send me your prices please.\n\n{MANGLED}", parent=parent)
    assert _own(written, raw).strip() == "Send me your prices please."
    reply = written.handle(mail(f"Send me your prices please.\n\n{MANGLED}", parent=parent, message_id="<2@x.example>"))
    assert not any("erasure" in word or "opt_out" in word for word in reply.plan or ())
    assert not written.suppressed()


def test_without_its_text_the_quote_would_have_been_theirs(firm: Installation) -> None:
    """So the test above can fail."""
    firm.add_contact()
    assert "delete everything" in _own(firm, mail(f"Send me your prices please.\n\n{MANGLED}"))


def test_answering_in_the_words_we_offered_stays(written: Installation) -> None:
    """Whoever answers as the footer asks has said so themselves."""
    assert _own(written, mail(f"answer stop\n\n> {OUTREACH}")).startswith("answer stop")


def test_the_text_to_somebody_else_is_not_taken_out(written: Installation) -> None:
    """Only what went to the matched contact is ours in their mail."""
    written.add_contact("john.roe@example.org", number=2)
    assert "delete everything" in _own(
        written, mail(MANGLED, sender="john.roe@example.org", parent="<outreach.2@firm.example>")
    )


def test_our_own_mail_that_comes_back_under_another_name_is_ours(written: Installation) -> None:
    """A group that rewrites From leaves the Message-ID."""
    reply = written.handle(mail("Good morning", sender="group@example.net", message_id="<outreach.1@firm.example>"))
    assert (reply.state, reply.automatic_rule) == (ReplyState.AUTOMATIC, "own_mail")


def test_an_identifier_that_the_server_made_is_not_ours(written: Installation) -> None:
    """Mail without Message-ID gets one from the server that takes it in, perhaps under our own domain."""
    reply = written.handle(mail("Please stop.", message_id="<20260305.77@firm.example>"))
    assert reply.automatic_kind is None
    assert written.suppressed()


def test_a_text_that_cannot_be_opened_stops_nothing(written: Installation) -> None:
    """The mail is read without it."""
    with written.database.write() as session:
        session.scalars(select(OutreachMessage)).one().text = b"x" * 40
    assert _own(written, mail("Please stop.")) == "Please stop."


def test_many_mails_to_one_person(written: Installation) -> None:
    """The newest ones count."""
    with written.database.write() as session:
        for number in range(30):
            row = OutreachMessage(contact_id=1, message_id=f"<m{number}@firm.example>", subject=None, sent_at=START)
            seal_text(written.vault, row, f"Reminder {number}: " + " ".join(f"word{number}x{n}" for n in range(40)))
            session.add(row)
    reminder = " ".join(f"word29x{n}" for n in range(40))
    assert _own(written, mail(f"No, thanks.\n\n{reminder}", sender=JANE)).strip() == "No, thanks."
