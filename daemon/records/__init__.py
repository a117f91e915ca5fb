"""What is stored, one file per noun; `database.py` is the only way to write."""

from daemon.records.account import Account, Assessment, MailboxCursor, SignOff
from daemon.records.base import Record, UtcDateTime
from daemon.records.challenge import ChallengeRecord
from daemon.records.contact import Campaign, Contact, ContactList, OutreachMessage, Provenance
from daemon.records.entry import Lease, LedgerEntry, LedgerHead, Subject
from daemon.records.erasure import Erasure, SystemTask
from daemon.records.letter import Delivery, FrozenCopy, Letter
from daemon.records.reply import PredictionRecord, Reply, Review
from daemon.records.request import KeyCheck, Pause, Request, Suppression

__all__ = [
    "Account",
    "Assessment",
    "Campaign",
    "ChallengeRecord",
    "Contact",
    "ContactList",
    "Delivery",
    "Erasure",
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
    "SignOff",
    "Subject",
    "Suppression",
    "SystemTask",
    "UtcDateTime",
]
