"""A mailbox for the demonstration: pymap in this process, kept in memory, on a port of the loopback interface."""

import asyncio
import secrets
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Login
from pymap.imap import IMAPServer
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

from daemon.errors import ReplydError

LOOPBACK = "127.0.0.1"
START_S = 30.0
"""Seconds in which the server has to listen; it needs less than one."""


class ServerNotStarted(ReplydError):  # noqa: N818  an outcome that callers name
    """An embedded server of the demonstration does not listen."""


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """Where the mailbox is and how to log in."""

    port: int
    user: str
    password: str = field(repr=False)
    host: str = LOOPBACK


class _Config(Config):
    """pymap's settings without its look-up of this machine's name, which waits long where there is no DNS."""

    @property
    def greeting(self) -> bytes:
        return b"replyd demo"


@contextmanager
def mailbox(user: str) -> Iterator[MailboxAddress]:
    """Serve an empty mailbox until the block ends; raises ServerNotStarted."""
    password = secrets.token_urlsafe(9)
    server = _Server(user, password)
    thread = threading.Thread(target=server.run, name="demo-imap", daemon=True)
    thread.start()
    try:
        if not server.started.wait(START_S) or server.port is None:
            raise ServerNotStarted("the IMAP server of the demonstration did not start; is a loopback interface there?")
        yield MailboxAddress(server.port, user, password)
    finally:
        server.stop()
        thread.join(START_S)


class _Server:
    """The server with an event loop of its own."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self.started = threading.Event()
        self.port: int | None = None

    def run(self) -> None:
        """Serve until stopped; in a thread of its own."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._serve())
            finally:
                self.started.set()

    def stop(self) -> None:
        """End the server and its connections."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def _serve(self) -> None:
        config = _Config(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=LOOPBACK,
            port=0,
            tls_enabled=False,
            hash_context=BuiltinHash(rounds=1),  # a random password that lives for minutes needs no slow hash
            demo_data=False,
            demo_user=self._user,
            demo_password=self._password,
        )
        config.apply_context()
        login = Login(config)
        hashed = await Passwords(config).hash_password(self._password)
        await login.demo_user_identity.set(UserMetadata(config, self._user, password=hashed))
        serve = IMAPServer(DictBackend(login, config).login, config)
        connected = ProxyProtocolReader(config.proxy_protocol).get_callback(serve)
        server = await asyncio.start_server(connected, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        self.started.set()
        await self._stopping.wait()
        server.close()  # and no wait_closed(): a mail client that stays connected would hold us up
