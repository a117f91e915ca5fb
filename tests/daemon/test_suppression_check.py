"""Looking through a file before it is uploaded: nobody who may not be written to is ever let through."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.records import Contact
from daemon.records.table_text import BadFile
from daemon.rights.suppression import pause, suppress, suppress_domain
from daemon.rights.suppression_standing import Outreach
from daemon.suppression_check import Check
from daemon.suppression_rows import look_into
from tests.daemon.installation import Installation

PEOPLE = ("jane@example.com", "joe+news@example.com", "rest@example.org", "müller@example.net")


@pytest.fixture
def stops(firm: Installation) -> Installation:
    """Jane and Joe have said no, everybody at stopped.example is left alone, one rests, one rested until today."""
    with firm.database.write() as session:
        for address in ("jane@example.com", "joe+news@example.com"):
            suppress(session, firm.digester, address, vault=firm.vault, reply_id=None, reason="opt_out", since=firm.now)
        suppress_domain(session, firm.digester, "stopped.example", vault=firm.vault, reason="owner", since=firm.now)
        for address, days in (("rest@example.org", 9), ("rested@example.org", 0)):
            until = firm.now + timedelta(days=days)
            pause(session, firm.digester, address, contact_id=None, reply_id=None, reason="doubt", since=firm.now,
                  until=until)  # fmt: skip
    return firm


def _check(firm, tmp_path, raw, column=None):
    """Line and state of every row, what may be written to, and the table of the others."""
    file, out, stopped = (tmp_path / name for name in ("list.txt", "out.txt", "stopped.csv"))
    file.write_bytes(raw)
    told = []
    Check(firm.database, firm.digester, lambda: firm.now).run(
        look_into(file, column), out=out, stopped=stopped,
        told=lambda verdict: told.append((verdict.row.line, verdict.standing.outreach.value)),
    )  # fmt: skip
    return told, out.read_bytes(), stopped.read_bytes().decode("utf-8", "replace")


def test_every_row_has_its_state_and_the_free_ones_go_through_as_they_came(stops, tmp_path):
    """Byte for byte, with quotes and line breaks; the others stand in a table with the reason."""
    raw = (
        b'Name;E-Mail;Note\r\n"Doe; Jane";JANE@Example.com;x\r\n"Free\r\nMan"; free@example.com ;"a ""b"""\r\n'
        b"Joe;joe@example.com;=1+1\r\nAny;any@stopped.example;\r\nRest;rest@example.org;\r\n"
        b"Rested;rested@example.org;\r\nBad;two@x.example,one@x.example;\r\n;;\r\nEmpty;;y\r\nShort;a@b.example"
    )
    told, out, stopped = _check(stops, tmp_path, raw)
    assert told == [
        (2, "suppressed"), (3, "free"), (5, "suppressed"), (6, "suppressed"), (7, "paused"), (8, "free"),
        (9, "bad"), (11, "bad"), (12, "bad"),
    ]  # fmt: skip
    assert out == (b'Name;E-Mail;Note\r\n"Free\r\nMan"; free@example.com ;"a ""b"""\r\nRested;rested@example.org;\r\n')
    rows = list(csv.reader(stopped.splitlines(), delimiter=";"))
    assert rows[0] == ["line", "state", "reason", "since", "Name", "E-Mail", "Note"]
    assert rows[1] == ["2", "suppressed", "opt_out", "2026-03-05", "Doe; Jane", "JANE@Example.com", "x"]
    assert rows[2][-1] == "'=1+1"


@pytest.mark.parametrize(
    ("raw", "free"),
    [
        (b"free@example.com\njane@example.com\n", b"free@example.com\n"),
        (b"\xef\xbb\xbfemail\nfree@example.com\njane@example.com\n", b"email\nfree@example.com\n"),
        ("email\nfree@example.com\njane@example.com\n".encode("utf-16"), b"email\nfree@example.com\n"),
        (b'{"email": "free@example.com", "n": 1}\n{"Email": "jane@example.com"}\n{"n": 2}\n[1]\n',
         b'{"email": "free@example.com", "n": 1}\n'),
        (b"a\tlead email\n1\tfree@example.com\n1\tjane@example.com\n", b"a\tlead email\n1\tfree@example.com\n"),
        (b"M\xfcller,free@example.com\nM\xfcller,jane@example.com\nX,m\xfcller@example.net\n",
         b"M\xfcller,free@example.com\n"),
    ],
)  # fmt: skip
def test_files_of_many_programs_are_read(stops, tmp_path, raw, free):
    """With a head or without, tabs, JSON lines, UTF-16; of an unknown encoding only plain addresses are believed."""
    assert _check(stops, tmp_path, raw)[1] == free


@pytest.mark.parametrize(
    ("raw", "column", "said"),
    [
        (b"", None, "empty"), (b"PK\x03\x04", None, "workbook"), (b"a,b\n\0", None, "zero byte"),
        (b"[{}]", None, "array"),
        (b"a@x.example,b@x.example\n", None, "--column"), (b"work,home\na@x.example,b@x.example\n", None, "--column"),
        (b"email,name\na@x.example,b\n", "mail", "exactly one column 'mail'"), (b"a@x.example\n", "2", "say 1"),
        (b'email\na@x.example\n"open\n', None, "line 3"), (b'email\n"a"b@x.example\n', None, "line 2"),
        (b"email,email\na@x.example,b@x.example\n", "email", "exactly one"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_not_guessed(stops, tmp_path, raw, column, said):
    """The whole file is refused, and neither file is written."""
    with pytest.raises(BadFile, match=said):
        _check(stops, tmp_path, raw, column)
    assert not (tmp_path / "out.txt").exists()


def test_a_column_is_named_where_it_is_not_clear(stops, tmp_path):
    """By its head in any case, or by its number where there is none."""
    told, _, _ = _check(stops, tmp_path, b"Work,Home\nfree@example.com,jane@example.com\n", "home")
    assert told == [(2, "suppressed")]
    told, _, _ = _check(stops, tmp_path, b"free@example.com,jane@example.com\n", "2")
    assert told == [(1, "suppressed")]


_LOCAL = st.sampled_from(["jane", "JANE", "jane+x", "joe", "joe+other", "rest", "free", "müller", '"jane"', "ja ne"])
_DOMAIN = st.sampled_from(["example.com", "EXAMPLE.com", "example.com.", "example.org", "stopped.example", "x.net"])
_CELL = st.one_of(
    st.tuples(st.sampled_from(["", " ", "\u200b"]), _LOCAL, _DOMAIN).map(
        lambda parts: f"{parts[0]}{parts[1]}@{parts[2]}"
    ),
    st.text(max_size=8),
)
_MAY_NOT = {"jane@example.com", "joe@example.com", "rest@example.org"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(max_size=4), _CELL), max_size=12), st.sampled_from([";", ",", "\t"]))
def test_nobody_who_is_stopped_is_ever_let_through(stops, tmp_path, rows, separator):
    """However the addresses are written and whatever stands around them: each row of --out is free by another look."""
    file = tmp_path / "made.csv"
    with file.open("w", newline="", encoding="utf-8", errors="replace") as made:
        writer = csv.writer(made, delimiter=separator)
        writer.writerows([("name", "email"), *rows])
    try:
        _, out, _ = _check(stops, tmp_path, file.read_bytes())
    except BadFile:
        return
    for row in list(csv.reader(io.StringIO(out.decode(), newline=""), delimiter=separator))[1:]:
        local, _, domain = row[1].strip(" \u200b\t\r\n").lower().rstrip(".").rpartition("@")
        assert f"{local.partition('+')[0]}@{domain}" not in _MAY_NOT
        assert domain != "stopped.example"


def test_people_whose_data_are_in_dispute_are_not_written_to(stops, tmp_path):
    """Their data are stored and used for nothing else."""
    contact_id = stops.add_contact("dispute@example.com")
    with stops.database.write() as session:
        session.get_one(Contact, contact_id).restricted_since = stops.now
    told, out, _ = _check(stops, tmp_path, b"Dispute@example.com\n")
    assert (told, out) == ([(1, Outreach.PAUSED)], b"")
