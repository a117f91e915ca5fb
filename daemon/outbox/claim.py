"""Claiming deliveries: every change of state is a conditional update that only the holder of the token can make."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from daemon.decisions.states import DeliveryState, sources
from daemon.records import Delivery, Letter
from daemon.records.conditional import rows_changed

CLAIM = timedelta(minutes=10)
"""How long a claim outlives its owner on another machine."""

TRANSMISSION = timedelta(minutes=30)
"""The same once the text is on its way: longer than text and verdict may take (RFC 5321 section 4.5.3.2.5 and .6)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery that is ours until the claim ends."""

    delivery_id: int
    letter_id: int
    token: str
    attempts: int


def due(session: Session, now: datetime, account_id: int | None = None) -> bool:
    """Whether the time of any letter (of this account) has come; a look that costs no write."""
    return session.scalar(_due(now, account_id).limit(1)) is not None


def _due(now: datetime, account_id: int | None) -> Select[int, int, int]:
    return (
        select(Delivery.id, Delivery.letter_id, Delivery.attempts)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.not_before <= now, *_of(account_id))
        .order_by(Delivery.not_before, Delivery.id)
    )


def _of(account_id: int | None) -> list[ColumnElement[bool]]:
    """The condition that a letter belongs to this account; none where every account is meant."""
    if account_id is None:
        return []
    return [select(Letter.id).where(Letter.id == Delivery.letter_id, Letter.account_id == account_id).exists()]


def claim_due(
    session: Session, node: str, now: datetime, *, limit: int, locking: bool, account_id: int | None = None
) -> list[Claimed]:
    """Claim queued deliveries whose time has come, oldest first; `locking` skips rows that another node is claiming.

    With an account only its letters: those of another wait for a server of their own.
    """
    oldest = _due(now, account_id).limit(limit)
    rows = session.execute(oldest.with_for_update(skip_locked=True) if locking else oldest).all()
    claimed = [Claimed(row.id, row.letter_id, f"{node}:{secrets.token_hex(8)}", row.attempts + 1) for row in rows]
    for claim in claimed:
        session.execute(
            update(Delivery)
            .where(Delivery.id == claim.delivery_id)
            .values(
                state=DeliveryState.CLAIMED,
                token=claim.token,
                claimed_until=now + CLAIM,
                attempts=Delivery.attempts + 1,
            )
        )
    return claimed


def move(session: Session, claim: Claimed, to: DeliveryState, **values: Any) -> bool:  # noqa: ANN401  columns of any type
    """Take our delivery to another state; False when it is no longer ours or cannot go there."""
    statement = (
        update(Delivery)
        .where(
            Delivery.id == claim.delivery_id,
            Delivery.token == claim.token,
            Delivery.state.in_(sources(to)),
        )
        .values(state=to, **values)
    )
    return rows_changed(session, statement) == 1


def abandoned(
    session: Session, node: str, now: datetime, state: DeliveryState, account_id: int | None = None
) -> list[Claimed]:
    """Deliveries in this state whose owner is gone: an earlier run of this node, or another node past its claim."""
    rows = session.execute(
        select(Delivery.id, Delivery.letter_id, Delivery.token, Delivery.attempts).where(
            Delivery.state == state,
            *_of(account_id),
            Delivery.token.startswith(f"{node}:", autoescape=True) | (Delivery.claimed_until < now),
        )
    )
    return [Claimed(row.id, row.letter_id, row.token or "", row.attempts) for row in rows]
