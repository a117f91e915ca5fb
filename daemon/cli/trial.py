"""Trying the logins that were just typed, while whoever typed them is still there to correct them."""

from collections.abc import Iterator
from dataclasses import dataclass

from daemon import clock
from daemon.cli import checks_mail
from daemon.cli.finding import Finding, State, fail, ok
from daemon.errors import ReplydError
from daemon.settings import Settings


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one server; `section` is where its settings stand."""

    section: str
    finding: Finding

    @property
    def failed(self) -> bool:
        """Whether something has to be corrected."""
        return self.finding.state is State.FAIL


def tried(settings: Settings) -> Iterator[Tried]:
    """Log in to each server, examine the folder, offer our address as a sender; nothing is changed or sent."""
    for name, login in settings.logins.items():
        section = settings.section_of(name)
        application = login.application()
        if application is not None and application.by_browser:
            yield Tried(section, ok("token", "is tried after the login in a browser"))
            return
        yield from (Tried(f"{section}.imap", finding) for finding in _mailbox(settings, name))
        yield from (Tried(f"{section}.smtp", finding) for finding in _submission(settings, name))


def _mailbox(settings: Settings, name: str) -> list[Finding]:
    try:
        return list(checks_mail.mailbox(settings, name, clock.now()))
    except ReplydError as error:
        return [fail("mailbox", str(error))]


def _submission(settings: Settings, name: str) -> list[Finding]:
    try:
        return list(checks_mail.submission(settings, name))
    except ReplydError as error:
        return [fail("submission", str(error))]
