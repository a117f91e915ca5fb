"""The refresh token on disk."""

import os
import stat
import threading

import pytest

from daemon.mail.token_store import TokenStore
from daemon.mail.tokens import TokenRefused, TokenUnavailable
from daemon.records.encryption import BadKeyFile, Key, Keys, Vault

VAULT, OTHER = (
    Vault(Keys(masters=(Key(1, secret * 32),), suppression=(Key(1, b"s" * 32),))) for secret in (b"m", b"x")
)


@pytest.fixture
def store(tmp_path):
    return TokenStore(tmp_path / "oauth.token", lambda: VAULT)


def test_a_token_is_kept_encrypted_and_for_us_alone(store):
    """Whoever copies the file has nothing; long tokens fit; one takes the other's place."""
    long = "canary-" + "x" * 5000
    store.keep("first")
    store.keep(long)
    assert store.read() == long
    assert b"canary" not in store.path.read_bytes()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert [path.name for path in store.path.parent.iterdir()] == ["oauth.token"]


def test_the_old_token_stays_when_the_new_one_cannot_be_written(store, monkeypatch):
    """A full disk must not leave half a token, nor none."""
    store.keep("first")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TokenUnavailable, match="cannot be written"):
        store.keep("second")
    assert store.read() == "first"
    assert [path.name for path in store.path.parent.iterdir()] == ["oauth.token"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"key": "", "ciphertext": ""}', b"\xff", b'{"key": 1}'])
def test_a_damaged_file_asks_for_a_new_login(store, content):
    """It is no riddle and no crash."""
    store.path.write_bytes(content)
    with pytest.raises(TokenRefused, match="run `replyd oauth login`"):
        store.read()


def test_another_installations_keys_open_nothing(store):
    """Nor do missing ones."""
    store.keep("canary")
    with pytest.raises(TokenRefused, match="cannot be opened"):
        TokenStore(store.path, lambda: OTHER).read()

    def missing() -> Vault:
        raise BadKeyFile("gone")

    with pytest.raises(TokenRefused):
        TokenStore(store.path, missing).read()
    with pytest.raises(TokenRefused, match="gone"):
        TokenStore(store.path, missing).keep("x")


def test_two_processes_never_spend_the_same_token(store):
    """The second waits until the first has kept the new one."""
    order: list[str] = []

    def second() -> None:
        with store.alone():
            order.append("second")

    with store.alone():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_a_login_can_be_forgotten(store):
    """Once, and then there is none."""
    store.keep("x")
    assert store.forget()
    assert not store.forget()
