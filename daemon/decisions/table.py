"""What each intent leads to: one row an intent, to be read against the law."""

from dataclasses import dataclass
from enum import Enum, auto

from classifiers.intents import Intent
from daemon.decisions.choices import Choices
from daemon.decisions.plan import Alarm, Freeze, OpenRequest, PauseOutreach, Step, Suppress, Whom
from responses.facts import Section


class Effect(Enum):
    """One kind of protecting step."""

    PAUSE = auto()
    PAUSE_FOR_A_TERM = auto()
    SUPPRESS = auto()
    REQUEST = auto()
    FREEZE = auto()
    ALARM = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """What follows when an intent is likely (`maybe`, always with a review) and when it is certain (`act`)."""

    maybe: tuple[Effect, ...]
    act: tuple[Effect, ...]
    section: Section | None = None
    """The section of the letter that answers it; None where no letter is written by machine."""
    for_a_person: bool = False
    """The answer itself is a person's, however certain the wish."""


TABLE: dict[Intent, Row] = {
    # Art. 21(2)-(3): an objection to marketing is absolute, needs no reason and takes effect at once.
    Intent.OPT_OUT: Row((Effect.PAUSE,), (Effect.SUPPRESS,), Section.OPT_OUT),
    Intent.DATA_SOURCE: Row((Effect.PAUSE,), (Effect.PAUSE, Effect.REQUEST), Section.DATA_SOURCE),
    # Art. 6(1)(f): whether the interest outweighs is argued by a person until a balancing test is signed.
    Intent.LEGAL_BASIS: Row((Effect.PAUSE,), (Effect.PAUSE, Effect.REQUEST), for_a_person=True),
    # Art. 15: the copy shows what was held when the request came.
    Intent.ACCESS: Row((Effect.PAUSE, Effect.FREEZE), (Effect.PAUSE, Effect.FREEZE, Effect.REQUEST), Section.ACCESS),
    # Art. 17: stopping is at once, deleting waits for proof, a grace period and open requests for knowledge.
    Intent.ERASURE: Row((Effect.PAUSE,), (Effect.SUPPRESS, Effect.FREEZE, Effect.REQUEST), for_a_person=True),
    Intent.RECTIFICATION: Row((Effect.PAUSE,), (Effect.PAUSE, Effect.REQUEST), for_a_person=True),
    Intent.INTERESTED: Row((), (), for_a_person=True),
    Intent.DECLINED: Row((), (Effect.PAUSE_FOR_A_TERM,)),
    # Art. 77, UK DPA 2018 s.164A: somebody has to know today.
    Intent.COMPLAINT: Row(
        (Effect.PAUSE, Effect.ALARM), (Effect.PAUSE, Effect.ALARM, Effect.REQUEST), for_a_person=True
    ),
}


def effect_step(effect: Effect, intent: Intent, choices: Choices, *, with_person: bool) -> Step:
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
