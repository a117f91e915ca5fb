"""Reading settings: a TOML file, then systemd credentials, then the environment; each value knows where it stands.

Knows nothing of what the settings mean; `daemon/settings.py` says which keys are secret and which are lists.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daemon.errors import ReplydError

PREFIX = "REPLYD_"
NO_SETTINGS = frozenset({"REPLYD_CONFIG", "REPLYD_EVAL", "REPLYD_FORBID_SKIPS"})
"""Variables with the prefix that are no settings: the name of the file, and two for tests."""

Key = tuple[str, ...]
"""Sections and name of one setting: `("account", "imap", "port")`."""

ANY = "*"
"""Stands in a key for a name that the owner gave: `("accounts", "*", "imap", "port")`."""


class BadSettings(ReplydError):  # noqa: N818  the name is what went wrong
    """Settings that cannot be used; each line of the message names a place, a key, and what was expected."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was given, and where."""

    value: Any
    place: str


Values = dict[Key, Given]


@dataclass(frozen=True, slots=True)
class Kinds:
    """What reading has to know about some keys."""

    secrets: Collection[Key]
    """May also be given as the name of a file (`password_file`), or as a systemd credential."""
    lists: Collection[Key]
    """Separated by commas where they come from the environment."""
    named: Collection[str]
    """Sections within which the owner gives the names: `accounts` in `[accounts.sales]`."""
    short: str
    """The section whose keys need no section in the environment."""

    def is_secret(self, key: Key) -> bool:
        """Whether this is a secret, in whichever named section."""
        return self._general(key) in self.secrets

    def is_list(self, key: Key) -> bool:
        """Whether this is a list."""
        return self._general(key) in self.lists

    def _general(self, key: Key) -> Key:
        return (key[0], ANY, *key[2:]) if key[0] in self.named else key


def dotted(key: Key) -> str:
    """The key as it is written in messages: `account.imap.port`."""
    return ".".join(key)


def read_values(path: Path | None, environ: Mapping[str, str], kinds: Kinds) -> Values:
    """Every value that was given: the environment wins over systemd credentials, and those over the file.

    Raises BadSettings for what cannot be read, and for a secret that is given twice in the same place.
    """
    in_file = with_secrets(read_toml(path), kinds, path.parent) if path else {}
    names: dict[Key, str] = {
        (key[0], _spelled(key[1])): key[1] for key in in_file if key[0] in kinds.named and len(key) > 1
    }
    in_environment = with_secrets(_as_in_file(from_environment(environ, kinds), names), kinds, Path())
    return in_file | from_credentials(environ, kinds) | in_environment


def _spelled(name: str) -> str:
    """A name as a variable of the environment can have it: `Sales-team` is `sales_team` there."""
    return re.sub(r"\W", "_", name.replace("-", "_").lower())


def _as_in_file(values: Values, names: Mapping[Key, str]) -> Values:
    """The values of the environment under the names that the file gave."""
    return {(*_named(key[:2], names), *key[2:]): given for key, given in values.items()}


def _named(start: Key, names: Mapping[Key, str]) -> Key:
    return (start[0], names[start]) if start in names else start


def nested(values: Values) -> dict[str, Any]:
    """The values as sections within sections; raises BadSettings where a value stands in a section's place."""
    tree: dict[str, Any] = {}
    for key, given in sorted(values.items()):
        branch: Any = tree
        for part in key[:-1]:
            branch = branch.setdefault(part, {})
            if not isinstance(branch, dict):
                raise BadSettings(f"{given.place}: {dotted(key)} cannot be set, since {part} is set to a value")
        branch[key[-1]] = given.value
    return tree


def read_toml(path: Path) -> Values:
    """Values of a TOML file, each with its line; raises BadSettings."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise BadSettings(f"{path}: there is no such file; `replyd init` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}{_syntax(str(error))}") from None
    lines = dict(lines_of_keys(text))
    return {key: Given(value, _place(path, key, lines)) for key, value in _flat(tree)}


def _syntax(message: str) -> str:
    """`Invalid value (at line 3, column 5)` as `, line 3, column 5: invalid value`."""
    what, _, where = message.rpartition(" (at ")
    what = what or message
    return f", {where.removesuffix(')')}: {what[:1].lower()}{what[1:]}"


def _flat(tree: Mapping[str, Any], section: Key = ()) -> Iterator[tuple[Key, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, (*section, name))
        else:
            yield (*section, name), value


_SECTION = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?")
_ASSIGNMENT = re.compile(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=")


def lines_of_keys(text: str) -> Iterator[tuple[Key, int]]:
    """Every section and key with its line, counted from 1; text inside of multi-line strings may be taken for a key."""
    section: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SECTION.fullmatch(line):
            section = _parts(found[1])
            yield section, number
        elif found := _ASSIGNMENT.match(line):
            yield (*section, *_parts(found[1])), number


def _parts(written: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in written.split("."))


def _place(path: Path, key: Key, lines: Mapping[Key, int]) -> str:
    """File and line of a key, or of the section around it where it stands in an inline table."""
    line = next((lines[key[:length]] for length in range(len(key), 0, -1) if key[:length] in lines), None)
    return f"{path}, line {line}" if line else str(path)


def with_secrets(values: Values, kinds: Kinds, base: Path) -> Values:
    """The values with the content of `<secret>_file` in the secret's place; relative names start at `base`."""
    resolved = dict(values)
    for file_key, named in values.items():
        key = (*file_key[:-1], file_key[-1].removesuffix("_file"))
        if key == file_key or not kinds.is_secret(key):
            continue
        del resolved[file_key]
        if key in values:
            raise BadSettings(f"{named.place}: {dotted(file_key)} and {dotted(key)} are both set; keep one of them")
        secret = _secret(base / str(named.value), f"{named.place}: {dotted(file_key)}")
        resolved[key] = Given(secret, named.place)
    return resolved


def from_credentials(environ: Mapping[str, str], kinds: Kinds) -> Values:
    """Secrets that systemd put into files of these names (`LoadCredential=account.imap.password:/etc/...`)."""
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return {}
    files = {tuple(path.name.split(".")): path for path in sorted(Path(directory).glob("*")) if path.is_file()}
    found = {key: path for key, path in files.items() if kinds.is_secret(key)}
    return {key: Given(_secret(path, place := f"credential {dotted(key)}"), place) for key, path in found.items()}


def _secret(path: Path, named_by: str) -> str:
    try:
        secret = path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{named_by} names {path}, which cannot be read ({type(error).__name__})") from None
    if not secret:
        raise BadSettings(f"{named_by} names {path}, which is empty")
    return secret


def from_environment(environ: Mapping[str, str], kinds: Kinds) -> Values:
    """`REPLYD_ACCOUNT__IMAP__PORT=993` sets `account.imap.port`; `REPLYD_MODE` sets `<short>.mode`."""
    values: Values = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name in NO_SETTINGS:
            continue
        parts = tuple(name.removeprefix(PREFIX).lower().split("__"))
        key = parts if len(parts) > 1 else (kinds.short, *parts)
        value = [part.strip() for part in text.split(",") if part.strip()] if kinds.is_list(key) else text
        values[key] = Given(value, f"environment variable {name}")
    return values
