"""HTML bodies as text: what a reader sees, with quotes and signatures apart."""

import re
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.reading.html_marks import Mark, mark_of
from classifiers.reading.html_style import Look, look_of, rules_of
from classifiers.reading.message import HtmlText

_MOST_CHARS = 600_000
_DEEPEST = 2_000
_MOST_BLANKS_IN_TAG = 2_000
_MOST_UNCLOSED = 32_768
_DATA_URI = re.compile(r"(?i)(=\s*[\"']?data:)[^\"'>\s]{100,}+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}+)((?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+)(>?)")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_FLAT = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "html",
        "body",
        "head",
    }
)
"""Void elements and those that the next of their kind closes: they do not nest by being left open."""

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    }
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"})
_NEVER_SHOWN = frozenset(
    {
        "script",
        "style",
        "head",
        "template",
        "meta",
        "link",
        "object",
        "iframe",
        "select",
        "datalist",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
    }
)
_NOT_SHOWN_TO_READERS = frozenset({"title", "textarea", "noscript", "noframes", "noembed"})


_PREFORMATTED = frozenset({"pre", "xmp", "plaintext"})
_SINKS = {Mark.QUOTED: "quoted", Mark.SIGNATURE: "signature"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: in whose text, how it looks."""

    look: Look
    sink: str = "own"
    preformatted: bool = False


def read_html(source: str) -> HtmlText:
    """Take an HTML body apart; never raises, linear time.

    Documents built to exhaust the parser (nesting, attributes) lose their tags by a plain scan instead, and count as
    hiding text, since nobody can say what a reader would have seen.
    """
    source = _DATA_URI.sub(r"\1", source[:_MOST_CHARS].replace("\0", ""))
    if _is_bomb(source):
        return HtmlText(own=stripped(source), quoted="", hidden=True)
    tree = LexborHTMLParser(source)
    rules = rules_of("\n".join(style.text() for style in tree.css("style")))
    return _Walk(rules).over(tree.root)


def stripped(source: str) -> str:
    """HTML without its tags, by a plain scan: for what is not worth, or not safe, to be parsed."""
    return _tidy(_ANY_TAG.sub("\n", source))


def _is_bomb(source: str) -> bool:
    """Whether parsing would take more than linear time: deep nesting, or a tag with thousands of attributes."""
    depth = 0
    for tag in _TAG.finditer(source):
        closing, name, attributes, end = tag.groups()
        if len(attributes) > _MOST_BLANKS_IN_TAG and len(_BLANKS.findall(attributes)) > _MOST_BLANKS_IN_TAG:
            return True
        if not end and len(source) - tag.end() > _MOST_UNCLOSED:
            return True
        if name.lower() not in _FLAT:
            depth = max(depth - 1, 0) if closing else depth + 1
        if depth > _DEEPEST:
            return True
    return False


class _Walk:
    """One pass over a document in reading order; the stack is ours, so depth costs no recursion."""

    def __init__(self, rules: dict[str, dict[str, str]]) -> None:
        self._rules = rules
        self._texts: dict[str, list[str]] = {"own": [], "quoted": [], "signature": []}
        self._hidden = False
        self._rest_is_quoted = False

    def over(self, root: LexborNode | None) -> HtmlText:
        """Walk the tree below `root`."""
        stack: list[tuple[LexborNode | None, _Place, str]] = [(root, _Place(Look()), "")]
        while stack:
            node, place, after = stack.pop()
            if node is None:
                self._break(place, after)
                continue
            stack.append((node.next, place, "")) if node.next is not None else None
            if node.is_text_node:
                self._read(node.text_content or "", place)
            elif node.is_element_node:
                self._enter(node, place, stack)
        own, quoted, signature = (_tidy("".join(self._texts[name])) for name in ("own", "quoted", "signature"))
        return HtmlText(own, quoted, self._hidden, signature)

    def _enter(self, node: LexborNode, place: _Place, stack: list[tuple[LexborNode | None, _Place, str]]) -> None:
        """Step into an element: decide whose text it holds and how it looks, and what stands before and after it."""
        tag = (node.tag or "").lower()
        if tag in _NEVER_SHOWN:
            return
        attributes = _attributes(node)
        look = look_of(tag, attributes, place.look, self._rules)
        if tag in _NOT_SHOWN_TO_READERS:
            look = replace(look, gone=True)
        mark = mark_of(tag, attributes, node)
        if mark is Mark.REST_IS_QUOTED:
            self._rest_is_quoted = True
        sink = _SINKS.get(mark, place.sink) if mark and place.sink != "quoted" else place.sink
        inside = place
        if attributes or mark or tag in _PREFORMATTED or look is not place.look:
            inside = _Place(look, sink, place.preformatted or tag in _PREFORMATTED)
        around = "\n\n" if tag in _SPACED and "msonormal" not in attributes.get("class", "").lower() else "\n"
        if tag in _BLOCKS:
            if tag == "br":
                self._add(inside, "\n")
            else:
                self._break(inside, around)
            if tag != "br":
                stack.append((None, inside, around))
        elif tag in ("td", "th"):
            stack.append((None, inside, " "))
        if node.child is not None:
            stack.append((node.child, inside, ""))

    def _read(self, text: str, place: _Place) -> None:
        """A text node: shown, or hidden and then dropped."""
        if not place.look.visible:
            quoted = place.sink == "quoted" or self._rest_is_quoted
            self._hidden = self._hidden or (not quoted and any(letter.isalnum() for letter in text))
            return
        self._add(place, text if place.preformatted else _BLANKS.sub(" ", text))

    def _break(self, place: _Place, wanted: str) -> None:
        """End the line (or leave an empty one) where a block begins or ends, unless that is done already."""
        written = self._texts["quoted" if self._rest_is_quoted else place.sink]
        there = "".join(written[-2:])
        if wanted == " " or not there.endswith(wanted):
            written.append(wanted[1:] if there.endswith("\n") else wanted)

    def _add(self, place: _Place, text: str) -> None:
        """Put text where it belongs; blanks at the start of a line are none."""
        written = self._texts["quoted" if self._rest_is_quoted else place.sink]
        if text != " " or not (written and written[-1].endswith("\n")):
            written.append(text)


def _attributes(node: LexborNode) -> dict[str, str]:
    """An element's attributes; those without a value have ""."""
    return {name: value or "" for name, value in node.attributes.items()}


def _tidy(text: str) -> str:
    """Lines without blanks around them, at most one empty line between two."""
    lines: list[str] = []
    for line in text.replace("\xa0", " ").split("\n"):
        stripped = line.strip(" \t\r\f")
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).strip("\n")
