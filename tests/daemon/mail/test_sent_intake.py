"""Sent: what went to contacts becomes known with its words, nothing about others, and nothing is lost or doubled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from daemon.campaigns import Campaigns
from daemon.decisions.states import ErasureState
from daemon.mail.errors import MailboxLost
from daemon.mail.imap import Mailbox
from daemon.mail.intake import LeaseLost
from daemon.mail.sent_folder import NoSentFolder
from daemon.mail.sent_intake import Looked, SentIntake, rewind
from daemon.mail.sent_texts import text_of
from daemon.records import Contact, Erasure, Letter, MailboxCursor, OutreachMessage
from tests.daemon.installation import JANE, OURS, START, Installation, mail
from tests.daemon.mail.sent_folder_of import FOOTER, sent
from tests.servers.dovecot import DovecotUser

pytestmark = pytest.mark.dovecot

JOHN = "john.roe@example.org"
Deliver = Callable[..., None]


@pytest.fixture
def deliver(dovecot_user: DovecotUser) -> Deliver:
    """Puts mails into Sent."""

    def put(*raws: bytes) -> None:
        for raw in raws:
            dovecot_user.deliver(raw, "Sent")

    return put


@pytest.fixture
def office(firm: Installation) -> Installation:
    """A firm with one contact, to whom no mail is known, at a time when the mail server lives."""
    with firm.database.write() as session:
        session.add(Contact(email=JANE, email_normal=JANE, kind="employee", name="Jane Doe", created_at=START))
    return firm


def _intake(firm: Installation, node: str = "node", **changes: object) -> SentIntake:
    values = {"days": 36_500, **changes}
    return SentIntake(
        firm.database,
        firm.vault,
        firm.sandbox,
        lambda: firm.now,
        node,
        firm.account_id,
        **values,  # type: ignore[arg-type]
    )


def _days_ago(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)


def _texts(firm: Installation) -> list[str | None]:
    return [text_of(firm.vault, row) for row in firm.rows(OutreachMessage)]


def _cursor(firm: Installation) -> MailboxCursor:
    (cursor,) = [row for row in firm.rows(MailboxCursor) if row.kind == "sent"]
    return cursor


def test_what_went_to_a_contact_is_known(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """With identifier, date, subject and text; the folder keeps every flag as it was."""
    deliver(sent(1, more=["In-Reply-To: <question@example.com>"]))
    assert _intake(office).take_in(mailbox) == 1
    (row,) = office.rows(OutreachMessage)
    assert (row.message_id, row.subject, row.source) == (
        "<sent.1@firm.example>", "Planning for your second plant", "sent_folder",
    )  # fmt: skip
    assert row.in_reply_to == "<question@example.com>"
    assert row.sent_at.isoformat() == "2026-03-04T08:00:00+00:00"
    assert not row.shared
    assert (text_of(office.vault, row) or "").startswith("Good morning,")
    assert row.text is not None
    assert b"planning software" not in row.text
    mailbox.examine("Sent")
    (fetched,) = mailbox.fetch([1], max_bytes=1000)
    assert "\\Seen" not in fetched.flags


def test_nothing_is_kept_of_others(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """A mail to somebody whom we hold no data about leaves no row, and its text is not even fetched."""
    deliver(sent(1, to="stranger@example.net"), sent(2, to='"jane.doe@example.com" <stranger@example.net>'))
    fetched: list[int] = []
    fetch = mailbox.fetch
    mailbox.fetch = lambda uids, **values: fetched.extend(uids) or fetch(uids, **values)  # type: ignore[method-assign]
    assert _intake(office).take_in(mailbox) == 2
    assert (office.rows(OutreachMessage), fetched) == ([], [])


def test_a_copy_counts_as_sent_to_them(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Also in Cc and Bcc; what others got too is marked, our own addresses being no others."""
    deliver(
        sent(1, to="boss@example.net", more=[f"Cc: Jane <{JANE.upper()}>"]),
        sent(2, to=OURS, more=[f"Bcc: {JANE}"]),
    )
    _intake(office).take_in(mailbox)
    assert [(row.message_id, row.shared) for row in office.rows(OutreachMessage)] == [
        ("<sent.1@firm.example>", True), ("<sent.2@firm.example>", False),
    ]  # fmt: skip


def test_quotes_are_not_our_words(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """What we quoted of a person must never be taken out of their next mail."""
    quoted = "On Mon, 2 Mar 2026 at 10:00, Jane Doe <jane.doe@example.com> wrote:\n> Please delete all my data."
    deliver(sent(1, text=f"With pleasure.\n\n{quoted}\n"))
    _intake(office).take_in(mailbox)
    assert _texts(office) == ["With pleasure."]


def test_our_letters_are_left_out(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """A copy of our own answer is no outreach."""
    office.add_contact(JOHN)
    office.handle(mail("Please stop.", sender=JOHN))
    office.deliver()
    (letter,) = office.rows(Letter)
    before = len(office.rows(OutreachMessage))
    deliver(sent(1, to=JOHN, message_id=letter.message_id))
    _intake(office).take_in(mailbox)
    assert len(office.rows(OutreachMessage)) == before


def test_what_a_contact_wrote_is_not_ours(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Not even where a folder of all mail is read."""
    office.add_contact(JOHN, number=7)
    deliver(sent(1, to=f"{OURS}, {JOHN}", sender=JANE))
    _intake(office).take_in(mailbox)
    assert [row.message_id for row in office.rows(OutreachMessage)] == ["<outreach.7@firm.example>"]


def test_a_robot_of_ours_answered_nobody(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """An absence note in Sent does not mean that a person was there first."""
    deliver(sent(1, more=["In-Reply-To: <question@example.com>", "Auto-Submitted: auto-replied"]))
    _intake(office).take_in(mailbox)
    assert [row.in_reply_to for row in office.rows(OutreachMessage)] == [None]


def test_it_begins_some_days_back(office: Installation, mailbox: Mailbox, dovecot_user: DovecotUser) -> None:
    """At the first mail that the server received within these days; older ones are not looked at."""
    for number, age in ((1, 400), (2, 30), (3, 1)):
        mailbox.append("Sent", sent(number), (), _days_ago(age))
    office.now = _days_ago(0)
    assert _intake(office, days=365).take_in(mailbox) == 2
    assert [row.message_id for row in office.rows(OutreachMessage)] == [
        "<sent.2@firm.example>",
        "<sent.3@firm.example>",
    ]


def test_twice_is_once(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """The next look begins where the last one ended; a rewound one finds nothing new."""
    deliver(*(sent(number) for number in (1, 2)))
    intake = _intake(office)
    assert [intake.take_in(mailbox), intake.take_in(mailbox)] == [2, 0]
    deliver(sent(3))
    assert intake.take_in(mailbox) == 1
    with office.database.write() as session:
        rewind(session)
    assert intake.take_in(mailbox) == 3
    assert len(office.rows(OutreachMessage)) == 3


def test_new_contacts_are_found_after_a_rewind(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """What went to them long before they were imported is found then."""
    deliver(sent(1), sent(2, to=JOHN))
    intake = _intake(office)
    intake.take_in(mailbox)
    office.add_contact(JOHN, number=7)
    assert intake.take_in(mailbox) == 0
    with office.database.write() as session:
        rewind(session)
    intake.take_in(mailbox)
    assert "<sent.2@firm.example>" in [row.message_id for row in office.rows(OutreachMessage)]


def test_a_call_is_bounded_and_the_next_one_goes_on(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """So that the inbox is never held up for long."""
    deliver(*(sent(number) for number in range(1, 8)))
    intake = _intake(office)
    assert [intake.take_in(mailbox, most=3) for _ in range(4)] == [3, 3, 1, 0]
    assert len(office.rows(OutreachMessage)) == 7


def test_a_long_folder_is_read_in_turns(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Two thousand mails, one in twenty to a contact, in turns of 600; in between the inbox would have been read."""
    deliver(*(sent(number, to="stranger@example.net" if number % 20 else JANE) for number in range(2000)))
    intake = _intake(office)
    assert [intake.take_in(mailbox, most=600) for _ in range(5)] == [600, 600, 600, 200, 0]
    assert len(office.rows(OutreachMessage)) == 100
    assert all(_texts(office))


def test_an_interruption_keeps_whole_portions(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Rows and cursor move together; another process may go on at once."""
    deliver(*(sent(number) for number in range(1, 6)))
    reading = _intake(office, portion=2).look_through(mailbox)
    assert next(reading) == Looked(2, 2, (1, 1), 0, left=3)
    with pytest.raises(KeyboardInterrupt):
        reading.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert (_cursor(office).last_uid, len(office.rows(OutreachMessage))) == (2, 2)
    assert _intake(office, "other").take_in(mailbox) == 3


def test_two_processes_do_not_read_at_once(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """The second is told so, also on the same machine; after a crash the lease runs out."""
    deliver(sent(1), sent(2))
    reading = _intake(office).look_through(mailbox)
    next(reading)
    with pytest.raises(LeaseLost):
        next(_intake(office).look_through(mailbox))
    assert _intake(office).take_in(mailbox) == 0
    office.now += timedelta(minutes=6)
    deliver(sent(3))
    assert _intake(office, "other").take_in(mailbox) == 1
    reading.close()


def test_a_rewind_meanwhile_is_not_lost(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Whoever is reading stops, and the next look begins at the beginning."""
    deliver(sent(1), sent(2))
    reading = _intake(office, portion=1).look_through(mailbox)
    next(reading)
    with office.database.write() as session:
        rewind(session)
    with pytest.raises(LeaseLost):
        next(reading)
    assert _intake(office).take_in(mailbox) == 2


def test_a_renumbered_folder_is_read_again_without_doubles(
    office: Installation, dovecot_user: DovecotUser, deliver: Deliver
) -> None:
    """The server lost its indexes: new UIDs, the same mails, the same rows."""
    deliver(sent(1), sent(2))
    with Mailbox.connect(dovecot_user.login()) as before:
        _intake(office).take_in(before)
    first = _cursor(office).uidvalidity
    dovecot_user.renumber("Sent")
    deliver(sent(3))
    with Mailbox.connect(dovecot_user.login()) as after:
        assert _intake(office).take_in(after) == 3
    assert _cursor(office).uidvalidity != first
    assert sorted(row.message_id or "" for row in office.rows(OutreachMessage)) == [
        f"<sent.{number}@firm.example>" for number in (1, 2, 3)
    ]


def test_an_imported_message_gets_its_text(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Its campaign stays; one that came without identifier is known by subject and time."""
    office.add_contact(JOHN, number=7, promise="delete")
    with office.database.write() as session:
        session.add(
            OutreachMessage(
                contact_id=1, subject="planning for  your second plant", message_id=None,
                sent_at=START.replace(day=4, hour=8, minute=3),
            )
        )  # fmt: skip
    deliver(sent(1), sent(2, to=JOHN, message_id="<outreach.7@firm.example>"))
    _intake(office).take_in(mailbox)
    rows = office.rows(OutreachMessage)
    assert [(row.contact_id, row.message_id, row.source) for row in rows] == [
        (2, "<outreach.7@firm.example>", "import"), (1, "<sent.1@firm.example>", "import"),
    ]  # fmt: skip
    assert rows[0].campaign_id is not None
    assert all(_texts(office))


def test_a_footer_tells_the_campaign(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Whatever was done to its lines, blanks, quotes and case."""
    added = Campaigns(office.database, office.vault, lambda: office.now).add("spring", "remove", FOOTER)
    changed = FOOTER.replace("\u201c", '"').replace("\u201d", '"').replace("\n", " ").upper()
    deliver(sent(1, text=f"Good morning\n\n{changed}"), sent(2, text="Good morning"))
    _intake(office).take_in(mailbox)
    assert [row.campaign_id for row in office.rows(OutreachMessage)] == [added.campaign_id, None]


def test_what_cannot_be_parsed_is_passed_by(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """It is counted, known by its header, and the next mails are read."""
    deep = "\n".join(f'--b{n}\nContent-Type: multipart/mixed; boundary="b{n + 1}"\n' for n in range(300))
    broken = sent(1).replace(
        b"Content-Type: text/plain; charset=utf-8", b'Content-Type: multipart/mixed; boundary="b0"'
    )
    deliver(broken + deep.replace("\n", "\r\n").encode(), sent(2))
    looked = list(_intake(office).look_through(mailbox))
    assert [(one.mails, one.unreadable, len(one.stored)) for one in looked] == [(2, 1, 2)]
    assert [bool(text) for text in _texts(office)] == [False, True]


def test_a_large_mail_is_read_at_its_beginning(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """Its text stands before its attachments."""
    parts = "--b\nContent-Type: text/plain\n\nGood morning\n--b\nContent-Type: application/pdf\n"
    raw = sent(1, text=parts + ("\n" + "x" * 76) * 10_000)
    deliver(raw.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"', 1))
    _intake(office).take_in(mailbox)
    assert _texts(office) == ["Good morning"]


@pytest.mark.parametrize("state", [ErasureState.PURGED, ErasureState.COMPLETING])
def test_what_was_purged_does_not_come_back(
    office: Installation, mailbox: Mailbox, deliver: Deliver, state: ErasureState
) -> None:
    """While only the address of a person is left, nothing is stored about them again."""
    reply_id = office.receive(mail("x"))
    with office.database.write() as session:
        session.add(
            Erasure(
                reply_id=reply_id, contact_id=1, account_id=office.account_id, case="R-1", digests=[], language="en",
                released=True, state=state, started_at=START, grace_until=START, purged_at=START,
            )
        )  # fmt: skip
    deliver(sent(1))
    _intake(office).take_in(mailbox)
    assert office.rows(OutreachMessage) == []


def test_without_a_folder_the_inbox_is_read_all_the_same(office: Installation, mailbox: Mailbox) -> None:
    """The service is told nothing but zero; a person is told what to set."""
    assert _intake(office, folder="No such folder").take_in(mailbox) == 0
    assert _intake(office, folder="INBOX").take_in(mailbox) == 0  # the cursor of replies stands there
    with pytest.raises(NoSentFolder):
        next(_intake(office, folder="INBOX").look_through(mailbox))


def test_a_folder_that_breaks_the_connection_lets_the_inbox_be_read(
    office: Installation, dovecot_user: DovecotUser, deliver: Deliver
) -> None:
    """After a loss there it rests, longer each time, and goes on when it can be read again."""
    deliver(sent(1))
    intake = _intake(office)
    for minutes in (1, 2, 4):
        with Mailbox.connect(dovecot_user.login()) as lost:
            dovecot_user.kick()
            with pytest.raises(MailboxLost):
                intake.take_in(lost)
        with Mailbox.connect(dovecot_user.login()) as again:
            office.now += timedelta(minutes=minutes, seconds=-1)
            assert intake.take_in(again) == 0
        office.now += timedelta(seconds=1)
    with Mailbox.connect(dovecot_user.login()) as healed:
        assert intake.take_in(healed) == 1


def test_characters_that_a_database_refuses(office: Installation, mailbox: Mailbox, deliver: Deliver) -> None:
    """NUL in a text stops nothing."""
    deliver(sent(1, text="Good\0 morning", subject="=?utf-8?q?Plan=00ning?="))
    assert _intake(office).take_in(mailbox) == 1
    assert [row.subject for row in office.rows(OutreachMessage)] == ["Plan ning"]
    assert "\0" not in (_texts(office)[0] or "\0")
