"""Delivering: claim, transmit once, mark.

A letter is CLAIMED while it is printed and its envelope offered; nothing of it is on the wire. Just before its text
goes out, one conditional update makes it TRANSMITTING and checks everything again: token, address, switches. From
there on only the server's own word makes it SENT; a crash or a lost answer leaves it IN_DOUBT, and no machine ever
sends it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.decisions.states import DeliveryState, ReplyState, RequestState, sources
from daemon.decisions.table import answered_by
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.mail.backoff import retry_delay
from daemon.mail.errors import DeliveryInDoubt, InsecureConnection, LetterRefused, LoginRefused, SmtpUnavailable
from daemon.outbox.claim import TRANSMISSION, Claimed, abandoned, claim_due, due, move
from daemon.outbox.letterpress import LetterStopped, Printed, printed, read_draft
from daemon.records import Contact, Delivery, Letter, Reply, Request, Subject
from daemon.records.database import Database
from daemon.records.encryption import Vault
from daemon.rights.sign_off import signed_off
from responses.rendering import Templates

log = structlog.get_logger()

BATCH = 20
MOST_ATTEMPTS = 8
"""Temporary refusals after which a person looks at the letter; with the back-off some hours."""

OUT_OF_REACH = (SmtpUnavailable, LoginRefused, InsecureConnection)
"""The server is not there for any letter; nothing of this one was accepted."""


class Submission(Protocol):
    """A connection to the submission server (daemon/mail/smtp.py)."""

    def deliver(
        self, envelope_from: str, recipient: str, raw: bytes, before_data: Callable[[], None] | None = None
    ) -> str:
        """Hand over one letter to one recipient; `before_data` runs after RCPT and before the text."""


class NoLongerOurs(Exception):  # noqa: N818  an outcome: somebody decided otherwise meanwhile
    """The delivery was withdrawn, its address changed, or another node took it over."""


def no_copy(_raw: bytes, _at: datetime) -> bool:
    """Keep no copy: the provider does, or the owner does not want one."""
    return False


def in_no_folder(_message_ids: set[str]) -> set[str]:
    """There is no Sent folder to look into."""
    return set()


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs, wired once."""

    database: Database
    vault: Vault
    clock: Clock
    node: str
    templates: Templates
    stopped: Callable[[], bool]
    """Whether `replyd pause` holds back everything that leaves."""
    chance: Callable[[], float]
    """A random number from 0 to 1 that spreads retries."""
    keep_copy: Callable[[bytes, datetime], bool] = no_copy
    """Puts a copy of a sent letter into the Sent folder; True when it did."""
    in_sent: Callable[[set[str]], set[str]] = in_no_folder
    """Which of these Message-IDs stand in the Sent folder: a provider that keeps copies itself can settle a doubt."""
    account_id: int | None = None
    """Whose letters it delivers: each account has a server and a Sent folder of its own. None: everybody's."""

    def deliver_due(self, submission: Submission, *, limit: int = BATCH) -> int:
        """Deliver what is due now; returns how many letters the server accepted. Stops when the server is not there."""
        with self.database.read() as session:
            if self.stopped() or not due(session, self.clock(), self.account_id):
                return 0
        claims = self._claimed(limit)
        sent = 0
        for number, claim in enumerate(claims):
            try:
                sent += self._deliver(claim, submission)
            except OUT_OF_REACH as error:
                _say_out_of_reach(error)
                self._put_back(claims[number:])
                break
        return sent

    def hold_due(self, reason: str) -> int:
        """Hand every letter whose time has come to a person, with this reason; returns how many there were."""
        with self.database.read() as session:
            if not due(session, self.clock(), self.account_id):
                return 0
        claims = self._claimed(BATCH)
        return sum(self._to_a_person(claim, DeliveryState.HELD, reason, EntryKind.LETTER_STOPPED) for claim in claims)

    def _claimed(self, limit: int) -> list[Claimed]:
        locking = self.database.is_postgresql
        with self.database.write() as session:
            return claim_due(session, self.node, self.clock(), limit=limit, locking=locking, account_id=self.account_id)

    def _deliver(self, claim: Claimed, submission: Submission) -> bool:
        with structlog.contextvars.bound_contextvars(letter=claim.letter_id):
            try:
                letter = self._print(claim)
                submission.deliver(
                    letter.envelope_from, letter.recipient, letter.raw, lambda: self._begin(claim, letter)
                )
            except LetterStopped as error:
                self._to_a_person(claim, DeliveryState.HELD, error.reason, EntryKind.LETTER_STOPPED)
            except NoLongerOurs:
                log.info("letter_not_ours_any_more")
            except LetterRefused as error:
                self._refused(claim, error)
            except DeliveryInDoubt:
                return self._unanswered(claim)
            except OUT_OF_REACH:
                raise
            except Exception as error:
                log.exception("letter_failed")
                self._failed(claim, f"fault:{type(error).__name__}")
            else:
                self._sent(claim, letter)
                return True
            return False

    def _print(self, claim: Claimed) -> Printed:
        with self.database.read() as session:
            draft = read_draft(session, self.vault, claim.letter_id)
            by_key = session.scalar(select(Delivery.by_key).where(Delivery.id == claim.delivery_id))
            if not by_key and draft.letter.language not in signed_off(session, self.templates):
                raise LetterStopped("not_signed_off")
        return printed(draft, self.templates, self.clock())

    def _begin(self, claim: Claimed, letter: Printed) -> None:
        """Last look before the first byte of text: ours, to the stored address, switched on. Raises NoLongerOurs."""
        with self.database.write() as session:
            contact = session.scalar(select(Contact).join(Letter).where(Letter.id == claim.letter_id))
            unchanged = contact is not None and contact.email == letter.recipient and contact.letters_off_since is None
            begun = False
            if self.stopped():
                move(session, claim, DeliveryState.QUEUED, reason="paused")
            elif unchanged:
                begun = move(session, claim, DeliveryState.TRANSMITTING, claimed_until=self.clock() + TRANSMISSION)
            else:
                reason = "changed_while_claimed"
                hand_over(session, claim, DeliveryState.HELD, reason, EntryKind.LETTER_STOPPED, self.clock())
        if not begun:
            raise NoLongerOurs

    def _sent(self, claim: Claimed, letter: Printed) -> None:
        now = self.clock()
        with self.database.write() as session:
            mark_sent(session, claim, now)
        log.info("letter_sent")
        if self.keep_copy(letter.raw, now):
            with self.database.write() as session:
                session.execute(update(Delivery).where(Delivery.id == claim.delivery_id).values(copied_at=now))

    def _refused(self, claim: Claimed, error: LetterRefused) -> None:
        if error.permanent or claim.attempts >= MOST_ATTEMPTS:
            self._to_a_person(claim, DeliveryState.REFUSED, f"smtp_{error.code}", EntryKind.LETTER_REFUSED)
            return
        with self.database.write() as session:
            again = self.clock() + retry_delay(claim.attempts, self.chance())
            move(session, claim, DeliveryState.QUEUED, not_before=again, reason=f"smtp_{error.code}")

    def _unanswered(self, claim: Claimed) -> bool:
        """The text went out whole and no answer came: Sent may know. Returns whether the letter was accepted."""
        with self.database.read() as session:
            message_id = session.get_one(Letter, claim.letter_id).message_id
        if self.in_sent({message_id}):
            with self.database.write() as session:
                mark_sent(session, claim, self.clock())
            log.info("letter_found_in_sent")
            return True
        self._to_a_person(claim, DeliveryState.IN_DOUBT, "no_answer", EntryKind.LETTER_IN_DOUBT)
        return False

    def _failed(self, claim: Claimed, reason: str) -> None:
        """A fault of ours: it must not keep the letters behind this one waiting, nor send this one twice."""
        if not self._to_a_person(claim, DeliveryState.HELD, reason, EntryKind.LETTER_STOPPED):
            self._to_a_person(claim, DeliveryState.IN_DOUBT, reason, EntryKind.LETTER_IN_DOUBT)

    def _to_a_person(self, claim: Claimed, state: DeliveryState, reason: str, kind: EntryKind) -> bool:
        with self.database.write() as session:
            moved = hand_over(session, claim, state, reason, kind, self.clock())
        if moved:
            log.warning("letter_for_a_person", state=state.value, reason=reason)
        return moved

    def _put_back(self, claims: list[Claimed]) -> None:
        """Nothing of these was transmitted: they wait for the server without losing their place."""
        with self.database.write() as session:
            for claim in claims:
                again = self.clock() + min(retry_delay(claim.attempts, self.chance()), timedelta(minutes=5))
                move(session, claim, DeliveryState.QUEUED, not_before=again, reason="smtp_unavailable")

    def recover(self, in_sent: Callable[[set[str]], set[str]]) -> int:
        """After a crash: requeue what was only claimed, look for what was transmitting in Sent, report the rest.

        For the thread that delivers, between deliveries: whatever is claimed by this node is then nobody's.
        `in_sent` says which of these Message-IDs stand in the Sent folder. Returns how many letters are in doubt.
        """
        now = self.clock()
        with self.database.write() as session:
            for claim in abandoned(session, self.node, now, DeliveryState.CLAIMED, self.account_id):
                move(session, claim, DeliveryState.QUEUED, reason="owner_died")
            doubtful = abandoned(session, self.node, now, DeliveryState.TRANSMITTING, self.account_id)
            wanted = select(Letter.id, Letter.message_id).where(Letter.id.in_([claim.letter_id for claim in doubtful]))
            ids = {row.id: row.message_id for row in session.execute(wanted)}
        found = in_sent(set(ids.values())) if ids else set()
        with self.database.write() as session:
            for claim in doubtful:
                if ids.get(claim.letter_id) in found:
                    mark_sent(session, claim, now)
                else:
                    hand_over(session, claim, DeliveryState.IN_DOUBT, "crash", EntryKind.LETTER_IN_DOUBT, now)
        in_doubt = sum(ids.get(claim.letter_id) not in found for claim in doubtful)
        if in_doubt:
            log.warning("letters_in_doubt", count=in_doubt)
        return in_doubt


def _say_out_of_reach(error: ReplydError) -> None:
    """Why no letter leaves; a refused login is an error, for only a person can end it."""
    if isinstance(error, LoginRefused):
        log.error("smtp_login_refused", error=type(error).__name__)
    else:
        log.warning("smtp_unavailable", error=type(error).__name__)


def mark_sent(session: Session, claim: Claimed, now: datetime) -> None:
    """The server has the letter: its requests are answered, the ledger says so."""
    if not move(session, claim, DeliveryState.SENT, sent_at=now, reason=None):
        return
    letter = session.get_one(Letter, claim.letter_id)
    session.execute(
        update(Request)
        .where(
            Request.reply_id == letter.reply_id,
            Request.right.in_(sorted(answered_by(letter.sections))),
            Request.state.in_(sources(RequestState.ANSWERED)),
        )
        .values(state=RequestState.ANSWERED, changed_at=now)
    )
    _note(session, letter, EntryKind.LETTER_SENT, now, {"sections": letter.sections})


def hand_over(
    session: Session, claim: Claimed, state: DeliveryState, reason: str, kind: EntryKind, now: datetime
) -> bool:
    """The letter needs a person: its reply is on the desk again, its requests are theirs. False: it is not ours."""
    letter = session.get(Letter, claim.letter_id)
    if letter is None:
        return False
    # First the reply, then its delivery: the order in which a review locks them.
    reply = session.get_one(Reply, letter.reply_id, with_for_update=True)
    if not move(session, claim, state, reason=reason):
        return False
    reply.state = ReplyState.REVIEW
    reply.reasons = [*(reply.reasons or []), f"letter_{state.value}:{reason}"]
    session.execute(
        update(Request)
        .where(Request.reply_id == reply.id, Request.state == RequestState.OPEN)
        .values(state=RequestState.WITH_PERSON, changed_at=now)
    )
    _note(session, letter, kind, now, {"reason": reason})
    return True


def _note(session: Session, letter: Letter, kind: EntryKind, now: datetime, payload: dict[str, object]) -> None:
    commitment = session.scalar(select(Subject.commitment).where(Subject.contact_id == letter.contact_id))
    record(session, now, kind, subject=commitment, payload={"letter": letter.id, "reply": letter.reply_id, **payload})
