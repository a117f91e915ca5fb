"""How long to wait before trying a server again: exponential, jittered, between a second and a quarter of an hour."""

from datetime import timedelta

FIRST = timedelta(seconds=1)
CEILING = timedelta(minutes=15)
_DOUBLINGS_TO_CEILING = 10  # 1 s * 2**10 = 17 min


def retry_delay(failures: int, chance: float) -> timedelta:
    """Return the pause after so many failures in a row (1 or more).

    `chance` lies in [0, 1) (`random.random()`): half of the pause is fixed, half is drawn, so that mailboxes that a
    restarted server lost together do not come back together.
    """
    doublings = min(max(failures, 1), _DOUBLINGS_TO_CEILING)
    full = min(CEILING, FIRST * (1 << doublings))
    return max(FIRST, full * (0.5 + chance / 2))
