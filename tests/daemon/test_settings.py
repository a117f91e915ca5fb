"""Settings: where they come from, which wins, and what is said when they are wrong."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.intents import Intent
from daemon.cli.questions import settings_text
from daemon.decisions.choices import Choices, Mode
from daemon.settings import Settings, fault_of
from daemon.settings_file import BadSettings, lines_of_keys
from daemon.settings_reference import reference
from daemon.settings_sections import Policy

ROOT = Path(__file__).parents[2]
PLAIN = """\
[replyd]
data = "data"
mode = "auto"
auto = ["opt_out:en", "data_source:de"]
[account]
name = "sales"
address = "sales@example.com"
[account.imap]
host = "imap.example.com"
user = "sales"
password = "imap-secret"
[account.smtp]
host = "smtp.example.com"
user = "sales"
password = "smtp-secret"
[account.controller]
name = "Example GmbH"
seat = "Way 1, Berlin"
country = "DE"
email = "privacy@example.com"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file with nothing but what is needed."""
    path = tmp_path / "replyd.toml"
    path.write_text(PLAIN)
    return path


def _without(line: str) -> str:
    return PLAIN.replace(f"{line}\n", "", 1)


def _fault(path: Path, text: str, environ: dict[str, str] | None = None) -> str:
    path.write_text(text)
    with pytest.raises(BadSettings) as caught:
        Settings.load(path, environ or {})
    return str(caught.value)


def test_what_the_rest_of_replyd_needs_comes_out(file):
    """Choices, logins, the database and the data directory follow from the file; relative paths start beside it."""
    settings = Settings.load(file, {})
    assert settings.choices().mode is Mode.AUTO
    assert settings.choices().auto == {(Intent.OPT_OUT, "en"), (Intent.DATA_SOURCE, "de")}
    assert (settings.logins["sales"].imap().port, settings.logins["sales"].imap().password) == (993, "imap-secret")
    assert (settings.logins["sales"].smtp().port, settings.logins["sales"].smtp().password) == (465, "smtp-secret")
    assert settings.data == file.parent / "data"
    assert settings.database_url == f"sqlite:///{file.parent}/data/replyd.db"


def test_the_policy_has_the_names_and_defaults_of_the_choices():
    """Every choice that is set in no other section can be set there, under its own name, with the same default."""
    elsewhere = {"mode", "auto", "signed_off", "always_challenge"}
    fields = {field.name: field.default for field in dataclasses.fields(Choices) if field.name not in elsewhere}
    assert Policy().model_dump() == fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN.replace('host = "imap', 'hots = "imap'), "line 9: account.imap.hots is not a setting; did you mean acc"),
        (PLAIN + "idle = true\n", "line 21: account.controller.idle is not a setting; did you mean run.idle?"),
        (PLAIN.replace('"auto"', '"autom"'), "line 3: replyd.mode must be 'shadow', 'assist' or 'auto'"),
        (PLAIN.replace("opt_out:en", "opt_out"), "line 4: replyd.auto must be an intent and a language"),
        (PLAIN.replace('"DE"', '"Germany"'), "line 19: account.controller.country must be an ISO 3166 code"),
        (PLAIN.replace("[account.smtp]", "[account.smtp]\nport = 70000"), "line 13: account.smtp.port must be le"),
        (PLAIN.replace("sales@example.com", "sales"), "line 7: account.address must be one e-mail address"),
        (_without('password = "imap-secret"'), "missing; set it as password or password_file, as REPLYD_ACCOUNT__IMAP"),
        (PLAIN.replace('name = "sales"', "name = sales"), "line 6, column 8: invalid value"),
        (PLAIN.replace("[account.imap]", 'imap = "x"\n[account.map]'), "line 8: account.imap must be a section"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_key_and_what_was_expected(file, text, said):
    """Whoever wrote the file is told where to look and what to write."""
    fault = _fault(file, text)
    assert f"{file}" in fault
    assert said in fault


def test_all_faults_are_told_at_once(file):
    """Nobody has to start replyd three times to find three mistakes."""
    fault = _fault(file, PLAIN.replace('"auto"', '"x"').replace('"DE"', '"x"') + "colour = 1\n")
    assert len(fault.splitlines()) == 3


def test_no_secret_is_ever_said(file):
    """Neither the settings' own text nor a message about a fault holds a password."""
    settings = Settings.load(file, {})
    assert "-secret" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert "-secret" not in repr(settings.logins["sales"].imap()) + repr(settings.logins["sales"].smtp())
    text = PLAIN.replace('"imap-secret"', '["imap-secret"]').replace(
        'password = "smtp-secret"', 'pasword = "smtp-secret"'
    )
    assert "-secret" not in _fault(file, text)


def test_the_environment_wins_over_credentials_and_those_over_the_file(file, tmp_path):
    """One place after the other, and each secret may be a file."""
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "account.imap.password").write_text("from systemd\n")
    (tmp_path / "named").write_text("from a file\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}
    assert Settings.load(file, environ).logins["sales"].imap().password == "from systemd"
    environ["REPLYD_ACCOUNT__IMAP__PASSWORD_FILE"] = str(tmp_path / "named")
    assert Settings.load(file, environ).logins["sales"].imap().password == "from a file"
    environ = {
        "REPLYD_ACCOUNT__IMAP__PASSWORD": "said",
        "REPLYD_MODE": "shadow",
        "REPLYD_ACCOUNT__ALIASES": "a@b.example, c@b.example",
    }
    settings = Settings.load(file, environ)
    assert settings.logins["sales"].imap().password == "said"
    assert settings.choices().mode is Mode.SHADOW
    assert settings.account.aliases == ("a@b.example", "c@b.example")


def test_a_secret_file_stands_beside_the_settings(file):
    """A relative name starts where the settings file is; the line break at its end is no part of the secret."""
    (file.parent / "pw").write_text("of the file\r\n")
    file.write_text(PLAIN.replace('password = "imap-secret"', 'password_file = "pw"'))
    assert Settings.load(file, {}).logins["sales"].imap().password == "of the file"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('password = "imap-secret"\npassword_file = "pw"', "line 12: account.imap.password_file and account.imap.pas"),
        ('password_file = "none"', "line 11: account.imap.password_file names"),
        ('password_file = "empty"', "which is empty"),
    ],
)  # fmt: skip
def test_a_secret_that_cannot_be_read_is_a_fault(file, line, said):
    """Nobody logs in with an empty password, or with another one than was meant."""
    (file.parent / "empty").write_text("\n")
    assert said in _fault(file, PLAIN.replace('password = "imap-secret"', line))


def test_a_variable_that_sets_nothing_is_a_fault(file):
    """A misspelt variable is found like a misspelt key."""
    fault = _fault(file, PLAIN, {"REPLYD_RUN__POL_S": "5", "REPLYD_MOOD": "x", "REPLYD_CONFIG": "y"})
    assert "environment variable REPLYD_RUN__POL_S: run.pol_s is not a setting; did you mean run.poll_s?" in fault
    assert "environment variable REPLYD_MOOD: replyd.mood is not a setting; did you mean replyd.mode?" in fault
    assert "REPLYD_CONFIG" not in fault


def test_a_file_is_found_where_it_is_looked_for(file, tmp_path, monkeypatch):
    """The variable names it, or it lies here; where there is none, the message says what to run."""
    monkeypatch.chdir(tmp_path / "..")
    assert Settings.load(None, {"REPLYD_CONFIG": str(file)}).account.name == "sales"
    with pytest.raises(BadSettings, match="replyd init"):
        Settings.load(None, {})
    monkeypatch.chdir(tmp_path)
    assert Settings.load(None, {}).data == tmp_path / "data"


def test_the_policy_may_stand_in_a_file_of_its_own(file):
    """But not in two places at once."""
    text = PLAIN.replace("[replyd]", '[replyd]\npolicy_file = "policy.toml"')
    (file.parent / "policy.toml").write_text("letters_1_hour = 7\n")
    file.write_text(text)
    assert Settings.load(file, {}).choices().letters_1_hour == 7
    assert "both set" in _fault(file, text + "[policy]\nletters_1_hour = 5\n")
    (file.parent / "policy.toml").write_text("letters_1_hours = 7\n")
    assert "policy.toml, line 1: policy.letters_1_hours is not a setting" in _fault(file, text)


def test_the_examples_can_be_used_and_show_every_setting(tmp_path):
    """Each key of the reference stands in an example, and each example loads with its marks taken away."""
    for name in ("imap.password", "smtp.password", "oauth.secret", "oauth.pem", "oauth.json"):
        (tmp_path / name).write_text("x")
    example = (ROOT / "config" / "replyd.example.toml").read_text()
    (tmp_path / "replyd.toml").write_text(example)
    Settings.load(tmp_path / "replyd.toml", {})
    all_on = re.sub(r"^# ((?!policy_file)\w+ = )", r"\1", example, flags=re.MULTILINE)
    (tmp_path / "replyd.toml").write_text(all_on)
    settings = Settings.load(tmp_path / "replyd.toml", {})
    assert settings.policy == Policy()
    shown = {key[-1].removesuffix("_file") for key, _ in lines_of_keys(all_on)} | {"policy_file"}
    assert set(re.findall(r"^\| `(\w+)`", reference(), re.MULTILINE)) <= shown | {"policy_file"}


def test_the_policy_example_shows_the_defaults(file):
    """Whoever copies it changes nothing."""
    (file.parent / "policy.toml").write_text((ROOT / "config" / "policy.example.toml").read_text())
    file.write_text(PLAIN.replace("[replyd]", '[replyd]\npolicy_file = "policy.toml"'))
    assert Settings.load(file, {}).policy == Policy()


def test_the_reference_page_is_current():
    """docs/configuration.md is what `replyd config reference` prints, and describes every setting."""
    assert (ROOT / "docs" / "configuration.md").read_text() == reference()
    assert "|  |\n" not in reference().replace("| meaning |\n", "")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_whatever_is_answered_is_read_back_from_the_file(tmp_path_factory, words):
    """Quotes, backslashes and letters of any script survive the way into TOML."""
    path = tmp_path_factory.mktemp("answers") / "replyd.toml"
    answers = {
        "account.address": "sales@example.com", "account.name": "x", "account.imap.host": "h", "account.imap.user": "u",
        "account.imap.password": words, "account.smtp.host": "h", "account.controller.name": words,
        "account.controller.seat": "x", "account.controller.country": "DE", "account.controller.email": "a@example.com",
    }  # fmt: skip
    path.write_text(settings_text("data", answers), "utf-8")
    settings = Settings.load(path, {})
    assert settings.account.controller.name == words
    assert settings.logins["x"].imap().password == words


def test_one_value_can_be_judged_alone():
    """`replyd init` asks again for just the answer that was wrong."""
    assert fault_of(("account", "controller", "country"), "Germany") is not None
    assert fault_of(("account", "controller", "country"), "DE") is None
    assert fault_of(("account", "imap", "port"), 70000) is not None


def _several(text: str = PLAIN) -> str:
    """The same account twice, under two names."""
    head, _, account = text.partition("[account]\n")
    account = "[account]\n" + account.replace('name = "sales"\n', "", 1)
    return head + "".join(account.replace("[account", f"[accounts.{name}") for name in ("sales", "south-west"))


def test_several_accounts_have_each_their_own(file, tmp_path):
    """Names, logins, token stores; secrets by file, variable and credential, lists by variable."""
    file.write_text(_several())
    (tmp_path / "accounts.sales.imap.password").write_text("by systemd\n")
    (tmp_path / "named").write_text("by file\n")
    settings = Settings.load(file, {
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "REPLYD_ACCOUNTS__SOUTH_WEST__IMAP__PASSWORD": "said",
        "REPLYD_ACCOUNTS__SALES__SMTP__PASSWORD_FILE": str(tmp_path / "named"),
        "REPLYD_ACCOUNTS__SALES__IMAP__FOLDERS": "INBOX, Replies",
    })  # fmt: skip
    assert set(settings.accounts) == {"south-west", "sales"}
    assert settings.logins["sales"].imap().password == "by systemd"
    assert settings.logins["sales"].smtp().password == "by file"
    assert settings.logins["south-west"].imap().password == "said"
    assert settings.accounts["sales"].imap.folders == ("INBOX", "Replies")
    assert settings.section_of("sales") == "accounts.sales"
    paths = {login.token_store().path.name for login in settings.logins.values()}
    assert paths == {"oauth.sales.token", "oauth.south-west.token"}


def test_one_account_has_the_form_that_it_always_had(file):
    """Either form gives the accounts by name."""
    settings = Settings.load(file, {})
    assert list(settings.accounts) == ["sales"]
    assert settings.section_of("sales") == "account"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN + _several().partition('"data_source:de"]\n')[2], "[account] and [accounts.NAME] are both there"),
        (PLAIN.partition("[account]")[0], "[account] is missing"),
        (PLAIN.replace('user = "sales"', 'user = "sales"\nfolder = "INBOX"', 1), "is not a setting any more; write fo"),
        (PLAIN.replace('user = "sales"', 'user = "sales"\nfolders = []', 1), "must name one folder at least"),
        (_several().replace("[accounts.sales]", '[accounts.sales]\nname = "x"'), "the account's name is that of its"),
        (_several().replace('host = "imap', 'hots = "imap', 1), "did you mean accounts.sales.imap.host?"),
        (_several().replace("[accounts.sales", '[accounts."a/b"'), "accounts.a/b has characters that cannot stand"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_accounts_is_said(file, text, said):
    """Both forms, neither, a key that was, a name that cannot be."""
    if "a/b" in text:
        text = re.sub(r'\[accounts\."a/b"(\.?\w*)\]', r'[accounts."a/b"\1]', text)
    assert said in _fault(file, text)
