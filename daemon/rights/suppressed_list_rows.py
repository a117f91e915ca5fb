"""What stands in the list of those who may not be written to, streamed; nothing here holds more than a page of it."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.records import Contact, Suppression
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.rights.suppression import value_of
from daemon.rights.suppression_standing import AT_ONCE, Outreach, Standing, standings

Form = Literal["plain", "md5", "sha1", "sha256"]


@dataclass(frozen=True, slots=True)
class ListedPeople:
    """Everybody who may not be written to, as far as their address is known here.

    First what is suppressed, as it was said; then the contacts whom that stops too (their domain, another tag of their
    address) or whose outreach rests. Whoever was erased is known by a digest only and is not in it; nor are strangers
    who are paused, of whom no address is kept.
    """

    vault: Vault
    digester: Digester
    include_paused: bool

    def values(self, session: Session, at: datetime) -> Iterator[str]:
        """Addresses and whole domains; one may come twice. Raises WrongKey."""
        yield from self._suppressed(session)
        yield from self._contacts(session, at)

    def _suppressed(self, session: Session) -> Iterator[str]:
        last = 0
        while page := self._page(session, last):
            yield from (value for row in page if (value := value_of(row, self.vault)) is not None)
            last = page[-1].id
            session.expunge_all()

    def _page(self, session: Session, last: int) -> list[Suppression]:
        in_force = select(Suppression).where(
            Suppression.id > last, Suppression.undone_at.is_(None), Suppression.value.is_not(None)
        )
        return list(session.scalars(in_force.order_by(Suppression.id).limit(AT_ONCE)))

    def _contacts(self, session: Session, at: datetime) -> Iterator[str]:
        last = 0
        contacts = select(Contact.id, Contact.email, Contact.email_normal).order_by(Contact.id).limit(AT_ONCE)
        while page := session.execute(contacts.where(Contact.id > last)).all():
            found = standings(session, self.digester, {row.email_normal for row in page}, at)
            for row in page:
                if self._is_listed(row.email_normal, found[row.email_normal]):
                    yield from _spellings(row.email, row.email_normal)
            last = page[-1].id
            session.expunge_all()

    def _is_listed(self, address: str, standing: Standing) -> bool:
        """Whether a contact has to be named although the suppressions were."""
        if standing.stop is None:
            return self.include_paused and standing.outreach is Outreach.PAUSED
        said_so = standing.stop.scope == "address" and standing.stop.digest == self.digester.address(address)
        return not (said_so and standing.stop.value is not None)


def _spellings(email: str, normal: str) -> Iterable[str]:
    """The normal form and, where it differs, the address as the sending tool may have it (a domain in its letters)."""
    return dict.fromkeys((normal, email.strip().lower()))


def written(value: str, form: Form) -> str | None:
    """A value as it stands in the file; None for a domain in a list of hashes, where nothing would match it."""
    if form == "plain":
        return value
    if "@" not in value:
        return None
    return hashlib.new(form, value.lower().encode(), usedforsecurity=False).hexdigest()
