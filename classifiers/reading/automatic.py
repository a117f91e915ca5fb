"""Automatic mail: decided by rules before any model is asked, and never answered."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from classifiers.reading import marks
from classifiers.reading.bounces import original_message_ids, read_bounce
from classifiers.reading.message import Message
from classifiers.reading.own_words import OwnWords
from classifiers.reading.reports import ReportKind, read_report
from classifiers.reading.senders import authors


class AutomaticKind(StrEnum):
    """What sort of machine wrote this."""

    AUTO_REPLY = "auto_reply"
    DEPARTED = "departed"
    BOUNCE = "bounce"
    ABUSE_REPORT = "abuse_report"
    UNSUBSCRIBE = "unsubscribe"
    RECEIPT = "receipt"
    CHALLENGE = "challenge"
    LIST = "list"
    OWN = "own"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Automatic:
    """A mail that no person wrote to us: its kind and the rule that found it."""

    kind: AutomaticKind
    hard: bool | None
    """For a bounce: permanent (True) or temporary/policy (False); None for other kinds or where nothing says."""
    recipients: tuple[str, ...]
    """Whom it is about: failed recipients of a bounce, the complaining recipient of a report.

    Where some recipients of a bounce failed for good and others for now, only the former are here.
    """
    original_message_ids: tuple[str, ...]
    """Identifiers of our messages that it returns or refers to."""
    rule: str
    """Name of the rule row that matched."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours: addresses that we send or receive under (lower case), and what our own Message-IDs are."""

    addresses: frozenset[str] = frozenset()
    message_id_domains: frozenset[str] = frozenset()
    """Domains under which nobody but us makes identifiers; the domain of an address is not such a one, since mail
    servers give that to whatever comes in without an identifier, and a provider's belongs to all its customers."""
    message_ids: frozenset[str] = frozenset()
    """Identifiers of mails that we know to be ours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what it is called, what it means and where that is written, the kind it finds, and its question."""

    name: str
    meaning: str
    kind: AutomaticKind
    holds: Callable[[Message, OwnWords, Ours], bool]


def id_domain(message_id: str) -> str:
    """What stands behind the last @ of a Message-ID (RFC 5322 section 3.6.4), lower case."""
    return message_id.strip().strip("<>").rpartition("@")[2].lower()


def answers_ours(message: Message, ours: Ours) -> bool:
    """Whether it replies to a Message-ID of ours."""
    return any(_is_own_id(parent, ours) for parent in (*message.in_reply_to, *message.references))


def _is_own_id(message_id: str, ours: Ours) -> bool:
    return message_id in ours.message_ids or id_domain(message_id) in ours.message_id_domains


def is_ours(message: Message, ours: Ours) -> bool:
    """Whether an answer might come back to us: any of its authors is ours, or its Message-ID is."""
    return _is_own_mail(message, ours) or any(box.address.lower() in ours.addresses for box in authors(message))


def _is_own_mail(message: Message, ours: Ours) -> bool:
    """Whether From or Message-ID are ours.

    Sender and Reply-To say nothing: a group's address stands there in the mail of whoever wrote to it, and anybody can
    put ours there.
    """
    by_address = any(box.address.lower() in ours.addresses for box in message.from_)
    return by_address or (bool(message.message_id) and _is_own_id(message.message_id, ours))


def _reports(kind: ReportKind) -> Callable[[Message, OwnWords, Ours], bool]:
    def holds(message: Message, _own: OwnWords, _ours: Ours) -> bool:
        report = read_report(message)
        return report is not None and report.kind is kind

    return holds


def _tokens(*wanted: str) -> Callable[[Message, OwnWords, Ours], bool]:
    return lambda message, _own, _ours: any(token in wanted for token in marks.automatic_tokens(message))


_K = AutomaticKind
RULES: tuple[Rule, ...] = (
    Rule(
        "complaint",
        "a feedback report (RFC 5965) or a provider's form of it",
        _K.ABUSE_REPORT,
        _reports(ReportKind.COMPLAINT),
    ),
    Rule(
        "no_complaint",
        "not-spam (RFC 6430), authentication (RFC 6591) and domain reports: nobody's complaint",
        _K.OTHER,
        _reports(ReportKind.NO_COMPLAINT),
    ),
    Rule(
        "delivered",
        "a report of success (RFC 3464 section 2.3.3)",
        _K.OTHER,
        lambda m, _w, _o: marks.is_success_report(m),
    ),
    Rule(
        "delivery_report",
        "a delivery status notification (RFC 3464)",
        _K.BOUNCE,
        lambda m, _w, _o: marks.is_delivery_report(m),
    ),
    Rule(
        "failed_recipients",
        "X-Failed-Recipients (Exim, Google)",
        _K.BOUNCE,
        lambda m, _w, _o: marks.has_field(m, "X-Failed-Recipients"),
    ),
    Rule("own_mail", "we wrote it ourselves", _K.OWN, lambda m, _w, o: _is_own_mail(m, o)),
    Rule(
        "unsubscription",
        "List-Unsubscribe by mail (RFC 2369), Apple's too",
        _K.UNSUBSCRIBE,
        lambda m, w, _o: marks.is_unsubscription(m, w),
    ),
    Rule(
        "mail_server",
        "written by a mail server about a delivery",
        _K.BOUNCE,
        lambda m, _w, _o: marks.is_written_by_a_mail_server(m),
    ),
    Rule(
        "read_receipt",
        "a disposition notification (RFC 8098) or Exchange's form",
        _K.RECEIPT,
        lambda m, w, _o: marks.is_read_receipt(m, w),
    ),
    Rule(
        "departed",
        "a machine says that somebody is no longer there",
        _K.DEPARTED,
        lambda m, w, _o: marks.is_departure(m, w),
    ),
    Rule(
        "auto_reply_mark",
        "Auto-Submitted: auto-replied (RFC 3834) or a vendor's mark",
        _K.AUTO_REPLY,
        lambda m, _w, _o: marks.is_marked_as_reply(m),
    ),
    Rule(
        "auto_reply_subject",
        "a subject of out-of-office notes",
        _K.AUTO_REPLY,
        lambda m, _w, _o: marks.is_auto_subject(m),
    ),
    Rule(
        "challenge",
        "a machine that wants proof from the sender",
        _K.CHALLENGE,
        lambda m, w, _o: marks.is_challenge(m, w),
    ),
    Rule(
        "notice_of_a_robot",
        "a failed delivery told by a robot, or under its subject",
        _K.BOUNCE,
        lambda m, _w, _o: marks.is_notice_of_a_robot(m),
    ),
    Rule("list_refusal", "a list manager refuses a post", _K.LIST, lambda m, _w, _o: marks.is_list_refusal(m)),
    Rule(
        "list_mail",
        "list mail (RFC 2919) that does not answer ours",
        _K.LIST,
        lambda m, _w, o: marks.is_list_mail(m) and not answers_ours(m, o),
    ),
    Rule(
        "out_of_office_text",
        "the whole text is an out-of-office note",
        _K.AUTO_REPLY,
        lambda m, w, _o: marks.is_note_by_its_text(m, w),
    ),
    Rule("generated", "Auto-Submitted: auto-generated (RFC 3834 section 5.1)", _K.OTHER, _tokens("auto-generated")),
    Rule("bulk", "Precedence: bulk or junk", _K.OTHER, lambda m, _w, o: _is_bulk(m) and not answers_ours(m, o)),
)
"""First match wins. Reports come first, because they may carry anything; guesses from text come last."""


def recognise(message: Message, own: OwnWords, ours: Ours, rules: tuple[Rule, ...] = RULES) -> Automatic | None:
    """Tell a robot from a person, by this message alone; None means that a person wrote it."""
    found = next((rule for rule in rules if rule.holds(message, own, ours)), None)
    if found is None:
        return None
    if found.kind is AutomaticKind.BOUNCE:
        bounce = read_bounce(message)
        return Automatic(found.kind, bounce.hard, bounce.recipients, bounce.original_message_ids, found.name)
    report = read_report(message) if found.kind is AutomaticKind.ABUSE_REPORT else None
    return Automatic(found.kind, None, report.recipients if report else (), original_message_ids(message), found.name)


def _is_bulk(message: Message) -> bool:
    return any(word in marks.precedence(message) for word in ("bulk", "junk"))
