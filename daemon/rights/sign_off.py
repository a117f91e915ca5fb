"""Signing off: a person has read the letters of one language as they are, and lets them leave by machine."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.ledger.entries import EntryKind, record
from daemon.records import SignOff
from responses.rendering import NoTemplate, Templates


def signed_off(session: Session, templates: Templates) -> frozenset[str]:
    """Languages whose letters were signed off as these templates have them; others need another signature."""
    rows = session.execute(select(SignOff.language, SignOff.digest).where(SignOff.revoked_at.is_(None))).all()
    return frozenset(language for language, digest in rows if digest == _digest(templates, language))


def _digest(templates: Templates, language: str) -> str | None:
    try:
        return templates.digest(language)
    except (NoTemplate, OSError):
        return None


def sign_off(session: Session, templates: Templates, language: str, *, by: str, now: datetime) -> SignOff:
    """Sign the letters of one language as they are; an earlier signature ends. Raises NoTemplate."""
    digest = templates.digest(language)
    _end(session, language, now)
    row = SignOff(language=language, digest=digest, signed_by=by, signed_at=now, revoked_at=None)
    session.add(row)
    record(session, now, EntryKind.SIGNED_OFF, payload={"language": language, "templates": digest, "by": by})
    return row


def revoke(session: Session, language: str, *, by: str, now: datetime) -> bool:
    """From now on every letter in this language waits for a key; False when it was not signed off."""
    if not _end(session, language, now):
        return False
    record(session, now, EntryKind.SIGN_OFF_REVOKED, payload={"language": language, "by": by})
    return True


def _end(session: Session, language: str, now: datetime) -> bool:
    rows = session.scalars(select(SignOff).where(SignOff.language == language, SignOff.revoked_at.is_(None))).all()
    for row in rows:
        row.revoked_at = now
    return bool(rows)
