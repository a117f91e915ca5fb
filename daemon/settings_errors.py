"""Faults of settings in words: where, which key, what was expected. Never the value: it may be a password."""

import difflib
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from daemon.settings_file import ANY, Key, Values, dotted


def explained(error: ValidationError, values: Values, model: type[BaseModel], file: Path | None) -> str:
    """All faults, one a line."""
    known = list(keys_of(model))
    elsewhere = str(file) if file else "the environment"
    return "\n".join(_line(detail, values, known, elsewhere) for detail in error.errors(include_input=False))


def faults(error: ValidationError, model: type[BaseModel], key: Key) -> list[str]:
    """What is wrong with one key, without its place."""
    known = list(keys_of(model))
    return [_expected(key, d, known) for d in error.errors(include_input=False) if _key(d)[: len(key)] == key]


def keys_of(model: type[BaseModel], section: Key = ()) -> Iterator[Key]:
    """Every key that there is, sections before what is in them; ANY stands for a name of the owner's."""
    for key, _ in settings_of(model, section):
        yield key


def settings_of(model: type[BaseModel], section: Key = ()) -> Iterator[tuple[Key, FieldInfo]]:
    """Every key, and what its value may be."""
    for name, field in fields_of(model):
        yield (*section, name), field
        if below := section_of(field):
            yield from settings_of(below, (*section, name, *((ANY,) if is_named(field) else ())))


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The settings of one section, by the names that they have in the file."""
    for name, field in model.model_fields.items():
        yield field.alias or name, field


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """The section that a field is, or each of its named sections; None for a plain value."""
    kind = typing.get_args(field.annotation)[-1] if is_named(field) else without_none(field.annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def without_none(kind: object) -> object:
    """The type itself, of one that may be absent or that carries constraints."""
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        (kind,) = (part for part in typing.get_args(kind) if part is not types.NoneType)
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind


def is_named(field: FieldInfo) -> bool:
    """Whether there may be several sections of this kind, each with a name of its owner's (`[systems.crm]`)."""
    return typing.get_origin(field.annotation) is dict


def _line(detail: ErrorDetails, values: Values, known: list[Key], elsewhere: str) -> str:
    key = _key(detail)
    if not key:
        return f"{elsewhere}: {_expected(key, detail, known)}"
    return f"{_place(key, values, elsewhere)}: {dotted(key)} {_expected(key, detail, known)}"


def _key(detail: ErrorDetails) -> Key:
    """The setting that is meant; pydantic marks a name that cannot be one by a last part of its own."""
    return tuple(part for part in detail["loc"] if isinstance(part, str) and part != "[key]")


def _place(key: Key, values: Values, elsewhere: str) -> str:
    """Where the key stands; of a section, where the first of its keys does."""
    return next((given.place for name, given in values.items() if name[: len(key)] == key), elsewhere)


def _expected(key: Key, detail: ErrorDetails, known: list[Key]) -> str:
    match detail["type"]:
        case "missing":
            return "is missing" + (_ways_for_secrets(key) if key[-1] == "password" else "")
        case "extra_forbidden":
            return f"is not a setting{_FORMER.get(key[-2:]) or _nearest(key, known)}"
        case "model_type" | "model_attributes_type":
            return f"must be a section, [{dotted(key)}]"
        case "string_pattern_mismatch" | "too_short":
            return _FORMS.get(key[-1], "has characters that cannot stand there")
        case "value_error":
            return detail["msg"].removeprefix("Value error, ")
        case _:
            return _as_demand(detail["msg"])


_FORMER: dict[Key, str] = {
    ("imap", "folder"): ' any more; write folders = ["INBOX"], a list',
}
"""Settings that there were."""

_FORMS = {
    "country": "must be an ISO 3166 code in capitals, for example DE or GB-SCT",
    "storage_countries": "must be ISO 3166 codes in capitals, for example DE",
    "letter_languages": "must be codes of languages, for example en",
    "folders": 'must name one folder at least, for example ["INBOX"]',
    "host": "must be the name of a server alone, for example imap.example.com",
}


def _ways_for_secrets(key: Key) -> str:
    variable = "REPLYD_" + "__".join(key).upper()
    return f"; set it as {key[-1]} or {key[-1]}_file, as {variable}, or as the credential {dotted(key)}"


def _nearest(key: Key, known: list[Key]) -> str:
    """The setting that was perhaps meant: of this name in another section, else of nearly this name here."""
    if key[0] == "accounts" and key[-1] == "name":
        return ": the account's name is that of its section"
    meant = sorted((_under_the_name(name, key) for name in known), key=lambda name: name[0] != key[0])
    here = [name[-1] for name in meant if name[:-1] == key[:-1]]
    if there := [name for name in meant if name[-1] == key[-1] and ANY not in name]:
        return f"; did you mean {dotted(there[0])}?"
    if close := difflib.get_close_matches(key[-1], here, n=1):
        return f"; did you mean {dotted((*key[:-1], close[0]))}?"
    return f"; known here are {', '.join(sorted(here))}" if here else ""


def _under_the_name(name: Key, key: Key) -> Key:
    """A setting of a named section under the name that this key has."""
    return (name[0], key[1], *name[2:]) if name[:2] == (key[0], ANY) and len(key) > 1 else name


def _as_demand(message: str) -> str:
    """`Input should be a valid integer, unable to parse string` as `must be a valid integer`."""
    return message.replace("Input should be", "must be").partition(", unable to")[0]
