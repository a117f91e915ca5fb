"""Mails as a sales team's program leaves them in Sent."""

from collections.abc import Sequence

from tests.daemon.installation import JANE, OURS

FOOTER = "If you would rather not hear from us, just answer \u201cno\u201d\nand we will take you off our list."


def sent(
    number: int = 1,
    *,
    to: str = JANE,
    text: str = "Good morning,\n\nmay I show you our planning software?\n\nKind regards\nMax",
    subject: str = "Planning for your second plant",
    sender: str = f"Max <{OURS}>",
    date: str = "Wed, 4 Mar 2026 09:00:00 +0100",
    message_id: str | None = None,
    more: Sequence[str] = (),
) -> bytes:
    """A mail of ours, `<sent.N@firm.example>`."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {date}",
        f"Message-ID: {message_id or f'<sent.{number}@firm.example>'}",
        *more,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "",
    ]
    return "\r\n".join("\r\n".join(lines).split("\n")).replace("\r\r", "\r").encode()
