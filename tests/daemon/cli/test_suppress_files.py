"""`replyd suppress` with files and domains."""

import base64

import pytest

from tests.daemon.cli.answers import json_lines


@pytest.fixture
def suppress(replyd, config):
    """Runs `replyd suppress ...` on an installation."""
    return lambda *arguments: replyd("--config", config, "suppress", *arguments)


def test_a_domain_is_stopped_and_lifted_by_hand(suppress):
    """Everybody at it; a whole country is refused."""
    assert suppress("add", "--domain", "Example.com", "jane@example.org").exit_code == 0
    assert suppress("check", "anybody@example.com").exit_code == 1
    assert suppress("undo", "--domain", "@example.com", "--by", "anna").exit_code == 0
    assert suppress("check", "anybody@example.com").exit_code == 0
    for wrong in (("add", "--domain", "com"), ("add", "--domain", "a@b.example"), ("undo", "--by", "anna")):
        assert suppress(*wrong).exit_code == 2


def test_a_file_is_checked_before_an_upload(suppress, tmp_path):
    """The name of a file that is there means its rows; the exit code tells a script."""
    suppress("add", "jane@example.com")
    file, out = tmp_path / "list.csv", tmp_path / "out.csv"
    file.write_text("email,name\njane@example.com,Jane\nfree@example.com,Free\n")
    result = suppress("check", file, "--out", out, "--stopped", tmp_path / "stopped.csv", "--json")
    assert result.exit_code == 1
    assert [(row["line"], row["state"]) for row in json_lines(result)] == [(2, "suppressed"), (3, "free")]
    assert out.read_text() == "email,name\nfree@example.com,Free\n"
    assert "jane@example.com" in (tmp_path / "stopped.csv").read_text()
    assert suppress("check", out).exit_code == 0
    shown = suppress("check", file)
    assert "line 2: jane@example.com: suppressed since" in shown.stdout
    assert "free@example.com" not in shown.stdout
    assert "2 rows: 1 free, 0 paused, 1 suppressed, 0 bad" in shown.stderr


def test_wrong_use_of_files_is_said(suppress, tmp_path):
    """No file, two files, a file over itself, options that mean nothing."""
    file = tmp_path / "list.csv"
    file.write_text("a@x.example\n")
    for wrong in (
        (tmp_path / "none.csv",), (file, file), (file, "--out", file), ("a@x.example", "--out", tmp_path / "o"),
        (file, "--out", tmp_path / "no" / "o"),
    ):  # fmt: skip
        assert suppress("check", *wrong).exit_code == 2, wrong
    assert file.read_text() == "a@x.example\n"


def test_with_a_wrong_key_nothing_is_called_free(suppress, tmp_path, config):
    """Digests under another key would find nobody."""
    suppress("add", "jane@example.com")
    key = next(config.parent.rglob("suppression-1.key"))
    key.write_bytes(base64.urlsafe_b64encode(b"x" * 32))
    file = tmp_path / "list.csv"
    file.write_text("jane@example.com\n")
    assert suppress("check", file, "--out", tmp_path / "out.csv").exit_code == 2
    assert not (tmp_path / "out.csv").exists()


def test_a_list_is_imported_and_written_again(suppress, tmp_path):
    """What the tool knows and what is known here become one list; the second time nothing is new."""
    file, written = tmp_path / "opt-outs.csv", tmp_path / "all.csv"
    file.write_text("email\neva@muster.example\nnonsense\n")
    assert suppress("import", file, "--by", "anna").exit_code == 2
    assert suppress("check", "eva@muster.example").exit_code == 0
    result = suppress("import", file, "--by", "anna", "--skip-bad", "--json")
    assert result.exit_code == 1
    assert [row["outcome"] for row in json_lines(result)] == ["added", "bad"]
    file.write_text("email\neva@muster.example\n")
    again = suppress("import", file, "--by", "anna")
    assert (again.exit_code, "1 address known" in again.stderr) == (0, True)
    assert suppress("export", written).exit_code == 0
    assert written.read_text() == "email\neva@muster.example\n"
    assert suppress("export", written, "--form", "md5", "--column", "md5").exit_code == 0
    assert written.read_text().splitlines()[0] == "md5"
    assert suppress("import", written, "--by", "anna").exit_code == 0
