"""The policy: from a case to a plan, by tables that can be read against the law (docs/architecture.md, "decide").

`TABLE` says what each intent leads to and `ANSWERS` which letter stops which clock, `FOR_A_PERSON` in which
circumstances a person decides although the wish is clear, `NO_LETTER` what keeps a letter back; robots have a file of
their own. The steps that protect the person are taken in any case.
"""

from collections.abc import Collection

from classifiers.intents import REQUESTS_FOR_KNOWLEDGE, WISHES_TO_STOP, Intent
from daemon.decisions.case import Case, Known, Level
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.circumstances import (
    FOR_A_PERSON,
    Asked,
    lasting_obstacles,
    letter_language,
    obstacles,
    unproved,
)
from daemon.decisions.effects import effects, rested
from daemon.decisions.identity import DATA_OR_DELETION
from daemon.decisions.plan import (
    DropBody,
    HoldLetters,
    PassChallenge,
    Plan,
    SendChallenge,
    SendLetter,
    StartErasure,
    Step,
)
from daemon.decisions.robots import about_robot
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState
from daemon.decisions.table import TABLE, answered_by
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

    The campaign's promise binds as ever. Limits on letters and missing facts bind people too: what cannot be answered
    stays with a person, the reasons say why, and the rest leaves in one letter.
    """
    asked = Asked(act=_in_order(as_promised(intents, standing.promise, choices)), maybe=())
    known = case.match.known is Known.CONTACT
    held_back = [row.name for row in FOR_A_PERSON if row.after_all and row.holds(case, standing, asked)]
    wanted = () if held_back or any(TABLE[i].no_letter for i in asked.act) else _sections(asked.act, standing, choices)
    sections, reasons = _writable(case, standing, choices, wanted)
    erases = known and not held_back and _erases(asked.act, standing)
    settled = answered_by(sections) | ({Intent.ERASURE} if erases or standing.erasing else frozenset())
    with_person = frozenset(asked.act) - settled
    steps = effects(asked, standing, choices, with_person=with_person, accepted=known)
    if sections:
        steps.append(SendLetter(sections, letter_language(case, standing) or "", released=True))
    if erases:
        steps.append(StartErasure(released=True))
    return Plan(ReplyState.HANDLED, (*_proof(case), *steps), ("reviewed", *held_back, *reasons))


def _writable(
    case: Case, standing: Standing, choices: Choices, wanted: tuple[Section, ...]
) -> tuple[tuple[Section, ...], list[str]]:
    """What of these sections can be written now, and what keeps the others back."""
    lacking = {section: f"missing_fact:{fact}" for section, fact in reversed(standing.missing_facts)}
    sections = tuple(section for section in wanted if section not in lacking)
    reasons = [lacking[section] for section in wanted if section in lacking]
    if found := obstacles(case, standing, choices, sections) if wanted else []:
        return (), [*found, *reasons]
    return sections, reasons


def _decide(case: Case, standing: Standing, choices: Choices) -> Plan:
    if case.reading.automatic is not None:
        return about_robot(case, case.reading.automatic)
    asked = understood(case, standing, choices)
    if _not_ours(case, asked):
        return Plan(ReplyState.NOT_OURS, (DropBody(),), ("no_contact_no_message_no_right",))
    return _about_person(case, standing, choices, asked)


def understood(case: Case, standing: Standing, choices: Choices) -> Asked:
    """The intents of a prediction as the campaign's promise makes them count; what is certain is no longer doubtful."""
    act = as_promised(case.prediction.act, standing.promise, choices)
    maybe = as_promised(case.prediction.maybe, standing.promise, choices)
    in_order = _in_order(act)
    return Asked(in_order, _in_order(maybe - act), unproved(case, standing, choices, in_order))


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


def _about_person(case: Case, standing: Standing, choices: Choices, asked: Asked) -> Plan:
    reasons = _why_a_person(case, standing, asked)
    sections, found = _letter(case, standing, choices, asked)
    reasons += [name for name in found if name not in reasons]
    erases = case.match.known is Known.CONTACT and _erases(asked.act, standing)
    if erases:
        reasons += [name for name in lasting_obstacles(case, standing, choices) if name not in reasons]
    kept = answered_by(sections) | frozenset(asked.unproved) | ({Intent.ERASURE} if erases else frozenset())
    language = letter_language(case, standing) or ""
    to_prove = reasons == ["not_proved"] and _may_challenge(case, standing, choices, asked)
    if to_prove and choices.releases(kept, language):
        reasons = []
    with_person = frozenset(asked.act) if reasons else frozenset()
    steps = effects(asked, standing, choices, with_person=with_person)
    if case.match.known is Known.CONTACT and UNREAD & {*reasons, *_doubts(case, asked)}:
        steps = rested(steps)
    if "second_mail" in reasons:
        steps.append(HoldLetters("second_mail"))
    if not reasons:
        released = choices.releases(kept, language)
        steps += _answers(sections, language, erases=erases and not asked.unproved, released=released)
        steps += [SendChallenge(language, released=True)] if to_prove else []
        reasons += [] if released or not kept else [_missing_key(choices, kept, language)]
    if "model_unsure" in reasons:
        reasons += case.prediction.reasons
    state = ReplyState.REVIEW if reasons else ReplyState.HANDLED
    return Plan(state, (*_proof(case), *steps), tuple(reasons))


def _why_a_person(case: Case, standing: Standing, asked: Asked) -> list[str]:
    """Every circumstance for which a person decides; of a bare code only what makes the code itself doubtful."""
    reasons = [row.name for row in FOR_A_PERSON if row.holds(case, standing, asked)]
    return [name for name in reasons if name in OF_A_CODE] if _bare_code(case, asked) else reasons


OF_A_CODE = frozenset({"hidden_text", "truncated", "forwarded"})
"""What a person looks at in a mail that returns a code and says nothing else; that no model knows such words is no
reason."""


def _bare_code(case: Case, asked: Asked) -> bool:
    return case.returned_challenge is not None and not asked.all


def _doubts(case: Case, asked: Asked) -> tuple[str, ...]:
    return () if _bare_code(case, asked) else case.prediction.reasons


def _proof(case: Case) -> tuple[Step, ...]:
    """A code that came back is taken whatever else the mail says; letters go to the stored address alone."""
    return () if case.returned_challenge is None else (PassChallenge(case.returned_challenge),)


def _letter(case: Case, standing: Standing, choices: Choices, asked: Asked) -> tuple[tuple[Section, ...], list[str]]:
    """The sections of the letter that answers what is proved, or what keeps it back.

    The confirmation is a courtesy and may be left out; an answer that the law wants goes to a person.
    """
    later = {TABLE[intent].section for intent in asked.unproved}
    sections = tuple(section for section in _sections(asked.act, standing, choices) if section not in later)
    found = obstacles(case, standing, choices, sections) if sections else []
    if found:
        return (), [] if sections == (Section.OPT_OUT,) else found
    return sections, []


def _erases(act: Collection[Intent], standing: Standing) -> bool:
    """Whether an erasure begins with this; one that runs is joined without another word."""
    return Intent.ERASURE in act and not standing.erasing


def _may_challenge(case: Case, standing: Standing, choices: Choices, asked: Asked) -> bool:
    """Whether a code may prove the sender: data or deletion is wanted, and the From address is the contact's."""
    if not frozenset(asked.unproved) <= DATA_OR_DELETION or not case.has(Level.CLAIM):
        return False
    return not obstacles(case, standing, choices, (Section.CHALLENGE,))


def _answers(sections: tuple[Section, ...], language: str, *, erases: bool, released: bool) -> list[Step]:
    """One letter, held for a key unless released; an erasure begins with the key."""
    steps: list[Step] = [SendLetter(sections, language, released)] if sections else []
    return [*steps, StartErasure(released)] if erases and released else steps


def _missing_key(choices: Choices, intents: frozenset[Intent], language: str) -> str:
    """Why what is decided waits for a person: it was not switched on, or nobody has read its letters as they are."""
    return "not_signed_off" if choices.switched_on(intents, language) else "needs_key"


UNREAD = frozenset({"nothing_said", "hidden_text", "truncated"}) | {
    "no_model", "empty", "too_long", "untrained_language", "unlike_training"
}  # fmt: skip
"""Reasons for which nobody knows yet what a contact said (circumstances, and those of a prediction); an opt-out in a
picture or in a language that was never learnt is one."""


def _sections(act: Collection[Intent], standing: Standing, choices: Choices) -> tuple[Section, ...]:
    """The sections of the one letter about everything asked for with certainty, but for what was told already."""
    wanted = {TABLE[intent].section for intent in act} - {None} - standing.told
    if Intent.ERASURE in act:  # the letter that ends it says so too; until then "and your data?" would be no news
        wanted -= {Section.OPT_OUT}
    if wanted == {Section.OPT_OUT} and not choices.confirm_opt_out:
        return ()
    return tuple(section for section in Section if section in wanted)
