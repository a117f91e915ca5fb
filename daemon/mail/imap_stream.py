"""imaplib's connection with a reader of our own: bounded, never out of step, and able to wait in IDLE.

imaplib reads through a buffered file. That file cannot tell "nothing yet" from "closed", hides what came in the same
segment as the answer to IDLE, breaks a line that spans two segments, is dead after one time-out, and reads a literal
of any size. The buffer here is plain bytes, so none of that happens.
"""

import base64
import imaplib
import selectors
import socket
import ssl
import time
from contextlib import suppress

KIB = 1024
MIB = 1024 * KIB
LINE_LIMIT_BYTES = 4 * MIB
"""The longest line read; a SEARCH answer with 300,000 UIDs fits."""
DEFAULT_LITERAL_LIMIT_BYTES = 1 * MIB
_SEGMENT_BYTES = 64 * KIB
_NEW_MAIL = ("EXISTS", "RECENT")
_OTHER_CHANGES = ("EXPUNGE", "VANISHED", "FETCH")


class IdleRefused(Exception):  # noqa: N818  an outcome that the caller names
    """The server offers IDLE and does not do it."""


class BoundedImap4(imaplib.IMAP4):
    """One connection. Every wait for the server ends: after `connect_timeout_s`, then after `read_timeout_s`."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, *, connect_timeout_s: float, read_timeout_s: float
    ) -> None:
        self.literal_limit_bytes = DEFAULT_LITERAL_LIMIT_BYTES
        self._context = context
        self._read_timeout_s = read_timeout_s
        self._unread = bytearray()
        super().__init__(host, port, connect_timeout_s)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and speak TLS at once where a context was given."""
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), timeout)
        try:
            self.sock = self._context.wrap_socket(plain, server_hostname=host) if self._context else plain
        except BaseException:
            plain.close()
            raise
        self.sock.settimeout(self._read_timeout_s)

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[str, list[bytes]]:  # type: ignore[override]
        """Switch to TLS (RFC 9051 section 6.2.1) and ask for the capabilities anew.

        Clear text that is already waiting behind the server's OK was put there by somebody else: it ends the session.
        """
        if ssl_context is None:
            raise self.error("STARTTLS needs a context that verifies certificates")
        answer, data = self._simple_command("STARTTLS")
        if answer == "OK":
            if self._unread:
                raise self.abort("clear text followed STARTTLS")
            self.sock = ssl_context.wrap_socket(self.sock, server_hostname=self.host)
            self._get_capabilities()
        return answer, data

    def log_in(self, user: str, password: str) -> None:
        """LOGIN (RFC 9051 section 6.2.3) with both words quoted; imaplib's own sends the user name bare."""
        answer, data = self._simple_command("LOGIN", self._quote(user), self._quote(password))
        if answer != "OK":
            raise self.error(data[-1])
        self.state = "AUTH"

    def log_in_at_once(self, mechanism: str, response: bytes) -> None:
        """AUTHENTICATE with one response (RFC 9051 section 6.2.2), in the command itself where that is offered.

        What the server asks after that is answered by an empty line: XOAUTH2 tells why it refuses in such a challenge,
        and says NO after it.
        """
        encoded = base64.b64encode(response)
        at_once = "SASL-IR" in self.capabilities  # RFC 4959
        tag = self._command("AUTHENTICATE", mechanism, *([encoded.decode("ascii")] if at_once else []))
        answers = iter([b"", b""] if at_once else [encoded, b"", b""])
        while not self.tagged_commands.get(tag):
            if self._get_response() is None:
                answer = next(answers, None)
                if answer is None:
                    raise self.abort("the server asks and asks")
                self.send(answer + b"\r\n")
        answer_kind, data = self._command_complete("AUTHENTICATE", tag)
        if answer_kind != "OK":
            raise self.error(data[-1])
        self.state = "AUTH"

    def shutdown(self) -> None:
        """Close the socket; nothing else is held."""
        with suppress(OSError, AttributeError):  # already closed by the server, or never opened
            self.sock.shutdown(socket.SHUT_RDWR)
        with suppress(AttributeError):
            self.sock.close()

    def read(self, size: int) -> bytes:
        """Read a literal of exactly `size` bytes; refuse one above the limit before its first byte is kept."""
        if size > self.literal_limit_bytes:
            raise self.abort(f"a literal of {size} bytes was announced, {self.literal_limit_bytes} is the limit")
        while len(self._unread) < size:
            if not self._receive():
                raise self.abort("the server closed within a literal")
        return self._take(size)

    def readline(self) -> bytes:
        """Read one line with its CRLF, however many segments it comes in; b"" at the end of the connection."""
        seen = 0
        while (end := self._unread.find(b"\n", seen)) < 0:
            seen = len(self._unread)
            if seen > LINE_LIMIT_BYTES:
                raise self.abort(f"a line is longer than {LINE_LIMIT_BYTES} bytes")
            if not self._receive():
                return b""
        return self._take(end + 1)

    def news(self) -> bool:
        """Tell, once, whether the server announced new mail since this was last asked. What else it said is dropped."""
        for name in _OTHER_CHANGES:
            self.untagged_responses.pop(name, None)
        announced = [self.untagged_responses.pop(name, None) for name in _NEW_MAIL]
        return any(announced)

    def watch(self, seconds: float, wake: socket.socket) -> bool:
        """Stay in IDLE (RFC 2177) until there is news, `wake` has data, or the time is over; True for news.

        Raises IdleRefused; imaplib's `abort` on BYE or the end of the connection; TimeoutError on half a line.
        """
        tag = self._command("IDLE")
        while self._get_response() is not None:
            if self.tagged_commands.get(tag):
                raise IdleRefused
        deadline = time.monotonic() + seconds
        while not (news := self.news()) and self._arrived(deadline - time.monotonic(), wake):
            self._get_response()
            self._check_bye()
            if self.tagged_commands.get(tag):
                raise self.abort("the server ended IDLE by itself")
        self.send(b"DONE\r\n")
        answer, _ = self._command_complete("IDLE", tag)
        if answer != "OK":
            raise self.abort("IDLE did not end well")
        return news or self.news()

    def _arrived(self, seconds: float, wake: socket.socket) -> bool:
        """Wait until the server sent something; False when the time is over or `wake` has data."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while not self._unread:
                if self._receive_waiting():
                    continue
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready or any(key.fileobj is wake for key, _ in ready):
                    return False
        return True

    def _receive_waiting(self) -> bool:
        """Take what has already arrived, without waiting: TLS may hold bytes, or only a record that is not for us."""
        self.sock.settimeout(0)
        try:
            if not self._receive():
                raise self.abort("the server closed during IDLE")
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(self._read_timeout_s)
        return True

    def _receive(self) -> int:
        """Read one segment into the buffer and return its length, 0 at the end of the connection."""
        segment = self.sock.recv(_SEGMENT_BYTES)
        self._unread += segment
        return len(segment)

    def _take(self, size: int) -> bytes:
        with memoryview(self._unread) as view:
            taken = bytes(view[:size])
        del self._unread[:size]
        return taken
