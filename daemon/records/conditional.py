"""Conditional updates: who has changed a row knows that nobody else did."""

from typing import Any, cast

from sqlalchemy import CursorResult, Update
from sqlalchemy.orm import Session


def rows_changed(session: Session, statement: Update) -> int:
    """Run an update and return how many rows met its condition."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
