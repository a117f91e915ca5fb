"""`replyd check`: each thing that is needed is looked at, and a fault says what to do."""

import os
import re
import sqlite3
import time

from daemon.cli.checks import injects_headers
from daemon.records.encryption import Keys
from tests.daemon.cli.answers import json_lines
from tests.servers.scripted_imap import ScriptedImap

STATES = {"ok", "warn", "fail"}


def _by_name(result) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in json_lines(result) if row["name"] != "keys"}


def test_a_good_installation_has_no_failure(replyd, served, dovecot_user, smtp_sink):
    """Against real servers everything but the model is ok; no mail is sent, none is touched."""
    dovecot_user.deliver(b"Subject: x\r\n\r\nx\r\n")
    result = replyd("--config", served, "check", "--json")
    rows = json_lines(result)
    assert all(list(row) == ["name", "state", "what", "to_do", "account"] and row["state"] in STATES for row in rows)
    found = _by_name(result)
    assert [row for row in rows if row["state"] == "fail" and row["name"] != "model"] == []
    assert {"settings", "database", "clock", "model", "templates", "mailbox", "idle", "sent"} <= set(found)
    assert {"submission", "sender", "systems", "suppressed", "contacts", "disk", "headers"} <= set(found)
    assert "holds 1 mails" in found["mailbox"]["what"]
    assert not smtp_sink.messages
    assert all(":2,S" not in name for name in dovecot_user.file_names())


def test_a_wrong_password_is_a_failure(replyd, served, tmp_path):
    """The mailbox fails, the rest is still looked at, and the exit code is 1."""
    (tmp_path / "password").write_text("wrong\n")
    result = replyd("--config", served, "check", "--json")
    assert result.exit_code == 1
    found = _by_name(result)
    assert found["mailbox"]["state"] == "fail"
    assert "refused the login" in found["mailbox"]["what"]
    assert found["submission"]["state"] == "ok"


def test_servers_that_are_not_there_are_failures(replyd, config):
    """No traceback, a line for each; lost keys and a foreign template directory as well."""
    for path in (config.parent / "data" / "keys").iterdir():
        path.unlink()
    (config.parent / "replyd.toml").write_text(config.read_text() + '[letters]\ntemplates = "nowhere"\n')
    result = replyd("check", "--json", "--config", config)
    assert result.exit_code == 1
    found = {row["name"]: row["state"] for row in json_lines(result)}
    assert all(found[name] == "fail" for name in ("keys", "database", "templates", "mailbox", "submission"))


def test_people_get_colours_and_advice(replyd, config):
    """The same findings as lines, with what to do below; a password that others can read is one."""
    text = config.read_text().replace("password_file = ", "password = ")
    config.write_text(text)
    config.chmod(0o644)
    result = replyd("--config", config, "check")
    assert result.exit_code == 1
    assert "fail  mailbox" in result.output
    assert f"-> chmod 600 {config}" in result.output


def test_the_probe_of_this_python_is_only_a_note(replyd, config):
    """Whether this Python lets headers be injected is said, and is no failure, since our own guard stands."""
    rows = json_lines(replyd("--config", config, "check", "--json"))
    (headers,) = (row for row in rows if row["name"] == "headers")
    assert headers["state"] == "ok"
    assert ("lets" in headers["what"]) == injects_headers()


def _add(config, text) -> None:
    config.write_text(f"{config.read_text()}\n{text}\n")


def test_a_server_that_refuses_our_address_is_found_before_the_first_letter(replyd, served, smtp_sink):
    """MAIL FROM is offered and taken back; which setting to correct is said."""
    smtp_sink.mail_answer = "550 5.7.60 not your address"
    result = replyd("--config", served, "check", "--json")
    found = _by_name(result)
    assert result.exit_code == 1
    assert found["sender"]["state"] == "fail"
    assert "sales@firm.example (550)" in found["sender"]["what"]
    assert "account.address" in found["sender"]["to_do"]
    assert smtp_sink.events[-2:] == ["MAIL", "RSET"]
    assert not smtp_sink.messages


def test_a_clock_that_is_behind_the_mail_server_is_found(replyd, served, dovecot_user):
    """A mail that was received tomorrow says that ours is wrong."""
    dovecot_user.deliver(b"Subject: x\r\n\r\nx\r\n")
    (mail,) = (path for path in (dovecot_user.maildir() / "new").iterdir())
    tomorrow = time.time() + 86_400
    os.utime(mail, (tomorrow, tomorrow))
    found = [row for row in json_lines(replyd("--config", served, "check", "--json")) if row["name"] == "clock"]
    assert [row["state"] for row in found] == ["ok", "fail"]
    assert "behind" in found[1]["what"]


def test_a_server_without_idle_or_sent_is_said(replyd, make_installation, smtp_sink):
    """New mail is asked for instead; a copy of each letter needs a folder."""
    server = ScriptedImap(capabilities=b"IMAP4rev1 AUTH=PLAIN")
    server.start()
    config = make_installation(
        account__imap__host="127.0.0.1", account__imap__port=server.port, account__imap__tls="none",
        account__smtp__host="127.0.0.1", account__smtp__port=smtp_sink.port, account__smtp__user="",
        account__smtp__tls="none",
    )  # fmt: skip
    found = _by_name(replyd("--config", config, "check", "--json"))
    server.stop()
    assert (found["idle"]["state"], found["sent"]["state"]) == ("warn", "fail")
    assert "account.imap.sent_folder" in found["sent"]["to_do"]


def test_a_template_of_ones_own_is_named_with_its_line(replyd, config):
    """Before a letter needs it."""
    (config.parent / "letters" / "en").mkdir(parents=True)
    (config.parent / "letters" / "en" / "opening.txt").write_text("Dear you\n{{ 7 * 7 }}\n")
    _add(config, '[letters]\ntemplates = "letters"')
    found = _by_name(replyd("--config", config, "check", "--json"))
    assert found["templates"]["state"] == "fail"
    assert "opening.txt, line 2" in found["templates"]["what"]
    (config.parent / "letters" / "en" / "opening.txt").rename(config.parent / "letters" / "en" / "openning.txt")
    found = _by_name(replyd("--config", config, "check", "--json"))
    assert (found["templates"]["state"], "openning.txt" in found["templates"]["what"]) == ("warn", True)


def test_what_is_not_set_up_yet_is_said(replyd, config):
    """Systems, the sending tool's file, contacts, and letters that nobody has signed off."""
    text = re.sub(r"\[systems\.mailbox\]\n.*\n.*\n", "", config.read_text())
    config.write_text(text.replace('mode = "assist"', 'mode = "auto"\nauto = ["opt_out:de"]'))
    _add(config, '[suppressed_list]\nfile = "nowhere/list.csv"')
    found = _by_name(replyd("--config", config, "check", "--json"))
    assert {name: found[name]["state"] for name in ("systems", "suppressed", "contacts", "sign_offs")} == {
        "systems": "warn", "suppressed": "fail", "contacts": "warn", "sign_offs": "warn",
    }  # fmt: skip
    assert "in de" in found["sign_offs"]["what"]
    (config.parent / "nowhere").mkdir()
    _add(config, 'command = ["no-such-program-here"]\n[systems.crm]\nname = "our CRM"')
    found = _by_name(replyd("--config", config, "check", "--json"))
    assert "no-such-program-here" in found["suppressed"]["what"]
    assert "our CRM" in found["systems"]["what"]


def test_an_old_database_and_a_wrong_key_say_what_to_run(replyd, config):
    """Neither is repaired by itself."""
    database = config.parent / "data" / "replyd.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert "replyd init" in _by_name(replyd("--config", config, "check", "--json"))["database"]["what"]
    for path in (config.parent / "data" / "keys").iterdir():
        path.unlink()
    Keys.create(config.parent / "data" / "keys")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    connection.close()
    assert _by_name(replyd("--config", config, "check", "--json"))["database"]["state"] == "fail"


def test_each_of_several_accounts_is_looked_at(replyd, served, smtp_sink):
    """One with a wrong password hides nothing of the other, and is named."""
    text = served.read_text()
    start, end = text.index("[account]"), text.index("[policy]")
    accounts = re.sub(r'^name = "outreach"\n', "", text[start:end], flags=re.MULTILINE)
    sales, service = (accounts.replace("[account", f"[accounts.{name}") for name in ("sales", "service"))
    (served.parent / "wrong").write_text("wrong\n")
    served.write_text(text[:start] + sales + "\n" + re.sub('password_file = ".*"', 'password_file = "wrong"', service))
    result = replyd("--config", served, "check", "--json")
    states = {(row["account"], row["name"]): row["state"] for row in json_lines(result)}
    assert states["sales", "mailbox"] == states["sales", "sender"] == states["service", "submission"] == "ok"
    assert states["service", "mailbox"] == "fail"
    assert "service: 127.0.0.1 refused the login" in " ".join(replyd("--config", served, "check").output.split())


def test_a_pause_is_shown(replyd, config):
    """By check, and by the command itself, which changes nothing when it is asked."""
    assert "letters leave" in replyd("--config", config, "pause", "--status").output
    replyd("--config", config, "pause")
    assert "nothing leaves" in replyd("--config", config, "pause", "--status").output
    assert _by_name(replyd("--config", config, "check", "--json"))["pause"]["state"] == "warn"
    assert "letters leave" in replyd("--config", config, "pause", "--off").output
    assert replyd("--config", config, "pause", "--off", "--status").exit_code == 2
