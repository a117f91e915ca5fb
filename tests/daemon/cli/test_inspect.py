"""The contract of `replyd inspect --json`: docs/commands.md."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from classifiers.intents import Intent
from tests.daemon.cli.answers import json_lines

PROGRAM = Path(sys.executable).with_name("replyd")
KEYS = [
    "file", "own_text", "automatic", "language", "intents", "act", "maybe", "review", "answerable", "plan", "reasons",
]  # fmt: skip
REPLY = b"""\
From: Eva Muster <eva@muster.example>
To: sales@firm.example
Subject: Re: Your vans
Message-ID: <r1@muster.example>
In-Reply-To: <m1@firm.example>
Date: Mon, 2 Mar 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

Please remove me from your list.
"""
VACATION = REPLY.replace(b"Subject: Re:", b"Auto-Submitted: auto-replied\nSubject: Away:").replace(
    b"Please remove me from your list.", b"I am away until Monday."
)


@pytest.fixture
def mails(tmp_path: Path) -> dict[str, Path]:
    """Files of every sort: a reply, an auto-reply, nothing, noise, half a mail, and one that is not there."""
    contents = {
        "reply": REPLY,
        "vacation": VACATION,
        "empty": b"",
        "noise": bytes(range(256)) * 40,
        "half": REPLY[:70],
        "surrogates": REPLY.replace(b"remove", b"re\xed\xa0\x80move"),
    }
    paths = {name: tmp_path / f"{name}.eml" for name in (*contents, "missing")}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    return paths


def test_each_file_has_one_line_with_all_keys_in_order(replyd, mails):
    """Broken, empty, missing or whole: the n-th line is about the n-th file, and has every key."""
    result = replyd("inspect", "--json", *mails.values())
    records = json_lines(result)
    assert [record["file"] for record in records] == [str(path) for path in mails.values()]
    assert all(list(record) == KEYS for record in records)
    assert all(list(record["intents"]) == [intent.value for intent in Intent] for record in records)
    assert all(isinstance(p, float) for record in records for p in record["intents"].values())
    assert result.exit_code == 2  # one file is not there


def test_a_reply_is_read_and_planned(replyd, mails):
    """Own words, what is certain, and the steps for a known contact."""
    (record,) = json_lines(replyd("inspect", "--json", mails["reply"]))
    assert record["own_text"].strip() == "Please remove me from your list."
    assert record["automatic"] is None
    assert record["language"] == "en"
    assert "opt_out" in record["act"] + record["maybe"]
    assert record["answerable"] is True
    assert any("outreach" in step or "suppress" in step for step in record["plan"])
    assert ("ask a person" in record["plan"]) == bool(record["reasons"])


def test_a_robot_is_named_and_not_answered(replyd, mails):
    """Kind and rule, no letter, nothing for a person."""
    (record,) = json_lines(replyd("inspect", "--json", mails["vacation"]))
    assert set(record["automatic"]) == {"kind", "hard", "recipients", "rule"}
    assert record["automatic"]["kind"] == "auto_reply"
    assert record["answerable"] is False
    assert record["review"] is False
    assert not any("letter" in step for step in record["plan"])


def test_a_robot_that_sounds_like_a_person_goes_to_one(replyd, mails):
    """Marks of a machine on a wish to be left alone: somebody has to look."""
    mails["vacation"].write_bytes(VACATION.replace(b"I am away until Monday.", b"Please remove me from your list."))
    (record,) = json_lines(replyd("inspect", "--json", mails["vacation"]))
    assert record["review"] == ("opt_out" in record["act"])
    assert ("ask a person" in record["plan"]) == ("opt_out" in record["act"])


@pytest.mark.parametrize("name", ["empty", "noise", "missing"])
def test_what_is_no_mail_goes_to_a_person(replyd, mails, name):
    """It has its line, and the line says why."""
    (record,) = json_lines(replyd("inspect", "--json", mails[name]))
    assert record["own_text"] == ""
    assert record["automatic"] is None
    assert set(record["intents"].values()) == {0.0}
    assert (record["review"], record["answerable"], record["plan"]) == (True, False, ["ask a person"])
    assert record["reasons"][0].startswith("unreadable: ")


def test_more_files_than_a_batch_keep_their_order(replyd, tmp_path):
    """Batches are nobody's business."""
    paths = []
    for number in range(70):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(b"" if number % 9 == 0 else REPLY.replace(b"list.", f"list {number}.".encode()))
        paths.append(path)
    records = json_lines(replyd("inspect", "--json", *paths))
    assert [record["file"] for record in records] == [str(path) for path in paths]
    assert all(f"list {number}." in records[number]["own_text"] for number in range(70) if number % 9)


def test_standard_input_needs_no_settings(tmp_path):
    """The real program, in an empty directory, without a home, a mail from a pipe."""
    result = subprocess.run(
        [PROGRAM, "inspect", "--json", "-"], input=REPLY, capture_output=True, cwd=tmp_path, check=True, timeout=60,
        env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert json.loads(result.stdout)["file"] == "-"
    assert list(tmp_path.iterdir()) == []


def test_people_get_words(replyd, mails):
    """Own words, plan and reasons; what a terminal would obey is taken out."""
    mails["reply"].write_bytes(REPLY.replace(b"list.", b"list.\x1b[2J[bold]x[/bold]"))
    result = replyd("inspect", mails["reply"])
    assert "Please remove me" in result.output
    assert "\x1b[2J" not in result.output
    assert "[bold]x[/bold]" in result.output
