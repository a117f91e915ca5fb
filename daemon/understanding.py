"""From stored bytes to understanding: parsed, read, classified and matched, with no transaction held."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from classifiers.prediction import Classifier, Prediction
from classifiers.reading import Reading, read
from classifiers.reading.automatic import Ours
from classifiers.reading.message import Message, UnreadableMail
from daemon.decisions.case import Case
from daemon.log import place_of
from daemon.mail.evidence import referred_ids, sender_address
from daemon.mail.matching import Found, failed_recipients, match_all
from daemon.mail.sandbox import Sandbox
from daemon.records import Reply
from daemon.records.database import Database
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

    def understand(self, replies: Sequence[Reply]) -> list[Understood | Unreadable]:
        """One result for each reply, in order; a mail that fails takes no other with it."""
        raws = [self._raw(reply) for reply in replies]
        messages = self.sandbox.parse_many(raws)
        readings = [self._reading(message) for message in messages]
        good = [reading for reading in readings if isinstance(reading, Reading)]
        predictions = iter(self.classifier.predict([reading.own.text for reading in good]))
        with self.database.read() as session:
            found = iter(match_all(session, good))
        return [
            Understood(reply, _case(reply, reading, match := next(found), next(predictions)), match)
            if isinstance(reading, Reading)
            else Unreadable(reply, reading)
            for reply, reading in zip(replies, readings, strict=True)
        ]

    def _raw(self, reply: Reply) -> bytes:
        if reply.raw is None or reply.raw_key is None:
            return b""
        try:
            return self.vault.open(Sealed(reply.raw, reply.raw_key), "reply.raw")
        except WrongKey:
            log.exception("mail_cannot_be_opened", reply=reply.id)
            return b""

    def _reading(self, message: Message | UnreadableMail) -> Reading | str:
        """The reading, or where it failed."""
        if isinstance(message, UnreadableMail):
            return f"UnreadableMail: {message}"
        try:
            return read(message, self.ours)
        except Exception as error:  # noqa: BLE001  whatever a mail provokes is its own failure, and visible as such
            return place_of(error)


def _case(reply: Reply, reading: Reading, found: Found, prediction: Prediction) -> Case:
    return Case(
        received_at=reply.received_at,
        answered=reply.answered,
        reading=reading,
        match=found.match,
        evidence=found.evidence,
        prediction=prediction,
        sender=sender_address(reading.message),
        refers_to=referred_ids(reading.message),
        failed_recipients=failed_recipients(reading),
        truncated=reply.truncated,
    )
