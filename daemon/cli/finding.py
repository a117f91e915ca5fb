"""What `replyd check` finds."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do about it."""

    name: str
    state: State
    what: str
    to_do: str = ""
    account: str = ""
    """The account that it is about; empty where it is about all of them."""


def ok(name: str, what: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, what)


def warn(name: str, what: str, to_do: str) -> Finding:
    """It works, but not as well as it should."""
    return Finding(name, State.WARN, what, to_do)


def fail(name: str, what: str, to_do: str = "") -> Finding:
    """It does not work."""
    return Finding(name, State.FAIL, what, to_do)
