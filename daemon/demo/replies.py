"""The invented replies: one file each under mails/, delivered in the order of their names."""

import re
from importlib.resources import files


def invented_replies() -> list[bytes]:
    """The mails that come with the demonstration, in the order of their file names, with the line ends of mail."""
    folder = files("daemon.demo").joinpath("mails")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".eml"))
    return [re.sub(rb"\r?\n", b"\r\n", folder.joinpath(name).read_bytes()) for name in names]
