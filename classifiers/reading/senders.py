"""Senders that no person writes from (RFC 2142, RFC 5321 section 4.5.5, and habit)."""

import re

from classifiers.reading.message import Mailbox, Message

_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|postmaster|post_master|mail\.?delivery\.?system"
    r"|mail[-_]?delivery(?:[-_]\w+)?",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?:[\w.+-]{0,40}[-_.])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|dont[-_.]?reply|noresponse|no[-_.]?response"
    r"|nao[-_.]?responda"
    r"|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten|keine[-_.]?antwort|unattended|notreply)(?:[-_.+=][\w.=+-]{0,60}"
    r"|\d{0,4})"
    r"|bounces?(?:[-_.+=].{0,200})?|.{1,60}-bounces?(?:[-_.+=].{0,200})?|abuse|root|daemon|owner-.{1,60}|.{1,60}-owner"
    r"|.{1,60}-request"
    r"|complaints?|fbl|feedback[-_]?loop|listserv|majordomo|mailman|auto[-_.]?(?:reply|responder|mail|confirm)|ndr"
    r"|system administrator",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail (?:delivery|deliver|administrator)|mailer[- ]daemon|system administrator|delivery subsystem|postmaster"
    r"|internet mail delivery|returned mail",
    re.IGNORECASE,
)


def local_part(address: str) -> str:
    """What stands before the last @, without quotes; the whole where there is none."""
    return (address.rpartition("@")[0] or address).strip("\"'")


def is_daemon(box: Mailbox) -> bool:
    """A mail server's own mailbox."""
    return _DAEMON.fullmatch(local_part(box.address)) is not None


def is_postmaster(box: Mailbox) -> bool:
    """The one server mailbox behind which a person may sit (RFC 5321 section 4.5.1)."""
    return local_part(box.address).lower() in {"postmaster", "post_master"}


def is_daemon_by_name(box: Mailbox) -> bool:
    """A display name that mail servers give themselves."""
    return _DAEMON_NAME.match(box.name.strip().strip("\"'")) is not None


def is_robot(box: Mailbox) -> bool:
    """Any mailbox that an answer would not reach a person at."""
    return is_daemon(box) or is_daemon_by_name(box) or _ROBOT.fullmatch(local_part(box.address)) is not None


def authors(message: Message) -> tuple[Mailbox, ...]:
    """Who may have written or sent it: From, Sender, Reply-To."""
    return (*message.from_, *message.sender, *message.reply_to)
