"""The steps that protect a person, taken at once whoever answers: stop, freeze, start clocks, call people."""

from classifiers.intents import Intent
from daemon.decisions.choices import Choices
from daemon.decisions.circumstances import Asked
from daemon.decisions.plan import Alarm, Freeze, OpenRequest, PauseOutreach, Restrict, Step, Suppress, Whom
from daemon.decisions.standing import Standing
from daemon.decisions.table import TABLE, Effect, answered_by, effect_step


def rested(steps: list[Step]) -> list[Step]:
    """The steps, with outreach at rest until a person has read the mail, unless they stop it already."""
    if any(isinstance(step, Suppress) or (isinstance(step, PauseOutreach) and not step.months) for step in steps):
        return steps
    kept = [step for step in steps if not isinstance(step, PauseOutreach)]
    return [PauseOutreach(Whom.SENDER_AND_CONTACT, "until_read"), *kept]


def effects(
    asked: Asked, standing: Standing, choices: Choices, *, with_person: frozenset[Intent], accepted: bool = False
) -> list[Step]:
    """The steps of all intents that are taken at once, each once; a suppression stands for every pause.

    A pause without an end stands for a dated one. Requests of `with_person` are a person's to answer; `accepted` is
    what a person has judged.
    """
    certain = [(i, e) for i in asked.act for e in (*TABLE[i].act, *(TABLE[i].accepted if accepted else ()))]
    likely = [(i, e) for i in asked.maybe for e in TABLE[i].maybe]
    steps = {
        effect_step(effect, intent, choices, with_person=intent in with_person): None
        for intent, effect in certain + likely
        if not (effect is Effect.REQUEST and _has_its_clock(intent, standing))
    }
    suppression = next((step for step in steps if isinstance(step, Suppress)), None)
    if suppression:
        steps = {s: None for s in steps if s is suppression or not isinstance(s, Suppress | PauseOutreach)}
    if any(isinstance(step, PauseOutreach) and step.months is None for step in steps):
        steps = {step: None for step in steps if not isinstance(step, PauseOutreach) or step.months is None}
    return sorted(steps, key=_order)


_ORDER: tuple[type[Step], ...] = (Suppress, PauseOutreach, Freeze, OpenRequest, Alarm, Restrict)


def _order(step: Step) -> int:
    """Stop first, then freeze, then start clocks and call people, then restrict."""
    return next(place for place, kind in enumerate(_ORDER) if isinstance(step, kind))


def _has_its_clock(intent: Intent, standing: Standing) -> bool:
    """Another mail of theirs has started it, or a letter about this very mail has stopped it."""
    return intent in standing.open_rights or intent in answered_by(standing.told)
