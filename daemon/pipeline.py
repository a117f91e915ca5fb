"""The pipeline: one reply from the mailbox to its effects, each step a line here and a file elsewhere.

receive      raw bytes and cursor in one transaction       daemon/mail/intake.py
understand   parse, read, classify, match                  daemon/understanding.py, classifiers/
decide       case and standing to a plan                   daemon/decisions/policy.py
carry out    pause, suppress, freeze, open, queue, note     daemon/rights/carry_out.py
deliver      claim, transmit once, mark                    daemon/outbox/deliver.py
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
from daemon.decisions.plan import PauseOutreach, Plan, Suppress, Whom
from daemon.decisions.policy import as_promised, decide, decide_reviewed
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, opening_of, record
from daemon.log import place_of
from daemon.records import Account, PredictionRecord, Reply
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.rights.carry_out import carry_out, new_case
from daemon.rights.decided import Decided, Effects
from daemon.rights.facts import collect, stopped_on
from daemon.rights.review import OF_FAULT, end_pauses_of_fault, take_back, write_review
from daemon.rights.scene import Scene, read_scene
from daemon.rights.standing import standing_of
from daemon.settings_rights import System
from daemon.understanding import Reader, Understood, Unreadable

log = structlog.get_logger()

OPEN_TO_REVIEW = (ReplyState.REVIEW, ReplyState.SHADOWED)


IN_SPITE_OF_FAULT = Plan(ReplyState.FAILED, (PauseOutreach(Whom.SENDER_AND_CONTACT, OF_FAULT),), ())
"""What is done about a reply whose settling met a fault of ours."""


class NotForReview(ReplydError):  # noqa: N818  an outcome that callers name
    """The reply does not wait for a person."""

    permanent = True


Deciding = Callable[[Case, Standing, Choices], Plan]


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
        with self.database.write() as session:
            scene = self._scene(session, understood)
            for item in understood:
                with structlog.contextvars.bound_contextvars(reply=item.reply.id):
                    alarms += [(item.reply.id, reason) for reason in self._settle_or_fail(session, item, scene, token)]
        for reply_id, reason in alarms:
            log.error("alarm", reply=reply_id, reason=reason)

    def _scene(self, session: Session, items: Sequence[Understood | Unreadable]) -> Scene:
        """Everybody and everything that the batch is about, locked where another node could decide about it too."""
        ids = [item.reply.id for item in items]
        people = {item.found.contact.id for item in items if isinstance(item, Understood) and item.found.contact}
        return read_scene(session, self.vault, self.digester, ids, people, self.clock())

    def _settle_or_fail(
        self, session: Session, item: Understood | Unreadable, scene: Scene, token: str
    ) -> tuple[str, ...]:
        reply = scene.replies[item.reply.id]
        if reply.claim_token != token or reply.state != ReplyState.RECEIVED:
            return ()  # another node took it over
        if isinstance(item, Unreadable):
            self._fail(session, reply, item.error)
            return ()
        try:
            with session.begin_nested():
                return self._settle(session, reply, item, scene, decide)
        except OperationalError:
            raise  # a deadlock, a full disk, a lost server: no reply's fault, and all of the batch is tried again
        except Exception as error:
            log.warning("reply_failed", exc_info=True)
            self._protect(session, item, scene)
            self._fail(session, session.get_one(Reply, item.reply.id), place_of(error))
            return ()

    def _protect(self, session: Session, item: Understood, scene: Scene) -> None:
        """What could not be settled may have been a wish to be left alone: outreach rests until a person has looked."""
        if self.choices.mode is Mode.SHADOW:
            return
        try:
            with session.begin_nested():
                contact = scene.contacts.get(item.found.contact.id) if item.found.contact else None
                subject = scene.subjects[contact.id].commitment if contact else None
                reply = session.get_one(Reply, item.reply.id)
                account = session.get_one(Account, reply.account_id)
                carry_out(
                    Decided(reply, account, contact, subject, item.case, None, IN_SPITE_OF_FAULT),
                    self._effects(session),
                )
        except OperationalError:
            raise
        except Exception:
            log.exception("reply_failed_unprotected")

    def _settle(
        self, session: Session, reply: Reply, item: Understood, scene: Scene, deciding: Deciding
    ) -> tuple[str, ...]:
        """Stand, decide, carry out: the one path for the machine's decisions and for a person's."""
        reply.case = reply.case or new_case()
        if reply.decided_at is not None:
            end_pauses_of_fault(session, reply, self.clock())
        decided = self._decided(session, reply, item, scene, deciding)
        self._write_down(session, reply, item, decided.plan)
        alarms = carry_out(decided, self._effects(session))
        scene.changed(decided)
        log.info(
            "reply_decided", state=decided.plan.state.value, steps=len(decided.plan.steps), reasons=decided.plan.reasons
        )
        return alarms

    def _effects(self, session: Session) -> Effects:
        now = self.clock()
        return Effects(session, self.vault, self.digester, now, self.settling, self.systems, self.grace_working_days)

    def _decided(self, session: Session, reply: Reply, item: Understood, scene: Scene, deciding: Deciding) -> Decided:
        account = session.get_one(Account, reply.account_id)
        contact = scene.contacts.get(item.found.contact.id) if item.found.contact else None
        if contact is None:
            return Decided(reply, account, None, None, item.case, None, deciding(item.case, Standing(), self.choices))
        subject = scene.subjects[contact.id]
        background = scene.up_to_date(session, self.digester, contact, self.clock())
        facts = collect(
            account,
            contact,
            background.people[contact.id],
            received_at=reply.received_at,
            case=reply.case or "",
            opening=opening_of(self.vault, subject),
        )
        once_stopped = stopped_on(facts, self.clock().date())
        message_id = item.case.reading.message.message_id
        standing = standing_of(contact, background, once_stopped, item.found.promise, message_id, self.clock())
        plan = deciding(item.case, standing, self.choices)
        stops = any(isinstance(step, Suppress) for step in plan.steps)
        return Decided(reply, account, contact, subject.commitment, item.case, once_stopped if stops else facts, plan)

    def _write_down(self, session: Session, reply: Reply, item: Understood, plan: Plan) -> None:
        """What was found out and decided, on the reply's own row and as a prediction."""
        reading, prediction = item.case.reading, item.case.prediction
        check(ReplyState(reply.state), plan.state)
        reply.state, reply.decided_at = plan.state, self.clock()
        reply.claim_token = reply.claimed_until = reply.error = None
        reply.contact_id = item.case.match.contact_id
        reply.matched_by = item.case.match.matched_by
        reply.message_id = reading.message.message_id or None
        reply.language = prediction.language
        reply.automatic_kind = reading.automatic.kind.value if reading.automatic else None
        reply.automatic_rule = reading.automatic.rule if reading.automatic else None
        reply.unanswerable = reading.unanswerable
        reply.evidence = [{"level": e.level.value, "rule": e.rule} for e in item.case.evidence]
        reply.plan, reply.reasons = plan.in_words(), list(plan.reasons)
        session.add(
            PredictionRecord(
                reply_id=reply.id,
                model_version=prediction.model_version,
                language=prediction.language,
                probabilities={intent.value: round(p, 4) for intent, p in prediction.probabilities.items()},
                act=[intent.value for intent in prediction.act],
                maybe=[intent.value for intent in prediction.maybe],
                review=prediction.review,
                reasons=list(prediction.reasons),
                made_at=self.clock(),
            )
        )
        session.flush()

    def review(self, reply_id: int, intents: frozenset[Intent], reviewer: str, note: str | None = None) -> Plan:
        """Carry out a person's judgement of one reply, by the same code; raises NotForReview, UnreadableMail."""
        if self.choices.mode is Mode.SHADOW:
            raise NotForReview('mode "shadow" only shows; set replyd.mode to "assist" to carry anything out')
        with self.database.read() as session:
            reply = session.get(Reply, reply_id)
        if reply is None or reply.state not in OPEN_TO_REVIEW:
            raise NotForReview(f"reply {reply_id} does not wait for a person; `replyd review` lists those that do")
        (item,) = self.reader.understand([reply])
        if isinstance(item, Unreadable):
            raise UnreadableMail("its text cannot be read; look at it in the mailbox, then dismiss it")
        proved = (*item.case.evidence, Evidence(Level.PERSON, "reviewed"))
        item = replace(item, case=replace(item.case, evidence=proved))
        with self.database.write() as session:
            scene = self._scene(session, [item])
            reply = scene.replies[reply_id]
            if reply.state not in OPEN_TO_REVIEW:
                raise NotForReview(f"reply {reply_id} was decided by somebody else just now")
            take_back(session, reply, as_promised(intents, item.found.promise, self.choices), now=self.clock())
            plans: list[Plan] = []
            scene.forget_what_was_read()
            judged: Deciding = lambda *values: _kept(plans, decide_reviewed(*values, intents=intents))  # noqa: E731
            self._settle(session, reply, item, scene, judged)
            write_review(session, reply, intents, reviewer, note, self.clock())
        return plans[0]

    def _fail(self, session: Session, reply: Reply, error: str) -> None:
        """The reply waits for a person, its bytes kept."""
        reply.state, reply.error, reply.decided_at = ReplyState.FAILED, error, self.clock()
        reply.claim_token = reply.claimed_until = None
        record(session, self.clock(), EntryKind.FAILED, payload={"reply": reply.id})
        log.warning("reply_for_a_person", reply=reply.id, error=error.partition(":")[0])


def _kept(plans: list[Plan], plan: Plan) -> Plan:
    plans.append(plan)
    return plan
