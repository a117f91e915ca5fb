"""A preview: what would follow from a judgement, and the letter that would leave, before anybody has decided."""

from dataclasses import dataclass

from daemon.decisions.plan import Plan, SendLetter
from daemon.rights.decided import Decided
from responses.answer import NotTogether
from responses.facts import Facts, MissingFact
from responses.lint import lint
from responses.rendering import LetterTooLong, NoTemplate, Templates, render
from responses.sandbox import TemplateRefused


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow."""

    plan: Plan
    letter_text: str | None
    """Recipient, subject and text of the letter; None where none would leave."""
    obstacles: tuple[str, ...]
    """What would be left to a person, as codes (daemon/decisions/reasons.py)."""


def preview_of(decided: Decided, templates: Templates) -> Preview:
    """What a decision would do that was not carried out."""
    obstacles = tuple(reason for reason in decided.plan.reasons if reason != "reviewed")
    letter = next((step for step in decided.plan.steps if isinstance(step, SendLetter)), None)
    if letter is None or decided.facts is None:
        return Preview(decided.plan, None, obstacles)
    text, fault = letter_as_text(letter, decided.facts, templates)
    return Preview(decided.plan, text, (*obstacles, *([fault] if fault else [])))


def letter_as_text(step: SendLetter, facts: Facts, templates: Templates) -> tuple[str | None, str | None]:
    """Recipient, subject and text of a letter, or the code of what stops it before it leaves."""
    try:
        letter = render(step.sections, facts, step.language, templates)
    except MissingFact as error:
        return None, f"missing_fact:{error.fact}"
    except (NoTemplate, NotTogether, TemplateRefused, LetterTooLong) as error:
        return None, f"letter_held:template:{type(error).__name__}"
    text = f"To: {facts.address.value}\nSubject: {letter.subject}\n\n{letter.text}"
    return text, "letter_held:lint" if lint(letter, step.sections, step.language) else None
