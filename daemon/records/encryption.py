"""Encryption at rest: one random data key for each record, wrapped by a master key that stands outside the database.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; no data key is used twice, and a master key wraps far fewer
than 2^32 of them. Erasing a record is destroying its wrapped key.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.errors import ReplydError
from daemon.records.request import KeyCheck, Suppression

KEY_BYTES = 32
NONCE_BYTES = 12


class BadKeyFile(ReplydError):  # noqa: N818  the name is what went wrong
    """A key file that is missing, readable by others, or not a key."""

    permanent = True


class WrongKey(ReplydError):  # noqa: N818  the name is what went wrong
    """A key that is not the one the stored data was made with; nothing may be matched or opened with it."""

    permanent = True


@dataclass(frozen=True)
class Key:
    """One secret of 32 bytes and its version, counted from 1; the secret never shows in a log."""

    version: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Sealed:
    """An encrypted record: its ciphertext, and its own key wrapped by the master key."""

    ciphertext: bytes
    key: bytes


@dataclass(frozen=True)
class Keys:
    """All keys of an installation, oldest first: the newest master seals, digests nest through all suppression keys."""

    masters: tuple[Key, ...]
    suppression: tuple[Key, ...]

    @classmethod
    def load(cls, directory: Path) -> "Keys":
        """Read `master-N.key` and `suppression-N.key`; raises BadKeyFile, naming the file and what to do."""
        masters, suppression = (_load_versions(directory, name) for name in ("master", "suppression"))
        if [key.version for key in suppression] != list(range(1, len(suppression) + 1)):
            raise BadKeyFile(
                f"{directory}: the suppression keys must be numbered 1, 2, 3 without a gap, since every digest goes "
                "through all of them; put the missing file back from your key backup"
            )
        return cls(masters, suppression)

    @classmethod
    def create(cls, directory: Path) -> "Keys":
        """Make the first keys of a new installation; existing keys are never overwritten (BadKeyFile)."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(*(((Key(1, create_key(directory / f"{name}-1.key"))),) for name in ("master", "suppression")))


def create_key(path: Path) -> bytes:
    """Write a new random key as base64url text, readable by its owner only, on disk before this returns."""
    secret = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise BadKeyFile(
            f"{path} exists already, and what it encrypts would be lost; to change keys run `replyd keys rotate`"
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.urlsafe_b64encode(secret) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return secret


def read_key(path: Path) -> bytes:
    """Read one key file; raises BadKeyFile when it is missing, readable by others, or not 32 bytes of base64url."""
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except FileNotFoundError as error:
        raise BadKeyFile(
            f"{path} is missing; put it back from your key backup, or run `replyd init` for a new installation"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadKeyFile(f"{path} cannot be read as a key file ({type(error).__name__}); check its owner") from error
    if stat.S_IMODE(mode) & 0o077:
        raise BadKeyFile(f"{path} can be read by others (mode {stat.S_IMODE(mode):04o}); run: chmod 600 {path}")
    try:
        secret = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise BadKeyFile(f"{path} does not hold {KEY_BYTES} bytes as base64url text; put it back from your key backup")
    return secret


def _load_versions(directory: Path, name: str) -> tuple[Key, ...]:
    numbered = {
        int(found[1]): path
        for path in directory.glob(f"{name}-*.key")
        if (found := re.fullmatch(rf"{name}-([1-9][0-9]{{0,2}})\.key", path.name))
    }
    paths = numbered or {1: directory / f"{name}-1.key"}
    return tuple(Key(version, read_key(paths[version])) for version in sorted(paths))


class Vault:
    """Encrypts and opens records; the purpose (`reply.raw`) is authenticated, so that no record passes for another."""

    def __init__(self, keys: Keys) -> None:
        self._masters = {key.version: AESGCM(key.secret) for key in keys.masters}
        self._newest = max(self._masters)

    def seal(self, plain: bytes, *, purpose: str) -> Sealed:
        """Encrypt under a data key of its own."""
        data_key = secrets.token_bytes(KEY_BYTES)
        return Sealed(_encrypt(AESGCM(data_key), plain, _bound("data", purpose)), self._wrap(data_key, purpose))

    def open(self, sealed: Sealed, purpose: str) -> bytes:
        """Decrypt; raises WrongKey for another master key, another purpose, or bytes that were changed."""
        data_key = self._unwrap(sealed.key, purpose)
        return _decrypt(AESGCM(data_key), sealed.ciphertext, _bound("data", purpose))

    def rewrap(self, key: bytes, *, purpose: str) -> bytes:
        """Wrap a record's key under the newest master key, the record itself untouched (`replyd keys rotate`)."""
        return self._wrap(self._unwrap(key, purpose), purpose)

    def _wrap(self, data_key: bytes, purpose: str) -> bytes:
        version = self._newest.to_bytes(2, "big")
        return version + _encrypt(self._masters[self._newest], data_key, _bound("key", purpose))

    def _unwrap(self, key: bytes, purpose: str) -> bytes:
        version = int.from_bytes(key[:2], "big")
        master = self._masters.get(version)
        if master is None:
            raise WrongKey(f"a record needs master key {version}; put master-{version}.key back from your key backup")
        return _decrypt(master, key[2:], _bound("key", purpose))


def _bound(part: str, purpose: str) -> bytes:
    return f"replyd/1/{part}/{purpose}".encode()


def _encrypt(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, bound)


def _decrypt(cipher: AESGCM, data: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise WrongKey(
            "a record cannot be opened: its master key is another one, or its bytes were changed; "
            "put the right master key back from your key backup"
        ) from error


def verify_keys(session: Session, keys: Keys) -> None:
    """Compare the keys with what the database was written with; raises WrongKey, so that everything fails closed.

    The check values of a new database are stored. Once there are suppressions they are not: a lost check value must not
    let a wrong key find nobody suppressed.
    """
    for name, versions in (("master", keys.masters[-1:]), ("suppression", keys.suppression)):
        stored = session.get(KeyCheck, name)
        newest, value = versions[-1].version, check_value(name, versions)
        if stored is None:
            if session.scalar(select(Suppression.id).limit(1)) is not None:
                raise WrongKey(f"the check value of the {name} key is gone from the database; run `replyd restore`")
            session.add(KeyCheck(name=name, version=newest, check_value=value))
        elif stored.version != newest or not hmac.compare_digest(stored.check_value, value):
            raise WrongKey(
                f"the {name} key is not the one this database was written with (it needs version {stored.version}); "
                f"put {name}-{stored.version}.key back from your key backup"
            )


def check_value(name: str, versions: Sequence[Key]) -> str:
    """What the database keeps of the keys: a MAC under each, from which no key can be found."""
    value = f"replyd/1/check/{name}".encode()
    for key in versions:
        value = hmac.new(key.secret, value, hashlib.sha256).digest()
    return value.hex()
