from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.reading.automatic import RULES, Automatic, AutomaticKind, Ours, recognise
from classifiers.reading.message import Message, parse
from classifiers.reading.own_words import OwnWords

MAIL = Path(__file__).parents[2] / "mail"
OURS = Ours(frozenset({"lena@outreach.example"}), frozenset({"send.outreach.example"}))
HUMAN = (
    b"From: Marie Keller <m.keller@halle-nord.example>\r\nTo: lena@outreach.example\r\n"
    b"Subject: Re: Solar roofs for your warehouse\r\nMessage-ID: <m1@halle-nord.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
)


def words(message: Message) -> OwnWords:
    """The whole text as own words: these tests are about robots, not about quotes."""
    return OwnWords(message.plain, "", "", forwarded=False, hidden=False)


def sample(name: str) -> Message:
    return parse((MAIL / f"robot-{name}.eml").read_bytes())


def found(message: Message) -> Automatic | None:
    return recognise(message, words(message), OURS)


def reply(text: str, subject: str = "Re: Solar roofs for your warehouse", *fields: tuple[str, str]) -> Message:
    base = parse(HUMAN + text.encode())
    return replace(base, subject=subject, header_fields=(*base.header_fields, *fields))


K = AutomaticKind
TABLE = {
    "complaint": K.ABUSE_REPORT,
    "no_complaint": K.OTHER,
    "delivered": K.OTHER,
    "delivery_report": K.BOUNCE,
    "failed_recipients": K.BOUNCE,
    "own_mail": K.OWN,
    "unsubscription": K.UNSUBSCRIBE,
    "mail_server": K.BOUNCE,
    "read_receipt": K.RECEIPT,
    "departed": K.DEPARTED,
    "auto_reply_mark": K.AUTO_REPLY,
    "auto_reply_subject": K.AUTO_REPLY,
    "challenge": K.CHALLENGE,
    "notice_of_a_robot": K.BOUNCE,
    "list_refusal": K.LIST,
    "list_mail": K.LIST,
    "out_of_office_text": K.AUTO_REPLY,
    "generated": K.OTHER,
    "bulk": K.OTHER,
}


def test_the_table_is_complete_and_in_its_order():
    """The order decides: reports may carry anything, guesses from text come last."""
    assert {rule.name: rule.kind for rule in RULES} == TABLE
    assert [rule.name for rule in RULES] == list(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_every_rule_has_a_mail_that_it_alone_names(name):
    """Each row finds its own sample, and without the row the sample is not found by that name."""
    message = sample(name)
    verdict = found(message)
    assert verdict is not None
    assert (verdict.rule, verdict.kind) == (name, TABLE[name])
    without = recognise(message, words(message), OURS, tuple(row for row in RULES if row.name != name))
    assert without is None or without.rule != name


SOLE = (
    "complaint",
    "no_complaint",
    "delivered",
    "read_receipt",
    "notice_of_a_robot",
    "own_mail",
    "unsubscription",
    "auto_reply_mark",
    "auto_reply_subject",
    "challenge",
    "list_mail",
)


@pytest.mark.parametrize(
    "name", [*SOLE, "out_of_office_text", "generated", "bulk", "list_refusal", "failed_recipients"]
)
def test_without_its_rule_the_robot_would_pass_for_a_person_or_for_another_kind(name):
    """These rows are the only ones that know what their mail is."""
    message = sample(name)
    without = recognise(message, words(message), OURS, tuple(rule for rule in RULES if rule.name != name))
    assert without is None or without.kind is not TABLE[name]


NOTES = {
    "en": "Hi, thanks for your email. I'm on annual leave until Monday 9 March and will reply on my return.",
    "en-closed": "Thank you for your message. Our office is closed from 24 December to 2 January.",
    "en-machine": "This is an automatic reply. I am travelling until Friday 6 March.",
    "de": "Guten Tag, ich bin bis zum 12.03. nicht im Büro. In dringenden Fällen wenden Sie sich an 030 5550100.",
    "de-2": (
        "Vielen Dank für Ihre Nachricht.\nIch bin derzeit im Urlaub und ab dem 9. März wieder erreichbar.\n"
        "Mit freundlichen Grüßen\nJonas Lind"
    ),
    "fr": "Bonjour,\nJe suis en congés jusqu'au 15 mars. En cas d'urgence, veuillez contacter l'accueil.\nBien à vous",
    "es": "Hola, gracias por su mensaje. Estoy fuera de la oficina hasta el 10 de marzo. Un saludo",
    "it": "Buongiorno, sono in ferie fino al 20 marzo. Per urgenze contattare il centralino. Cordiali saluti",
    "nl": "Beste afzender, ik ben tot 9 maart niet aanwezig. Neem bij spoed contact op met de receptie. Groet",
    "pl": "Dzień dobry, jestem na urlopie do 12 marca. W pilnych sprawach proszę o kontakt z biurem. Pozdrawiam",
    "pt": "Olá, estou de férias até 15 de março. Em caso urgente, contactar a receção. Cumprimentos",
    "sv": "Hej! Jag är på semester till 9 mars. Kontakta växeln om det är brådskande. Med vänlig hälsning",
    "cs": "Dobrý den, jsem na dovolené do 15. března. V naléhavých případech kontaktujte recepci. S pozdravem",
    "ru": "Здравствуйте! Я буду в отпуске до 15 марта. По срочным вопросам обращайтесь в офис. С уважением",
    "da": "Hej, jeg er på ferie til den 9. marts. Ved hastesager kontakt receptionen. Med venlig hilsen",
    "no": "Hei, jeg er på ferie frem til 9. mars. Ved hast kontakt resepsjonen. Vennlig hilsen",
    "fi": "Hei, olen lomalla 9. maaliskuuta asti. Kiireellisissä asioissa ota yhteyttä vaihteeseen. Terveisin",
}


@pytest.mark.parametrize("language", NOTES)
def test_a_note_without_any_mark_is_an_auto_reply_in_each_language(language):
    """Exchange may send a note under the thread's own subject and without any header."""
    verdict = found(reply(NOTES[language]))
    assert verdict is not None
    assert verdict.kind is AutomaticKind.AUTO_REPLY


SUBJECTS = (
    "Automatic reply: Solar roofs",
    "Out of Office",
    "Out of office Re: Solar roofs",
    "[EXTERNAL] Automatic reply: Solar roofs",
    "Automatische Antwort: Solardächer",
    "Abwesenheitsnotiz: Solardächer",
    "Réponse automatique : toits solaires",
    "Respuesta automática: techos",
    "Risposta automatica: tetti",
    "Automatisch antwoord: daken",
    "Odpowiedź automatyczna: dachy",
    "Resposta automática: telhados",
    "Autosvar: tak",
    "Automatiskt svar: tak",
    "Automatisk svar: tage",
    "Automaattinen vastaus: katot",
    "Automatická odpověď: střechy",
    "Автоответ: крыши",
    "自動返信: 屋根",
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_of_out_of_office_notes_is_enough(subject):
    """Clients in each language open such subjects with words of their own."""
    verdict = found(reply("We read you on Monday.", subject))
    assert verdict is not None
    assert verdict.kind is AutomaticKind.AUTO_REPLY


@pytest.mark.parametrize(
    "text",
    [
        "On Tuesday I am away, but please send me the price list before that.",
        "I am out of the office until Monday. Take my address off your list.",
        "Ich bin bis Freitag nicht im Büro, schicken Sie mir das Angebot trotzdem.",
        "Je suis en congés jusqu'à lundi. D'où tenez-vous mon adresse ?",
        "Ik ben met vakantie tot maandag. Het dak is vorig jaar al vernieuwd door een ander bedrijf.",
    ],
)
def test_a_person_who_is_away_and_says_something_else_stays_a_person(text):
    """One sentence that no note would contain is enough."""
    assert found(reply(text)) is None


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Out of office",
        "AW: Automatische Antwort: Dach",
        "RE: Undelivered mail",
        "Sv: Autosvar: tak",
        "Absence of consent",
    ],
)
def test_a_person_who_answers_a_robots_subject_stays_a_person(subject):
    """Subjects count only where they open."""
    assert found(reply("Back now. The roof is rented, so this is not for us.", subject)) is None


def test_a_colleague_who_says_that_somebody_left_is_a_person():
    """Only a machine is `departed`; what a colleague writes is read."""
    assert found(reply("Mr Lind no longer works here. Delete his address and do not write to us again.")) is None


def test_a_mailbox_that_says_that_its_owner_left_is_departed():
    """A mailbox speaks of itself, without any header."""
    verdict = found(reply("Jonas Lind no longer works for us. This mailbox is not monitored."))
    assert verdict is not None
    assert verdict.kind is AutomaticKind.DEPARTED


@pytest.mark.parametrize("value", ["no", "No", " no ", "no; reason=x", "(a person) no"])
def test_auto_submitted_no_is_a_person(value):
    """RFC 3834 section 5: `no` says that a person wrote it."""
    assert found(reply("Send me the price.", "Re: roofs", ("Auto-Submitted", value))) is None


def test_a_wish_for_silence_does_not_make_a_robot():
    """X-Auto-Response-Suppress is a request to us, not a signature of a machine."""
    assert found(reply("Stop writing.", "Re: roofs", ("X-Auto-Response-Suppress", "All"))) is None


def test_a_member_of_a_group_who_answers_us_is_a_person():
    """A firm that reads its mail in a group answers with list fields on."""
    answering = replace(
        reply("No thanks, remove us.", "Re: roofs", ("List-Id", "<info.halle-nord.example>"), ("Precedence", "list")),
        in_reply_to=("<r.7f3a@send.outreach.example>",),
    )
    assert found(answering) is None
    assert found(replace(answering, in_reply_to=())) is not None


def test_unsubscribe_with_words_of_ones_own_is_for_the_classifier():
    """Whoever says more than the word is read."""
    assert found(reply("Remove me, and tell me where you have my address from.", "unsubscribe")) is None


def test_apple_mail_unsubscribes_with_a_field():
    """X-Apple-Unsubscribe is one click in Apple Mail."""
    verdict = found(reply("Apple Mail sent this for its user.", "unsubscribe", ("X-Apple-Unsubscribe", "true")))
    assert verdict is not None
    assert verdict.kind is AutomaticKind.UNSUBSCRIBE


def test_an_auto_reply_names_the_message_it_answers():
    """In-Reply-To and References lead to the thread."""
    verdict = found(replace(sample("auto_reply_mark"), in_reply_to=("<r.7f3a@send.outreach.example>",)))
    assert verdict is not None
    assert verdict.original_message_ids == ("<r.7f3a@send.outreach.example>",)
    assert verdict.hard is None


def test_a_postmaster_may_be_a_person():
    """Small firms read postmaster@ themselves."""
    message = parse(HUMAN.replace(b"m.keller@", b"postmaster@") + b"Where did you get this address from?\r\n")
    assert found(message) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["On ", "a@", "<a@b.example> ", "5.1.1 ", "I am out of ", "-----", "no such ", "\n", "[x] ", "("]
)
def test_a_megabyte_of_anything_is_judged_at_once(piece):
    """Rules are linear, whatever a stranger repeats."""
    text = piece * (1_000_000 // len(piece))
    base = reply("x", piece * 2_000)
    message = replace(
        base, plain=text, returned=text[:64_000], delivery_status=(text[:64_000],), feedback_report=text[:64_000]
    )
    for candidate in (message, replace(message, delivery_status=(), feedback_report="")):
        recognise(candidate, words(candidate), OURS)
