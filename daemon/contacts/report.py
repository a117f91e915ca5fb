"""What an import did, or would do."""

from dataclasses import dataclass, field

from daemon.contacts.rows import Fault


@dataclass(frozen=True, slots=True)
class Change:
    """One stored value that the file says otherwise, and that was, or would be, replaced."""

    line: int
    column: str
    old: str
    new: str


@dataclass
class Report:
    """Counts, and lists of lines, which count from 1, the head of the file included."""

    rows: int = 0
    contacts_added: int = 0
    contacts_filled: int = 0
    """Contacts of whom something was learned that was not known."""
    contacts_updated: int = 0
    """Contacts of whom something was replaced, as `--update` asks for."""
    provenance_added: int = 0
    provenance_filled: int = 0
    """Stored provenance rows of which something was learned that was not known."""
    messages_added: int = 0
    suppressed: list[int] = field(default_factory=list)
    """Lines of people whom nobody may write to; nothing of them was imported."""
    paused: list[int] = field(default_factory=list)
    """Lines of people whom nobody may write to at present; they were imported, and the pause goes on."""
    restricted: list[int] = field(default_factory=list)
    """Lines of people whose data are in dispute (Art. 18); they stay as they are."""
    kept: list[int] = field(default_factory=list)
    """Lines that say something else than what is stored, which stays."""
    duplicates: list[int] = field(default_factory=list)
    """Lines that say the same as an earlier one."""
    changed: list[Change] = field(default_factory=list)
    kinds_by_rule: dict[str, int] = field(default_factory=dict)
    """How many contacts of the file got each kind by a rule or a default, since the file does not say it."""
    faults: list[Fault] = field(default_factory=list)
    imported: bool = False

    @property
    def changes(self) -> int:
        """How many rows were, or would be, added, filled or updated."""
        return (
            self.contacts_added
            + self.contacts_filled
            + self.contacts_updated
            + self.provenance_added
            + self.provenance_filled
            + self.messages_added
        )
