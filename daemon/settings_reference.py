"""The reference of all settings as Markdown, made from the settings themselves: docs/configuration.md."""

import ast
import inspect
import typing
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from daemon.settings import KINDS, PLACES, Settings
from daemon.settings_errors import fields_of, is_named, section_of, without_none
from daemon.settings_file import ANY, Key, dotted
from daemon.settings_sections import Account

_HEAD = f"""# Configuration

<!-- Made by `replyd config reference`; change the docstrings in daemon/settings_sections.py instead. -->

replyd reads one TOML file: the one that `--config` names, else `$REPLYD_CONFIG`, else `{PLACES[0]}`, else
`{PLACES[1]}`. `replyd init` writes it; `config/replyd.example.toml` shows every setting. A key that does not
exist is an error.

- **Environment.** Every setting has a variable, and a variable wins over the file. Two underscores stand between a
  section and a key: `REPLYD_ACCOUNT__IMAP__HOST`; those of `[replyd]` need no section: `REPLYD_MODE`. Lists are
  separated by commas. With the variables alone no file is needed. In a name that you gave, `_` stands for whatever a
  variable cannot have: `REPLYD_ACCOUNTS__SALES_TEAM__IMAP__HOST` is that of `[accounts.sales-team]`.
- **Secrets** may also come from a file (`password_file`, in TOML or as a variable that ends in `_FILE`) or from a
  systemd credential of the setting's name (`LoadCredential=account.imap.password:/etc/replyd/imap`, or
  `accounts.sales.imap.password`), which wins over the file. They are never logged or printed.
- **Paths** that are relative start where the file is; the name of a secret's file in a variable starts where replyd was
  started.
"""


def reference() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections(Settings, ())]) + "\n"


def _sections(model: type[BaseModel], key: Key) -> Iterator[str]:
    """One chapter for each section, depth first."""
    words = _docstrings(model)
    plain = [(name, field) for name, field in fields_of(model) if section_of(field) is None]
    if plain:
        yield _head(model, key)
        yield "| setting | values | default | meaning |\n|---|---|---|---|"
        yield from (_row((*key, name), field, words[name]) for name, field in plain)
        yield ""
    for name, field in fields_of(model):
        if below := section_of(field):
            there = (*key, name, *([ANY] if is_named(field) else []))
            yield from [_head(below, there)] if below is Account else _sections(below, there)


def _head(model: type[BaseModel], key: Key) -> str:
    shown = dotted(tuple("NAME" if part == ANY else part for part in key))
    return f"## [{shown}]\n\n{inspect.cleandoc(model.__doc__ or '')}\n"


def _row(key: Key, field: FieldInfo, words: str) -> str:
    secret = " Secret." if KINDS.is_secret(key) else ""
    default = "**needed**" if field.is_required() else f"`{_toml(field.default)}`" if _said(field.default) else ""
    return f"| `{key[-1]}` | {_values(field)} | {default} | {words}{secret} |"


def _said(default: object) -> bool:
    return default is not None and not isinstance(default, SecretStr)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | frozenset):
        return "[" + ", ".join(f'"{item}"' for item in sorted(value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def _values(field: FieldInfo) -> str:
    """Which values there are, in words."""
    kind = without_none(field.annotation)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    if typing.get_origin(kind) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(kind))
    if typing.get_origin(kind) in {tuple, frozenset}:
        return "list of texts"
    if kind is int:
        return _range(field)
    return {bool: "`true`, `false`", Path: "path"}.get(kind, "text") if isinstance(kind, type) else "text"


def _range(field: FieldInfo) -> str:
    low = next((mark.ge for mark in field.metadata if isinstance(mark, Ge)), None)
    high = next((mark.le for mark in field.metadata if isinstance(mark, Le)), None)
    return f"{low} to {high}" if low is not None and high is not None else "whole number"


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring under each setting of one section, from the source; of what it has from another, from there."""
    (definition,) = ast.parse(inspect.getsource(model)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    found = _docstrings(model.__base__) if model.__base__ and issubclass(model.__base__, Account) else {}
    for statement, after in pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = ast.literal_eval(after.value) if isinstance(after, ast.Expr) else ""
            found[statement.target.id] = " ".join(str(text).split())
    return found
