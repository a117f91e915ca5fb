"""What an erasure erases and what it keeps: each column of each record, why, and until when.

`TABLE` is what is done, not a description of it: `erase` goes through it line by line, and `residue` reads everything
again afterwards. A test fails for any column that stands in no line, so that a new one has to be decided about.
docs/erasure.md says the same in plain words.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from daemon.records import (
    Account,
    Assessment,
    Campaign,
    ChallengeRecord,
    Contact,
    ContactList,
    Delivery,
    Erasure,
    FrozenCopy,
    KeyCheck,
    Lease,
    LedgerEntry,
    LedgerHead,
    Letter,
    MailboxCursor,
    OutreachMessage,
    Pause,
    PredictionRecord,
    Provenance,
    Record,
    Reply,
    Request,
    Review,
    SignOff,
    Subject,
    Suppression,
    SystemTask,
)


class Fate(StrEnum):
    """What becomes of a column, or of the rows that it stands in."""

    PURGE_ROW = "the whole row goes when the grace is over"
    PURGE = "emptied when the grace is over"
    END = "emptied with the address, when the completion letter was accepted"
    END_ROW = "the whole row goes then"
    KEPT = "kept"
    NOBODY = "says nothing about anybody who is written to"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: columns by name, `*` for all of a record."""

    record: type[Record]
    columns: str
    fate: Fate
    why: str


TABLE = (
    Line(Provenance, "*", Fate.PURGE_ROW, "where their data came from"),
    Line(OutreachMessage, "*", Fate.PURGE_ROW, "what was sent to them: subject, text, Message-ID"),
    Line(FrozenCopy, "*", Fate.PURGE_ROW, "what was held when they asked; its key goes with it"),
    Line(PredictionRecord, "*", Fate.PURGE_ROW, "what the classifier thought of their words"),
    Line(Reply, "raw raw_key message_id language", Fate.PURGE, "their mails, with the key that opens them"),
    Line(Reply, "contact_id", Fate.END, "connects their mails until the last letter has left"),
    Line(
        Reply,
        "id account_id mailbox_id uidvalidity uid received_at stored_at size_bytes truncated answered raw_digest",
        Fate.KEPT,
        "so that the same mail is not read as a new one; the digest is keyed",
    ),
    Line(
        Reply,
        "state attempts claim_token claimed_until case matched_by automatic_kind automatic_rule unanswerable evidence "
        "plan reasons error decided_at",
        Fate.KEPT,
        "that a mail came and was dealt with, in codes (Art. 5(2)); named by the case alone",
    ),
    Line(Review, "note", Fate.PURGE, "what a reviewer wrote down"),
    Line(Review, "id reply_id reviewer intents decided_at", Fate.KEPT, "who of us decided what, in codes (Art. 5(2))"),
    Line(Letter, "facts facts_key in_reply_to references", Fate.PURGE, "what our letters said, and what they answered"),
    Line(Letter, "contact_id", Fate.END, "who gets a letter, until the last has left"),
    Line(
        Letter,
        "id reply_id account_id step sections language message_id created_at",
        Fate.KEPT,
        "that we answered, and when (Art. 5(2)); our own Message-ID is random, and recognises a late bounce",
    ),
    Line(Delivery, "*", Fate.KEPT, "when a letter left, in codes; no address stands there"),
    Line(Pause, "contact_id", Fate.PURGE, "whose outreach rested"),
    Line(
        Pause,
        "id digest reply_id reason since until ended_at ended_by",
        Fate.KEPT,
        "a keyed digest, so that nobody writes to them again (Art. 21(3))",
    ),
    Line(ChallengeRecord, "contact_id", Fate.END, "to whom a one-time code went"),
    Line(
        ChallengeRecord,
        "id reply_id code_digest state created_at valid_until settled_at reminded_at",
        Fate.KEPT,
        "that the sender was proved (Art. 5(2)); the digest is of a random code",
    ),
    Line(Request, "contact_id", Fate.END, "who asked"),
    Line(
        Request,
        "id reply_id case right state received_at legal_due safe_due changed_at",
        Fate.KEPT,
        "that a right was asked for and answered in time (Art. 5(2)); named by the case alone",
    ),
    Line(SystemTask, "note note_key", Fate.END, "what was noted while erasing elsewhere"),
    Line(
        SystemTask,
        "id erasure_id system steps due state opened_at done_at done_by",
        Fate.KEPT,
        "which system was erased, when and by whom of us (Art. 5(2))",
    ),
    Line(Suppression, "value value_key", Fate.END, "the address in the list for the sending tool"),
    Line(
        Suppression,
        "id scope digest normal_form key_version reason reply_id since undone_at undone_by",
        Fate.KEPT,
        "a keyed digest, so that nobody writes to them again (Art. 21(3)), for as long as outreach stays stopped",
    ),
    Line(Subject, "contact_id opening opening_key", Fate.END, "what connects the ledger's entries with them"),
    Line(Subject, "id commitment", Fate.KEPT, "means nothing without the key in the letter that they have"),
    Line(LedgerEntry, "*", Fate.KEPT, "what was done, in codes, without personal data (Art. 5(2))"),
    Line(Erasure, "contact_id message_id language", Fate.END, "who it is about, and how its letters answer"),
    Line(
        Erasure,
        "id reply_id account_id case digests released state started_at grace_until purged_at items "
        "recipients done_at ended_by swept_at",
        Fate.KEPT,
        "that it was done, and who was to be told; the digests recognise a later mail as one of an erased person",
    ),
    Line(Contact, "name company position country language", Fate.PURGE, "who they are"),
    Line(
        Contact,
        "id email email_normal kind created_at letters_off_since restricted_since",
        Fate.END_ROW,
        "the address is needed for the letters, and by whoever erases in the other systems",
    ),
    *(
        Line(record, "*", Fate.NOBODY, why)
        for record, why in (
            (Account, "ourselves"),
            (MailboxCursor, "how far our mailbox was read"),
            (Assessment, "our balancing test, for all contacts of a country"),
            (SignOff, "who of us signed off our letters"),
            (ContactList, "a list as a whole: its name and day"),
            (Campaign, "a campaign as a whole: its name and footer"),
            (LedgerHead, "how far the ledger is sealed"),
            (Lease, "which of our processes does what"),
            (KeyCheck, "whether our keys are the right ones"),
        )
    ),
)
"""In the order in which it is done: rows go before those that they point to."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose rows they are: everything that leads to one contact, read before the first link is cut."""

    contact_id: int
    digests: tuple[str, ...]
    reply_ids: tuple[int, ...]
    letter_ids: tuple[int, ...]
    erasure_ids: tuple[int, ...]


_WHOSE: Mapping[type[Record], Callable[[Person], ColumnElement[bool]]] = {
    Provenance: lambda person: Provenance.contact_id == person.contact_id,
    OutreachMessage: lambda person: OutreachMessage.contact_id == person.contact_id,
    FrozenCopy: lambda person: or_(
        FrozenCopy.contact_id == person.contact_id, FrozenCopy.reply_id.in_(person.reply_ids)
    ),
    PredictionRecord: lambda person: PredictionRecord.reply_id.in_(person.reply_ids),
    Reply: lambda person: Reply.id.in_(person.reply_ids),
    Review: lambda person: Review.reply_id.in_(person.reply_ids),
    Letter: lambda person: Letter.id.in_(person.letter_ids),
    Pause: lambda person: Pause.contact_id == person.contact_id,
    ChallengeRecord: lambda person: ChallengeRecord.contact_id == person.contact_id,
    Request: lambda person: Request.contact_id == person.contact_id,
    SystemTask: lambda person: SystemTask.erasure_id.in_(person.erasure_ids),
    Suppression: lambda person: and_(Suppression.scope == "address", Suppression.digest.in_(person.digests)),
    Subject: lambda person: Subject.contact_id == person.contact_id,
    Erasure: lambda person: Erasure.id.in_(person.erasure_ids),
    Contact: lambda person: Contact.id == person.contact_id,
}
"""How the rows of one person are found, in each record that anything is erased from."""


_AS_IT_IS = {"synchronize_session": False}
"""What the session has loaded is forgotten at the end, instead of being brought up to date row by row."""


def person_of(session: Session, contact_id: int, digests: tuple[str, ...]) -> Person:
    """Everything that leads to this contact now."""
    replies = session.scalars(select(Reply.id).where(Reply.contact_id == contact_id).order_by(Reply.id))
    letters = session.scalars(select(Letter.id).where(Letter.contact_id == contact_id).order_by(Letter.id))
    erasures = session.scalars(select(Erasure.id).where(Erasure.contact_id == contact_id).order_by(Erasure.id))
    return Person(contact_id, digests, tuple(replies), tuple(letters), tuple(erasures))


def erase(session: Session, person: Person, *, end: bool) -> dict[str, int]:
    """Erase by the table what goes now; what came since the purge goes at the end. Returns rows touched by table."""
    touched: dict[str, int] = {}
    for line in _due(end=end):
        whose = _WHOSE[line.record](person)
        if line.fate in {Fate.PURGE_ROW, Fate.END_ROW}:
            statement: Update | Delete = delete(line.record).where(whose)
        else:
            statement = update(line.record).where(whose).values(_emptied(line))
        rows = cast("CursorResult[Any]", session.execute(statement, execution_options=_AS_IT_IS)).rowcount
        touched[line.record.__tablename__] = max(touched.get(line.record.__tablename__, 0), rows)
    session.expire_all()
    return {table: count for table, count in touched.items() if count}


def residue(session: Session, person: Person, *, end: bool) -> tuple[str, ...]:
    """Search again: everything that should be gone and is still there, as `table.column`; empty when nothing is."""
    left = []
    for line in _due(end=end):
        names = columns_of(line) if line.fate in {Fate.PURGE, Fate.END} else ["id"]
        whose = _WHOSE[line.record](person)
        for row in session.execute(select(*(getattr(line.record, name) for name in names)).where(whose)):
            left += [f"{line.record.__tablename__}.{name}" for name, value in zip(names, row, strict=True) if value]
    return tuple(dict.fromkeys(left))


def columns_of(line: Line) -> list[str]:
    """Names of the columns that a line is about."""
    return [column.name for column in line.record.__table__.columns] if line.columns == "*" else line.columns.split()


def _due(*, end: bool) -> Iterator[Line]:
    fates = {Fate.PURGE_ROW, Fate.PURGE} | ({Fate.END, Fate.END_ROW} if end else set())
    return (line for line in TABLE if line.fate in fates)


def _emptied(line: Line) -> dict[str, object]:
    """NULL, or an empty list where a column has to hold one."""
    columns = line.record.__table__.columns
    return {name: None if columns[name].nullable else [] for name in columns_of(line)}
