"""The scene of a transaction: its replies, the people they are about, and how they stand, read and locked at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from daemon.decisions.plan import SendLetter, Suppress
from daemon.ledger.entries import subjects_of
from daemon.records import Contact, Reply, Subject
from daemon.records.digests import Digester, suppression_forms
from daemon.records.encryption import Vault
from daemon.rights.background import Background, read_background, read_people
from daemon.rights.decided import Decided


@dataclass(slots=True)
class Scene:
    """Rows by identifier; what the batch itself changes is read again before it is looked at again."""

    replies: dict[int, Reply]
    contacts: dict[int, Contact]
    subjects: dict[int, Subject]
    background: Background
    _stale: set[int] = field(default_factory=set)

    def up_to_date(self, session: Session, digester: Digester, contact: Contact, now: datetime) -> Background:
        """The background, with this contact as they stand after what the batch has done so far."""
        if contact.id in self._stale:
            session.flush()
            self.background.people |= read_people(session, digester, [contact], now)
            self._stale.discard(contact.id)
        return self.background

    def changed(self, decided: Decided) -> None:
        """Note whose standing a decision may have changed: the contact's, and that of whom a suppression names."""
        if decided.contact is not None:
            self._stale.add(decided.contact.id)
            if any(isinstance(step, SendLetter) for step in decided.plan.steps):
                self.background.note_letter(decided.contact.email_normal.rpartition("@")[2])
        if any(isinstance(step, Suppress) for step in decided.plan.steps):
            named = {*decided.case.failed_recipients, *([decided.case.sender] if decided.case.sender else [])}
            forms = {form for address in named for form in suppression_forms(address)}
            self._stale |= {row.id for row in self.contacts.values() if forms & {*suppression_forms(row.email_normal)}}

    def forget(self, contact: Contact | None) -> None:
        """Read this contact again before they are looked at: something about them has just changed."""
        if contact is not None:
            self._stale.add(contact.id)


def read_scene(
    session: Session,
    vault: Vault,
    digester: Digester,
    reply_ids: Collection[int],
    contact_ids: Collection[int],
    now: datetime,
) -> Scene:
    """Read replies and contacts in the order of their identifiers, so that two nodes never wait for each other."""
    by_reply = {reply.id: reply for reply in session.scalars(_replies(reply_ids).with_for_update())}
    contacts = {contact.id: contact for contact in session.scalars(_contacts(contact_ids).with_for_update())}
    subjects = {subject.contact_id or 0: subject for subject in subjects_of(session, vault, contacts.values())}
    return Scene(by_reply, contacts, subjects, read_background(session, digester, contacts.values(), now))


def look_at_scene(
    session: Session, digester: Digester, reply_ids: Collection[int], contact_ids: Collection[int], now: datetime
) -> Scene:
    """The same without locking or making anything; of whom the ledger knows nothing yet there is no subject."""
    by_reply = {reply.id: reply for reply in session.scalars(_replies(reply_ids))}
    contacts = {contact.id: contact for contact in session.scalars(_contacts(contact_ids))}
    known = session.scalars(select(Subject).where(Subject.contact_id.in_(contacts)))
    subjects = {subject.contact_id or 0: subject for subject in known}
    return Scene(by_reply, contacts, subjects, read_background(session, digester, contacts.values(), now))


def _replies(ids: Collection[int]) -> Select[Reply]:
    return select(Reply).where(Reply.id.in_(ids)).order_by(Reply.id)


def _contacts(ids: Collection[int]) -> Select[Contact]:
    return select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id)
