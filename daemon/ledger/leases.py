"""Leases: a job that only one node may do at a time, on any number of machines."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from daemon.records.entry import Lease


def take(session: Session, name: str, now: datetime, *, node: str, term: timedelta) -> str | None:
    """Take a lease that nobody holds or whose term is over; its token, or None while another node holds it."""
    token = f"{node}:{secrets.token_hex(8)}"
    taken = session.scalar(
        update(Lease)
        .where(Lease.name == name, Lease.until <= now)
        .values(token=token, until=now + term)
        .returning(Lease.name)
    )
    if taken is not None:
        return token
    if session.scalar(select(Lease.name).where(Lease.name == name)) is not None:
        return None
    try:
        with session.begin_nested():
            session.add(Lease(name=name, token=token, until=now + term))
    except IntegrityError:  # another node was first, in this very moment (PostgreSQL)
        return None
    return token


def extend(session: Session, name: str, token: str, now: datetime, *, term: timedelta) -> bool:
    """Keep the lease and lock its row until the transaction ends; False if another node has it by now.

    Called at the beginning of every transaction of the leased work: a node that slept past its term does nothing.
    """
    kept = session.scalar(
        update(Lease).where(Lease.name == name, Lease.token == token).values(until=now + term).returning(Lease.name)
    )
    return kept is not None


def release(session: Session, name: str, token: str, now: datetime) -> None:
    """Let another node take it at once."""
    session.execute(update(Lease).where(Lease.name == name, Lease.token == token).values(until=now))
