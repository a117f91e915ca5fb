"""Time is passed in everywhere: this is where it comes from."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware UTC datetime."""


def now() -> datetime:
    """The system's time."""
    return datetime.now(UTC)
