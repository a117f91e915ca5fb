"""The refresh token on disk: encrypted with the installation's master key, replaced as a whole, one user at a time."""

import base64
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from daemon.errors import ReplydError
from daemon.mail.tokens import TokenRefused, TokenUnavailable
from daemon.records.encryption import BadKeyFile, Sealed, Vault, WrongKey

_PURPOSE = "oauth.refresh"


def file_of(account: str) -> str:
    """The name of the file that keeps this account's refresh token."""
    return f"oauth.{account}.token"


@dataclass(frozen=True, slots=True)
class TokenStore:
    """One file; `vault` is asked for when it is needed, so that settings can be read without keys.

    Raises TokenRefused (nothing stored, or not readable with our keys) or TokenUnavailable (the disk fails).
    """

    path: Path
    vault: Callable[[], Vault]

    def read(self) -> str:
        """The refresh token that was kept last."""
        try:
            kept = json.loads(self.path.read_text("ascii"))
            sealed = Sealed(base64.b64decode(kept["ciphertext"]), base64.b64decode(kept["key"]))
            return self.vault().open(sealed, _PURPOSE).decode()
        except FileNotFoundError:
            raise TokenRefused("nobody has logged in yet; run `replyd oauth login`") from None
        except OSError as error:
            raise TokenUnavailable(f"{self.path} cannot be read ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError, WrongKey, BadKeyFile):
            raise TokenRefused(
                f"{self.path} cannot be opened with this installation's keys; run `replyd oauth login`"
            ) from None

    def keep(self, refresh_token: str) -> None:
        """Put this one in the place of the last: it is on disk before this returns, and nobody else may read it."""
        sealed = self._vault_for_writing().seal(refresh_token.encode(), purpose=_PURPOSE)
        kept = {
            name: base64.b64encode(data).decode()
            for name, data in (("key", sealed.key), ("ciphertext", sealed.ciphertext))
        }
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(json.dumps(kept))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            _flush_directory(self.path.parent)
        except OSError as error:
            raise TokenUnavailable(f"{self.path} cannot be written ({type(error).__name__})") from None
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def forget(self) -> bool:
        """Delete the token; False where there was none."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from spending the same refresh token meanwhile: a provider may take that for theft."""
        try:
            file = self.path.with_name(f"{self.path.name}.lock").open("a")
        except OSError as error:
            raise TokenUnavailable(f"{self.path.parent} cannot be written ({type(error).__name__})") from None
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _vault_for_writing(self) -> Vault:
        try:
            return self.vault()
        except ReplydError as error:
            raise TokenRefused(f"a token cannot be kept: {error}") from None


def _flush_directory(directory: Path) -> None:
    """Make the new name outlast a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
