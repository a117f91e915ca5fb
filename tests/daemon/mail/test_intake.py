"""Intake: raw bytes and cursor together, nothing old, nothing twice, whatever the server does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from daemon.decisions.states import ReplyState
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.imap_fetch import Fetched
from daemon.mail.intake import BATCH, LEASE, PAYLOAD_WAIT, Intake, LeaseLost
from daemon.records import MailboxCursor, Reply
from daemon.records.database import Database
from tests.daemon.installation import Installation
from tests.servers.scripted_imap import Mail, ScriptedImap

FOLDER = "Replies"


@dataclass
class FakeMailbox:
    """A folder: UID to mail; `meanwhile` happens between fetching and storing."""

    mails: dict[int, Fetched] = field(default_factory=dict)
    uidvalidity: int = 1
    examined: list[str] = field(default_factory=list)
    meanwhile: object = None

    def add(
        self, uid: int, raw: bytes | None = b"x", *, date: datetime | None = None, flags: Sequence[str] = (), cut=False
    ) -> None:
        """Put a mail there."""
        self.mails[uid] = Fetched(uid, date, len(raw or b""), frozenset(flags), raw, cut)

    def renumber(self, uidvalidity: int = 2) -> None:
        """The server lost its indexes: all mails get new UIDs under another UIDVALIDITY."""
        self.uidvalidity = uidvalidity
        old = [self.mails[uid] for uid in sorted(self.mails)]
        self.mails = {}
        for uid, mail in enumerate(old, 1):
            self.mails[uid] = Fetched(uid, mail.internal_date, mail.size_bytes, mail.flags, mail.raw, mail.truncated)

    def examine(self, folder: str) -> FolderState:
        """As Mailbox.examine."""
        self.examined.append(folder)
        return FolderState(self.uidvalidity, max(self.mails, default=0) + 1, len(self.mails))

    def new_uids(self, after: int) -> Iterator[list[int]]:
        """As Mailbox.new_uids, in two lists."""
        new = sorted(uid for uid in self.mails if uid > after)
        half = len(new) // 2
        yield from (part for part in (new[:half], new[half:]) if part)

    def fetch(self, uids: Sequence[int], *, max_bytes: int) -> Iterator[Fetched]:
        """As Mailbox.fetch: what has vanished is left out."""
        yield from [self.mails[uid] for uid in uids if uid in self.mails]
        if callable(self.meanwhile):
            self.meanwhile()


@dataclass
class Setup:
    """A firm, its folder and what reads it."""

    firm: Installation
    box: FakeMailbox

    def intake(self, node: str = "node") -> Intake:
        """An intake of this node."""
        firm = self.firm
        return Intake(firm.database, firm.vault, firm.digester, lambda: firm.now, node, firm.account_id, FOLDER)

    def take_in(self, node: str = "node") -> int:
        """Take in what is new."""
        return self.intake(node).take_in(self.box)  # type: ignore[arg-type]

    def uids(self) -> list[int]:
        """UIDs of what was stored."""
        return [reply.uid for reply in self.firm.rows(Reply)]

    def cursor(self) -> MailboxCursor:
        """The folder's cursor."""
        (found,) = [row for row in self.firm.rows(MailboxCursor) if row.folder == FOLDER]
        return found


@pytest.fixture
def begun(firm: Installation) -> Setup:
    """A folder with two old mails, read once."""
    setup = Setup(firm, FakeMailbox())
    for uid in (1, 2):
        setup.box.add(uid, b"old", date=firm.now - timedelta(days=9))
    assert setup.take_in() == 0
    firm.now += timedelta(minutes=1)
    return setup


def test_it_begins_with_the_present(begun: Setup) -> None:
    """Nothing that was there before is touched."""
    assert begun.uids() == []
    assert begun.cursor().last_uid == 2
    assert begun.box.examined == [FOLDER]


def test_what_is_new_is_stored_as_it_came(begun: Setup) -> None:
    """Encrypted bytes, the server's date, the flag that a person answered."""
    date = begun.firm.now - timedelta(seconds=5)
    begun.box.add(3, b"From: a\r\n\r\nhello", date=date, flags=["\\Answered", "\\Seen"])
    begun.box.add(4, b"half a m", date=date, cut=True)
    assert begun.take_in() == 2
    first, second = begun.firm.rows(Reply)
    assert begun.firm.raw(first) == b"From: a\r\n\r\nhello"
    assert b"hello" not in (first.raw or b"")
    assert (first.received_at, first.answered, first.truncated) == (date, True, False)
    assert (second.answered, second.truncated, second.state) == (False, True, ReplyState.RECEIVED)
    assert begun.cursor().last_uid == 4
    assert begun.take_in() == 0


def test_without_a_date_of_the_server_the_moment_of_fetching_counts(begun: Setup) -> None:
    """A clock has to begin somewhere, and not in the past that a mail claims."""
    begun.box.add(3)
    begun.take_in()
    assert begun.firm.rows(Reply)[0].received_at == begun.firm.now


def test_many_mails_are_taken_in_portions(begun: Setup) -> None:
    """Each with its own transaction, none left out."""
    for uid in range(3, 203):
        begun.box.add(uid, b"%d" % uid)
    assert begun.take_in() == 200
    assert begun.uids() == list(range(3, 203))


def test_rows_and_cursor_are_one(begun: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the cursor cannot move, nothing is stored, and next time all of it is."""
    begun.box.add(3)

    def fail(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Intake, "_advance", fail)
        with pytest.raises(ZeroDivisionError):
            begun.take_in()
    assert begun.uids() == []
    assert begun.cursor().last_uid == 2
    assert begun.take_in() == 1


def test_a_mail_that_vanished_is_passed_over(begun: Setup) -> None:
    """Another client deleted it meanwhile."""
    begun.box.add(3)
    begun.box.add(5)
    begun.box.new_uids = lambda _after: iter([[3, 4, 5]])  # type: ignore[method-assign]
    assert begun.take_in() == 2
    assert begun.cursor().last_uid == 5


def test_a_text_that_is_not_there_yet_is_waited_for(begun: Setup) -> None:
    """What came with it is stored; the cursor stays before it; nothing is stored twice when it comes."""
    begun.box.add(3, date=begun.firm.now)
    begun.box.add(4, None, date=begun.firm.now)
    begun.box.new_uids = lambda after: iter([[uid for uid in (3, 4, 5) if uid > after]])  # type: ignore[method-assign]
    begun.box.add(5, date=begun.firm.now)
    assert begun.take_in() == 2
    assert begun.uids() == [3, 5]
    assert begun.cursor().last_uid == 3
    begun.box.add(4, b"late", date=begun.firm.now)
    assert begun.take_in() == 1
    assert sorted(begun.uids()) == [3, 4, 5]
    assert begun.cursor().last_uid == 5


@pytest.mark.parametrize("dated", [True, False])
def test_a_text_that_never_comes_is_a_failure_that_a_person_sees(begun: Setup, *, dated: bool) -> None:
    """After an hour it stops nobody: it stands on the desk and the folder goes on, with or without a date."""
    begun.box.add(3, None, date=begun.firm.now if dated else None)
    intake = begun.intake()
    assert intake.take_in(begun.box) == 0  # type: ignore[arg-type]
    begun.firm.now += PAYLOAD_WAIT + timedelta(minutes=1)
    begun.box.add(4, date=begun.firm.now)
    assert intake.take_in(begun.box) == 2  # type: ignore[arg-type]
    failed, good = begun.firm.rows(Reply)
    assert (failed.state, failed.raw, failed.error) == (ReplyState.FAILED, None, "the server never sent the text")
    assert good.state == ReplyState.RECEIVED
    assert begun.cursor().last_uid == 4


def test_a_text_that_is_not_there_yet_keeps_no_later_mail_waiting(firm: Installation) -> None:
    """Over a real connection, many portions: all else is stored at once, fetched once, and once only if we restart."""
    soon = (firm.now - timedelta(minutes=5)).strftime("%d-%b-%Y %H:%M:%S +0000").encode()
    server = ScriptedImap()
    server.start()
    intake = Setup(firm, FakeMailbox()).intake()
    with Mailbox.connect(server.login()) as box:
        assert intake.take_in(box) == 0
        late = Mail(1, b"late", internal_date=soon, withheld=True)
        server.mails = [late, *(Mail(uid, b"mail %d" % uid, internal_date=soon) for uid in range(2, 3 * BATCH))]
        assert intake.take_in(box) == 3 * BATCH - 2
        so_far = len(server.commands)
        assert intake.take_in(box) == 0
        assert not any(b"FETCH" in line and b"FETCH 1 (" not in line for line in server.commands[so_far:])
        assert Setup(firm, FakeMailbox()).intake().take_in(box) == 0
        late.withheld = False
        assert intake.take_in(box) == 1
        assert intake.take_in(box) == 0
    server.stop()
    (cursor,) = [row for row in firm.rows(MailboxCursor) if row.folder == FOLDER]
    assert cursor.last_uid == 3 * BATCH - 1
    assert sorted(reply.uid for reply in firm.rows(Reply)) == list(range(1, 3 * BATCH))


# --- renumbering ---


def test_a_renumbered_folder_is_not_read_twice(begun: Setup) -> None:
    """What is stored is known by its digest, what is older than our beginning by its date; the rest is new."""
    begun.box.add(3, b"known", date=begun.firm.now)
    begun.take_in()
    begun.firm.now += timedelta(minutes=1)
    begun.box.add(4, b"new", date=begun.firm.now)
    begun.box.renumber()
    assert begun.take_in() == 1
    assert [begun.firm.raw(reply) for reply in begun.firm.rows(Reply)] == [b"known", b"new"]
    assert (begun.cursor().uidvalidity, begun.cursor().last_uid) == (2, 4)
    assert begun.take_in() == 0


def test_once_renumbered_old_mail_never_comes_back(begun: Setup) -> None:
    """A later copy of something old has a new UID and an old date."""
    begun.box.renumber()
    assert begun.take_in() == 0
    begun.box.add(9, b"restored", date=begun.firm.now - timedelta(days=30))
    assert begun.take_in() == 0
    begun.box.add(10, b"new", date=begun.firm.now)
    assert begun.take_in() == 1


def test_two_mails_with_the_same_bytes_are_two(begun: Setup) -> None:
    """Under one UIDVALIDITY the UID says what is new; deciding copes with copies."""
    begun.box.add(3, b"same", date=begun.firm.now)
    begun.box.add(4, b"same", date=begun.firm.now)
    assert begun.take_in() == 2


# --- who reads ---


def test_a_folder_that_another_node_reads_is_left_to_it(begun: Setup) -> None:
    """Until its lease is over."""
    with pytest.raises(LeaseLost):
        begun.take_in("other")
    begun.firm.now += LEASE
    assert begun.take_in("other") == 0
    with pytest.raises(LeaseLost):
        begun.take_in("node")


def test_a_node_that_starts_again_takes_its_own_lease(begun: Setup) -> None:
    """It need not wait for itself."""
    begun.box.add(3)
    assert begun.take_in() == 1


def test_what_wasso_far_under_a_lost_lease_is_not_stored(begun: Setup) -> None:
    """The token is part of the cursor's transaction; the other node stores it."""
    begun.box.add(3, date=begun.firm.now)

    def take_over() -> None:
        begun.box.meanwhile = None
        begun.firm.now += LEASE + timedelta(seconds=1)
        assert begun.take_in("other") == 1

    begun.box.meanwhile = take_over
    with pytest.raises(LeaseLost):
        begun.take_in()
    assert begun.uids() == [3]


def test_what_was_stored_already_is_not_stored_again(begun: Setup, database: Database) -> None:
    """A cursor that came from a backup meets its own rows."""
    begun.box.add(3, date=begun.firm.now)
    begun.take_in()
    with database.write() as session:
        session.execute(update(MailboxCursor).values(last_uid=2))
    assert begun.take_in() == 0
    assert begun.uids() == [3]
    assert begun.cursor().last_uid == 3
