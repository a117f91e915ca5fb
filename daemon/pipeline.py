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
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from classifiers.reading.message import UnreadableMail
from daemon.claims import claim_replies, release, waiting
from daemon.clock import Clock
from daemon.decisions.case import Case, Evidence, Level
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import Plan, Suppress
from daemon.decisions.policy import as_promised, decide, decide_reviewed
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, opening_of, record, subject_of
from daemon.log import place_of
from daemon.records import Account, Contact, PredictionRecord, Reply
from daemon.records.database import Database
from daemon.records.digests import Digester, suppressed
from daemon.records.encryption import Vault
from daemon.rights.carry_out import Decided, Effects, carry_out, new_case
from daemon.rights.facts import collect, stopped_on
from daemon.rights.review import take_back, write_review
from daemon.rights.standing import standing_of
from daemon.understanding import Reader, Understood, Unreadable

log = structlog.get_logger()

OPEN_TO_REVIEW = (ReplyState.REVIEW, ReplyState.SHADOWED)


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

    def handle(self) -> int:
        """Handle the next batch of received replies; returns how many were taken on."""
        with self.database.read() as session:
            if not waiting(session, self.clock()):
                return 0
        with self.database.write() as session:
            claimed = claim_replies(session, self.node, self.clock(), locking=self.database.is_postgresql)
            for reply in claimed.quarantined:
                self._fail(session, reply, "quarantined after three attempts")
        try:
            understood = self.reader.understand(claimed.replies)
            self._settle_all(understood, claimed.token)
        except BaseException:
            with self.database.write() as session:
                release(session, claimed.token)
            raise
        return len(claimed.replies) + len(claimed.quarantined)

    def _settle_all(self, understood: list[Understood | Unreadable], token: str) -> None:
        """Decide and carry out a batch in one transaction, a savepoint for each reply."""
        alarms: list[tuple[int, str]] = []
        with self.database.write() as session:
            _one_at_a_time(session, understood)
            for item in understood:
                with structlog.contextvars.bound_contextvars(reply=item.reply.id):
                    alarms += [(item.reply.id, reason) for reason in self._settle_or_fail(session, item, token)]
        for reply_id, reason in alarms:
            log.error("alarm", reply=reply_id, reason=reason)

    def _settle_or_fail(self, session: Session, item: Understood | Unreadable, token: str) -> tuple[str, ...]:
        reply = session.get_one(Reply, item.reply.id, with_for_update=True)
        if reply.claim_token != token or reply.state != ReplyState.RECEIVED:
            return ()  # another node took it over
        if isinstance(item, Unreadable):
            self._fail(session, reply, item.error)
            return ()
        try:
            with session.begin_nested():
                return self._settle(session, reply, item, decide)
        except Exception as error:
            log.warning("reply_failed", exc_info=True)
            self._fail(session, session.get_one(Reply, item.reply.id), place_of(error))
            return ()

    def _settle(self, session: Session, reply: Reply, item: Understood, deciding: Deciding) -> tuple[str, ...]:
        """Stand, decide, carry out: the one path for the machine's decisions and for a person's."""
        now = self.clock()
        account = session.get_one(Account, reply.account_id)
        contact = session.get(Contact, item.found.contact.id) if item.found.contact else None
        reply.case = reply.case or new_case()
        decided = self._decided(session, reply, item, account, contact, deciding)
        self._write_down(session, reply, item, decided.plan)
        alarms = carry_out(decided, Effects(session, self.vault, self.digester, now, self.settling))
        log.info(
            "reply_decided", state=decided.plan.state.value, steps=len(decided.plan.steps), reasons=decided.plan.reasons
        )
        return alarms

    def _decided(
        self,
        session: Session,
        reply: Reply,
        item: Understood,
        account: Account,
        contact: Contact | None,
        deciding: Deciding,
    ) -> Decided:
        if contact is None:
            plan = deciding(item.case, Standing(), self.choices)
            return Decided(reply, account, None, None, item.case, None, plan)
        subject = subject_of(session, self.vault, contact)
        stopped = suppressed(session, self.digester, contact.email)
        facts = collect(
            session,
            account,
            contact,
            received_at=reply.received_at,
            case=reply.case or "",
            opening=opening_of(self.vault, subject),
            suppressed_on=stopped.since.date() if stopped else None,
        )
        once_stopped = stopped_on(facts, self.clock().date())
        message_id = item.case.reading.message.message_id
        standing = standing_of(
            session, self.digester, contact, once_stopped, item.found.promise, message_id, self.clock()
        )
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
            raise NotForReview('mode "shadow" only shows; set general.mode to "assist" to carry anything out')
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
            reply = session.get_one(Reply, reply_id, with_for_update=True)
            if reply.state not in OPEN_TO_REVIEW:
                raise NotForReview(f"reply {reply_id} was decided by somebody else just now")
            _one_at_a_time(session, [item])
            take_back(session, reply, as_promised(intents, item.found.promise, self.choices), now=self.clock())
            plans: list[Plan] = []
            self._settle(session, reply, item, lambda *values: _kept(plans, decide_reviewed(*values, intents=intents)))
            write_review(session, reply, intents, reviewer, note, self.clock())
        return plans[0]

    def _fail(self, session: Session, reply: Reply, error: str) -> None:
        """The reply waits for a person, its bytes kept."""
        reply.state, reply.error, reply.decided_at = ReplyState.FAILED, error, self.clock()
        reply.claim_token = reply.claimed_until = None
        record(session, self.clock(), EntryKind.FAILED, payload={"reply": reply.id})
        log.warning("reply_for_a_person", reply=reply.id, error=error.partition(":")[0])


def _one_at_a_time(session: Session, items: Sequence[Understood | Unreadable]) -> None:
    """Keep other nodes from deciding about the same people until we are done, so that standings and counters hold."""
    people = {item.found.contact.id for item in items if isinstance(item, Understood) and item.found.contact}
    session.execute(select(Contact.id).where(Contact.id.in_(people)).order_by(Contact.id).with_for_update())


def _kept(plans: list[Plan], plan: Plan) -> Plan:
    plans.append(plan)
    return plan
