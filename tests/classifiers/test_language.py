import pytest

from classifiers.language import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please take me off your list.", "en"),
        ("Woher haben Sie meine Adresse?", "de"),
        ("Où avez-vous trouvé mon adresse ?", "fr"),
        ("Μη μου στέλνετε άλλα μηνύματα", "el"),
        ("Приберіть мене зі свого списку", "uk"),
        ("Вы не сообщили, откуда у вас мой адрес", "ru"),
        ("Не желим више да добијам ваше поруке", "sr"),
    ],
)
def test_a_sentence_names_its_language(text, language):
    """One usual sentence is enough."""
    assert identify(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "STOP", "👍👍👍", "12345 67890 12345", "停止发送邮件给我停止发送邮件给我", "\ud800" * 20]
)
def test_too_little_or_foreign_text_names_none(text):
    """A guess would decide in which language a letter is written."""
    assert identify(text) is None


def test_only_allowed_languages_are_named():
    """Whoever allows two languages never hears of a third."""
    assert identify("Woher haben Sie meine Adresse?", allowed={"en", "fr"}) != "de"
    assert identify("Μη μου στέλνετε άλλα μηνύματα", allowed={"en"}) is None
