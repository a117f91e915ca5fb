import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.intents import WISHES_TO_STOP, Intent
from classifiers.model import ReplyClassifier
from classifiers.registry import shipped_path
from classifiers.verdict import Reason

SHIPPED = ReplyClassifier.load(shipped_path())


def predict(text: str):
    (prediction,) = SHIPPED.predict([text])
    return prediction


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Please unsubscribe me from this list.", Intent.OPT_OUT),
        ("Bitte nehmen Sie mich aus Ihrem Verteiler.", Intent.OPT_OUT),
        ("Where did you get my email address?", Intent.DATA_SOURCE),
        ("Bitte löschen Sie alle meine Daten.", Intent.ERASURE),
        ("Bitte loeschen Sie alle meine Daten.", Intent.ERASURE),
    ],
)
def test_plain_wishes_are_acted_on(text, intent):
    """Whoever says it as most people do needs no reviewer."""
    assert intent in predict(text).act


@pytest.mark.parametrize(
    "text",
    [
        "The unsubscribe link does not work, but never mind: I am interested, please call me.",
        "Please do not delete my data.",
        "Please don't unsubscribe me, I like your mails.",
        "Could you remove the logo from the brochure before printing?",
        "You could stop by our office on Monday.",
        "Löschen Sie meine Daten bitte nicht!",
        "Delete me, but call me first, I want an offer.",
    ],
)
def test_other_senses_and_contradictions_are_never_acted_on(text):
    """The words of a wish to stop are there, the wish is not, or not alone."""
    assert not WISHES_TO_STOP & set(predict(text).act)


@pytest.mark.parametrize(
    "text", ["Poistakaa minut listalta.", "odhláste ma zo zoznamu", "Διαγράψτε με από τη λίστα σας."]
)
def test_a_wish_in_an_untrained_language_pauses_and_never_acts(text):
    """Pausing protects the person; acting would be a guess."""
    prediction = predict(text)
    assert Intent.OPT_OUT in prediction.maybe
    assert prediction.act == ()
    assert prediction.review


def test_a_wish_below_ten_pages_is_seen():
    """The end of a long letter counts, and a person reads what was not read wholly."""
    prediction = predict("The weather has been fine in our valley this year. " * 2_000 + "\n\nUnsubscribe me.")
    assert Intent.OPT_OUT in prediction.maybe
    assert Reason.TOO_LONG in prediction.reasons


@pytest.mark.parametrize("text", ["", "   ", "👍👍", "\u200b\u200b", "\n"])
def test_a_reply_without_words_goes_to_a_person(text):
    """Nothing to read is nothing to act on."""
    prediction = predict(text)
    assert prediction.act == ()
    assert prediction.reasons == (Reason.EMPTY,)
    assert prediction.review


@given(st.lists(st.text(st.characters(), max_size=200), max_size=5))
@settings(max_examples=50, deadline=None)
def test_no_text_makes_it_fail(texts):
    """One prediction for each text, act and maybe disjoint and in order, a reason to look for each maybe."""
    predictions = SHIPPED.predict(texts)
    assert len(predictions) == len(texts)
    for prediction in predictions:
        assert set(prediction.probabilities) == set(Intent)
        assert all(0.0 <= p <= 1.0 for p in prediction.probabilities.values())
        assert not set(prediction.act) & set(prediction.maybe)
        assert list(prediction.act) == [intent for intent in Intent if intent in prediction.act]
        assert prediction.review or not (prediction.maybe or prediction.reasons)
        assert prediction.model_version == SHIPPED.version


def test_a_batch_says_what_each_text_alone_would_have_been_told():
    """Neighbours have no influence, and more than one batch is joined in order."""
    texts = ["unsubscribe", "", "Where did you get my address? I want to know.", "Send prices. Call me."] * 80
    for alone, batched in zip(map(predict, texts[:4]), SHIPPED.predict(texts), strict=False):
        assert (alone.act, alone.maybe, alone.reasons) == (batched.act, batched.maybe, batched.reasons)
        assert alone.probabilities == pytest.approx(batched.probabilities)


@pytest.mark.parametrize("unit", ["a", "a. ", "stop ", "stop. ", "\n", "unsubscribe my ", "ﷺ", "sтоp", "\ud800"])
def test_a_megabyte_is_judged_at_once(unit):
    """The time is bounded whatever a megabyte holds."""
    started = time.perf_counter()
    predict(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - started < 2.0
