"""The standing of one person: what the decision tables look at, from their background."""

from datetime import datetime, timedelta

from daemon.decisions.standing import Counters, Standing
from daemon.records import Contact
from daemon.rights.background import Background, Person
from responses.answer import missing_facts
from responses.facts import Facts, Section


def standing_of(
    contact: Contact, background: Background, facts: Facts, promise: str, message_id: str | None, now: datetime
) -> Standing:
    """What is open, stopped, missing and counted for a contact at this moment."""
    person = background.people[contact.id]
    return Standing(
        kind=contact.kind,
        language=contact.language,
        promise=promise,
        suppressed=person.stopped_since is not None,
        letters_off=contact.letters_off_since is not None,
        open_rights=frozenset(person.open_rights),
        missing_facts=tuple((section, fact) for section in Section for fact in missing_facts((section,), facts)),
        counters=_counters(contact, person, background, message_id, now),
    )


def _counters(
    contact: Contact, person: Person, background: Background, message_id: str | None, now: datetime
) -> Counters:
    """Letters to this person, about this message, to their domain, and in all (RFC 3834 section 2)."""
    return Counters(
        contact_7_days=sum(created_at > now - timedelta(days=7) for created_at, _ in person.letters),
        contact_30_days=len(person.letters),
        domain_1_hour=background.last_hour[contact.email_normal.rpartition("@")[2]],
        all_1_hour=background.last_hour.total(),
        same_message=sum(bool(message_id) and answered == message_id for _, answered in person.letters),
    )
