"""The ledger: what was done, chained so that every later change shows, without personal data."""

from daemon.ledger.entries import (
    EntryKind,
    OpeningDestroyed,
    UnfitPayloadError,
    forget,
    opening_of,
    record,
    subject_of,
    verify_opening,
)
from daemon.ledger.sealer import seal
from daemon.ledger.verifier import Head, Problem, Verdict, verify

__all__ = [
    "EntryKind",
    "Head",
    "OpeningDestroyed",
    "Problem",
    "UnfitPayloadError",
    "Verdict",
    "forget",
    "opening_of",
    "record",
    "seal",
    "subject_of",
    "verify",
    "verify_opening",
]
