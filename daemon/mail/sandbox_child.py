"""The child process of sandbox.py: reads frames from stdin, parses each mail, writes frames to stdout.

It holds no key, no socket and no database, and loads nothing but the parsers. When it is ready it writes an empty
frame. A mail comes as two frames, a JSON list of sent texts (or null: do not read own words) and the raw octets; the
answer is one frame of JSON, `{"message": ..., "own": ...}` or `{"unreadable": reason}`.
"""

import contextlib
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any

from classifiers.reading.message import UnreadableMail, parse, to_json
from classifiers.reading.own_words import own_words
from daemon.mail.frames import read_frame, write_frame

OUT_OF_MEMORY = 86
"""Exit status of a child that reached its memory limit."""

_FIRST_MAIL = b"From: a@example.com\nSubject: =?utf-8?q?a?=\nContent-Type: text/html; charset=gb2312\n\n<p>a\n"
"""Read before the limits hold, so that everything that loads on first use has loaded."""

_ALARM_GRACE_S = 2.0
"""The parent keeps the time; this is for a child whose parent died meanwhile."""


def confine(memory_bytes: int) -> None:
    """Bound this process: memory above what it has now, no files, no core dump; Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - one read, no path to speak of
            now_bytes = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now_bytes + memory_bytes, now_bytes + memory_bytes))


def answer(sent_texts: list[str] | None, raw: bytes) -> dict[str, Any]:
    """Parse one mail, and take its text apart if asked."""
    try:
        message = parse(raw)
    except UnreadableMail as reason:
        return {"unreadable": str(reason)}
    own = asdict(own_words(message, tuple(sent_texts))) if sent_texts is not None else None
    return {"message": to_json(message), "own": own}


def main() -> None:
    """Answer mails until the parent closes the pipe."""
    memory_bytes, timeout_s = int(sys.argv[1]), float(sys.argv[2])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answer([], _FIRST_MAIL)
    confine(memory_bytes)
    try:
        write_frame(answers, b"")
        while (sent := read_frame(requests)) is not None and (raw := read_frame(requests)) is not None:
            signal.setitimer(signal.ITIMER_REAL, timeout_s + _ALARM_GRACE_S)
            write_frame(answers, json.dumps(answer(json.loads(sent), raw)).encode())
            signal.setitimer(signal.ITIMER_REAL, 0)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
