"""A mailbox full of replies, each from a contact of its own, in the mix of a real one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage

from sqlalchemy import insert

from daemon.records import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.database import Database

TEXTS = (
    ("en", "Please take me off your list, I do not want any further e-mails."),
    ("de", "Bitte nehmen Sie mich aus Ihrem Verteiler und schreiben Sie mir nicht mehr."),
    ("en", "Where did you get my e-mail address from?"),
    ("de", "Woher haben Sie meine E-Mail-Adresse?"),
    ("en", "Please send me a copy of all the personal data that you hold about me."),
    ("en", "Not at the moment, thank you. Perhaps next year."),
    ("de", "Danke, das klingt interessant. Bitte schicken Sie uns Ihre Preise."),
    ("en", "I forward this to my colleague, she looks after our suppliers."),
)
FOOTER = """On Tue, 3 Nov 2026 at 09:12, Sales <sales@firm.example> wrote:
> Dear Sir or Madam,
> we make software for machine builders and would like to show it to you.
> If you are not interested, just answer "No, thanks" and we take you off our list.
"""


@dataclass(frozen=True)
class Person:
    """One contact who replies."""

    number: int

    @property
    def address(self) -> str:
        """Invented, each at a domain of its own."""
        return f"person{self.number}@company{self.number}.example"

    @property
    def message_id(self) -> str:
        """Of the first mail to them."""
        return f"<first-{self.number}@firm.example>"


def replies(people: int) -> Iterator[bytes]:
    """One reply for each person; one in ten is an out-of-office."""
    for number in range(people):
        person, (_, text) = Person(number), TEXTS[number % len(TEXTS)]
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Person {number} <{person.address}>", "sales@firm.example"
        mail["Subject"], mail["Date"] = "Re: Software for machine builders", "Tue, 3 Nov 2026 10:00:00 +0100"
        mail["Message-ID"], mail["In-Reply-To"] = f"<reply-{number}@company.example>", person.message_id
        if number % 10 == 0:
            mail["Auto-Submitted"] = "auto-replied"
            text = "I am out of the office until 10 November."
        mail.set_content(f"{text}\n\nRegards\nPerson {number}\n\n{FOOTER}")
        yield mail.as_bytes().replace(b"\n", b"\r\n")


def populate(database: Database, people: int) -> None:
    """Contacts with full provenance, and the first mail that went to each."""
    now = datetime.now(UTC)
    persons = [Person(number) for number in range(people)]
    with database.write() as session:
        session.add(campaign := Campaign(name="autumn", promise="none"))
        session.flush()
        session.execute(insert(Contact), [_contact(person, now) for person in persons])
        session.execute(insert(Provenance), [_provenance(person) for person in persons])
        session.execute(insert(OutreachMessage), [_outreach(person, campaign.id, now) for person in persons])


def _contact(person: Person, now: datetime) -> dict[str, object]:
    return {
        "id": person.number + 1, "email": person.address, "email_normal": person.address,
        "name": f"Person {person.number}", "company": f"Company {person.number}", "country": "DE", "kind": "employee",
        "language": "en", "created_at": now,
    }  # fmt: skip


def _provenance(person: Person) -> dict[str, object]:
    return {
        "contact_id": person.number + 1, "items": ["email", "name", "company", "country"],
        "source_kind": "company_website", "source": f"https://company{person.number}.example/imprint",
        "obtained_on": date(2026, 9, 1), "obtained_by": "Research desk", "verified_with": "mail check",
        "publicly_accessible": True, "purpose": "offering software for machine builders",
        "reason": "the company builds machines", "recipients": [], "stored_in": ["CRM"],
        "keep_until": date(2027, 9, 1),
    }  # fmt: skip


def _outreach(person: Person, campaign_id: int, now: datetime) -> dict[str, object]:
    return {
        "contact_id": person.number + 1, "campaign_id": campaign_id, "message_id": person.message_id,
        "subject": "Software for machine builders", "sent_at": now,
    }  # fmt: skip
