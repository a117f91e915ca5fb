import math

import pytest

from classifiers.intents import Intent
from classifiers.rules import Finding
from classifiers.scoring import INTENTS
from classifiers.verdict import Evidence, Reason, Thresholds, decide

THRESHOLDS = Thresholds(act=(0.9,) * len(INTENTS), maybe=(0.3,) * len(INTENTS))


def probabilities(**said: float) -> list[float]:
    return [said.get(intent, 0.0) for intent in INTENTS]


def evidence(**changes) -> Evidence:
    usual = {
        "language": "en",
        "has_words": True,
        "looks_known": True,
        "read_wholly": True,
        "finding": Finding(),
        "trained": ("de", "en"),
        "unaided": (0.5,) * len(INTENTS),
    }
    return Evidence(**(usual | changes))


def test_thresholds_sort_intents_into_act_and_maybe():
    """Several wishes may stand in one reply, each sorted by itself."""
    verdict = decide(probabilities(opt_out=0.95, access=0.92, complaint=0.5), evidence(), THRESHOLDS)
    assert verdict.act == (Intent.OPT_OUT, Intent.ACCESS)
    assert verdict.maybe == (Intent.COMPLAINT,)
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"language": "fi"}, Reason.UNTRAINED_LANGUAGE),
        ({"looks_known": False}, Reason.UNLIKE_TRAINING),
        ({"read_wholly": False}, Reason.TOO_LONG),
        ({"has_words": False}, Reason.EMPTY),
    ],
)
def test_what_the_model_cannot_judge_is_never_acted_on(change, reason):
    """However sure it is: it was sure of something else."""
    verdict = decide(probabilities(erasure=0.99), evidence(**change), THRESHOLDS)
    assert verdict.act == ()
    assert verdict.maybe == (Intent.ERASURE,)
    assert reason in verdict.reasons


def test_a_negated_wish_to_stop_is_not_acted_on():
    """The plea "do not delete my data" is full of the words that erasure is made of."""
    verdict = decide(probabilities(erasure=0.99, access=0.95), evidence(finding=Finding(negated=True)), THRESHOLDS)
    assert verdict.act == (Intent.ACCESS,)
    assert verdict.maybe == (Intent.ERASURE,)
    assert verdict.reasons == (Reason.NEGATED,)


def test_a_wish_to_stop_and_interest_contradict_each_other():
    """Whoever wants to be deleted and called is asked by a person what is meant."""
    verdict = decide(probabilities(opt_out=0.99, interested=0.4), evidence(), THRESHOLDS)
    assert verdict.act == ()
    assert verdict.maybe == (Intent.OPT_OUT, Intent.INTERESTED)
    assert verdict.reasons == (Reason.CONTRADICTION,)


def test_a_rule_adds_what_the_model_does_not_see():
    """The two disagree, so a person looks."""
    finding = Finding(hints=frozenset({Intent.OPT_OUT}))
    verdict = decide(probabilities(), evidence(finding=finding), THRESHOLDS)
    assert verdict.maybe == (Intent.OPT_OUT,)
    assert verdict.reasons == (Reason.RULE_AGAINST_MODEL,)


@pytest.mark.parametrize(("alone_in", "acts"), [({"en", "fr"}, True), ({"fr"}, False)])
def test_nothing_but_a_wish_to_stop_is_acted_on_where_the_model_agrees(alone_in, acts):
    """The word "unsubscribe" needs no proof in a language that the model has learned, and a person in any other."""
    finding = Finding(hints=frozenset({Intent.OPT_OUT}), alone_in=frozenset(alone_in))
    verdict = decide(probabilities(opt_out=0.5), evidence(language=None, finding=finding), THRESHOLDS)
    assert (verdict.act == (Intent.OPT_OUT,)) is acts
    assert (verdict.maybe == (Intent.OPT_OUT,)) is not acts


def test_an_intent_without_proof_is_never_acted_on():
    """An infinite threshold is no probability's to reach."""
    never = Thresholds(act=(math.inf,) * len(INTENTS), maybe=(0.3,) * len(INTENTS))
    assert decide(probabilities(opt_out=1.0), evidence(), never).act == ()


def test_a_rule_that_the_model_contradicts_goes_to_a_person():
    """What only the rule sees, as in a request not to send the invoice, is never acted on."""
    finding = Finding(hints=frozenset({Intent.OPT_OUT}))
    verdict = decide(probabilities(opt_out=0.97), evidence(finding=finding, unaided=probabilities()), THRESHOLDS)
    assert verdict.act == ()
    assert verdict.maybe == (Intent.OPT_OUT,)
    assert Reason.RULE_AGAINST_MODEL in verdict.reasons


def test_a_bare_polite_no_is_certain_in_a_language_that_was_learnt() -> None:
    """The shortest answers are those that a model knows least about."""
    refused = Finding(refused_in=frozenset({"en"}))
    assert decide(probabilities(declined=0.4), evidence(finding=refused), THRESHOLDS).act == (Intent.DECLINED,)
    unknown = Finding(refused_in=frozenset({"tlh"}))
    assert decide(probabilities(declined=0.4), evidence(finding=unknown), THRESHOLDS).act == ()


def test_a_bare_no_takes_nothing_from_a_wish_that_the_model_sees() -> None:
    """What else is likely stays so, and a person looks."""
    verdict = decide(probabilities(opt_out=0.5), evidence(finding=Finding(refused_in=frozenset({"en"}))), THRESHOLDS)
    assert (verdict.act, verdict.maybe) == ((Intent.DECLINED,), (Intent.OPT_OUT,))
