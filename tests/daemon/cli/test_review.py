"""From the mailbox to a person's decision and its letter, by commands alone, against real servers."""

from pathlib import Path

import pytest
from sqlalchemy import select

from daemon.decisions.states import DeliveryState, ReplyState
from daemon.records import Delivery, Letter, Pause, Reply, Request
from daemon.records.database import Database
from daemon.settings import Settings
from tests.daemon.cli.answers import json_lines

CONTACTS = """\
email,name,company,country,kind,language,source_kind,source,obtained_on,obtained_by,publicly_accessible,purpose,reason,\
recipients,stored_in,keep_until,campaign,promise,message_id,subject,sent_at
eva@muster.example,Eva Muster,Muster GmbH,DE,employee,en,company_website,https://muster.example/team,2026-02-01,\
Research,yes,to offer route planning,Muster runs forty vans,none,our CRM,2028-02-01,spring,none,<m1@firm.example>,\
Your vans,2026-02-02T10:00:00+01:00
"""
REPLY = b"""\
From: Eva Muster <eva@muster.example>\r
To: sales@firm.example\r
Subject: Re: Your vans\r
Message-ID: <r1@muster.example>\r
In-Reply-To: <m1@firm.example>\r
Date: Mon, 2 Mar 2026 10:00:00 +0000\r
\r
Where did you get my address from? Stop writing to me.\r
"""
KEYS = [
    "id", "case", "state", "received_at", "due", "contact", "language", "own_text", "reasons", "act", "maybe", "plan",
    "letter", "letter_state", "probabilities", "evidence", "whole_text",
]  # fmt: skip


@pytest.fixture
def waiting(replyd, served, dovecot_user, tmp_path) -> Path:
    """An installation in which one reply waits for a person; its settings file."""
    served.write_text(served.read_text() + "[letters]\nsettling_s = 0\n")
    (tmp_path / "contacts.csv").write_text(CONTACTS)
    assert replyd("contacts", "import", tmp_path / "contacts.csv", "--config", served).exit_code == 0
    assert replyd("run", "--once", "--config", served).exit_code == 0  # from now on
    dovecot_user.deliver(REPLY)
    assert replyd("run", "--once", "--config", served).exit_code == 0
    assert [reply.state for reply in _rows(served, Reply)] == [ReplyState.REVIEW]
    return served


def _rows(config: Path, record: type) -> list:
    database = Database.open(Settings.load(config, {}).database_url)
    with database.read() as session:
        found = list(session.scalars(select(record)))
    database.close()
    return found


def test_the_queue_shows_all_that_is_needed_to_decide(replyd, waiting):
    """Own words decrypted, why it waits, and what was done already; the list and the single view agree."""
    (row,) = json_lines(replyd("--config", waiting, "review", "list", "--json"))
    assert list(row) == KEYS
    assert row["own_text"].strip() == "Where did you get my address from? Stop writing to me."
    assert (row["contact"], row["state"]) == ("eva@muster.example", "review")
    assert row["reasons"]
    assert row["plan"]
    assert json_lines(replyd("--config", waiting, "review", "show", row["id"], "--json")) == [row]
    assert "Where did you get" in replyd("--config", waiting, "review", "show", row["id"]).output
    assert "1 wait" in replyd("--config", waiting, "review", "list").output


def test_a_decision_is_carried_out_and_its_letter_leaves(replyd, waiting, smtp_sink):
    """The intents that a person names have their effects; the letter says where the address came from."""
    result = replyd(
        "--config", waiting, "review", "decide", 1, "--intents", "opt_out,data_source", "--by", "anna", "--json"
    )
    assert result.exit_code == 0, result.output
    (done,) = json_lines(result)
    assert done["state"] == "handled"
    assert any("letter" in step for step in done["plan"]), done
    assert replyd("--config", waiting, "suppress", "check", "eva@muster.example").exit_code == 1
    assert replyd("--config", waiting, "run", "--once").exit_code == 0
    (letter,) = smtp_sink.messages
    assert letter.recipients == ("eva@muster.example",)
    assert b"muster.example/team" in letter.raw
    assert json_lines(replyd("--config", waiting, "letters", "list", "--all", "--json"))[0]["state"] == "sent"
    assert replyd("--config", waiting, "ledger", "verify").exit_code == 0
    again = replyd("--config", waiting, "review", "decide", 1, "--intents", "none", "--by", "anna")
    assert again.exit_code == 2


def test_an_unknown_intent_is_wrong_use(replyd, waiting):
    """And nothing happens."""
    result = replyd("--config", waiting, "review", "decide", 1, "--intents", "optout", "--by", "anna")
    assert result.exit_code == 2
    assert "'optout'" in result.stderr
    assert _rows(waiting, Reply)[0].state == ReplyState.REVIEW


def test_a_dismissed_reply_is_away_and_its_pause_stays(replyd, waiting):
    """Requests are closed, no letter leaves, outreach stays stopped."""
    assert replyd("--config", waiting, "review", "dismiss", 1, "--by", "anna").exit_code == 0
    assert json_lines(replyd("--config", waiting, "review", "list", "--json")) == []
    assert _rows(waiting, Reply)[0].state == ReplyState.HANDLED
    assert {request.state for request in _rows(waiting, Request)} <= {"closed"}
    assert {delivery.state for delivery in _rows(waiting, Delivery)} <= {DeliveryState.WITHDRAWN}
    assert all(pause.ended_at is None for pause in _rows(waiting, Pause))
    assert replyd("--config", waiting, "suppress", "check", "eva@muster.example").exit_code == 1


def test_a_reply_that_failed_can_be_tried_again(replyd, waiting):
    """It is received anew; one that did not fail is decided, not tried again."""
    assert replyd("--config", waiting, "review", "retry", 1).exit_code == 2
    database = Database.open(Settings.load(waiting, {}).database_url)
    with database.write() as session:
        reply = session.get_one(Reply, 1)
        reply.state, reply.error, reply.attempts = ReplyState.FAILED, "ValueError at x.py:1 in y", 3
    database.close()
    (row,) = json_lines(replyd("--config", waiting, "review", "list", "--json"))
    assert "failed: ValueError at x.py:1 in y" in row["reasons"]
    assert replyd("--config", waiting, "review", "retry", 1).exit_code == 0
    reply = _rows(waiting, Reply)[0]
    assert (reply.state, reply.attempts, reply.error) == (ReplyState.RECEIVED, 0, None)


def test_the_keyboard_switches_accepts_and_quits(replyd, waiting, smtp_sink):
    """Number keys switch intents, `a` carries out what is marked, and then nothing waits."""
    (row,) = json_lines(replyd("--config", waiting, "review", "list", "--json"))
    keys = [
        str(number) for number, name in ((1, "opt_out"), (2, "data_source")) if name not in row["act"] + row["maybe"]
    ]
    quitted = replyd("--config", waiting, "review", "--by", "anna", stdin="q\n")
    assert "1 of 1" in quitted.output
    result = replyd("--config", waiting, "review", "--by", "anna", stdin="\n".join([*keys, "a"]) + "\n")
    assert result.exit_code == 0, result.output
    assert _rows(waiting, Reply)[0].state == ReplyState.HANDLED
    assert "nothing waits" in replyd("--config", waiting, "review", "--by", "anna").output


def test_the_screen_shows_what_would_follow_before_a_key_is_pressed(replyd, waiting, smtp_sink):
    """Plan, letter, why it waits in words, and every key; quitting leaves all as it was."""
    shown = replyd("--config", waiting, "review", "--by", "anna", stdin="?\nl\nq\n").output
    assert "what would follow" in shown
    assert "muster.example/team" in shown  # the source, in the letter
    assert "its letter waits for a person's key" in shown or "a rule and the trained model disagree" in shown
    assert "undo your last decision" in shown
    assert _rows(waiting, Reply)[0].state == ReplyState.REVIEW
    assert not smtp_sink.messages


def test_undo_needs_a_decision(replyd, waiting):
    """Whoever has decided nothing is told so, and the reply stays."""
    shown = replyd("--config", waiting, "review", "--by", "anna", stdin="u\nq\n").output
    assert "you have decided nothing yet" in shown
    assert _rows(waiting, Reply)[0].state == ReplyState.REVIEW


def test_pausing_holds_letters_back(replyd, waiting, smtp_sink):
    """Nothing leaves until somebody says so."""
    replyd("--config", waiting, "review", "decide", 1, "--intents", "data_source", "--by", "anna")
    assert replyd("--config", waiting, "pause").exit_code == 0
    replyd("--config", waiting, "run", "--once")
    assert not smtp_sink.messages
    replyd("--config", waiting, "pause", "--off")
    replyd("--config", waiting, "run", "--once")
    assert len(smtp_sink.messages) == 1


@pytest.fixture
def in_doubt(replyd, waiting) -> Path:
    """An installation with one letter that may or may not have arrived."""
    replyd("--config", waiting, "review", "decide", 1, "--intents", "data_source", "--by", "anna")
    database = Database.open(Settings.load(waiting, {}).database_url)
    with database.write() as session:
        delivery = session.scalars(select(Delivery)).one()
        delivery.state, delivery.reason, delivery.token = DeliveryState.IN_DOUBT, "no_answer", "node:1"
        reply = session.get_one(Reply, 1)
        reply.state, reply.reasons = ReplyState.REVIEW, ["letter_in_doubt:no_answer"]
    database.close()
    return waiting


@pytest.mark.parametrize(
    ("option", "delivery", "reply", "request_state"),
    [
        ("--sent", DeliveryState.SENT, ReplyState.HANDLED, "answered"),
        ("--send-again", DeliveryState.QUEUED, ReplyState.HANDLED, "open"),
        ("--withdraw", DeliveryState.WITHDRAWN, ReplyState.REVIEW, "open"),
    ],
)
def test_a_letter_in_doubt_is_settled_by_a_person(replyd, in_doubt, option, delivery, reply, request_state):
    """Only a person knows; what they say is kept and followed."""
    (row,) = json_lines(replyd("--config", in_doubt, "letters", "list", "--json"))
    assert (row["state"], row["reason"]) == ("in_doubt", "no_answer")
    result = replyd("--config", in_doubt, "letters", "resolve", row["id"], option, "--by", "anna")
    assert result.exit_code == 0, result.output
    assert _rows(in_doubt, Delivery)[0].state == delivery
    assert _rows(in_doubt, Reply)[0].state == reply
    assert _rows(in_doubt, Request)[0].state == request_state
    assert json_lines(replyd("--config", in_doubt, "letters", "list", "--json")) == []
    assert replyd("--config", in_doubt, "letters", "resolve", row["id"], "--sent", "--by", "anna").exit_code == 2


def test_a_letter_can_be_read_before_it_leaves(replyd, waiting):
    """Its text, to the stored address."""
    replyd("--config", waiting, "review", "decide", 1, "--intents", "data_source", "--by", "anna")
    letter = _rows(waiting, Letter)[0]
    (shown,) = json_lines(replyd("--config", waiting, "letters", "show", letter.id, "--json"))
    assert shown["text"].startswith("To: eva@muster.example\nSubject: ")
    assert "muster.example/team" in shown["text"]
    assert replyd("--config", waiting, "letters", "show", 99).exit_code == 2


def test_one_way_to_settle_is_needed(replyd, in_doubt):
    """Neither none nor two."""
    for options in ((), ("--sent", "--withdraw")):
        assert replyd("--config", in_doubt, "letters", "resolve", 1, *options, "--by", "anna").exit_code == 2
