"""Proof by quotation: what went to one person only, and nothing that others got or could guess."""

from collections.abc import Sequence

import pytest

from classifiers.intents import Intent
from classifiers.reading.message import parse
from daemon.decisions.case import Level
from daemon.mail.sent_quotes import quotes_text_sent_to_them_only
from daemon.mail.sent_texts import seal_text
from daemon.records import Campaign, Contact, OutreachMessage, Request
from tests.daemon.installation import JANE, START, Installation, mail

PERSONAL = (
    "I read with pleasure how your welding shop cut its scrap rate after the fire in building seven,\n"
    "and that nobody had to be let go meanwhile."
)
TEMPLATE = (
    "Good morning {name},\n\n{personal}\n\nWe make planning software for plants like that of {company}, and I would "
    "like to show you in twenty minutes what it does for your second line of production this spring.\n\n"
    "If you would rather not hear from us, just answer no and we will delete your data.\n"
)


def write(firm: Installation, contact_id: int, text: str | None, *, shared: bool = False, number: int = 0) -> None:
    """Store a mail to a contact."""
    with firm.database.write() as session:
        row = OutreachMessage(
            contact_id=contact_id, message_id=f"<w{number}.{contact_id}@firm.example>", subject="Planning",
            sent_at=START, shared=shared,
        )  # fmt: skip
        if text is not None:
            seal_text(firm.vault, row, text)
        session.add(row)


def add_people(firm: Installation, count: int = 12, personal: str = "") -> list[int]:
    """Jane, who gets a personal line, and others who got the same campaign."""
    people = []
    with firm.database.write() as session:
        for number in range(count + 1):
            email = f"person{number}@example.org" if number else JANE
            name = f"Name{number} Sur{number}" if number else "Jane Doe"
            contact = Contact(
                email=email, email_normal=email, name=name, company=f"Works{number} Ltd", kind="employee",
                language="en", created_at=START,
            )  # fmt: skip
            session.add(contact)
            session.flush()
            people.append(contact.id)
    for number, contact_id in enumerate(people):
        line = personal.replace("scrap", f"scrap{number}") if number else PERSONAL
        name, company = (f"Name{number}", f"Works{number}") if number else ("Jane", "Works0")
        write(firm, contact_id, TEMPLATE.format(name=name, company=company, personal=line))
    return people


def quoted(text: str) -> str:
    """The text as a client quotes it."""
    return "Please delete my data.\n\n" + "\n".join(f"> {line}" for line in text.split("\n"))


def is_proved(firm: Installation, text: str) -> bool:
    """Whether a reply with this text proves to come from Jane."""
    with firm.database.read() as session:
        contact = session.get_one(Contact, 1)
        return quotes_text_sent_to_them_only(session, firm.vault, contact, parse(mail(text, parent=None)))


def jane_got() -> str:
    """What Jane got."""
    return TEMPLATE.format(name="Jane", company="Works0", personal=PERSONAL)


def test_a_personal_line_proves(firm: Installation) -> None:
    """Quoted with the campaign's text around it, rewrapped or not."""
    add_people(firm)
    assert is_proved(firm, quoted(jane_got()))
    assert is_proved(firm, quoted(PERSONAL.replace("\n", " ").upper()))


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE.format(name="Jane", company="Works0", personal=""),  # a colleague's copy with the names changed
        "I read with pleasure how your welding shop",  # too little
        PERSONAL.replace("welding", "paint").replace("scrap", "error").replace("fire", "flood").replace("seven", "one")
        .replace("pleasure", "joy").replace("nobody", "no one"),  # something like it
        "",
    ],
)  # fmt: skip
def test_what_others_have_proves_nothing(firm: Installation, text: str) -> None:
    """A campaign is known to all who got it, and names can be guessed."""
    add_people(firm)
    assert not is_proved(firm, quoted(text))


def test_one_other_copy_is_enough_to_prove_nothing(firm: Installation) -> None:
    """Whoever else got the personal line could quote it; so could who stood in copy."""
    people = add_people(firm)
    write(firm, people[5], PERSONAL, number=1)
    assert not is_proved(firm, quoted(jane_got()))


def test_a_line_with_a_word_filled_in_is_no_personal_line(firm: Installation) -> None:
    """What a tool fills in can be guessed, though we do not store it."""
    add_people(firm, personal=PERSONAL)
    assert not is_proved(firm, quoted(jane_got()))


def test_a_long_name_that_is_filled_in_proves_nothing(firm: Installation) -> None:
    """Whoever knows where the contact works can put it into the campaign's text."""
    people = add_people(firm)
    works = "Northern Association for Planning and Building of Large Plants with Limited Liability and Sons"
    with firm.database.write() as session:
        session.get_one(Contact, people[0]).company = works
    text = TEMPLATE.format(name="Jane", company=works, personal="")
    write(firm, people[0], text, number=1)
    assert not is_proved(firm, quoted(text))


def test_a_shared_mail_proves_nothing(firm: Installation) -> None:
    """Neither by itself nor where its words were sent once more in private."""
    people = add_people(firm)
    line = "Your colleagues in Leeds and Bath asked about drying rooms with two doors and a camera, so here you are."
    write(firm, people[0], line, shared=True, number=1)
    assert not is_proved(firm, quoted(line))
    write(firm, people[0], line, number=2)
    assert not is_proved(firm, quoted(line))


def test_where_others_mails_are_not_known_nothing_is_proved(firm: Installation) -> None:
    """A mail without text may have had these very words; so may those that nobody knows of."""
    people = add_people(firm, count=9)
    assert not is_proved(firm, quoted(jane_got()))
    firm2 = add_people_more(firm)
    assert is_proved(firm, quoted(jane_got()))
    write(firm, firm2, None, number=3)
    assert not is_proved(firm, quoted(jane_got()))
    assert people


def add_people_more(firm: Installation) -> int:
    """One more who got the campaign."""
    with firm.database.write() as session:
        contact = Contact(email="x@example.org", email_normal="x@example.org", kind="employee", created_at=START)
        session.add(contact)
        session.flush()
        contact_id = contact.id
    write(firm, contact_id, TEMPLATE.format(name="you", company="yours", personal=""))
    return contact_id


def test_another_campaigns_missing_text_does_not_matter(firm: Installation) -> None:
    """Where it is certain that it was another text."""
    people = add_people(firm)
    with firm.database.write() as session:
        row = session.get_one(OutreachMessage, 1)
        spring, autumn = Campaign(name="spring", promise="none"), Campaign(name="autumn", promise="none")
        session.add_all([spring, autumn])
        session.flush()
        row.campaign_id = spring.id
        session.add(
            OutreachMessage(contact_id=people[3], message_id=None, subject=None, sent_at=START, campaign_id=autumn.id)
        )
    assert is_proved(firm, quoted(jane_got()))


ASKS: Sequence[tuple[str, bool]] = [("Please delete my data.", True), ("What prices do you have?", False)]


@pytest.mark.parametrize(("asks", "looked"), ASKS)
def test_erasure_without_a_thread_is_proved_by_its_quote(firm: Installation, asks: str, looked: bool) -> None:  # noqa: FBT001
    """The whole way: claim and quote are enough; where nothing hangs on it, nobody looks."""
    add_people(firm)
    text = quoted(jane_got()).replace("Please delete my data.", asks)
    reply = firm.handle(mail(text, parent=None))
    rules = [evidence["rule"] for evidence in reply.evidence or ()]
    assert ("quotes_text_sent_to_them_only" in rules) is looked
    assert "not_proved" not in (reply.reasons or ())
    assert [request.right for request in firm.rows(Request)] == ([Intent.ERASURE.value] if looked else [])


@pytest.mark.parametrize("parent", [None, "<w5.1@firm.example>"])
def test_somebody_else_quoting_it_is_no_claim(firm: Installation, parent: str | None) -> None:
    """A forwarded mail proves nothing about who forwards it, also in a thread that others know."""
    people = add_people(firm)
    write(firm, people[0], "To all of you", shared=True, number=5)
    reply = firm.handle(mail(quoted(jane_got()), parent=parent, sender="mallory@example.net"))
    assert reply.matched_by == ("references" if parent else "none")
    assert Level.THREAD.value not in [evidence["level"] for evidence in reply.evidence or ()]
