"""What people install: the command, and a wheel that holds all it needs and nothing that is only ours."""

import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.acceptance.world import REPLYD, environment

ROOT = Path(__file__).parents[2]
NEEDED = (
    "classifiers/shipped/model.skops", "classifiers/shipped/model.json", "responses/templates/en/access.txt",
    "responses/templates/de/access.txt", "daemon/records/migrations/versions/0001_initial.py",
    "daemon/mail/sandbox_child.py", "daemon/cli/run.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built offline."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment(), timeout=120)
    (path,) = directory.glob("replyd-*.whl")
    return zipfile.ZipFile(path)


def test_the_command_says_its_version():
    """As the package has it, and quickly."""
    done = subprocess.run([REPLYD, "--version"], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == f"replyd {version('replyd')}\n"


def test_the_wheel_holds_what_a_run_needs(wheel):
    """Code, templates of both languages, the model, the configuration, the migrations."""
    names = set(wheel.namelist())
    assert set(NEEDED) <= names
    shipped = {
        f"daemon/config/{path.relative_to(ROOT / 'config')}" for path in (ROOT / "config").rglob("*") if path.is_file()
    }
    assert shipped
    assert shipped <= names
    templates = {str(path.relative_to(ROOT)) for path in (ROOT / "responses" / "templates").rglob("*.txt")}
    assert templates <= names


def test_the_wheel_holds_nothing_that_is_only_ours(wheel):
    """No test, no cache, no key, no database; and nothing beside the three packages."""
    names = wheel.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"classifiers", "daemon", "responses"}
    assert not [name for name in names if "test" in Path(name).name or name.endswith((".pyc", ".db", ".key", ".eml~"))]


def test_the_three_packages_that_python_finds_are_ours():
    """`responses` and `python-daemon` on PyPI import under our names; neither may stand in the way."""
    code = "import classifiers, daemon, responses; print(classifiers.__file__, daemon.__file__, responses.__file__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert found.split() == [str(ROOT / name / "__init__.py") for name in ("classifiers", "daemon", "responses")]
