"""The policy: from a case to a plan, by tables that can be read against the law (docs/architecture.md, "decide").

`TABLE` says what each intent leads to, `AUTOMATIC` what each kind of robot mail does, `FOR_A_PERSON` in which
circumstances a person decides although the wish is clear. The steps that protect the person are taken in any case.
"""

from collections.abc import Collection

from classifiers.intents import REQUESTS_FOR_KNOWLEDGE, WISHES_TO_STOP, Intent
from classifiers.reading.automatic import Automatic, AutomaticKind
from daemon.decisions.case import Case, Known
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.circumstances import FOR_A_PERSON, NO_LETTER, Asked, letter_language
from daemon.decisions.plan import (
    Alarm,
    DropBody,
    Freeze,
    OpenRequest,
    PauseOutreach,
    Plan,
    SendLetter,
    Step,
    Suppress,
    SwitchLettersOff,
    Whom,
)
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from daemon.decisions.table import TABLE, Effect, effect_step
from responses.facts import Section

RIGHTS = WISHES_TO_STOP | REQUESTS_FOR_KNOWLEDGE | {Intent.RECTIFICATION, Intent.COMPLAINT}
"""Whoever expresses one of these is answered or left alone even if we do not know them."""


def decide(case: Case, standing: Standing, choices: Choices) -> Plan:
    """What is to be done about one reply. Pure: the same case, standing and choices give the same plan."""
    plan = _decide(case, standing, choices)
    if choices.mode is Mode.SHADOW and plan.state is not ReplyState.NOT_OURS:
        return Plan(ReplyState.SHADOWED, plan.steps, (*plan.reasons, "mode:shadow"))
    return plan


def decide_reviewed(case: Case, standing: Standing, choices: Choices, *, intents: frozenset[Intent]) -> Plan:
    """What follows when a person has said which intents a reply has: the same table, their judgement in place of doubt.

    The campaign's promise binds as ever. Limits on letters and missing facts bind people too; then the plan has no
    letter, and its reasons say why.
    """
    asked = Asked(act=_in_order(as_promised(intents, standing.promise, choices)), maybe=())
    sections = _sections(asked, choices)
    reasons = tuple(name for row in NO_LETTER if (name := row.found(case, standing, choices, sections)))
    by_hand = any(TABLE[intent].for_a_person for intent in asked.act)
    steps = _effects(asked, standing, choices, with_person=by_hand or bool(reasons))
    if sections and not reasons and not by_hand:
        steps.append(SendLetter(sections, letter_language(case, standing) or "", released=True))
    return Plan(ReplyState.HANDLED, tuple(steps), ("reviewed", *(reasons if sections else ())))


def _decide(case: Case, standing: Standing, choices: Choices) -> Plan:
    if case.reading.automatic is not None:
        return _about_robot(case, case.reading.automatic)
    asked = understood(case, standing, choices)
    if _not_ours(case, asked):
        return Plan(ReplyState.NOT_OURS, (DropBody(),), ("no_contact_no_message_no_right",))
    return _about_person(case, standing, choices, asked)


def understood(case: Case, standing: Standing, choices: Choices) -> Asked:
    """The intents of a prediction as the campaign's promise makes them count; what is certain is no longer doubtful."""
    act = as_promised(case.prediction.act, standing.promise, choices)
    maybe = as_promised(case.prediction.maybe, standing.promise, choices)
    return Asked(act=_in_order(act), maybe=_in_order(maybe - act))


def as_promised(said: Collection[Intent], promise: str, choices: Choices) -> frozenset[Intent]:
    """What was said, and what it means under the footer that it answers.

    Where the footer said "answer no and you are off the list", a polite no is that answer; where it promised deletion,
    a wish to be left alone is one to be deleted too.
    """
    intents = set(said)
    if Intent.DECLINED in intents and (promise != "none" or choices.declined_suppresses):
        intents.add(Intent.OPT_OUT)
    if Intent.OPT_OUT in intents and promise == "delete":
        intents.add(Intent.ERASURE)
    return frozenset(intents)


def _in_order(intents: Collection[Intent]) -> tuple[Intent, ...]:
    return tuple(intent for intent in Intent if intent in intents)


def _not_ours(case: Case, asked: Asked) -> bool:
    """A stranger who asks for nothing that the law gives them; without a model nobody can say so."""
    if case.returned_challenge is not None or case.code_refused is not None:
        return False
    return case.match.known is Known.UNKNOWN and not RIGHTS & asked.all and "no_model" not in case.prediction.reasons


def _about_robot(case: Case, automatic: Automatic) -> Plan:
    """Robot mail is never answered; some of it stops outreach, and one that sounds like a person waits for one."""
    reason = f"automatic:{automatic.rule}"
    known = case.match.known is Known.CONTACT
    steps: list[Step] = []
    if automatic.kind is AutomaticKind.BOUNCE and automatic.hard:
        steps.append(Suppress(Whom.FAILED_RECIPIENTS, "hard_bounce"))
    if automatic.kind is AutomaticKind.BOUNCE and case.match.matched_by == "letter":
        # Whoever asked has no answer after all: a person has to find another way, before the law's date.
        return Plan(ReplyState.REVIEW, (*steps, SwitchLettersOff()), (reason, "letter_bounced"))
    if steps and known and (case.match.by_name_only or case.match.matched_by == "address"):
        # Anybody can write a bounce and name in it whom they like; what we sent comes back only from where it went.
        return Plan(
            ReplyState.REVIEW, (PauseOutreach(Whom.CONTACT, "hard_bounce"),), (reason, "returns_no_mail_of_ours")
        )
    if automatic.kind is AutomaticKind.ABUSE_REPORT and known:
        steps.append(Suppress(Whom.CONTACT, "abuse_report"))
    if automatic.kind is AutomaticKind.UNSUBSCRIBE:
        steps.append(Suppress(Whom.SENDER_AND_CONTACT, "unsubscribe"))
    if automatic.kind is AutomaticKind.DEPARTED and known:
        return Plan(ReplyState.REVIEW, (PauseOutreach(Whom.CONTACT, "departed"),), (reason,))
    if known and automatic.kind in MAY_BE_A_PERSON and WISHES_TO_STOP & {*case.prediction.act, *case.prediction.maybe}:
        steps.append(PauseOutreach(Whom.CONTACT, "wish_in_robot_mail"))
        return Plan(ReplyState.REVIEW, tuple(steps), (reason, "wish_in_robot_mail"))
    if case.match.known is Known.UNKNOWN and automatic.kind in PASSING_TRAFFIC:
        return Plan(ReplyState.NOT_OURS, (DropBody(),), (reason,))
    return Plan(ReplyState.AUTOMATIC, tuple(steps), (reason,))


MAY_BE_A_PERSON = frozenset(
    {AutomaticKind.AUTO_REPLY, AutomaticKind.LIST, AutomaticKind.RECEIPT, AutomaticKind.OTHER, AutomaticKind.CHALLENGE}
)
"""Kinds whose marks a person's mail may carry by mistake, or because it came by way of a group's address."""

PASSING_TRAFFIC = frozenset(
    {AutomaticKind.LIST, AutomaticKind.AUTO_REPLY, AutomaticKind.RECEIPT, AutomaticKind.OTHER, AutomaticKind.CHALLENGE}
)
"""Kinds that are none of our business when they come from strangers."""


def _about_person(case: Case, standing: Standing, choices: Choices, asked: Asked) -> Plan:
    reasons = [row.name for row in FOR_A_PERSON if row.holds(case, standing, asked)]
    sections = _sections(asked, choices)
    obstacles = [name for row in NO_LETTER if (name := row.found(case, standing, choices, sections))]
    if sections and obstacles:
        # The confirmation is a courtesy and may be left out; an answer that the law wants goes to a person.
        reasons += [] if sections == (Section.OPT_OUT,) else obstacles
        sections = ()
    steps = _effects(asked, standing, choices, with_person=bool(reasons))
    if case.match.known is Known.CONTACT and UNREAD & {*reasons, *case.prediction.reasons}:
        steps = _rested(steps)
    if sections and not reasons:
        letter = _letter(case, standing, choices, sections)
        steps.append(letter)
        reasons += [] if letter.released else ["needs_key"]
    if "model_unsure" in reasons:
        reasons += case.prediction.reasons
    return Plan(ReplyState.REVIEW if reasons else ReplyState.HANDLED, tuple(steps), tuple(reasons))


UNREAD = frozenset({"nothing_said", "hidden_text", "truncated"}) | {
    "no_model", "empty", "too_long", "untrained_language", "unlike_training"
}  # fmt: skip
"""Reasons for which nobody knows yet what a contact said (circumstances, and those of a prediction); an opt-out in a
picture or in a language that was never learnt is one."""


def _rested(steps: list[Step]) -> list[Step]:
    """The steps, with outreach at rest until a person has read the mail, unless they stop it already."""
    if any(isinstance(step, Suppress) or (isinstance(step, PauseOutreach) and not step.months) for step in steps):
        return steps
    kept = [step for step in steps if not isinstance(step, PauseOutreach)]
    return [PauseOutreach(Whom.SENDER_AND_CONTACT, "until_read"), *kept]


def _effects(asked: Asked, standing: Standing, choices: Choices, *, with_person: bool) -> list[Step]:
    """The protecting steps of all intents, each once; a suppression stands for pauses, an open one for a dated one."""
    effects = [(i, e) for i in asked.act for e in TABLE[i].act] + [(i, e) for i in asked.maybe for e in TABLE[i].maybe]
    steps = {
        effect_step(effect, intent, choices, with_person=with_person): None
        for intent, effect in effects
        if not (effect is Effect.REQUEST and intent in standing.open_rights)
    }
    suppression = next((step for step in steps if isinstance(step, Suppress)), None)
    if suppression:
        steps = {s: None for s in steps if s is suppression or not isinstance(s, Suppress | PauseOutreach)}
    if any(isinstance(step, PauseOutreach) and step.months is None for step in steps):
        steps = {step: None for step in steps if not isinstance(step, PauseOutreach) or step.months is None}
    return sorted(steps, key=_order)


_ORDER: tuple[type[Step], ...] = (Suppress, PauseOutreach, Freeze, OpenRequest, Alarm)


def _order(step: Step) -> int:
    """Stop first, then freeze, then start clocks and call people."""
    return next(place for place, kind in enumerate(_ORDER) if isinstance(step, kind))


def _sections(asked: Asked, choices: Choices) -> tuple[Section, ...]:
    """The sections of the one letter that answers everything asked for with certainty."""
    wanted = {TABLE[intent].section for intent in asked.act} - {None}
    if wanted == {Section.OPT_OUT} and not choices.confirm_opt_out:
        return ()
    return tuple(section for section in Section if section in wanted)


def _letter(case: Case, standing: Standing, choices: Choices, sections: tuple[Section, ...]) -> SendLetter:
    language = letter_language(case, standing) or ""
    intents = frozenset(Intent(section.value) for section in sections)
    return SendLetter(sections, language, choices.releases(intents, language))
