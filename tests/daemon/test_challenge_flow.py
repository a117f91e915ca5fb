"""A forged request through the whole installation: a code to the stored address alone, and what it opens."""

from email import message_from_bytes, policy

import pytest

from classifiers.intents import Intent
from daemon.decisions.plan import SendChallenge
from daemon.decisions.policy import decide
from daemon.decisions.states import ReplyState
from daemon.mail.sandbox import Sandbox
from daemon.records import Delivery, Letter
from daemon.records.database import Database
from tests.daemon.decisions.cases import CLAIM, EMPLOYEE, EVERYTHING_ON, case
from tests.daemon.installation import JANE, Installation, mail
from tests.daemon.rights.challenging import ASSIST, answer, forged_request, letter_of, quoted, sent_code, states

EVIL = "mallory@evil.example"

UNPROVED = decide(case(Intent.ACCESS, evidence=(CLAIM,)), EMPLOYEE, EVERYTHING_ON)
pytestmark = pytest.mark.skipif(
    not any(isinstance(step, SendChallenge) for step in UNPROVED.steps), reason="the tables send no codes yet"
)


@pytest.fixture
def assisted(database: Database, sandbox: Sandbox) -> Installation:
    """An installation where every letter waits for a key."""
    return Installation(database, sandbox, ASSIST)


def test_a_forged_request_gets_a_code_and_its_answer_goes_to_the_stored_address(firm: Installation) -> None:
    """The mail shows nothing for its sender; the code comes back; the copy goes where the code went."""
    firm.add_contact()
    asking = forged_request(firm)
    firm.handle_all()
    assert states(firm) == ["open"]
    code = sent_code(firm)
    assert [recipient for _, recipient, _ in firm.submission.accepted] == [JANE]
    answer(firm, quoted(letter_of(firm), f"Here it is: {code}"))
    firm.handle_all()
    assert states(firm) == ["passed"]
    firm.handle_all()
    reply = firm.reply(asking)
    assert (reply.state, reply.reasons) == (ReplyState.HANDLED, [])
    assert {"level": "E3", "rule": "code_returned"} in (reply.evidence or [])
    firm.deliver()
    _, recipient, raw = firm.submission.accepted[-1]
    assert recipient == JANE
    attached = {part.get_content_type() for part in message_from_bytes(raw, policy=policy.default).iter_attachments()}
    assert "application/json" in attached
    assert firm.requests() == {"access": "answered"}


def test_a_stranger_with_the_code_gets_nothing(firm: Installation) -> None:
    """Whoever returns it, from wherever: the copy goes to the stored address."""
    firm.add_contact()
    forged_request(firm)
    firm.handle_all()
    code = sent_code(firm)
    firm.handle(mail(code, sender=EVIL, parent=None, message_id="<evil.2@evil.example>"))
    firm.handle_all()
    firm.deliver()
    assert len(firm.submission.accepted) == 2
    assert {recipient for _, recipient, _ in firm.submission.accepted} == {JANE}


def test_a_code_with_a_wish_to_stop_does_both(firm: Installation) -> None:
    """The request is answered, and outreach stops."""
    firm.add_contact()
    forged_request(firm)
    firm.handle_all()
    answer(firm, f"{sent_code(firm)}, and stop writing")
    firm.handle_all()
    assert states(firm) == ["passed"]
    assert firm.suppressed()


def test_somebody_who_asked_for_nothing_is_left_in_peace(firm: Installation) -> None:
    """A denial above the quoted letter opens nothing; a person sees it."""
    firm.add_contact()
    forged_request(firm)
    firm.handle_all()
    sent_code(firm)
    reply = firm.reply(answer(firm, quoted(letter_of(firm), "That was not me!")))
    firm.handle_all()
    reply = firm.reply(reply.id)
    assert (reply.state, "code_quoted" in (reply.reasons or [])) == (ReplyState.REVIEW, True)
    assert states(firm) == ["open"]
    assert len(firm.rows(Letter)) == 1


def test_in_assist_mode_nothing_leaves_without_a_key(assisted: Installation) -> None:
    """The letter with the code waits, if one is written at all."""
    assisted.add_contact()
    forged_request(assisted)
    assisted.handle_all()
    assert assisted.deliver() == 0
    assert all(row.state == "held" for row in assisted.rows(Delivery))
