"""Settling one reply inside a transaction: stand, decide, write down, carry out.

The one path for the machine's decisions and for a person's; `daemon/pipeline.py` says when it is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError

from daemon.decisions.case import Case
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.deadlines import due
from daemon.decisions.plan import PauseOutreach, Plan, Restrict, Suppress, Whom
from daemon.decisions.policy import decide
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState, check
from daemon.ledger.entries import opening_of
from daemon.records import Account, Contact, PredictionRecord, Reply, Subject
from daemon.rights.background import Background
from daemon.rights.carry_out import carry_out, new_case
from daemon.rights.decided import Decided, Effects
from daemon.rights.facts import collect, restricted_on, stopped_on
from daemon.rights.frozen import as_frozen
from daemon.rights.review import OF_FAULT, end_pauses_of_fault, withdraw_unsent
from daemon.rights.scene import Scene
from daemon.rights.standing import standing_of
from daemon.understanding import Understood
from responses.facts import Facts

log = structlog.get_logger()

IN_SPITE_OF_FAULT = Plan(ReplyState.FAILED, (PauseOutreach(Whom.SENDER_AND_CONTACT, OF_FAULT),), ())
"""What is done about a reply whose settling met a fault of ours."""

NO_OPENING = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XX"
"""Stands in a preview for the reference of a person of whom the ledger knows nothing yet."""

Deciding = Callable[[Case, Standing, Choices], Plan]


@dataclass(frozen=True, slots=True)
class Settling:
    """One transaction of deciding, at one moment: what was read for it, and what carrying out needs."""

    effects: Effects
    choices: Choices
    scene: Scene

    def settle(self, reply: Reply, item: Understood, deciding: Deciding = decide) -> tuple[str, ...]:
        """Decide about one reply and carry it out; returns the reasons of alarms, raised after commit."""
        effects = self.effects
        reply.case = reply.case or new_case()
        if reply.decided_at is not None:
            end_pauses_of_fault(effects.session, reply, effects.now)
            withdraw_unsent(effects.session, reply, effects.now, by="decided_again")
            self.scene.forget(item.found.contact)
        decided = self.decided(reply, item, deciding)
        self.write_down(reply, item, decided.plan)
        alarms = carry_out(decided, effects)
        self.scene.changed(decided)
        log.info(
            "reply_decided", state=decided.plan.state.value, steps=len(decided.plan.steps), reasons=decided.plan.reasons
        )
        return alarms

    def decided(self, reply: Reply, item: Understood, deciding: Deciding) -> Decided:
        """The reply with its plan, and with the facts as they are once that plan is carried out."""
        effects = self.effects
        account = effects.session.get_one(Account, reply.account_id)
        contact = self.scene.contacts.get(item.found.contact.id) if item.found.contact else None
        if contact is None:
            plan = deciding(item.case, Standing(), self.choices)
            return Decided(reply, account, None, None, item.case, None, plan)
        subject = self.scene.subjects.get(contact.id)
        background = self.scene.up_to_date(effects.session, effects.digester, contact, effects.now)
        facts = self._facts(reply, account, contact, background, subject)
        foreseen = _once_done(facts, reply, account, contact, effects, stops=True, restricts=True)
        message_id = item.case.reading.message.message_id
        standing = standing_of(contact, background, foreseen, item.found.promise, reply, message_id, effects.now)
        plan = deciding(item.case, standing, self.choices)
        stops = any(isinstance(step, Suppress) for step in plan.steps)
        facts = _once_done(facts, reply, account, contact, effects, stops=stops, restricts=Restrict() in plan.steps)
        return Decided(reply, account, contact, subject.commitment if subject else None, item.case, facts, plan)

    def _facts(
        self, reply: Reply, account: Account, contact: Contact, background: Background, subject: Subject | None
    ) -> Facts:
        vault = self.effects.vault
        facts = collect(
            account,
            contact,
            background.people[contact.id],
            received_at=reply.received_at,
            case=reply.case or "",
            opening=opening_of(vault, subject) if subject else NO_OPENING,
        )
        return as_frozen(self.effects.session, vault, reply.id, facts) if reply.decided_at else facts

    def write_down(self, reply: Reply, item: Understood, plan: Plan) -> None:
        """What was found out and decided, on the reply's own row and as a prediction."""
        reading, prediction = item.case.reading, item.case.prediction
        check(ReplyState(reply.state), plan.state)
        reply.state, reply.decided_at = plan.state, self.effects.now
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
        self.effects.session.add(
            PredictionRecord(
                reply_id=reply.id,
                model_version=prediction.model_version,
                language=prediction.language,
                probabilities={intent.value: round(p, 4) for intent, p in prediction.probabilities.items()},
                act=[intent.value for intent in prediction.act],
                maybe=[intent.value for intent in prediction.maybe],
                review=prediction.review,
                reasons=list(prediction.reasons),
                made_at=self.effects.now,
            )
        )
        self.effects.session.flush()

    def protect(self, item: Understood) -> None:
        """What could not be settled may have been a wish to be left alone: outreach rests until a person has looked."""
        if self.choices.mode is Mode.SHADOW:
            return
        session = self.effects.session
        try:
            with session.begin_nested():
                contact = self.scene.contacts.get(item.found.contact.id) if item.found.contact else None
                subject = self.scene.subjects[contact.id].commitment if contact else None
                reply = session.get_one(Reply, item.reply.id)
                account = session.get_one(Account, reply.account_id)
                carry_out(
                    Decided(reply, account, contact, subject, item.case, None, IN_SPITE_OF_FAULT),
                    self.effects,
                )
        except OperationalError:
            raise
        except Exception:
            log.exception("reply_failed_unprotected")


def _once_done(
    facts: Facts, reply: Reply, account: Account, contact: Contact, effects: Effects, *, stops: bool, restricts: bool
) -> Facts:
    """The facts as they are once outreach is stopped and the data are restricted."""
    today = effects.now.date()
    facts = stopped_on(facts, today) if stops else facts
    if restricts or contact.restricted_since:
        facts = restricted_on(facts, contact, today, due(reply.received_at, account.controller_country).safe)
    return facts
