"""Who could be answered today: counted by what stops letters, whatever the number of contacts."""

from datetime import date

import pytest
from sqlalchemy import select

from daemon.contacts.changing import CannotChange, change, contact_at
from daemon.contacts.checking import QUESTIONS, Check, Missing, Readiness
from daemon.contacts.importing import Terms
from daemon.contacts.lists import ListTerms
from daemon.contacts.mapping import guess
from daemon.contacts.rows import Reading, read_batch
from daemon.ledger.entries import EntryKind
from daemon.records import Account, Assessment, Contact, LedgerEntry, Provenance
from daemon.records.digests import BadAddress
from daemon.records.table_file import read_table
from tests.daemon.contacts.conftest import NOW
from tests.daemon.contacts.test_people import ANSWERS

FIRM = Account(
    name="sales", controller_name="Firm GmbH", controller_seat="Way 1, Berlin", controller_email="privacy@firm.example",
    authority="The authority of Berlin", storage_countries=["DE"],
)  # fmt: skip
TEST = Assessment(interest="offers", weighed_on=date(2026, 1, 1), weighed_by="Anna", outcome="fair", countries=["DE"])


def _import(contacts, text: str, answers: dict[str, str] | None = None, name: str = "spring") -> None:
    table = read_table(text.encode())
    into = ListTerms(name, answers) if answers else None
    batch = read_batch(table, Reading(guess(table).columns, NOW.date(), answers=answers or {}))
    assert not contacts.take(batch, Terms(into=into)).faults


def _check(database, *accounts: Account, most: int = 0, assessments: dict[str, Assessment] | None = None) -> Readiness:
    with database.read() as session:
        return Check(accounts or (FIRM,), assessments or {}, NOW).run(session, most=most)


def test_a_list_with_its_answers_can_be_answered(contacts, database):
    """The legal basis too, where a balancing test holds for the country."""
    _import(contacts, "email,name,country\na@x.example,Ann,DE\nb@x.example,Bob,FR\n", ANSWERS)
    readiness = _check(database, assessments={"DE": TEST})
    assert readiness.contacts == 2
    assert readiness.answerable == {"data_source": 2, "access": 2, "legal_basis": 1}
    assert readiness.missing == [Missing("assessment", None, ("legal_basis",), 1)]


def test_what_is_missing_is_grouped_by_fact_and_list(contacts, database):
    """So that one answer fills it for all of them; who has no provenance at all comes by itself."""
    partly = {key: value for key, value in ANSWERS.items() if key not in {"purpose", "recipients"}}
    _import(contacts, "email\na@x.example\nb@x.example\n", partly)
    _import(contacts, "email\nc@x.example\n")
    readiness = _check(database, assessments={}, most=1)
    found = {(row.fact, row.list): (row.contacts, row.questions) for row in readiness.missing}
    everything = tuple(question.value for question in QUESTIONS)
    assert found["provenance.recipients", "spring"] == (2, ("access",))
    assert found["provenance.purpose", "spring"] == (2, everything)
    assert found["provenance", None] == (1, everything)
    assert [person.address for person in readiness.unanswerable] == ["a@x.example"]


def test_a_fact_that_one_account_lacks_is_missing(contacts, database):
    """Whichever mailbox the question reaches."""
    _import(contacts, "email\na@x.example\n", ANSWERS)
    other = Account(
        name="other", controller_name="Firm GmbH", controller_seat="Way 1", controller_email="a@firm.example"
    )
    missing = {row.fact: row.contacts for row in _check(database, FIRM, other).missing}
    assert missing == {"controller.authority": 1, "controller.storage_countries": 1, "assessment": 1}


def test_people_who_look_alike_are_told_apart(contacts, database):
    """Each different case is looked at once: the kind of source and what came from it make a case too."""
    lines = ["email,kind,name,source_kind,source,publicly_accessible,obtained_on,recipients,items"]
    cases = [
        "Ann,event,Fair,no,2026-01-01,none,email; name",
        "Bob,event,Fair,no,2026-01-01,none,email",
        ",given_by_person,,,,,email",
        ",directory,,,,,email",
        "Cy,,,,,,",
    ]
    lines += [f"p{number}@x.example,employee,{cases[number % 5]}" for number in range(25)]
    _import(contacts, "\n".join(lines))
    missing = {row.fact: row.contacts for row in _check(database).missing}
    assert missing["provenance"] == 5  # of the last one, and of nobody else
    assert missing["provenance.items (name)"] == 5  # of the second one only
    assert missing["provenance.source"] == 5  # of the directory; who gave it themselves is the source
    assert missing["provenance.purpose"] == 20


def test_a_contact_is_corrected_with_a_name_and_an_entry(contacts, database, vault):
    """The fields stand in the ledger, never the values; what is empty is not known any more."""
    _import(contacts, "email,name,country\na@x.example,Ann,DE\n", ANSWERS)
    with database.write() as session:
        contact = contact_at(session, "A@x.example")
        told = {"name": "Anna", "country": "Austria", "company": "", "purpose": "offers", "obtained_on": "3.2.2026"}
        changed = change(session, vault, contact, told, by="anna", at=NOW)
        assert change(session, vault, contact, told, by="anna", at=NOW) == ()
    assert changed == ("name", "country", "purpose", "obtained_on")
    with database.read() as session:
        contact, row = session.scalars(select(Contact)).one(), session.scalars(select(Provenance)).one()
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == EntryKind.CONTACTS_CHANGED)).all()
    assert (contact.name, contact.country, row.purpose, row.obtained_on) == ("Anna", "AT", "offers", date(2026, 2, 3))
    assert [entry.payload for entry in entries] == [{"fields": list(changed), "by": "anna"}]
    assert entries[0].subject


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"email": "b@x.example"}, "email cannot be changed"), ({"kind": ""}, "kind cannot be empty"),
        ({"country": "Atlantis"}, "country must be"), ({"shoe": "44"}, "shoe cannot"),
        ({"purpose": "x"}, "--provenance"),
        ({"obtained_on": "02/03/2026"}, "obtained_on must be"), ({"source_kind": ""}, "cannot be empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_changes_nothing(contacts, database, vault, told, said):
    """With several sources, one has to be named."""
    _import(contacts, "email,kind,source_kind\na@x.example,employee,event\na@x.example,employee,referral\n")
    with pytest.raises(CannotChange, match=said), database.write() as session:
        change(session, vault, contact_at(session, "a@x.example"), {"name": "Ann", **told}, by="anna", at=NOW)
    with database.read() as session:
        assert session.scalars(select(Contact)).one().name is None


def test_one_of_several_sources_is_changed_by_its_number(contacts, database, vault):
    """The other one stays."""
    _import(contacts, "email,kind,source_kind\na@x.example,employee,event\na@x.example,employee,referral\n")
    with database.write() as session:
        contact = contact_at(session, "a@x.example")
        change(session, vault, contact, {"source": "Fair", "recipients": "none"}, provenance_id=1, by="anna", at=NOW)
    with database.read() as session:
        rows = session.scalars(select(Provenance).order_by(Provenance.id)).all()
    assert [(row.source, row.recipients) for row in rows] == [("Fair", []), (None, None)]


def test_nobody_is_said_to_be_nobody(database):
    """And what is no address is said to be none."""
    with database.read() as session:
        with pytest.raises(CannotChange, match="no contact"):
            contact_at(session, "a@x.example")
        with pytest.raises(BadAddress):
            contact_at(session, "a")
