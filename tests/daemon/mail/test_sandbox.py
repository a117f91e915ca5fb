import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifiers.reading.message import MIB, Message, UnreadableMail
from daemon.mail.sandbox import Sandbox, SandboxLimits

GOOD = b"From: a@example.com\r\nSubject: Re: hello\r\n\r\nStop writing to me.\r\n\r\n> Hello\r\n"
HEAVY = b"From: a@example.com\n\n" + b"x" * (20 * MIB)
NESTED = b"Content-Type: multipart/mixed; boundary=b0\n\n" + b"".join(
    b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1) for level in range(1500)
)
BOMBS = {
    "deep html": b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"x",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 16_000 + b"\n\nx",
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 100_000,
    "nested multiparts": NESTED,
    "parameters": b"From: a@example.com\nContent-Type: text/plain" + b";" * 16_000 + b"\n\nx",
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as kept:
        yield kept


def test_a_mail_is_read_in_the_child(sandbox):
    """The Message that comes back is the one that was parsed there."""
    message = sandbox.parse(GOOD)
    assert message.subject == "Re: hello"
    assert message.from_[0].address == "a@example.com"


def test_own_words_are_read_in_the_child_too(sandbox):
    """With the sent texts given along."""
    message, own = sandbox.read(GOOD, ("Hello",))
    assert isinstance(message, Message)
    assert own.text == "Stop writing to me."


def test_many_mails_keep_their_order(sandbox):
    """Also those that are unreadable, in their places."""
    raws = [b"From: a@example.com\n\n%d\n" % number if number % 7 else b"" for number in range(200)]
    for number, result in enumerate(sandbox.parse_many(raws)):
        if number % 7:
            assert isinstance(result, Message)
            assert result.plain == f"{number}\n"
        else:
            assert isinstance(result, UnreadableMail)


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_read_or_refused_in_time(sandbox, bomb):
    """Each of these takes a naive parser from five seconds to minutes, or its stack."""
    start = time.monotonic()
    result = sandbox.parse_many([bomb])[0]
    assert isinstance(result, Message) or "took more" not in str(result)
    assert time.monotonic() - start < 5
    assert sandbox.parse(GOOD).subject == "Re: hello"


def test_a_mail_above_its_time_is_unreadable_and_the_next_is_read():
    """The child is replaced; mails before and after keep their results."""
    with Sandbox(SandboxLimits(timeout_s=0.05)) as sandbox:
        results = sandbox.parse_many([GOOD, HEAVY, GOOD])
        assert isinstance(results[0], Message)
        assert "took more than 0.05 s" in str(results[1])
        assert isinstance(results[2], Message)


def test_a_mail_above_its_memory_is_unreadable_and_the_next_is_read():
    """The limit is the child's address space, not the machine's."""
    with Sandbox(SandboxLimits(memory_bytes=30 * MIB)) as sandbox:
        with pytest.raises(UnreadableMail, match="30 MB of memory"):
            sandbox.parse(HEAVY)
        assert sandbox.parse(GOOD).subject == "Re: hello"


def test_a_killed_child_is_replaced_and_no_mail_blamed():
    """Somebody ended it between two mails."""
    with Sandbox() as sandbox:
        sandbox.parse(GOOD)
        os.kill(sandbox._child.pid, signal.SIGKILL)
        assert sandbox.parse(GOOD).subject == "Re: hello"


def test_ctrl_c_does_not_reach_the_child():
    """The parent finishes the mail in hand before it ends."""
    with Sandbox() as sandbox:
        sandbox.parse(GOOD)
        first = sandbox._child.pid
        os.kill(first, signal.SIGINT)
        sandbox.parse(GOOD)
        assert sandbox._child.pid == first


def test_the_child_ends_with_its_parent():
    """A parent that is killed cannot close anything; the pipe's end is enough."""
    program = (
        "import time; from daemon.mail.sandbox import Sandbox; s = Sandbox(); s.parse(b'From: a@example.com\\n\\nx');"
        "print(s._child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.02)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_child_knows_nothing_of_the_service():
    """No secrets in its environment, no database or model code in its memory."""
    heavy = "sqlalchemy", "sklearn", "imapclient"
    loaded = f"import sys, daemon.mail.sandbox_child; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, check=True).stdout.strip() == b"[]"
    os.environ["REPLYD_SECRET_OF_A_TEST"] = "x"
    try:
        with Sandbox() as sandbox:
            sandbox.parse(GOOD)
            assert b"REPLYD" not in Path(f"/proc/{sandbox._child.pid}/environ").read_bytes()
    finally:
        del os.environ["REPLYD_SECRET_OF_A_TEST"]
