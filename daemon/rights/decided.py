"""One reply as it was decided, and what carrying out a decision needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from daemon.decisions.case import Case
from daemon.decisions.plan import Plan
from daemon.ledger.entries import EntryKind, record
from daemon.records import Account, Contact, Reply
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.settings_rights import System
from responses.facts import Facts


@dataclass(frozen=True, slots=True)
class Effects:
    """What every step needs: the transaction, the keys, the moment, and how long letters settle."""

    session: Session
    vault: Vault
    digester: Digester
    now: datetime
    settling: timedelta
    systems: tuple[System, ...] = ()
    """The declared systems that hold people's data beside this one."""
    grace_working_days: int = 3
    """Working days at the controller's seat in which an erasure can be undone."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One reply with everything it was decided from."""

    reply: Reply
    account: Account
    contact: Contact | None
    subject: str | None
    """The ledger's commitment to the contact."""
    case: Case
    facts: Facts | None
    """What a letter may say; None for strangers, who get none."""
    plan: Plan


def note(kind: EntryKind, decided: Decided, effects: Effects, payload: Mapping[str, object]) -> None:
    """Write into the ledger what was done about a reply."""
    payload = {"reply": decided.reply.id, "case": decided.reply.case, **payload}
    record(effects.session, effects.now, kind, subject=decided.subject, payload=payload)
