"""Frames on a pipe between two processes: length as four octets, most significant first, then that many octets."""

import os
import select
import subprocess
import time
from collections import deque
from typing import BinaryIO

CHUNK_BYTES = 65536


def framed(content: bytes) -> bytes:
    """One frame."""
    return len(content).to_bytes(4) + content


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame, or None where the stream ends."""
    head = stream.read(4)
    if len(head) < 4:  # noqa: PLR2004 - the length of a length
        return None
    size = int.from_bytes(head)
    content = stream.read(size)
    return content if len(content) == size else None


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Write one frame."""
    stream.write(framed(content))
    stream.flush()


class Pipe:
    """Frames to and from a child, neither side ever waiting for the other to read."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        if child.stdin is None or child.stdout is None:
            raise ValueError("the child has no pipes")
        self._to, self._from = child.stdin.fileno(), child.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()

    @property
    def unsent_bytes(self) -> int:
        """What still has to be written."""
        return sum(len(frame) for frame in self._outgoing)

    def send(self, frames: bytes) -> None:
        """Queue frames; they are written while an answer is awaited."""
        self._outgoing.append(memoryview(frames))

    def receive(self, deadline: float) -> bytes | None:
        """The next frame; None where the child ended or `deadline` (monotonic) passed."""
        while (frame := self._whole_frame()) is None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return None
            readable, writable, _ = select.select([self._from], [self._to] if self._outgoing else [], [], left_s)
            try:
                if writable:
                    self._write()
                if readable:
                    chunk = os.read(self._from, CHUNK_BYTES)
                    if not chunk:
                        return None
                    self._incoming += chunk
            except BlockingIOError:
                continue
            except OSError:
                return None
        return frame

    def _write(self) -> None:
        """Write as much of the first queued frame as the pipe takes."""
        written = os.write(self._to, self._outgoing[0][:CHUNK_BYTES])
        self._outgoing[0] = self._outgoing[0][written:]
        if not self._outgoing[0]:
            self._outgoing.popleft()

    def _whole_frame(self) -> bytes | None:
        """Take a frame off what has come in, if it is complete."""
        if len(self._incoming) < 4:  # noqa: PLR2004 - the length of a length
            return None
        size = int.from_bytes(self._incoming[:4])
        if len(self._incoming) < 4 + size:
            return None
        frame = bytes(self._incoming[4 : 4 + size])
        del self._incoming[: 4 + size]
        return frame
