"""What a person has to do in the declared systems."""

import pytest

from daemon.decisions.states import TaskState
from daemon.records import Contact, LedgerEntry, Request, SystemTask
from daemon.rights.tasks import NoSuchTask, finish_task, note_of, overdue, reopen_task
from daemon.settings_rights import System
from tests.daemon.installation import JANE, Installation
from tests.daemon.rights.erasing import AFTER_GRACE, CRM, MAILBOX, begin, clockwork, tick


@pytest.fixture
def purged(firm: Installation) -> Installation:
    """An installation with one erasure whose systems are open."""
    firm.add_contact()
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM, MAILBOX).advance()
    return firm


def test_the_address_stands_until_all_is_ticked(purged: Installation) -> None:
    """Whoever erases elsewhere has to know whom: the contact's row still says so."""
    assert [contact.email for contact in purged.rows(Contact)] == [JANE]
    assert [list(task.steps) for task in purged.rows(SystemTask)] == [
        ["Open the person", "Delete them"],
        ["Delete the thread"],
    ]


def test_what_is_noted_is_encrypted_and_goes_with_the_address(purged: Installation) -> None:
    """A note may say what it likes; afterwards it is gone, and who did it when is kept."""
    tick(purged, note="she had two entries")
    (task, _) = purged.rows(SystemTask)
    assert note_of(purged.vault, task) == "she had two entries"
    assert b"entries" not in (task.note or b"")
    works = clockwork(purged)
    works.advance()
    purged.deliver()
    works.advance()
    (task, _) = purged.rows(SystemTask)
    assert (task.note, task.note_key, note_of(purged.vault, task)) == (None, None, None)
    assert (task.done_by, task.done_at, task.state) == ("kim", AFTER_GRACE, TaskState.DONE)


def test_a_task_is_done_once_and_can_be_opened_again(purged: Installation) -> None:
    """Until the completion letter is written; each change stands in the ledger with its name."""
    with purged.database.write() as session:
        finish_task(session, purged.vault, 1, by="kim", note=None, now=purged.now)
    with pytest.raises(NoSuchTask, match="done already, by kim"), purged.database.write() as session:
        finish_task(session, purged.vault, 1, by="lee", note=None, now=purged.now)
    with purged.database.write() as session:
        assert reopen_task(session, 1, by="lee", now=purged.now).done_by is None
    with pytest.raises(NoSuchTask), purged.database.write() as session:
        reopen_task(session, 1, by="lee", now=purged.now)
    entries = [entry for entry in purged.rows(LedgerEntry) if entry.payload.get("task") == 1]
    assert [(entry.kind, entry.payload.get("by")) for entry in entries] == [
        ("task_opened", None),
        ("task_done", "kim"),
        ("task_opened", "lee"),
    ]
    tick(purged)
    clockwork(purged).advance()
    with pytest.raises(NoSuchTask, match="completing"), purged.database.write() as session:
        reopen_task(session, 1, by="lee", now=purged.now)


def test_an_unknown_task_says_where_to_look(purged: Installation) -> None:
    """A mistyped number changes nothing."""
    with pytest.raises(NoSuchTask, match="replyd tasks list"), purged.database.write() as session:
        finish_task(session, purged.vault, 4711, by="kim", note=None, now=purged.now)


def test_a_task_is_due_before_the_law_wants_the_answer(firm: Installation) -> None:
    """A system may have four weeks; the request's safe date comes first, unless it is over."""
    firm.add_contact()
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, System(name="archive", days=28)).advance()
    (task,), (request,) = firm.rows(SystemTask), firm.rows(Request)
    assert task.due == request.safe_due


def test_two_systems_of_one_name_are_one_task(firm: Installation) -> None:
    """The settings may declare a name twice; the purge must not fail for it."""
    firm.add_contact()
    begin(firm)
    firm.now = AFTER_GRACE
    assert clockwork(firm, CRM, System(name="our CRM", days=3)).advance() == 1
    assert len(firm.rows(SystemTask)) == 1


def test_overdue_is_what_is_open_after_its_last_day(purged: Installation) -> None:
    """On the last day itself it is not."""
    due = min(task.due for task in purged.rows(SystemTask))
    with purged.database.read() as session:
        assert overdue(session, due) == []
        assert [task.system for task in overdue(session, due.replace(day=due.day + 1))] == ["our CRM"]
