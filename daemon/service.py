"""The service: what runs, in which thread, and how it ends.

One thread reads the mailbox and waits in IDLE, one takes received replies through the pipeline, one delivers letters
and seals the ledger. They share the database and nothing else, so that a dead connection holds nobody up. `--once`
takes the same steps in one thread until nothing is left to do.
"""

import random
import signal
import threading
import time
from collections.abc import Callable

import structlog

from daemon import clock, log
from daemon.claims import release
from daemon.errors import ReplydError
from daemon.ledger.sealer import seal
from daemon.mail.backoff import retry_delay
from daemon.mail.errors import LoginRefused
from daemon.mail.imap import Mailbox
from daemon.mail.intake import LeaseLost
from daemon.mail.smtp import Submission
from daemon.settings import Settings
from daemon.silence import Silence
from daemon.wiring import Parts, only_runner, wired

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
        service = Service(settings, parts)
        return service.run_once() if once else service.run()


class Service:
    """The threads, what wakes them and what stops them."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self._settings = settings
        self._parts = parts
        self._stopping = threading.Event()
        self._arrived = threading.Event()
        self._mailbox: Mailbox | None = None
        self._failures = 0
        self._silence = Silence(settings.run, parts.clock())
        self._exit_code = 0

    def run_once(self) -> int:
        """Take in, handle, deliver and seal until nothing is left; the order in which everything happens anyway."""
        self._recover()
        with Mailbox.connect(self._settings.imap_login()) as mailbox:
            self._parts.intake.take_in(mailbox)
        while self._parts.pipeline.handle():
            pass
        with Submission(self._settings.smtp_login()) as submission:
            while self._parts.post.deliver_due(submission):
                pass
        self._seal()
        logger.info("run_finished")
        return 0

    def run(self) -> int:
        """Run the threads until SIGTERM or SIGINT, or until one meets a fault that only a restart may cure."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        self._recover()
        threads = [
            threading.Thread(target=self._guarded, args=(work,), name=work.__name__.strip("_"), daemon=True)
            for work in (self._read_mailbox, self._handle_replies, self._deliver_letters)
        ]
        for thread in threads:
            thread.start()
        logger.info("running")
        while not self._stopping.wait(REST_S):
            self._shout_when_silent()
        for thread in threads:
            thread.join(FAREWELL_S)
        logger.info("stopped")
        return self._exit_code

    def stop(self) -> None:
        """End every loop; safe in a signal's handler."""
        self._stopping.set()
        self._arrived.set()
        if self._mailbox is not None:
            self._mailbox.interrupt()

    def _recover(self) -> None:
        """Take up what an earlier run of this node left: we alone hold its data directory."""
        with self._parts.database.write() as session:
            release(session, f"{self._parts.node}:")
        self._parts.post.recover(self._parts.sent_folder.holds)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Run one thread's loop; a fault of ours stops the service, so that the supervisor starts it afresh."""
        try:
            work()
        except Exception:
            logger.critical("thread_failed", thread=work.__name__, exc_info=True)
            self._exit_code = 1
            self.stop()

    def _read_mailbox(self) -> None:
        while not self._stopping.is_set():
            try:
                with Mailbox.connect(self._settings.imap_login()) as self._mailbox:
                    self._read_until_lost(self._mailbox)
            except ReplydError as error:
                self._failures += 1
                self._missed(error)
                self._stopping.wait(retry_delay(self._failures, random.random()).total_seconds())  # noqa: S311  a spread
            finally:
                self._mailbox = None

    def _missed(self, error: ReplydError) -> None:
        """Say why the mailbox is not read; a refused login is an error at once, for only a person can end it."""
        if isinstance(error, LoginRefused):
            logger.error("mailbox_login_refused", error=type(error).__name__)
        else:
            logger.warning("mailbox_lost", error=type(error).__name__, permanent=error.permanent)
        if isinstance(error, LeaseLost):
            self._silence.heard(self._parts.clock())  # another node reads it

    def _shout_when_silent(self) -> None:
        """An error whenever the mailbox was not read for the time that is set, whatever the reason."""
        if minutes := self._silence.alarm(self._parts.clock()):
            logger.error("intake_silent", minutes=minutes)

    def _read_until_lost(self, mailbox: Mailbox) -> None:
        while not self._stopping.is_set():
            if self._parts.intake.take_in(mailbox):
                self._arrived.set()
            self._failures = 0
            self._silence.heard(self._parts.clock())
            if self._settings.run.idle:
                mailbox.wait(self._settings.run.poll_s)
            else:
                self._stopping.wait(self._settings.run.poll_s)

    def _handle_replies(self) -> None:
        while not self._stopping.is_set():
            self._arrived.clear()
            if not self._parts.pipeline.handle():
                self._arrived.wait(REST_S)

    def _deliver_letters(self) -> None:
        recovered = time.monotonic()
        with Submission(self._settings.smtp_login()) as submission:
            while not self._stopping.is_set():
                if time.monotonic() - recovered > RECOVERY_S:
                    self._parts.post.recover(self._parts.sent_folder.holds)
                    recovered = time.monotonic()
                delivered = self._parts.post.deliver_due(submission)
                self._seal()
                if not delivered:
                    self._stopping.wait(REST_S)

    def _seal(self) -> None:
        seal(self._parts.database, self._parts.clock, self._parts.node)
