"""How long nobody has looked into the mailbox: the fault that else is noticed by the people who are not answered."""

from datetime import datetime, timedelta

from daemon.settings_sections import Run


class Silence:
    """The time since the last good look, and when to shout about it: after the set time, and again after each such."""

    def __init__(self, run: Run, now: datetime) -> None:
        self._limit = timedelta(seconds=max(run.silence_alarm_s, 2 * run.poll_s))
        self._heard = self._shouted = now

    def heard(self, now: datetime) -> None:
        """The mailbox was read to its end."""
        self._heard = self._shouted = now

    def alarm(self, now: datetime) -> int | None:
        """The minutes of silence, when it is time to say so; None otherwise."""
        if now - self._shouted < self._limit:
            return None
        self._shouted = now
        return round((now - self._heard) / timedelta(minutes=1))
