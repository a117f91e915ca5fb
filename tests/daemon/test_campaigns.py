"""Campaigns: a footer is recognised whatever was done to it, a promise is kept, and suggestions name it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.campaign_suggestions import seems_to_promise, suggestions
from daemon.campaigns import BadCampaign, Campaigns, Footer, campaign_of, comparable
from daemon.mail.sent_texts import seal_text
from daemon.records import Campaign, OutreachMessage
from tests.daemon.installation import JANE, START, Installation, mail

FOOTER = "If you\u2019d rather not hear from us, just answer \u201cno\u201d\n\u2013 we will take you off our list."
LETTER = "Good morning,\n\nmay I show you our software?\n\n{footer}\n\nMax Muster"


def _campaigns(firm: Installation) -> Campaigns:
    return Campaigns(firm.database, firm.vault, lambda: firm.now)


def _write(firm: Installation, contact_id: int, text: str, number: int = 0, campaign: str | None = None) -> None:
    with firm.database.write() as session:
        row = OutreachMessage(
            contact_id=contact_id, message_id=f"<w{number}.{contact_id}@firm.example>", subject=None, sent_at=START
        )
        seal_text(firm.vault, row, text)
        if campaign:
            session.add(named := Campaign(name=campaign, promise="none"))
            session.flush()
            row.campaign_id = named.id
        session.add(row)


@pytest.mark.parametrize(
    "sent",
    [
        FOOTER,
        FOOTER.replace("\n", " ").replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"'),
        FOOTER.upper(),
        "> " + FOOTER.replace("\n", "\n>   "),
        FOOTER.replace("our list", "<https://firm.example/u?id=77> our\u00a0list"),
    ],
)
def test_a_footer_is_found(sent: str) -> None:
    """Whatever was done to its lines, blanks, quotes, dashes, links and case."""
    assert campaign_of(LETTER.format(footer=sent), [Footer(7, comparable(FOOTER))]) == 7


GAPS = [" ", "\n", "\n> ", "\t", " \u00a0", ", ", "\u2014", '" ', "\r\n"]


@given(st.lists(st.sampled_from(GAPS), min_size=30, max_size=30))
def test_a_footer_is_found_however_its_words_are_set(gaps: list[str]) -> None:
    """Only the words and their order count."""
    sent = "".join(f"{word}{gap}" for word, gap in zip(comparable(FOOTER).split(), gaps, strict=False))
    assert campaign_of(LETTER.format(footer=sent), [Footer(7, comparable(FOOTER))]) == 7


@pytest.mark.parametrize("sent", [FOOTER.replace("our list", "our lists"), FOOTER.replace("not ", ""), "", "Hello"])
def test_other_words_are_another_footer(sent: str) -> None:
    """A promise is not guessed."""
    assert campaign_of(LETTER.format(footer=sent), [Footer(7, comparable(FOOTER))]) is None


def test_of_two_footers_the_longer_one_counts() -> None:
    """One may be the beginning of the other."""
    footers = [
        Footer(1, comparable("just answer no thanks")),
        Footer(2, comparable("just answer no thanks, we delete")),
    ]
    assert campaign_of("Just answer: no thanks. We delete.", footers) == 2


def test_adding_a_campaign_finds_its_mails(firm: Installation) -> None:
    """Those that were stored before, also under a name that a tool gave; the promise then binds a reply."""
    first, second = firm.add_contact(), firm.add_contact("john.roe@example.org", number=2)
    _write(firm, first, LETTER.format(footer=FOOTER))
    _write(firm, second, LETTER.format(footer=FOOTER), campaign="Q1 DE")
    _write(firm, second, "Something else", number=1)
    added = _campaigns(firm).add("spring", "delete", FOOTER)
    assert added.messages == 2
    assert [row.campaign_id for row in firm.rows(OutreachMessage)][2:] == [added.campaign_id, added.campaign_id, None]
    firm.handle(mail("Please stop.", parent=f"<w0.{first}@firm.example>"))
    assert "erasure" in firm.requests()
    assert "campaign_added" in firm.kinds()


def test_a_promise_is_never_taken_back(firm: Installation) -> None:
    """It can be raised, and what is the same is no change."""
    campaigns = _campaigns(firm)
    campaigns.add("spring", "remove", None)
    campaigns.add("spring", "delete", FOOTER)
    campaigns.add("spring", "delete", FOOTER.upper())
    for promise, footer in (("remove", None), ("delete", "Another footer of five words")):
        with pytest.raises(BadCampaign):
            campaigns.add("spring", promise, footer)
    (stored,) = [row for row in firm.rows(Campaign) if row.name == "spring"]
    assert (stored.promise, stored.footer) == ("delete", FOOTER)


def test_a_footer_that_stands_in_any_mail_is_refused(firm: Installation) -> None:
    """Else the promise would bind mails that never made it."""
    with pytest.raises(BadCampaign):
        _campaigns(firm).add("spring", "remove", "Kind regards, Max")


def test_campaigns_are_listed_with_their_mails(firm: Installation) -> None:
    """Also those without any."""
    firm.add_contact(JANE, promise="remove")
    assert [(row.name, count) for row, count in _campaigns(firm).listed()] == [
        ("delete", 0),
        ("none", 0),
        ("remove", 1),
    ]


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ('If this is of no interest, answer "no, thanks" and we take you off our list.', "remove"),
        ("Reply STOP and I will never contact you again.", "remove"),
        ("Not interested? Click to unsubscribe.", "remove"),
        ("Just say no and we will delete your contact details.", "delete"),
        ("Tell me and I'll remove you from our database.", "delete"),
        ("Bei Desinteresse antworten Sie mit \u201enein\u201c, dann nehmen wir Sie aus dem Verteiler.", "remove"),
        ("Eine kurze Antwort genügt, und wir werden Sie nicht mehr kontaktieren.", "remove"),
        ("Antworten Sie mit Nein, und wir löschen Ihre Daten.", "delete"),
        ("Auf Wunsch werden Ihre Daten umgehend gelöscht.", "delete"),
        ("Répondez non et nous vous retirerons de notre liste.", "remove"),
        ("Un simple non et nous ne vous contacterons plus.", "remove"),
        ("Sur simple demande nous supprimons vos données.", "delete"),
        ("Si no le interesa, responda no y le daremos de baja.", "remove"),
        ("Responda y eliminaremos sus datos de nuestra base.", "delete"),
        ("Risponda no e la cancelleremo dalla lista.", "remove"),
        ("Ci scriva e cancelleremo i suoi dati.", "delete"),
        ("Geen interesse? Antwoord nee en wij halen u van de lijst.", "remove"),
        ("Antwoord nee en wij verwijderen uw gegevens.", "delete"),
        ("Proszę odpisać nie, a usuniemy Pana z listy.", "remove"),
        ("Proszę odpisać, a usuniemy Pani dane.", "delete"),
        ("Kind regards\nMax Muster\nFirm GmbH, Way 1, Berlin", "none"),
        ("Mit freundlichen Grüßen\nIhr Team", "none"),
        ("We help plants to plan their shifts and take on new orders.", "none"),
    ],
)
def test_what_a_footer_seems_to_promise(text: str, promise: str) -> None:
    """In seven languages; the stronger one of two."""
    assert seems_to_promise(text) == promise


def test_footers_in_common_are_suggested() -> None:
    """With their counts; those with a promise first, whatever stands below them, and nothing that only few got."""
    texts = [(n, f"Hello {n}\n\n{FOOTER if n % 2 else FOOTER.upper()}\n\nName {n}\nPhone {n}") for n in range(8)]
    texts += [(n, "Hello\n\nAll the best from the seaside") for n in range(20, 40)]
    texts += [(n, "Hi\n\nWe will delete your data on request.") for n in range(2)]
    texts += [(50, "Hi\n\nWe will remove you from the list.")] * 9
    found = suggestions(texts)
    assert [(one.messages, one.contacts, one.promise) for one in found] == [(8, 8, "remove"), (20, 20, "none")]
    assert comparable(found[0].footer) == comparable(FOOTER)


def test_a_mail_without_paragraphs_is_looked_at_by_sentences() -> None:
    """Some programs send no empty lines."""
    body = " ".join(f"word{n}" for n in range(80))
    found = suggestions((n, f"Hi {n} {body}. We will delete your data on request. Bye {n}.") for n in range(3))
    assert [one.footer for one in found] == ["We will delete your data on request."]
