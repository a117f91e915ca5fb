"""`replyd init`: settings, keys, database; nothing overwritten, nothing lost."""

import stat
from pathlib import Path

import pytest

from daemon.records.database import Database
from daemon.settings import Settings

NEEDED = (
    "account.address",
    "account.imap.password_file",
    "account.controller.name",
    "account.controller.seat",
    "account.controller.country",
)


def test_a_new_installation_is_private_and_in_assist_mode(config):
    """Settings and data are their owner's alone; letters wait for a key; the database is ready."""
    data = config.parent / "data"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data / "keys").iterdir()} == {0o600}
    settings = Settings.load(config, {})
    assert settings.replyd.mode == "assist"
    assert settings.account.imap.host == "imap.firm.example"
    Database.open(settings.database_url).check()


def test_a_second_run_overwrites_nothing(replyd, config):
    """Keys and settings stay byte for byte; the database is brought up to date."""
    files = [config, *(config.parent / "data" / "keys").iterdir()]
    before = [path.read_bytes() for path in files]
    result = replyd("init", "--directory", config.parent)
    assert result.exit_code == 0
    assert [path.read_bytes() for path in files] == before
    assert "replyd --config" in result.output


def test_lost_keys_are_not_replaced(replyd, config):
    """New keys would find nobody suppressed; the backup of the old ones is asked for."""
    for path in (config.parent / "data" / "keys").iterdir():
        path.unlink()
    result = replyd("init", "--directory", config.parent)
    assert result.exit_code == 2
    assert "backup" in result.stderr
    assert list((config.parent / "data" / "keys").iterdir()) == []


def test_what_is_missing_is_listed_at_once(replyd, tmp_path):
    """Whoever may not be asked is told every answer that is needed, and nothing is written."""
    result = replyd("init", "--directory", tmp_path / "new", "--non-interactive")
    assert result.exit_code == 2
    assert all(f"--set {key}=" in result.stderr for key in NEEDED)
    assert not (tmp_path / "new").exists()


def test_bad_answers_write_nothing(replyd, tmp_path):
    """The answer that is wrong is named."""
    options = [f"--set={key}=x" for key in NEEDED]
    result = replyd("init", "--directory", tmp_path / "new", "--non-interactive", *options)
    assert result.exit_code == 2
    assert "account.address must be one e-mail address" in result.stderr or "password_file names" in result.stderr
    assert list((tmp_path / "new").iterdir()) == []


CONTROLLER = ["Firm GmbH", "Way 1, Berlin", "Germany", "DE", "", "The authority", "", "", "", "", ""]
DATA = ["", "", "our sending tool (Mailer)", "Find; delete", "-", "-", "sha256", "", "upload --to x {file}", "-"]


def test_questions_are_asked_until_an_answer_fits(replyd, tmp_path):
    """Proposals need Enter only; a wrong answer is asked for again; the password is not shown."""
    answers = ["no address", "sales@firm.example", "", "", "", "", "the-password", "", "", "", *CONTROLLER, *DATA]
    result = replyd("init", "--no-try", "--directory", tmp_path / "new", stdin="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    settings = Settings.load(Path(tmp_path / "new" / "replyd.toml"), {})
    login = settings.logins["outreach"]
    assert login.imap().password == login.smtp().password == "the-password"
    assert settings.account.controller.country == "DE"
    assert settings.account.controller.storage_countries == ("DE",)
    assert settings.account.controller.officer is None
    assert settings.policy.letter_languages == {"en", "de"}
    assert settings.systems["mailbox"].steps == ("Delete the thread in the inbox and in Sent", "empty the trash")
    assert settings.systems["sending_tool"].steps == ("Find", "delete")
    assert set(settings.systems) == {"mailbox", "sending_tool"}
    assert settings.suppressed_list.form == "sha256"
    assert settings.suppressed_list.command == ("upload", "--to", "x", "{file}")
    assert not settings.assessments
    assert "the-password" not in result.output
    assert "this must be one e-mail address" in result.stderr
    assert "next: replyd --config" in result.output


def test_passwords_stand_in_files_of_their_own(replyd, tmp_path):
    """Two that are the same share a file; only its owner reads it, and none is ever overwritten."""
    answers = ["sales@firm.example", "", "", "", "", "the-password", "", "", "", *CONTROLLER, *DATA]
    directory = tmp_path / "new"
    assert replyd("init", "--no-try", "--directory", directory, stdin="\n".join(answers) + "\n").exit_code == 0
    assert "the-password" not in (directory / "replyd.toml").read_text()
    assert (directory / "imap.password").read_text() == "the-password\n"
    assert stat.S_IMODE((directory / "imap.password").stat().st_mode) == 0o600
    assert not (directory / "smtp.password").exists()
    (directory / "replyd.toml").unlink()
    result = replyd("init", "--no-try", "--directory", directory, stdin="\n".join(answers) + "\n")
    assert result.exit_code == 2
    assert "imap.password is there already" in result.stderr
    assert not (directory / "replyd.toml").exists()


def test_a_wrong_password_is_found_at_once_and_corrected(replyd, tmp_path, dovecot_user, smtp_sink):
    """Against real servers: the login fails, the answer is corrected, the next one is let in; nothing was sent."""
    login = dovecot_user.login()
    fixed = {
        "account.imap.cafile": login.cafile, "account.imap.port": login.port, "account.smtp.port": smtp_sink.port,
        "account.smtp.tls": "none", "account.smtp.user": "",
    }  # fmt: skip
    options = [part for key, value in fixed.items() for part in ("--set", f"{key}={value}")]
    mail = ["sales@firm.example", "", "", login.host, login.user, "wrong", "127.0.0.1"]
    corrected = ["c", "", "", "", login.password]
    answers = [*mail, *corrected, *CONTROLLER, *DATA]
    result = replyd("init", "--directory", tmp_path / "new", *options, stdin="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "refused the login" in result.stderr
    assert "INBOX can be read" in result.output
    assert "sales@firm.example may send" in result.output
    assert Settings.load(tmp_path / "new" / "replyd.toml", {}).logins["outreach"].imap().password == login.password
    assert not smtp_sink.messages


def test_without_a_person_a_failed_login_is_the_exit_code(replyd, tmp_path):
    """Everything is written all the same; `--no-try` asks no server."""
    (tmp_path / "password").write_text("x\n")
    values = {
        "account.address": "sales@firm.example", "account.imap.host": "127.0.0.1", "account.imap.port": "1",
        "account.smtp.host": "127.0.0.1", "account.smtp.port": "1", "account.imap.password_file": tmp_path / "password",
        "account.controller.name": "F", "account.controller.seat": "S", "account.controller.country": "DE",
    }  # fmt: skip
    options = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
    result = replyd("init", "--non-interactive", "--directory", tmp_path / "new", *options)
    assert result.exit_code == 1
    assert "no IMAP connection" in result.stderr
    assert (tmp_path / "new" / "data" / "replyd.db").exists()


@pytest.mark.parametrize(
    ("address", "mail", "host", "provider"),
    [
        ("team@outlook.com", ["", "", "", "", "", "example.com", "later", ""], "outlook.office365.com", "microsoft"),
        ("team@firm.example", ["google", "tokens", "", "", "", "later", ""], "imap.gmail.com", "google"),
    ],
)
def test_where_tokens_are_given_no_password_is_asked(replyd, tmp_path, address, mail, host, provider):
    """The servers are known, the login in a browser comes later, and the next command says so."""
    answers = [address, *mail, *CONTROLLER, *DATA]
    result = replyd("init", "--directory", tmp_path / "new", stdin="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "password:" not in result.output
    assert "oauth login" in result.output.splitlines()[-1]
    settings = Settings.load(tmp_path / "new" / "replyd.toml", {})
    assert settings.account.imap.host == host
    assert settings.account.oauth.provider == provider
    assert settings.logins["outreach"].application().by_browser
    assert (settings.account.smtp.port, settings.account.smtp.tls) == (
        (587, "starttls") if provider == "microsoft" else (465, "implicit")
    )


@pytest.mark.parametrize(
    "key",
    ["account.imap.password", "account.oauth.client_secret", "account.oauth.certificate",
     "account.oauth.service_account", "accounts.sales.smtp.password"],
)  # fmt: skip
def test_no_secret_is_taken_from_the_command_line(replyd, tmp_path, key):
    """Other users of the machine could read it; its file may be named."""
    result = replyd("init", "--directory", tmp_path / "new", "--set", f"{key}=canary")
    assert result.exit_code == 2
    assert f"{key}_file" in result.stderr
    assert "canary" not in result.output + result.stderr
