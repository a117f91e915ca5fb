"""Rows of bought lists: tidied where it is clear what was meant, a fault with line and column where it is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.contacts.answers import BadAnswers, cells_of, tidied
from daemon.contacts.kinds import kind_by_rule
from daemon.contacts.mapping import guess
from daemon.contacts.places import country_code, language_code
from daemon.contacts.rows import ContactRow, Fault, Reading, free_mail_lines, read_batch
from daemon.contacts.tidying import defused, raw_cell, source_kind_of, split_address
from daemon.records.table_file import read_table

TODAY = date(2026, 3, 2)
BOUGHT = {"source_kind": "purchased_list", "source": "Lists Ltd", "obtained_on": "2026-01-15", "keep_months": "12"}


def _read(*lines: str, **reading):
    table = read_table("\n".join(lines).encode())
    batch = read_batch(table, Reading(guess(table).columns, TODAY, **reading))
    return [*batch.rows, *batch.faults]


@pytest.mark.parametrize(
    ("cell", "address", "name"),
    [
        ("Jane Doe <jane@example.com>", "jane@example.com", "Jane Doe"), ("jane@example.com", "jane@example.com", ""),
        ('"Doe, Jane" <jane@example.com>', "jane@example.com", "Doe, Jane"),
        ("<jane@example.com>", "jane@example.com", ""), ("mailto:jane@example.com", "jane@example.com", ""),
    ],
)  # fmt: skip
def test_an_address_with_a_name_is_both(cell, address, name):
    """As mail programs copy it."""
    assert split_address(cell) == (address, name)


def test_the_name_beside_an_address_is_used_where_no_column_has_one():
    """And only then."""
    (row,) = _read("E-Mail", "Jane Doe <jane@example.com>")
    (named,) = _read("E-Mail;Name", "J <jane@example.com>;Jane Roe")
    assert (row.said["name"], named.said["name"]) == ("Jane Doe", "Jane Roe")


def test_first_and_last_name_become_one():
    """In the order of names, not of columns; one of them is enough."""
    rows = _read("Nachname;Vorname;Mail", "Doe;Jane;a@x.example", "Roe;;b@x.example")
    assert [row.said["name"] for row in rows] == ["Jane Doe", "Roe"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Germany", "DE"), ("Deutschland", "DE"), ("de", "DE"), ("ÖSTERREICH", "AT"), ("the Netherlands", "NL"),
        ("U.K.", "GB"), ("Polska", "PL"), ("España", "ES"), ("Россия", "RU"), ("Atlantis", "Atlantis"),
    ],
)  # fmt: skip
def test_countries_are_known_by_name(cell, code):
    """What is not known stays as it is, and is a fault."""
    assert country_code(cell) == code


@pytest.mark.parametrize(("cell", "code"), [("German", "de"), ("deutsch", "de"), ("de-AT", "de"), ("FR", "fr")])
def test_languages_are_known_by_name(cell, code):
    """And locales by their language."""
    assert language_code(cell) == code


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("info@x.example", "role"), ("sales2@x.example", "role"), ("kontakt+a@x.example", "role"),
        ("jane@x.example", "employee"), ("information@x.example", "employee"), ("jane@gmail.com", None),
        ("info@gmail.com", "role"),
    ],
)  # fmt: skip
def test_a_kind_that_the_list_does_not_say_follows_a_rule(address, kind):
    """A free mail service never makes a named employee unasked: it may be a consumer."""
    assert kind_by_rule(address, default=None, free_mail=None) == kind


def test_free_mail_waits_for_a_word_of_its_own():
    """What was said of all others does not cover it."""
    lines = ("Mail", "jane@x.example", "jane@gmail.com")
    row, fault = _read(*lines, kind="sole_trader")
    assert (row.said["kind"], fault.line, "--free-mail-kind" in fault.what) == ("sole_trader", 3, True)
    kinds = [row.said["kind"] for row in _read(*lines, free_mail_kind="consumer")]
    assert kinds == ["employee", "consumer"]
    table = read_table("\n".join(lines).encode())
    assert free_mail_lines(table, Reading({"email": "Mail"}, TODAY)) == [3]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("a@x.example; b@x.example", "several addresses"), ("a@x.example b@x.example", "several"),
        ("jane@gmail", "no dot"),
        ("jane.example.com", "exactly one @"), ("ja ne@x.example", "cannot have"), ("", "is empty"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_the_only_fault_of_its_row(cell, said):
    """By the name that the column has in the file, without the value."""
    (fault,) = _read("E-Mail;Firma", f'"{cell}";X')
    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (2, "E-Mail")
    assert said in fault.what
    assert not cell or cell not in fault.what


def test_what_a_list_says_holds_unless_the_row_says_more():
    """The term follows the row's own day."""
    rows = _read("Mail;Collected on;Keep until", "a@x.example;;", "b@x.example;2026-02-01;", "c@x.example;;2026-05-05",
                 answers=BOUGHT)  # fmt: skip
    assert [(row.provenance.source, row.provenance.obtained_on, row.provenance.keep_until) for row in rows] == [
        ("Lists Ltd", date(2026, 1, 15), date(2027, 1, 15)),
        ("Lists Ltd", date(2026, 2, 1), date(2027, 2, 1)),
        ("Lists Ltd", date(2026, 1, 15), date(2026, 5, 5)),
    ]


def test_a_web_page_is_never_said_to_have_sold_a_list():
    """A row's own source needs its own kind; that of a well-known network is known."""
    rows = _read("Mail;Source", "a@x.example;https://www.linkedin.com/in/a", "b@x.example;https://x.example/team",
                 answers=BOUGHT)  # fmt: skip
    assert isinstance(rows[0], ContactRow)
    assert (rows[0].provenance.source_kind, rows[0].provenance.source) == (
        "professional_network", "https://www.linkedin.com/in/a",
    )  # fmt: skip
    assert [(fault.line, fault.column) for fault in rows[1:]] == [(3, "Source")]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("https://de.linkedin.com/in/x", "professional_network"), ("xing.com/profile/x", "professional_network"),
        ("LinkedIn", "professional_network"), ("2gis.ru", "directory"), ("Impressum", "company_website"),
        ("https://x.example/linkedin.com", None), ("https://notlinkedin.com/x", None), ("Anna", None),
    ],
)  # fmt: skip
def test_only_well_known_sources_say_their_kind(source, kind):
    """By host, not by any word in the address."""
    assert source_kind_of(source) == kind


@given(st.text(min_size=1, max_size=20))
def test_a_cell_that_was_made_harmless_comes_back_as_it_was(cell):
    """And no spreadsheet takes it for a formula meanwhile."""
    assert raw_cell(defused(cell)) == cell or cell.startswith("'")
    assert not defused(cell).startswith(("=", "+", "-", "@"))


@given(st.from_regex(r"'{0,3}[=+\-@].{0,5}", fullmatch=True))
def test_apostrophes_before_a_formula_are_kept_apart(cell):
    """However many there were."""
    assert raw_cell(defused(cell)) == cell


@pytest.mark.parametrize(
    "answers",
    [
        {"source_kind": "google"},
        {"keep_months": "0"},
        {"keep_months": "many"},
        {"obtained_on": "02/03/2026"},
        {"why": "x"},
    ],
)
def test_answers_that_cannot_be_kept_are_refused(answers):
    """By their key."""
    with pytest.raises(BadAnswers, match=next(iter(answers))):
        tidied(answers)


def test_answers_are_tidied_like_cells():
    """German dates, yes in another language, nothing for nothing."""
    typed = {"obtained_on": "2.3.2026", "publicly_accessible": "Ja", "source_kind": "Purchased list", "reason": " "}
    assert tidied(typed) == {
        "obtained_on": "2026-03-02", "publicly_accessible": "yes", "source_kind": "purchased_list",
    }  # fmt: skip
    assert cells_of({"keep_months": "1"}, {}, date(2026, 1, 31)) == {"keep_until": "2026-02-28"}
