"""What sending tools export: read as they write it, stored for contacts only, each mail once, all or nothing."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.campaigns import Campaigns
from daemon.contacts.dates import Order
from daemon.mail.sent_texts import text_of
from daemon.outreach_columns import WrongMapping, mapped
from daemon.outreach_import import OutreachImport, Report
from daemon.outreach_rows import moment
from daemon.records import Campaign, OutreachMessage
from daemon.records.table_file import read_table
from tests.daemon.installation import JANE, Installation, mail

JOHN = "john.roe@example.org"
CSV = f"""Recipient Email,Sent At,Message-ID,Email Subject,Campaign Name,Body
{JANE.upper()},2026-03-02T09:30:00+01:00,<a1@tool.example>,Planning,Q1,"Good morning,
may I show you our software?"
{JOHN},2026-03-02 10:00,a2@tool.example,Planning,Q1,<p>Good morning</p><p>may I?</p>
stranger@example.net,2026-03-02 10:00,a3@tool.example,Planning,Q1,Hello
"""


@pytest.fixture
def office(firm: Installation) -> Installation:
    """Jane and John are contacts; one mail to each is known."""
    firm.add_contact(JANE, number=1)
    firm.add_contact(JOHN, number=2)
    return firm


def _run(firm: Installation, raw: str | bytes, chosen: dict[str, str] | None = None, **terms: object) -> Report:
    importing = OutreachImport(firm.database, firm.vault, firm.sandbox, lambda: firm.now)
    table = read_table(raw.encode() if isinstance(raw, str) else raw)
    return importing.run(table, chosen or {}, **terms)  # type: ignore[arg-type]


def _new(firm: Installation) -> list[OutreachMessage]:
    return [row for row in firm.rows(OutreachMessage) if not (row.message_id or "").startswith("<outreach.")]


def test_an_export_is_imported(office: Installation) -> None:
    """Columns are recognised, text is plain afterwards and sealed, who is no contact is left out."""
    report = _run(office, CSV)
    assert (report.rows, report.added, report.not_contacts, report.new_campaigns) == (3, 2, [5], ["Q1"])
    first, second = _new(office)
    assert (first.contact_id, first.message_id, first.source) == (1, "<a1@tool.example>", "import")
    assert first.sent_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert text_of(office.vault, first) == "Good morning,\nmay I show you our software?"
    assert "<p>" not in (text_of(office.vault, second) or "<p>")
    assert b"Good" not in (first.text or b"Good")
    assert office.kinds().count("outreach_imported") == 1


def test_twice_changes_nothing(office: Installation) -> None:
    """Neither rows nor ledger."""
    _run(office, CSV)
    again = _run(office, CSV)
    assert (again.added, again.filled, again.known) == (0, 0, 2)
    assert office.kinds().count("outreach_imported") == 1


def test_a_dry_run_stores_nothing(office: Installation) -> None:
    """And says what would have been done."""
    report = _run(office, CSV, dry_run=True)
    assert (report.added, report.imported, _new(office)) == (2, False, [])
    assert [row.name for row in office.rows(Campaign)] == ["none", "remove", "delete"]


def test_nothing_is_half_imported(office: Installation) -> None:
    """One bad row keeps all others out, unless they are wanted; faults name line and column, never a value."""
    raw = CSV + "nobody,2026-03-02 10:00,a4@tool.example,,,\n" + f"{JANE},soon,no-id,,,\n"
    report = _run(office, raw)
    assert [(fault.line, fault.column) for fault in report.faults] == [
        (6, "Recipient Email"), (7, "Sent At"), (7, "Message-ID"),
    ]  # fmt: skip
    assert not any("soon" in fault.what or "nobody" in fault.what for fault in report.faults)
    assert (report.added, report.imported, _new(office)) == (0, False, [])
    assert _run(office, raw, skip_bad=True).added == 2


def test_rows_without_an_identifier(office: Installation) -> None:
    """Known again by contact, time and subject; what Sent tells of the same mail is the same mail."""
    raw = f"to;date;subject\n{JANE};02.03.2026 09:30;Planning\n{JANE};02.03.2026 09:30;Another\n"
    assert _run(office, raw).added == 2
    assert _run(office, raw).known == 2
    named = f"to,date,subject,message id\n{JANE},2026-03-02T09:33Z,planning,<b1@tool.example>\n"
    assert _run(office, named).filled == 1
    assert _run(office, raw).known == 2
    assert [row.message_id for row in _new(office)] == ["<b1@tool.example>", None]


def test_the_same_subject_on_another_day_is_another_mail(office: Installation) -> None:
    """A reminder is one; so is what has an identifier and came later."""
    raw = f"to,date,subject\n{JANE},2026-03-02T09:30Z,Planning\n{JANE},2026-03-04T09:30Z,Planning\n"
    assert _run(office, raw).added == 2
    assert _run(office, f"to,date,subject,message id\n{JANE},2026-03-06T09:30Z,Planning,<b1@t.example>\n").added == 1


def test_json_lines(office: Installation) -> None:
    """As an interface gives them."""
    raw = json.dumps({"to": JANE, "timestamp": 1772443800, "messageId": "<c1@tool.example>", "html": "<b>Hi</b>"})
    assert _run(office, raw + "\n").added == 1
    (row,) = _new(office)
    assert (row.sent_at, text_of(office.vault, row)) == (datetime.fromtimestamp(1772443800, UTC), "Hi")


def test_what_excel_makes_of_it(office: Installation) -> None:
    """Windows-1252 and semicolons, German heads, times of a zone."""
    raw = f"Empfänger;Gesendet am;Betreff;Kampagne\n{JANE};02.03.2026 09:30;Für Sie;Frühling\n".encode("cp1252")
    assert _run(office, raw, zone=ZoneInfo("Europe/Berlin")).added == 1
    (row,) = _new(office)
    assert (row.subject, row.sent_at) == ("Für Sie", datetime(2026, 3, 2, 8, 30, tzinfo=UTC))


def test_a_footer_says_more_than_a_name(office: Installation) -> None:
    """The promise binds though the tool has another name for the campaign."""
    footer = "Answer no and we delete everything about you."
    promised = Campaigns(office.database, office.vault, lambda: office.now).add("spring", "delete", footer)
    _run(office, f"to,date,message id,campaign,text\n{JANE},2026-03-02,d1@tool.example,Q1,Hello. {footer}\n")
    (row,) = _new(office)
    assert row.campaign_id == promised.campaign_id
    office.handle(mail("Please stop.", parent="<d1@tool.example>"))
    assert "erasure" in office.requests()


@pytest.mark.parametrize(
    ("head", "chosen", "columns"),
    [
        (["Email", "Sent"], {}, {"recipient": "Email", "sent_at": "Sent"}),
        (["To", "Email", "Date"], {}, {"recipient": "Email", "sent_at": "Date"}),
        (["Recipient", "Email", "sentAt"], {}, {"recipient": "Recipient", "sent_at": "sentAt"}),
        (["A", "B"], {"recipient": "B", "sent_at": "a"}, {"recipient": "B", "sent_at": "A"}),
        (["Email", "Date", "Subject"], {"subject": ""}, {"recipient": "Email", "sent_at": "Date"}),
    ],
)
def test_columns_are_recognised(head: list[str], chosen: dict[str, str], columns: dict[str, str]) -> None:
    """By many names, without regard to case and signs; what was said stands."""
    assert mapped(head, chosen) == columns


@pytest.mark.parametrize(
    ("head", "chosen"),
    [
        (["A", "Date"], {}),
        (["Email"], {}),
        (["Email", "Date"], {"recipent": "Email"}),
        (["Email", "Date"], {"text": "X"}),
    ],
)
def test_a_mapping_that_cannot_be(head: list[str], chosen: dict[str, str]) -> None:
    """Is refused with what to type."""
    with pytest.raises(WrongMapping):
        mapped(head, chosen)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-02T09:30:00Z", "2026-03-02T09:30"),
        ("2026-03-02 09:30:00.123456", "2026-03-02T08:30"),
        ("Mon, 2 Mar 2026 09:30:00 -0500", "2026-03-02T14:30"),
        ("1772443800000", "2026-03-02T09:30"),
        ("02.03.2026, 09:30 ", "2026-03-02T08:30"),
        ("03/02/2026 9:30 PM", "2026-03-02T20:30"),
        ("03/02/2026 12:05 am", "2026-03-01T23:05"),
        ("Mar 2, 2026 9:30 AM", "2026-03-02T08:30"),
        ("2026-03-02", "2026-03-01T23:00"),
    ],
)
def test_times_as_tools_write_them(cell: str, expected: str) -> None:
    """In UTC; without a zone they are of the zone that is said."""
    found = moment(cell, ZoneInfo("Europe/Berlin"), Order.MONTH_FIRST)
    assert found.replace(second=0, microsecond=0).isoformat()[:16] == expected


@pytest.mark.parametrize("cell", ["", "soon", "2026-13-02", "03/02/2026 25:00", "02.03.2026 9", "99999999999999"])
def test_what_is_no_time(cell: str) -> None:
    """Is a fault."""
    with pytest.raises(ValueError, match=r".*"):
        moment(cell, UTC, Order.DAY_FIRST)


def test_dates_that_can_be_read_in_two_ways(office: Installation) -> None:
    """Somebody has to say which."""
    raw = f"to,date\n{JANE},03/02/2026\n"
    with pytest.raises(WrongMapping):
        _run(office, raw)
    assert _run(office, raw, order=Order.DAY_FIRST).added == 1
