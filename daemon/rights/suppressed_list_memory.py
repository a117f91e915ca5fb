"""What is remembered of the list between two runs: a small file in the data directory."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from daemon.whole_file import whole_file


@dataclass(frozen=True, slots=True)
class Memory:
    """How the file was when it was last looked after; digests of its content, in hex."""

    mark: str = ""
    stamp: str = ""
    """Size and time of the file, so that one which was changed or deleted is written again."""
    content: str = ""
    told: str = ""
    """The content for which the command has succeeded."""
    alarmed: str = ""
    """The content for which a failure of the command stands in the ledger."""

    @classmethod
    def load(cls, path: Path) -> "Memory":
        """What was remembered; nothing where that cannot be read, for then everything is done again."""
        try:
            found = json.loads(path.read_text("utf-8"))
            return cls(**{name: str(found[name]) for name in cls.__slots__})
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        """Remember; raises OSError."""
        with whole_file(path) as part:
            part.write(json.dumps(asdict(self), indent=1) + "\n")


def stamp_of(path: Path) -> str:
    """Size and time of a file; empty where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
