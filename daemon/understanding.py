"""From stored bytes to understanding: parsed, read, classified and matched, with no transaction held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.orm import Session

from classifiers.intents import WISHES_TO_STOP, Intent
from classifiers.prediction import Classifier, Prediction
from classifiers.reading import Reading, read
from classifiers.reading.automatic import Ours
from classifiers.reading.message import Message, UnreadableMail
from daemon.decisions.case import Case, Evidence, Level
from daemon.log import place_of
from daemon.mail.codes import Asked, Codes, Returned
from daemon.mail.evidence import QUOTES, referred_ids, sender_address
from daemon.mail.matching import Found, failed_recipients, match_all
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_messages import our_ids
from daemon.mail.sent_quotes import quotes_text_sent_to_them_only
from daemon.mail.sent_texts import text_of, texts_to
from daemon.records import OutreachMessage, Reply
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Sealed, Vault, WrongKey

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Understood:
    """One reply and the case it makes."""

    reply: Reply
    case: Case
    found: Found


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One reply that could not be understood, and where that failed; a person looks at it."""

    reply: Reply
    error: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything that understanding needs, wired once."""

    database: Database
    vault: Vault
    sandbox: Sandbox
    classifier: Classifier
    ours: Ours
    digester: Digester | None = None
    """Recognises people whom we erased; without it they are strangers."""
    codes: Codes | None = None
    """Finds the one-time codes that come back; without it none is ever taken for a proof."""

    def understand(self, replies: Sequence[Reply]) -> list[Understood | Unreadable]:
        """One result for each reply, in order; a mail that fails takes no other with it."""
        messages = self.sandbox.parse_many([self._raw(reply) for reply in replies])
        readings = self._readings(messages)
        good = [reading for reading in readings if isinstance(reading, Reading)]
        predictions = self.classifier.predict([reading.own.text for reading in good])
        with self.database.read() as session:
            matches = match_all(session, good, self.digester)
            found = [self._proved(session, *one) for one in zip(good, matches, predictions, strict=True)]
        results = iter(zip(found, predictions, strict=True))
        understood = [
            Unreadable(reply, reading) if isinstance(reading, str) else _understood(reply, reading, *next(results))
            for reply, reading in zip(replies, readings, strict=True)
        ]
        return _with_codes(self.codes, understood) if self.codes else understood

    def _readings(self, messages: Sequence[Message | UnreadableMail]) -> list[Reading | str]:
        """Each mail read, or where that failed; no quote of what we sent to its sender counts as their own words."""
        ours = replace(self.ours, message_ids=self._our_ids(messages))
        readings = [_reading(message, ours) for message in messages]
        texts = iter(self._sent_texts([reading for reading in readings if isinstance(reading, Reading)]))
        return [
            reading if isinstance(reading, str) else _read_again(reading, ours, next(texts)) for reading in readings
        ]

    def _our_ids(self, messages: Iterable[Message | UnreadableMail]) -> frozenset[str]:
        """Those of the identifiers in these mails that are ours."""
        named: set[str] = set()
        for message in messages:
            if not isinstance(message, UnreadableMail):
                named.update((message.message_id, *message.in_reply_to, *message.references))
        with self.database.read() as session:
            return our_ids(session, named - {""})

    def _sent_texts(self, readings: Sequence[Reading]) -> list[tuple[str, ...]]:
        """For each mail, what we sent to the contact that it is matched to, as far as anybody knows it yet."""
        with self.database.read() as session:
            contacts = [found.match.contact_id for found in match_all(session, readings)]
            rows = texts_to(session, {contact for contact in contacts if contact is not None})
        return [
            tuple(text for row in rows.get(contact or 0, ()) if (text := self._sent_text(row))) for contact in contacts
        ]

    def _sent_text(self, row: OutreachMessage) -> str | None:
        try:
            return text_of(self.vault, row)
        except WrongKey:
            log.exception("sent_mail_cannot_be_opened", message=row.id)
            return None

    def _proved(self, session: Session, reading: Reading, found: Found, prediction: Prediction) -> Found:
        """The match with its evidence by quotation, which is looked for only where something hangs on it."""
        if found.contact is None or not _hangs_on_proof(found, prediction):
            return found
        try:
            quotes = quotes_text_sent_to_them_only(session, self.vault, found.contact, reading.message)
        except WrongKey:
            log.exception("sent_mail_cannot_be_opened")
            return found
        return replace(found, evidence=(*found.evidence, QUOTES)) if quotes else found

    def _raw(self, reply: Reply) -> bytes:
        if reply.raw is None or reply.raw_key is None:
            return b""
        try:
            return self.vault.open(Sealed(reply.raw, reply.raw_key), "reply.raw")
        except WrongKey:
            log.exception("mail_cannot_be_opened", reply=reply.id)
            return b""


def _reading(message: Message | UnreadableMail, ours: Ours, sent_texts: tuple[str, ...] = ()) -> Reading | str:
    """The reading, or where it failed."""
    if isinstance(message, UnreadableMail):
        return f"UnreadableMail: {message}"
    try:
        return read(message, ours, sent_texts)
    except Exception as error:  # noqa: BLE001  whatever a mail provokes is its own failure, and visible as such
        return place_of(error)


def _read_again(reading: Reading, ours: Ours, sent_texts: tuple[str, ...]) -> Reading | str:
    return _reading(reading.message, ours, sent_texts) if sent_texts else reading


_NEED_PROOF = frozenset({Intent.ACCESS, Intent.ERASURE, Intent.RECTIFICATION})
"""What needs more than the claim to be the contact (daemon/decisions/identity.py)."""


def _hangs_on_proof(found: Found, prediction: Prediction) -> bool:
    """Whether the sender claims to be the contact, no thread bears them out, and they ask for what needs that."""
    levels = {evidence.level for evidence in found.evidence}
    said = frozenset((*prediction.act, *prediction.maybe))
    wanted = _NEED_PROOF | (WISHES_TO_STOP if found.promise == "delete" else frozenset[Intent]())
    return Level.CLAIM in levels and Level.THREAD not in levels and bool(said & wanted)


def _understood(reply: Reply, reading: Reading, found: Found, prediction: Prediction) -> Understood:
    return Understood(reply, _case(reply, reading, found, prediction), found)


def _with_codes(codes: Codes, understood: list[Understood | Unreadable]) -> list[Understood | Unreadable]:
    """The same, with the one-time codes that came back in them, or came back because of them."""
    told = iter(codes.look([_asked(item) for item in understood if isinstance(item, Understood)]))
    return [_with_code(item, next(told)) if isinstance(item, Understood) else item for item in understood]


def _asked(item: Understood) -> Asked:
    contact = item.found.contact
    return Asked(
        item.reply.id,
        item.reply.received_at,
        item.case.reading,
        contact.id if contact else None,
        contact.email if contact else None,
    )


def _with_code(item: Understood, returned: Returned) -> Understood:
    proof = (Evidence(Level.CODE, "code_returned"),) if returned.proved else ()
    case = replace(
        item.case,
        evidence=(*item.case.evidence, *proof),
        returned_challenge=returned.challenge_id,
        code_refused=returned.refused,
    )
    return replace(item, case=case)


def _case(reply: Reply, reading: Reading, found: Found, prediction: Prediction) -> Case:
    return Case(
        received_at=reply.received_at,
        answered=reply.answered or found.answered,
        reading=reading,
        match=found.match,
        evidence=found.evidence,
        prediction=prediction,
        sender=sender_address(reading.message),
        refers_to=referred_ids(reading.message),
        failed_recipients=failed_recipients(reading),
        truncated=reply.truncated,
    )
