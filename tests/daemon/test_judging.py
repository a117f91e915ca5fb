"""What a person can do about a decision: see it before, take it back, ask for a code instead."""

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from classifiers.intents import Intent
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.states import ChallengeState, DeliveryState, ErasureState, ReplyState, RequestState
from daemon.mail.sandbox import Sandbox
from daemon.pipeline import NotForReview
from daemon.records import (
    ChallengeRecord,
    Contact,
    Delivery,
    Erasure,
    LedgerEntry,
    Letter,
    Pause,
    Provenance,
    Reply,
    Subject,
)
from daemon.records.database import Database
from daemon.rights.challenge_by_hand import NoCode
from daemon.rights.erasure import CannotDoThat
from daemon.rights.undo import CannotUndo
from tests.daemon.installation import JANE, Installation, mail
from tests.daemon.rights.challenging import answer, sent_code

ACCESS, ERASURE, STOP = frozenset({Intent.ACCESS}), frozenset({Intent.ERASURE}), frozenset({Intent.OPT_OUT})


@pytest.fixture
def assist(database: Database, sandbox: Sandbox) -> Installation:
    """A firm in mode assist with one contact."""
    firm = Installation(database, sandbox, Choices(Mode.ASSIST))
    firm.add_contact()
    return firm


def _everything(firm: Installation) -> list[object]:
    """All rows that a decision could change."""
    rows = [firm.rows(record) for record in (Reply, Letter, Delivery, Erasure, Pause, LedgerEntry, Subject, Contact)]
    return [{key: value for key, value in vars(row).items() if key[0] != "_"} for each in rows for row in each]


# --- preview ---


def test_a_preview_shows_the_letter_and_writes_nothing(assist: Installation) -> None:
    """The text is the one that leaves when the person accepts."""
    reply = assist.handle(mail("Where did you get my address?"))
    before = _everything(assist)
    shown = assist.pipeline().preview(reply.id, frozenset({Intent.DATA_SOURCE}))
    assert _everything(assist) == before
    assert shown.obstacles == ()
    assert shown.letter_text
    assert shown.letter_text.startswith(f"To: {JANE}\n")
    assist.pipeline().review(reply.id, frozenset({Intent.DATA_SOURCE}), "erika")
    assist.deliver()
    sent = message_from_bytes(assist.submission.accepted[0][2], policy=policy.default).get_body(("plain",))
    text = shown.letter_text.partition("\n\n")[2]
    assert " ".join(sent.get_content().split()) == " ".join(text.split())


def test_a_preview_says_what_would_be_left_to_a_person(assist: Installation) -> None:
    """The missing fact by its record, and the plan for what can be answered."""
    reply = assist.handle(mail("Where is it from, and on what basis?"))
    said = frozenset({Intent.DATA_SOURCE, Intent.LEGAL_BASIS})
    shown = assist.pipeline().preview(reply.id, said)
    assert shown.obstacles == ("missing_fact:assessment.interest",)
    assert shown.letter_text
    assert shown.plan.state is ReplyState.HANDLED


def test_a_preview_of_an_erasure_has_no_letter(assist: Installation) -> None:
    """It is written when all is done."""
    reply = assist.handle(mail("Delete it."))
    shown = assist.pipeline().preview(reply.id, ERASURE)
    assert shown.letter_text is None
    assert any("start the erasure" in words for words in shown.plan.in_words())
    assert not assist.rows(Erasure)


def test_only_what_waits_is_previewed(assist: Installation) -> None:
    """As with a review."""
    with pytest.raises(NotForReview):
        assist.pipeline().preview(4711, ACCESS)


# --- undo ---


def test_a_decision_is_taken_back_before_its_letter_leaves(firm: Installation) -> None:
    """Suppressed by this very decision: outreach rests instead, the letter is gone, and the reply is in review."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop."))
    assert firm.suppressed()
    firm.pipeline().undo(reply.id, "erika")
    after = firm.reply(reply.id)
    assert (after.state, after.reasons) == (ReplyState.REVIEW, ["undone"])
    assert not firm.suppressed()
    assert firm.paused()
    assert not firm.rows(Letter)
    assert firm.deliver() == 0
    assert {"suppression_undone", "letter_cancelled", "decision_undone"} <= set(firm.kinds())
    firm.pipeline().review(reply.id, STOP, "erika")
    assert firm.suppressed()
    assert not [pause for pause in firm.rows(Pause) if pause.ended_at is None]


def test_what_an_earlier_decision_stopped_stays_stopped(firm: Installation) -> None:
    """Only what this very decision did is undone."""
    firm.add_contact()
    firm.handle(mail("Please stop."))
    firm.deliver()
    second = firm.handle(mail("Stop, I said.", message_id="<reply.2@example.com>"))
    firm.pipeline().undo(second.id, "erika")
    assert firm.suppressed()


def test_an_erasure_is_undone_in_its_grace(firm: Installation) -> None:
    """Its request is a person's, and a new judgement can begin it again."""
    firm.add_contact()
    reply = firm.handle(mail("Delete it."))
    firm.pipeline().undo(reply.id, "erika")
    assert [row.state for row in firm.rows(Erasure)] == [ErasureState.UNDONE]
    assert firm.requests() == {"erasure": RequestState.WITH_PERSON}
    firm.pipeline().review(reply.id, ERASURE, "erika")
    assert [row.state for row in firm.rows(Erasure)] == [ErasureState.GRACE]
    assert firm.requests() == {"erasure": RequestState.OPEN}


def test_what_a_person_denies_is_not_erased(firm: Installation) -> None:
    """A correction of the same reply takes its erasure back too."""
    firm.add_contact()
    reply = firm.handle(mail("Delete it."))
    with firm.database.write() as session:
        session.execute(update(Reply).values(state=ReplyState.REVIEW))
    firm.pipeline().review(reply.id, STOP, "erika")
    assert [row.state for row in firm.rows(Erasure)] == [ErasureState.UNDONE]
    assert firm.requests() == {"erasure": RequestState.CLOSED}


def test_after_the_purge_nothing_is_undone(firm: Installation) -> None:
    """Nothing at all: the letter, the suppression and the reply stay as they are."""
    firm.add_contact()
    reply = firm.handle(mail("Delete it."))
    with firm.database.write() as session:
        session.execute(update(Erasure).values(state=ErasureState.PURGED))
    before = firm.counts()
    with pytest.raises(CannotDoThat, match="grace"):
        firm.pipeline().undo(reply.id, "erika")
    assert firm.counts() == before
    assert firm.reply(reply.id).state == ReplyState.HANDLED


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.SENT])
def test_what_has_left_cannot_be_taken_back(firm: Installation, state: DeliveryState) -> None:
    """The reason says which letter, and where it is."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop."))
    with firm.database.write() as session:
        session.execute(update(Delivery).values(state=state))
    with pytest.raises(CannotUndo, match="letter"):
        firm.pipeline().undo(reply.id, "erika")
    assert firm.suppressed()


def test_only_a_decision_can_be_undone(assist: Installation) -> None:
    """What waits has none."""
    reply = assist.handle(mail("Please stop."))
    with pytest.raises(CannotUndo, match="not decided"):
        assist.pipeline().undo(reply.id, "erika")


# --- disputes ---


def _restricted(firm: Installation) -> bool:
    with firm.database.read() as session:
        return session.scalars(select(Contact.restricted_since)).one() is not None


def test_an_accepted_dispute_restricts_the_data_until_it_is_settled(assist: Installation) -> None:
    """The person reads since when and until when; the request stays with the person, and closing it ends it."""
    from daemon.rights.requests import close

    reply = assist.handle(mail("My name is wrong."))
    assert not _restricted(assist)
    assist.pipeline().review(reply.id, frozenset({Intent.RECTIFICATION}), "erika")
    assert _restricted(assist)
    assert assist.deliver() == 1
    assert assist.requests() == {"rectification": RequestState.WITH_PERSON}
    text = message_from_bytes(assist.submission.accepted[0][2], policy=policy.default).get_body(("plain",))
    assert "2 April 2026" in " ".join(text.get_content().split())  # the safe date
    with assist.database.write() as session:
        close(session, 1, how="done_by_hand", by="erika", now=assist.now)
    assert not _restricted(assist)
    assert assist.kinds()[-2:] == ["request_closed", "restriction_ended"]


def test_an_undone_dispute_restricts_nothing(assist: Installation) -> None:
    """As long as its letter has not left."""
    reply = assist.handle(mail("My name is wrong."))
    assist.pipeline().review(reply.id, frozenset({Intent.RECTIFICATION}), "erika")
    assist.pipeline().undo(reply.id, "erika")
    assert not _restricted(assist)


# --- facts that came later ---


def test_a_source_that_was_found_out_later_is_told(firm: Installation) -> None:
    """The copy was frozen without it; what is held stays as it was on that day."""
    firm.add_contact()
    with firm.database.write() as session:
        session.execute(update(Provenance).values(obtained_by=None))
    reply = firm.handle(mail("Send me a copy."))
    assert reply.state == ReplyState.REVIEW
    with firm.database.write() as session:
        session.execute(update(Provenance).values(obtained_by="research desk"))
        session.execute(update(Contact).values(company="Later Inc"))
    firm.pipeline().review(reply.id, ACCESS, "erika")
    assert firm.deliver() == 1
    parts = [part.get_payload(decode=True) or b"" for part in message_from_bytes(firm.submission.accepted[0][2]).walk()]
    assert any(b"research desk" in part for part in parts)
    assert not any(b"Later Inc" in part for part in parts)


# --- a code in place of a judgement ---


def test_a_person_has_a_code_sent(assist: Installation) -> None:
    """The reply waits for it without anybody; when it comes back, the person's key is all that is missing."""
    reply = assist.handle(mail("Send me a copy.", parent=None))
    assert "not_proved" in (reply.reasons or [])
    assist.pipeline().challenge(reply.id, "erika")
    assert assist.reply(reply.id).state == ReplyState.HANDLED
    code = sent_code(assist)
    answer(assist, f"Here: {code}")
    assist.handle_all()
    after = assist.reply(reply.id)
    assert (after.state, after.reasons) == (ReplyState.REVIEW, ["needs_key"])
    assert {"level": "E3", "rule": "code_returned"} in (after.evidence or [])


def test_a_code_that_may_not_be_sent_changes_nothing(assist: Installation) -> None:
    """The reason is said, and the reply waits as before."""
    reply = assist.handle(mail("Send me a copy.", parent=None))
    with assist.database.write() as session:
        session.execute(update(Contact).values(kind="role"))
    with pytest.raises(NoCode, match="role_mailbox"):
        assist.pipeline().challenge(reply.id, "erika")
    after = assist.reply(reply.id)
    assert (after.state, after.reasons) == (ReplyState.REVIEW, reply.reasons)
    assert not assist.rows(ChallengeRecord)


def test_a_stranger_is_sent_no_code(assist: Installation) -> None:
    """There is no stored address of theirs."""
    reply = assist.handle(mail("Send me a copy.", sender="stranger@example.net", parent=None))
    with pytest.raises(NoCode, match="nobody"):
        assist.pipeline().challenge(reply.id, "erika")


def test_what_is_proved_is_answered_while_the_rest_waits_for_its_code(firm: Installation) -> None:
    """Two letters of one mail, each once: the source now, the copy when the code is back."""
    firm.add_contact()
    reply = firm.handle(mail("Where is it from, and a copy.", parent=None))
    assert reply.state == ReplyState.HANDLED
    assert firm.deliver() == 2
    assert firm.requests() == {"data_source": RequestState.ANSWERED, "access": RequestState.OPEN}
    code = next(row for row in firm.rows(Letter) if row.step == "challenge")
    assert [row.step for row in firm.rows(Letter)] == ["answer", "challenge"]
    raw = next(raw for _, _, raw in firm.submission.accepted if code.message_id.encode() in raw)
    from tests.daemon.rights.challenging import code_in

    answer(firm, f"Here: {code_in(message_from_bytes(raw, policy=policy.default))}")
    firm.handle_all()
    assert firm.deliver() == 1
    assert firm.requests() == {"data_source": RequestState.ANSWERED, "access": RequestState.ANSWERED}
    assert [(row.step, row.sections) for row in firm.rows(Letter)][-1] == ("answer_2", ["access"])


def test_a_person_may_decide_while_the_code_is_out(firm: Installation) -> None:
    """Undone first: the code is void then, and what was sent is not said twice."""
    firm.add_contact()
    reply = firm.handle(mail("Send me a copy.", parent=None))
    firm.deliver()
    firm.pipeline().undo(reply.id, "erika")
    assert [row.state for row in firm.rows(ChallengeRecord)] == [ChallengeState.VOID]
    firm.pipeline().review(reply.id, ACCESS, "erika")
    assert firm.deliver() == 1
    assert firm.requests() == {"access": RequestState.ANSWERED}
