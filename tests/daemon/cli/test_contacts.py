"""`replyd contacts` as somebody with a bought list and no manual uses it."""

import csv
import json
from pathlib import Path

import pytest

from daemon.records.contact_cells import COLUMNS
from daemon.records.table_file import load_table
from tests.daemon.cli.answers import json_lines

BOUGHT = (
    "E-Mail-Adresse;Vorname;Nachname;Firma;Land;Telefon;LinkedIn\r\n"
    "jörg@x.example;Jörg;Möller;Müller GmbH;Deutschland;+49 1;https://www.linkedin.com/in/jm\r\n"
    "info@x.example;;;Müller GmbH;Österreich;;\r\n"
).encode("cp1252")
ANSWERS = """
source_kind = "purchased_list"
source = "Lists Ltd"
obtained_on = 2026-03-02
obtained_by = "Sales"
publicly_accessible = true
purpose = "offer"
reason = "their trade"
recipients = []
stored_in = ["CRM", "replyd"]
keep_months = 24
"""
TYPED = "5\nLists Ltd\n2.3.2026\nSales\n\nja\noffer\ntheir trade\nnone\nCRM; replyd\n24\n"


@pytest.fixture
def bought(tmp_path: Path) -> Path:
    """A bought list, as Excel saved it in Germany."""
    file = tmp_path / "bought.csv"
    file.write_bytes(BOUGHT)
    return file


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """The answers about it."""
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS)
    return file


def _file(tmp_path: Path, text: str, name: str = "contacts.csv") -> Path:
    file = tmp_path / name
    file.write_text(text)
    return file


def test_a_bought_list_is_imported_by_answering_questions(replyd, config, bought):
    """Encoding, columns and what is left out are said; then everybody of it can be answered."""
    result = replyd("--config", config, "contacts", "import", bought, "--list", "spring", stdin=TYPED + "\n")
    assert result.exit_code == 0, result.output
    for words in ("Windows-1252", "CSV with semicolons", "Telefon", "left out", "Möller", "1 employee, 1 role"):
        assert words in result.output
    (shown,) = json_lines(replyd("--config", config, "contacts", "show", "Jörg@x.example", "--json"))
    assert (shown["name"], shown["country"], shown["kind"]) == ("Jörg Möller", "DE", "employee")
    assert shown["provenance"][0]["source"] == "Lists Ltd"
    assert shown["provenance"][0]["keep_until"] == "2028-03-02"
    checked = replyd("--config", config, "contacts", "check", "--json")
    (readiness,) = json_lines(checked)
    assert readiness["answerable"] == {"data_source": 2, "access": 2, "legal_basis": 0}
    assert checked.exit_code == 0
    assert "100 %" in replyd("--config", config, "contacts", "check").output


def test_the_same_is_done_without_anybody_at_the_keyboard(replyd, config, bought, answers):
    """A dry run says the same and does nothing; a second run changes nothing."""
    command = (
        "--config",
        config,
        "contacts",
        "import",
        bought,
        "--list",
        "spring",
        "--answers",
        answers,
        "--yes",
        "--json",
    )
    (dry,) = json_lines(replyd(*command, "--dry-run"))
    (done,) = json_lines(replyd(*command))
    (again,) = json_lines(replyd(*command))
    assert {**dry, "imported": True} == done
    assert (done["contacts_added"], again["contacts_added"], again["provenance_added"]) == (2, 0, 0)
    assert len(json_lines(replyd("--config", config, "contacts", "list", "--list", "spring", "--json"))) == 2


@pytest.mark.parametrize("arguments", [(), ("--yes",)])
def test_without_answers_nothing_is_imported(replyd, config, bought, arguments):
    """Nobody at the keyboard, or nobody to be asked: exit code 2, with what to type."""
    result = replyd("--config", config, "contacts", "import", bought, "--list", "spring", *arguments, stdin="")
    assert result.exit_code == 2
    assert "--answer source_kind=..." in result.stderr
    assert json_lines(replyd("--config", config, "contacts", "list", "--json")) == []


def test_two_columns_for_one_field_are_asked_about(replyd, config, tmp_path):
    """With --yes they are refused with what to type; at the keyboard one is chosen."""
    file = _file(tmp_path, "E-Mail,Second e-mail\na@x.example,b@y.example\n")
    refused = replyd("--config", config, "contacts", "import", file, "--yes")
    assert refused.exit_code == 2
    assert "--map email=E-Mail" in refused.stderr
    assert replyd("--config", config, "contacts", "import", file, stdin="2\n\n").exit_code == 0
    (row,) = json_lines(replyd("--config", config, "contacts", "list", "--json"))
    assert row["email"] == "b@y.example"


def test_a_guess_is_changed_at_the_keyboard_and_kept_for_the_next_file(replyd, config, tmp_path):
    """The mapping is written once, and needs no question afterwards."""
    file = _file(tmp_path, "Mail,Branche,Name\na@x.example,Steel,Ann\n")
    mapping = tmp_path / "mapping.toml"
    command = ("--config", config, "contacts", "import", file, "--mapping", mapping)
    result = replyd(*command, stdin="nonsense\nwhat=Name\ncompany=Branche\nname=\n\n")
    assert result.exit_code == 0, result.output
    assert "is neither Enter nor FIELD=COLUMN" in result.output
    assert 'company = "Branche"' in mapping.read_text()
    other = _file(tmp_path, "Mail,Branche,Name\nb@x.example,Glass,Bob\n", "other.csv")
    assert replyd("--config", config, "contacts", "import", other, "--mapping", mapping, "--yes").exit_code == 0
    rows = json_lines(replyd("--config", config, "contacts", "list", "--json"))
    assert [(row["company"], row["name"]) for row in rows] == [("Steel", None), ("Glass", None)]


def test_dates_that_fit_both_orders_are_asked_about(replyd, config, tmp_path, answers):
    """Never guessed: refused with --yes, decided by an option or at the keyboard."""
    file = _file(tmp_path, "Mail;Erhoben am\na@x.example;03/02/2026\nb@x.example;04/05/2026\n")
    command = ("--config", config, "contacts", "import", file, "--list", "spring", "--answers", answers)
    refused = replyd(*command, "--yes")
    assert (refused.exit_code, "--dates day-first" in refused.stderr) == (2, True)
    assert replyd(*command, "--yes", "--dates", "month-first").exit_code == 0
    asked = replyd(*command, "--dry-run", stdin="\nmonth-first\n")
    assert "04/05/2026" in asked.stderr
    assert "0 provenance rows" in asked.stdout
    assert replyd(*command, "--dry-run", stdin="\n").exit_code == 2
    (shown,) = json_lines(replyd("--config", config, "contacts", "show", "a@x.example", "--json"))
    assert shown["provenance"][0]["obtained_on"] == "2026-03-02"


def test_free_mail_is_asked_about(replyd, config, tmp_path):
    """Left open, the row is bad; chosen, it is imported as that."""
    file = _file(tmp_path, "email,name\nann@gmail.com,Ann\nbob@x.example,Bob\n")
    assert replyd("--config", config, "contacts", "import", file, "--yes", "--kind", "employee").exit_code == 2
    assert replyd("--config", config, "contacts", "import", file, stdin="2\n").exit_code == 0
    rows = json_lines(replyd("--config", config, "contacts", "list", "--json"))
    assert {row["email"]: row["kind"] for row in rows} == {"ann@gmail.com": "consumer", "bob@x.example": "employee"}
    assert replyd("--config", config, "contacts", "import", file, "--kind", "boss").exit_code == 2


def test_rejected_rows_are_written_for_correcting(replyd, config, tmp_path):
    """With line and reason, readable by their owner only; corrected, they are imported as they are."""
    file = _file(tmp_path, "email;name;phone\na@x.example;Ann;1\nnone;=Bob;+2\nc@x.example;Cy;3\n")
    rejects = tmp_path / "rejects.csv"
    command = ("--config", config, "contacts", "import")
    result = replyd(*command, file, "--yes", "--skip-bad", "--rejects", rejects)
    assert result.exit_code == 1
    table = load_table(rejects)
    assert [row.cells["replyd line"] for row in table.rows] == ["3"]
    assert table.rows[0].cells["name"] == "'=Bob"
    assert "email" in table.rows[0].cells["replyd reason"]
    assert rejects.stat().st_mode & 0o077 == 0
    assert replyd(*command, file, "--yes", "--skip-bad", "--rejects", rejects).exit_code == 2  # never overwritten
    rejects.write_text(rejects.read_text("utf-8-sig").replace("none", "b@x.example"))
    assert replyd(*command, rejects, "--yes").exit_code == 0
    (shown,) = json_lines(replyd("--config", config, "contacts", "show", "b@x.example", "--json"))
    assert shown["name"] == "=Bob"


def test_the_fixed_format_is_imported_unasked_and_comes_back(replyd, config, tmp_path):
    """Nobody is at the keyboard; what is exported is the same file again."""
    row = dict.fromkeys(COLUMNS, "") | {
        "email": "a@x.example", "kind": "employee", "name": "-Ann", "items": "email; name", "source_kind": "event",
        "recipients": "none", "message_id": "<m1@firm.example>", "sent_at": "2026-02-02T09:00:00+00:00",
    }  # fmt: skip
    file = tmp_path / "fixed.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([COLUMNS, [row[name] for name in COLUMNS]])
    assert replyd("--config", config, "contacts", "import", file, stdin="").exit_code == 0
    out = tmp_path / "out.csv"
    result = replyd("--config", config, "contacts", "export", out)
    assert "1 contacts in 1 rows" in result.output
    assert load_table(out).rows[0].cells == {name: v for name, v in row.items() if v} | {"name": "'-Ann"}
    (again,) = json_lines(replyd("--config", config, "contacts", "import", out, "--json"))
    assert (again["contacts_filled"], again["kept"], again["provenance_added"], again["messages_added"]) == (
        0,
        [],
        0,
        0,
    )
    assert replyd("--config", config, "contacts", "export", out).exit_code == 2


def test_json_is_imported_like_a_table(replyd, config, tmp_path):
    """One object a line, with names of any language."""
    file = _file(tmp_path, json.dumps({"E-Mail": "a@x.example", "Firma": "X", "Telefon": 1}) + "\n")
    assert replyd("--config", config, "contacts", "import", file, "--yes").exit_code == 0
    (row,) = json_lines(replyd("--config", config, "contacts", "list", "--json"))
    assert row["company"] == "X"


def test_a_source_without_its_kind_is_refused_at_once(replyd, config, tmp_path):
    """Instead of a fault in every row."""
    file = _file(tmp_path, "Mail,Quelle\na@x.example,Anna\n")
    result = replyd("--config", config, "contacts", "import", file, "--yes")
    assert result.exit_code == 2
    assert "--list NAME" in result.stderr
    assert replyd("--config", config, "contacts", "import", file, "--yes", "--map", "source=").exit_code == 0


def test_what_a_list_lacks_is_named_with_what_fills_it(replyd, config, bought):
    """And filled for all of its people by that command, with a name."""
    command = ("--config", config, "contacts")
    few = ("--answer", "source_kind=purchased_list", "--answer", "source=Lists Ltd")
    imported = replyd(*command, "import", bought, "--list", "spring", *few, "--yes")
    assert "not answered for the list 'spring': obtained_on" in imported.stderr
    checked = replyd(*command, "check", "--list-missing", "--limit", "1")
    assert checked.exit_code == 1
    assert "0 of 2: where did you get my data?" in checked.output
    (readiness,) = json_lines(replyd(*command, "check", "--list-missing", "--json"))
    commands = {row["fact"]: row["command"] for row in readiness["missing"]}
    assert commands["provenance.purpose"] == "replyd contacts list-answers 'spring' --answer purpose=... --by NAME"
    assert len(readiness["unanswerable"]) == 2
    rest = {"obtained_on": "2026-03-02", "obtained_by": "Sales", "publicly_accessible": "no", "purpose": "offer",
            "reason": "trade", "recipients": "none", "keep_months": "12"}  # fmt: skip
    options = [part for key, value in rest.items() for part in ("--answer", f"{key}={value}")]
    assert replyd(*command, "list-answers", "spring", *options).exit_code == 2
    assert "in 2 provenance rows" in replyd(*command, "list-answers", "spring", *options, "--by", "anna").output
    assert replyd(*command, "check").exit_code == 0
    (stored,) = json_lines(replyd(*command, "list-answers", "--json"))
    assert (stored["name"], stored["contacts"], stored["purpose"]) == ("spring", 2, "offer")
    assert "purpose: offer" in replyd(*command, "list-answers", "spring").output
    assert replyd(*command, "list-answers", "none").exit_code == 2


def test_a_contact_is_shown_and_corrected(replyd, config, bought, answers):
    """Everything that is stored, for people and for programs; a correction needs a name."""
    command = ("--config", config, "contacts")
    replyd(*command, "import", bought, "--list", "spring", "--answers", answers, "--yes")
    shown = replyd(*command, "show", "info@x.example")
    assert "list spring" in shown.output
    assert "requests: none" in shown.output
    assert replyd(*command, "update", "info@x.example", "company=Other").exit_code == 2
    assert "company changed" in replyd(*command, "update", "info@x.example", "company=Other", "--by", "anna").output
    assert "Other" in replyd(*command, "list").output
    assert replyd(*command, "update", "info@x.example", "email=b@x.example", "--by", "anna").exit_code == 2
    assert replyd(*command, "show", "nobody@x.example").exit_code == 2
    assert "1 more" in replyd(*command, "list", "--limit", "1").stderr


def test_of_very_many_faults_the_first_are_shown(replyd, config, tmp_path):
    """The file of rejects has them all."""
    file = _file(tmp_path, "email,kind\n" + "none,employee\n" * 150)
    result = replyd("--config", config, "contacts", "import", file, "--rejects", tmp_path / "rejects.csv")
    assert "and 50 more" in result.stderr
    assert len(load_table(tmp_path / "rejects.csv").rows) == 150


def test_updating_shows_old_and_new(replyd, config, tmp_path):
    """In the dry run, before anything is done."""
    command = ("--config", config, "contacts", "import")
    replyd(*command, _file(tmp_path, "email,kind,name\na@x.example,employee,Ann\n"))
    file = _file(tmp_path, "email,kind,name\na@x.example,employee,Anna\n")
    assert "what is stored was kept" in replyd(*command, file).output
    assert "line 2, name: Ann -> Anna" in replyd(*command, file, "--update", "--dry-run").output
    assert "1 updated" in replyd(*command, file, "--update").output


@pytest.mark.parametrize(
    "arguments",
    [("--answer", "purpose=x"), ("--list", " "),
     ("--list", "a", "--answer", "nonsense=x"), ("--list", "a", "--answer", "purpose"),
     ("--map", "email"), ("--answers", "none.toml", "--list", "a"), ("--encoding", "cp9999")],
)  # fmt: skip
def test_wrong_options_change_nothing(replyd, config, bought, arguments):
    """Exit code 2."""
    assert replyd("--config", config, "contacts", "import", bought, "--yes", *arguments).exit_code == 2
    assert json_lines(replyd("--config", config, "contacts", "list", "--json")) == []
