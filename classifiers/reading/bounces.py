"""Bounces: which recipients failed, for good or for now, and which of our messages came back."""

import re
from dataclasses import dataclass

from classifiers.reading.bounce_notices import Notice, notice
from classifiers.reading.delivery_reports import RecipientGroup, recipient_groups
from classifiers.reading.message import Message
from classifiers.reading.refusals import Refusal, refusal, told_refusal

IDENTIFIERS_LIMIT = 20

_MESSAGE_ID = re.compile(r"^[ \t>]{0,8}message-id:[ \t\r\n]{0,4}(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
_RETURNED_TO = re.compile(
    r"^(?:to|x-original-to|delivered-to):[^\n]{0,200}?([^\s<>@\"',:;]{1,128}@[\w.-]{1,255})",
    re.IGNORECASE | re.MULTILINE,
)
_REPORT_PREFIX = re.compile(r"^(?:smtp|x-[a-z-]+|unknown|dns) ?; ?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that was not reached."""

    recipient: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Bounce:
    """All that a bounce says; `hard` is None where nothing in it says why."""

    failures: tuple[Failure, ...]
    original_message_ids: tuple[str, ...]

    @property
    def hard(self) -> bool | None:
        """Whether at least one recipient failed for good."""
        if not self.failures:
            return None
        return any(failure.refusal.permanent for failure in self.failures)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Those whom `hard` is true of: where some failed for good, the others are not named."""
        permanent = bool(self.hard)
        return tuple(
            dict.fromkeys(f.recipient for f in self.failures if f.recipient and f.refusal.permanent is permanent)
        )


def read_bounce(message: Message) -> Bounce:
    """Read a message that is known to be a bounce; what it lacks is empty, nothing is raised."""
    told = notice(message.plain or (message.html.own if message.html else ""))
    failures = _reported(message, told) or _told(message, told) or _unspecific(message, told)
    return Bounce(failures, original_message_ids(message, told.original))


def original_message_ids(message: Message, original: str = "") -> tuple[str, ...]:
    """Identifiers of returned originals, then those of In-Reply-To and References, each once."""
    returned = _MESSAGE_ID.findall(message.returned) + _MESSAGE_ID.findall(original)
    told = _MESSAGE_ID.findall(message.plain[:4_000])
    every = (*returned, *told, *message.in_reply_to, *message.references)
    return tuple(dict.fromkeys(every))[:IDENTIFIERS_LIMIT]


def _reported(message: Message, told: Notice) -> tuple[Failure, ...]:
    """Failures of a standard report (RFC 3464); a recipient that was reached is none."""
    groups = [group for report in message.delivery_status for group in recipient_groups(report)]
    groups = [group for group in groups if group.action not in {"delivered", "relayed", "expanded"}]
    passages = {passage.recipient.lower(): passage.text for passage in told.passages(frozenset())}
    return tuple(
        Failure(address, _judge(group, _around(group, passages, told, alone=len(groups) == 1)))
        for group in groups
        for address in (group.addresses or _declared(message) or ("",))
    )


def _around(group: RecipientGroup, passages: dict[str, str], told: Notice, *, alone: bool) -> str:
    found = next((passages[address.lower()] for address in group.addresses if address.lower() in passages), "")
    return told.text if alone else found


def _judge(group: RecipientGroup, around: str) -> Refusal:
    said = _REPORT_PREFIX.sub("", group.diagnostic) or group.status.partition("(")[2]
    if group.action == "delayed":
        return Refusal("expired", permanent=False, status=group.status.partition(" ")[0])
    judged = refusal(said, group.status, around)
    if judged.reason == "undefined":
        return refusal(around, group.status)
    return judged


def _told(message: Message, told: Notice) -> tuple[Failure, ...]:
    """Failures told in prose; where X-Failed-Recipients names some of the addresses found there, only those."""
    boxes = (*message.from_, *message.to, *message.sender, *message.reply_to)
    declared = _declared(message)
    wanted = frozenset(address.lower() for address in declared)
    passages = told.passages(frozenset(box.address.lower() for box in boxes) - wanted)
    confirmed = tuple(passage for passage in passages if passage.recipient.lower() in wanted)
    if passages:
        return tuple(Failure(p.recipient, told_refusal(p.text, told.text)) for p in confirmed or passages)
    whole = refusal(told.text)
    return tuple(Failure(address, whole) for address in declared)


def _declared(message: Message) -> tuple[str, ...]:
    """Addresses of X-Failed-Recipients (Exim, Google)."""
    listed = ",".join(message.get_all("X-Failed-Recipients")).split(",")
    return tuple(dict.fromkeys(address.strip() for address in listed if "@" in address))


def _unspecific(message: Message, told: Notice) -> tuple[Failure, ...]:
    """A bounce that names nobody: it is about whomever the returned original was written to."""
    written_to = _RETURNED_TO.search(message.returned) or _RETURNED_TO.search(told.original)
    judged = refusal(told.text)
    if written_to is None:
        return (Failure("", judged),) if judged.reason != "undefined" else ()
    return (Failure(written_to.group(1), judged),)
