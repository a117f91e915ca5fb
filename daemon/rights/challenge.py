"""One-time codes for whoever reads a stored address (evidence E3): sent, passed, void.

The letter answers nothing by its header: In-Reply-To and References stay empty. Whoever asked may be anybody, so that
the identifiers in their mail are a stranger's text, or those of somebody else's thread, and the person at the stored
address is to learn no more than that somebody asked.
"""

import secrets
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from daemon.decisions.states import ChallengeState, DeliveryState, ReplyState, RequestState, check, sources
from daemon.ledger.entries import EntryKind, record
from daemon.mail.codes import ALPHABET, LENGTH
from daemon.records import ChallengeRecord, Contact, Delivery, LedgerEntry, Letter, Reply, Request, Subject
from daemon.records.conditional import rows_changed
from daemon.rights.decided import Decided, Effects, note
from daemon.rights.letters import Draft, queue_letter
from responses.facts import Challenge, Fact, Facts, Section

VALID_DAYS = 7
"""A code is good until the end of this day after the one on which it was made (UTC)."""

MOST_IN_30_DAYS = 3
"""Challenges to one person."""
MOST_IN_1_HOUR = 60
"""Challenges in all: nobody makes us write to many by writing to us in their names."""
ALARM_AT = 10
"""Refused codes within an hour that call a person. They lock nobody out: that would be a switch for an attacker."""

_LATEST = 5_000
"""Ledger entries that are looked through for refused codes of the last hour."""


def new_code() -> str:
    """A code as it stands in the letter: three groups of four, 51 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def start(decided: Decided, effects: Effects, *, language: str, released: bool) -> None:
    """Queue a letter with a code to the contact's stored address; where none may go, the reply is a person's."""
    contact, session = decided.contact, effects.session
    if contact is None or decided.facts is None:
        raise RuntimeError("a challenge was planned for somebody who is no contact")
    mine = session.scalar(select(ChallengeRecord).where(ChallengeRecord.reply_id == decided.reply.id))
    if mine is not None and mine.state == ChallengeState.OPEN:
        if released:
            _let_go(decided, effects)
        return
    obstacle = "asked_before" if mine else _obstacle(decided, contact) or _limit(session, contact, effects.now)
    if obstacle:
        to_a_person(session, decided.reply, f"challenge_refused:{obstacle}", effects.now)
        return
    code, last_day = new_code(), effects.now.date() + timedelta(days=VALID_DAYS)
    challenge = ChallengeRecord(
        reply_id=decided.reply.id,
        contact_id=contact.id,
        code_digest=effects.digester.code(code.replace("-", "")),
        state=ChallengeState.OPEN.value,
        created_at=effects.now,
        valid_until=datetime.combine(last_day + timedelta(days=1), time(), effects.now.tzinfo),
    )
    session.add(challenge)
    session.flush()
    at = f"challenges:{challenge.id}"
    said = Challenge(code=Fact(code, f"{at}.code"), valid_until=Fact(last_day, f"{at}.valid_until"))
    letter = Draft("challenge", (Section.CHALLENGE,), language, _only(said, decided.facts), None, ())
    queue_letter(letter, decided.reply, decided.account, contact, effects, released=released)
    payload = {"challenge": challenge.id, "valid_until": challenge.valid_until}
    note(EntryKind.CHALLENGED, decided, effects, payload)


def _let_go(decided: Decided, effects: Effects) -> None:
    """A person wants the code sent that waits for a key."""
    letter = effects.session.scalar(_letter_of(decided.reply.id))
    held = update(Delivery).where(Delivery.letter_id == letter, Delivery.state == DeliveryState.HELD)
    due = effects.now + effects.settling
    if rows_changed(effects.session, held.values(state=DeliveryState.QUEUED, reason=None, not_before=due)):
        note(EntryKind.LETTER_RELEASED, decided, effects, {"letter": letter})


def _letter_of(reply_id: int) -> Select[int]:
    return select(Letter.id).where(Letter.reply_id == reply_id, Letter.step == Section.CHALLENGE.value)


def _only(challenge: Challenge, facts: Facts) -> Facts:
    """The facts of a challenge: the sender, the code and its last day, and nothing that is held about anybody."""
    return replace(
        facts,
        provenance=(),
        held=(),
        correspondence=(),
        suppressed_on=None,
        opening=Fact("", facts.opening.record),
        name=None,
        assessment=None,
        challenge=challenge,
    )


def _obstacle(decided: Decided, contact: Contact) -> str | None:
    """Why no code may go to this contact because of this mail; None where it may."""
    if contact.letters_off_since is not None:
        return "letters_off"
    if decided.case.reading.automatic is not None or decided.case.reading.unanswerable is not None:
        return "robot"
    if contact.kind == "role":
        return "role_mailbox"  # several people read it: a code cannot tell which of them it is whose data is asked for
    return None


def _limit(session: Session, contact: Contact, now: datetime) -> str | None:
    """The limit that is reached; whatever became of a letter, its challenge counts."""
    # Whoever may add to the counts waits here for the others: the first row is there for all of them to lock.
    session.scalar(select(ChallengeRecord.id).order_by(ChallengeRecord.id).limit(1).with_for_update())
    counted = select(func.count()).select_from(ChallengeRecord)
    theirs = counted.where(ChallengeRecord.contact_id == contact.id)
    limits = (
        ("open", theirs.where(ChallengeRecord.state == ChallengeState.OPEN), 1),
        ("month", theirs.where(ChallengeRecord.created_at > now - timedelta(days=30)), MOST_IN_30_DAYS),
        ("hour", counted.where(ChallengeRecord.created_at > now - timedelta(hours=1)), MOST_IN_1_HOUR),
    )
    return next((name for name, query, most in limits if (session.scalar(query) or 0) >= most), None)


def passed(decided: Decided, effects: Effects, challenge_id: int) -> None:
    """The code came back: once, and in time. The reply that it was sent for is decided again, its sender proved.

    Whoever returned it gets nothing by that: letters go to the stored address alone.
    """
    session, now = effects.session, effects.now
    challenge = session.get_one(ChallengeRecord, challenge_id)
    # First the reply, then its challenge: the order in which a review locks them.
    asking = session.get_one(Reply, challenge.reply_id, with_for_update=True)
    settled = _settle(session, challenge_id, ChallengeState.PASSED, now, arrived=decided.reply.received_at)
    if not settled:  # a second mail with the code, or a person's decision, came first
        to_a_person(session, decided.reply, "code_wrong", now)
        return
    if asking.state != ReplyState.RECEIVED:
        check(ReplyState(asking.state), ReplyState.RECEIVED)
        asking.state, asking.attempts = ReplyState.RECEIVED, 0
        asking.claim_token = asking.claimed_until = None
    session.flush()
    _record(session, asking, EntryKind.CHALLENGE_PASSED, now, {"challenge": challenge_id, "by": decided.reply.id})


def refused(decided: Decided, effects: Effects) -> tuple[str, ...]:
    """Count a code that proves nothing; returns the reason of an alarm when there were many within an hour."""
    if decided.case.code_refused is None:
        return ()
    note(EntryKind.CODE_REFUSED, decided, effects, {"why": decided.case.code_refused.value})
    effects.session.flush()
    latest = select(LedgerEntry.kind, LedgerEntry.at).order_by(LedgerEntry.id.desc()).limit(_LATEST).subquery()
    counted = select(func.count()).where(
        latest.c.kind == EntryKind.CODE_REFUSED.value, latest.c.at > effects.now - timedelta(hours=1)
    )
    if effects.session.scalar(counted) != ALARM_AT:
        return ()
    note(EntryKind.ALARM, decided, effects, {"reason": "codes_guessed"})
    return ("codes_guessed",)


def void(session: Session, reply: Reply, now: datetime) -> None:
    """A person decides about the reply: its code is worth nothing any more, and leaves no more if it has not left."""
    challenge = session.scalar(select(ChallengeRecord.id).where(ChallengeRecord.reply_id == reply.id))
    if challenge is not None and _settle(session, challenge, ChallengeState.VOID, now):
        withdraw(session, reply.id)
        _record(session, reply, EntryKind.CHALLENGE_VOIDED, now, {"challenge": challenge})


def expire(session: Session, challenge_id: int, reason: str, now: datetime) -> bool:
    """The code did not come back: a person looks at the reply; False when it was settled meanwhile."""
    reply_id = session.get_one(ChallengeRecord, challenge_id).reply_id
    reply = session.get_one(Reply, reply_id, with_for_update=True)
    if not _settle(session, challenge_id, ChallengeState.EXPIRED, now):
        return False
    withdraw(session, reply.id)
    if reply.state in {ReplyState.HANDLED, ReplyState.REVIEW}:
        to_a_person(session, reply, reason, now)
    _record(session, reply, EntryKind.CHALLENGE_EXPIRED, now, {"challenge": challenge_id})
    return True


def withdraw(session: Session, reply_id: int) -> None:
    """Keep back a letter whose code is worth nothing any more, unless it is on its way."""
    waiting = (DeliveryState.HELD, DeliveryState.QUEUED, DeliveryState.REFUSED)
    unsent = update(Delivery).where(Delivery.letter_id.in_(_letter_of(reply_id)), Delivery.state.in_(waiting))
    session.execute(unsent.values(state=DeliveryState.WITHDRAWN))


def to_a_person(session: Session, reply: Reply, reason: str, now: datetime) -> None:
    """The reply is on the desk, with the reason, and the machine answers none of its requests; their clocks run on."""
    check(ReplyState(reply.state), ReplyState.REVIEW)
    reply.state, reply.reasons = ReplyState.REVIEW, [*(reply.reasons or []), reason]
    session.flush()
    session.execute(
        update(Request)
        .where(Request.reply_id == reply.id, Request.state == RequestState.OPEN)
        .values(state=RequestState.WITH_PERSON, changed_at=now)
    )


def _settle(
    session: Session, challenge_id: int, to: ChallengeState, now: datetime, *, arrived: datetime | None = None
) -> bool:
    """End an open challenge, once; a code that `arrived` has to have done so in time."""
    mine = update(ChallengeRecord).where(ChallengeRecord.id == challenge_id, ChallengeRecord.state.in_(sources(to)))
    if arrived is not None:
        mine = mine.where(ChallengeRecord.valid_until > arrived)
    return rows_changed(session, mine.values(state=to, settled_at=now)) == 1


def _record(session: Session, reply: Reply, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    """The entry stands under the contact that the challenge was sent to."""
    contact = select(ChallengeRecord.contact_id).where(ChallengeRecord.reply_id == reply.id).scalar_subquery()
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == contact))
    record(session, now, kind, subject=subject, payload={"reply": reply.id, "case": reply.case, **payload})
