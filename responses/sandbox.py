"""Where templates run: a small part of Jinja2 in its sandbox, so that a template can print facts and nothing else.

What a template may do is a list, checked on its syntax tree before anything runs: print a fact, branch, and walk
one list. There is no call, no arithmetic, no string building, no nested loop; so nothing grows beyond the facts
themselves (in the plain sandbox `{{ 'a' * 10**9 }}` takes a gigabyte).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import Environment
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from responses.citations import Cited, Row
from responses.context import NAMES
from responses.gaps import Record

LONGEST_TEMPLATE_BYTES = 16_384
FORMS = frozenset({"fields", "rights", "countries", "silent"})
"""Filters: ways to print a fact."""

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Getattr, nodes.Const,
    nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Filter, nodes.Test,
)  # fmt: skip
_PRINTED = (nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Filter)
_LOOP = frozenset({"first", "last", "index", "length"})
_ATTRIBUTES = _LOOP | {
    *(column.name for record in get_args(Record) for column in fields(record)),
    *("direction", "at"),
}


class TemplateRefused(Exception):  # noqa: N818  an outcome that the owner of the template reads
    """A template does what letters do not need, or cannot be read; the message names file and line."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}, line {line}: {why}")
        self.file = file
        self.line = line
        self.why = why


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2 for letters: plain text, strict, and only facts come out."""

    def __init__(self, directories: Sequence[Path]) -> None:
        super().__init__(
            loader=_CheckedLoader([str(directory) for directory in directories]),
            undefined=StrictUndefined,
            autoescape=False,  # the letter is text/plain; its HTML is escaped when it is composed
            finalize=_only_facts,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.globals.clear()
        self.filters = {name: _form(name) for name in FORMS}
        self.tests = {"stored": _stored}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401  Jinja2's own signature
        """Facts of a record, and where a loop stands: nothing else has attributes."""
        if isinstance(obj, Row):
            return isinstance(value, Cited) and attr in obj.names()
        return isinstance(obj, LoopContext) and attr in _LOOP

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401, ARG002  Jinja2's own signature
        """Refuse: nothing is called in a letter."""
        return False


class _CheckedLoader(FileSystemLoader):
    """Reads a template only after its size and its syntax tree were found harmless."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        place = self._place(template)
        try:
            source, filename, uptodate = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            raise TemplateRefused(str(place or template), 1, "is not UTF-8") from error
        except OSError as error:
            raise TemplateRefused(str(place or template), 1, "cannot be read") from error
        if place is not None and str(place) != filename:
            raise TemplateRefused(str(place), 1, "cannot be read")  # a broken one never gives way to ours
        if len(source.encode()) > LONGEST_TEMPLATE_BYTES:
            raise TemplateRefused(filename, 1, f"is longer than {LONGEST_TEMPLATE_BYTES} bytes")
        try:
            tree = environment.parse(source, template, filename)
        except TemplateSyntaxError as error:
            raise TemplateRefused(filename, error.lineno, error.message or "cannot be read") from error
        except RecursionError as error:
            raise TemplateRefused(filename, 1, "is nested too deeply") from error
        for line, why in _objections(tree):
            raise TemplateRefused(filename, line, why)
        return source, filename, lambda: uptodate() and self._place(template) == place

    def _place(self, template: str) -> Path | None:
        """Where the first directory has anything of this name, be it no file at all."""
        places = (Path(os.path.normpath(Path(directory) / template)) for directory in self.searchpath)
        return next((place for place in places if os.path.lexists(place)), None)


def _objections(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            yield node.lineno, f"{type(node).__name__} has no place in a letter: facts, if and for are enough"
    for loop in tree.find_all(nodes.For):
        if loop.recursive or any(inner is not loop for inner in loop.find_all(nodes.For)):
            yield loop.lineno, "a loop inside a loop has no place in a letter"
        if loop.test is not None or not isinstance(loop.target, nodes.Name):
            yield loop.lineno, "a loop takes one name, and all of its list"
    for output in tree.find_all(nodes.Output):
        for child in output.nodes:
            if not isinstance(child, _PRINTED):
                yield child.lineno, "only a fact can be printed"
    yield from _unknown_names(tree)


def _unknown_names(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    own = {name.name for loop in tree.find_all(nodes.For) for name in [loop.target] if isinstance(name, nodes.Name)}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "store" and (name.name in NAMES or name.name == "loop"):
            yield name.lineno, f"{name.name!r} is taken"
        if name.ctx == "load" and name.name not in NAMES | own | {"loop"}:
            yield name.lineno, f"there is no {name.name!r}; known are {', '.join(sorted(NAMES))}"
    for attribute in tree.find_all(nodes.Getattr):
        if attribute.attr not in _ATTRIBUTES or not isinstance(attribute.node, nodes.Name):
            yield attribute.lineno, f"no record has {attribute.attr!r}"
    for kind, known in ((nodes.Filter, FORMS), (nodes.Test, {"stored"})):
        for node in tree.find_all(kind):
            if node.name not in known or node.args or node.kwargs:
                yield node.lineno, f"there is no {node.name!r}; known are {', '.join(sorted(known))}"


def _only_facts(value: object) -> str:
    if isinstance(value, Cited):
        return value.print()
    if isinstance(value, Undefined):
        return str(value)  # raises: it is strict
    raise TypeError("only a fact can be printed")


def _form(name: str) -> Callable[[object], Cited]:
    def take(value: object) -> Cited:
        return _cited(value).in_form(name)

    return take


def _stored(value: object) -> bool:
    return _cited(value).is_stored()


def _cited(value: object) -> Cited:
    if isinstance(value, Cited):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises: it is strict
    raise TypeError("this works on facts only")
