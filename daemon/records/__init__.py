"""What is stored, one file per noun; `database.py` is the only way to write."""

from daemon.records.account import Account, MailboxCursor
from daemon.records.base import Record, UtcDateTime
from daemon.records.contact import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.entry import Lease, LedgerEntry, LedgerHead, Subject
from daemon.records.letter import Delivery, FrozenCopy, Letter
from daemon.records.reply import PredictionRecord, Reply, Review
from daemon.records.request import KeyCheck, Pause, Request, Suppression

__all__ = [
    "Account",
    "Campaign",
    "Contact",
    "Delivery",
    "FrozenCopy",
    "KeyCheck",
    "Lease",
    "LedgerEntry",
    "LedgerHead",
    "Letter",
    "MailboxCursor",
    "OutreachMessage",
    "Pause",
    "PredictionRecord",
    "Provenance",
    "Record",
    "Reply",
    "Request",
    "Review",
    "Subject",
    "Suppression",
    "UtcDateTime",
]
