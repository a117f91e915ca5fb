"""When a person decides although the wish is clear, and when no letter may leave by machine.

Each row asks one question; its name is the reason that the reviewer sees.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from classifiers.intents import WISHES_TO_STOP, Intent
from daemon.decisions.case import Case, CodeRefused, Known
from daemon.decisions.choices import Choices
from daemon.decisions.identity import enough_evidence
from daemon.decisions.standing import Standing
from daemon.decisions.table import TABLE
from responses.facts import Section


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reply asks for, after the campaign's promise: with certainty, and perhaps."""

    act: tuple[Intent, ...]
    maybe: tuple[Intent, ...]
    unproved: tuple[Intent, ...] = ()
    """What of the certain wishes needs better proof of its sender than there is."""

    @property
    def proved(self) -> tuple[Intent, ...]:
        """What is asked for with certainty, by somebody who is proved well enough for it."""
        return tuple(intent for intent in self.act if intent not in self.unproved)

    @property
    def all(self) -> frozenset[Intent]:
        """Every intent, certain or not."""
        return frozenset(self.act) | frozenset(self.maybe)

    @property
    def beyond_stopping(self) -> frozenset[Intent]:
        """What is asked for with certainty beyond being left alone."""
        return frozenset(self.act) - {Intent.OPT_OUT, Intent.DECLINED}


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One question about a case whose yes brings it to a person."""

    name: str
    meaning: str
    holds: Callable[[Case, Standing, Asked], bool]
    after_all: bool = False
    """Holds back letters and erasures even after a person has said what the reply asks for."""


CODE_REFUSALS = {
    CodeRefused.QUOTED: "our letter came back with its code, but nobody had written the code into the answer",
    CodeRefused.DENIED: "a code came back beside words that may deny the request",
    CodeRefused.FOREIGN: "a code came back from somebody else than it was sent to",
    CodeRefused.WRONG: "a code came back that is mistyped, guessed, used or too late",
}
"""What a person is told about a code that proves nothing; whoever sent it is told nothing."""


def _refused_as(reason: CodeRefused) -> Callable[[Case, Standing, Asked], bool]:
    return lambda case, _standing, _asked: case.code_refused is reason


REPEATED = frozenset({Intent.OPT_OUT, Intent.ERASURE})
"""Wishes that change nothing about an erasure that runs."""

FOR_A_PERSON: tuple[Circumstance, ...] = (
    Circumstance(
        "model_unsure",
        "the classifier asks for a review, or leaves a wish in doubt",
        lambda case, _s, asked: case.prediction.review or bool(asked.maybe),
    ),
    Circumstance(
        "nothing_said", "there are no own words to read", lambda case, _s, _a: not case.reading.own.text.strip()
    ),
    Circumstance("hidden_text", "text was hidden from the reader", lambda case, _s, _a: case.reading.own.hidden),
    Circumstance("truncated", "the mail was too large to be read whole", lambda case, _s, _a: case.truncated),
    Circumstance("forwarded", "somebody else's mail is passed on", lambda case, _s, _a: case.reading.own.forwarded),
    Circumstance("already_answered", "a person of ours was there first", lambda case, _s, _a: case.answered),
    Circumstance(
        "unknown_sender",
        "a stranger asks for more than to be left alone; never is 'we hold nothing' said by machine",
        lambda case, _s, asked: case.match.known is Known.UNKNOWN and bool(asked.beyond_stopping),
    ),
    Circumstance(
        "erased_sender",
        "somebody whom we erased asks for more than to be left alone",
        lambda case, _s, asked: case.match.known is Known.ERASED and bool(asked.beyond_stopping),
    ),
    Circumstance(
        "other_sender",
        "another address than the contact's asks for more than to be left alone",
        lambda case, _s, asked: case.match.other_sender and bool(asked.beyond_stopping),
    ),
    Circumstance(
        "not_proved",
        "the sender is not proved well enough for what is asked",
        lambda _c, _s, asked: bool(asked.unproved),
    ),
    Circumstance(
        "conflict",
        "the reply wants to be left alone and to hear more",
        lambda _c, _s, asked: Intent.INTERESTED in asked.act and bool(WISHES_TO_STOP & asked.all),
        after_all=True,
    ),
    Circumstance(
        "private_person",
        "a consumer or sole trader has further rights",
        lambda _c, standing, asked: standing.kind in {"consumer", "sole_trader"} and bool(asked.beyond_stopping),
    ),
    Circumstance(
        "role_mailbox",
        "a mailbox that several people read asks for a person's data",
        lambda _c, standing, asked: standing.kind == "role" and Intent.ACCESS in asked.act,
    ),
    Circumstance(
        "request_open",
        "the same right is open already; the clock is not started again",
        lambda _c, standing, asked: any(
            intent in standing.open_rights and not joins(intent, standing) for intent in asked.act
        ),
    ),
    Circumstance(
        "second_mail",
        "an earlier mail of theirs waits for a person, or its answer has not left: this one may change it",
        lambda _c, standing, asked: (
            standing.letter_waits or (standing.mail_waits and not (asked.all == {Intent.OPT_OUT} and not asked.maybe))
        ),
    ),
    Circumstance(
        "erasure_running",
        "their erasure runs, and this mail does more than repeat the wish",
        lambda _c, standing, asked: standing.erasing and (asked.all == set() or not asked.all <= REPEATED),
    ),
    *(Circumstance(reason.value, meaning, _refused_as(reason)) for reason, meaning in CODE_REFUSALS.items()),
    Circumstance(
        "person_answers",
        "the answer to this right is a person's",
        lambda _c, _s, asked: any(TABLE[intent].for_a_person for intent in asked.act),
    ),
)


def joins(intent: Intent, standing: Standing) -> bool:
    """Whether this is a wish for an erasure that runs already."""
    return intent is Intent.ERASURE and standing.erasing


def unproved(case: Case, standing: Standing, choices: Choices, act: Iterable[Intent]) -> tuple[Intent, ...]:
    """What of these wishes a contact is not proved well enough for; of strangers there is nothing to prove."""
    return tuple(
        intent
        for intent in act
        if case.match.known is Known.CONTACT
        and not joins(intent, standing)
        and not enough_evidence(intent, case, always_challenge=choices.always_challenge)
    )


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One question about a letter; its answer names what keeps the letter from leaving, or is None."""

    meaning: str
    found: Callable[[Case, Standing, Choices, tuple[Section, ...]], str | None]
    lasts: bool = True
    """It would keep a letter back in some days too, such as one about an erasure."""


def _loop_rule(case: Case, _standing: Standing, _choices: Choices, _sections: tuple[Section, ...]) -> str | None:
    return f"unanswerable:{case.reading.unanswerable}" if case.reading.unanswerable else None


def _no_address(case: Case, _standing: Standing, _choices: Choices, _sections: tuple[Section, ...]) -> str | None:
    at_home = case.match.known is Known.CONTACT and not case.match.other_sender
    return None if at_home else "no_stored_address"


def _letters_off(_case: Case, standing: Standing, _choices: Choices, _sections: tuple[Section, ...]) -> str | None:
    return "letters_off" if standing.letters_off else None


def _no_language(case: Case, standing: Standing, choices: Choices, _sections: tuple[Section, ...]) -> str | None:
    return None if letter_language(case, standing) in choices.letter_languages else "no_letter_in_language"


def _counter_reached(_case: Case, standing: Standing, choices: Choices, _sections: tuple[Section, ...]) -> str | None:
    counters = standing.counters
    limits = (
        ("counter:message", counters.same_message, 1),
        ("counter:week", counters.contact_7_days, choices.letters_per_contact_7_days),
        ("counter:month", counters.contact_30_days, choices.letters_per_contact_30_days),
        ("counter:domain", counters.domain_1_hour, choices.letters_per_domain_1_hour),
        ("counter:all", counters.all_1_hour, choices.letters_1_hour),
    )
    return next((name for name, count, limit in limits if count >= limit), None)


def _fact_missing(_case: Case, standing: Standing, _choices: Choices, sections: tuple[Section, ...]) -> str | None:
    missing = (fact for section, fact in standing.missing_facts if section in sections)
    return next((f"missing_fact:{fact}" for fact in missing), None)


NO_LETTER: tuple[Obstacle, ...] = (
    Obstacle("a rule against mail loops forbids any automatic answer to this message (RFC 3834)", _loop_rule),
    Obstacle("there is no stored address of the person who wrote", _no_address),
    Obstacle("a letter to this person bounced", _letters_off),
    Obstacle("there are no letters in the language of the reply", _no_language),
    Obstacle("this message, thread, person, domain or hour had its letters", _counter_reached, lasts=False),
    Obstacle("a fact that the letter needs is not stored", _fact_missing),
)


def obstacles(case: Case, standing: Standing, choices: Choices, sections: tuple[Section, ...]) -> list[str]:
    """Everything that keeps a letter with these sections from leaving now."""
    return [name for row in NO_LETTER if (name := row.found(case, standing, choices, sections))]


def lasting_obstacles(case: Case, standing: Standing, choices: Choices) -> list[str]:
    """Everything that would keep every letter back in some days as well."""
    return [name for row in NO_LETTER if row.lasts and (name := row.found(case, standing, choices, ()))]


def letter_language(case: Case, standing: Standing) -> str | None:
    """The language of the reply; where it is too short to tell, the one stored for the contact."""
    return case.prediction.language or standing.language
