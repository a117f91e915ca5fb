"""Many equal installations: one is made, the others are copied from it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests.acceptance.world import World
from tests.servers.dovecot import DovecotUser


@contextmanager
def copied(master: World, directory: Path, **changed: Any) -> Iterator[World]:
    """The same installation elsewhere, with copies of its mailbox and its database, removed at the end.

    What is `changed` are attributes of World.
    """
    user = master.user.server.add_user()
    shutil.rmtree(home_of(user))
    subprocess.run(["cp", "-a", home_of(master.user), home_of(user)], check=True)
    shutil.copytree(master.data, directory / "data")
    try:
        with _database_copied(master, directory) as url:
            copy = replace(master, directory=directory, user=user, database_url=url, **changed)
            copy.write_settings()
            yield copy
    finally:
        shutil.rmtree(directory)
        shutil.rmtree(home_of(user))


@contextmanager
def _database_copied(master: World, directory: Path) -> Iterator[str]:
    if master.server is None:
        yield f"sqlite:///{directory / 'data' / 'replyd.db'}"
    else:
        with master.server.database(template=make_url(master.database_url).database or "") as url:
            yield url


def home_of(user: DovecotUser) -> Path:
    """The directory of a user of Dovecot."""
    return Path(user.maildir()).parent
