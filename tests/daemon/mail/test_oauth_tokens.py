"""How long a token is kept, and that one thread alone fetches the next."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon import clock
from daemon.mail.token_command import token_of_command
from daemon.mail.tokens import (
    MARGIN,
    CachedTokens,
    Token,
    TokenNotTaken,
    TokenRefused,
    TokenUnavailable,
    with_token,
    xoauth2,
)

START = datetime(2026, 3, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Source:
    """Gives token-1, token-2 ... at a time that the test sets, or fails as it is told."""

    def __init__(self, lifetime: timedelta = HOUR) -> None:
        self.now = START
        self.lifetime = lifetime
        self.given = 0
        self.fails: Exception | None = None
        self.tokens = CachedTokens(self._fetch, lambda: self.now)

    def _fetch(self) -> Token:
        if self.fails:
            raise self.fails
        self.given += 1
        return Token(f"token-{self.given}", self.now + self.lifetime)


def test_a_token_is_kept_until_five_minutes_before_its_end():
    """Asking at every poll would get us locked out; a login must not meet a token that ends on the way."""
    source = Source()
    assert source.tokens.token() == "token-1"
    source.now = START + HOUR - MARGIN - timedelta(seconds=1)
    assert source.tokens.token() == "token-1"
    source.now += timedelta(seconds=1)
    assert source.tokens.token() == "token-2"


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_no_token_is_given_after_its_end_nor_renewed_before_half_of_its_time(lifetime_s, asked_s):
    """Whatever lifetimes a provider gives."""
    source = Source(timedelta(seconds=lifetime_s))
    source.tokens.token()
    source.now += timedelta(seconds=asked_s)
    source.tokens.token()
    assert (source.given == 2) or asked_s < lifetime_s
    assert (source.given == 1) or asked_s >= lifetime_s / 2


def test_the_old_token_serves_while_it_holds_and_nobody_answers():
    """A provider's outage of five minutes is none of ours; after the end it is."""
    source = Source()
    source.tokens.token()
    source.fails = TokenUnavailable("away")
    source.now += HOUR - timedelta(minutes=1)
    assert source.tokens.token() == "token-1"
    source.now += timedelta(minutes=1)
    with pytest.raises(TokenUnavailable):
        source.tokens.token()


def test_a_refusal_is_not_covered_up():
    """When the provider says no, a person has to know at once."""
    source = Source()
    source.tokens.token()
    source.fails = TokenRefused("no")
    source.now += HOUR - timedelta(minutes=1)
    with pytest.raises(TokenRefused):
        source.tokens.token()


def test_many_threads_fetch_one_token():
    """The mailbox, the Sent folder and the letters share it; a refused one is replaced once for all of them."""
    lock, running, fetched = threading.Lock(), [0], []

    def fetch() -> Token:
        with lock:
            running[0] += 1
            assert running[0] == 1
        time.sleep(0.02)
        fetched.append(f"token-{len(fetched) + 1}")
        with lock:
            running[0] -= 1
        return Token(fetched[-1], clock.now() + HOUR)

    tokens = CachedTokens(fetch, clock.now)
    with ThreadPoolExecutor(8) as pool:
        assert {found.result() for found in [pool.submit(tokens.token) for _ in range(8)]} == {"token-1"}
        again = [pool.submit(tokens.renewed, "token-1") for _ in range(8)]
        assert {found.result() for found in again} == {"token-2"}
    assert len(fetched) == 2


def test_a_refused_token_is_replaced_once():
    """The second refusal ends the login: it is not the token's age."""
    source, tried = Source(), []

    def attempt(token: str) -> str:
        tried.append(token)
        raise TokenNotTaken("no")

    with pytest.raises(TokenNotTaken):
        with_token(source.tokens, attempt)
    assert tried == ["token-1", "token-2"]


@pytest.mark.parametrize("text", ["", "two words", "a\x01auth=Bearer b", "line\nbreak", "\u00e9"])
def test_what_is_no_token_is_refused_and_not_shown(text):
    """A control character would bend the login; an error page is none either."""
    with pytest.raises(TokenRefused) as caught:
        Token(text, START)
    assert not text or text not in str(caught.value)


def test_no_token_is_shown_by_the_values_that_hold_it():
    """Whatever prints a value prints no secret."""
    assert "canary" not in repr(Token("canary", START, "canary"))
    assert xoauth2("a@example.com", "t") == b"user=a@example.com\x01auth=Bearer t\x01\x01"


def _command(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def test_a_program_gives_the_token():
    """Its output is trimmed, its errors are not shown, and no shell looks at its arguments."""
    code = "import sys; sys.stderr.write('noise'); print('  ' + sys.argv[1] + ' ')"
    assert token_of_command([*_command(code), "$HOME"], clock.now).value == "$HOME"


@pytest.mark.parametrize(
    ("command", "error", "said"),
    [
        (_command("print('canary'); raise SystemExit(3)"), TokenUnavailable, "ended with 3"),
        (_command("print('canary', flush=True); import time; time.sleep(9)"), TokenUnavailable, "more than 0.5 s"),
        (_command("print('canary and more')"), TokenRefused, "is none"),
        (["/nowhere/canary-not-shown"], TokenRefused, "FileNotFoundError"),
    ],
)
def test_a_program_that_gives_none_is_told_apart(command, error, said):
    """What may pass is tried again; what it printed is in no message."""
    with pytest.raises(error, match=said) as caught:
        token_of_command(command, clock.now, patience_s=0.5)
    assert "canary" not in str(caught.value).replace("canary-not-shown", "")
