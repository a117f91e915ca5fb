"""What may stand in an IMAP command line. imapclient sends flags and search words inline, CR and LF included."""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date

from daemon.mail.errors import UnsafeArgument

MAX_UID = 2**32 - 1
"""RFC 9051 section 2.3.1.1: unique identifiers are 32 bits and not zero."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_FLAG = re.compile(r"\\?[A-Za-z0-9$_.-]{1,64}")
_FIELD = re.compile(r"[A-Za-z0-9-]{1,64}")


def uid_set(uids: Sequence[int]) -> str:
    """Return a sequence-set of single UIDs, "3,5,9": no ranges, no "*", nothing but digits and commas."""
    for uid in uids:
        if type(uid) is not int or not 1 <= uid <= MAX_UID:
            raise UnsafeArgument(f"{uid!r} is no UID; UIDs are whole numbers from 1 to {MAX_UID}")
    return ",".join(map(str, uids))


def imap_date(day: date) -> str:
    """Return a day as a search wants it, `05-Mar-2026` (RFC 9051 section 9, date), whatever the locale."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def plain_text(value: str, what: str) -> str:
    """Return the value if no control character (CR, LF and NUL among them) could end or bend the command line."""
    if not value or _FORBIDDEN.search(value):
        raise UnsafeArgument(f"{what} is empty or holds a control character; write it without line breaks")
    return value


def flag_names(flags: Iterable[str]) -> tuple[str, ...]:
    r"""Return the flags if each is a plain atom or system flag such as `\Seen` (RFC 9051 section 2.3.2)."""
    checked = tuple(flags)
    for flag in checked:
        if not _FLAG.fullmatch(flag):
            raise UnsafeArgument(
                f"{flag!r} is no IMAP flag; use letters, digits and $ _ . - after an optional backslash"
            )
    return checked


def field_names(names: Iterable[str]) -> str:
    """Return header field names for BODY[HEADER.FIELDS (...)], upper case and space-separated."""
    checked = tuple(names)
    for name in checked:
        if not _FIELD.fullmatch(name):
            raise UnsafeArgument(f"{name!r} is no header field name; use letters, digits and hyphens")
    return " ".join(name.upper() for name in checked)


def silence_protocol_log() -> None:
    """Keep imapclient from logging below INFO: its DEBUG lines hold the bodies of messages."""
    for name in ("imapclient", "imapclient.imapclient", "imapclient.imaplib"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
