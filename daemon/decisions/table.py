"""What each intent leads to: one row an intent, to be read against the law."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from classifiers.intents import Intent
from daemon.decisions.choices import Choices
from daemon.decisions.plan import Alarm, Freeze, OpenRequest, PauseOutreach, Restrict, Step, Suppress, Whom
from responses.facts import Section


class Effect(Enum):
    """One kind of step that is taken at once."""

    PAUSE = auto()
    PAUSE_FOR_A_TERM = auto()
    SUPPRESS = auto()
    REQUEST = auto()
    FREEZE = auto()
    ALARM = auto()
    RESTRICT = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """What follows when an intent is likely (`maybe`, always with a review) and when it is certain (`act`)."""

    maybe: tuple[Effect, ...]
    act: tuple[Effect, ...]
    section: Section | None = None
    """The section of the letter that is written about it at once; None where there is none."""
    for_a_person: bool = False
    """A person decides, however certain the wish."""
    accepted: tuple[Effect, ...] = ()
    """What follows on top when a person has accepted it."""
    no_letter: bool = False
    """No letter by machine at all, not even about what else is asked and after a person has judged."""


TABLE: dict[Intent, Row] = {
    # Art. 21(2)-(3): an objection to marketing is absolute, needs no reason and takes effect at once.
    Intent.OPT_OUT: Row((Effect.PAUSE,), (Effect.SUPPRESS,), Section.OPT_OUT),
    Intent.DATA_SOURCE: Row((Effect.PAUSE,), (Effect.PAUSE, Effect.REQUEST), Section.DATA_SOURCE),
    # Art. 6(1)(f), 14(1)(c): quoted from a signed balancing test that covers the country, and never argued by machine;
    # without one the facts are missing, and a person answers.
    Intent.LEGAL_BASIS: Row((Effect.PAUSE,), (Effect.PAUSE, Effect.REQUEST), Section.LEGAL_BASIS),
    # Art. 15: the copy shows what was held when the request came.
    Intent.ACCESS: Row((Effect.PAUSE, Effect.FREEZE), (Effect.PAUSE, Effect.FREEZE, Effect.REQUEST), Section.ACCESS),
    # Art. 17: stopping is at once; deleting waits for proof, a grace period and open requests for knowledge, and has
    # letters of its own (daemon/rights/erasure.py).
    Intent.ERASURE: Row((Effect.PAUSE,), (Effect.SUPPRESS, Effect.FREEZE, Effect.REQUEST)),
    # Art. 16, 18(1)(a): what is right is found out by a person; until then the data are stored and used for nothing.
    Intent.RECTIFICATION: Row(
        (Effect.PAUSE,),
        (Effect.PAUSE, Effect.REQUEST),
        Section.RECTIFICATION,
        for_a_person=True,
        accepted=(Effect.RESTRICT,),
    ),
    Intent.INTERESTED: Row((), (), for_a_person=True),
    Intent.DECLINED: Row((), (Effect.PAUSE_FOR_A_TERM,)),
    # Art. 77, UK DPA 2018 s.164A: somebody has to know today.
    Intent.COMPLAINT: Row(
        (Effect.PAUSE, Effect.ALARM), (Effect.PAUSE, Effect.ALARM, Effect.REQUEST), for_a_person=True, no_letter=True
    ),
}

ANSWERS: Mapping[Section, Intent] = {
    Section.OPT_OUT: Intent.OPT_OUT,
    Section.DATA_SOURCE: Intent.DATA_SOURCE,
    Section.ACCESS: Intent.ACCESS,
    Section.LEGAL_BASIS: Intent.LEGAL_BASIS,
    Section.ERASURE_COMPLETED: Intent.ERASURE,
}
"""Which request a section answers, so that its clock stops.

The others answer nothing: `rectification` acknowledges what a person goes on with, `erasure_interim` and `extension`
say that it takes longer, `challenge` asks.
"""


def answered_by(sections: Iterable[Section | str]) -> frozenset[Intent]:
    """The rights whose clocks stop when a letter with these sections was accepted."""
    return frozenset(ANSWERS[section] for name in sections if (section := Section(name)) in ANSWERS)


def effect_step(effect: Effect, intent: Intent, choices: Choices, *, with_person: bool) -> Step:  # noqa: PLR0911  one for each
    """The step that an effect of this intent stands for."""
    match effect:
        case Effect.PAUSE:
            return PauseOutreach(Whom.SENDER_AND_CONTACT, "until_answered")
        case Effect.PAUSE_FOR_A_TERM:
            return PauseOutreach(Whom.SENDER_AND_CONTACT, intent.value, choices.declined_pause_months)
        case Effect.SUPPRESS:
            return Suppress(Whom.SENDER_AND_CONTACT, intent.value)
        case Effect.REQUEST:
            return OpenRequest(intent, with_person)
        case Effect.FREEZE:
            return Freeze()
        case Effect.ALARM:
            return Alarm(intent.value)
        case Effect.RESTRICT:
            return Restrict()
