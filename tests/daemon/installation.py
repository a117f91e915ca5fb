"""One installation on a given database: a firm, its contacts, a classifier that goes by words, a recording server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select

from classifiers.intents import Intent
from classifiers.prediction import Prediction
from classifiers.reading.automatic import Ours
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.states import ReplyState
from daemon.mail.codes import Codes
from daemon.mail.sandbox import Sandbox
from daemon.outbox.deliver import Post
from daemon.pipeline import Pipeline
from daemon.records import (
    Account,
    Campaign,
    Contact,
    Delivery,
    LedgerEntry,
    Letter,
    MailboxCursor,
    OutreachMessage,
    Pause,
    Provenance,
    Reply,
    Request,
    Suppression,
)
from daemon.records.database import Database
from daemon.records.digests import Digester, normal_form, suppressed
from daemon.records.encryption import Key, Keys, Sealed, Vault
from daemon.rights.sign_off import sign_off
from daemon.rights.suppression import paused
from daemon.understanding import Reader
from responses.rendering import Templates

R = TypeVar("R")

START = datetime(2026, 3, 5, 12, tzinfo=UTC)
KEYS = Keys(masters=(Key(1, b"m" * 32),), suppression=(Key(1, b"s" * 32),))
OURS = "sales@firm.example"
JANE = "jane.doe@example.com"
SETTLING = timedelta(minutes=2)

WORDS: dict[str, Intent] = {
    "stop": Intent.OPT_OUT,
    "where": Intent.DATA_SOURCE,
    "basis": Intent.LEGAL_BASIS,
    "copy": Intent.ACCESS,
    "delete": Intent.ERASURE,
    "wrong": Intent.RECTIFICATION,
    "prices": Intent.INTERESTED,
    "later": Intent.DECLINED,
    "lawyer": Intent.COMPLAINT,
}
AUTO = Choices(Mode.AUTO, frozenset((intent, "en") for intent in Intent))


class WordClassifier:
    """Decides by single words: `stop` is certain, `stop?` is in doubt."""

    version = "words"

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction for each text."""
        return [self._predict(text.lower()) for text in texts]

    def _predict(self, text: str) -> Prediction:
        maybe = tuple(intent for word, intent in WORDS.items() if f"{word}?" in text)
        act = tuple(intent for word, intent in WORDS.items() if word in text and intent not in maybe)
        certainty = dict.fromkeys(Intent, 0.0) | dict.fromkeys(maybe, 0.5) | dict.fromkeys(act, 1.0)
        return Prediction("en", certainty, act, maybe, bool(maybe), (), self.version)


@dataclass
class RecordingSubmission:
    """A submission server that keeps what it accepts, and fails as it is told, before or after the text."""

    accepted: list[tuple[str, str, bytes]] = field(default_factory=list)
    before: Exception | None = None
    """Raised at RCPT, when nothing of the letter has left."""
    after: Exception | None = None
    """Raised once the whole text is out."""
    meanwhile: Callable[[], None] | None = None
    """Something that happens while the envelope is offered."""

    def deliver(
        self, envelope_from: str, recipient: str, raw: bytes, before_data: Callable[[], None] | None = None
    ) -> str:
        """Take one letter."""
        if self.meanwhile:
            self.meanwhile()
        if self.before:
            raise self.before
        if before_data:
            before_data()
        if self.after:
            raise self.after
        self.accepted.append((envelope_from, recipient, raw))
        return "250 OK"


def mail(
    text: str,
    *,
    sender: str = JANE,
    to: str = OURS,
    parent: str | None = "<outreach.1@firm.example>",
    message_id: str = "<reply.1@example.com>",
    subject: str = "Re: Planning for your second plant",
    more: Sequence[str] = (),
) -> bytes:
    """A plain reply; `parent` is what it answers, `more` are further header lines."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
        "Date: Thu, 5 Mar 2026 11:59:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        *([f"In-Reply-To: {parent}", f"References: {parent}"] if parent else []),
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()


def bounce(failed: str, returned_id: str, *, status: str = "5.1.1", message_id: str = "<dsn.1@mx.example>") -> bytes:
    """A delivery status notification (RFC 3464) about one recipient of one message."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
        f"To: {OURS}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-replied",
        "Return-Path: <>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        f"The address <{failed}> could not be reached: user unknown",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {failed}",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} User unknown",
        "",
        "--b",
        "Content-Type: message/rfc822",
        "",
        f"From: {OURS}",
        f"To: {failed}",
        f"Message-ID: {returned_id}",
        "Subject: Planning for your second plant",
        "",
        "Good morning",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


class Installation:
    """A firm with one mailbox on one database; time stands still until it is moved."""

    def __init__(self, database: Database, sandbox: Sandbox, choices: Choices = AUTO) -> None:
        self.database = database
        self.sandbox = sandbox
        self.choices = choices
        self.vault = Vault(KEYS)
        self.digester = Digester(KEYS)
        self.now = START
        self.classifier: Any = WordClassifier()
        self.submission = RecordingSubmission()
        self.is_stopped = False
        self.copies: list[bytes] = []
        self._uid = 0
        self._found()

    def _found(self) -> None:
        with self.database.write() as session:
            account = Account(
                name="sales", address=OURS, aliases=[], controller_name="Nordwind Software GmbH",
                controller_seat="Hafenstrasse 4, 20457 Hamburg, Germany", controller_country="DE",
                controller_email="privacy@firm.example", authority="The Hamburg Commissioner",
                storage_countries=["DE"],
            )  # fmt: skip
            session.add(account)
            session.flush()
            cursor = MailboxCursor(
                account_id=account.id, folder="INBOX", uidvalidity=1, last_uid=0, renumbered=False, started_at=START
            )
            session.add_all([cursor, Campaign(name="none", promise="none"), Campaign(name="remove", promise="remove")])
            session.add(Campaign(name="delete", promise="delete"))
            session.flush()
            self.account_id, self.mailbox_id = account.id, cursor.id
            for language in ("en", "de"):
                sign_off(session, Templates(), language, by="owner", now=START)
            session.execute(delete(LedgerEntry))  # tests count what their own mails have led to

    def add_contact(self, email: str = JANE, *, number: int = 1, promise: str = "none", **changes: Any) -> int:
        """A named employee with full provenance, who got one mail `<outreach.N@firm.example>`."""
        values = {"name": "Jane Doe", "company": "Example Ltd", "kind": "employee", "language": "en", **changes}
        with self.database.write() as session:
            contact = Contact(email=email, email_normal=normal_form(email), created_at=START, **values)
            session.add(contact)
            session.flush()
            session.add(
                Provenance(
                    contact_id=contact.id, items=["email", "name", "company"], source_kind="company_website",
                    source="https://www.example.com/team", obtained_on=date(2026, 3, 2), obtained_by="research desk",
                    publicly_accessible=True, purpose="Offering planning software", reason="You lead the second plant",
                    recipients=[], stored_in=["customer database"], keep_until=date(2027, 3, 2),
                )
            )  # fmt: skip
            campaign = session.scalars(select(Campaign).where(Campaign.name == promise)).one()
            session.add(
                OutreachMessage(
                    contact_id=contact.id, campaign_id=campaign.id, message_id=f"<outreach.{number}@firm.example>",
                    subject="Planning for your second plant", sent_at=START - timedelta(days=1),
                )
            )  # fmt: skip
            return contact.id

    def receive(self, raw: bytes, **changes: Any) -> int:
        """Store a mail as intake does; returns the reply's id."""
        self._uid += 1
        sealed = self.vault.seal(raw, purpose="reply.raw")
        values: dict[str, Any] = {
            "account_id": self.account_id, "mailbox_id": self.mailbox_id, "uidvalidity": 1, "uid": self._uid,
            "received_at": self.now, "stored_at": self.now, "size_bytes": len(raw), "truncated": False,
            "answered": False, "raw_digest": self.digester.raw_mail(raw), "raw": sealed.ciphertext,
            "raw_key": sealed.key, "state": ReplyState.RECEIVED, "attempts": 0, **changes,
        }  # fmt: skip
        with self.database.write() as session:
            reply = Reply(**values)
            session.add(reply)
            session.flush()
            return reply.id

    def pipeline(self, node: str = "node", **changes: Any) -> Pipeline:
        """A pipeline of this installation."""
        ours = Ours(frozenset({OURS}), frozenset())
        codes = Codes(self.database, self.vault, self.digester, Templates())
        reader = Reader(self.database, self.vault, self.sandbox, self.classifier, ours, self.digester, codes)
        values = {"choices": self.choices, "settling": SETTLING, **changes}
        return Pipeline(self.database, self.vault, self.digester, reader, lambda: self.now, node, **values)

    def post(self, node: str = "node") -> Post:
        """An outbox of this installation."""
        return Post(
            self.database, self.vault, lambda: self.now, node, Templates(), lambda: self.is_stopped, lambda: 0.5,
            self._keep_copy,
        )  # fmt: skip

    def _keep_copy(self, raw: bytes, _at: datetime) -> bool:
        self.copies.append(raw)
        return True

    def handle(self, raw: bytes, **changes: Any) -> Reply:
        """Receive one mail and handle it; the reply as it is then."""
        reply_id = self.receive(raw, **changes)
        self.handle_all()
        return self.reply(reply_id)

    def handle_all(self) -> None:
        """Handle until nothing waits."""
        pipeline = self.pipeline()
        while pipeline.handle():
            pass

    def deliver(self) -> int:
        """Let the settling time pass and deliver what is due."""
        self.now += SETTLING
        return self.post().deliver_due(self.submission)

    def reply(self, reply_id: int) -> Reply:
        """One reply as it is now."""
        with self.database.read() as session:
            return session.get_one(Reply, reply_id)

    def rows(self, record: type[R]) -> list[R]:
        """All rows of one record, oldest first."""
        with self.database.read() as session:
            return list(session.scalars(select(record).order_by(record.id)))  # type: ignore[attr-defined]

    def requests(self) -> dict[str, str]:
        """Right to state of all requests."""
        return {request.right: request.state for request in self.rows(Request)}

    def suppressed(self, address: str = JANE) -> bool:
        """Whether nobody may write to this address any more."""
        with self.database.read() as session:
            return suppressed(session, self.digester, address) is not None

    def paused(self, address: str = JANE) -> bool:
        """Whether outreach to this address rests."""
        with self.database.read() as session:
            return paused(session, self.digester, address, self.now)

    def raw(self, reply: Reply) -> bytes:
        """What is kept of a mail."""
        if reply.raw is None or reply.raw_key is None:
            return b""
        return self.vault.open(Sealed(reply.raw, reply.raw_key), "reply.raw")

    def kinds(self) -> list[str]:
        """Kinds of all ledger entries in their order."""
        return [entry.kind for entry in self.rows(LedgerEntry)]

    def counts(self) -> dict[str, int]:
        """How many rows there are of everything that handling makes."""
        return {
            record.__tablename__: len(self.rows(record))
            for record in (Letter, Delivery, Request, Pause, Suppression, LedgerEntry)
        }
