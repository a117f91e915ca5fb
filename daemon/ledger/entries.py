"""Entries of the ledger, and the people they speak of without naming them.

A subject is a commitment: HMAC-SHA-256 of the address under a random opening. Whoever knows address and opening (it
stands as a reference in the letters that the person received) can prove that an entry is about them; once the opening
is destroyed nobody else can.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from daemon.errors import ReplydError
from daemon.records.contact import Contact
from daemon.records.digests import normal_form
from daemon.records.encryption import Sealed, Vault
from daemon.records.entry import LedgerEntry, Subject

OPENING_BYTES = 16
"""128 random bits: nobody finds an address by trying."""

OPENING_PURPOSE = "subject.opening"


class EntryKind(StrEnum):
    """What an entry says was done."""

    RECEIVED = "received"
    PAUSED = "paused"
    PAUSE_ENDED = "pause_ended"
    SUPPRESSED = "suppressed"
    SUPPRESSION_UNDONE = "suppression_undone"
    REQUEST_OPENED = "request_opened"
    REQUEST_CLOSED = "request_closed"
    COPY_FROZEN = "copy_frozen"
    COPY_DESTROYED = "copy_destroyed"
    LETTER_QUEUED = "letter_queued"
    LETTER_RELEASED = "letter_released"
    LETTER_SENT = "letter_sent"
    LETTER_IN_DOUBT = "letter_in_doubt"
    LETTER_REFUSED = "letter_refused"
    LETTER_STOPPED = "letter_stopped"
    LETTER_CANCELLED = "letter_cancelled"
    LETTERS_SWITCHED_OFF = "letters_switched_off"
    LETTERS_SWITCHED_ON = "letters_switched_on"
    ALARM = "alarm"
    FAILED = "failed"
    REVIEW_DECIDED = "review_decided"
    DECISION_UNDONE = "decision_undone"
    REQUEST_EXTENDED = "request_extended"
    RESTRICTED = "restricted"
    RESTRICTION_ENDED = "restriction_ended"
    ERASURE_STARTED = "erasure_started"
    ERASURE_UNDONE = "erasure_undone"
    ERASURE_PURGED = "erasure_purged"
    ERASED = "erased"
    TASK_OPENED = "task_opened"
    TASK_DONE = "task_done"
    CHALLENGED = "challenged"
    CHALLENGE_PASSED = "challenge_passed"
    CHALLENGE_EXPIRED = "challenge_expired"
    CHALLENGE_VOIDED = "challenge_voided"
    CODE_REFUSED = "code_refused"
    SIGNED_OFF = "signed_off"
    SIGN_OFF_REVOKED = "sign_off_revoked"
    SUPPRESSIONS_IMPORTED = "suppressions_imported"
    OUTREACH_IMPORTED = "outreach_imported"
    CAMPAIGN_ADDED = "campaign_added"
    CONTACTS_CHANGED = "contacts_changed"
    CONTACTS_IMPORTED = "contacts_imported"
    MODEL_PROMOTED = "model_promoted"
    MODE_CHANGED = "mode_changed"
    KEYS_ROTATED = "keys_rotated"
    RESTORED = "restored"


class UnfitPayloadError(ValueError):
    """A fault of the program: something other than ids, codes and times was about to be kept for ever."""


class OpeningDestroyed(ReplydError):  # noqa: N818  the name is what went wrong
    """The person was erased, and with them what connected them to the ledger."""

    permanent = True


def record(
    session: Session, at: datetime, kind: str, *, subject: str | None = None, payload: Mapping[str, Any]
) -> LedgerEntry:
    """Write one entry, unsealed, in the work's own transaction.

    `subject` is a commitment (`subject_of(...).commitment`); `payload` holds ids, codes and times. Raises
    UnfitPayloadError for anything that may be personal data, ValueError for a kind that is not one of EntryKind.
    """
    if subject is not None and not _COMMITMENT.fullmatch(subject):
        raise UnfitPayloadError("the subject of an entry must be a commitment in hex, as subject_of makes it")
    entry = LedgerEntry(
        at=at.astimezone(UTC),
        kind=EntryKind(kind).value,
        subject=subject,
        payload={_code(key): _plain(value) for key, value in payload.items()},
    )
    session.add(entry)
    return entry


_COMMITMENT = re.compile(r"[0-9a-f]{64}")

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{1,120}")
"""No space and no @: no name, no address and no sentence fits."""


def _plain(value: object) -> object:
    """The value as JSON that reads back the same from every database; floats do not."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, str):
        return _code(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {_code(key): _plain(item) for key, item in value.items()}
    raise UnfitPayloadError(f"a {type(value).__name__} cannot stand in the ledger; write an id, a code or a time")


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise UnfitPayloadError("a text in a ledger payload is not a code of letters, digits and _.:/+-")
    return str(text)


def subject_of(session: Session, vault: Vault, contact: Contact) -> Subject:
    """The contact as the ledger knows them, made at the first time; two transactions never make two."""
    known = select(Subject).where(Subject.contact_id == contact.id)
    subject = session.scalar(known)
    if subject is not None:
        return subject
    subject = _new_subject(vault, contact)
    try:
        with session.begin_nested():
            session.add(subject)
    except IntegrityError:  # another transaction made it meanwhile (PostgreSQL)
        return session.scalars(known).one()
    return subject


def subjects_of(session: Session, vault: Vault, contacts: Iterable[Contact]) -> list[Subject]:
    """The subjects of many contacts, in no order; those that are new are made together."""
    rows = {contact.id: contact for contact in contacts}
    known = list(session.scalars(select(Subject).where(Subject.contact_id.in_(rows))))
    missing = rows.keys() - {subject.contact_id for subject in known}
    fresh = [_new_subject(vault, rows[contact_id]) for contact_id in sorted(missing)]
    try:
        with session.begin_nested():
            session.add_all(fresh)
    except IntegrityError:  # another transaction made one of them meanwhile (PostgreSQL)
        fresh = [subject_of(session, vault, rows[contact_id]) for contact_id in sorted(missing)]
    return known + fresh


def _new_subject(vault: Vault, contact: Contact) -> Subject:
    opening = secrets.token_bytes(OPENING_BYTES)
    sealed = vault.seal(opening, purpose=OPENING_PURPOSE)
    commitment = _commitment(opening, contact.email_normal)
    return Subject(contact_id=contact.id, commitment=commitment, opening=sealed.ciphertext, opening_key=sealed.key)


def opening_of(vault: Vault, subject: Subject) -> str:
    """The opening as a reference for people, `ABCD-EFGH-...` (RFC 4648 base32); raises OpeningDestroyed."""
    if subject.opening is None or subject.opening_key is None:
        raise OpeningDestroyed(
            "the person was erased; only their own letter still holds the reference to their entries"
        )
    opening = vault.open(Sealed(subject.opening, subject.opening_key), purpose=OPENING_PURPOSE)
    text = base64.b32encode(opening).decode("ascii").rstrip("=")
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def forget(subject: Subject) -> None:
    """Destroy the opening: the entries stay as proof, and say nothing about anybody any more."""
    subject.contact_id = None
    subject.opening = None
    subject.opening_key = None


def verify_opening(opening: str, address: str, commitment: str) -> bool:
    """Whether a reference and an address belong to a subject of the ledger; raises BadAddress for no address.

    Spaces, hyphens and case do not matter, and digits that are no base32 are read as the letters they look like.
    """
    text = re.sub(r"[\s-]", "", opening).upper().translate(str.maketrans("018", "OIB"))
    try:
        secret = base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        return False
    return hmac.compare_digest(_commitment(secret, normal_form(address)), commitment)


def _commitment(opening: bytes, email_normal: str) -> str:
    return hmac.new(opening, email_normal.encode(), hashlib.sha256).hexdigest()
