import logging
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from daemon.mail.errors import FolderRefused, InsecureConnection, LoginRefused, MailboxLost, UnsafeArgument
from daemon.mail.imap import Mailbox
from tests.servers.certificate import Certificate
from tests.servers.scripted_imap import AWAIT_DONE, CLOSE, HANG, Mail, Pause, ScriptedImap, StartTls

MAX_BYTES = 100_000
OK = b"{tag} OK done\r\n"
READING = {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "NOOP", "UID SEARCH", "UID FETCH", "IDLE", "DONE", "LIST", "LOGOUT"}


def mail(uid: int, flags: bytes = b"") -> Mail:
    return Mail(uid, b"Message-ID: <%d@customer.example>\r\nSubject: hello\r\n\r\nLetter %d.\r\n" % (uid, uid), flags)


@pytest.fixture
def server(scripted_imap: ScriptedImap) -> ScriptedImap:
    scripted_imap.mails += [mail(3), mail(5), mail(9)]
    return scripted_imap


@pytest.fixture
def mailbox(server: ScriptedImap) -> Iterator[Mailbox]:
    with Mailbox.connect(server.login()) as opened:
        opened.examine("INBOX")
        yield opened


def all_new(mailbox: Mailbox, after: int, **window: int) -> list[int]:
    return [uid for uids in mailbox.new_uids(after, **window) for uid in uids]


# --- waiting ---


def test_bye_in_idle_means_reconnect(server: ScriptedImap, mailbox: Mailbox):
    """A server that says goodbye in IDLE ends the wait with an error, at once."""
    server.answer("IDLE", b"+ idling\r\n", Pause(0.1), b"* BYE shutting down\r\n")
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        mailbox.wait(20)
    assert time.monotonic() - started < 2


def test_a_close_in_idle_means_reconnect_and_no_spin(server: ScriptedImap, mailbox: Mailbox):
    """A server that closes silently in IDLE is noticed at once, and costs no processor time."""
    server.answer("IDLE", b"+ idling\r\n", Pause(0.2), CLOSE)
    started, used = time.monotonic(), time.thread_time()
    with pytest.raises(MailboxLost):
        mailbox.wait(20)
    assert time.monotonic() - started < 2
    assert time.thread_time() - used < 0.1


def test_news_in_the_segment_that_opens_idle_is_seen(server: ScriptedImap, mailbox: Mailbox):
    """EXISTS right behind "+ idling" wakes, though the socket itself stays silent."""
    server.answer("IDLE", b"+ idling\r\n* 4 EXISTS\r\n", AWAIT_DONE, OK)
    started = time.monotonic()
    assert mailbox.wait(20)
    assert time.monotonic() - started < 2


def test_news_before_idle_opens_is_seen(server: ScriptedImap, mailbox: Mailbox):
    """EXISTS that comes before the continuation wakes as well."""
    server.answer("IDLE", b"* 4 EXISTS\r\n+ idling\r\n", AWAIT_DONE, OK)
    assert mailbox.wait(20)


def test_news_with_the_last_search_is_not_forgotten(server: ScriptedImap, mailbox: Mailbox):
    """Mail announced together with a search that could not list it yet keeps the next wait short."""
    server.answer("UID SEARCH", b"* SEARCH\r\n* 4 EXISTS\r\n{tag} OK done\r\n")
    assert all_new(mailbox, 9) == []
    assert mailbox.wait(20)
    assert "IDLE" not in server.names()


def test_half_a_line_in_idle_is_waited_for(server: ScriptedImap, mailbox: Mailbox):
    """A line in two segments is one line."""
    server.answer("IDLE", b"+ idling\r\n", Pause(0.1), b"* 4 EX", Pause(0.2), b"ISTS\r\n", AWAIT_DONE, OK)
    assert mailbox.wait(20)


def test_half_a_line_and_silence_in_idle_mean_reconnect(server: ScriptedImap, mailbox: Mailbox):
    """The second half of a line has as long as any answer, not as long as IDLE."""
    server.answer("IDLE", b"+ idling\r\n", b"* 4 EX", HANG)
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        mailbox.wait(20)
    assert time.monotonic() - started < 4


def test_a_sign_of_life_is_no_news(server: ScriptedImap, mailbox: Mailbox):
    """An untagged "still here" and other people's flags do not end the wait."""
    server.answer("IDLE", b"+ idling\r\n* OK Still here\r\n* 2 FETCH (FLAGS (\\Seen))\r\n", AWAIT_DONE, OK)
    assert mailbox.wait(0.3) is False


def test_idle_is_renewed(server: ScriptedImap):
    """A long wait is made of short ones, and news in any of them counts."""
    for _ in range(3):
        server.answer("IDLE", b"+ idling\r\n", AWAIT_DONE, OK)
    server.answer("IDLE", b"+ idling\r\n", Pause(0.1), b"* 4 EXISTS\r\n", AWAIT_DONE, OK)
    with Mailbox.connect(server.login(idle_renewal_s=0.2)) as mailbox:
        mailbox.examine("INBOX")
        assert mailbox.wait(20)
    assert server.names().count("IDLE") == 4


def test_idle_that_the_server_ends_by_itself_means_reconnect(server: ScriptedImap, mailbox: Mailbox):
    """A wait never returns early without a reason."""
    server.answer("IDLE", b"+ idling\r\n", b"{tag} OK enough\r\n")
    with pytest.raises(MailboxLost):
        mailbox.wait(20)


def test_idle_that_is_refused_becomes_a_pause(server: ScriptedImap, mailbox: Mailbox):
    """A server that offers IDLE and refuses it is polled, and not asked for it again."""
    server.answer("IDLE", b"{tag} NO not today\r\n")
    started = time.monotonic()
    assert mailbox.wait(0.3) is True
    assert mailbox.wait(0.1) is True
    assert time.monotonic() - started >= 0.4
    assert server.names().count("IDLE") == 1


def test_capabilities_are_asked_again_after_the_login(server: ScriptedImap):
    """IDLE that is offered before the login only is not used."""
    server.capabilities_after_login = b"IMAP4rev1"
    with Mailbox.connect(server.login()) as mailbox:
        mailbox.examine("INBOX")
        assert mailbox.wait(0.1) is True
    assert "IDLE" not in server.names()
    server.capabilities, server.capabilities_after_login = b"IMAP4rev1", b"IMAP4rev1 IDLE"
    with Mailbox.connect(server.login()) as mailbox:
        mailbox.examine("INBOX")
        assert mailbox.wait(0.1) is False
    assert "IDLE" in server.names()


# --- listing ---


def test_the_last_mail_is_not_listed_again(mailbox: Mailbox):
    """n:* names the last mail even when it is old; the cursor does not believe it."""
    assert all_new(mailbox, 9) == []
    assert all_new(mailbox, 5) == [9]


def test_a_sparse_folder_is_searched_once(server: ScriptedImap, mailbox: Mailbox):
    """Few mails with huge UIDs do not cost a search for every window."""
    server.mails.append(mail(4_000_000_000))
    mailbox.examine("INBOX")
    assert all_new(mailbox, 0, window=10) == [3, 5, 9, 4_000_000_000]
    assert server.names().count("UID SEARCH") == 2


def test_a_full_folder_is_searched_in_windows(server: ScriptedImap, mailbox: Mailbox):
    """No answer lists more UIDs than a line can hold."""
    server.mails[:] = [mail(uid) for uid in range(1, 50)]
    mailbox.examine("INBOX")
    lists = list(mailbox.new_uids(4, window=10))
    assert [uid for uids in lists for uid in uids] == list(range(5, 50))
    assert max(map(len, lists)) == 10


def test_uids_that_nobody_asked_for_are_dropped(server: ScriptedImap, mailbox: Mailbox):
    """A search that answers with other UIDs cannot move the cursor back or beyond."""
    server.answer("UID SEARCH", b"* SEARCH 1 2 9 77\r\n* SEARCH 5\r\n", OK)
    server.answer("UID SEARCH", b"* SEARCH 9\r\n", OK)
    assert all_new(mailbox, 3) == [5, 9]


def test_a_changed_uidvalidity_shows(server: ScriptedImap, mailbox: Mailbox):
    """EXAMINE tells the new value every time."""
    server.uidvalidity = 7
    assert mailbox.examine("INBOX").uidvalidity == 7


def test_a_folder_without_uidnext_is_read_all_the_same(server: ScriptedImap, mailbox: Mailbox):
    """Where UIDNEXT is missing, the last mail tells it; without UIDVALIDITY nothing can be read safely."""
    server.answer("EXAMINE", b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] v\r\n{tag} OK done\r\n")
    assert mailbox.examine("INBOX").uidnext == 10
    server.answer("EXAMINE", b"* 3 EXISTS\r\n{tag} OK done\r\n")
    with pytest.raises(FolderRefused, match="UIDVALIDITY"):
        mailbox.examine("INBOX")


# --- fetching ---


def test_flags_of_another_mail_are_not_believed(server: ScriptedImap, mailbox: Mailbox):
    r"""An unsolicited row without UID, whose sequence number equals a UID, gives nobody its \Deleted flag."""
    row = b"* %d FETCH (UID %d RFC822.SIZE %d FLAGS ())\r\n"
    rows = b"".join(row % (n, m.uid, len(m.raw)) for n, m in enumerate(server.mails, 1))
    before, after = b"* 3 FETCH (FLAGS (\\Deleted))\r\n", b"* 5 FETCH (FLAGS (\\Answered))\r\n"
    server.answer("UID FETCH", before + rows + after + OK)
    bodies = (
        b"* 3 FETCH (BODY[] {5}\r\nwrong)\r\n"
        b"* 3 FETCH (UID 9 BODY[] {4}\r\nnine)\r\n"
        b"* 1 FETCH (UID 3 BODY[] {5}\r\nthree)\r\n"
        b"* 2 FETCH (UID 5 BODY[] {4}\r\nfive)\r\n"
        b"* 8 FETCH (UID 77 BODY[] {1}\r\nx)\r\n"
    )
    server.answer("UID FETCH", bodies + OK)
    fetched = list(mailbox.fetch([3, 5, 9], max_bytes=MAX_BYTES))
    assert [(m.uid, m.raw, m.flags) for m in fetched] == [
        (3, b"three", frozenset()),
        (5, b"five", frozenset()),
        (9, b"nine", frozenset()),
    ]


def test_a_body_that_is_not_there_yet_is_asked_for_later(server: ScriptedImap, mailbox: Mailbox):
    """Missing, NIL or empty: the mail exists, its bytes do not yet."""
    meta = b"".join(
        b"* %d FETCH (UID %d RFC822.SIZE 70 FLAGS ())\r\n" % (n, m.uid) for n, m in enumerate(server.mails, 1)
    )
    server.answer("UID FETCH", meta + OK)
    server.answer(
        "UID FETCH", b'* 1 FETCH (UID 3)\r\n* 2 FETCH (UID 5 BODY[] NIL)\r\n* 3 FETCH (UID 9 BODY[] "")\r\n' + OK
    )
    assert [(m.uid, m.raw) for m in mailbox.fetch([3, 5, 9], max_bytes=MAX_BYTES)] == [(3, None), (5, None), (9, None)]


def test_a_vanished_mail_is_left_out(mailbox: Mailbox):
    """A UID that is gone is gone."""
    assert [m.uid for m in mailbox.fetch([3, 4, 9], max_bytes=MAX_BYTES)] == [3, 9]


def test_a_mail_that_the_server_left_out_is_not_taken_for_gone(server: ScriptedImap, mailbox: Mailbox):
    """A short answer does not lose mail: what a search still lists is asked for later."""
    server.answer("UID FETCH", b"* 1 FETCH (UID 3 RFC822.SIZE 60 FLAGS ())\r\n" + OK)
    server.answer("UID FETCH", b'* 1 FETCH (UID 3 BODY[] "x")\r\n' + OK)
    server.answer("UID FETCH", OK)
    server.answer("UID FETCH", OK)
    assert [(m.uid, m.raw) for m in mailbox.fetch([3, 4, 9], max_bytes=MAX_BYTES)] == [(3, b"x"), (9, None)]


@pytest.mark.parametrize("broken", [b'FLAGS (a"b") ', b"RFC822.SIZE ", b"ENVELOPE (", b"BODY[ "])
def test_one_unreadable_row_costs_one_mail(server: ScriptedImap, mailbox: Mailbox, broken):
    """A row that cannot be parsed keeps neither the others nor, for ever, its own mail away."""
    meta = b"* 1 FETCH (UID 3 RFC822.SIZE 60)\r\n* 2 FETCH (UID 5 " + broken + b")\r\n"
    server.answer("UID FETCH", meta + OK)
    server.answer("UID FETCH", b"* 1 FETCH (UID 3 RFC822.SIZE 60)\r\n" + OK)
    server.answer("UID FETCH", b"* 2 FETCH (UID 5 " + broken + b")\r\n" + OK)
    assert [(m.uid, m.raw) for m in mailbox.fetch([3, 5], max_bytes=MAX_BYTES)] == [
        (3, server.mails[0].raw),
        (5, server.mails[1].raw),
    ]


@pytest.mark.parametrize("date", [b"31-Feb-2026 25:99:00 +9900", b"yesterday", b"", b"01-Jan-0001 00:00:00 +1400"])
def test_a_senseless_date_is_no_date(server: ScriptedImap, mailbox: Mailbox, date):
    """INTERNALDATE that is none is None; the mail comes all the same."""
    server.mails[0].internal_date = date
    (fetched,) = mailbox.fetch([3], max_bytes=MAX_BYTES)
    assert fetched.internal_date is None
    assert fetched.raw == server.mails[0].raw


def test_a_huge_literal_is_not_read(server: ScriptedImap, mailbox: Mailbox):
    """A server that announces more than it said before does not get our memory."""
    server.answer("UID FETCH", b"* 1 FETCH (UID 3 RFC822.SIZE 60 FLAGS ())\r\n" + OK)
    server.answer("UID FETCH", b"* 1 FETCH (UID 3 BODY[] {4000000000}\r\n", HANG)
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        list(mailbox.fetch([3], max_bytes=MAX_BYTES))
    assert time.monotonic() - started < 0.9


def test_a_line_without_end_is_not_read(server: ScriptedImap):
    """A line has a limit too: the connection is given up long before the time-out."""
    server.answer("UID SEARCH", b"* SEARCH" + b" 12345678" * 700_000, HANG)
    with Mailbox.connect(server.login(read_timeout_s=20.0)) as mailbox:
        mailbox.examine("INBOX")
        started = time.monotonic()
        with pytest.raises(MailboxLost):
            all_new(mailbox, 0)
    assert time.monotonic() - started < 10


def test_an_answer_in_many_segments_is_one_answer(server: ScriptedImap, mailbox: Mailbox):
    """Lines and literals may break anywhere."""
    answer = b"* 1 FETCH (UID 3 RFC822.SIZE 5 FLAGS (\\Answered))\r\n{tag} OK done\r\n"
    server.answer("UID FETCH", answer[:20], Pause(0.05), answer[20:50], Pause(0.05), answer[50:])
    server.answer(
        "UID FETCH", b"* 1 FETCH (UID 3 BODY[] {5", Pause(0.05), b"}\r\nab", Pause(0.05), b"cde", b")\r\n" + OK
    )
    (fetched,) = mailbox.fetch([3], max_bytes=MAX_BYTES)
    assert (fetched.raw, fetched.flags) == (b"abcde", {"\\Answered"})


@pytest.mark.parametrize(
    "step", [b"* 1 FETCH (UID 3 RFC8", b"* 1 FETCH (UID 3 BODY[] {90}\r\nabc", b"* what is this\r\n", b""]
)
def test_half_an_answer_and_silence_mean_reconnect(server: ScriptedImap, mailbox: Mailbox, step):
    """No wait is for ever, and a connection that went silent is not used again."""
    server.answer("UID FETCH", step, HANG)
    started = time.monotonic()
    with pytest.raises(MailboxLost) as lost:
        list(mailbox.fetch([3], max_bytes=MAX_BYTES))
    assert time.monotonic() - started < 3
    assert not lost.value.permanent
    with pytest.raises(MailboxLost):
        mailbox.examine("INBOX")


@pytest.mark.parametrize("answer", [b"{tag} NO [LIMIT] too fast\r\n", b"{tag} BAD what\r\n", b"gibberish\r\n"])
def test_a_throttled_fetch_means_reconnect_later(server: ScriptedImap, mailbox: Mailbox, answer):
    """NO to a command that must work is a reason to wait, and to use this connection no more."""
    server.answer("UID FETCH", answer)
    with pytest.raises(MailboxLost):
        list(mailbox.fetch([3], max_bytes=MAX_BYTES))
    with pytest.raises(MailboxLost):
        mailbox.examine("INBOX")


def test_errors_do_not_quote_mail(server: ScriptedImap, mailbox: Mailbox):
    """What imaplib stumbles over may be mail; neither message nor cause repeats it."""
    server.answer("UID FETCH", b"Dear Sir, my name is Jane\r\n", HANG)
    with pytest.raises(MailboxLost) as lost:
        list(mailbox.fetch([3], max_bytes=MAX_BYTES))
    assert "Jane" not in str(lost.value)
    assert lost.value.__cause__ is None
    assert lost.value.__suppress_context__


# --- logging in ---


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n", LoginRefused),
        (b"{tag} NO LOGIN failed.\r\n", LoginRefused),
        (b"{tag} NO BAD PASSWORD\r\n", LoginRefused),
        (b"{tag} NO [EXPIRED] That password isn't valid any more.\r\n", LoginRefused),
        (b"{tag} NO [LIMIT] Too many simultaneous connections\r\n", MailboxLost),
        (b"{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n", MailboxLost),
        (b"{tag} NO [UNAVAILABLE] Temporary authentication failure\r\n", MailboxLost),
        (b"{tag} BAD User is authenticated but not connected.\r\n", MailboxLost),
        (b"* BYE [UNAVAILABLE] overloaded\r\n", MailboxLost),
        (b"* BYE\r\n{tag} NO bye\r\n", MailboxLost),
    ],
)
@pytest.mark.parametrize("capabilities", [b"IMAP4rev1", b"IMAP4rev1 AUTH=PLAIN"])
def test_a_refused_login_is_told_from_a_busy_server(server: ScriptedImap, answer, expected, capabilities):
    """Only what changed settings can mend is permanent."""
    server.capabilities = capabilities
    server.answer("LOGIN", answer, CLOSE)
    server.answer("AUTHENTICATE", answer, CLOSE)
    with pytest.raises(expected) as refused:
        Mailbox.connect(server.login())
    assert refused.value.permanent is (expected is LoginRefused)


def test_a_user_name_with_spaces_and_quotes_stays_one_word(server: ScriptedImap):
    """LOGIN carries both words quoted; neither can end the command."""
    server.capabilities = b"IMAP4rev1"
    with Mailbox.connect(server.login(user='my "box" (sales)')):
        pass
    assert rb'LOGIN "my \"box\" (sales)" "secret"' in server.commands


@pytest.mark.parametrize("greeting", [b"* BYE no room\r\n", b"220 smtp.example ESMTP\r\n", b"* OK", b""])
def test_a_wrong_greeting_means_try_later(server: ScriptedImap, greeting):
    """A server that does not speak IMAP at the moment is not there."""
    server.greet(greeting, Pause(0.1), CLOSE)
    with pytest.raises(MailboxLost):
        Mailbox.connect(server.login())


def test_a_server_that_says_nothing_is_given_up(server: ScriptedImap):
    """Connecting has a time-out."""
    server.greet(HANG)
    started = time.monotonic()
    with pytest.raises(MailboxLost):
        Mailbox.connect(server.login())
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("offered", [b"IMAP4rev1 AUTH=PLAIN", b"IMAP4rev1 STARTTLS AUTH=PLAIN"])
def test_without_starttls_the_password_is_not_sent(server: ScriptedImap, offered):
    """Neither a missing offer nor a refusal leads to clear text."""
    server.capabilities = offered
    server.answer("STARTTLS", b"{tag} NO not now\r\n")
    with pytest.raises(InsecureConnection, match="STARTTLS"):
        Mailbox.connect(server.login(tls="starttls"))
    assert set(server.names()) <= {"CAPABILITY", "STARTTLS"}


def test_clear_text_behind_starttls_ends_the_session(server: ScriptedImap, certificate: Certificate):
    """What somebody slipped in before the encryption is not read as if it were encrypted."""
    server.capabilities = b"IMAP4rev1 STARTTLS"
    login = server.login(tls="starttls", cafile=certificate.cert)
    server.answer("STARTTLS", b"{tag} OK begin\r\n", StartTls(certificate))
    Mailbox.connect(login).close()
    assert "LOGIN" in server.names()
    server.commands.clear()
    server.answer("STARTTLS", b"{tag} OK begin\r\n* BYE slipped in\r\n", StartTls(certificate))
    with pytest.raises(MailboxLost):
        Mailbox.connect(login)
    server.answer("STARTTLS", b"{tag} OK begin\r\n* OK slipped in\r\n", StartTls(certificate))
    with pytest.raises(MailboxLost):
        Mailbox.connect(login)
    assert set(server.names()) <= {"CAPABILITY", "STARTTLS"}


def test_clear_text_stays_on_this_machine(own_address: str):
    """Without TLS another machine gets no password, and is asked nothing but what it offers."""
    server = ScriptedImap(address=own_address)
    server.start()
    with pytest.raises(InsecureConnection, match="not encrypted"):
        Mailbox.connect(server.login())
    server.stop()
    assert set(server.names()) <= {"CAPABILITY"}


# --- what is never sent or kept ---


@pytest.mark.parametrize(
    "text", ["x\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE", "x\nX1 EXPUNGE", "x\rX1 EXPUNGE", "x\0", "\x7f", ""]
)
def test_no_argument_can_begin_a_command_of_its_own(server: ScriptedImap, mailbox: Mailbox, text):
    """Folder, flags, field names and user are refused before a byte is sent."""
    sent = len(server.commands)
    for attempt in (
        lambda: mailbox.examine(text),
        lambda: mailbox.append(text, b"x"),
        lambda: mailbox.append("Sent", b"x", [text]),
        lambda: list(mailbox.list_headers([3], [text])),
        lambda: Mailbox.connect(server.login(user=text)),
    ):
        with pytest.raises(UnsafeArgument, match=r"line breaks|IMAP flag|field name"):
            attempt()
    assert len(server.commands) == sent


@pytest.mark.parametrize("uids", [["1:*"], [0], [-1], [2**32], [True], [1.0], ["1\r\nX1 EXPUNGE"]])
def test_only_whole_numbers_are_uids(server: ScriptedImap, mailbox: Mailbox, uids):
    """Ranges and text are refused before a byte is sent."""
    sent = len(server.commands)
    with pytest.raises(UnsafeArgument, match="UID"):
        list(mailbox.fetch(uids, max_bytes=MAX_BYTES))
    with pytest.raises(UnsafeArgument, match="UID"):
        list(mailbox.list_headers(uids))
    assert len(server.commands) == sent


def test_a_password_with_a_line_break_is_not_sent(server: ScriptedImap):
    """A password from a file often ends with a line break; LOGIN would carry it inline."""
    with pytest.raises(UnsafeArgument, match="line breaks"):
        Mailbox.connect(server.login(password="x\r\nA1 DELETE INBOX"))
    assert server.names() == []


def test_reading_sends_nothing_that_writes(server: ScriptedImap, mailbox: Mailbox):
    """All of reading needs no SELECT, STORE, EXPUNGE, MOVE or COPY, and takes bodies by PEEK only."""
    list(mailbox.fetch(all_new(mailbox, 0), max_bytes=MAX_BYTES))
    list(mailbox.fetch([3], max_bytes=10))
    list(mailbox.list_headers([3, 5], ["Message-ID", "In-Reply-To"]))
    mailbox.find_special(rb"\Sent")
    mailbox.wait(0.1)
    mailbox.close()
    assert set(server.names()) <= READING
    fetches = [line for line in server.commands if line.startswith(b"UID FETCH")]
    assert len(fetches) == 5
    assert all(b"BODY.PEEK[" in line or b"BODY" not in line for line in fetches)


def test_no_body_reaches_the_log(server: ScriptedImap, mailbox: Mailbox, caplog):
    """Even a log at DEBUG holds neither mail nor password."""
    logging.getLogger("imapclient").setLevel(logging.DEBUG)
    logging.getLogger("imapclient.imaplib").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG), Mailbox.connect(server.login()) as again:
        again.examine("INBOX")
        list(again.fetch([3], max_bytes=MAX_BYTES))
        with suppress(MailboxLost):
            again.append("Sent", b"Subject: secret letter\r\n\r\n")
    assert "Letter" not in caplog.text
    assert "letter" not in caplog.text
    assert "secret" not in caplog.text


def test_settings_and_mails_do_not_show_secrets(server: ScriptedImap, mailbox: Mailbox):
    """Passwords and bodies are no part of what is printed."""
    assert "secret" not in repr(server.login())
    assert "Letter" not in repr(list(mailbox.fetch([3], max_bytes=MAX_BYTES)))


def test_a_folder_that_is_busy_is_not_a_folder_that_is_missing(server: ScriptedImap, mailbox: Mailbox):
    """Not now is a lost connection, not so is a setting."""
    server.answer("EXAMINE", b"{tag} NO [NONEXISTENT] no such mailbox\r\n")
    with pytest.raises(FolderRefused, match="NONEXISTENT"):
        mailbox.examine("Nowhere")
    server.answer("EXAMINE", b"{tag} NO [UNAVAILABLE] backend down\r\n")
    with pytest.raises(MailboxLost):
        mailbox.examine("INBOX")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n* LIST (\\sent) "/" "Post/Raus"\r\n', "Post/Raus"),
        (b'* LIST () "." "INBOX.Archive"\r\n* LIST () "." "INBOX.Sent"\r\n', "INBOX.Sent"),
        (b'* LIST () "/" "Gesendete Objekte"\r\n* LIST () "/" Sent\r\n', "Sent"),
        (b'* LIST () "/" "&AMk-l&AOk-ments envoy&AOk-s"\r\n', "Éléments envoyés"),
        (b'* LIST () NIL "Consent"\r\n', None),
        (b"", None),
    ],
)
def test_sent_is_found_by_its_use_or_its_name(server: ScriptedImap, mailbox: Mailbox, listed, expected):
    """Special use first, then the names that mail programs give it."""
    server.answer("LIST", listed + OK)
    assert mailbox.find_special(rb"\Sent") == expected
