"""`replyd demo`: the whole product on this machine, with invented people, and nothing left behind."""

import signal
import sys
from importlib.util import find_spec

from daemon.demo.page import console, show_opening
from daemon.demo.replies import invented_replies
from daemon.errors import ReplydError

EXTRAS = ("aiosmtpd", "pymap")


class DemoNeedsExtras(ReplydError):  # noqa: N818  an outcome that callers name
    """The embedded servers of the demonstration are not installed."""

    permanent = True


def main(*, once: bool) -> int:
    """Show the replies and what became of them; without `once`, stay until Ctrl-C. Returns the exit code."""
    if missing := [name for name in EXTRAS if find_spec(name) is None]:
        raise DemoNeedsExtras(f"the demonstration needs {' and '.join(missing)}; run: pip install 'replyd[demo]'")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave the way that tidies up
    out, replies = console(), invented_replies()
    show_opening(out, len(replies))
    with out.status("Loading"):
        from daemon.demo.play import play  # noqa: PLC0415  it takes seconds, and needs the extras
    play(out, replies, once=once)
    return 0
