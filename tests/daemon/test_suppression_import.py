"""Importing the opt-outs of a sending tool."""

import hashlib

import pytest

from daemon.records import LedgerEntry, Suppression
from daemon.rights.suppression import value_of
from daemon.suppression_import import SuppressionImport
from daemon.suppression_rows import look_into
from tests.daemon.installation import JANE, Installation


def _import(firm: Installation, tmp_path, text, *, skip_bad=False, dry_run=False):
    file = tmp_path / "opt-outs.csv"
    file.write_text(text, "utf-8")
    told: list[tuple[int, str, str]] = []
    run = SuppressionImport(firm.database, firm.vault, firm.digester, lambda: firm.now, "anna", "tool_opt_out")
    report = run.run(
        look_into(file), skip_bad=skip_bad, dry_run=dry_run,
        told=lambda stop, outcome: told.append((stop.line, stop.kind.value, outcome.value)),
    )  # fmt: skip
    return report, told


LIST = "value\nJane.Doe@Example.com\n@stopped.example\nother.example\n*@third.example\njane.doe@example.com\n"


def test_addresses_and_domains_are_suppressed_once(firm, tmp_path):
    """The same list twice changes nothing; the ledger has the counts, and an entry of each contact's own."""
    firm.handle(b"From: x@example.net\r\n\r\nhello\r\n")
    firm.add_contact()
    expected = [(2, "address", "added"), (3, "domain", "added"), (4, "domain", "added"), (5, "domain", "added"),
                (6, "address", "known")]  # fmt: skip
    assert _import(firm, tmp_path, LIST, dry_run=True)[1] == expected
    assert firm.rows(Suppression) == []
    report, told = _import(firm, tmp_path, LIST)
    assert (told, report.imported, report.rows) == (expected, True, 5)
    for address in (JANE, "x@stopped.example", "x@other.example", "x@third.example"):
        assert firm.suppressed(address)
    assert {value_of(row, firm.vault) for row in firm.rows(Suppression)} == {
        JANE, "stopped.example", "other.example", "third.example",
    }  # fmt: skip
    assert {outcome for _, _, outcome in _import(firm, tmp_path, LIST)[1]} == {"known"}
    (entry,) = [entry for entry in firm.rows(LedgerEntry) if entry.kind == "suppressions_imported"]
    assert entry.payload == {"by": "anna", "reason": "tool_opt_out", "addresses": 1, "domains": 3}


def test_hashes_are_matched_against_contacts(firm, tmp_path):
    """In capitals or not, of MD5, SHA-1 and SHA-256; what is nobody's is counted, and kept by nobody."""
    firm.add_contact("Eva@Müller.example", number=1)
    firm.add_contact(JANE, number=2)
    firm.add_contact("free@example.com", number=3)
    text = "\n".join([
        "email_md5", hashlib.md5("eva@müller.example".encode()).hexdigest(),
        hashlib.sha1(b"eva@xn--mller-kva.example").hexdigest().upper(), hashlib.sha256(JANE.encode()).hexdigest(),
        hashlib.md5(b"nobody@example.com").hexdigest(),
    ])  # fmt: skip
    report, told = _import(firm, tmp_path, text)
    assert [outcome for _, _, outcome in told] == ["added", "known", "added", "unmatched"]
    assert report.outcomes["md5 unmatched"] == 1
    assert [firm.suppressed(address) for address in ("eva@müller.example", JANE, "free@example.com")] == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("bad", ["nobody", "a@b@c.example", "12.11.2026", "jane@", "*@", "com"])
def test_nothing_is_half_done_while_a_row_is_bad(firm, tmp_path, bad):
    """Faults are by line, without what stands there; `skip_bad` takes the others."""
    text = f"email\na@x.example\n{bad}\nb@x.example\n"
    report, told = _import(firm, tmp_path, text)
    assert ([line for line, _ in report.faults], report.imported, told) == ([3], False, [])
    assert bad not in report.faults[0][1].split()
    assert firm.rows(Suppression) == []
    report, _ = _import(firm, tmp_path, text, skip_bad=True)
    assert (report.imported, len(firm.rows(Suppression)), report.bad) == (True, 2, 1)
