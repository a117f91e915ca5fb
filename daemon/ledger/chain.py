"""What a seal is: SHA-256 over the canonical form of an entry, its place and the seal before it."""

import hashlib
import json
from datetime import UTC

from daemon.records.entry import LedgerEntry

GENESIS = "0" * 64
"""Stands before the first entry."""


def seal_of(entry: LedgerEntry, *, seq: int, previous: str) -> str:
    """The seal of an entry at this place of the chain, in hex.

    The canonical form is JSON with sorted keys, without spaces, in ASCII; times are ISO 8601 in UTC with microseconds.
    """
    canonical = json.dumps(
        {
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "id": entry.id,
            "kind": entry.kind,
            "payload": entry.payload,
            "previous": previous,
            "seq": seq,
            "subject": entry.subject,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
