"""One-time codes for whoever reads a stored address."""

from daemon.rights.decided import Decided, Effects


def start(decided: Decided, effects: Effects, *, language: str, released: bool) -> None:
    """Queue a letter with a code to the contact's stored address."""
    raise NotImplementedError(decided, effects, language, released)


def passed(decided: Decided, effects: Effects, challenge_id: int) -> None:
    """The code came back: the reply that it was sent for is decided again."""
    raise NotImplementedError(decided, effects, challenge_id)
