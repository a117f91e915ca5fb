"""People's replies, as their clients write them: each must be read as a person's and may be answered."""

import pytest

from classifiers.reading import Ours, Reading, read
from classifiers.reading.message import parse

OURS = Ours(frozenset({"lena@outreach.example"}), frozenset({"send.outreach.example"}))

EXCHANGE = (
    "X-MS-Has-Attach: ",
    "X-MS-TNEF-Correlator: ",
    "X-MS-Exchange-Organization-AuthAs: Internal",
    "X-MS-Exchange-CrossTenant-id: 00000000-1111-2222-3333-444444444444",
    "X-MS-PublicTrafficType: Email",
    "Thread-Topic: Solar roofs",
    "Auto-Submitted: no",
    "X-Auto-Response-Suppress: DR, RN, NRN",
)
THUNDERBIRD = ("User-Agent: Mozilla Thunderbird", "X-Mozilla-Status: 0001", "Content-Language: de-DE")
GMAIL = ("X-Gm-Message-State: AOJu0YxExample", "X-Google-Smtp-Source: AGHTexample", "X-Received: by 2002:a05:6402:1")
APPLE = ("X-Mailer: Apple Mail (2.3774.300.61.1.2)", "X-Universally-Unique-Identifier: 0B1C")
IPHONE = ("X-Mailer: iPhone Mail (21E236)",)
ANDROID = ("X-Priority: 3", "X-Mailer: Android Mail")
NOTES = ("X-KeepSent: 12345678", "X-Mailer: HCL Notes Release 12.0.2", "X-Disclaimed: 1")
WEBMAIL = ("X-Mailer: Open-Xchange Mailer v8.21", "X-Originating-Client: open-xchange-appsuite", "Importance: Normal")
GATEWAY = ("X-Spam-Status: No, score=-1.2", "X-Spam-Flag: NO", "X-Virus-Scanned: clean", "X-Mimecast-Spam-Score: 0")
RECEIPT = ("Disposition-Notification-To: m.keller@halle-nord.example", "Return-Receipt-To: m.keller@halle-nord.example")

REPLIES = {
    "en-source": (EXCHANGE, "RE: Solar roofs", "Where did you get my details from?"),
    "en-stop": (GMAIL, "Re: Solar roofs", "Not interested. Please stop emailing me."),
    "en-away-and-more": (
        IPHONE,
        "Re: Solar roofs",
        "I'm out of the office until Monday, can you call me on Tuesday?\n\nSent from my iPhone",
    ),
    "en-answers-a-note": (
        GMAIL,
        "Re: Out of office: Solar roofs",
        "Sorry, I was away last week. We have no roof of our own.",
    ),
    "en-left": (
        EXCHANGE,
        "RE: Solar roofs",
        "Jonas left the company in May. I look after buildings now. What would it cost?",
    ),
    "en-unsubscribe-with-words": (APPLE, "Unsubscribe", "Unsubscribe me, and delete what you have on me."),
    "en-delivery": (
        THUNDERBIRD,
        "Re: delivery of the panels",
        "How long does the delivery take, and has it ever failed?",
    ),
    "en-failed": (GATEWAY, "Re: Solar roofs", "Your last mail could not be opened here. Send it as a PDF, please."),
    "en-legal": (RECEIPT, "RE: Solar roofs", "On what legal basis do you process my personal data?"),
    "en-quota": (WEBMAIL, "Re: Solar roofs", "Our quota for this year is used up. Ask again in January."),
    "en-spam": (ANDROID, "Re: Solar roofs", "This is spam. I will file an abuse report with your provider."),
    "en-read": (GMAIL, "Re: Solar roofs", "Read it, liked it. Send prices."),
    "de-source": (
        EXCHANGE,
        "AW: Solardächer",
        "Guten Tag, woher haben Sie meine Adresse?\n\nMit freundlichen Grüßen\nMarie Keller",
    ),
    "de-erase": (THUNDERBIRD, "Aw: Solardächer", "Löschen Sie meine Daten und bestätigen Sie das schriftlich."),
    "de-away": (
        NOTES,
        "Antwort: Solardächer",
        "Ich bin am Dienstag nicht im Büro, aber am Mittwoch gern. Was kostet es?",
    ),
    "de-short": (IPHONE, "Re: Solardächer", "Kein Interesse.\n\nVon meinem iPhone gesendet"),
    "fr-stop": (WEBMAIL, "RE : toits solaires", "Merci de ne plus m'écrire."),
    "fr-access": (
        EXCHANGE,
        "RE: toits solaires",
        "Quelles données avez-vous à mon sujet ? Je suis en déplacement, répondez par courriel.",
    ),
    "es-interested": (GMAIL, "RE: techos", "Me interesa, envíeme una oferta por favor."),
    "es-stop": (ANDROID, "Re: techos", "No me escriban más."),
    "it-no": (APPLE, "R: tetti", "Grazie, ma abbiamo già un fornitore."),
    "nl-no": (EXCHANGE, "Antw: daken", "Bedankt, maar wij huren het pand en beslissen er niet over."),
    "pl-source": (THUNDERBIRD, "Odp: dachy", "Skąd mają Państwo mój adres?"),
    "pt-later": (GMAIL, "RES: telhados", "Agora não, fale comigo em setembro."),
    "sv-no": (IPHONE, "Sv: tak", "Nej tack, vi har redan solceller."),
    "cs-stop": (WEBMAIL, "Re: střechy", "Už mi prosím nepište."),
    "ru-erase": (GATEWAY, "Re: крыши", "Удалите мои данные и больше не пишите."),
    "da-call": (EXCHANGE, "SV: tage", "Ring til mig på torsdag, så taler vi om det."),
    "no-price": (GMAIL, "Sv: tak", "Hva koster det for 300 kvadratmeter?"),
    "fi-no": (THUNDERBIRD, "VS: katot", "Kiitos, emme tarvitse."),
}


def reading(fields: tuple[str, ...], subject: str, text: str) -> Reading:
    """A reply in a thread of ours, with what its client adds to the header."""
    lines = (
        "Return-Path: <m.keller@halle-nord.example>",
        "Received: from mx.halle-nord.example by mx.outreach.example; Tue, 03 Mar 2026 10:15:01 +0100",
        "From: Marie Keller <m.keller@halle-nord.example>",
        "To: Lena Vogel <lena@outreach.example>",
        "Date: Tue, 03 Mar 2026 10:15:00 +0100",
        "Message-ID: <m1@halle-nord.example>",
        "In-Reply-To: <r.7f3a@send.outreach.example>",
        "References: <r.7f3a@send.outreach.example>",
        *fields,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    head = "\r\n".join(lines).encode() + b"\r\nSubject: " + encoded(subject).encode()
    return read(parse(head + b"\r\n\r\n" + text.replace("\n", "\r\n").encode() + b"\r\n"), OURS)


def encoded(subject: str) -> str:
    """RFC 2047, where it is needed."""
    if subject.isascii():
        return subject
    return "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in subject.encode()) + "?="


@pytest.mark.parametrize("name", REPLIES)
def test_a_persons_reply_is_read_and_may_be_answered(name):
    """No header of a common client and no word of a person makes a robot."""
    fields, subject, text = REPLIES[name]
    understood = reading(fields, subject, text)
    assert understood.automatic is None
    assert understood.unanswerable is None
    assert understood.answerable
    assert understood.own.text.strip()


def test_a_bounce_has_no_own_words():
    """What a server returns is our own letter: its "unsubscribe" is not the person's."""
    understood = reading(
        ("X-Failed-Recipients: jan@hal.example",),
        "Mail delivery failed",
        "jan@hal.example\n  550 user unknown\n\nUnsubscribe: https://outreach.example/u",
    )
    assert understood.automatic is not None
    assert understood.own.text == ""
    assert not understood.answerable


def test_silence_is_respected_though_a_person_wrote():
    """X-Auto-Response-Suppress: All blocks the letter, never the reading."""
    understood = reading(("X-Auto-Response-Suppress: All",), "Re: Solar roofs", "Delete my data.")
    assert understood.automatic is None
    assert understood.unanswerable == "asks_for_silence"
    assert "Delete" in understood.own.text
