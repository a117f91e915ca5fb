"""The list of the suppressed as a file: who is in it, when it is written, and the command that brings it on."""

import csv
import hashlib
import json
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, LedgerEntry, Pause, Suppression
from daemon.records.encryption import Key, Keys, Vault
from daemon.rights.suppressed_list import SuppressedFile
from daemon.rights.suppressed_list_command import CommandFailed, run_command
from daemon.rights.suppressed_list_rows import written
from daemon.rights.suppression import end_pauses, pause, suppress, suppress_domain, undo
from daemon.settings_rights import SuppressedList
from tests.daemon.installation import JANE, Installation

OTHER = "other@example.com"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory that the sending tool may read."""
    (tmp_path / "lists").mkdir()
    return tmp_path / "lists"


def _list(firm: Installation, place: Path, **chosen: object) -> SuppressedFile:
    section = SuppressedList.model_validate({"file": str(place / "stopped.csv"), **chosen})
    memory = place.parent / "suppressed_list.json"
    return SuppressedFile(firm.database, firm.vault, firm.digester, lambda: firm.now, section, memory)


def _suppress(firm: Installation, address: str) -> None:
    with firm.database.write() as session:
        suppress(session, firm.digester, address, vault=firm.vault, reply_id=None, reason="opt_out", since=firm.now)
        record(session, firm.now, EntryKind.SUPPRESSED, payload={})


def _pause(firm: Installation, address: str, contact_id: int | None, days: int | None = None) -> None:
    until = firm.now + timedelta(days=days) if days else None
    with firm.database.write() as session:
        pause(session, firm.digester, address, contact_id=contact_id, reply_id=None, reason="doubt", since=firm.now,
              until=until)  # fmt: skip
        record(session, firm.now, EntryKind.PAUSED, payload={})


def _in(place: Path) -> list[str]:
    with (place / "stopped.csv").open(newline="") as file:
        return [row[0] for row in csv.reader(file)]


def _refreshed(kept: SuppressedFile) -> bool:
    begun = kept.refresh()
    assert kept.settle(20)
    return begun


def test_the_list_names_everybody_who_may_not_be_written_to(firm, place):
    """Who said no, in every form; a stopped domain and whom we know there; other tags; who rests; whose data rest."""
    firm.add_contact("jane+sales@example.com", number=1)
    firm.add_contact("joe@stopped.example", number=2)
    resting = firm.add_contact("rest@example.com", number=3)
    disputed = firm.add_contact("dispute@example.com", number=4)
    firm.add_contact("free@example.com", number=5)
    _suppress(firm, "Jane+News@example.com")
    _pause(firm, "rest@example.com", resting)
    _pause(firm, "stranger@example.net", None)
    with firm.database.write() as session:
        suppress_domain(session, firm.digester, "stopped.example", vault=firm.vault, reason="owner", since=firm.now)
        session.get_one(Contact, disputed).restricted_since = firm.now
    _list(firm, place).bring_up_to_date()
    assert _in(place) == [
        "email", "jane+news@example.com", "jane@example.com", "stopped.example", "jane+sales@example.com",
        "joe@stopped.example", "rest@example.com", "dispute@example.com",
    ]  # fmt: skip
    _list(firm, place, include_paused=False, column="E-Mail").bring_up_to_date()
    assert _in(place)[0] == "E-Mail"
    assert {"rest@example.com", "dispute@example.com"}.isdisjoint(_in(place))


def test_whoever_was_freed_or_erased_is_not_in_it(firm, place):
    """A lifted suppression, an ended pause, a value that an erasure has destroyed."""
    contact_id = firm.add_contact("rest@example.com")
    _pause(firm, "rest@example.com", contact_id)
    _suppress(firm, JANE)
    _suppress(firm, OTHER)
    kept = _list(firm, place)
    kept.bring_up_to_date()
    assert _in(place) == ["email", JANE, OTHER, "rest@example.com"]
    with firm.database.write() as session:
        undo(session, firm.digester, JANE, by="erika", at=firm.now)
        end_pauses(session, contact_id, by="erika", at=firm.now)
        gone = session.query(Suppression).filter_by(digest=firm.digester.address(OTHER)).one()
        gone.value = gone.value_key = None
    assert kept.bring_up_to_date()
    assert _in(place) == ["email"]


def test_a_pause_that_ends_by_its_date_leaves_the_file(firm, place):
    """Nobody does anything then; the file is looked at again every few minutes."""
    contact_id = firm.add_contact()
    _pause(firm, JANE, contact_id, days=30)
    kept = _list(firm, place)
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE]
    firm.now += timedelta(days=30)
    assert _refreshed(kept)
    assert _in(place) == ["email"]


def test_it_is_written_only_when_something_changed(firm, place):
    """Not by a refresh, not by a restart, not by entries of the ledger that stop nobody; by hand or loss it is."""
    _suppress(firm, JANE)
    kept, file = _list(firm, place), place / "stopped.csv"
    assert _refreshed(kept)
    first = file.stat()
    assert not _refreshed(kept)
    assert _refreshed(_list(firm, place))
    with firm.database.write() as session:
        record(session, firm.now, EntryKind.RECEIVED, payload={})
    assert _refreshed(kept)
    firm.now += timedelta(days=1)
    assert _refreshed(kept)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (first.st_mtime_ns, first.st_ino)
    _suppress(firm, OTHER)
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE, OTHER]
    file.unlink()
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE, OTHER]
    file.write_text("email\n")
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE, OTHER]


def test_another_form_or_column_is_a_change(firm, place):
    """Whoever changes the settings needs no other reason."""
    _suppress(firm, JANE)
    _list(firm, place).bring_up_to_date()
    assert _list(firm, place, form="sha256").bring_up_to_date()
    assert _in(place) == ["email", hashlib.sha256(JANE.encode()).hexdigest()]


def test_without_a_file_nothing_is_done(firm, place):
    """It is a choice."""
    kept = SuppressedFile(firm.database, firm.vault, firm.digester, lambda: firm.now, SuppressedList(), place / "m")
    assert not kept.refresh()
    assert not kept.bring_up_to_date()
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("plain", "jane@example.com"),
        ("md5", "9e26471d35a78862c17e467d87cddedf"),
        ("sha1", "0850a4cffb73cbc53fd33e8990c2184c915ff041"),
        ("sha256", "8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d"),
    ],
)
def test_hashes_are_those_that_every_tool_makes(form, expected):
    """Of the address in lower case, in hex; a domain has none that anything would match."""
    assert written("Jane@Example.com", form).lower() == expected
    assert written("example.com", form) == ("example.com" if form == "plain" else None)


def test_a_formula_in_an_address_is_defused(firm, place):
    """People open the file too; an address that can do nothing stays as it is, so that the tool finds it."""
    for address in ("=cmd|'/c'!a0@example.com", "+jane@example.com"):
        _suppress(firm, address)
    _list(firm, place).bring_up_to_date()
    assert _in(place)[1:] == ["'=cmd|'/c'!a0@example.com", "+jane@example.com"]


def test_with_a_wrong_master_key_the_old_file_stays(firm, place):
    """A list without the people it cannot read would be a shorter one."""
    _suppress(firm, JANE)
    _list(firm, place).bring_up_to_date()
    _suppress(firm, OTHER)
    kept = _list(firm, place)
    kept.vault = Vault(Keys((Key(1, b"x" * 32),), (Key(1, b"s" * 32),)))
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE]
    assert not kept.refresh()


def test_a_directory_that_is_gone_stops_nothing(firm, place):
    """It is tried again after a minute, and the service lives on."""
    _suppress(firm, JANE)
    kept = _list(firm, place)
    place.rmdir()
    assert _refreshed(kept)
    assert not kept.refresh()
    place.mkdir()
    firm.now += timedelta(minutes=1)
    assert _refreshed(kept)
    assert _in(place) == ["email", JANE]


# --- the command ---


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code, "{file}"]


COPY = (
    "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[1] + '.told'); open(sys.argv[1] + '.times', 'a').write('x')"
)


def test_the_command_gets_each_content_once(firm, place):
    """After each change, and not again for what it was told already, whatever restarts between."""
    _suppress(firm, JANE)
    for _ in range(2):
        _refreshed(_list(firm, place, command=_python(COPY)))
    assert (place / "stopped.csv.times").read_text() == "x"
    _suppress(firm, OTHER)
    _refreshed(_list(firm, place, command=_python(COPY)))
    assert (place / "stopped.csv.told").read_text() == f"email\n{JANE}\n{OTHER}\n"
    assert (place / "stopped.csv.times").read_text() == "xx"


def test_a_failing_command_is_shouted_about_and_tried_until_it_succeeds(firm, place):
    """One alarm in the ledger for each content, an error in the log each time, and a rest between."""
    flag = place.parent / "works"
    _suppress(firm, JANE)
    kept = _list(firm, place, command=_python(f"import os, sys; sys.exit(0 if os.path.exists({str(flag)!r}) else 3)"))
    assert _refreshed(kept)
    assert not kept.refresh()
    firm.now += timedelta(minutes=1)
    assert _refreshed(kept)
    alarms = [entry.payload for entry in firm.rows(LedgerEntry) if entry.kind == "alarm"]
    assert alarms == [{"reason": "suppressed_list_command", "outcome": "exit_3"}]
    flag.touch()
    assert not kept.refresh()
    firm.now += timedelta(minutes=2)
    assert _refreshed(kept)
    memory = json.loads(kept.memory.read_text())
    assert memory["told"] == memory["content"]
    assert not kept.refresh()


def test_a_command_that_failed_is_told_again_what_it_knew_before(firm, place):
    """Nobody knows how far it came before it failed."""
    ok, bad = _python(COPY), _python("import sys; sys.exit(1)")
    _suppress(firm, JANE)
    _list(firm, place, command=ok).bring_up_to_date()
    _suppress(firm, OTHER)
    with pytest.raises(CommandFailed, match="exit_1"):
        _list(firm, place, command=bad).bring_up_to_date()
    with firm.database.write() as session:
        undo(session, firm.digester, OTHER, by="erika", at=firm.now)
    _list(firm, place, command=ok).bring_up_to_date()
    assert (place / "stopped.csv.times").read_text() == "xx"


def test_a_hanging_command_is_ended_with_its_children(tmp_path):
    """It had its time; nothing of it lives on."""
    code = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', "
        "'import sys, time; time.sleep(1.5); open(sys.argv[1], \"w\")', sys.argv[1] + '.child']); time.sleep(60)"
    )
    begun = time.monotonic()
    with pytest.raises(CommandFailed, match="timeout"):
        run_command(_python(code), tmp_path / "list", patience_s=0.7)
    assert time.monotonic() - begun < 10
    time.sleep(1.5)
    assert not (tmp_path / "list.child").exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nowhere/upload"], "not_found"), (["/"], "PermissionError"), (_python("import sys; sys.exit(7)"), "exit_7"),
        (_python("import os; os.kill(os.getpid(), 15)"), "signal_15"),
    ],
)  # fmt: skip
def test_each_failure_has_its_code(tmp_path, command, reason):
    """For the log and the ledger, which keep no sentences."""
    with pytest.raises(CommandFailed, match=reason):
        run_command(command, tmp_path / "list")


def test_the_service_does_not_wait_for_the_command(firm, place):
    """It goes on at once, and asks again later."""
    _suppress(firm, JANE)
    kept = _list(firm, place, command=_python("import time; time.sleep(1)"))
    begun = time.monotonic()
    assert kept.refresh()
    assert not kept.refresh()
    assert time.monotonic() - begun < 0.9
    assert not kept.settle(0.01)
    assert kept.settle(20)


def test_no_shell_reads_the_name_of_the_file(tmp_path):
    """It is one argument, whatever stands in it."""
    file = tmp_path / "list; touch hacked $(touch hacked)"
    file.write_text("x")
    run_command(["cat", "{file}"], file)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_pauses_are_rows_of_their_own(firm, place):
    """Two pauses of one contact name them once."""
    contact_id = firm.add_contact()
    _pause(firm, JANE, contact_id)
    _pause(firm, JANE, contact_id, days=3)
    assert len(firm.rows(Pause)) == 2
    _list(firm, place).bring_up_to_date()
    assert _in(place) == ["email", JANE]
