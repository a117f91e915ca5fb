"""Replies a second over the whole path, as a ratio to two floors of the same run: `make bench`.

Three measures over the same mailbox of the same Dovecot, in turn, several rounds, the best of each:

- fetch: imapclient alone, taking every mail in batches of 50 and doing nothing with it;
- script: what one writes in an afternoon (afternoon_script.py), one mail at a time, no guards;
- replyd: the whole path with every guard on: stored encrypted, parsed in the child, read, classified, matched, decided,
  written down, ledger sealed, letters rendered, linted, really sent, and copied into Sent.
"""

import argparse
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import imapclient
from sqlalchemy import func, select

from classifiers.examples import corpus_paths, read_examples
from daemon import clock, log
from daemon.mail.imap import ImapLogin
from daemon.records import Delivery, Reply
from daemon.service import Service
from daemon.settings import Settings
from daemon.wiring import wired
from tests.acceptance.world import World
from tests.benchmarks import afternoon_script
from tests.benchmarks.population import populate, replies
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import Dovecot, dovecot_program
from tests.servers.postgresql import running as running_postgresql


@dataclass(frozen=True)
class Sink:
    """The SMTP sink in a process of its own, so that it takes no time from ours."""

    port: int


SINK = """
from tests.servers.smtp_sink import SmtpSink
sink = SmtpSink()
sink.start()
print(sink.port, flush=True)
input()
sink.stop()
"""


@contextmanager
def sink_process() -> Iterator[Sink]:
    """Start the sink and end it again."""
    with subprocess.Popen(
        [sys.executable, "-c", SINK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Sink(int(process.stdout.readline()))
        process.communicate("\n", timeout=10)


def main() -> int:
    """Measure, print a table, return the exit code."""
    options = _options()
    program = dovecot_program()
    if program is None:
        print("Dovecot is not installed: run `make servers`", file=sys.stderr)
        return 2
    log.configure(level="error")
    with ExitStack() as stack:
        tmp = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = Dovecot(program, make_certificate(tmp))
        stack.callback(server.stop)
        sink = stack.enter_context(sink_process())
        model = afternoon_script.trained(read_examples(corpus_paths()))
        measures: dict[str, Callable[[int], float]] = {
            "fetch": lambda _round: fetch(_filled(server, options.replies)),
            "script": lambda number: script(_filled(server, options.replies), sink, tmp / f"script{number}.db", model),
            "replyd, SQLite": lambda n: replyd(
                server, sink, tmp / f"r{n}", f"sqlite:///{tmp}/r{n}/data/replyd.db", options
            ),
        }
        if options.postgresql:
            postgresql = stack.enter_context(running_postgresql())
            measures["replyd, PostgreSQL"] = lambda n: _on_postgresql(postgresql, server, sink, tmp / f"p{n}", options)
        best = {name: min(measure(number) for number in range(options.rounds)) for name, measure in measures.items()}
    _print(best, options.replies)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--replies", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def _filled(server: Dovecot, people: int) -> ImapLogin:
    """A fresh mailbox with the replies in it."""
    user = server.add_user()
    for raw in replies(people):
        user.deliver(raw)
    return user.login()


def fetch(login: ImapLogin) -> float:
    """Seconds to take every mail with imapclient alone."""
    context = ssl.create_default_context(cafile=str(login.cafile))
    started = time.perf_counter()
    with imapclient.IMAPClient(login.host, port=login.port, ssl_context=context) as client:
        client.login(login.user, login.password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["ALL"])
        for start in range(0, len(uids), 50):
            client.fetch(uids[start : start + 50], ["BODY.PEEK[]"])
    return time.perf_counter() - started


def script(login: ImapLogin, sink: Sink, database: Path, model: tuple[object, object]) -> float:
    """Seconds of the afternoon's script; its model is trained and loaded before."""
    started = time.perf_counter()
    afternoon_script.run(login, sink.port, database, model)
    return time.perf_counter() - started


def replyd(server: Dovecot, sink: Sink, directory: Path, database_url: str, options: argparse.Namespace) -> float:
    """Seconds of replyd's whole path; the process is started and the model loaded before, as in the script."""
    user = server.add_user()
    world = World(directory, database_url, user, sink)
    world.found()
    settings = Settings.load(world.settings, {})
    with wired(settings, clock.now) as parts:
        service = Service(settings, parts)
        service.run_once()
        populate(parts.database, options.replies)
        for raw in replies(options.replies):
            user.deliver(raw)
        parts.pipeline.reader.classifier.predict(["Please take me off your list."])
        started = time.perf_counter()
        service.run_once()
        seconds = time.perf_counter() - started
        with parts.database.read() as session:
            states = dict(session.execute(select(Reply.state, func.count()).group_by(Reply.state)).tuples().all())
            letters = dict(
                session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).tuples().all()
            )
    if sum(states.values()) != options.replies or letters.keys() - {"sent"}:
        raise SystemExit(f"the run did not end as it should: replies {states}, letters {letters}")
    print(f"  {directory.name}: replies {states}, letters {letters}", file=sys.stderr)
    return seconds


def _on_postgresql(
    postgresql: object, server: Dovecot, sink: Sink, directory: Path, options: argparse.Namespace
) -> float:
    with postgresql.database() as url:
        return replyd(server, sink, directory, url, options)


def _print(best: dict[str, float], people: int) -> None:
    fetch_s, script_s = best["fetch"], best["script"]
    print(f"{people} replies, best of the rounds\n")
    print(f"{'':22}{'replies/s':>10}{'ms each':>9}{'x fetch':>9}{'x script':>10}")
    for name, seconds in best.items():
        rate = people / seconds
        print(f"{name:22}{rate:10.0f}{1000 / rate:9.2f}{seconds / fetch_s:9.1f}{seconds / script_s:10.2f}")
    print("\nx fetch, x script: the time of this row as a multiple of theirs; below 1 is faster.")


if __name__ == "__main__":
    sys.exit(main())
