"""One account's reader: each folder in its turn, whatever becomes of the others."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from daemon.account_reader import AccountReader
from daemon.errors import ReplydError
from daemon.mail.errors import FolderRefused
from daemon.mail.intake import LeaseLost
from daemon.mail.sent_intake import MOST
from daemon.settings_sections import Run

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


class Folder:
    """An intake that notes when it was asked."""

    def __init__(self, name: str, order: list[str], error: ReplydError | None = None) -> None:
        self._name, self._order, self._error = name, order, error

    def take_in(self, _mailbox: object) -> int:
        """One mail, or the error."""
        self._order.append(self._name)
        if self._error:
            raise self._error
        return 1


def _reader(*folders: Folder, sent: Any = None) -> AccountReader:
    account: Any = SimpleNamespace(name="sales", intakes=folders, sent_intake=sent)
    return AccountReader(account, Run(), lambda: NOW, threading.Event())


def test_the_first_folder_is_read_last_since_idle_listens_to_it() -> None:
    """What was examined last is what the server announces."""
    order: list[str] = []
    assert _reader(Folder("INBOX", order), Folder("Replies", order))._take_in(None) == 2  # type: ignore[arg-type]
    assert order == ["Replies", "INBOX"]


def test_a_folder_that_is_refused_stops_no_other_and_is_an_error() -> None:
    """Nor does one that another node reads; only where none can be read the connection is given up."""
    order: list[str] = []
    refused, leased = Folder("Old", order, FolderRefused("no")), Folder("Away", order, LeaseLost("theirs"))
    with capture_logs() as logs:
        assert _reader(Folder("INBOX", order), refused, leased)._take_in(None) == 1  # type: ignore[arg-type]
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("folders_refused", "error")]
    with pytest.raises(LeaseLost):
        _reader(leased)._take_in(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("mails", "more"), [(MOST, True), (MOST - 1, False)])
def test_sent_is_read_in_bounded_portions(mails: int, *, more: bool) -> None:
    """As long as there is more, nobody waits for new mail; without Sent there is nothing to read."""
    sent = SimpleNamespace(take_in=lambda _mailbox, most: min(mails, most))
    assert _reader(sent=sent)._more_was_sent(None) is more  # type: ignore[arg-type]
    assert _reader()._more_was_sent(None) is False  # type: ignore[arg-type]
