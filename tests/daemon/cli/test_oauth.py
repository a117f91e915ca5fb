"""`replyd oauth login` with a browser, and how `replyd check` explains what a token lacks."""

import base64
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import httpx2
import pytest

from daemon.cli import oauth
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp_sink import USER, SmtpSink
from tests.servers.token_server import CLIENT, SECRET, TokenServer

TENANT = "11111111-2222-3333-4444-555555555555"


class AnyToken(set[str]):
    """What a mail server has that takes every token."""

    def __contains__(self, _token: object) -> bool:
        return True


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    server = TokenServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def imap(tokens: TokenServer) -> Iterator[ScriptedImap]:
    server = ScriptedImap(capabilities=b"IMAP4rev1 IDLE SASL-IR AUTH=XOAUTH2", tokens=tokens.live)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp(tokens: TokenServer) -> Iterator[SmtpSink]:
    sink = SmtpSink(wants_login=True, tokens=tokens.live)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def firm(config: Path, tokens: TokenServer, imap: ScriptedImap, smtp: SmtpSink) -> Callable[..., Path]:
    """Rewrites the settings: these servers, no password, and what a test says of the provider."""

    def rewrite(**given: str) -> Path:
        values = {"provider": "microsoft", "client_id": CLIENT, "tenant": TENANT, "token_url": tokens.url}
        values |= {"authorize_url": tokens.authorize_url} | given
        sections = {
            "replyd": {"data": "data"},
            "account": {"name": "firm", "address": "sales@firm.example"},
            "account.imap": {"host": "127.0.0.1", "port": imap.port, "user": USER, "tls": "none"},
            "account.smtp": {"host": "127.0.0.1", "port": smtp.port, "user": USER, "tls": "none"},
            "account.oauth": values,
            "account.controller": {"name": "F", "seat": "Berlin", "country": "DE", "email": "privacy@firm.example"},
        }
        lines = [
            line
            for name, section in sections.items()
            for line in (f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items()))
        ]
        text = "\n".join(lines) + "\n"
        config.write_text(text)
        return config

    return rewrite


def _found(result: Any) -> dict[str, dict[str, str]]:
    """The first finding of each name."""
    return {row["name"]: row for row in reversed(json_lines(result))}


class Browser:
    """Opens the address that is printed, on this machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.pages: list[str] = []

    def follow(self, before: Callable[[str], None] = lambda _url: None) -> None:
        """From now on."""
        echo = oauth.typer.echo

        def seen(message: Any = None, **how: Any) -> None:
            echo(message, **how)
            if found := re.search(r"http://127\.0\.0\.1:\d+/authorize\S+", str(message)):
                threading.Thread(target=self._open, args=(found[0], before), daemon=True).start()

        self._monkeypatch.setattr(oauth.typer, "echo", seen)

    def _open(self, url: str, before: Callable[[str], None]) -> None:
        before(url)
        with httpx2.Client(trust_env=False) as client:
            target = client.get(url).headers["Location"].replace("localhost", "127.0.0.1")
            self.pages.append(client.get(target).text)


def test_a_login_by_browser_is_all_that_is_needed(replyd, firm, tokens, monkeypatch):
    """Printed, opened, come back, exchanged, kept encrypted; then IMAP and SMTP let us in, each for itself."""
    config = firm()
    browser = Browser(monkeypatch)
    browser.follow()
    result = replyd("--config", config, "oauth", "login", "--patience", "20", stdin="")
    assert result.exit_code == 0, result.output
    assert "canary" not in result.output
    deadline = time.monotonic() + 5
    while not browser.pages and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "You can close this page" in browser.pages[0]
    kept = Settings.load(config, {}).logins["firm"].token_store()
    assert kept.read() in tokens.refresh_tokens
    found = _found(replyd("--config", config, "check", "--json"))
    assert (found["token"]["state"], found["mailbox"]["state"], found["submission"]["state"]) == ("ok", "ok", "ok")
    assert "deleted" in replyd("--config", config, "oauth", "forget").output
    found = _found(replyd("--config", config, "check", "--json"))
    assert "run `replyd oauth login`" in found["mailbox"]["what"]


def test_an_answer_that_is_not_ours_is_not_taken(replyd, firm, tokens, monkeypatch):
    """Whoever calls the page with a code of their own would make us read their mailbox."""
    config = firm()
    answers = []

    def intrude(url: str) -> None:
        port = re.search(r"localhost%3A(\d+)", url)
        assert port
        with httpx2.Client(trust_env=False) as client:
            answers.append(client.get(f"http://127.0.0.1:{port[1]}/?code=theirs&state=guessed").status_code)

    browser = Browser(monkeypatch)
    browser.follow(before=intrude)
    assert replyd("--config", config, "oauth", "login", "--patience", "20", stdin="").exit_code == 0
    assert answers == [400]
    assert [form["code"] for form in tokens.requests] != ["theirs"]


def test_the_final_address_may_be_pasted(firm, tokens):
    """For a browser on another machine; what is pasted in error is said, and the next line is read."""
    config = firm()
    program = [Path(sys.executable).with_name("replyd"), "--config", config, "oauth", "login", "--patience", "30"]
    running = subprocess.Popen(program, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True)
    assert running.stdin
    assert running.stdout
    url = next(line.strip() for line in running.stdout if "/authorize?" in line)
    running.stdin.write("https://example.com/?code=x\n")
    running.stdin.flush()
    with httpx2.Client(trust_env=False) as client:
        final = client.get(url).headers["Location"]
    output, errors = running.communicate(f"{final}\n", timeout=30)
    assert running.returncode == 0, errors
    assert "logged in" in output
    assert "that URL is no answer to this login" in errors
    assert Settings.load(config, {}).logins["firm"].token_store().read() in tokens.refresh_tokens


def test_nobody_is_waited_for_for_ever(replyd, firm):
    """Exit code 3: it may be tried again."""
    result = replyd("--config", firm(), "oauth", "login", "--patience", "0", stdin="")
    assert result.exit_code == 3
    assert "nobody logged in" in result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [({"client_secret": SECRET}, "without a person"), ({"provider": "none"}, "passwords are used")],
)
def test_a_login_that_is_not_needed_is_wrong_use(replyd, firm, given, said):
    """An application with a secret of its own logs in by itself."""
    config = firm(**given)
    if given == {"provider": "none"}:
        config.write_text(config.read_text().replace("[account.imap]", '[account.imap]\npassword = "x"'))
    result = replyd("--config", config, "oauth", "login")
    assert result.exit_code == 2
    assert said in result.stderr


def _jwt(**claims: object) -> bytes:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return json.dumps({"access_token": f"e30.{payload}.canary", "expires_in": 3600}).encode()


def test_each_protocol_is_proved_and_explained_by_itself(replyd, firm, tokens, imap):
    """A token that opens the mailbox but may not send fails for submission alone, which names the missing scope."""
    config = firm(client_secret=SECRET)
    imap.tokens = AnyToken()
    tokens.fault = (200, _jwt(tid=TENANT, roles=["IMAP.AccessAsApp"]))
    result = replyd("--config", config, "check", "--json")
    found = _found(result)
    assert (found["mailbox"]["state"], found["submission"]["state"]) == ("ok", "fail")
    assert "missing scope: the token has none of SMTP.Send, SMTP.SendAsApp" in found["submission"]["to_do"]
    assert "canary" not in result.output


@pytest.mark.parametrize(
    ("fault", "name", "said"),
    [
        (
            _jwt(tid=TENANT.replace("1", "9"), roles=["IMAP.AccessAsApp"]),
            "mailbox",
            "wrong tenant: the token is of 9999",
        ),
        (_jwt(tid=TENANT, scp="SMTP.Send"), "mailbox", "missing scope: the token has none of IMAP.AccessAsUser.All"),
        (_jwt(tid=TENANT, roles=["IMAP.AccessAsApp", "SMTP.SendAsApp"]), "mailbox", "Enterprise application"),
        (_jwt(tid=TENANT, roles=["IMAP.AccessAsApp", "SMTP.SendAsApp"]), "submission", "Set-CASMailbox"),
        (b'{"access_token": "opaque"}', "mailbox", "the token is fresh"),
    ],
)
def test_a_refused_token_is_explained(replyd, firm, tokens, fault, name, said):
    """By what it says of itself: tenant, scope, or else the rights on the mailbox."""
    config = firm(client_secret=SECRET)
    tokens.fault = (200, fault)
    result = replyd("--config", config, "check", "--json")
    assert result.exit_code == 1
    assert said in _found(result)[name]["to_do"]


def test_a_login_that_has_ended_is_explained(replyd, firm):
    """An expired refresh token says what to run, an unknown client what to correct."""
    config = firm()
    Settings.load(config, {}).logins["firm"].token_store().keep("ended-canary")
    result = replyd("--config", config, "check", "--json")
    for name in ("mailbox", "submission"):
        assert "run `replyd oauth login`" in _found(result)[name]["what"]
    assert "canary" not in result.output
    config = firm(client_id="another", client_secret=SECRET)
    assert "tenant or client_id is wrong" in _found(replyd("--config", config, "check", "--json"))["mailbox"]["what"]


def test_a_provider_that_is_away_is_no_refusal(replyd, firm, tokens):
    """It is said as such, for the token and for what needs it."""
    config = firm(client_secret=SECRET)
    tokens.fault = (503, b"")
    found = _found(replyd("--config", config, "check", "--json"))
    assert "at the moment" in found["token"]["what"]
    assert found["mailbox"]["state"] == found["submission"]["state"] == "fail"
