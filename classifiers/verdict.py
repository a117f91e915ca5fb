"""What follows from probabilities, rules and doubts: what may be acted on, what a person looks at, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from classifiers import language
from classifiers.features import MAX_CHARACTERS
from classifiers.intents import WISHES_TO_STOP, Intent
from classifiers.prediction import Prediction
from classifiers.rules import Finding
from classifiers.scoring import INTENTS


class Reason(StrEnum):
    """Why a person should look, beside a `maybe`."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNTRAINED_LANGUAGE = "untrained_language"
    UNLIKE_TRAINING = "unlike_training"
    RULE_AGAINST_MODEL = "rule_against_model"
    NEGATED = "negated"
    CONTRADICTION = "contradiction"


FORBIDS_ACTING = frozenset({Reason.EMPTY, Reason.TOO_LONG, Reason.UNTRAINED_LANGUAGE, Reason.UNLIKE_TRAINING})
"""With one of these nothing is acted on, whatever the probabilities say."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """For each of `INTENTS` the probability from which to act (infinite: never) and from which a person looks."""

    act: tuple[float, ...]
    maybe: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model may decide: `least_known` is the share of known words below which a text is unlike anything seen."""

    thresholds: Thresholds
    least_known: float
    languages: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a text beside its probabilities; `trained` are the model's languages.

    `unaided` are the probabilities as they would be had no rule found anything, in the order of `INTENTS`.
    """

    language: str | None
    has_words: bool
    looks_known: bool
    read_wholly: bool
    finding: Finding
    trained: Collection[str]
    unaided: Sequence[float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`act` and `maybe` are disjoint and in the order of `Intent`."""

    act: tuple[Intent, ...]
    maybe: tuple[Intent, ...]
    reasons: tuple[Reason, ...]


def conclude(
    text: str,
    finding: Finding,
    probabilities: Sequence[float],
    unaided: Sequence[float],
    known: float,
    limits: Limits,
) -> Prediction:
    """The prediction for one text, given what rules and model found in it and the share of its words that are known."""
    evidence = Evidence(
        language=language.identify(text),
        has_words=finding.has_words,
        looks_known=known >= limits.least_known,
        read_wholly=len(text) <= MAX_CHARACTERS,
        finding=finding,
        trained=limits.languages,
        unaided=unaided,
    )
    verdict = decide(probabilities, evidence, limits.thresholds)
    return Prediction(
        language=evidence.language,
        probabilities=dict(zip(INTENTS, probabilities, strict=True)),
        act=verdict.act,
        maybe=verdict.maybe,
        review=bool(verdict.maybe or verdict.reasons),
        reasons=verdict.reasons,
        model_version=limits.version,
    )


def decide(probabilities: Sequence[float], evidence: Evidence, thresholds: Thresholds) -> Verdict:
    """Doubt takes intents from `act` to `maybe`; rules add, and never take away."""
    act = {i for i, p, t in zip(INTENTS, probabilities, thresholds.act, strict=True) if p >= t}
    maybe = {i for i, p, t in zip(INTENTS, probabilities, thresholds.maybe, strict=True) if p >= t} - act
    reasons = _reasons(evidence)
    alone = bool(evidence.finding.alone_in & frozenset(evidence.trained))
    surprising = evidence.finding.hints - act - maybe
    if not alone:
        against = {i for i, p, t in zip(INTENTS, evidence.unaided, thresholds.maybe, strict=True) if p < t}
        surprising |= act & evidence.finding.hints & against
    if surprising:
        reasons.append(Reason.RULE_AGAINST_MODEL)
    act -= surprising
    if Intent.OPT_OUT in maybe and alone:
        act.add(Intent.OPT_OUT)
    if evidence.finding.refused_in & frozenset(evidence.trained) and not act | surprising:
        act.add(Intent.DECLINED)
    maybe = (maybe | surprising) - act
    doubtful = _doubtful(act, act | maybe, evidence, reasons)
    act -= doubtful
    maybe = (maybe | doubtful) - act
    return Verdict(_ordered(act), _ordered(maybe), tuple(reasons))


def _reasons(evidence: Evidence) -> list[Reason]:
    """What is odd about the text as a whole."""
    if not evidence.has_words:
        return [Reason.EMPTY]
    reasons = []
    if not evidence.read_wholly:
        reasons.append(Reason.TOO_LONG)
    if evidence.language is not None and evidence.language not in evidence.trained:
        reasons.append(Reason.UNTRAINED_LANGUAGE)
    if not evidence.looks_known:
        reasons.append(Reason.UNLIKE_TRAINING)
    return reasons


def _doubtful(act: set[Intent], present: set[Intent], evidence: Evidence, reasons: list[Reason]) -> set[Intent]:
    """Which of `act` must not be acted on; appends the reasons that are found on the way."""
    if FORBIDS_ACTING & set(reasons):
        return set(act)
    doubtful: set[Intent] = set()
    if evidence.finding.negated and act & WISHES_TO_STOP:
        reasons.append(Reason.NEGATED)
        doubtful |= act & WISHES_TO_STOP
    if Intent.INTERESTED in present and present & WISHES_TO_STOP:
        reasons.append(Reason.CONTRADICTION)
        doubtful |= act & (WISHES_TO_STOP | {Intent.INTERESTED})
    return doubtful


def _ordered(intents: Collection[Intent]) -> tuple[Intent, ...]:
    return tuple(intent for intent in INTENTS if intent in intents)
