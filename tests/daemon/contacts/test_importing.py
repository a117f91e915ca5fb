"""Contacts from CSV: faults by row and column, suppression wins, the same file twice changes nothing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from daemon.contacts.mapping import WrongMapping, fixed_format
from daemon.contacts.rows import ContactRow, Fault, Reading, read_batch
from daemon.records import Campaign, Contact, LedgerEntry, OutreachMessage, Provenance, Suppression
from daemon.records.contact_cells import COLUMNS
from daemon.records.table_file import BadFile, read_table
from daemon.rights.suppression import suppress

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVA = {
    "email": "Eva@Muster.example", "name": "Eva Muster", "company": "Muster GmbH", "position": "CTO", "country": "DE",
    "kind": "employee", "language": "de", "items": "email; name", "source_kind": "company_website",
    "source": "https://muster.example/team", "obtained_on": "2026-02-01", "obtained_by": "Research",
    "publicly_accessible": "yes", "purpose": "offer", "reason": "her trade", "recipients": "none",
    "stored_in": "CRM; mail", "keep_until": "2028-02-01", "campaign": "spring", "promise": "remove",
    "message_id": "m1@firm.example", "subject": "Hello", "sent_at": "2026-02-02T10:00:00+01:00",
}  # fmt: skip


def _csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines).encode()


def _read(raw: bytes) -> list[ContactRow | Fault]:
    table = read_table(raw)
    batch = read_batch(table, Reading(fixed_format(table).columns, NOW.date()))
    return [*batch.rows, *batch.faults]


def _count(database, record) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def _counts(database) -> list[int]:
    return [_count(database, record) for record in (Contact, Provenance, Campaign, OutreachMessage, LedgerEntry)]


def test_a_row_becomes_contact_provenance_campaign_and_message(contacts, database):
    """Every cell stands where letters will look for it."""
    report = contacts.run(_csv(EVA), skip_bad=False, dry_run=False)
    assert (report.contacts_added, report.provenance_added, report.messages_added) == (1, 1, 1)
    with database.read() as session:
        contact, provenance = session.scalars(select(Contact)).one(), session.scalars(select(Provenance)).one()
        message, campaign = session.scalars(select(OutreachMessage)).one(), session.scalars(select(Campaign)).one()
    assert (contact.email, contact.email_normal, contact.kind) == (
        "Eva@Muster.example",
        "eva@muster.example",
        "employee",
    )
    assert (provenance.items, provenance.recipients, provenance.stored_in) == (["email", "name"], [], ["CRM", "mail"])
    assert (provenance.obtained_on, provenance.publicly_accessible, provenance.verified_with) == (
        date(2026, 2, 1), True, None,
    )  # fmt: skip
    assert (message.message_id, message.sent_at) == ("<m1@firm.example>", datetime(2026, 2, 2, 9, tzinfo=UTC))
    assert (campaign.name, campaign.promise, message.campaign_id) == ("spring", "remove", campaign.id)


def test_the_same_file_twice_changes_nothing(contacts, database):
    """Neither rows nor ledger entries are added."""
    rows = [
        EVA,
        {"email": "eva@muster.example", "kind": "employee", "company": "Muster GmbH", "source_kind": "directory"},
    ]
    contacts.run(_csv(*rows), skip_bad=False, dry_run=False)
    before = _counts(database)
    report = contacts.run(_csv(*rows), skip_bad=False, dry_run=False)
    assert report.changes == 0
    assert report.imported
    assert _counts(database) == before == [1, 2, 1, 1, 1]


def test_empty_recipients_are_unknown_and_none_is_nobody(contacts, database):
    """A letter may say "nobody received it" only where somebody said so."""
    contacts.run(_csv({**EVA, "recipients": ""}), skip_bad=False, dry_run=False)
    with database.read() as session:
        assert session.scalars(select(Provenance)).one().recipients is None


def test_without_items_a_source_is_that_of_all_that_the_row_says():
    """The plain case needs no column of its own."""
    (row,) = _read(_csv({**EVA, "items": "", "position": ""}))
    assert isinstance(row, ContactRow)
    assert row.provenance is not None
    assert row.provenance.items == ("email", "name", "company", "country")


def test_a_suppressed_address_is_skipped_and_stays_suppressed(contacts, database, digester, vault):
    """Whatever its form: suppression wins over every import."""
    with database.write() as session:
        suppress(session, digester, "eva@muster.example", vault=vault, reply_id=None, reason="opt_out", since=NOW)
    report = contacts.run(_csv({**EVA, "email": "EVA+spring@muster.example"}), skip_bad=False, dry_run=False)
    assert report.suppressed == [2]
    assert _counts(database) == [0, 0, 0, 0, 0]
    with database.read() as session:
        assert session.scalars(select(Suppression)).one().undone_at is None


def test_what_is_stored_wins_over_the_file(contacts, database):
    """A corrected name is not undone by an old list; what was not known is filled in."""
    contacts.run(_csv({**EVA, "position": ""}), skip_bad=False, dry_run=False)
    report = contacts.run(_csv({**EVA, "name": "Eva Alt"}), skip_bad=False, dry_run=False)
    assert (report.contacts_filled, report.kept) == (1, [2])
    with database.read() as session:
        contact = session.scalars(select(Contact)).one()
    assert (contact.name, contact.position) == ("Eva Muster", "CTO")


def test_one_bad_row_stops_all_unless_it_is_skipped(contacts, database):
    """Nothing is half imported by accident."""
    raw = _csv(EVA, {**EVA, "email": "not an address", "kind": "boss"})
    report = contacts.run(raw, skip_bad=False, dry_run=False)
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, "email"), (3, "kind")]
    assert (report.rows, report.imported, _count(database, Contact)) == (2, False, 0)
    report = contacts.run(raw, skip_bad=True, dry_run=False)
    assert (report.contacts_added, report.imported, _count(database, Contact)) == (1, True, 1)


def test_a_dry_run_counts_and_does_nothing(contacts, database):
    """The report is that of the real run."""
    dry = contacts.run(_csv(EVA), skip_bad=False, dry_run=True)
    assert _counts(database) == [0, 0, 0, 0, 0]
    real = contacts.run(_csv(EVA), skip_bad=False, dry_run=False)
    assert (dry.changes, dry.imported, real.changes) == (3, False, 3)


@pytest.mark.parametrize(
    ("second", "column"),
    [({"name": "Another"}, "name"), ({"promise": "delete"}, "promise")],
)
def test_rows_that_contradict_each_other_are_faults(contacts, second, column):
    """Nobody can know which of them is true."""
    report = contacts.run(_csv(EVA, {**EVA, **second}), skip_bad=False, dry_run=False)
    assert [(fault.line, fault.column) for fault in report.faults] == [(3, column)]


def test_a_campaign_keeps_its_promise(contacts):
    """What a footer said cannot be changed afterwards."""
    contacts.run(_csv(EVA), skip_bad=False, dry_run=False)
    report = contacts.run(_csv({**EVA, "promise": "none"}), skip_bad=False, dry_run=False)
    assert [fault.column for fault in report.faults] == ["promise"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", "eva"), ("email", "a@x.example, b@x.example"), ("kind", "person"), ("kind", ""), ("country", "Germ"),
        ("language", "Germish, German"), ("items", "shoe size"), ("source_kind", "google"), ("source_kind", ""),
        ("obtained_on", "01.02.26"), ("obtained_on", "01/02/2026"),
        ("publicly_accessible", "maybe"), ("keep_until", "2026-13-01"),
        ("promise", "soon"), ("message_id", "no id"), ("message_id", ""), ("sent_at", "2026-02-02T10:00:00"),
        ("sent_at", ""), ("name", "x" * 2001), ("reason", "two\nlines"), ("campaign", ""),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(column, value):
    """Row and column, never the value, which may be somebody's data."""
    faults = [item for item in _read(_csv({**EVA, column: value})) if isinstance(item, Fault)]
    assert column in [fault.column for fault in faults]
    assert not value or all(value not in fault.what for fault in faults)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"email,kind,nmae\n", "did you mean 'name'"),
        (b"email,kind,email\n", "no field 'email \\(2\\)'"),
        (b"name,kind\n", "email is missing"),
        (b"", "empty"),
        (b'email,kind\n"a@x.example,role\n', "line 2: this is not CSV"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(raw, said):
    """With the line, and what to do about it."""
    with pytest.raises((BadFile, WrongMapping), match=said):
        _read(raw)


@pytest.mark.parametrize(
    "raw",
    ["email;kind;name\na@x.example;role;Müller\n".encode("cp1252"), b'[{"email": "a@x.example", "kind": "role"}]'],
)
def test_other_separators_encodings_and_forms_are_read_too(raw):
    """What Excel saves in half of Europe."""
    (row,) = _read(raw)
    assert isinstance(row, ContactRow)
    assert (row.line, row.email) in {(2, "a@x.example"), (1, "a@x.example")}


def test_marks_and_line_ends_of_other_systems_are_no_matter():
    """A byte order mark, CRLF, blank lines, spaces around cells."""
    rows = list(_read(b"\xef\xbb\xbfEmail , kind\r\n\r\n a@x.example , role\r\n,\r\n"))
    assert [(row.line, row.email) for row in rows if isinstance(row, ContactRow)] == [(3, "a@x.example")]


def test_a_row_of_another_length_is_a_fault():
    """A comma too many shifts every cell behind it."""
    (fault,) = _read(b"email,kind\na@x.example,role,more\n")
    assert isinstance(fault, Fault)
    assert "3 cells" in fault.what
