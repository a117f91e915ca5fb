"""`replyd` without the cost of its imports: a process that has done them, and forks on request.

Of the second or more that a start takes, all but a few milliseconds are imports, and a crash test starts it hundreds of
times. What is forked is what an installed `replyd` is after its imports: nothing is open, nothing was read.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PR_SET_PTRACER = 0x59616D61
PR_SET_PTRACER_ANY = ctypes.c_ulong(-1)
"""Lets any process of the same user trace this one (prctl(2)); where Yama guards, only ancestors may otherwise."""


@dataclass(frozen=True)
class Forks:
    """The other end of a running `serve`."""

    server: subprocess.Popen[str]

    def start(self, arguments: Sequence[str], log: Path, *, traced: bool = False) -> int:
        """Start `replyd` with these arguments in a process group of its own; returns its process id.

        When it is to be traced, it waits until somebody does.
        """
        return int(self._ask(start=list(arguments), log=str(log), traced=traced))

    def wait(self) -> int:
        """Wait for the one that was started last: its exit code, negative for the signal that ended it."""
        return int(self._ask(wait=True))

    def run(self, arguments: Sequence[str], log: Path) -> int:
        """Start and wait."""
        self.start(arguments, log)
        return self.wait()

    def _ask(self, **order: Any) -> Any:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(f"{json.dumps(order)}\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())


@contextmanager
def forks_running(environment: Mapping[str, str]) -> Iterator[Forks]:
    """A server of forks; ended with its standard input."""
    root = Path(__file__).parents[2]
    searched = os.pathsep.join(filter(None, (str(root), environment.get("PYTHONPATH"))))
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment, "PYTHONPATH": searched},
        text=True,
    ) as server:
        try:
            yield Forks(server)
        finally:
            assert server.stdin is not None
            server.stdin.close()


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Carry out orders, one JSON object a line, until there are no more."""
    pid = 0
    for line in iter(orders.readline, ""):
        order = json.loads(line)
        if "start" in order:
            pid = os.fork()
            if pid == 0:
                _become_replyd(order)
            answer = pid
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        answers.write(f"{answer}\n")
        answers.flush()


def _become_replyd(order: Mapping[str, Any]) -> None:
    """Do what the installed command does, and end."""
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(file, number)
    if order["traced"]:
        _await_tracer()
    sys.argv = ["replyd", *order["start"]]
    code = 70
    try:
        from daemon.cli import main

        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  as the interpreter ends on one
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _await_tracer() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)
    while "TracerPid:\t0\n" in Path("/proc/self/status").read_text():
        time.sleep(0.002)
    time.sleep(0.02)  # between seizing and the first stop nothing may happen that is counted


def _import_everything() -> None:
    """All imports of `replyd run`, and the tables that the first text of a process would load."""
    import daemon.cli.run
    from classifiers.model import ReplyClassifier
    from classifiers.registry import shipped_path

    ReplyClassifier.load(shipped_path()).predict(["Bitte schreiben Sie mir nicht mehr.", "Please do not write again."])
    assert daemon.cli.run.app is not None


if __name__ == "__main__":
    _import_everything()
    serve(sys.stdin, sys.stdout)
