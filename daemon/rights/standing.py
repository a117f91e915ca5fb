"""The standing of one person, read inside the transaction that decides."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.intents import Intent
from daemon.decisions.standing import Counters, Standing
from daemon.decisions.states import DeliveryState, RequestState
from daemon.records import Contact, Delivery, Letter, Request
from daemon.records.digests import Digester, suppressed
from responses.answer import missing_facts
from responses.facts import Facts, Section

OPEN = (RequestState.OPEN, RequestState.WITH_PERSON)
_COUNTS = Delivery.state != DeliveryState.WITHDRAWN
"""A letter that waits counts like one that left: limits fail closed."""


def standing_of(
    session: Session,
    digester: Digester,
    contact: Contact,
    facts: Facts,
    promise: str,
    message_id: str | None,
    now: datetime,
) -> Standing:
    """What is open, stopped, missing and counted for a contact at this moment."""
    rights = session.scalars(select(Request.right).where(Request.contact_id == contact.id, Request.state.in_(OPEN)))
    return Standing(
        kind=contact.kind,
        language=contact.language,
        promise=promise,
        suppressed=suppressed(session, digester, contact.email) is not None,
        letters_off=contact.letters_off_since is not None,
        open_rights=frozenset(Intent(right) for right in rights),
        missing_facts=tuple((section, fact) for section in Section for fact in missing_facts((section,), facts)),
        counters=counters_of(session, contact, message_id, now),
    )


def counters_of(session: Session, contact: Contact, message_id: str | None, now: datetime) -> Counters:
    """Letters to this person, about this message, to their domain, and in all (RFC 3834 section 2)."""
    to_them = session.execute(
        select(Letter.created_at, Letter.in_reply_to)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.contact_id == contact.id, Letter.created_at > now - timedelta(days=30), _COUNTS)
    ).all()
    last_hour = session.scalars(
        select(Contact.email_normal)
        .join(Letter, Letter.contact_id == Contact.id)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.created_at > now - timedelta(hours=1), _COUNTS)
    ).all()
    domain = contact.email_normal.rpartition("@")[2]
    return Counters(
        contact_7_days=sum(created_at > now - timedelta(days=7) for created_at, _ in to_them),
        contact_30_days=len(to_them),
        domain_1_hour=sum(address.rpartition("@")[2] == domain for address in last_hour),
        all_1_hour=len(last_hour),
        same_message=sum(bool(message_id) and answered == message_id for _, answered in to_them),
    )
