"""What was decided about the columns of a file, kept as TOML for the next file of the same supplier."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon.contacts.dates import Order
from daemon.contacts.mapping import FIELDS, WrongMapping
from daemon.records.contact_cells import KINDS

_CHOICES: Mapping[str, tuple[str, ...]] = {"dates": tuple(Order), "kind": KINDS, "free_mail_kind": KINDS}


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything that a person decided about a file, but the answers about a list."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Column by field."""
    dates: Order | None = None
    kind: str | None = None
    free_mail_kind: str | None = None


def read_mapping(file: Path) -> Decided:
    """What a mapping file says; raises WrongMapping with file and key."""
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WrongMapping(f"{file} cannot be read ({type(error).__name__})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(f"{file} is not TOML: {error}") from None
    columns = values.pop("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(column, str) for column in columns.values()):
        raise WrongMapping(f'{file}: [columns] needs lines such as email = "E-Mail"')
    if unknown := [name for name in columns if name not in FIELDS]:
        raise WrongMapping(f"{file}: [columns] has no field {unknown[0]!r}; there are {', '.join(FIELDS)}")
    for key, value in values.items():
        if key not in _CHOICES or value not in _CHOICES[key]:
            known = (
                f"must be one of {', '.join(_CHOICES[key])}" if key in _CHOICES else f"is none of {', '.join(_CHOICES)}"
            )
            raise WrongMapping(f"{file}: {key} {known}")
    order = Order(values["dates"]) if "dates" in values else None
    return Decided(columns, order, values.get("kind"), values.get("free_mail_kind"))


def mapping_text(decided: Decided) -> str:
    """The mapping as a file."""
    choices = (("dates", decided.dates), ("kind", decided.kind), ("free_mail_kind", decided.free_mail_kind))
    lines = ["# Columns of a contacts file, for `replyd contacts import --mapping`.", ""]
    lines += [f"{key} = {_toml(value)}" for key, value in choices if value]
    lines += ["", "[columns]", *(f"{name} = {_toml(column)}" for name, column in decided.columns.items())]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A text as TOML writes it; what JSON escapes, TOML escapes alike, save for U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
