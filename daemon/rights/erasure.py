"""Erasing one person: started, undoable in its grace, then done."""

from daemon.rights.decided import Decided, Effects


def start(decided: Decided, effects: Effects, *, released: bool) -> None:
    """Begin the erasure of the contact, in its grace; one that runs already is joined."""
    raise NotImplementedError(decided, effects, released)
