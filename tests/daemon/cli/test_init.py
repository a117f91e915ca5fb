"""`replyd init`: settings, keys, database; nothing overwritten, nothing lost."""

import stat
from pathlib import Path

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


def test_a_password_as_an_option_is_refused(replyd, tmp_path):
    """Other users of the machine could read it."""
    result = replyd("init", "--directory", tmp_path / "new", "--set", "account.imap.password=x")
    assert result.exit_code == 2
    assert "account.imap.password_file" in result.stderr


def test_questions_are_asked_until_an_answer_fits(replyd, tmp_path):
    """Proposals need Enter only; a wrong answer is asked for again; the password is not shown."""
    answers = [
        "no address", "sales@firm.example", "", "", "", "the-password", "", "", "",  # account and servers
        "Firm GmbH", "Way 1, Berlin", "Germany", "DE", "", "The authority", "", "", "", "",  # controller
    ]  # fmt: skip
    result = replyd("init", "--directory", tmp_path / "new", stdin="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    settings = Settings.load(Path(tmp_path / "new" / "replyd.toml"), {})
    assert settings.logins["outreach"].imap().password == settings.logins["outreach"].smtp().password == "the-password"
    assert settings.account.controller.country == "DE"
    assert settings.account.controller.storage_countries == ("DE",)
    assert settings.account.controller.officer is None
    assert "the-password" not in result.output
    assert "this must be one e-mail address" in result.stderr
