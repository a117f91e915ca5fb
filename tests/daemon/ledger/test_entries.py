from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from daemon.ledger import (
    EntryKind,
    OpeningDestroyed,
    UnfitPayloadError,
    forget,
    opening_of,
    record,
    subject_of,
    verify_opening,
)
from daemon.records import Contact, LedgerEntry, Subject
from daemon.records.database import Database
from daemon.records.encryption import Key, Keys, Vault

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
VAULT = Vault(Keys(masters=(Key(1, b"m" * 32),), suppression=(Key(1, b"s" * 32),)))


def _contact(session: Session, email: str = "jane@example.com") -> Contact:
    contact = Contact(email=email, email_normal=email, kind="employee", created_at=NOON)
    session.add(contact)
    session.flush()
    return contact


def _record_and_fail(session: Session) -> None:
    record(session, NOON, EntryKind.PAUSED, payload={})
    session.flush()
    _ = 1 / 0


def test_an_entry_is_kept_as_it_was_written(database: Database) -> None:
    """Times come back in UTC, payloads with all their nesting, and nothing is sealed yet."""
    cet = timezone(timedelta(hours=1))
    payload = {
        "reply": 7,
        "intents": ["access", "opt_out"],
        "due": NOON.astimezone(cet),
        "by": {"rule": "a:b", "n": None},
    }
    with database.write() as session:
        record(session, NOON.astimezone(cet), EntryKind.RECEIVED, subject=None, payload=payload)
    with database.read() as session:
        entry = session.scalars(select(LedgerEntry)).one()
        assert entry.at == NOON
        assert entry.kind == "received"
        assert entry.payload == {**payload, "due": "2026-03-05T12:00:00.000000+00:00"}
        assert (entry.seq, entry.previous, entry.seal) == (None, None, None)


def test_an_entry_goes_with_the_work_that_it_speaks_of(database: Database) -> None:
    """What was rolled back was never done."""
    with pytest.raises(ZeroDivisionError), database.write() as session:
        _record_and_fail(session)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


@pytest.mark.parametrize(
    "value",
    [
        "jane@example.com",
        "Jane Doe",
        "please\nstop",
        "",
        "é",
        "x" * 121,
        0.5,
        b"raw",
        {"a b": 1},
        [["Jane Doe"]],
        object(),
    ],
)
def test_what_may_be_personal_data_stays_out(database: Database, value: object) -> None:
    """The ledger is kept for ever, so addresses, names and sentences are refused wherever they hide."""
    with database.read() as session, pytest.raises(UnfitPayloadError) as caught:
        record(session, NOON, EntryKind.PAUSED, payload={"value": value})
    assert "Jane" not in str(caught.value)


def test_a_subject_must_be_a_commitment(database: Database) -> None:
    """An address in the wrong argument is refused."""
    with database.read() as session, pytest.raises(UnfitPayloadError):
        record(session, NOON, EntryKind.PAUSED, subject="jane@example.com", payload={})


def test_a_kind_must_be_known(database: Database) -> None:
    """A typing error does not become an entry."""
    with database.read() as session, pytest.raises(ValueError, match="pausd"):
        record(session, NOON, "pausd", payload={})


def test_a_person_has_one_subject_and_can_prove_it(database: Database) -> None:
    """The reference in a letter and the address open the commitment; either alone does not."""
    with database.write() as session:
        contact = _contact(session)
        subject = subject_of(session, VAULT, contact)
        assert subject_of(session, VAULT, contact) is subject
        other = subject_of(session, VAULT, _contact(session, "joe@example.com"))
        reference = opening_of(VAULT, subject)
        assert verify_opening(reference, " Jane@EXAMPLE.com", subject.commitment)
        assert not verify_opening(reference, "joe@example.com", subject.commitment)
        assert not verify_opening(reference, "jane@example.com", other.commitment)
        assert not verify_opening(opening_of(VAULT, other), "jane@example.com", subject.commitment)


def test_a_reference_survives_being_typed_from_paper(database: Database) -> None:
    """Case, spaces, hyphens and digits that look like letters do not matter; nonsense is no proof and no crash."""
    with database.write() as session:
        subject = subject_of(session, VAULT, _contact(session))
        reference = opening_of(VAULT, subject)
        typed = reference.replace("-", " ").lower().replace("o", "0").replace("b", "8").replace("i", "1")
        assert verify_opening(typed, "jane@example.com", subject.commitment)
        for nonsense in ("", "?", "A", "привет", reference[:-1]):
            assert not verify_opening(nonsense, "jane@example.com", subject.commitment)


def test_equal_addresses_have_unlike_commitments(database: Database) -> None:
    """Nobody learns from the ledger that somebody came back after an erasure."""
    commitments = set()
    for _ in range(2):
        with database.write() as session:
            contact = _contact(session)
            subject = subject_of(session, VAULT, contact)
            commitments.add(subject.commitment)
            forget(subject)
            session.flush()
            session.execute(delete(Contact))
    assert len(commitments) == 2


def test_forgetting_destroys_what_connects_a_person_to_their_entries(database: Database) -> None:
    """The contact's row can go, the commitment stays, and only the person's own letter still opens it."""
    with database.write() as session:
        contact = _contact(session)
        subject = subject_of(session, VAULT, contact)
        reference = opening_of(VAULT, subject)
        forget(subject)
        session.flush()
        session.delete(contact)
    with database.read() as session:
        kept = session.scalars(select(Subject)).one()
        with pytest.raises(OpeningDestroyed):
            opening_of(VAULT, kept)
        assert verify_opening(reference, "jane@example.com", kept.commitment)


def test_transactions_that_need_a_new_subject_at_once_get_the_same(database: Database, database_url: str) -> None:
    """Two nodes that meet a person for the first time agree on one commitment."""
    with database.write() as session:
        contact_id = _contact(session).id
    nodes = [Database.open(database_url) for _ in range(8)]

    def commitment(node: Database) -> str:
        with node.write() as session:
            return subject_of(session, VAULT, session.get_one(Contact, contact_id)).commitment

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert len(set(pool.map(commitment, nodes))) == 1
    for node in nodes:
        node.close()
