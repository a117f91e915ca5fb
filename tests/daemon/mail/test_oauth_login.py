"""Login by token at mail servers that speak XOAUTH2 and refuse what has ended."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from daemon import clock
from daemon.mail.errors import LoginRefused, MailboxLost, SmtpUnavailable
from daemon.mail.imap import Mailbox
from daemon.mail.smtp import Submission
from daemon.mail.tokens import CachedTokens, Token, TokenNotTaken, TokenRefused, TokenUnavailable
from tests.servers.scripted_imap import CLOSE, ScriptedImap
from tests.servers.smtp_sink import USER, SmtpSink

LETTER = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nHello.\r\n"
STALE, FRESH = "stale-canary", "fresh-canary"


def _giving(*tokens: str | Exception) -> CachedTokens:
    """Gives these one after another."""
    left = iter(tokens)

    def fetch() -> Token:
        given = next(left)
        if isinstance(given, Exception):
            raise given
        return Token(given, clock.now() + timedelta(hours=1))

    return CachedTokens(fetch, clock.now)


@pytest.fixture(params=["IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=PLAIN", "IMAP4rev1 AUTH=XOAUTH2"])
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedImap]:
    """An IMAP server that takes tokens, within the command or after it."""
    server = ScriptedImap(capabilities=request.param.encode())
    server.start()
    yield server
    server.stop()


def _sent(server: ScriptedImap) -> list[bytes]:
    return [line for line in server.commands if line.startswith(b"AUTHENTICATE")]


def test_a_mailbox_is_opened_by_a_token(server):
    """With SASL-IR in one line (RFC 4959), without it in the next; a token of any length fits."""
    server.tokens = {long := "x" * 3000}
    with Mailbox.connect(server.login(password="", tokens=_giving(long))) as mailbox:
        mailbox.examine("INBOX")
    said = base64.b64encode(b"user=sales@example.com\x01auth=Bearer " + long.encode() + b"\x01\x01")
    wanted = b"AUTHENTICATE XOAUTH2 " + said if b"SASL-IR" in server.capabilities else b"AUTHENTICATE XOAUTH2"
    assert _sent(server) == [wanted]


def test_a_stale_token_is_renewed_once(server):
    """The server's challenge gets its empty answer, and a second connection a new token."""
    server.tokens = {FRESH}
    with Mailbox.connect(server.login(tokens=_giving(STALE, FRESH))) as mailbox:
        mailbox.examine("INBOX")
    assert len(_sent(server)) == 2


def test_a_token_that_is_refused_anew_ends_the_login(server):
    """After one renewal it is the permission, not the age; no message holds a token."""
    with pytest.raises(TokenNotTaken, match="AUTHENTICATE failed") as caught:
        Mailbox.connect(server.login(tokens=_giving(STALE, FRESH)))
    assert isinstance(caught.value, LoginRefused)
    assert caught.value.permanent
    assert "canary" not in str(caught.value)
    assert len(_sent(server)) == 2


def test_a_server_that_is_busy_costs_no_token(server):
    """Being busy is no verdict on the token: nothing is renewed."""
    server.answer("AUTHENTICATE", b"{tag} NO [UNAVAILABLE] later\r\n")
    with pytest.raises(MailboxLost, match="at the moment"):
        Mailbox.connect(server.login(tokens=_giving(STALE)))


@pytest.mark.parametrize("steps", [(CLOSE,), (b"+ \r\n" * 5,), (b"* BYE no\r\n", CLOSE), (b"{tag} BAD what\r\n",)])
def test_a_login_that_breaks_off_is_lost(server, steps):
    """Whatever the server does instead of answering, nobody waits for long."""
    server.answer("AUTHENTICATE", *steps)
    with pytest.raises(MailboxLost):
        Mailbox.connect(server.login(tokens=_giving(STALE)))


def test_no_token_no_connection(server):
    """The mail server is not bothered while there is none; what may pass is tried again."""
    with pytest.raises(MailboxLost, match="away"):
        Mailbox.connect(server.login(tokens=_giving(TokenUnavailable("away"))))
    with pytest.raises(TokenRefused):
        Mailbox.connect(server.login(tokens=_giving(TokenRefused("log in again"))))
    assert server.commands == []


def test_a_server_without_xoauth2_gets_no_token(scripted_imap: ScriptedImap):
    """A token is not offered to a server that does not know what it is."""
    with pytest.raises(LoginRefused, match="takes no tokens") as caught:
        Mailbox.connect(scripted_imap.login(tokens=_giving(FRESH)))
    assert not isinstance(caught.value, TokenNotTaken)
    assert _sent(scripted_imap) == []


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """An SMTP server that wants a login."""
    sink = SmtpSink(wants_login=True)
    sink.start()
    yield sink
    sink.stop()


def _delivering(sink: SmtpSink) -> Callable[[CachedTokens], None]:
    def deliver(tokens: CachedTokens) -> None:
        with Submission(sink.login(user=USER, password="", tokens=tokens)) as submission:
            submission.deliver("a@example.com", "b@example.com", LETTER)

    return deliver


def test_a_letter_leaves_by_a_token(sink):
    """One that has ended is renewed once."""
    sink.tokens = {FRESH}
    _delivering(sink)(_giving(FRESH))
    _delivering(sink)(_giving(STALE, FRESH))
    assert len(sink.messages) == 2
    assert sink.events.count("XOAUTH2") == 3


def test_letters_wait_when_the_token_is_refused(sink):
    """Nothing is sent, the code is told (5.7.139: authenticated SMTP is off), the token is not."""
    sink.token_answer = "535 5.7.139 Authentication unsuccessful for stale-canary"
    with pytest.raises(TokenNotTaken, match=r"535 5\.7\.139") as caught:
        _delivering(sink)(_giving(STALE, FRESH))
    assert "canary" not in str(caught.value)
    assert sink.messages == []


def test_not_now_is_no_refusal(sink):
    """A busy server costs no token, a token that does not come costs no letter."""
    sink.token_answer = "454 4.7.0 Temporary authentication failure"
    with pytest.raises(SmtpUnavailable):
        _delivering(sink)(_giving(STALE))
    with pytest.raises(SmtpUnavailable, match="away"):
        _delivering(sink)(_giving(TokenUnavailable("away")))
    assert sink.messages == []
