"""One-time codes: sent to the stored address alone, good once, and worth nothing in any other way."""

import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from classifiers.intents import Intent
from daemon.cli.review_actions import dismiss_reply
from daemon.decisions.case import CodeRefused, Level
from daemon.decisions.plan import OpenRequest, PassChallenge, SendChallenge
from daemon.decisions.states import DeliveryState, ReplyState
from daemon.records import ChallengeRecord, Contact, Delivery, LedgerEntry, Letter, Reply, Request
from daemon.records.encryption import Sealed
from daemon.rights import challenge as challenging
from daemon.rights.challenges import Challenges
from tests.daemon.installation import JANE, START, Installation, bounce, mail
from tests.daemon.rights.challenging import (
    FORGED,
    answer,
    came_back,
    carried_out,
    challenged,
    code_in,
    forged_request,
    letter_of,
    quoted,
    sent_code,
    states,
    text_of,
    understood,
)

EVIL = "mallory@evil.example"
BOB = "bob@example.net"


@pytest.fixture
def jane(firm: Installation) -> int:
    """A contact."""
    return firm.add_contact()


def _put(firm: Installation, reply_id: int, state: ReplyState) -> None:
    """A reply as it stands after something that this test is not about."""
    with firm.database.write() as session:
        session.get_one(Reply, reply_id).state = state


def _people(firm: Installation, count: int) -> list[str]:
    people = [f"person{number}@example.net" for number in range(count)]
    for number, address in enumerate(people, start=100):
        firm.add_contact(address, number=number)
    return people


# --- the letter ---


def test_the_letter_goes_to_the_stored_address_and_says_nothing(firm: Installation, jane: int) -> None:
    """Neither a name nor an address, subject, Message-ID or reference of the mail that asked stands in it."""
    reply_id = forged_request(firm, more=("Reply-To: mallory@evil.example", "References: <secret.thread@example.org>"))
    carried_out(firm, reply_id, SendChallenge("en", released=True))
    firm.deliver()
    ((_, recipient, raw),) = firm.submission.accepted
    assert recipient == JANE
    letter = letter_of(firm)
    assert letter["In-Reply-To"] is None
    assert letter["References"] is None
    assert letter["Subject"] == "Is this request yours?"
    assert letter["Auto-Submitted"] == "auto-replied"
    said = raw.decode("ascii")
    for secret in ("evil", "secret.thread", "Jane Doe", "Example Ltd", "second plant", "R-0"):
        assert secret not in said
    assert code_in(letter)


def test_the_text_is_the_same_for_everybody(firm: Installation) -> None:
    """Two people get the same letter, save the code."""
    texts = []
    for number, address in enumerate(_people(firm, 2)):
        challenged(firm, address, message_id=f"<forged.{number}@evil.example>")
        code = sent_code(firm)
        texts.append(text_of(letter_of(firm)).replace(code, "CODE"))
    assert texts[0] == texts[1]


def test_only_a_digest_of_the_code_is_stored(firm: Installation, jane: int) -> None:
    """The row holds a keyed digest; the code stands in the sealed facts of its letter, beside nothing that is held."""
    challenged(firm)
    code = sent_code(firm)
    (row,) = firm.rows(ChallengeRecord)
    assert row.code_digest == firm.digester.code(code.replace("-", ""))
    assert (row.contact_id, row.state) == (jane, "open")
    (letter,) = firm.rows(Letter)
    assert letter.facts is not None
    assert letter.facts_key is not None
    facts = json.loads(firm.vault.open(Sealed(letter.facts, letter.facts_key), "letter.facts"))
    assert facts["challenge"]["code"]["value"] == code
    assert (facts["held"], facts["provenance"], facts["correspondence"], facts["name"]) == ([], [], [], None)
    assert facts["opening"]["value"] == ""
    assert code not in str([(e.kind, e.payload) for e in firm.rows(LedgerEntry)])


def test_a_challenge_is_held_for_a_key_unless_released(firm: Installation, jane: int) -> None:
    """In assist mode nothing leaves by itself."""
    challenged(firm, released=False)
    assert [row.state for row in firm.rows(Delivery)] == [DeliveryState.HELD]
    assert firm.deliver() == 0


def test_deciding_the_same_reply_again_sends_no_second_code(firm: Installation, jane: int) -> None:
    """One challenge for each reply: an open one is joined, a settled one is not begun anew."""
    reply_id = challenged(firm)
    _put(firm, reply_id, ReplyState.RECEIVED)
    assert carried_out(firm, reply_id, SendChallenge("en", released=True)).state == ReplyState.HANDLED
    assert len(firm.rows(Letter)) == len(firm.rows(ChallengeRecord)) == 1
    with firm.database.write() as session:
        session.execute(update(ChallengeRecord).values(state="expired"))
    _put(firm, reply_id, ReplyState.RECEIVED)
    reply = carried_out(firm, reply_id, SendChallenge("en", released=True))
    assert (reply.state, reply.reasons) == (ReplyState.REVIEW, ["challenge_refused:asked_before"])


def test_a_person_lets_go_the_code_that_waits_for_a_key(firm: Installation, jane: int) -> None:
    """Wanting it sent once more, with the key in hand, sends the letter that is there."""
    reply_id = challenged(firm, released=False)
    _put(firm, reply_id, ReplyState.RECEIVED)
    carried_out(firm, reply_id, SendChallenge("en", released=True))
    assert firm.deliver() == 1
    assert len(firm.rows(Letter)) == 1
    assert "letter_released" in firm.kinds()


# --- to whom none goes ---


def _refused(firm: Installation, reply_id: int) -> list[str]:
    """Try to challenge; what the person reads, after nothing was sent and the request became theirs."""
    before = len(firm.rows(Letter))
    steps = OpenRequest(Intent.ACCESS, with_person=False), SendChallenge("en", released=True)
    reply = carried_out(firm, reply_id, *steps)
    assert reply.state == ReplyState.REVIEW
    assert len(firm.rows(Letter)) == before
    assert {row.state for row in firm.rows(Request) if row.reply_id == reply_id} == {"with_person"}
    return list(reply.reasons or [])


def test_none_goes_where_letters_are_off(firm: Installation, jane: int) -> None:
    """A letter there has bounced."""
    with firm.database.write() as session:
        session.get_one(Contact, jane).letters_off_since = firm.now
    assert _refused(firm, forged_request(firm)) == ["challenge_refused:letters_off"]


def test_none_goes_to_a_mailbox_of_several_people(firm: Installation) -> None:
    """A code proves that somebody reads it, not that it is the one whose data is asked for."""
    firm.add_contact(kind="role")
    assert _refused(firm, forged_request(firm)) == ["challenge_refused:role_mailbox"]


@pytest.mark.parametrize("mark", ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <x.example.com>"])
def test_none_answers_a_robot(firm: Installation, jane: int, mark: str) -> None:
    """Nor mail that no letter may answer: no loop begins with a code."""
    assert _refused(firm, forged_request(firm, more=(mark,))) == ["challenge_refused:robot"]


def test_one_is_open_for_an_address_at_a_time(firm: Installation, jane: int) -> None:
    """A second mail in their name sends no second code; a person looks at it."""
    challenged(firm)
    assert _refused(firm, forged_request(firm, message_id="<2@evil.example>")) == ["challenge_refused:open"]


def test_three_go_to_a_person_in_thirty_days(firm: Installation, jane: int) -> None:
    """Whatever became of the letters."""
    for number in range(3):
        challenged(firm, message_id=f"<{number}@evil.example>")
        firm.now += timedelta(days=9)
        assert Challenges(firm.database, lambda: firm.now).expire() == 1
    assert _refused(firm, forged_request(firm)) == ["challenge_refused:month"]
    firm.now += timedelta(days=4)
    assert challenged(firm, message_id="<4@evil.example>")
    assert states(firm) == ["expired"] * 3 + ["open"]


def test_a_flood_in_many_names_writes_to_sixty_at_most(firm: Installation, jane: int) -> None:
    """Within an hour, whoever they were; the rest is a person's."""
    assert challenging.MOST_IN_1_HOUR == 60
    asked = [firm.receive(mail(str(number)), state=ReplyState.HANDLED) for number in range(60)]
    until = firm.now + timedelta(days=8)
    with firm.database.write() as session:
        session.add_all(
            ChallengeRecord(
                reply_id=reply_id, contact_id=None, code_digest=str(reply_id), state="void", created_at=firm.now,
                valid_until=until,
            )
            for reply_id in asked
        )  # fmt: skip
    assert _refused(firm, forged_request(firm)) == ["challenge_refused:hour"]
    firm.now += timedelta(minutes=61)
    challenged(firm, message_id="<2@evil.example>")
    assert states(firm)[-1] == "open"


# --- the code comes back ---


def test_a_code_that_comes_back_has_its_request_decided_again(firm: Installation, jane: int) -> None:
    """The challenge is passed, the reply that asked is as if it had just come, its sender proved."""
    asking = challenged(firm)
    code = sent_code(firm)
    reply = came_back(firm, answer(firm, f"Yes, here it is: {code}\n\nJane"))
    assert reply.state == ReplyState.HANDLED
    assert states(firm) == ["passed"]
    asked = firm.reply(asking)
    assert (asked.state, asked.attempts, asked.claim_token) == (ReplyState.RECEIVED, 0, None)
    assert understood(firm, asking).case.has(Level.CODE)
    assert "challenge_passed" in firm.kinds()


@pytest.mark.parametrize("state", [ReplyState.HANDLED, ReplyState.REVIEW])
def test_it_does_not_matter_whether_a_person_had_it_on_the_desk(
    firm: Installation, jane: int, state: ReplyState
) -> None:
    """A reply that waits for a person goes back to the machine all the same."""
    asking = challenged(firm)
    code = sent_code(firm)
    _put(firm, asking, state)
    came_back(firm, answer(firm, code))
    assert firm.reply(asking).state == ReplyState.RECEIVED


def test_a_used_code_is_worth_nothing(firm: Installation, jane: int) -> None:
    """Sent again it proves nothing; a person sees that it was."""
    challenged(firm)
    code = sent_code(firm)
    came_back(firm, answer(firm, code))
    again = understood(firm, answer(firm, code, number=2)).case
    assert (again.returned_challenge, again.code_refused) == (None, CodeRefused.WRONG)


def test_of_two_answers_at_once_the_first_counts(firm: Installation, jane: int) -> None:
    """Both were understood before either was settled: the second finds the challenge passed, and waits for a person."""
    asking = challenged(firm)
    code = sent_code(firm)
    first, second = answer(firm, code), answer(firm, code, number=2)
    challenge_id = understood(firm, second).case.returned_challenge
    assert challenge_id is not None
    came_back(firm, first)
    _put(firm, asking, ReplyState.HANDLED)
    late = carried_out(firm, second, PassChallenge(challenge_id))
    assert (late.state, late.reasons) == (ReplyState.REVIEW, ["code_wrong"])
    assert firm.reply(asking).state == ReplyState.HANDLED
    assert firm.kinds().count("challenge_passed") == 1


def test_a_code_of_somebody_else_proves_nothing(firm: Installation, jane: int) -> None:
    """Whoever answers as one person with the code of another is looked at by a person."""
    firm.add_contact(BOB, number=2)
    challenged(firm, BOB)
    code = sent_code(firm)
    case = understood(firm, answer(firm, code, in_thread=False)).case
    assert (case.returned_challenge, case.code_refused) == (None, CodeRefused.FOREIGN)


def test_two_challenges_have_two_codes(firm: Installation, jane: int) -> None:
    """Each belongs to its own request; both in one mail are nobody's."""
    firm.add_contact(BOB, number=2)
    mine = challenged(firm)
    code = sent_code(firm)
    theirs = challenged(firm, BOB, message_id="<2@evil.example>")
    other = sent_code(firm)
    assert understood(firm, answer(firm, f"{code} {other}", in_thread=False)).case.code_refused is CodeRefused.FOREIGN
    both = answer(firm, f"{code}\n\n\n\n\n{other}", sender=EVIL, number=2, in_thread=False)
    assert understood(firm, both).case.code_refused is CodeRefused.FOREIGN
    came_back(firm, answer(firm, code, number=3, in_thread=False))
    assert states(firm) == ["passed", "open"]
    assert (firm.reply(mine).state, firm.reply(theirs).state) == (ReplyState.RECEIVED, ReplyState.HANDLED)


def test_from_a_third_address_the_code_proves_as_much(firm: Installation, jane: int) -> None:
    """Who reads the stored mailbox may write from another; letters go to the stored address all the same."""
    asking = challenged(firm)
    code = sent_code(firm)
    came_back(firm, answer(firm, code, sender="jane.private@example.org", in_thread=False))
    assert understood(firm, asking).case.has(Level.CODE)


def test_a_changed_address_was_not_proved(firm: Installation, jane: int) -> None:
    """The code came from the old one; what is stored now has not shown anything."""
    asking = challenged(firm)
    came_back(firm, answer(firm, sent_code(firm)))
    with firm.database.write() as session:
        contact = session.get_one(Contact, jane)
        contact.email = "jane.new@example.com"
    assert not understood(firm, asking).case.has(Level.CODE)


def test_a_code_arrives_in_time_or_not_at_all(firm: Installation, jane: int) -> None:
    """It is good to the end of the last day that the letter names, by the arrival of the mail."""
    challenged(firm)
    code = sent_code(firm)
    (row,) = firm.rows(ChallengeRecord)
    assert "12 March 2026" in text_of(letter_of(firm))
    assert row.valid_until == START.replace(hour=0) + timedelta(days=8)
    firm.now = row.valid_until - timedelta(seconds=1)
    in_time = answer(firm, code)
    firm.now = row.valid_until
    assert understood(firm, answer(firm, code, number=2)).case.code_refused is CodeRefused.WRONG
    came_back(firm, in_time)
    assert states(firm) == ["passed"]


def test_other_wishes_in_the_same_mail_stay_what_they_are(firm: Installation, jane: int) -> None:
    """The code is one thing, the wish to be left alone another."""
    challenged(firm)
    case = understood(firm, answer(firm, f"{sent_code(firm).lower()}, and stop writing")).case
    assert case.returned_challenge is not None
    assert Intent.OPT_OUT in case.prediction.act


# --- what looks like an answer ---


@pytest.mark.parametrize("above", ["", "Yes", "Yes, it was me.", "That was not me!"])
def test_a_code_that_is_only_quoted_proves_nothing(firm: Installation, jane: int, above: str) -> None:
    """The likeliest answer of somebody who asked for nothing quotes our letter too; a person reads it."""
    asking = challenged(firm)
    sent_code(firm)
    case = understood(firm, answer(firm, quoted(letter_of(firm), above))).case
    assert (case.returned_challenge, case.code_refused) == (None, CodeRefused.QUOTED)
    assert firm.reply(asking).state == ReplyState.HANDLED


def test_a_code_above_the_quote_counts(firm: Installation, jane: int) -> None:
    """The usual answer: copied above, the letter below."""
    challenged(firm)
    code = sent_code(firm)
    assert understood(firm, answer(firm, quoted(letter_of(firm), f"Hello, {code}"))).case.returned_challenge


def _unmarked(letter: EmailMessage) -> str:
    return f"Thank you for your message:\n\n{text_of(letter)}"


def test_our_letter_without_quote_marks_is_no_answer(firm: Installation, jane: int) -> None:
    """Forwarding rules and ticket systems return it so; our own words are known, whatever stands before them."""
    challenged(firm)
    code = sent_code(firm)
    returned = answer(firm, _unmarked(letter_of(firm)))
    assert understood(firm, returned).case.code_refused is CodeRefused.QUOTED
    typed = answer(firm, f"{code}\n\n{text_of(letter_of(firm))}", number=2)
    assert understood(firm, typed).case.returned_challenge


@pytest.mark.parametrize(
    "more",
    [("Auto-Submitted: auto-replied",), ("X-Autoreply: yes",), ("Precedence: auto_reply",), ("X-Autorespond: yes",)],
)
def test_an_auto_reply_proves_nothing(firm: Installation, jane: int, more: tuple[str, ...]) -> None:
    """Even one that spells the code in words of its own."""
    challenged(firm)
    code = sent_code(firm)
    away = understood(firm, answer(firm, f"I am away. You wrote: {code}", more=more)).case
    assert away.reading.automatic is not None
    assert (away.returned_challenge, away.code_refused) == (None, None)


def test_a_bounce_of_the_letter_proves_nothing_and_ends_the_challenge(firm: Installation, jane: int) -> None:
    """Nobody waits a week for a code that nobody got."""
    asking = challenged(firm)
    code = sent_code(firm)
    returned = bounce(JANE, firm.rows(Letter)[-1].message_id).replace(b"Good morning", code.encode())
    firm.handle(returned)
    assert states(firm) == ["open"]
    assert Challenges(firm.database, lambda: firm.now).expire() == 1
    reply = firm.reply(asking)
    assert (states(firm), reply.state, (reply.reasons or [])[-1]) == (["expired"], "review", "letter_bounced")


def test_a_code_beside_a_denial_is_read_by_a_person(firm: Installation, jane: int) -> None:
    """Somebody quotes it in their own words to say that they asked for nothing."""
    challenged(firm)
    case = understood(firm, answer(firm, f"I did not ask for the code {sent_code(firm)}!")).case
    assert (case.returned_challenge, case.code_refused) == (None, CodeRefused.DENIED)


# --- guessing ---


def test_a_wrong_code_is_counted_and_nobody_outside_learns_of_it(firm: Installation, jane: int) -> None:
    """No letter says whether a code was wrong, used or unknown; the mail waits for a person."""
    challenged(firm)
    sent_code(firm)
    letters = len(firm.rows(Letter))
    reply = firm.handle(firm.raw(firm.reply(answer(firm, "CDFG-HJKM-NPRT"))))
    assert (reply.state, "code_wrong" in (reply.reasons or [])) == (ReplyState.REVIEW, True)
    stranger = firm.handle(mail("CDFG-HJKM-NPRT", sender=EVIL, parent=None, message_id="<s@evil.example>"))
    assert (stranger.state, stranger.reasons) == (ReplyState.REVIEW, ["code_wrong"])
    assert len(firm.rows(Letter)) == letters
    assert states(firm) == ["open"]
    assert firm.kinds().count("code_refused") >= 2


def test_many_wrong_codes_call_a_person_and_lock_nobody_out(firm: Installation, jane: int) -> None:
    """The alarm rings once in a flood; the right code counts all the same."""
    challenged(firm)
    code = sent_code(firm)
    for number in range(challenging.ALARM_AT + 3):
        guess = mail(f"CDFG-HJKM-NPRT {number}", sender=EVIL, parent=None, message_id=f"<{number}@evil.example>")
        firm.handle(guess)
    with firm.database.read() as session:
        alarms = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "alarm")).all()
    assert [entry.payload["reason"] for entry in alarms] == ["codes_guessed"]
    came_back(firm, answer(firm, code, number=99))
    assert states(firm) == ["passed"]


# --- no answer, and a person's decision ---


def test_without_an_answer_a_person_looks_at_the_request(firm: Installation, jane: int) -> None:
    """After the last day, and an hour for mail that is on its way; the law's clock has run all the time."""
    asking = challenged(firm)
    sent_code(firm)
    due = firm.rows(Request)[0].legal_due
    challenges = Challenges(firm.database, lambda: firm.now)
    firm.now = firm.rows(ChallengeRecord)[0].valid_until + timedelta(minutes=59)
    assert challenges.expire() == 0
    firm.now += timedelta(minutes=2)
    assert (challenges.expire(), challenges.expire()) == (1, 0)
    reply, request = firm.reply(asking), firm.rows(Request)[0]
    assert (reply.state, (reply.reasons or [])[-1]) == (ReplyState.REVIEW, "challenge_expired")
    assert (request.state, request.legal_due) == ("with_person", due)
    assert "challenge_expired" in firm.kinds()


def test_an_expired_code_that_nobody_let_go_does_not_leave(firm: Installation, jane: int) -> None:
    """A letter held for a key to the end is withdrawn with its code."""
    challenged(firm, released=False)
    firm.now += timedelta(days=9)
    Challenges(firm.database, lambda: firm.now).expire()
    assert [row.state for row in firm.rows(Delivery)] == [DeliveryState.WITHDRAWN]


def test_a_persons_decision_voids_the_code(firm: Installation, jane: int) -> None:
    """What was decided without it needs it no more; if it has not left yet, it does not leave."""
    asking = challenged(firm)
    code = sent_code(firm)
    _put(firm, asking, ReplyState.REVIEW)
    firm.pipeline().review(asking, frozenset({Intent.ACCESS}), "kim")
    assert states(firm) == ["void"]
    assert understood(firm, answer(firm, code)).case.code_refused is CodeRefused.WRONG
    assert not understood(firm, asking).case.has(Level.CODE)
    assert "challenge_voided" in firm.kinds()


def test_a_code_that_a_person_made_needless_does_not_leave(firm: Installation, jane: int) -> None:
    """Its letter still waits when the reply is decided without it: what leaves is the answer alone."""
    asking = challenged(firm)
    _put(firm, asking, ReplyState.REVIEW)
    firm.pipeline().review(asking, frozenset({Intent.ACCESS}), "kim")
    kept = {letter.step: row.state for letter, row in zip(firm.rows(Letter), firm.rows(Delivery), strict=True)}
    assert kept["challenge"] == DeliveryState.WITHDRAWN
    assert states(firm) == ["void"]


def test_a_dismissed_reply_keeps_its_code_back(firm: Installation, jane: int) -> None:
    """A held letter with a code is withdrawn when a person has dealt with the request elsewhere."""
    asking = challenged(firm, released=False)
    _put(firm, asking, ReplyState.REVIEW)
    with firm.database.write() as session:
        dismiss_reply(session, asking, "kim", firm.now)
    assert states(firm) == ["void"]
    assert [row.state for row in firm.rows(Delivery)] == [DeliveryState.WITHDRAWN]


def test_a_reply_with_an_expired_code_can_be_dismissed(firm: Installation, jane: int) -> None:
    """Its letter was withdrawn before; that is no obstacle."""
    asking = challenged(firm, released=False)
    firm.now += timedelta(days=9)
    Challenges(firm.database, lambda: firm.now).expire()
    with firm.database.write() as session:
        dismiss_reply(session, asking, "kim", firm.now)
    assert (firm.reply(asking).state, states(firm)) == (ReplyState.HANDLED, ["expired"])


def test_the_forger_learns_nothing(firm: Installation, jane: int) -> None:
    """Whatever happens, the only letters that leave go to the stored address, and name nothing of the forged mail."""
    challenged(firm)
    came_back(firm, answer(firm, sent_code(firm), sender=EVIL, in_thread=False))
    firm.handle_all()
    firm.deliver()
    assert {recipient for _, recipient, _ in firm.submission.accepted} == {JANE}
    assert all(FORGED.encode() not in raw for _, _, raw in firm.submission.accepted[:1])
