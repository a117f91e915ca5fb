"""Which system calls a process makes, and a SIGKILL on its way into any one of them."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.forks import Forks

CHANGING = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "write", "writev", "sendto", "sendmsg")
"""Calls that change what is on disk or what somebody else has: between two of them a crash makes no difference."""


@dataclass(frozen=True)
class Point:
    """The `count`-th time that `call` is made; `peer_port` where it sends over TCP."""

    call: str
    count: int
    peer_port: int | None = None


def strace_program() -> str | None:
    """The tracer, where it is installed."""
    return shutil.which("strace")


def points_of(forks: Forks, arguments: list[str], log: Path, trace: Path) -> list[Point]:
    """Every point of an undisturbed run, in the order of time. Fails when the run does."""
    code = _traced(forks, arguments, log, "-yy", "-s", "0", "-o", str(trace), "-e", f"trace={','.join(CHANGING)}")
    assert code == 0, log.read_text()
    counts: Counter[str] = Counter()
    points = []
    for line in trace.read_text(errors="replace").splitlines():
        if found := re.match(r"(\w+)\((?:\d+<TCP(?:v6)?:\[[^\]]*?->\S*?:(\d+)\]>)?", line):
            counts[found[1]] += 1
            points.append(Point(found[1], counts[found[1]], int(found[2]) if found[2] else None))
    return points


def killed_at(forks: Forks, arguments: list[str], log: Path, point: Point) -> bool:
    """Run until just before the point, then SIGKILL; False when the run came to its end without meeting it."""
    inject = f"inject={point.call}:signal=SIGKILL:when={point.count}"
    code = _traced(forks, arguments, log, "-o", "/dev/null", "-e", f"trace={point.call}", "-e", inject)
    assert code in {0, -9}, f"ended with {code}:\n{log.read_text()}"
    return code == -9


def _traced(forks: Forks, arguments: list[str], log: Path, *options: str) -> int:
    """Run under strace, the main thread alone; the parsing child is ended by its closed pipe, as after any crash."""
    program = strace_program()
    assert program is not None
    pid = forks.start(arguments, log, traced=True)
    tracer = subprocess.Popen([program, "-qq", "-p", str(pid), *options], stderr=subprocess.PIPE, text=True)
    try:
        code = forks.wait()
    finally:
        _, complaint = tracer.communicate(timeout=30)
    assert not complaint, complaint
    return code
