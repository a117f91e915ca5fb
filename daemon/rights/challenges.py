"""Codes that did not come back: found by the clock, and handed to a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, or_, select

from daemon.clock import Clock
from daemon.decisions.states import ChallengeState
from daemon.records import ChallengeRecord, Contact
from daemon.records.database import Database
from daemon.rights.challenge import expire

log = structlog.get_logger()

ON_ITS_WAY = timedelta(hours=1)
"""How long after its last moment a code may still be found in mail that had arrived in time."""
BATCH = 100


@dataclass(frozen=True, slots=True)
class Challenges:
    """Ends challenges whose time is over; wired once."""

    database: Database
    clock: Clock

    def expire(self) -> int:
        """Hand the replies of unanswered challenges to a person; returns how many. One look when there are none.

        An address whose letters bounce brings no code back, so that nobody waits for it.
        """
        now = self.clock()
        with self.database.read() as session:
            over = session.execute(_over(now)).all()
        if not over:
            return 0
        with self.database.write() as session:
            ended = sum(
                expire(session, challenge_id, "letter_bounced" if off else "challenge_expired", now)
                for challenge_id, off in over
            )
        log.info("challenges_expired", count=ended)
        return ended


def _over(now: datetime) -> Select[int, datetime | None]:
    return (
        select(ChallengeRecord.id, Contact.letters_off_since)
        .outerjoin(Contact, Contact.id == ChallengeRecord.contact_id)
        .where(
            ChallengeRecord.state == ChallengeState.OPEN,
            or_(ChallengeRecord.valid_until < now - ON_ITS_WAY, Contact.letters_off_since.is_not(None)),
        )
        .order_by(ChallengeRecord.reply_id)
        .limit(BATCH)
    )
