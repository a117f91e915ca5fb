"""A real Dovecot 2.3 of one's own: short directory, own ports, own users; as root or as anybody."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from daemon.mail.imap import ImapLogin
from tests.servers.certificate import Certificate
from tests.servers.ports import free_port

PASSWORD = "correct-horse"
"""Of every user: a password file would be read once a second only, and new users would wait."""
_SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))

_CONFIGURATION = """
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{d}/mail/%u/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={d}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
{rights}
"""
_AS_ROOT = "first_valid_uid = 1"
_AS_USER = """
first_valid_uid = 0
first_valid_gid = 0
default_login_user = {owner}
default_internal_user = {owner}
default_internal_group = {group}
"""


def dovecot_program() -> str | None:
    """Return the path of a Dovecot whose configuration we speak (2.3), or None."""
    program = shutil.which("dovecot", path=_SEARCHED)
    if program is None:
        return None
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return program if version.startswith("2.3.") else None


@dataclass(frozen=True)
class DovecotUser:
    """A mailbox of its own on the server."""

    server: "Dovecot"
    name: str

    def login(self, tls: Literal["implicit", "starttls", "none"] = "implicit", **changed: Any) -> ImapLogin:
        """Return the settings that open this mailbox."""
        port = self.server.tls_port if tls == "implicit" else self.server.port
        given = {"host": "127.0.0.1", "port": port, "user": self.name, "password": PASSWORD, "tls": tls}
        quick = {"cafile": self.server.certificate.cert, "read_timeout_s": 10.0}
        return ImapLogin(**(given | quick | changed))

    def maildir(self, folder: str = "INBOX") -> Path:
        """Return the Maildir of a folder."""
        root = self.server.directory / "mail" / self.name / "Maildir"
        return root if folder == "INBOX" else root / f".{folder.replace('/', '.')}"

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Put a mail where a mail transfer agent would; Dovecot announces it in IDLE half a second later."""
        self.server.deliver(self.maildir(folder), raw)

    def renumber(self, folder: str = "INBOX") -> None:
        """Lose the folder's indexes, as after a restore: UIDVALIDITY changes and UIDs start at 1 again."""
        time.sleep(1.1)  # Dovecot takes the second of creation as UIDVALIDITY
        for index in self.maildir(folder).glob("dovecot*"):
            index.unlink()

    def kick(self) -> None:
        """Have the server end every connection of this user with BYE, as an operator would."""
        configuration = str(self.server.directory / "dovecot.conf")
        program = shutil.which("doveadm", path=_SEARCHED)
        subprocess.run([program or "doveadm", "-c", configuration, "kick", self.name], check=True, capture_output=True)

    def file_names(self, folder: str = "INBOX") -> list[str]:
        """Return the names of the mail files, which carry the flags (":2,S" means seen)."""
        return sorted(p.name for part in ("cur", "new") for p in (self.maildir(folder) / part).iterdir())


class Dovecot:
    """A running server; `stop` ends it and removes its directory."""

    def __init__(self, program: str, certificate: Certificate) -> None:
        self.certificate = certificate
        self.directory = Path(tempfile.mkdtemp(prefix="rd", dir="/tmp"))  # unix socket paths hold 108 bytes
        self.port, self.tls_port = free_port(), free_port()
        as_root = os.geteuid() == 0
        self._owner = pwd.getpwnam("mail") if as_root else pwd.getpwuid(os.geteuid())
        self._users = 0
        self._deliveries = 0
        self._lay_out(as_root=as_root)
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(self.directory / "dovecot.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._await_ready()

    def add_user(self) -> DovecotUser:
        """Return a fresh mailbox."""
        self._users += 1
        user = DovecotUser(self, f"user{self._users}")
        for folder in ("INBOX", "Sent"):
            for part in ("cur", "new", "tmp"):
                self._make(user.maildir(folder) / part)
        return user

    def deliver(self, maildir: Path, raw: bytes) -> None:
        """Write into tmp, then rename into new, as Maildir wants it."""
        self._deliveries += 1
        written = maildir / "tmp" / f"{time.time():.6f}.{self._deliveries}.test"
        written.write_bytes(raw)
        self._own(written)
        written.rename(maildir / "new" / written.name)

    def log(self) -> str:
        """Return what the server had to say."""
        path = self.directory / "dovecot.log"
        return path.read_text() if path.exists() else "(no log)"

    def stop(self) -> None:
        """End the server that was started here, and forget its files."""
        self._process.terminate()
        self._process.wait(timeout=20)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _lay_out(self, *, as_root: bool) -> None:
        self.directory.chmod(0o755)
        for part in ("run", "state", "mail"):
            (self.directory / part).mkdir()
        self._own(self.directory / "mail")
        names = {"owner": self._owner.pw_name, "group": grp.getgrgid(self._owner.pw_gid).gr_name}
        written = _CONFIGURATION.format(
            d=self.directory, password=PASSWORD, cert=self.certificate.cert, key=self.certificate.key, port=self.port,
            tls_port=self.tls_port, chroot="" if as_root else "chroot =",
            rights=_AS_ROOT if as_root else _AS_USER.format(**names), **names,
        )  # fmt: skip
        (self.directory / "dovecot.conf").write_text(written)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        log = self.log()
        self.stop()
        raise RuntimeError(f"Dovecot did not start:\n{log}")

    def _make(self, path: Path) -> None:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for part in reversed(missing):
            part.mkdir()
            self._own(part)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
