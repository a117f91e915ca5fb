"""The owner's command that brings the list to the sending tool: no shell, a time limit, its exit code."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 300.0


class CommandFailed(Exception):  # noqa: N818  an outcome that is tried again
    """The command did not succeed; `reason` is a code for the log and the ledger."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def run_command(command: Sequence[str], file: Path, *, patience_s: float = PATIENCE_S) -> None:
    """Run it with `{file}` replaced, in a process group of its own that does not outlive the limit.

    What it prints is not kept: it may name people. Raises CommandFailed (`exit_3`, `signal_9`, `timeout`, `not_found`).
    """
    arguments = [part.replace("{file}", str(file)) for part in command]
    try:
        process = subprocess.Popen(  # noqa: S603  the owner's own program, and no shell
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CommandFailed("not_found") from None
    except OSError as error:
        raise CommandFailed(type(error).__name__) from None
    try:
        code = process.wait(patience_s)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise CommandFailed("timeout") from None
    if code:
        raise CommandFailed(f"signal_{-code}" if code < 0 else f"exit_{code}")
