"""The clockwork of erasures: takes every running one as far as it can go, whenever it is asked.

Each step is one short transaction that begins by locking whom it is about (replies, contact, erasure: the order in
which deciding locks them), asks again whether anything stands in its way, and moves the state by a conditional update:
two nodes, or a crash at any place, never do a step twice or by halves.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError

from daemon.clock import Clock
from daemon.decisions.erasure import reasons
from daemon.decisions.states import ErasureState
from daemon.records import Erasure
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.rights.decided import Effects
from daemon.rights.erasure_progress import RUNNING, late, progress_of
from daemon.rights.erasure_steps import STEPS, locked
from daemon.rights.tasks import overdue
from daemon.settings_rights import System

log = structlog.get_logger()

SWEEP_REST = timedelta(minutes=1)
"""How long after one sweep the next may follow: several purges share one, and one that was held up is tried again."""


@dataclass(slots=True)
class Erasures:
    """The clockwork: takes every running erasure as far as it can go, whenever it is asked."""

    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    settling: timedelta
    systems: tuple[System, ...] = ()
    """The declared systems as the settings have them now; they count for the purges to come."""
    _sweep_after: datetime | None = field(default=None, init=False)
    _shouted_on: date | None = field(default=None, init=False)

    def advance(self) -> int:
        """Take every step that nothing stands in the way of; returns how many. A fault in one leaves the others."""
        taken = 0
        for erasure_id in self._running():
            while self._try(erasure_id):
                taken += 1
        self._sweep()
        self._shout()
        return taken

    def _running(self) -> list[int]:
        """Erasures whose time may have come."""
        due = or_(Erasure.state.in_(RUNNING[1:]), Erasure.grace_until <= self.clock())
        with self.database.read() as session:
            return list(session.scalars(select(Erasure.id).where(Erasure.state.in_(RUNNING), due).order_by(Erasure.id)))

    def _try(self, erasure_id: int) -> bool:
        """The next step of one erasure, where nothing holds it up by a look that blocks nobody."""
        with structlog.contextvars.bound_contextvars(erasure=erasure_id):
            try:
                with self.database.read() as session:
                    erasure = session.get_one(Erasure, erasure_id)
                    state = ErasureState(erasure.state)
                    if state not in RUNNING or reasons(progress_of(session, erasure, self.clock())):
                        return False
                taken = self._take(erasure_id, state)
            except OperationalError:
                raise  # a deadlock, a full disk, a lost server: tried again at the next round
            except Exception:
                log.exception("erasure_failed")  # one person's fault does not hold up the others
                return False
            if taken:
                log.info("erasure_advanced", was=state.value)
            return taken

    def _take(self, erasure_id: int, state: ErasureState) -> bool:
        """One step in one transaction; False when another node took it, or something has come in its way."""
        with self.database.write() as session:
            effects = Effects(session, self.vault, self.digester, self.clock(), self.settling)
            erasure = locked(session, erasure_id)
            if erasure is None or erasure.state != state or reasons(progress_of(session, erasure, effects.now)):
                return False
            return STEPS[state](erasure, effects, self.systems)

    def _sweep(self) -> None:
        """Have the database drop what it still keeps of deleted rows; tried again until it succeeds."""
        now = self.clock()
        pending = select(Erasure.id, Erasure.state).where(Erasure.purged_at.is_not(None), Erasure.swept_at.is_(None))
        with self.database.read() as session:
            waiting = session.execute(pending.order_by(Erasure.id)).all()
        if not waiting or (self._sweep_after is not None and now < self._sweep_after):
            return
        self._sweep_after = now + SWEEP_REST
        if not self.database.sweep():
            log.warning("sweep_held_up", erasures=len(waiting))
            return
        with self.database.write() as session:
            for erasure_id, state in waiting:  # one that has ended since the look is swept at the next round
                swept = update(Erasure).where(Erasure.id == erasure_id, Erasure.state == state)
                session.execute(swept.values(swept_at=now))

    def _shout(self) -> None:
        """An error for each task and each erasure that is late, once a day."""
        today = self.clock().astimezone(UTC).date()
        if self._shouted_on == today:
            return
        with self.database.read() as session:
            tasks, erasures = overdue(session, today), late(session, today)
        for task in tasks:
            log.error("task_overdue", task=task.id, erasure=task.erasure_id, due=task.due.isoformat())
        for erasure_id, due in erasures:
            log.error("erasure_overdue", erasure=erasure_id, due=due.isoformat())
        self._shouted_on = today
