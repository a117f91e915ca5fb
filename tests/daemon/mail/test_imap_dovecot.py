import threading
import time
from datetime import UTC, date, datetime

import pytest
from imapclient import IMAPClient

from daemon.mail.errors import FolderRefused, InsecureConnection, LoginRefused, MailboxLost
from daemon.mail.imap import Mailbox
from daemon.mail.sent import letters_in_sent
from tests.servers.dovecot import Dovecot, DovecotUser

pytestmark = pytest.mark.dovecot

MAX_BYTES = 1_000_000
LETTER = (
    b"From: Jane <jane@customer.example>\r\nMessage-ID: <%d@customer.example>\r\nSubject: hello\r\n\r\nLetter %d.\r\n"
)


def letter(number: int) -> bytes:
    return LETTER % (number, number)


def all_new(mailbox: Mailbox, after: int = 0, **window: int) -> list[int]:
    return [uid for uids in mailbox.new_uids(after, **window) for uid in uids]


def second_session(user: DovecotUser) -> IMAPClient:
    client = IMAPClient("127.0.0.1", port=user.server.port, ssl=False)
    client.login(user.name, user.login().password)
    return client


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_every_way_of_connecting_reads_mail(dovecot_user: DovecotUser, tls):
    """Implicit TLS, STARTTLS and clear text on loopback lead to the same mail."""
    dovecot_user.deliver(letter(1))
    with Mailbox.connect(dovecot_user.login(tls)) as mailbox:
        assert mailbox.examine("INBOX").exists == 1
        (fetched,) = mailbox.fetch(all_new(mailbox), max_bytes=MAX_BYTES)
    assert fetched.raw == letter(1)


def test_fetch_gives_bytes_size_and_an_aware_date(dovecot_user: DovecotUser, mailbox: Mailbox):
    """A mail comes as it was delivered, with its size and the moment of receipt in UTC."""
    dovecot_user.deliver(letter(1))
    mailbox.examine("INBOX")
    (fetched,) = mailbox.fetch([1], max_bytes=MAX_BYTES)
    assert (fetched.uid, fetched.raw, fetched.size_bytes) == (1, letter(1), len(letter(1)))
    assert fetched.internal_date is not None
    assert abs(fetched.internal_date.timestamp() - time.time()) < 60
    assert fetched.internal_date.utcoffset().total_seconds() == 0
    assert not fetched.truncated


def test_reading_leaves_no_trace(dovecot_user: DovecotUser, mailbox: Mailbox):
    r"""After every way of reading, no file carries a flag: \Seen least of all."""
    for number in range(3):
        dovecot_user.deliver(letter(number))
    mailbox.examine("INBOX")
    list(mailbox.fetch([1, 2, 3], max_bytes=MAX_BYTES))
    list(mailbox.fetch([1], max_bytes=20))
    list(mailbox.list_headers([1, 2, 3]))
    with Mailbox.connect(dovecot_user.login()) as again:
        again.examine("INBOX")
        assert all("\\Seen" not in fetched.flags for fetched in again.fetch([1, 2, 3], max_bytes=MAX_BYTES))
    assert all(name.endswith((":2,", ".test")) for name in dovecot_user.file_names())


def test_a_big_mail_comes_in_part(dovecot_user: DovecotUser, mailbox: Mailbox):
    """Above the limit only the beginning is taken, the header with it, and the true size is told."""
    big = letter(1) + b"0123456789abcde\r\n" * 200_000
    dovecot_user.deliver(big)
    dovecot_user.deliver(letter(2))
    mailbox.examine("INBOX")
    first, second = mailbox.fetch([1, 2], max_bytes=100_000)
    assert first.truncated
    assert first.raw == big[:100_000]
    assert first.size_bytes == len(big)
    assert second.raw == letter(2)


def test_many_mails_come_in_order_and_portions(dovecot_user: DovecotUser, mailbox: Mailbox):
    """More mails than fit one command, searched in small windows, come complete and ascending."""
    for number in range(450):
        dovecot_user.deliver(letter(number))
    mailbox.examine("INBOX")
    windows = list(mailbox.new_uids(7, window=100))
    uids = [uid for window in windows for uid in window]
    assert uids == list(range(8, 451))
    assert max(map(len, windows)) <= 100
    assert [fetched.uid for fetched in mailbox.fetch(uids, max_bytes=MAX_BYTES) if fetched.raw] == uids


def test_mails_since_a_day_are_found_by_when_they_came(mailbox: Mailbox):
    """By the server's date of receipt, whatever their own says and in whatever order they lie there."""
    for number, day in enumerate((9, 3, 20, 1), 1):
        mailbox.append("INBOX", letter(number), (), datetime(2026, 3, day, 12, tzinfo=UTC))
    mailbox.examine("INBOX")
    assert list(mailbox.new_uids(0, since=date(2026, 3, 5))) == [[1, 3]]
    assert list(mailbox.new_uids(1, window=1, since=date(2026, 3, 5))) == [[3]]
    assert list(mailbox.new_uids(0, since=date(2026, 3, 21))) == []


def test_nothing_new_means_nothing(dovecot_user: DovecotUser, mailbox: Mailbox):
    """At the end of the folder the last mail is not reported again, though n:* names it."""
    dovecot_user.deliver(letter(1))
    mailbox.examine("INBOX")
    assert all_new(mailbox, after=1) == []
    assert all_new(mailbox, after=99) == []


def test_mail_since_examine_is_found(dovecot_user: DovecotUser, mailbox: Mailbox):
    """A mail that came after EXAMINE is listed without opening the folder again."""
    mailbox.examine("INBOX")
    dovecot_user.deliver(letter(1))
    assert all_new(mailbox) == [1]
    dovecot_user.deliver(letter(2))
    assert all_new(mailbox, after=1) == [2]


def test_idle_wakes_for_new_mail(dovecot_user: DovecotUser, mailbox: Mailbox):
    """A delivery ends the wait long before its time is over."""
    mailbox.examine("INBOX")
    timer = threading.Timer(0.3, dovecot_user.deliver, [letter(1)])
    timer.start()
    started = time.monotonic()
    assert mailbox.wait(20)
    assert time.monotonic() - started < 5
    timer.join()
    assert all_new(mailbox) == [1]


def test_idle_ends_in_time_when_nothing_comes(mailbox: Mailbox):
    """Without news the wait lasts as long as asked, says so, and the connection stays usable."""
    mailbox.examine("INBOX")
    started = time.monotonic()
    assert mailbox.wait(0.4) is False
    assert 0.4 <= time.monotonic() - started < 2
    assert all_new(mailbox) == []


def test_an_interrupt_ends_the_wait(mailbox: Mailbox):
    """The service can stop at once, and an interrupt counts once."""
    mailbox.examine("INBOX")
    timer = threading.Timer(0.2, mailbox.interrupt)
    timer.start()
    started = time.monotonic()
    assert mailbox.wait(20) is False
    assert time.monotonic() - started < 2
    timer.join()
    assert mailbox.wait(0.1) is False


def test_a_kicked_connection_is_lost_and_found_again(dovecot_user: DovecotUser, mailbox: Mailbox):
    """When the server ends the connection in IDLE, the wait says so at once; a new connection works."""
    mailbox.examine("INBOX")
    timer = threading.Timer(0.3, dovecot_user.kick)
    timer.start()
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        mailbox.wait(20)
    assert time.monotonic() - started < 5
    timer.join()
    with Mailbox.connect(dovecot_user.login()) as again:
        assert again.examine("INBOX").exists == 0


def test_a_mail_expunged_by_somebody_else_is_left_out(dovecot_user: DovecotUser, mailbox: Mailbox):
    """Expunging in another session takes one mail away and changes none of the others."""
    for number in range(1, 5):
        dovecot_user.deliver(letter(number))
    mailbox.examine("INBOX")
    uids = all_new(mailbox)
    other = second_session(dovecot_user)
    other.select_folder("INBOX")
    other.delete_messages([2])
    other.expunge()
    other.logout()
    fetched = {mail.uid: mail.raw for mail in mailbox.fetch(uids, max_bytes=MAX_BYTES)}
    assert {uid: raw for uid, raw in fetched.items() if raw} == {1: letter(1), 3: letter(3), 4: letter(4)}
    assert [mail.uid for mail in mailbox.fetch(uids, max_bytes=MAX_BYTES)] == [1, 3, 4]


def test_lost_indexes_change_uidvalidity(dovecot_user: DovecotUser):
    """A folder that was renumbered shows another UIDVALIDITY, so that a cursor is not trusted."""
    for number in range(1, 5):
        dovecot_user.deliver(letter(number))
    with Mailbox.connect(dovecot_user.login()) as mailbox:
        before = mailbox.examine("INBOX")
    dovecot_user.renumber()
    with Mailbox.connect(dovecot_user.login()) as mailbox:
        after = mailbox.examine("INBOX")
    assert before.uidvalidity != after.uidvalidity
    assert (before.exists, after.exists) == (4, 4)


def test_a_wrong_password_is_told_from_a_lost_server(dovecot_user: DovecotUser):
    """Wrong credentials are refused for good."""
    with pytest.raises(LoginRefused, match="correct user, password") as refused:
        Mailbox.connect(dovecot_user.login(password="wrong"))
    assert refused.value.permanent


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot_user: DovecotUser):
    """Without the authority's file the connection is not trusted, whichever way TLS starts."""
    for tls in ("implicit", "starttls"):
        with pytest.raises(InsecureConnection, match="not trusted"):
            Mailbox.connect(dovecot_user.login(tls, cafile=None))


def test_a_folder_that_is_not_there_is_a_setting_to_correct(mailbox: Mailbox):
    """A missing folder is refused with its name; the connection stays usable."""
    with pytest.raises(FolderRefused, match="Nowhere"):
        mailbox.examine("Nowhere")
    assert mailbox.examine("INBOX").exists == 0


def test_sent_is_found_filled_and_listed(mailbox: Mailbox):
    """Sent is found by its special use, takes a letter with its flags, and lists Message-IDs by UID."""
    sent = mailbox.find_special(rb"\Sent")
    assert sent == "Sent"
    assert mailbox.append(sent, letter(7), ["\\Seen"]) == 1
    assert mailbox.append(sent, b"Subject: no id\r\n\r\n") == 2
    assert mailbox.append(sent, letter(8)) == 3
    assert list(letters_in_sent(mailbox, sent, 0)) == [(1, "<7@customer.example>"), (3, "<8@customer.example>")]
    assert list(letters_in_sent(mailbox, sent, 1)) == [(3, "<8@customer.example>")]
    (fetched,) = mailbox.fetch([1], max_bytes=MAX_BYTES)
    assert "\\Seen" in fetched.flags


@pytest.mark.parametrize("name", ["Gelöschte / Antworten", 'quo"te\\d', "&", "日本語"])
def test_folder_names_of_all_tongues_work(dovecot_user: DovecotUser, mailbox: Mailbox, name):
    """Folder names are carried in the mailbox's own encoding, not inline."""
    other = second_session(dovecot_user)
    other.create_folder(name)
    other.logout()
    mailbox.append(name, letter(1))
    assert mailbox.examine(name).exists == 1


def test_the_server_ran_without_errors(dovecot: Dovecot):
    """Nothing that the tests did made Dovecot complain."""
    assert "Error:" not in dovecot.log()
