import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.features import prepare
from classifiers.intents import Intent
from classifiers.language import LANGUAGES
from classifiers.rules import Finding, RulesOnly, find
from classifiers.stop_phrases import ANYWHERE, NEGATED_WISHES, WHOLE


def found(text: str) -> Finding:
    return find(prepare(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("STOP!!", "en"),
        ("Unsubscribe", "en"),
        ("No. Stop.", "en"),
        ("Please, remove me. Thanks!", "en"),
        ("Bitte abmelden, danke", "de"),
        ("désinscription", "fr"),
        ("desinscription svp", "fr"),
        ("Baja, por favor", "es"),
        ("отпишите", "ru"),
        ("u\u200bn\u200bsubscribe", "en"),
        ("ѕtоp", "en"),
    ],
)
def test_a_reply_that_is_nothing_but_a_wish_to_stop_is_known_as_such(text, language):
    """One word and some courtesy are enough, in any case, without accents, with hidden or borrowed letters."""
    assert found(text).alone_in >= {language}
    assert found(text).hints == {Intent.OPT_OUT}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No, thanks", "en"),
        ("No thank you.", "en"),
        ("Nein, danke!", "de"),
        ("Danke, kein Interesse.", "de"),
        ("Non merci", "fr"),
        ("No, gracias.", "es"),
        ("Nej tack", "sv"),
        ("nie, dziękuję", "pl"),
        ("Нет, спасибо", "ru"),
    ],
)
def test_a_reply_that_is_nothing_but_a_polite_no_is_known_as_such(text, language):
    """It is a refusal; what it means for the list is what the footer promised."""
    assert found(text).refused_in >= {language}
    assert not found(text).alone_in
    assert not found(text).hints


@pytest.mark.parametrize(
    "text", ["No problem, call me.", "No thanks to you we lost a day", "Nein, das Angebot passt gut", "Stop", ""]
)
def test_a_no_among_other_words_is_no_refusal(text):
    """And a wish to stop is more than one."""
    assert not found(text).refused_in


@pytest.mark.parametrize(
    "text",
    [
        "Ihre Mails stören. Melden Sie mich bitte umgehend von allem ab.",
        "Kindly take my name and my address off. Your list is long enough.",
        "Per favore non scrivetemi più, ho già un fornitore.",
        "Bonjour, merci de ne plus me contacter.",
        "Witam, proszę nie wysyłać mi więcej ofert.",
        "Μη μου στέλνετε άλλα μηνύματα, ευχαριστώ.",
        "Lütfen beni listenizden çıkarın.",
        "Poistakaa minut tältä listalta.",
    ],
)
def test_an_unmistakable_phrase_is_found_within_a_reply(text):
    """The phrase may have words in between and stand among others, but then the reply is not that wish alone."""
    assert Intent.OPT_OUT in found(text).hints
    assert not found(text).alone_in


@pytest.mark.parametrize(
    "text",
    [
        "Please remove the logo from the brochure.",
        "We could stop by your office on Monday.",
        "Our stop is the second one after the bridge.",
        "Can you delete the second page of the offer?",
        "Sounds good, send me the prices.",
        "Melden Sie sich gern am Montag.",
        "",
        "👍",
    ],
)
def test_the_same_words_in_another_sense_are_no_wish(text):
    """A rule that fired here would pause people who want to talk."""
    assert Intent.OPT_OUT not in found(text).hints


@pytest.mark.parametrize("text", ["Please do not delete my data.", "Bitte melden Sie mich nicht ab!", "Don't stop!"])
def test_a_negated_wish_is_marked(text):
    """What says "do not" to a wish to stop must not be acted on."""
    assert found(text).negated


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Auskunft nach Art. 15 DSGVO", Intent.ACCESS),
        ("pursuant to Article 17(1) of the GDPR", Intent.ERASURE),
        ("l'article 21 du RGPD", Intent.OPT_OUT),
        ("ai sensi dell'articolo 16 GDPR", Intent.RECTIFICATION),
    ],
)
def test_a_cited_article_hints_at_its_right(text, intent):
    """Whoever cites the law means it."""
    assert found(text).hints == {intent}


def test_every_language_has_words_and_phrases():
    """The official languages of the Union and those of its neighbours are all covered."""
    assert set(WHOLE) >= LANGUAGES
    assert set(ANYWHERE) >= LANGUAGES


def test_every_listed_wish_is_found_as_it_is_written():
    """No phrase is lost by folding, by the look-up or by a slip of the pen in the table."""
    for code, listed in WHOLE.items():
        for phrase in listed.split(","):
            assert code in found(phrase).alone_in, phrase
    for listed in ANYWHERE.values():
        for phrase in listed.split(","):
            assert Intent.OPT_OUT in found(phrase.replace("*", "").replace("…", "x")).hints, phrase
    for listed in NEGATED_WISHES.values():
        for phrase in listed.split(","):
            assert found(phrase.replace("*", "").replace("…", "x")).negated, phrase


def test_the_rules_alone_never_act_and_always_ask():
    """Without a model a wish to stop still pauses, and a person sees every reply."""
    wish, question = RulesOnly().predict(["unsubscribe", "What does it cost?"])
    assert (wish.act, wish.maybe, wish.review) == ((), (Intent.OPT_OUT,), True)
    assert (question.act, question.maybe, question.review) == ((), (), True)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_text_makes_the_rules_fail(text):
    """Whatever people and robots write, there is a finding."""
    assert isinstance(found(text), Finding)


def test_hostile_text_takes_linear_time():
    """Ten thousand beginnings of phrases are looked at once each."""
    text = "remove me from my off take your list stop article 15 " * 2_000
    started = time.perf_counter()
    found(text)
    assert time.perf_counter() - started < 1.0
