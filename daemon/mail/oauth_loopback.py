"""A page on this machine for the browser to come back to after a login (RFC 8252 section 7.3)."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_DONE = b"<!doctype html><meta charset=utf-8><title>replyd</title><p>replyd has the answer. You can close this page.\n"
_NOT_OURS = b"<!doctype html><meta charset=utf-8><title>replyd</title><p>This is no answer to the login.\n"


class Loopback:
    """Listens on 127.0.0.1 while it is open; each address that is called goes to `arrived`, which says if it is ours.

    Nothing of a request is repeated in the answer, and nothing is logged: the address holds the code.
    """

    def __init__(self, port: int, arrived: Callable[[str], bool]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _page(arrived))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """What is registered as `http://localhost`: the port may be any (RFC 8252), a path may not."""
        return f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _page(arrived: Callable[[str], bool]) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        timeout = 10.0  # of a browser that connects ahead and says nothing

        def do_GET(self) -> None:
            ours = arrived(self.path)
            body = _DONE if ours else _NOT_OURS
            self.send_response(200 if ours else 400)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:  # noqa: ANN401  whatever http.server would print
            """Print nothing."""

    return Page
