"""A crash anywhere: after the next clean run nothing is lost, nothing is twice, and every doubt is reported.

`make test` takes a sample of the points; `make torture` (REPLYD_TORTURE=1) takes every one.
"""

import os
import random
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.records.database import Database
from tests.acceptance.conftest import EITHER, Founding
from tests.acceptance.copies import copied
from tests.acceptance.crashes import Result, assert_once_and_whole, result_of
from tests.acceptance.strace import Point, killed_at, points_of, strace_program
from tests.acceptance.world import World, replies, until
from tests.benchmarks import population

pytestmark = [pytest.mark.dovecot, pytest.mark.strace, pytest.mark.timeout(7200)]

TORTURE = os.environ.get("REPLYD_TORTURE") == "1"
SPREAD = {"sqlite": 10, "postgresql": 3}
"""Points of the short form, spread evenly over the run; beside those around one letter."""
STEP = {"sqlite": 1, "postgresql": 5}
"""Of the whole form: every point, or every fifth."""
PEOPLE, KILLS = (300, 20) if TORTURE else (60, 4)


@pytest.fixture(scope="module", autouse=True)
def _needs_strace() -> None:
    if strace_program() is None:
        (pytest.fail if os.environ.get("REPLYD_FORBID_SKIPS") == "1" else pytest.skip)(
            "strace is not installed: run `make servers`"
        )


@pytest.fixture(scope="module", params=EITHER)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture(scope="module")
def master(kind: str, settled: Founding, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An installation with one reply of each kind waiting in its mailbox."""
    with copied(settled(kind), tmp_path_factory.mktemp("master") / "firm") as world:
        for raw in replies():
            world.user.deliver(raw)
        yield world


def report(capfd: pytest.CaptureFixture[str], line: str) -> None:
    """Progress for whoever waits for the whole form."""
    with capfd.disabled():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def chosen(points: list[Point], world: World) -> list[Point]:
    """All points, or a sample: some spread over the run, and those around the first letter."""
    kind = "postgresql" if world.server else "sqlite"
    if TORTURE:
        return points[:: STEP[kind]]
    sends = [number for number, point in enumerate(points) if point.peer_port == world.sink.port]
    step = len(points) // SPREAD[kind]
    # EHLO, MAIL, RCPT; then the change to "transmitting", DATA, the text, its dot, and what follows the answer.
    around = range(sends[2] + 1, sends[5] + 3) if kind == "sqlite" else range(sends[4], sends[5] + 2)
    return [points[number] for number in sorted({*range(step // 2, len(points), step), *around})]


def test_a_kill_at_any_system_call_loses_nothing_and_doubles_nothing(master, forks, tmp_path, capfd):
    """SIGKILL before each call that writes or sends, then one clean run."""
    log = tmp_path / "log"
    with copied(master, tmp_path / "undisturbed") as world:
        points = points_of(forks, world.once(), log, tmp_path / "trace")
        undisturbed = result_of(world)
    master.sink.messages.clear()
    taken = chosen(points, master)
    doubts, unmet = 0, 0
    for number, point in enumerate(taken, 1):
        log.unlink(missing_ok=True)
        with copied(master, tmp_path / "crashed") as world:
            unmet += not killed_at(forks, world.once(), log, point)
            assert forks.run(world.once(), log) == 0, f"{point}: {log.read_text()}"
            doubts += checked(world, undisturbed, f"killed at {point}", log)
        master.sink.messages.clear()
        if number % 20 == 0 or number == len(taken):
            report(
                capfd,
                f"{number} of {len(taken)} kills ({len(points)} points), {doubts} letters in doubt, {unmet} unmet",
            )
    assert unmet <= max(1, len(taken) // 50), "too many points were not met: the runs differ from each other"
    assert doubts, "no kill fell between a letter's text and its answer"


def checked(world: World, undisturbed: Result, what: str, log: Path) -> int:
    """The letters in doubt; on a failure, what is needed to understand it is kept."""
    try:
        return assert_once_and_whole(result_of(world), undisturbed)
    except AssertionError as error:
        left = log.with_name("left")
        shutil.copytree(world.data, left)
        error.add_note(f"{what}; data in {left}\n{log.read_text()}")
        raise


def test_kills_at_random_moments_over_a_full_mailbox_lose_nothing(kind, founding, forks, tmp_path, capfd):
    """SIGKILL for the whole process group, parser and all: half while replies are read, half while letters leave."""
    seed = int(os.environ.get("REPLYD_SEED") or secrets.randbelow(10**6))
    master, log, chance = filled(founding(kind)), tmp_path / "log", random.Random(seed)
    with copied(master, tmp_path / "undisturbed") as world:
        began = time.monotonic()
        assert forks.run(world.once(), log) == 0
        needed_s = time.monotonic() - began
        undisturbed = result_of(world)
    master.sink.messages.clear()
    log.unlink()
    with copied(master, tmp_path / "crashed") as world:
        world.sink.delay_s = 0.02  # so that a kill may well fall between a letter's text and its answer
        for number in range(1, KILLS + 1):
            group, sent = forks.start(world.once(), log), len(world.sink.messages)
            if number > KILLS // 2:
                until(lambda sent=sent: len(world.sink.messages) > sent, seconds=120)
                lives_s = chance.uniform(0, 0.2)
            else:
                # A start takes a third of a second; these runs together live a little longer than the work takes.
                lives_s = 0.3 + chance.uniform(0, 2.5 * needed_s / KILLS)
            time.sleep(lives_s)
            os.killpg(group, signal.SIGKILL)
            ended, left = forks.wait(), len(world.sink.messages)
            report(capfd, f"seed {seed}, kill {number} of {KILLS}, {lives_s:.2f} s: exit {ended}, {left} letters left")
        world.sink.delay_s = 0
        assert forks.run(world.once(), log) == 0, log.read_text()
        doubts = checked(world, undisturbed, f"seed {seed}", log)
    report(capfd, f"{PEOPLE} replies, {len(undisturbed.letters)} letters, {KILLS} kills, {doubts} letters in doubt")


def filled(world: World) -> World:
    """An installation with hundreds of contacts, all of whom replied."""
    world.run_once()
    database = Database.open(world.database_url)
    population.populate(database, PEOPLE)
    database.close()
    for raw in population.replies(PEOPLE):
        world.user.deliver(raw)
    return world
