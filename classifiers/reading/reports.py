"""Abuse reports (RFC 5965), the forms of providers that do not use it, and reports that are nobody's complaint."""

import re
from dataclasses import dataclass
from enum import StrEnum

from classifiers.reading.automatic_subjects import COMPLAINT, REPORT, opens
from classifiers.reading.message import Message

RECIPIENTS_LIMIT = 50

_FEEDBACK_TYPE = re.compile(r"^feedback-type:[ \t]{0,8}([\w-]{1,40})", re.IGNORECASE | re.MULTILINE)
_COMPLAINANT = re.compile(
    r"^(?:original-rcpt-to|removal-recipient|original-recipient"
    r"|x-hmxmroriginalrecipient):[ \t]{0,8}(?:rfc822;)?[ \t]{0,8}<?"
    r"([^\s<>@\"',:;]{1,128}@[\w.-]{1,255})",
    re.IGNORECASE | re.MULTILINE,
)
_PROVIDER_MARK = re.compile(r"^x-hmxmroriginalrecipient:", re.IGNORECASE | re.MULTILINE)
_RETURNED_TO = re.compile(
    r"^(?:x-apparently-to|delivered-to|x-original-to|to):[^\n]{0,200}?([^\s<>@\"',:;]{1,128}@[\w.-]{1,255})",
    re.IGNORECASE | re.MULTILINE,
)
_SAYS_ABUSE = re.compile(r"\bthis is an? [\w -]{0,40}(?:abuse|opt-?out|complaint) report\b", re.IGNORECASE)
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc"})
"""RFC 6430; RFC 6591; DMARC failure reports."""


class ReportKind(StrEnum):
    """Whether a report is somebody's complaint."""

    COMPLAINT = "complaint"
    NO_COMPLAINT = "no_complaint"


@dataclass(frozen=True, slots=True)
class Report:
    """Who complained, as far as the provider tells; many redact it, and then only our own Message-ID leads to them."""

    kind: ReportKind
    recipients: tuple[str, ...]


def read_report(message: Message) -> Report | None:
    """Read an abuse or authentication report; None where the message is none.

    A feedback type that is not known counts as a complaint: the doubt protects the person.
    """
    kind = _kind(message)
    return None if kind is None else Report(kind, _complainants(message))


def _kind(message: Message) -> ReportKind | None:
    if _is_standard(message):
        named = {feedback.lower() for feedback in _FEEDBACK_TYPE.findall(message.feedback_report)}
        return ReportKind.NO_COMPLAINT if named and named <= _NO_COMPLAINT else ReportKind.COMPLAINT
    if opens(REPORT, message.subject):
        return ReportKind.NO_COMPLAINT
    if _is_provider_form(message):
        return ReportKind.COMPLAINT
    return None


def _is_standard(message: Message) -> bool:
    if message.feedback_report or any(part.content_type == "message/feedback-report" for part in message.parts):
        return True
    return any("feedback-report" in value.lower() for value in message.get_all("Content-Type"))


def _is_provider_form(message: Message) -> bool:
    """Hotmail's and Amazon's older forms: a subject and a returned original, or a mark in that original."""
    marked = bool(message.get_all("X-HmXmrOriginalRecipient")) or _PROVIDER_MARK.search(message.returned) is not None
    says = opens(COMPLAINT, message.subject) or _SAYS_ABUSE.search(message.plain[:1_000]) is not None
    return marked or (says and bool(message.returned))


def _complainants(message: Message) -> tuple[str, ...]:
    stated = _COMPLAINANT.findall(message.feedback_report) + _COMPLAINANT.findall(message.returned)
    stated += [value.strip() for value in message.get_all("X-HmXmrOriginalRecipient") if "@" in value]
    return tuple(dict.fromkeys(stated or _RETURNED_TO.findall(message.returned)))[:RECIPIENTS_LIMIT]
