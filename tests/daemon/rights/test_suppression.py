"""Stopping outreach: what a person said is kept, whatever else stops or is lifted."""

from datetime import datetime, timedelta

import pytest

from daemon.records import Pause, Suppression
from daemon.records.database import Database
from daemon.records.digests import BadAddress, Digester, suppressed
from daemon.records.encryption import Vault
from daemon.rights.suppression import (
    end_pauses,
    pause,
    paused,
    suppress,
    suppress_domain,
    undo,
    undo_domain,
    value_of,
)
from tests.daemon.installation import JANE, KEYS, START, Installation

DIGESTER = Digester(KEYS)
VAULT = Vault(KEYS)


def _suppress(database: Database, address: str = JANE) -> bool:
    with database.write() as session:
        return suppress(session, DIGESTER, address, vault=VAULT, reply_id=None, reason="opt_out", since=START)


def _undo(database: Database, address: str = JANE) -> bool:
    with database.write() as session:
        return undo(session, DIGESTER, address, by="erika", at=START)


def _stop_domain(database: Database, domain: str = "example.com") -> bool:
    with database.write() as session:
        return suppress_domain(session, DIGESTER, domain, vault=VAULT, reason="owner", since=START)


def _lift_domain(database: Database) -> bool:
    with database.write() as session:
        return undo_domain(session, DIGESTER, "example.com", by="erika", at=START)


def _values(database: Database) -> list[str | None]:
    with database.read() as session:
        return [value_of(row, VAULT) for row in session.query(Suppression).order_by(Suppression.id)]


def _suppressed(database: Database, address: str = JANE) -> bool:
    with database.read() as session:
        return suppressed(session, DIGESTER, address) is not None


def test_stopping_twice_is_stopping_once(database: Database) -> None:
    """The first day stands; nothing of the address can be read without the key."""
    assert _suppress(database)
    assert not _suppress(database, JANE.upper())
    with database.read() as session:
        (row,) = session.query(Suppression).all()
    assert JANE not in f"{row.digest} {row.reason}"
    assert JANE.encode() not in (row.value or b"") + (row.value_key or b"")


def test_what_is_stopped_can_be_told_to_a_sending_tool(database: Database) -> None:
    """Every form of an address, and a domain as the DNS knows it."""
    _suppress(database, "Jane+News@Example.com")
    _stop_domain(database, "Müller.example")
    assert _values(database) == ["jane+news@example.com", "jane@example.com", "xn--mller-kva.example"]


def test_what_was_erased_or_lifted_keeps_no_address(database: Database) -> None:
    """A value that an erasure destroyed does not come back by saying no again; a lifted one has no use any more."""
    _suppress(database)
    with database.write() as session:
        for row in session.query(Suppression):
            row.value = row.value_key = None
    assert not _suppress(database)
    assert _values(database) == [None]
    _suppress(database, "other@example.com")
    _undo(database, "other@example.com")
    assert _values(database) == [None, None]
    _suppress(database, "other@example.com")
    assert _values(database) == [None, "other@example.com"]


def test_a_domain_is_stopped_and_lifted(database: Database) -> None:
    """In any spelling; a domain is no address, and an address no domain."""
    assert _stop_domain(database)
    assert not _stop_domain(database, "EXAMPLE.com.")
    assert _suppressed(database, "anybody@example.com")
    assert not _suppressed(database, "anybody@mail.example.com")
    assert _lift_domain(database)
    assert not _lift_domain(database)
    assert not _suppressed(database, "anybody@example.com")
    with pytest.raises(BadAddress):
        _stop_domain(database, "jane@example.com")


def test_a_stopped_domain_does_not_swallow_what_a_person_said(database: Database) -> None:
    """When the domain is lifted, whoever said no themselves stays stopped."""
    _stop_domain(database)
    assert _suppress(database)
    _lift_domain(database)
    assert _suppressed(database)
    assert not _suppressed(database, "other@example.com")


def test_lifting_a_person_does_not_lift_their_domain(database: Database) -> None:
    """It stands for others too."""
    _stop_domain(database)
    assert not _undo(database)
    _suppress(database)
    assert _undo(database)
    assert _suppressed(database)
    assert _suppressed(database, "other@example.com")


def test_what_was_lifted_can_be_stopped_again(database: Database) -> None:
    """One row, its trace kept until it is in force again."""
    _suppress(database)
    assert _undo(database)
    assert not _suppressed(database)
    assert not _undo(database)
    assert _suppress(database)
    assert _suppressed(database)
    with database.read() as session:
        assert session.query(Suppression).count() == 1


def test_a_tag_is_the_same_person(database: Database) -> None:
    """Whoever says no as jane+news is left alone as jane, too."""
    _suppress(database, "jane+news@example.com")
    assert _suppressed(database, "jane@example.com")
    assert _undo(database, "jane+news@example.com")
    assert not _suppressed(database, "jane@example.com")


def test_what_is_no_address_is_refused(database: Database) -> None:
    """What cannot be checked is not written to."""
    with pytest.raises(BadAddress):
        _suppress(database, "no address")


def _pause(firm: Installation, address: str, *, reply_id: int | None = None, until: datetime | None = None) -> bool:
    with firm.database.write() as session:
        return pause(
            session, DIGESTER, address, contact_id=1, reply_id=reply_id, reason="test", since=START, until=until
        )


def _paused(firm: Installation, at: datetime, address: str = JANE) -> bool:
    with firm.database.read() as session:
        return paused(session, DIGESTER, address, at)


def test_a_pause_ends_with_its_date(firm: Installation) -> None:
    """Until then it holds, in every form of the address; after it, it can be made again."""
    firm.add_contact()
    later = START + timedelta(days=30)
    assert _pause(firm, "jane.doe+x@example.com", until=later)
    assert _paused(firm, later - timedelta(seconds=1))
    assert not _paused(firm, later)
    assert not _paused(firm, START, "other@example.com")
    assert _pause(firm, JANE)
    assert _paused(firm, later)


def test_a_pause_without_a_date_ends_by_a_decision(firm: Installation) -> None:
    """However many there are of that contact."""
    contact_id = firm.add_contact()
    _pause(firm, JANE)
    _pause(firm, JANE)
    with firm.database.write() as session:
        assert end_pauses(session, contact_id, by="erika", at=START) == 2
    assert not _paused(firm, START + timedelta(days=999))
    assert {row.ended_by for row in firm.rows(Pause)} == {"erika"}


def test_a_reply_pauses_once(firm: Installation) -> None:
    """Whatever is decided about it again."""
    firm.add_contact()
    reply_id = firm.receive(b"")
    assert _pause(firm, JANE, reply_id=reply_id)
    assert not _pause(firm, JANE, reply_id=reply_id)
    assert len(firm.rows(Pause)) == 1
