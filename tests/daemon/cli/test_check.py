"""`replyd check`: each thing that is needed is looked at, and a fault says what to do."""

from daemon.cli.checks import injects_headers
from tests.daemon.cli.answers import json_lines

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
    assert {"submission", "disk", "headers"} <= set(found)
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
