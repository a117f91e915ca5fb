"""What lies in Sent, listed by UID and compared here: a header value never becomes part of a search."""

import re
from collections.abc import Iterator

from daemon.mail.imap import Mailbox

_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def letters_in_sent(mailbox: Mailbox, folder: str, since_uid: int) -> Iterator[tuple[int, str]]:
    """Examine the folder and yield UID and Message-ID (with its angle brackets) of each mail above `since_uid`.

    Mails without a Message-ID are left out. `since_uid` must come from the same UIDVALIDITY; 0 lists everything.
    """
    mailbox.examine(folder)
    for uids in mailbox.new_uids(since_uid):
        for uid, block in mailbox.list_headers(uids):
            if message_id := message_id_of(block):
                yield uid, message_id


def message_id_of(block: bytes) -> str | None:
    """Return the Message-ID of a raw header block (RFC 5322 section 3.6.4), None where there is none."""
    found = _MESSAGE_ID.search(block)
    value = found[1].strip().decode("utf-8", "replace") if found else ""
    return value or None
