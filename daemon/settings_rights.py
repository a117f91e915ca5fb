"""The sections of the settings that say what rights are carried out with: systems, balancing tests, proof, lists.

The docstring under each setting is its description in docs/configuration.md.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from daemon.settings_sections import Country, FilePath, Section, Words


class System(Section):
    """A system that holds data of the people you write to; erasure is complete when it is ticked off for each."""

    name: Words
    """Its name as it stands in letters, for example `our CRM (HubSpot)`."""
    steps: tuple[Words, ...] = ()
    """What a person has to do there, one step each."""
    days: int = Field(default=14, ge=1, le=28)
    """Days within which that has to be done."""


class BalancingTest(Section):
    """A signed balancing test of the legitimate interest (Art. 6(1)(f)); letters about the legal basis quote it."""

    interest: Words
    """The legitimate interest, in words."""
    weighed_on: date
    """Day of the test, for example `2026-03-02`."""
    weighed_by: Words
    """Who signed it."""
    outcome: Words
    """What came of it, with what spoke for the person."""
    countries: tuple[Country, ...]
    """Countries of the contacts that it holds for."""


class ErasureChoices(Section):
    """How data is erased."""

    grace_working_days: int = Field(default=3, ge=1, le=10)
    """Working days, counted where the controller sits, in which a person can still undo an erasure."""


class Identity(Section):
    """How senders are proved before data or deletion."""

    access: Literal["evidence", "challenge"] = "evidence"
    """`evidence`: a code is sent only where the mail itself does not prove its sender; `challenge`: always."""


class SuppressedList(Section):
    """A file of everybody who may not be written to, for a sending tool that replyd does not control."""

    file: FilePath | None = None
    """CSV file that is written anew on every change; without one there is none."""
    form: Literal["plain", "md5", "sha1", "sha256"] = "plain"
    """How addresses stand in it, as the tool wants them: plain, or hashed in lower case."""
    column: Words = "email"
    """Head of the column."""
    include_paused: bool = True
    """Name those too whose outreach only rests."""
    command: tuple[Words, ...] = ()
    """Program and arguments that is run without a shell after each change; `{file}` is the file."""
