"""Requests that a person answers, and letters that may go out again."""

import pytest
from sqlalchemy import select

from daemon.decisions.states import RequestState
from daemon.records import Contact, LedgerEntry, Request
from daemon.rights.requests import NoOpenRequest, close, switch_letters_on
from tests.daemon.installation import Installation, mail


@pytest.fixture
def open_request(firm: Installation) -> int:
    """Identifier of a request that waits for a person."""
    firm.add_contact()
    firm.handle(mail("delete"))
    with firm.database.read() as session:
        return session.scalars(select(Request.id)).one()


def test_a_request_that_is_done_by_hand_is_closed_with_its_reason(firm: Installation, open_request: int) -> None:
    """Who closed it and how stands in the ledger; it cannot be closed twice."""
    with firm.database.write() as session:
        close(session, open_request, how="done_by_hand", by="kim", now=firm.now)
    with firm.database.read() as session:
        assert session.get_one(Request, open_request).state == RequestState.CLOSED
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "request_closed")).one()
        assert (entry.payload["how"], entry.payload["by"]) == ("done_by_hand", "kim")
        assert entry.subject is not None
    with pytest.raises(NoOpenRequest), firm.database.write() as session:
        close(session, open_request, how="done_by_hand", by="kim", now=firm.now)


def test_an_unknown_request_cannot_be_closed(firm: Installation) -> None:
    """A mistyped number changes nothing and says where to look."""
    with pytest.raises(NoOpenRequest, match="replyd requests list"), firm.database.write() as session:
        close(session, 4711, how="done_by_hand", by="kim", now=firm.now)


def test_letters_can_be_switched_on_again(firm: Installation) -> None:
    """After a bounce somebody may find that the address works after all; that is kept too."""
    contact_id = firm.add_contact()
    with firm.database.write() as session:
        contact = session.get_one(Contact, contact_id)
        assert not switch_letters_on(session, contact, by="kim", now=firm.now)
        contact.letters_off_since = firm.now
        assert switch_letters_on(session, contact, by="kim", now=firm.now)
    with firm.database.read() as session:
        assert session.get_one(Contact, contact_id).letters_off_since is None
        assert session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "letters_switched_on")).one()
