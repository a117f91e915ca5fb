"""A file that is there as a whole or not at all: written beside its place, on disk, then moved there."""

import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LEFTOVER_S = 3600.0
"""After so long a part that nobody finished is one that a crash has left; what it names must not stay."""


class Part:
    """The part being written; its digest is that of everything written so far."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._digest = hashlib.sha256()
        self.wanted = True
        """Set to False, the old file stays and the part goes."""

    def write(self, text: str) -> int:
        """Write text; raises OSError, for example on a full disk."""
        raw = text.encode(self._encoding)
        self._digest.update(raw)
        return self._stream.write(raw)

    @property
    def sha256(self) -> str:
        """Digest of what was written, in hex."""
        return self._digest.hexdigest()


@contextmanager
def whole_file(path: Path, encoding: str = "utf-8") -> Iterator[Part]:
    """Write a file that replaces `path` at the end of the block, in one step, and never when the block fails.

    It keeps the mode of the file it replaces; a new one is for its owner only (0600). Raises OSError.
    """
    _remove_leftovers(path)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=1 << 16) as stream:
            os.fchmod(descriptor, mode)
            part = Part(stream, encoding)
            yield part
            stream.flush()
            os.fsync(descriptor)
        if part.wanted:
            beside.replace(path)
            _sync_directory(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    for part in path.parent.iterdir():
        ours = part.name.startswith(f".{path.name}.") and part.suffix == ".part"
        if ours and time.time() - part.stat().st_mtime > LEFTOVER_S:
            part.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    """Bring the new name onto the disk too."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
