"""Judging one recipient's failure by what was said, the status, and when it was said.

Words come before codes, because servers send 5.1.1 for a full mailbox and 5.7.1 for an unknown user. "User unknown"
counts only where the refusal answered RCPT TO, where the status says so too, or where the words are those of the server
that keeps the mailboxes: said after DATA, or nobody knows when, it is often a filter that speaks.
"""

import re
from dataclasses import dataclass

from classifiers.reading.bounce_reasons import (
    EXPIRED,
    HOST,
    KEEPER_SAYS_UNKNOWN,
    MOVED,
    SOFT,
    TAKES_NO_MAIL,
    USER_UNKNOWN,
)

LIMIT_CHARACTERS = 4_000
"""How much of one refusal is read; a reply line has 512 bytes (RFC 5321 section 4.5.3.1.5), and few come in tens."""

_ADDRESS = re.compile(r"[^\s<>@\"'(),:;]{1,128}@[\w.-]{1,255}")
_STATUS = re.compile(r"(?<![\d.])([45])\.([0-9]{1,3})\.([0-9]{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.:-])([45])[0-9]{2}(?=[ \-:])(?!-\d)")
_CITED = re.compile(r"(?<![\d.:-])[45][0-9]{2}[ -](?=[<(\[#\w])|(?<![\d.])[45]\.[0-9]\.[0-9]{1,3} (?=[<\w])")
_RCPT = re.compile(
    r"(?:>>>|after|reply to|smtp:) ?rcpt|rcpt to: ?<|rcpt (?:to )?(?:command|response|generated)"
    r"|does not like recipient|recipient address rejected|remote smtp server has rejected address"
    r"|(?:rejected|refused) (?:the |by the )?recipient"
)
_LATER = re.compile(r">>> data|end of data|after i sent the message|data command|text command|after data|\(data\)")
_EARLIER = re.compile(
    r"after mail from|mail from command|>>> mail from|sender was rejected|my name was rejected|after (?:ehlo|helo)"
    r"|initial connection|server rejected mail from"
)
GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "4.4", "4.310", "1.351"})
"""Subject and detail of RFC 3463 (with Microsoft's own) that name an address or host that does not exist."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was said about one recipient: reason, permanent or not, and the status that was found (may be empty)."""

    reason: str
    permanent: bool
    status: str


def told_refusal(text: str, around: str) -> Refusal:
    """Judge what a notice in prose tells of one recipient: by the reply that it cites, else by all that it says.

    Notices carry names of products ("Messaging Security") and advice, which would be taken for reasons.
    """
    cited = _CITED.search(text)
    if cited is not None:
        judged = refusal(text[cited.start() :], around=around)
        if judged.reason not in {"undefined", "temporary"}:
            return judged
    return refusal(text, around=around)


def refusal(said: str, status: str = "", around: str = "") -> Refusal:
    """Judge one recipient's failure.

    `said` is the server's answer, `status` the Status field (RFC 3464 section 2.3.4), `around` the text of the
    notice that tells when the answer came.
    """
    answer = _flat(said)
    spoken = _ADDRESS.sub("<>", answer)
    context = answer + " " + _flat(around)
    found = _STATUS.search(spoken) or _STATUS.search(_flat(status))
    code = found.group(0) if found else ""
    if soft := next((row.name for row in SOFT if row.words.search(spoken)), None):
        return Refusal(soft, permanent=False, status=code)
    if _temporary(spoken, code):
        return Refusal("temporary", permanent=False, status=code)
    if _EARLIER.search(context) and not _RCPT.search(answer):
        return Refusal("sender_refused", permanent=False, status=code)
    return _lasting(spoken, context, code)


def _lasting(spoken: str, context: str, code: str) -> Refusal:
    """Judge what no passing reason explains: gone for good, given up after a time, or not known."""
    for row in (MOVED, TAKES_NO_MAIL, HOST, KEEPER_SAYS_UNKNOWN):
        if row.words.search(spoken):
            return Refusal(row.name, permanent=True, status=code)
    unknown = USER_UNKNOWN.words.search(spoken) is not None
    if code[2:] in GONE or (unknown and _confirmed(context, code)):
        return Refusal(USER_UNKNOWN.name, permanent=True, status=code)
    if EXPIRED.words.search(spoken):
        return Refusal(EXPIRED.name, permanent=False, status=code)
    return Refusal("filtered" if unknown else "undefined", permanent=False, status=code)


def _confirmed(context: str, code: str) -> bool:
    """Whether "user unknown" was the answer to RCPT TO, or the status is of the same mind."""
    if code.startswith("5.1.") or code == "5.2.1":
        return True
    return _RCPT.search(context) is not None and _LATER.search(context) is None


def _temporary(spoken: str, code: str) -> bool:
    """Whether the status, or where there is none the reply code, is of class 4 (RFC 5321 section 4.2.1)."""
    if code:
        return code.startswith("4")
    reply = _REPLY.search(spoken)
    return reply is not None and reply.group(1) == "4"


def _flat(text: str) -> str:
    return " ".join(text[:LIMIT_CHARACTERS].lower().replace("’", "'").split())
