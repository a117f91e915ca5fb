"""The stored texts of sent mails: sealed one by one, and opened for the contacts of a batch."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.records import OutreachMessage
from daemon.records.encryption import Sealed, Vault

PURPOSE = "outreach.text"
"""What the text of a sent mail is encrypted for."""

MOST_TEXTS = 20
"""Newest mails to one contact whose quotes are looked for."""


def seal_text(vault: Vault, row: OutreachMessage, text: str) -> None:
    """Encrypt the text of a message into its row."""
    sealed = vault.seal(text.encode(), purpose=PURPOSE)
    row.text, row.text_key = sealed.ciphertext, sealed.key


def text_of(vault: Vault, row: OutreachMessage) -> str | None:
    """The stored text of a message, None where it is not known; raises WrongKey."""
    return None if row.text is None or row.text_key is None else opened_text(vault, row.text, row.text_key)


def opened_text(vault: Vault, text: bytes, key: bytes) -> str:
    """The text of a sealed one; raises WrongKey."""
    return vault.open(Sealed(text, key), PURPOSE).decode()


def texts_to(session: Session, contacts: Collection[int]) -> dict[int, list[OutreachMessage]]:
    """The newest messages with a stored text to each of these contacts, newest first."""
    found: dict[int, list[OutreachMessage]] = {}
    rows = session.scalars(
        select(OutreachMessage)
        .where(OutreachMessage.contact_id.in_(contacts), OutreachMessage.text.is_not(None))
        .order_by(OutreachMessage.sent_at.desc(), OutreachMessage.id.desc())
    )
    for row in rows:
        known = found.setdefault(row.contact_id, [])
        if len(known) < MOST_TEXTS:
            known.append(row)
    return found
