"""Tables from files: encodings and separators are recognised and named, broken rows are reported by line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.records.table_file import LARGEST_FILE, BadFile, load_table, read_table

TEXT = 'E-Mail;Firma;Notiz\r\neva@muster.example;"Müller & Söhne; GmbH";"sagt ""ja"""\r\n'
CELLS = {"E-Mail": "eva@muster.example", "Firma": "Müller & Söhne; GmbH", "Notiz": 'sagt "ja"'}


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("cp1252", "Windows-1252"),
    ],
)  # fmt: skip
def test_the_encoding_is_recognised_and_named(codec, named):
    """With its mark or without it; quotes as Excel writes them."""
    table = read_table(TEXT.encode(codec))
    assert (table.encoding, table.form, table.head) == (named, "CSV with semicolons", tuple(CELLS))
    assert [(row.line, row.cells) for row in table.rows] == [(2, CELLS)]


def test_bytes_that_windows_does_not_know_are_latin_1():
    """Every byte means something there, so that nothing is lost."""
    assert read_table(b"name\nM\xfcller \x81\n").encoding == "Latin-1"


def test_letters_of_another_alphabet_are_not_guessed():
    """They would be stored garbled; said outright, they are read."""
    raw = "Имя,Город\nАлексей Смирнов,Москва\n".encode("cp1251")
    with pytest.raises(BadFile, match=r"--encoding cp1251"):
        read_table(raw)
    with pytest.raises(BadFile, match=r"--encoding cp1250"):
        read_table("nazwa\nMałgorzata Wąs\n".encode("cp1250"))
    table = read_table(raw, encoding="cp1251")
    assert (table.rows[0].cells["Город"], table.encoding) == ("Москва", "cp1251")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04rest", "workbook"), (b"\xd0\xcf\x11\xe0rest", "old Excel"), (b"", "empty"),
        (b"\n\n", "first line"),
        (b"a,b\n1,\0\n", "line 2: there is a zero byte"), (b'a,b\n1,2\n"open,3\n4,5\n', "line 3: this is not CSV"),
        (b"\xff\xfea", "begins as UTF-16"), (b'[{"a": 1}, {"b" 2}]', "not JSON"), (b'[{"a": 1} {"b": 2}]', "comma"),
        (b'[{"a": 1}', "never ends"), (b"[" * 100_000, "not JSON"), (",".join("abcdefgh" * 70).encode(), "500 columns"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_as_a_whole(raw, said):
    """With the line where there is one, and what to do about it."""
    with pytest.raises(BadFile, match=said):
        read_table(raw)


@pytest.mark.parametrize("encoding", ["cp9999", "utf-8", "idna"])
def test_an_encoding_that_does_not_fit_is_said(encoding):
    """Nothing is replaced by question marks."""
    with pytest.raises(BadFile):
        read_table(b"name\nM\xfcller\n", encoding=encoding)


@pytest.mark.parametrize(
    ("raw", "form", "cells"),
    [
        (b"a\tb\n1,5\t2\n", "tabs", {"a": "1,5", "b": "2"}),
        (b"a|b\n1|2\n", "bars", {"a": "1", "b": "2"}),
        (b"sep=;\r\na;b\r\n1;2\r\n", "semicolons", {"a": "1", "b": "2"}),
        (b'"a, x";b\n"1, 2, 3";4\n', "semicolons", {"a, x": "1, 2, 3", "b": "4"}),
        (b"email\na@x.example\n", "commas", {"email": "a@x.example"}),
        (b"a,b,\n1,2,\n", "commas", {"a": "1", "b": "2"}),
        (b"a,,a\n1,2,3\n", "commas", {"a": "1", "column 2": "2", "a (2)": "3"}),
        ("\u00a0a ,b\n\u200b1\u00a0,2\n".encode(), "commas", {"a": "1", "b": "2"}),
    ],
)
def test_separators_and_spaces_of_other_programs_are_no_matter(raw, form, cells):
    """Columns without a name, or with one that is there twice, keep their cells apart."""
    table = read_table(raw)
    assert table.form == f"CSV with {form}"
    assert [dict(row.cells) for row in table.rows] == [cells]


def test_broken_rows_are_reported_and_the_others_read():
    """By the line on which each begins; a broken quote does not take the rest of the file with it."""
    raw = b'a,b\n1,2\n"x "y" z",3\n4\n"two\nlines",5\n6,7,8\n' + b"9," + b"x" * 40_000 + b"\n10,11\n\n,\n"
    table = read_table(raw)
    assert [(row.line, row.cells["a"]) for row in table.rows] == [(2, "1"), (5, "two\nlines"), (9, "10")]
    assert [bad.line for bad in table.bad] == [3, 4, 7, 8]
    assert all("x" * 10 not in bad.what for bad in table.bad)


def test_json_in_both_forms():
    """Numbers stay as they were written, lists become cells, a line that is no object is bad."""
    rows = [{"mail": "a@x.example", "n": 1.50, "tags": ["x", "y"], "no": None, "yes": True}, {"mail": "b@x.example"}]
    array = read_table(b"\n" + json.dumps(rows, indent=1).encode())
    lines = read_table("\n".join(json.dumps(row) for row in rows).encode() + b"\nnonsense\n[1]\n" + b'{"a": {}}')
    assert [dict(row.cells) for row in array.rows] == [dict(row.cells) for row in lines.rows] == [
        {"mail": "a@x.example", "n": "1.5", "tags": "x; y", "yes": "yes"}, {"mail": "b@x.example"},
    ]  # fmt: skip
    assert ([row.line for row in array.rows], [row.line for row in lines.rows]) == ([3, 13], [1, 2])
    assert [bad.line for bad in lines.bad] == [3, 4, 5]
    assert array.head == lines.head == ("mail", "n", "tags", "yes")


def test_a_file_that_cannot_be_read_or_is_too_large_is_said(tmp_path):
    """Before it is held in memory."""
    with pytest.raises(BadFile, match="cannot be read"):
        load_table(tmp_path / "none.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as written:
        written.truncate(LARGEST_FILE + 1)
    with pytest.raises(BadFile, match="split it"):
        load_table(large)


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(raw):
    """A table, or BadFile, and nothing else."""
    try:
        table = read_table(raw)
    except BadFile:
        return
    assert all(row.line >= 1 and set(row.cells) <= set(table.head) for row in table.rows)
