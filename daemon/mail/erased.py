"""Senders whom we have erased: of them only a keyed digest is left, by which a later mail of theirs is recognised."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.decisions.states import ErasureState
from daemon.records import Erasure
from daemon.records.digests import Digester


def erased_senders(session: Session, digester: Digester, senders: Collection[str]) -> frozenset[str]:
    """Those of the addresses (normal forms) whose erasure is done."""
    if not senders:
        return frozenset()
    done = session.scalars(select(Erasure.digests).where(Erasure.state == ErasureState.DONE))
    digests = frozenset(digest for row in done for digest in row)
    return (
        frozenset(sender for sender in senders if digests & digester.of_every_version(sender)[0])
        if digests
        else frozenset()
    )
