"""A mail server for the demonstration: takes letters on a port of the loopback interface and keeps them in memory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.demo.imap_server import LOOPBACK, START_S, ServerNotStarted

HELLO = "demo.example"
"""The name the server greets with; looking up this machine's own waits long where there is no DNS."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One letter as the server accepted it: who was named in the envelope, and the message."""

    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass(slots=True)
class Submitted:
    """The letters that were accepted, in order."""

    port: int = 0
    letters: list[Accepted] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a letter."""
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(envelope.original_content or b"")
        self.letters.append(Accepted(tuple(envelope.rcpt_tos), message))
        return "250 2.0.0 kept"


class _Controller(Controller):
    """Listens on a port that the system chooses, instead of one that somebody else may take meanwhile."""

    def _trigger_server(self) -> None:
        if not isinstance(self.server, asyncio.Server):
            raise ServerNotStarted("the mail server of the demonstration did not start; is a loopback interface there?")
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd is typed in part


@contextmanager
def submission_server() -> Iterator[Submitted]:
    """Serve until the block ends."""
    submitted = Submitted()
    controller = _Controller(submitted, hostname=LOOPBACK, port=0, server_hostname=HELLO, ready_timeout=START_S)
    controller.start()
    try:
        submitted.port = controller.port
        yield submitted
    finally:
        controller.stop()
