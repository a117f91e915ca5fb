"""One contact changed by a person: fields of their own row, or of a provenance row, with a ledger entry."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.contacts.tidying import tidy
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, record, subject_of
from daemon.records import Contact, Provenance
from daemon.records.contact_cells import CONTACT_COLUMNS, NEEDED, PROVENANCE_COLUMNS, fault_in, provenance_of
from daemon.records.digests import normal_form
from daemon.records.encryption import Vault


class CannotChange(ReplydError):  # noqa: N818  an outcome that callers name
    """A contact that there is not, or a value that cannot be stored; the message says which and what to do."""

    permanent = True


CHANGEABLE = tuple(name for name in CONTACT_COLUMNS if name != "email")
"""A new address needs proof of both (docs/data-protection.md): it is imported as another contact."""


def contact_at(session: Session, address: str) -> Contact:
    """The contact with this address; raises CannotChange, or BadAddress for what is no address."""
    contact = session.scalar(select(Contact).where(Contact.email_normal == normal_form(address)))
    if contact is None:
        raise CannotChange("there is no contact with this address; replyd contacts list shows all")
    return contact


def change(
    session: Session,
    vault: Vault,
    contact: Contact,
    values: Mapping[str, str],
    *,
    provenance_id: int | None = None,
    by: str,
    at: datetime,
) -> tuple[str, ...]:
    """Give fields of a contact other values (empty: not known); returns those that are different now."""
    own = _checked({name: value for name, value in values.items() if name not in PROVENANCE_COLUMNS}, CHANGEABLE)
    told = _checked({name: value for name, value in values.items() if name in PROVENANCE_COLUMNS}, PROVENANCE_COLUMNS)
    changed = [name for name, value in own.items() if getattr(contact, name) != (value or None)]
    for name in changed:
        setattr(contact, name, own[name] or None)
    if told:
        changed += _change_provenance(_row(session, contact, provenance_id), told)
    if changed:
        subject = subject_of(session, vault, contact).commitment
        payload = {"fields": changed, "by": by}
        record(session, at, EntryKind.CONTACTS_CHANGED, subject=subject, payload=payload)
    return tuple(changed)


def _checked(values: Mapping[str, str], known: tuple[str, ...]) -> dict[str, str]:
    """The values as they are stored; raises CannotChange with every fault."""
    tidied = {name: tidy(name, value.strip()) for name, value in values.items()}
    faults = []
    for name, value in tidied.items():
        if name not in known:
            faults.append(f"{name} cannot be changed; there are {', '.join((*CHANGEABLE, *PROVENANCE_COLUMNS))}")
        elif not value and name in (*NEEDED, "source_kind", "items"):
            faults.append(f"{name} cannot be empty")
        elif value and (what := fault_in(name, value)):
            faults.append(f"{name} {what}")
    if faults:
        raise CannotChange("nothing was changed:\n  " + "\n  ".join(faults))
    return tidied


def _row(session: Session, contact: Contact, provenance_id: int | None) -> Provenance:
    """The provenance row that is meant; one has to be named where there are several."""
    rows = session.scalars(select(Provenance).where(Provenance.contact_id == contact.id).order_by(Provenance.id)).all()
    meant = [row for row in rows if provenance_id in {None, row.id}]
    if len(meant) != 1:
        known = ", ".join(str(row.id) for row in rows) or "none: import how the data came first"
        raise CannotChange(f"say which provenance row with --provenance ID; there are {known}")
    return meant[0]


def _change_provenance(row: Provenance, told: Mapping[str, str]) -> list[str]:
    made = provenance_of({"source_kind": row.source_kind, **{name: value for name, value in told.items() if value}})
    new = {name: getattr(made, name) if told[name] else None for name in told}
    changed = []
    for name, value in new.items():
        stored: list[str] | str | date | bool | None = list(value) if isinstance(value, tuple) else value
        if getattr(row, name) != stored:
            setattr(row, name, stored)
            changed.append(name)
    return changed
