"""Messages that no automatic letter may answer, whoever wrote them.

Wider than "a robot wrote this": a person's mail with X-Auto-Response-Suppress is read and obeyed like any other, but a
letter to it waits for a person. Counters (how often, how many) are decided where they are kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from classifiers.reading import automatic_subjects as subjects
from classifiers.reading import marks
from classifiers.reading.automatic import Automatic, Ours, is_ours
from classifiers.reading.message import Message
from classifiers.reading.senders import authors, is_robot

RECEIVED_LIMIT = 30
"""Hops after which a message loops; RFC 5321 section 6.3 lets servers count to 100, people's mail has under 15."""

_REPORT_TYPES = (
    "multipart/report",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "text/rfc822-headers",
    "text/rfc822-header",
)
_LIST_FIELDS = (
    "List-Id",
    "List-Post",
    "List-Unsubscribe",
    "List-Help",
    "List-Owner",
    "List-Archive",
    "Mailing-List",
    "X-Mailing-List",
    "X-BeenThere",
    "X-Mailman-Version",
    "Feedback-ID",
)
_FRAMING_DEFECTS = frozenset({"MissingHeaderBodySeparatorDefect", "BareCarriageReturnDefect", "NulOctetDefect"})
"""Where the header ends, or a line of it, is in doubt (names of `framing`)."""
_VENDOR_FIELD = re.compile(
    r"x-auto-?(?:reply|respon[ds]|generated).*|x-mail-autoreply|x-vacation"
    r"|x-ms-exchange-(?:inbox-rules-loop|generated-message-source)"
    r"|x-loop|x-no-ack|x-amazon-mail-relay-type|x-hmxmroriginalrecipient|x-apple-unsubscribe",
    re.IGNORECASE,
)
_USABLE_ADDRESS = re.compile(
    r"[^\s<>@,;:\"()\[\]\\\x00-\x1f]{1,64}@[A-Za-z0-9\u0080-\U0010ffff](?:[A-Za-z0-9\u0080-\U0010ffff.-]{0,252})?"
)


@dataclass(frozen=True, slots=True)
class Prohibition:
    """One row: its name, what it means and why, and its question."""

    name: str
    meaning: str
    holds: Callable[[Message, Automatic | None, Ours], bool]


def unanswerable(
    message: Message, automatic: Automatic | None, ours: Ours, prohibitions: tuple[Prohibition, ...] | None = None
) -> str | None:
    """Name of the first row that forbids any automatic letter to this message; None where none does."""
    rows = PROHIBITIONS if prohibitions is None else prohibitions
    return next((row.name for row in rows if row.holds(message, automatic, ours)), None)


def _has_report_part(message: Message) -> bool:
    heads = " ".join(message.get_all("Content-Type")).lower()
    return bool(message.delivery_status or message.feedback_report) or any(
        wanted in heads or any(part.content_type.lower() == wanted for part in message.parts)
        for wanted in _REPORT_TYPES
    )


def _has_vendor_mark(message: Message) -> bool:
    names = [
        name for name, _ in message.header_fields if _VENDOR_FIELD.fullmatch(name) and "suppress" not in name.lower()
    ]
    vacation = any("vacation" in value.lower() for value in message.get_all("X-Apple-Action"))
    no_ack = any(value.strip().lower() == "no" for value in message.get_all("X-Ack"))
    said = " ".join((*message.get_all("X-POST-MessageClass"), *message.get_all("Delivered-To"))).lower()
    return bool(names) or vacation or no_ack or "autorespond" in said


def _asks_for_silence(message: Message) -> bool:
    asked = re.findall(r"[a-z]+", " ".join(message.get_all("X-Auto-Response-Suppress")).lower())
    return not {"all", "autoreply", "oof"}.isdisjoint(asked)


def _has_no_single_author(message: Message) -> bool:
    if message.from_fields != 1 or len(message.from_) != 1 or len(message.sender) > 1 or len(message.reply_to) > 1:
        return True
    return _USABLE_ADDRESS.fullmatch(message.from_[0].address) is None


def _subject_is_automatic(message: Message) -> bool:
    patterns = (
        subjects.AUTO_REPLY,
        subjects.BOUNCE,
        subjects.RECEIPT,
        subjects.COMPLAINT,
        subjects.REPORT,
        subjects.CHALLENGE,
        subjects.BLOCKING,
    )
    return (
        any(subjects.opens(pattern, message.subject) for pattern in patterns)
        or subjects.SAYS_OUT_OF_OFFICE.search(message.subject) is not None
    )


def _is_not_addressed_to_us(message: Message, ours: Ours) -> bool:
    if not ours.addresses:
        return False
    return all(box.address.lower() not in ours.addresses for box in (*message.to, *message.cc))


def _header_is_defective(message: Message) -> bool:
    """Whether the header's end, or one of the fields that say who writes, is in doubt."""
    return any(
        defect in _FRAMING_DEFECTS or defect.partition(":")[2] in {"from", "sender", "reply-to", "return-path"}
        for defect in message.defects
    )


PROHIBITIONS: tuple[Prohibition, ...] = (
    Prohibition("recognised", "a rule found a machine", lambda _m, a, _o: a is not None),
    Prohibition(
        "empty_return_path",
        "A: a null reverse-path must not be answered (RFC 3834 section 2)",
        lambda m, _a, _o: marks.has_empty_return_path(m),
    ),
    Prohibition("report", "A: a report of any kind (RFC 6522)", lambda m, _a, _o: _has_report_part(m)),
    Prohibition(
        "failed_recipients", "A: X-Failed-Recipients", lambda m, _a, _o: marks.has_field(m, "X-Failed-Recipients")
    ),
    Prohibition(
        "auto_submitted",
        "B: Auto-Submitted other than no (RFC 3834 section 5)",
        lambda m, _a, _o: any(t != "no" for t in marks.automatic_tokens(m)),
    ),
    Prohibition(
        "precedence",
        "C: bulk, junk, list or automatic precedence",
        lambda m, _a, _o: re.search("bulk|junk|list|auto", marks.precedence(m)) is not None,
    ),
    Prohibition(
        "list_field", "D: list fields (RFC 2369, RFC 2919)", lambda m, _a, _o: marks.has_field(m, *_LIST_FIELDS)
    ),
    Prohibition("vendor_mark", "E: a vendor's mark of automatic mail", lambda m, _a, _o: _has_vendor_mark(m)),
    Prohibition("asks_for_silence", "F: X-Auto-Response-Suppress (MS-OXCMAIL)", lambda m, _a, _o: _asks_for_silence(m)),
    Prohibition(
        "no_single_author",
        "G: not exactly one usable From (RFC 5322 section 3.6.2)",
        lambda m, _a, _o: _has_no_single_author(m),
    ),
    Prohibition(
        "robot_author", "G: an author that is no person", lambda m, _a, _o: any(is_robot(box) for box in authors(m))
    ),
    Prohibition("own_mail", "H: written by us", lambda m, _a, o: is_ours(m, o)),
    Prohibition(
        "too_many_hops",
        "H: a loop (RFC 5321 section 6.3)",
        lambda m, _a, _o: len(m.get_all("Received")) > RECEIVED_LIMIT,
    ),
    Prohibition("subject", "I: a subject that machines write", lambda m, _a, _o: _subject_is_automatic(m)),
    Prohibition(
        "not_to_us", "K: not personally addressed (RFC 3834 section 2)", lambda m, _a, o: _is_not_addressed_to_us(m, o)
    ),
    Prohibition(
        "defective_headers",
        "a fault in the header: From may not be what it seems",
        lambda m, _a, _o: _header_is_defective(m),
    ),
)
"""Rows of the rule table in their order; the letters are those of docs/conformance.md."""
