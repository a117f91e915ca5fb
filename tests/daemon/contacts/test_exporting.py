"""What is exported is imported again as it was, whatever stands in it."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from daemon.contacts.exporting import contact_ids, export_lines
from daemon.records import Campaign, Contact, OutreachMessage, Provenance
from daemon.records.contact_cells import COLUMNS
from daemon.records.database import Database
from responses.facts import SourceKind

TEXT = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from("=+-@'\",; "), min_size=1, max_size=12
).map(str.strip)
LISTED = st.just(["none"]) | st.lists(st.sampled_from(["CRM", "a, b", "=x", "Mail"]), min_size=1, unique=True)
CELLS = st.fixed_dictionaries(
    {"email": st.sampled_from(["a@x.example", "b@x.example", "+c@x.example"]), "kind": st.just("employee")},
    optional={
        "source": TEXT, "obtained_by": TEXT, "purpose": TEXT, "reason": TEXT,
        "obtained_on": st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(date.isoformat),
        "publicly_accessible": st.sampled_from(["yes", "no"]),
        "recipients": LISTED.map("; ".join), "stored_in": LISTED.map("; ".join),
        "campaign": st.sampled_from(["spring", "=autumn"]), "subject": TEXT,
    },
)  # fmt: skip


def _rows(cells: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows that are complete: a source has its kind, a mail its identifier and time."""
    made = []
    for number, row in enumerate(cells):
        kind = {"source_kind": list(SourceKind)[number % 10].value}
        sent = {"message_id": f"<m{number}@firm.example>", "sent_at": "2026-02-02T09:00:00+00:00"}
        made.append({**{name: value for name, value in row.items() if value}, **kind, **sent})
    return made


def _json(rows: list[dict[str, str]]) -> bytes:
    return json.dumps(rows).encode()


def _export(database: Database) -> bytes:
    with database.read() as session:
        return "".join(export_lines(session, contact_ids(session))).encode()


def _clear(database: Database) -> None:
    with database.write() as session:
        for record in (OutreachMessage, Provenance, Contact, Campaign):
            session.execute(delete(record))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELLS, min_size=1, max_size=6))
def test_what_is_exported_comes_back_as_it_was(contacts, database, cells):
    """People, sources and mails, with formulas, quotes and separators in every cell."""
    report = contacts.run(_json(_rows(cells)), skip_bad=True, dry_run=False)
    assert not report.faults
    first = _export(database)
    again = contacts.run(first, skip_bad=False, dry_run=False)
    assert (again.faults, again.changes) == ([], 0)
    _clear(database)
    contacts.run(first, skip_bad=False, dry_run=False)
    assert _export(database) == first
    _clear(database)


def test_no_cell_is_a_formula_and_unknown_is_not_nobody(contacts, database):
    """A spreadsheet may open the file; an empty cell stays unknown, `none` stays nobody."""
    rows = [
        {"email": "a@x.example", "kind": "employee", "company": "=1+1", "source_kind": "event", "recipients": "none"}
    ]
    contacts.run(_json(rows), skip_bad=False, dry_run=False)
    with database.write() as session:
        sent = OutreachMessage(contact_id=1, message_id=None, subject="Hello", sent_at=datetime(2026, 1, 1, tzinfo=UTC))
        session.add(sent)
    head, line = _export(database).decode().splitlines()
    cells = dict(zip(COLUMNS, line.split(","), strict=True))
    assert head == ",".join(COLUMNS)
    assert (cells["company"], cells["recipients"], cells["stored_in"]) == ("'=1+1", "none", "")
    assert cells["message_id"] == cells["sent_at"] == ""  # a mail without an identifier has no place in this format
