"""What we know of our messages by their Message-ID: to whom they went, what was promised, what they answer."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.records import Campaign, Letter, OutreachMessage

_AT_ONCE = 5_000
"""Identifiers in one query; a database takes some 30,000, and one mail may refer to a hundred."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours: to which contacts it went, whether others got it too, and the promises of its campaigns."""

    contacts: frozenset[int] = frozenset()
    shared: bool = False
    is_letter: bool = False
    promises: Mapping[int, str] = field(default_factory=dict)
    """By contact; none where its campaign is not known."""


def sent_messages(session: Session, message_ids: Collection[str]) -> dict[str, Sent]:
    """Those of the identifiers that are ours."""
    found: dict[str, Sent] = {}
    for some in _parts(message_ids):
        outreach = session.execute(
            select(OutreachMessage.message_id, OutreachMessage.contact_id, OutreachMessage.shared, Campaign.promise)
            .outerjoin(Campaign, Campaign.id == OutreachMessage.campaign_id)
            .where(OutreachMessage.message_id.in_(some))
        )
        for row in outreach:
            before = found.get(row.message_id or "", Sent())
            found[row.message_id or ""] = Sent(
                before.contacts | {row.contact_id},
                shared=before.shared or row.shared,
                promises={**before.promises, **({row.contact_id: row.promise} if row.promise else {})},
            )
        letters = session.execute(select(Letter.message_id, Letter.contact_id).where(Letter.message_id.in_(some)))
        for message_id, contact_id in letters:
            contacts = frozenset[int]() if contact_id is None else frozenset({contact_id})
            found[message_id] = Sent(contacts, is_letter=True)  # a letter of an erased person went to nobody
    return found


def our_ids(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Those of the identifiers that are ours, letters among them."""
    found: set[str] = set()
    for some in _parts(message_ids):
        outreach = select(OutreachMessage.message_id).where(OutreachMessage.message_id.in_(some))
        found.update(message_id for message_id in session.scalars(outreach) if message_id)
        found.update(session.scalars(select(Letter.message_id).where(Letter.message_id.in_(some))))
    return frozenset(found)


def answered_ids(session: Session, message_ids: Collection[str]) -> frozenset[str]:
    """Those of the identifiers that a mail in Sent answers: a person of ours was there first."""
    found: set[str] = set()
    for some in _parts(message_ids):
        answers = select(OutreachMessage.in_reply_to).where(OutreachMessage.in_reply_to.in_(some))
        found.update(message_id for message_id in session.scalars(answers) if message_id)
    return frozenset(found)


def newest_promises(session: Session, contacts: Iterable[int]) -> dict[int, str]:
    """By contact, what the newest mail to them promised whose campaign is known."""
    rows = session.execute(
        select(OutreachMessage.contact_id, Campaign.promise)
        .join(Campaign, Campaign.id == OutreachMessage.campaign_id)
        .where(OutreachMessage.contact_id.in_([*contacts]))
        .order_by(OutreachMessage.sent_at, OutreachMessage.id)
    )
    return {contact_id: promise for contact_id, promise in rows}  # noqa: C416  rows are no pairs to a type checker


def _parts(message_ids: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(message_ids)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))
