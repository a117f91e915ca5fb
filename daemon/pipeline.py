"""The pipeline: one reply from the mailbox to its effects, each step a line here and a file elsewhere.

receive      raw bytes and cursor in one transaction       daemon/mail/intake.py
understand   parse, read, classify, match                  daemon/understanding.py, classifiers/
decide       case and standing to a plan                   daemon/decisions/policy.py
carry out    pause, suppress, freeze, open, queue, note     daemon/rights/carry_out.py
deliver      claim, transmit once, mark                    daemon/outbox/deliver.py

Decide and carry out are one path for machines and people: `daemon/settling.py`. What a person says comes in by
`review`; `preview` shows what would follow, `undo` takes a decision back, `challenge` has a one-time code sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from classifiers.reading.message import UnreadableMail
from daemon.claims import claim_replies, release, waiting
from daemon.clock import Clock
from daemon.decisions.case import Case, Evidence, Level
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import Plan
from daemon.decisions.policy import as_promised, decide_reviewed
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record
from daemon.log import place_of
from daemon.preview import Preview, preview_of
from daemon.records import Reply
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.rights.challenge_by_hand import send_code
from daemon.rights.decided import Effects
from daemon.rights.review import take_back, write_review
from daemon.rights.scene import look_at_scene, read_scene
from daemon.rights.sign_off import signed_off
from daemon.rights.undo import undo
from daemon.settings_rights import System
from daemon.settling import Deciding, Settling
from daemon.understanding import Reader, Understood, Unreadable
from responses.rendering import Templates

log = structlog.get_logger()

OPEN_TO_REVIEW = (ReplyState.REVIEW, ReplyState.SHADOWED)


class NotForReview(ReplydError):  # noqa: N818  an outcome that callers name
    """The reply does not wait for a person."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Takes received replies through understanding, deciding and carrying out."""

    database: Database
    vault: Vault
    digester: Digester
    reader: Reader
    clock: Clock
    node: str
    choices: Choices
    settling: timedelta
    systems: tuple[System, ...] = ()
    grace_working_days: int = 3
    templates: Templates = field(default_factory=Templates)

    def handle(self) -> int:
        """Handle the next batch of received replies; returns how many were taken on."""
        with self.database.read() as session:
            if not waiting(session, self.clock()):
                return 0
        with self.database.write() as session:
            claimed = claim_replies(session, self.node, self.clock(), locking=self.database.is_postgresql)
            for reply in claimed.quarantined:
                self._fail(session, reply, "quarantined after three attempts alone")
        try:
            understood = self.reader.understand(claimed.replies)
            self._settle_all(understood, claimed.token)
        except BaseException as error:
            with self.database.write() as session:
                release(session, claimed.token, give_back=isinstance(error, ReplydError | OperationalError))
            raise
        return len(claimed.replies) + len(claimed.quarantined)

    def _settle_all(self, understood: list[Understood | Unreadable], token: str) -> None:
        """Decide and carry out a batch in one transaction, a savepoint for each reply."""
        alarms: list[tuple[int, str]] = []
        choices = self._choices_now()
        with self.database.write() as session:
            settling = self.settling_of(session, understood, choices)
            for item in understood:
                with structlog.contextvars.bound_contextvars(reply=item.reply.id):
                    alarms += [(item.reply.id, why) for why in self._settle_or_fail(settling, item, token)]
        for reply_id, reason in alarms:
            log.error("alarm", reply=reply_id, reason=reason)

    def _choices_now(self) -> Choices:
        """The choices, with the languages whose letters a person has signed off as they are."""
        if self.choices.mode is not Mode.AUTO:
            return self.choices
        with self.database.read() as session:
            return replace(self.choices, signed_off=signed_off(session, self.templates))

    def settling_of(
        self, session: Session, items: Sequence[Understood | Unreadable], choices: Choices | None = None
    ) -> Settling:
        """Everybody and everything that these are about, locked where another node could decide about it too."""
        effects = self._effects(session)
        scene = read_scene(session, self.vault, self.digester, *_about(items), effects.now)
        return Settling(effects, choices or self.choices, scene)

    def _effects(self, session: Session) -> Effects:
        return Effects(
            session, self.vault, self.digester, self.clock(), self.settling, self.systems, self.grace_working_days
        )

    def _settle_or_fail(self, settling: Settling, item: Understood | Unreadable, token: str) -> tuple[str, ...]:
        session, reply = settling.effects.session, settling.scene.replies[item.reply.id]
        if reply.claim_token != token or reply.state != ReplyState.RECEIVED:
            return ()  # another node took it over
        if isinstance(item, Unreadable):
            self._fail(session, reply, item.error)
            return ()
        try:
            with session.begin_nested():
                return settling.settle(reply, item)
        except OperationalError:
            raise  # a deadlock, a full disk, a lost server: no reply's fault, and all of the batch is tried again
        except Exception as error:
            log.warning("reply_failed", exc_info=True)
            settling.protect(item)
            self._fail(session, session.get_one(Reply, item.reply.id), place_of(error))
            return ()

    def _fail(self, session: Session, reply: Reply, error: str) -> None:
        """The reply waits for a person, its bytes kept."""
        reply.state, reply.error, reply.decided_at = ReplyState.FAILED, error, self.clock()
        reply.claim_token = reply.claimed_until = None
        record(session, self.clock(), EntryKind.FAILED, payload={"reply": reply.id})
        log.warning("reply_for_a_person", reply=reply.id, error=error.partition(":")[0])

    def review(self, reply_id: int, intents: frozenset[Intent], reviewer: str, note: str | None = None) -> Plan:
        """Carry out a person's judgement of one reply, by the same code; raises NotForReview, UnreadableMail."""
        item = self._judged(reply_id)
        with self.database.write() as session:
            settling = self.settling_of(session, [item])
            reply = _still_open(settling, reply_id)
            now = settling.effects.now
            promised = as_promised(intents, item.found.promise, self.choices)
            take_back(session, reply, promised, now=now, by=reviewer)
            plans: list[Plan] = []
            settling.scene.forget(item.found.contact)
            settling.settle(reply, item, _keeping(plans, intents))
            write_review(session, reply, intents, reviewer, note, now)
        return plans[0]

    def preview(self, reply_id: int, intents: frozenset[Intent]) -> Preview:
        """What would follow if a person said this of a reply, with the letter that would leave; writes nothing.

        Raises NotForReview, UnreadableMail.
        """
        item = self._judged(reply_id, only_look=True)
        plans: list[Plan] = []
        with self.database.read() as session:
            effects = self._effects(session)
            scene = look_at_scene(session, self.digester, *_about([item]), effects.now)
            settling = Settling(effects, self.choices, scene)
            decided = settling.decided(_still_open(settling, reply_id), item, _keeping(plans, intents))
        return preview_of(decided, self.templates)

    def undo(self, reply_id: int, reviewer: str) -> None:
        """Take a decision back while its letter has not left and its erasure is in its grace: it is in review again.

        Raises CannotUndo, CannotDoThat.
        """
        with self.database.write() as session:
            undo(session, reply_id, by=reviewer, now=self.clock())

    def challenge(self, reply_id: int, reviewer: str) -> None:
        """Have a one-time code sent to the contact's stored address, in place of a judgement.

        Raises NotForReview, NoCode, UnreadableMail.
        """
        item = self._judged(reply_id)
        with self.database.write() as session:
            settling = self.settling_of(session, [item])
            reply = _still_open(settling, reply_id)
            send_code(settling.decided(reply, item, lambda *_: WAITING_FOR_CODE), settling.effects, by=reviewer)

    def _judged(self, reply_id: int, *, only_look: bool = False) -> Understood:
        """A reply that a person may judge, understood anew, with their judgement as the proof of its sender."""
        if self.choices.mode is Mode.SHADOW and not only_look:
            raise NotForReview('mode "shadow" only shows; set replyd.mode to "assist" to carry anything out')
        with self.database.read() as session:
            reply = session.get(Reply, reply_id)
        if reply is None or reply.state not in OPEN_TO_REVIEW:
            raise NotForReview(f"reply {reply_id} does not wait for a person; `replyd review` lists those that do")
        (item,) = self.reader.understand([reply])
        if isinstance(item, Unreadable):
            raise UnreadableMail("its text cannot be read; look at it in the mailbox, then dismiss it")
        proved = (*item.case.evidence, Evidence(Level.PERSON, "reviewed"))
        return replace(item, case=replace(item.case, evidence=proved))


WAITING_FOR_CODE = Plan(ReplyState.HANDLED, (), ("waits_for_code",))
"""What is decided about a reply while its sender is asked for a code: nothing more."""


def _about(items: Sequence[Understood | Unreadable]) -> tuple[list[int], set[int]]:
    """Identifiers of these replies, and of the contacts that they are about."""
    people = {item.found.contact.id for item in items if isinstance(item, Understood) and item.found.contact}
    return [item.reply.id for item in items], people


def _still_open(settling: Settling, reply_id: int) -> Reply:
    reply = settling.scene.replies[reply_id]
    if reply.state not in OPEN_TO_REVIEW:
        raise NotForReview(f"reply {reply_id} was decided by somebody else just now")
    return reply


def _keeping(plans: list[Plan], intents: frozenset[Intent]) -> Deciding:
    """Decide as a person has said, and keep the plan."""

    def judge(case: Case, standing: Standing, choices: Choices) -> Plan:
        plans.append(decide_reviewed(case, standing, choices, intents=intents))
        return plans[-1]

    return judge
