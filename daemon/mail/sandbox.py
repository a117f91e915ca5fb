"""Mail is parsed in a child process with limits, so that no mail can take the service down.

The child is kept from mail to mail and replaced when a mail kills it, exceeds its time or its memory: that mail is
unreadable, with the reason, and the next one is read by a fresh child.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from classifiers.reading.message import MIB, Message, UnreadableMail, from_json
from classifiers.reading.own_words import OwnWords
from daemon.errors import ReplydError
from daemon.mail.frames import CHUNK_BYTES, Pipe, framed
from daemon.mail.sandbox_child import OUT_OF_MEMORY

_IN_FLIGHT = 16
"""Mails written ahead of the child, so that it never waits for us."""
_START_S = 30.0
"""Time a child may take to load the parsers."""


_EXIT_S = 0.2
"""Time for an end to be noticed after the pipe closed; a child that is still there then has run out of time."""


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What one mail may cost."""

    timeout_s: float = 5.0
    memory_bytes: int = 512 * MIB
    """Above what the child has after loading the parsers."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail to read; `sent_texts` is None where own words are not asked for."""

    raw: bytes
    sent_texts: tuple[str, ...] | None

    def frames(self) -> bytes:
        """The mail as the child expects it."""
        return framed(json.dumps(self.sent_texts).encode()) + framed(self.raw)


class ChildFailedError(ReplydError):
    """The parsing process cannot be started at all: no mail is to blame, and none must be marked unreadable for it."""


class _ChildCrashedError(Exception):
    """The child ended by itself; the mail may or may not be to blame."""


class Sandbox:
    """A kept child process that parses mail. One lock: threads take turns."""

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, raw: bytes) -> Message:
        """One mail as a Message. Raises UnreadableMail, also for a time-out, exhausted memory or a crash."""
        result = self.parse_many([raw])[0]
        if isinstance(result, UnreadableMail):
            raise result
        return result

    def parse_many(self, raws: Iterable[bytes]) -> list[Message | UnreadableMail]:
        """Many mails, in order; one that cannot be read does not touch the others."""
        answers = self._ask([_Mail(raw, None) for raw in raws])
        return [answer if isinstance(answer, UnreadableMail) else from_json(answer["message"]) for answer in answers]

    def read(self, raw: bytes, sent_texts: tuple[str, ...] = ()) -> tuple[Message, OwnWords]:
        """One mail and its own words, both made in the child. Raises UnreadableMail as `parse` does."""
        answer = self._ask([_Mail(raw, sent_texts)])[0]
        if isinstance(answer, UnreadableMail):
            raise answer
        return from_json(answer["message"]), OwnWords(**answer["own"])

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _ask(self, mails: Sequence[_Mail]) -> list[dict[str, Any] | UnreadableMail]:
        """An answer for each mail; a mail that the child does not survive is skipped and the rest asked again.

        Somebody else may have ended the child (an operator, the kernel's memory killer), so a crash is a mail's fault
        only when the same mail ends a second child.
        """
        answers: list[dict[str, Any] | UnreadableMail] = []
        suspect = -1
        with self._lock:
            while len(answers) < len(mails):
                try:
                    self._exchange(mails[len(answers) :], answers)
                except _ChildCrashedError as crash:
                    self._end()
                    if suspect == len(answers):
                        answers.append(UnreadableMail(str(crash)))
                    suspect = len(answers)
                except UnreadableMail as reason:
                    answers.append(reason)
                    self._end()
                except BaseException:
                    # Interrupted between two frames: what the child says next would be taken for another mail's answer.
                    self._end()
                    raise
        return answers

    def _exchange(self, mails: Sequence[_Mail], answers: list[dict[str, Any] | UnreadableMail]) -> None:
        """Write mails ahead and collect their answers. Raises where the next one has none."""
        child = self._running()
        pipe = Pipe(child)
        waiting = deque(mails)
        unanswered = 0
        while waiting or unanswered:
            while waiting and unanswered < _IN_FLIGHT and pipe.unsent_bytes < CHUNK_BYTES:
                pipe.send(waiting.popleft().frames())
                unanswered += 1
            frame = pipe.receive(time.monotonic() + self._limits.timeout_s)
            if frame is None:
                raise self._failure(child)
            answer: dict[str, Any] = json.loads(frame)
            answers.append(UnreadableMail(answer["unreadable"]) if "unreadable" in answer else answer)
            unanswered -= 1

    def _failure(self, child: subprocess.Popen[bytes]) -> Exception:
        """Why there was no answer, as the child's end tells it."""
        try:
            status = child.wait(timeout=_EXIT_S)
        except subprocess.TimeoutExpired:
            return UnreadableMail(f"parsing took more than {self._limits.timeout_s:g} s")
        if status == OUT_OF_MEMORY:
            return UnreadableMail(f"parsing took more than {self._limits.memory_bytes // MIB} MB of memory")
        return _ChildCrashedError(f"parsing ended the child process (status {status})")

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, started where there is none."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [
                sys.executable,
                "-P",
                "-m",
                "daemon.mail.sandbox_child",
                str(self._limits.memory_bytes),
                str(self._limits.timeout_s),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        )
        self._child = child
        if Pipe(child).receive(time.monotonic() + _START_S) is None:
            raise ChildFailedError(f"the parsing process did not start: {self._failure(child)}")
        return child

    def _end(self) -> None:
        """Kill the child and take its pipes down."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
