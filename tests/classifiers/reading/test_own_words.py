import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.reading.message import HtmlText, parse
from classifiers.reading.own_words import own_words, own_words_of_text

MAIL = Path(__file__).parents[2] / "mail"
OURS = """Hello Max,

we help firms like yours to sell more machines in Poland. May I call you on Tuesday?

If you do not want to hear from us again, reply with: please remove me from your list.

Jane Doe"""
MARKED = "\n".join(f"> {line}" for line in OURS.split("\n"))

DISCLAIMER = """This e-mail and any attachments are confidential and intended only for the addressee. If you are not
the intended recipient, please delete it and notify the sender at once."""

ATTRIBUTIONS = {
    "gmail-en": "On Fri, Nov 20, 2026 at 10:12 AM Jane Doe <jane@sender.example> wrote:",
    "gmail-en-wrapped": "On Fri, Nov 20, 2026 at 10:12 AM Jane Doe <\njane@sender.example> wrote:",
    "apple-en": "On 20 Nov 2026, at 10:12, Jane Doe <jane@sender.example> wrote:",
    "yahoo-en": "On Friday, November 20, 2026 at 10:12:00 AM GMT+1, Jane Doe <jane@sender.example> wrote:",
    "proton-en": "On Friday, November 20th, 2026 at 10:12 AM, Jane Doe <jane@sender.example> wrote:",
    "thunderbird-en": "On 20/11/2026 10:12, Jane Doe wrote:",
    "gmail-de": "Am Fr., 20. Nov. 2026 um 10:12 Uhr schrieb Jane Doe <jane@sender.example>:",
    "gmail-de-wrapped": "Am Fr., 20. Nov. 2026 um 10:12 Uhr schrieb Jane Doe <\njane@sender.example\n>:",
    "thunderbird-de": "Am 20.11.26 um 10:12 schrieb Jane Doe:",
    "webde": "Jane Doe <jane@sender.example> hat am 20.11.2026 10:12 CET geschrieben:",
    "notes-de": "Jane Doe/SENDER schrieb am 20.11.2026 10:12:01:",
    "gmail-fr": "Le ven. 20 nov. 2026 à 10:12, Jane Doe <jane@sender.example> a écrit :",
    "yahoo-fr": "Le vendredi 20 novembre 2026 à 10:12:00 UTC+1, Jane Doe <jane@sender.example> a\nécrit :",
    "gmail-es": "El vie, 20 nov 2026 a las 10:12, Jane Doe (<jane@sender.example>)\nescribió:",
    "yahoo-es": "El viernes, 20 de noviembre de 2026 10:12,\nJane Doe <jane@sender.example> escribió:",
    "gmail-it": "Il giorno ven 20 nov 2026 alle ore 10:12 Jane Doe <jane@sender.example>\nha scritto:",
    "gmail-nl": "Op vr 20 nov 2026 om 10:12 schreef Jane Doe <jane@sender.example>:",
    "apple-nl": "Op 20 nov 2026 om 10:12 heeft Jane Doe <jane@sender.example> het volgende geschreven:",
    "gmail-pl": "pt., 20 lis 2026 o 10:12 Jane Doe <jane@sender.example> napisał(a):",
    "thunderbird-pl": "W dniu 20.11.2026 o 10:12, Jane Doe pisze:",
    "gmail-pt": "Em sex., 20 de nov. de 2026 às 10:12, Jane Doe <jane@sender.example> escreveu:",
    "gmail-pt-wrapped": "Jane Doe <jane@sender.example> escreveu no dia sexta, 20/11/2026 à(s)\n10:12:",
    "gmail-sv": "Den fre 20 nov. 2026 kl 10:12 skrev Jane Doe <jane@sender.example>:",
    "gmail-da": "Den fre. 20. nov. 2026 kl. 10.12 skrev Jane Doe <jane@sender.example>:",
    "gmail-no": "fre. 20. nov. 2026 kl. 10:12 skrev Jane Doe <jane@sender.example>:",
    "gmail-fi": "pe 20. marrask. 2026 klo 10.12 Jane Doe (jane@sender.example) kirjoitti:",
    "gmail-cs": "pá 20. 11. 2026 v 10:12 odesílatel Jane Doe <jane@sender.example> napsal:",
    "gmail-ru": "пт, 20 нояб. 2026 г. в 10:12, Jane Doe <jane@sender.example>:",
    "yandex-ru": '20.11.2026, 10:12, "Jane Doe" <jane@sender.example>:',
    "mailru": "Пятница, 20 ноября 2026, 10:12 +03:00 от Jane Doe <jane@sender.example>:",
    "thunderbird-ru": "20.11.2026 10:12, Jane Doe пишет:",
    "gmail-zh": "Jane Doe <jane@sender.example> 于2026年11月20日周五 10:12写道：",
    "zoho": "---- On Fri, 20 Nov 2026 10:12:00 +0100 Jane Doe <jane@sender.example> wrote ---",
    "lotus": "-----Jane Doe <jane@sender.example> wrote: -----",
    "outlook-en": "From: Jane Doe <j@sender.example>\nSent: Friday, November 20, 2026 10:12 AM\nTo: Max\nSubject: X",
    "outlook-en-spaced": "From: Jane Doe\n\nSent: Friday, November 20, 2026 10:12 AM\n\nTo: Max\n\nSubject: X",
    "outlook-en-bold": "*From:* Jane Doe\n*Sent:* Friday, November 20, 2026 10:12 AM\n*To:* Max\n*Subject:* X",
    "outlook-de": "________________________\nVon: Jane\nGesendet: Freitag, 20. November 2026\nAn: Max\nBetreff: X",
    "gmx": 'Gesendet: Freitag, 20. November 2026 um 10:12 Uhr\nVon: "Jane" <jane@sender.example>\nAn: Max\nBetreff: X',
    "outlook-fr": "De : Jane Doe\nEnvoyé : vendredi 20 novembre 2026 10:12\nÀ : Max\nObjet : X",
    "outlook-es": "De: Jane Doe\nEnviado el: viernes, 20 de noviembre de 2026 10:12\nPara: Max\nAsunto: X",
    "outlook-it": "Da: Jane Doe\nInviato: venerdì 20 novembre 2026 10:12\nA: Max\nOggetto: X",
    "outlook-nl": "Van: Jane Doe\nVerzonden: vrijdag 20 november 2026 10:12\nAan: Max\nOnderwerp: X",
    "outlook-pl": "Od: Jane Doe\nWysłano: piątek, 20 listopada 2026 10:12\nDo: Max\nTemat: X",
    "outlook-pt": "De: Jane Doe\nEnviada: sexta-feira, 20 de novembro de 2026 10:12\nPara: Max\nAssunto: X",
    "outlook-sv": "Från: Jane Doe\nSkickat: den 20 november 2026 10:12\nTill: Max\nÄmne: X",
    "outlook-cs": "Od: Jane Doe\nOdesláno: pátek 20. listopadu 2026 10:12\nKomu: Max\nPředmět: X",
    "outlook-ru": "От: Jane Doe\nОтправлено: 20 ноября 2026 г. 10:12\nКому: Max\nТема: X",
    "original-en": "-----Original Message-----",
    "original-de": "-----Ursprüngliche Nachricht-----\nVon: Jane Doe\nGesendet: gestern",
    "original-samsung": "-------- Originalnachricht --------\nVon: Jane\nDatum: 20.11.26 10:12 (GMT+01:00)\nAn: Max",
    "original-ru": "-------- Исходное сообщение --------",
    "original-proton": "------- Original Message -------\nOn Friday, November 20th, 2026 at 10:12, Jane wrote:",
}


@pytest.fixture(params=ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def attribution(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("quote", [MARKED, OURS], ids=["marked", "bare"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["apart", "attached"])
def test_the_quote_below_an_answer_is_no_own_text(attribution: str, quote: str, gap: str):
    """Each client and language, with quote marks and without, however close the answer stands."""
    own = own_words_of_text(f"Wo haben Sie das her?{gap}{attribution}\n\n{quote}")
    assert own.text == "Wo haben Sie das her?"
    assert "sell more machines" in own.quoted
    assert not own.forwarded


@pytest.mark.parametrize("quote", [MARKED, OURS], ids=["marked", "bare"])
def test_a_reply_of_nothing_but_a_quote_says_nothing(attribution: str, quote: str):
    """The quote is never taken for the answer."""
    assert own_words_of_text(f"{attribution}\n\n{quote}").text == ""


def test_an_answer_below_the_quote_is_own(attribution: str):
    """Bottom posting."""
    assert own_words_of_text(f"{attribution}\n\n{MARKED}\n\nDelete my data.").text == "Delete my data."


def test_answers_between_quoted_lines_are_own():
    """Interleaved answering keeps each answer and drops each question."""
    own = own_words_of_text("On 20/11/2026 10:12, Jane wrote:\n> May I call?\nNo.\n> Tuesday?\nNever, stop writing.")
    assert own.text.split("\n") == ["No.", "Never, stop writing."]


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I am away:\nplease write to my colleague.",
        "On 12 November 2026 at 10:12 you wrote:\nwe got your address. Delete it.",
        "In Ihrer Mail vom 20.11.2026 schrieben Sie:\n\nWir helfen. Löschen Sie meine Daten.",
        "Le 20 novembre 2026, vous m'avez écrit :\nJe veux la suppression.",
        "Я писал вам 20.11.2026:\nудалите меня",
        "I wrote to you on 12.05.2026:\nno answer. Delete my data!",
        "Hi,\n\nFrom: where did you get my address?\nTo be clear: delete it.",
        "Please call 10:30 on 2026-11-20:\n+49 30 1234567",
        "Antwort:\nNein, löschen Sie alles.",
        "Sent from the wrong account, please delete my data",
        "This message is confidential. Delete my data.",
        "Best regards\nMax",
        "👍",
    ],
)
def test_a_persons_own_sentences_stay(text: str):
    """What only looks like an attribution, a header, a device's note or a disclaimer is still the person's."""
    assert own_words_of_text(text).text == text


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMax Muster\nACME GmbH",
        "--\nMax Muster",
        "—\nMax",
        "________\nMax Muster\nACME",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/x>",
        "Von meinem iPhone gesendet",
        "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Wysłane z iPhone'a",
        "Enviado do meu iPhone",
        "Skickat från min iPhone",
        "Odesláno z iPhonu",
        "Отправлено с iPhone",
        DISCLAIMER,
    ],
)
def test_signatures_are_apart(signature: str):
    """Delimiters, devices' notes in each language, disclaimers ("please delete it" is not a request)."""
    own = own_words_of_text(f"No, thank you.\n\n{signature}")
    assert own.text == "No, thank you."
    assert own.signature


def test_contact_lines_below_a_closing_are_signature():
    """The name stays, telephone and company go."""
    own = own_words_of_text("Stop.\n\nBest regards\nMax Muster\nACME GmbH\nTel. +49 30 1234567\nwww.acme.example")
    assert own.text == "Stop.\n\nBest regards\nMax Muster"
    assert "+49 30" in own.signature


@pytest.mark.parametrize(
    "marker",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "Anfang der weitergeleiteten Nachricht:",
        "---------- Message transféré ---------",
        "---------- Пересланное сообщение ---------",
    ],
)
def test_a_forwarded_mail_is_told_from_a_reply(marker: str):
    """What is passed on is somebody else's, and the mail counts as forwarded."""
    own = own_words_of_text(f"FYI\n\n{marker}\nFrom: Jane\nDate: x\nSubject: y\nTo: z\n\n{OURS}")
    assert own.text == "FYI"
    assert own.forwarded


@pytest.mark.parametrize(
    "spoilt",
    [
        OURS.replace("\n", " "),
        OURS.replace("\n\n", "\n \n\t"),
        "\n".join(f"| {line}" for line in OURS.split("\n")),
        OURS.replace(" ", "\u00a0"),
        OURS.replace("machines", "machines <https://click.example/x?y=1>"),
        OURS.upper(),
    ],
)
def test_our_own_text_is_known_whatever_a_client_did_to_it(spoilt: str):
    """One line, other blanks, bars, rewritten links: with the sent text at hand no mark is needed."""
    own = own_words_of_text(f"Where did you get my address?\n\n{spoilt}", (OURS,))
    assert own.text == "Where did you get my address?"
    assert "remove me" in own.quoted.replace("\u00a0", " ").lower()


@pytest.mark.parametrize("text", ["please remove me from your list", "Please remove me from your list.\n\n" + OURS])
def test_a_person_may_answer_in_our_words(text: str):
    """We offered the words, so the wish must survive the removal of our text."""
    assert own_words_of_text(text, (OURS,)).text.lower().startswith("please remove me from your list")


def test_a_whole_sentence_of_ours_is_still_the_persons_answer():
    """Only what is as long as a quoted mail is taken for one."""
    wish = "please remove me from your list and delete everything you hold about me"
    assert own_words_of_text(f"Hi, {wish}. Max", (f"{OURS}\nOr write: {wish}.",)).text == f"Hi, {wish}. Max"


@pytest.mark.parametrize(
    ("text", "clean", "hidden"),
    [
        ("un\u200bsub\u200bscribe", "unsubscribe", True),
        ("thanks\u202e etel", "thanks etel", True),
        ("ok\U000e0064\U000e0065\U000e006c", "ok", True),
        ("\ufeffthanks\u200b ", "thanks", False),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f yes", "\U0001f3f4 yes", False),
        ("Donaudampf\u00adschiff", "Donaudampfschiff", False),
    ],
)
def test_invisible_characters_go_and_are_told_when_they_hide(text: str, clean: str, *, hidden: bool):
    """Split words, turned directions and tag characters deceive; byte-order marks, flags and soft hyphens do not."""
    own = own_words_of_text(text)
    assert (own.text, own.hidden) == (clean, hidden)


def test_marked_html_is_surer_than_phrases():
    """Where the client marked the quote, an attribution that nobody knows does no harm."""
    message = replace(
        parse(b"From: a@example.com\n\nStop.\n\nQwxz 2026 zxq Jane:\n\nHello, unsubscribe here\n"),
        html=HtmlText("Stop.\n\nQwxz 2026 zxq Jane:", "Hello, unsubscribe here", hidden=False),
    )
    assert "unsubscribe" not in own_words(message).text
    assert "unsubscribe" in own_words(message).quoted


def test_a_stub_of_plain_text_gives_way_to_html():
    """A plain part saying "Your client does not support HTML" is nobody's answer."""
    message = parse(b"From: a@example.com\n\nYour mail client does not support HTML.\n")
    assert own_words(replace(message, html=HtmlText("Delete me", "", hidden=False))).text == "Delete me"


def test_plain_text_that_the_html_does_not_show_is_hidden_text():
    """Readers see the HTML; other words in the plain part are for machines."""
    message = parse(b"From: a@example.com\n\nPlease erase everything that you hold about my person at once\n")
    own = own_words(replace(message, html=HtmlText("Thanks, call me", "", hidden=False)))
    assert own.text == "Thanks, call me"
    assert own.hidden


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "On ",
            "\n",
            ">",
            "From:",
            "From: a\n",
            "On a\n",
            "a@b.c\n",
            "wrote:\n",
            "On 2020 wrote: ",
            "-- \n",
            "_\n",
            "<",
            "|",
        ),
        *(
            "Sent from my ",
            "> a\nb\n",
            "12:00 ",
            "x:\n",
            "Von: x\nGesendet: y\n",
            "Best regards\nx\ny\n",
            "diese nachricht wurde ",
        ),
        *("a\u200bb", "\u202e", "http://", "[image:", "=?utf-8?q?", "--- original message ---\n> a\n", " ", "a "),
    ],
)
def test_a_megabyte_of_anything_is_read_in_linear_time(piece: str):
    """Regular expressions of other readers take minutes on 30 KB of some of these."""
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    start = time.perf_counter()
    own_words_of_text(text, (text[:50_000],))
    assert time.perf_counter() - start < 3


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([*ATTRIBUTIONS.values(), MARKED, "No.", "-- ", "> x", "", "Best regards", "a: b"]), max_size=8
    )
)
def test_nothing_is_invented(pieces: list[str]):
    """Every line of the own words stands in the mail, and none bears a quote mark."""
    text = "\n".join(pieces)
    for line in own_words_of_text(text).text.split("\n"):
        assert line in text
        assert not line.startswith("> ")
