"""The sealer: one leased worker that chains what is committed, so that the work's own transactions never wait."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.ledger import leases
from daemon.ledger.chain import GENESIS, seal_of
from daemon.records.database import Database
from daemon.records.entry import LedgerEntry, LedgerHead

LEASE = "ledger_sealer"
TERM = timedelta(seconds=60)
"""Much longer than one batch takes; a node that died is replaced after it."""

HEAD = "ledger"


def seal(database: Database, clock: Clock, node: str, *, batch: int = 500) -> int:
    """Seal all committed entries, one transaction for each batch; how many were sealed.

    Returns 0 at once while another node is the sealer, and stops where it lost the lease.
    """
    with database.read() as session:
        if session.scalar(_unsealed(limit=1)) is None:
            return 0
    with database.write() as session:
        token = leases.take(session, LEASE, clock(), node=node, term=TERM)
    if token is None:
        return 0
    total = 0
    while sealed := _seal_batch(database, clock(), token, batch):
        total += sealed
        if sealed < batch:
            break
    with database.write() as session:
        leases.release(session, LEASE, token, clock())
    return total


def _unsealed(limit: int) -> Select[LedgerEntry]:
    return select(LedgerEntry).where(LedgerEntry.seq.is_(None)).order_by(LedgerEntry.id).limit(limit)


def _seal_batch(database: Database, now: datetime, token: str, batch: int) -> int:
    with database.write() as session:
        if not leases.extend(session, LEASE, token, now, term=TERM):
            return 0
        return _chain(session, now, batch)


def _chain(session: Session, now: datetime, batch: int) -> int:
    """Chain the oldest unsealed entries; `seq` gives the order, since ids may be committed out of order."""
    unsealed = session.scalars(_unsealed(limit=batch)).all()
    if not unsealed:
        return 0
    head = session.get(LedgerHead, HEAD) or LedgerHead(name=HEAD, seq=0, seal=GENESIS)
    for entry in unsealed:
        entry.seq, entry.previous = head.seq + 1, head.seal
        entry.seal = seal_of(entry, seq=entry.seq, previous=entry.previous)
        head.seq, head.seal = entry.seq, entry.seal
    head.sealed_at = now
    session.add(head)
    return len(unsealed)
