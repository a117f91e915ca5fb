"""More time for a request: said in a letter within the first month, once, with the reasons in it and nowhere else."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from daemon.decisions.states import RequestState
from daemon.records import Account, Contact, LedgerEntry, Letter, Reply, Request
from daemon.rights.decided import Effects
from daemon.rights.extension import CannotExtend, extend
from tests.daemon.installation import JANE, SETTLING, Installation, mail

REASON = "The archive of our supplier has to be searched by hand."


@pytest.fixture
def asked(firm: Installation) -> int:
    """Identifier of a request that a person answers: received on Thursday 5 March 2026."""
    firm.add_contact()
    firm.handle(mail("My name is wrong."))
    return firm.rows(Request)[0].id


def _extend(firm: Installation, *ids: int, language: str | None = None) -> Letter:
    with firm.database.write() as session:
        effects = Effects(session, firm.vault, firm.digester, firm.now, SETTLING)
        return extend(effects, ids, reason=REASON, language=language, by="erika")


def test_two_further_months_are_taken_and_told(firm: Installation, asked: int) -> None:
    """Three months from receipt end on Friday 5 June; the person reads the day and why."""
    _extend(firm, asked)
    (request,) = firm.rows(Request)
    assert (request.legal_due.isoformat(), request.safe_due.isoformat()) == ("2026-06-05", "2026-06-02")
    assert request.state == RequestState.WITH_PERSON
    assert firm.deliver() == 1
    ((_, recipient, raw),) = firm.submission.accepted
    text = " ".join(message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content().split())
    assert recipient == JANE
    assert REASON in text
    assert "5 June 2026" in text
    (after,) = firm.rows(Request)
    assert after.state == RequestState.WITH_PERSON  # an extension answers nothing


def test_the_reason_stands_in_the_letter_alone(firm: Installation, asked: int) -> None:
    """The ledger has the right, the day and who; no word of the text."""
    _extend(firm, asked)
    (entry,) = [row for row in firm.rows(LedgerEntry) if row.kind == "request_extended"]
    assert entry.payload["legal_due"] == "2026-06-05"
    assert entry.payload["by"] == "erika"
    assert not [row for row in firm.rows(LedgerEntry) if "supplier" in str(row.payload)]
    (letter,) = firm.rows(Letter)
    assert REASON.encode() not in (letter.facts or b"")


def test_the_law_gives_it_once(firm: Installation, asked: int) -> None:
    """And a second letter about it there is none."""
    _extend(firm, asked)
    with pytest.raises(CannotExtend):
        _extend(firm, asked)
    assert len(firm.rows(Letter)) == 1


def test_only_in_the_first_month(firm: Installation, asked: int) -> None:
    """On its last day yes (Tuesday 7 April, after Easter), on the next no more."""
    firm.now += timedelta(days=34)
    with pytest.raises(CannotExtend, match="2026-04-07"):
        _extend(firm, asked)
    firm.now -= timedelta(days=1)
    _extend(firm, asked)


@pytest.mark.parametrize(
    ("table", "values", "why"),
    [
        (Account, {"controller_country": "US"}, "law"),
        (Contact, {"letters_off_since": "now"}, "bounced"),
        (Reply, {"unanswerable": "precedence"}, "no automatic letter"),
        (Reply, {"evidence": [{"level": "E1", "rule": "x"}]}, "another address"),
        (Reply, {"contact_id": None}, "no stored address"),
        (Request, {"state": RequestState.CLOSED}, "not open"),
    ],
)
def test_where_it_cannot_be_said_nothing_is_moved(firm: Installation, asked: int, table, values, why: str) -> None:
    """A date that nobody was told about does not count (Art. 12(3))."""
    values = {key: firm.now if value == "now" else value for key, value in values.items()}
    with firm.database.write() as session:
        session.execute(update(table).values(**values))
    with pytest.raises(CannotExtend, match=why):
        _extend(firm, asked)
    assert firm.rows(Request)[0].legal_due.isoformat() == "2026-04-07"
    assert not firm.rows(Letter)


def test_requests_of_one_mail_are_extended_in_one_letter(firm: Installation) -> None:
    """Those of another mail have a clock and a letter of their own."""
    firm.add_contact()
    firm.handle(mail("My name is wrong, and on what basis"))
    ids = [row.id for row in firm.rows(Request)]
    assert len(ids) == 2
    _extend(firm, *ids)
    assert {row.legal_due.isoformat() for row in firm.rows(Request)} == {"2026-06-05"}
    assert len(firm.rows(Letter)) == 1


def test_an_unknown_request_is_refused(firm: Installation, asked: int) -> None:
    """A mistyped number extends nothing."""
    with pytest.raises(CannotExtend, match="replyd requests list"):
        _extend(firm, asked, 4711)
