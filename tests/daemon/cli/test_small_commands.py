"""The commands that do one thing: suppress, contacts, ledger, config, train, evaluate."""

import json
import tomllib
from pathlib import Path

import pytest

from daemon.records import LedgerEntry
from daemon.records.contact_cells import COLUMNS
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines


def test_an_address_is_suppressed_asked_for_and_set_free(replyd, config):
    """In any spelling; the exit code of `check` tells a script; the list holds digests and no address."""
    assert replyd("--config", config, "suppress", "add", "Eva@Muster.example", "b@muster.example").exit_code == 0
    asked = replyd("--config", config, "suppress", "check", "eva@muster.EXAMPLE", "c@muster.example", "--json")
    assert asked.exit_code == 1
    assert [row["state"] for row in json_lines(asked)] == ["suppressed", "free"]
    assert "was suppressed before" in replyd("--config", config, "suppress", "add", "eva@muster.example").output
    assert replyd("--config", config, "suppress", "undo", "eva@muster.example", "--by", "anna").exit_code == 0
    assert replyd("--config", config, "suppress", "check", "eva@muster.example").exit_code == 0
    listed = replyd("--config", config, "suppress", "list", "--json")
    assert [row["undone_by"] for row in json_lines(listed)] == ["anna", None]
    assert "muster" not in listed.output


@pytest.mark.parametrize("arguments", [("add", "no address"), ("check", "a@b@c"), ("undo", "a@x.example"), ("add",)])
def test_wrong_use_changes_nothing(replyd, config, arguments):
    """Exit code 2: a bad address, nobody who decides, no address at all."""
    assert replyd("--config", config, "suppress", *arguments).exit_code == 2
    assert json_lines(replyd("--config", config, "suppress", "list", "--json")) == []


def test_a_name_that_the_ledger_cannot_keep_is_refused(replyd, config):
    """Before anything is done."""
    replyd("--config", config, "suppress", "add", "eva@muster.example")
    assert replyd("--config", config, "suppress", "undo", "eva@muster.example", "--by", "Anna B.").exit_code == 2
    assert replyd("--config", config, "suppress", "check", "eva@muster.example").exit_code == 1


def test_a_reason_that_the_ledger_cannot_keep_is_refused(replyd, config):
    """It is a word, never a sentence about somebody."""
    result = replyd("--config", config, "suppress", "add", "eva@muster.example", "--reason", "she called us")
    assert result.exit_code == 2
    assert replyd("--config", config, "suppress", "check", "eva@muster.example").exit_code == 0


def test_the_ledger_is_sealed_and_verified(replyd, config):
    """An entry that was changed is named, and the exit code is 1; a noted head must still be there."""
    replyd("--config", config, "suppress", "add", "eva@muster.example", "b@muster.example")
    assert "sealed 2" in replyd("--config", config, "ledger", "seal").output
    (good,) = json_lines(replyd("--config", config, "ledger", "verify", "--json"))
    assert (good["intact"], good["entries"], good["problems"]) == (True, 2, [])
    noted = f"{good['head']['seq']}:{good['head']['seal']}"
    assert replyd("--config", config, "ledger", "verify", "--noted", noted).exit_code == 0
    assert replyd("--config", config, "ledger", "verify", "--noted", "2:abc").exit_code == 1
    assert replyd("--config", config, "ledger", "verify", "--noted", "abc").exit_code == 2
    database = Database.open(Settings.load(config, {}).database_url)
    with database.write() as session:
        session.get_one(LedgerEntry, 1).payload = {"reason": "another"}
    database.close()
    bad = replyd("--config", config, "ledger", "verify", "--json")
    assert bad.exit_code == 1
    assert json_lines(bad)[0]["problems"][0]["seq"] == 1


def test_importing_ends_with_two_when_rows_are_bad(replyd, config, tmp_path):
    """Faults on standard error by row and column; with --skip-bad the rest is imported, and the code is 1."""
    file = tmp_path / "contacts.csv"
    file.write_text("email,kind\na@x.example,employee\nb@x.example,boss\n")
    result = replyd("--config", config, "contacts", "import", file)
    assert result.exit_code == 2
    assert "line 3, kind: must be one of" in result.stderr
    result = replyd("--config", config, "contacts", "import", file, "--skip-bad", "--json")
    assert result.exit_code == 1
    (report,) = json_lines(result)
    assert (report["contacts_added"], report["imported"]) == (1, True)
    assert report["faults"] == [{"line": 3, "column": "kind", "what": report["faults"][0]["what"]}]
    assert replyd("--config", config, "contacts", "import", tmp_path / "none.csv").exit_code == 2
    assert replyd("contacts", "columns").output.strip() == ",".join(COLUMNS)


def test_the_settings_in_force_are_shown_without_secrets(replyd, config):
    """As JSON; a password is stars."""
    (shown,) = json_lines(replyd("--config", config, "config", "show"))
    assert shown["account"]["imap"]["host"] == "imap.firm.example"
    assert set(shown["account"]["imap"]["password"]) == {"*"}
    assert tomllib.loads(config.read_text())["account"]["address"] == shown["account"]["address"]


def _example(number: int, text: str, *intents: str) -> dict[str, object]:
    return {"text": f"{text} {number}", "intents": intents, "lang": "en", "style": "plain", "group": f"g{number}"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A directory with a few examples of its own."""
    rows = [
        _example(n, ("please stop writing to me", "thanks for the offer")[n % 2], *["opt_out"][n % 2 :])
        for n in range(60)
    ]
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "en.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path / "corpus"


@pytest.mark.filterwarnings("ignore")  # so few examples make the solver complain
def test_a_model_is_trained_and_measured(replyd, corpus, tmp_path):
    """It is stored where it was asked for, with its figures on the screen, and can be measured on a file."""
    result = replyd("train", "--corpus", corpus, "--out", tmp_path / "model")
    assert result.exit_code == 0, result.output
    assert "60 examples" in result.output
    assert (tmp_path / "model" / "model.skops").exists()
    measured = replyd("evaluate", corpus / "en.jsonl", "--model", tmp_path / "model", "--json")
    (figures,) = json_lines(measured)
    assert figures["examples"] == 60
    assert "micro-F1" in replyd("evaluate", corpus / "en.jsonl", "--model", tmp_path / "model").output


def test_examples_that_cannot_be_used_are_named(replyd, tmp_path, corpus):
    """File, line and reason; a missing file and an empty directory too."""
    (corpus / "de.jsonl").write_text('{"text": ""}\n')
    result = replyd("train", "--corpus", corpus, "--out", tmp_path / "model")
    assert result.exit_code == 2
    assert "de.jsonl, line 1" in result.stderr
    assert replyd("train", "--corpus", tmp_path, "--out", tmp_path / "model").exit_code == 2
    assert replyd("evaluate", tmp_path / "none.jsonl").exit_code == 2
