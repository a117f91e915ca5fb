"""[account.oauth]: what each provider needs, and when passwords still win."""

from pathlib import Path

import pytest

from daemon.settings import Settings
from daemon.settings_file import BadSettings

PLAIN = """\
[account]
name = "sales"
address = "sales@example.com"
[account.imap]
host = "imap.example.com"
user = "sales@example.com"
[account.smtp]
host = "smtp.example.com"
user = "sales@example.com"
[account.controller]
name = "Example GmbH"
seat = "Way 1, Berlin"
country = "DE"
email = "privacy@example.com"
[account.oauth]
"""
MICROSOFT = 'provider = "microsoft"\ntenant = "example.com"\nclient_id = "id"\n'


def _settings(tmp_path: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "replyd.toml"
    path.write_text(PLAIN + text)
    return Settings.load(path, environ or {})


def test_tokens_stand_in_for_passwords(tmp_path):
    """One provider serves both servers and every connection; no password is missed."""
    settings = _settings(tmp_path, MICROSOFT)
    assert (
        settings.logins["sales"].imap().tokens
        is settings.logins["sales"].smtp().tokens
        is settings.logins["sales"].imap().tokens
        is not None
    )
    application = settings.logins["sales"].application()
    assert application is not None
    assert application.user == "sales@example.com"
    assert application.endpoint(lambda: None).url == "https://login.microsoftonline.com/example.com/oauth2/v2.0/token"


def test_a_password_wins_where_there_is_one(tmp_path):
    """A relay with a password of its own may stand beside a mailbox with tokens."""
    environ = {"REPLYD_ACCOUNT__SMTP__PASSWORD": "x"}
    settings = _settings(tmp_path, MICROSOFT, environ)
    assert settings.logins["sales"].smtp().tokens is None
    assert settings.logins["sales"].imap().tokens is not None


def test_without_a_provider_a_password_is_needed(tmp_path):
    """As before."""
    with pytest.raises(BadSettings, match=r"account\.imap\.password is missing"):
        _settings(tmp_path, "")
    settings = _settings(tmp_path, "", {"REPLYD_ACCOUNT__IMAP__PASSWORD": "x"})
    assert settings.logins["sales"].imap().tokens is None
    assert settings.logins["sales"].application() is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('provider = "microsoft"\n', "account.oauth with provider microsoft needs tenant and client_id"),
        ('provider = "google"\nclient_id = "x"\n', "needs client_secret"),
        ('provider = "command"\n', "needs command"),
        (MICROSOFT + 'client_secret = "canary"\ncertificate = "canary"\n', "keep one of them"),
        (MICROSOFT + 'token_url = "http://login.example.com/token"\n', "must be an address that begins with https://"),
        (MICROSOFT + 'token_url = "https://user:canary@login.example.com/token"\n', "begins with https://"),
        (MICROSOFT + 'tenent = "canary"\n', "did you mean account.oauth.tenant?"),
        (MICROSOFT.replace("example.com", "../canary"), "account.oauth.tenant"),
        ('provider = "yahoo"\n', "account.oauth.provider must be"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, said):
    """With its place, and without secrets."""
    with pytest.raises(BadSettings) as caught:
        _settings(tmp_path, text)
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)


def test_no_secret_is_shown(tmp_path):
    """Each may be a file or a systemd credential; none stands in any text of the settings."""
    (tmp_path / "s").write_text("canary\n")
    settings = _settings(tmp_path, MICROSOFT + 'client_secret_file = "s"\n')
    application = settings.logins["sales"].application()
    assert application is not None
    assert application.client_secret == "canary"
    shown = repr(settings) + settings.model_dump_json() + repr(application) + repr(settings.logins["sales"].imap())
    assert "canary" not in shown
    (tmp_path / "account.oauth.certificate").write_text("pem")
    settings = _settings(tmp_path, MICROSOFT, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.logins["sales"].application().certificate == "pem"  # type: ignore[union-attr]


def test_a_command_may_come_from_the_environment(tmp_path):
    """Its words separated by commas, as every list."""
    environ = {"REPLYD_ACCOUNT__OAUTH__COMMAND": "printf,a-token", "REPLYD_ACCOUNT__OAUTH__PROVIDER": "command"}
    tokens = _settings(tmp_path, "", environ).logins["sales"].imap().tokens
    assert tokens is not None
    assert tokens.token() == "a-token"
