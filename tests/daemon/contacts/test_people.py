"""Lists of people whom we know in part: suppression wins, what is stored wins, and disputed data stay as they are."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from daemon.contacts.answers import BadAnswers
from daemon.contacts.importing import Import, ImportedMeanwhile, Terms
from daemon.contacts.known import Known
from daemon.contacts.lists import ListTerms, change_answers, list_named
from daemon.contacts.mapping import guess
from daemon.contacts.report import Change, Report
from daemon.contacts.rows import Reading, read_batch
from daemon.decisions.states import ErasureState
from daemon.records import (
    Account,
    Contact,
    ContactList,
    Erasure,
    LedgerEntry,
    MailboxCursor,
    Provenance,
    Reply,
)
from daemon.records.database import Database
from daemon.records.table_file import read_table
from daemon.rights.suppression import pause, suppress, suppress_domain, undo
from tests.daemon.contacts.conftest import NOW

ANSWERS = {
    "source_kind": "purchased_list", "source": "Lists Ltd", "obtained_on": "2026-02-01", "obtained_by": "Sales",
    "publicly_accessible": "yes", "purpose": "offer", "reason": "their trade", "recipients": "none",
    "stored_in": "CRM; mail", "keep_months": "24",
}  # fmt: skip
LIST = ListTerms("spring", ANSWERS)


def _take(contacts: Import, *lines: str, into: ListTerms | None = LIST, **terms) -> Report:
    table = read_table("\n".join(lines).encode())
    answers = into.answers if into else {}
    batch = read_batch(table, Reading(guess(table).columns, NOW.date(), answers=answers))
    return contacts.take(batch, Terms(into=into, **terms))


def _people(database: Database) -> list[Contact]:
    with database.read() as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def _sources(database: Database) -> list[Provenance]:
    with database.read() as session:
        return list(session.scalars(select(Provenance).order_by(Provenance.id)))


def test_a_list_gives_everybody_its_answers(contacts, database):
    """A bare file of names is enough; the answers stand once, and each row says which list it is of."""
    report = _take(contacts, "E-Mail;Vorname;Nachname", "jane@x.example;Jane;Doe", "info@x.example;;")
    assert (report.contacts_added, report.provenance_added, report.kinds_by_rule) == (2, 2, {"employee": 1, "role": 1})
    rows = _sources(database)
    with database.read() as session:
        stored = session.scalars(select(ContactList)).one()
    assert (stored.name, stored.answers) == ("spring", ANSWERS)
    assert [(row.list_id, row.source, row.recipients, row.keep_until) for row in rows] == [
        (stored.id, "Lists Ltd", [], date(2028, 2, 1))
    ] * 2
    assert [row.items for row in rows] == [["email", "name"], ["email"]]


def test_a_second_file_adds_people_to_the_list(contacts, database):
    """The same person twice changes nothing, nor does it later, when a term would begin on another day."""
    answers = {key: value for key, value in ANSWERS.items() if key != "obtained_on"}
    into = ListTerms("spring", answers)
    _take(contacts, "E-Mail", "jane@x.example", into=into)
    report = _take(contacts, "E-Mail", "jane@x.example", "joe@x.example", into=into)
    assert (report.contacts_added, report.provenance_added, report.changes) == (1, 1, 2)
    assert len(_sources(database)) == 2


def test_other_answers_are_refused_until_the_list_itself_is_changed(contacts, database):
    """Nothing is imported, in a dry run neither."""
    _take(contacts, "E-Mail", "jane@x.example")
    other = replace(LIST, answers={**ANSWERS, "purpose": "something else"})
    for dry_run in (True, False):
        with pytest.raises(BadAnswers, match=r"purpose.*list-answers"):
            _take(contacts, "E-Mail", "joe@x.example", into=other, dry_run=dry_run)
    assert len(_people(database)) == 1


def test_changed_answers_reach_every_row_but_what_it_said_for_itself(contacts, database):
    """With a ledger entry that names the questions and no answer."""
    _take(
        contacts, "E-Mail;Purpose;Collected on", "a@x.example;;", "b@x.example;newsletter;", "c@x.example;;2026-02-10"
    )
    with database.write() as session:
        stored = list_named(session, "spring")
        answers = {**ANSWERS, "purpose": "offers", "keep_months": "12", "verified_with": "Hunter"}
        done = change_answers(session, stored, answers, by="anna", at=NOW)
    assert (done.changed, done.rows) == (("verified_with", "purpose", "keep_months"), 3)
    assert [(row.purpose, row.keep_until, row.verified_with) for row in _sources(database)] == [
        ("offers", date(2027, 2, 1), "Hunter"), ("newsletter", date(2027, 2, 1), "Hunter"),
        ("offers", date(2027, 2, 10), "Hunter"),
    ]  # fmt: skip
    with database.read() as session:
        entry = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id.desc())).first()
    assert (entry.kind, entry.payload["by"], entry.payload["rows"]) == ("contacts_changed", "anna", 3)


def test_a_list_fills_what_an_earlier_import_left_open(contacts, database):
    """One source is one row: gaps are filled, nothing is said twice; another source is another row."""
    _take(contacts, "email,kind,source_kind,source", "a@x.example,employee,purchased_list,Lists Ltd",
          "b@x.example,employee,event,Fair 2026", into=None)  # fmt: skip
    report = _take(contacts, "email,name", "a@x.example,Ann", "b@x.example,Bob")
    assert (report.provenance_filled, report.provenance_added) == (1, 1)
    rows = _sources(database)
    assert [(row.contact_id, row.source, row.purpose) for row in rows] == [
        (1, "Lists Ltd", "offer"), (2, "Fair 2026", None), (2, "Lists Ltd", "offer"),
    ]  # fmt: skip
    assert rows[0].items == ["email", "name"]


def test_what_was_not_taken_from_a_file_has_no_source_there(contacts, database):
    """The stored name stays, so no letter may say that it came with this list."""
    _take(contacts, "email,kind,name", "a@x.example,employee,Ann", into=None)
    report = _take(contacts, "email,name,company", "a@x.example,Anna,X Ltd")
    assert (report.kept, report.contacts_filled) == ([2], 1)
    assert _sources(database)[0].items == ["email", "company"]


def test_updating_replaces_and_says_what(contacts, database):
    """Shown before it is done; the address as it is stored stays, and so does a kind that no file has said."""
    _take(contacts, "email,name,company", "info@x.example,Ann,X Ltd")
    lines = ("email,name,company", "INFO@x.example,Anna,X Ltd")
    for dry_run in (True, False):
        report = _take(contacts, *lines, update=True, dry_run=dry_run)
        assert report.changed == [Change(2, "name", "Ann", "Anna")]
        assert (report.contacts_updated, report.kept) == (1, [])
        assert _people(database)[0].name == ("Ann" if dry_run else "Anna")
    assert (_people(database)[0].email, _people(database)[0].kind) == ("info@x.example", "role")


def test_disputed_data_stay_as_they_are(contacts, database):
    """Nothing is filled, replaced or added while they are restricted (Art. 18)."""
    _take(contacts, "email,name", "a@x.example,Ann")
    with database.write() as session:
        session.scalars(select(Contact)).one().restricted_since = NOW
    report = _take(contacts, "email,name,company", "a@x.example,Anna,X Ltd", update=True, into=None)
    assert (report.restricted, report.changes, _people(database)[0].company) == ([2], 0, None)


def test_suppression_wins_over_updating_and_pauses_are_said(contacts, database, digester, vault):
    """Whole domains too; who is only paused is imported, and stays paused."""
    with database.write() as session:
        suppress(session, digester, "jane@x.example", vault=vault, reply_id=None, reason="opt_out", since=NOW)
        suppress_domain(session, digester, "stop.example", vault=vault, reason="opt_out", since=NOW)
        for until in (None, NOW - timedelta(days=1)):
            address = f"{'joe' if until is None else 'old'}@x.example"
            pause(session, digester, address, contact_id=None, reply_id=None, reason="doubt", since=NOW, until=until)
    report = _take(
        contacts, "email", "Jane+new@x.example", "joe@x.example", "old@x.example", "a@stop.example", update=True
    )
    assert (report.suppressed, report.paused, report.contacts_added) == ([2, 5], [3], 2)


def _erasure(database: Database, digests: list[str], state: ErasureState) -> None:
    with database.write() as session:
        account = Account(name="sales", address="sales@firm.example", aliases=[])
        session.add(account)
        session.flush()
        cursor = MailboxCursor(
            account_id=account.id, folder="INBOX", uidvalidity=1, last_uid=0, renumbered=False, started_at=NOW
        )
        session.add(cursor)
        session.flush()
        reply = Reply(
            account_id=account.id, mailbox_id=cursor.id, uidvalidity=1, uid=1, received_at=NOW, stored_at=NOW,
            size_bytes=1, truncated=False, answered=False, raw_digest="0", state="handled", attempts=0,
        )  # fmt: skip
        session.add(reply)
        session.flush()
        session.add(
            Erasure(
                reply_id=reply.id, account_id=account.id, case="R-1", digests=digests, released=False, state=state,
                started_at=NOW, grace_until=NOW,
            )
        )  # fmt: skip


@pytest.mark.parametrize("state", [ErasureState.GRACE, ErasureState.DONE])
def test_who_was_erased_does_not_come_back_with_a_list(contacts, database, digester, vault, state):
    """Even without the suppression; after somebody has lifted it by name, they may."""
    _erasure(database, list(digester.addresses("jane@x.example")), state)
    assert _take(contacts, "email", "jane@x.example").suppressed == [2]
    with database.write() as session:
        suppress(session, digester, "jane@x.example", vault=vault, reply_id=None, reason="erasure", since=NOW)
        undo(session, digester, "jane@x.example", by="anna", at=NOW)
    assert _take(contacts, "email", "jane@x.example").suppressed == ([] if state is ErasureState.DONE else [2])


def test_new_people_are_looked_for_in_sent(contacts, database):
    """What was written to them before they were imported is read again; a file that adds nobody changes nothing."""
    _erasure(database, [], ErasureState.UNDONE)  # makes an account with a mailbox
    with database.write() as session:
        sent = MailboxCursor(
            account_id=1, folder="Sent", kind="sent", uidvalidity=1, last_uid=7, renumbered=False, started_at=NOW
        )
        session.add(sent)
    _take(contacts, "email", "jane@x.example")

    def last_uid() -> int:
        with database.read() as session:
            return session.scalars(select(MailboxCursor.last_uid).where(MailboxCursor.kind == "sent")).one()

    assert last_uid() == 0
    with database.write() as session:
        session.scalars(select(MailboxCursor).where(MailboxCursor.kind == "sent")).one().last_uid = 9
    _take(contacts, "email,name", "jane@x.example,Jane")
    assert last_uid() == 9


def test_two_imports_that_meet_are_told_apart(contacts, database, monkeypatch):
    """Where a database lets two write at once, the later one changes nothing and may be tried again."""
    _take(contacts, "email", "jane@x.example", into=None)
    nobody = Known({}, frozenset(), frozenset(), {})
    monkeypatch.setattr("daemon.contacts.importing.read_known", lambda *_: nobody)
    with pytest.raises(ImportedMeanwhile):
        _take(contacts, "email", "joe@x.example", "jane@x.example", into=None)
    assert [contact.email for contact in _people(database)] == ["jane@x.example"]


def test_a_third_of_bad_rows_is_reported_row_by_row(contacts, database):
    """Nothing is half imported; skipping them imports the rest."""
    good = [f"p{number}@x.example,P{number},2026-02-01" for number in range(20)]
    bad = ["none,Q,2026-02-01", "a@x,R,2026-02-01", "b@x.example,S,someday", "c@x.example", '"d"@x,"T",1', ",U,"]
    lines = [line for pair in zip(good[:6], bad, strict=True) for line in pair] + good[6:] + [good[0]]
    report = _take(contacts, "email,name,obtained_on", *lines)
    assert sorted({fault.line for fault in report.faults}) == [3, 5, 7, 9, 11, 13]
    assert (report.rows, report.imported, _people(database)) == (27, False, [])
    report = _take(contacts, "email,name,obtained_on", *lines, skip_bad=True)
    assert (report.contacts_added, report.duplicates, len(_people(database))) == (20, [28], 20)
