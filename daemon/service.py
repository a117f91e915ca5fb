"""The service: what runs, in which thread, and how it ends.

One thread for each account reads its mailbox and waits in IDLE, one takes received replies through the pipeline, one
delivers letters, keeps terms (erasures, codes, the list of the suppressed) and seals the ledger. They share the
database and nothing else, so that a dead connection holds nobody up. `--once` takes the same steps in one thread until
nothing is left to do.
"""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import structlog

from daemon import clock, log
from daemon.account_reader import AccountReader
from daemon.claims import release
from daemon.errors import ReplydError
from daemon.ledger.sealer import seal
from daemon.mail.smtp import Submission
from daemon.settings import Settings
from daemon.wired_account import WiredAccount
from daemon.wiring import Parts, held_back, only_runner, wired
from responses.checking import faults_of
from responses.rendering import Templates

logger = structlog.get_logger()

REST_S = 1.0
"""How long a thread rests when there was nothing to do and nobody woke it."""
RECOVERY_S = 300.0
"""How often the letters of another node that died are looked for; our own are when we start."""
FAREWELL_S = 30.0
"""How long the threads have to finish what they are doing."""


def run(settings: Settings, *, once: bool) -> int:
    """Run until a signal, or until nothing is left to do; returns the exit code of the process."""
    log.configure(json=settings.log.json_lines, level=settings.log.level)
    with only_runner(settings.data), wired(settings, clock.now) as parts:
        if held_back(settings):
            logger.warning("nothing_leaves", mode=settings.replyd.mode.value)
        _name_faults_of(settings.letters.templates)
        service = Service(settings, parts)
        return service.run_once() if once else service.run()


def _name_faults_of(own: Path | None) -> None:
    """Say at once what is wrong with the owner's own letters: each that needs such a part goes to a person."""
    for fault in faults_of(Templates((own,))) if own else ():
        logger.error("template_at_fault", file=fault.file, line=fault.line, what=fault.what)


class Service:
    """The threads, what wakes them and what stops them."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._arrived = threading.Event()
        self._readers = [
            AccountReader(account, settings.run, parts.clock, self._stopping) for account in parts.accounts
        ]
        self._exit_code = 0

    def run_once(self) -> int:
        """Take in, handle, deliver and seal until nothing is left; the order in which everything happens anyway.

        An account whose mailbox cannot be read stops no other; its error is raised when all else is done.
        """
        self._recover()
        missed = [error for reader in self._readers if (error := self._read_once(reader))]
        while self._parts.pipeline.handle():
            pass
        with ExitStack() as stack:
            submissions = self._submissions(stack)
            while self._deliver(submissions) or self._parts.erasures.advance():
                pass
        self._keep_terms()
        self._parts.suppressed_file.settle()
        self._seal()
        if missed:
            raise missed[0]
        logger.info("run_finished")
        return 0

    def run(self) -> int:
        """Run the threads until SIGTERM or SIGINT, or until one meets a fault that only a restart may cure."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        self._recover()
        threads = [
            threading.Thread(target=reader.read_on, args=(self._arrived.set,), name=f"read {reader.name}", daemon=True)
            for reader in self._readers
        ]
        threads += [
            threading.Thread(target=self._guarded, args=(work,), name=work.__name__.strip("_"), daemon=True)
            for work in (self._handle_replies, self._deliver_letters)
        ]
        for thread in threads:
            thread.start()
        logger.info("running", accounts=[reader.name for reader in self._readers])
        while not self._stopping.wait(REST_S):
            for reader in self._readers:
                reader.shout_when_silent()
        for thread in threads:
            thread.join(FAREWELL_S)
        self._parts.suppressed_file.settle(FAREWELL_S)
        logger.info("stopped")
        return self._exit_code

    def stop(self) -> None:
        """End every loop; safe in a signal's handler."""
        self._stopping.set()
        self._arrived.set()
        for reader in self._readers:
            reader.interrupt()

    def _recover(self) -> None:
        """Take up what an earlier run of this node left: we alone hold its data directory."""
        with self._parts.database.write() as session:
            release(session, f"{self._parts.node}:")
        self._recover_letters()

    def _recover_letters(self) -> None:
        """Take up what a run that died left of letters; those of accounts that are gone go to a person."""
        for account in self._parts.accounts:
            account.post.recover(account.sent_folder.holds)
        for post in self._parts.removed:
            post.recover(post.in_sent)
            post.hold_due("account_removed")

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run one thread's loop; a fault of ours stops the service, so that the supervisor starts it afresh."""
        try:
            work()
        except Exception:
            logger.critical("thread_failed", thread=work.__name__, exc_info=True)
            self._exit_code = 1
            self.stop()

    def _read_once(self, reader: AccountReader) -> ReplydError | None:
        try:
            reader.read_once()
        except ReplydError as error:
            reader.missed(error)
            return error
        return None

    def _handle_replies(self) -> None:
        while not self._stopping.is_set():
            self._arrived.clear()
            if not self._parts.pipeline.handle():
                self._arrived.wait(REST_S)

    def _deliver_letters(self) -> None:
        recovered = time.monotonic()
        with ExitStack() as stack:
            submissions = self._submissions(stack)
            while not self._stopping.is_set():
                if time.monotonic() - recovered > RECOVERY_S:
                    self._recover_letters()
                    recovered = time.monotonic()
                delivered = self._deliver(submissions)
                advanced = self._keep_terms()
                self._seal()
                if not (delivered or advanced):
                    self._stopping.wait(REST_S)

    def _submissions(self, stack: ExitStack) -> list[tuple[WiredAccount, Submission]]:
        """Each account with the server that takes its letters; nothing is connected yet."""
        return [(account, stack.enter_context(Submission(account.login.smtp()))) for account in self._parts.accounts]

    def _deliver(self, submissions: list[tuple[WiredAccount, Submission]]) -> int:
        """One round over all accounts; returns how many letters were accepted."""
        delivered = 0
        for account, submission in submissions:
            with structlog.contextvars.bound_contextvars(account=account.name):
                delivered += account.post.deliver_due(submission)
        return delivered

    def _keep_terms(self) -> int:
        """Do whatever a date, a letter or a tick has made due; returns how many steps erasures went."""
        self._parts.challenges.expire()
        self._parts.suppressed_file.refresh()
        return self._parts.erasures.advance()

    def _seal(self) -> None:
        seal(self._parts.database, self._parts.clock, self._parts.node)
