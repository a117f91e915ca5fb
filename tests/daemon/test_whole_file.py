"""Files that are there as a whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from daemon.whole_file import LEFTOVER_S, whole_file

KILLED = """
import os, signal, sys
from pathlib import Path
from daemon.whole_file import whole_file

die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] != "writing":
    setattr(*{"rename": (Path, "replace"), "fsync": (os, "fsync")}[sys.argv[2]], die)
with whole_file(Path(sys.argv[1])) as part:
    for number in range(100_000):
        part.write(f"{number}@new.example\\n")
        if number == 90_000 and sys.argv[2] == "writing":
            die()
"""


@pytest.mark.parametrize("moment", ["writing", "fsync", "rename"])
def test_a_kill_in_the_middle_leaves_the_old_file_whole(tmp_path, moment):
    """Whoever reads it meanwhile, or after a crash, reads all of the old list; the next writing tidies up."""
    path = tmp_path / "list.csv"
    path.write_text("email\njane@example.com\n")
    done = subprocess.run([sys.executable, "-c", KILLED, path, moment], check=False, cwd=Path.cwd())
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "email\njane@example.com\n"
    (left,) = tmp_path.glob(".list.csv.*.part")
    old = time.time() - LEFTOVER_S - 1
    os.utime(left, (old, old))
    with whole_file(path) as part:
        part.write("email\n")
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]
    assert path.read_text() == "email\n"


def test_a_failing_block_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    """Half a list would let people be written to."""
    path = tmp_path / "list.csv"
    path.write_text("old")

    def fail() -> None:
        with whole_file(path) as part:
            part.write("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with whole_file(path) as part:
        part.write("new")
        part.wanted = False
    assert (path.read_text(), [file.name for file in tmp_path.iterdir()]) == ("old", ["list.csv"])


def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path):
    """It names people; its owner may have opened it to the sending tool on purpose."""
    path = tmp_path / "list.csv"
    for mode in (0o600, 0o640):
        with whole_file(path) as part:
            part.write("x")
        assert stat.S_IMODE(path.stat().st_mode) == mode
        path.chmod(0o640)
