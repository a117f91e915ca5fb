"""Whether text can be seen: the few CSS properties by which mail hides it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_NAMED = {"white": _WHITE, "black": _BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?:[0-9a-f]{2})?\b")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,5}))?")
_NUMBER = re.compile(r"(-?\d{0,6}(?:\.\d{1,4})?)\s*(px|pt|em|rem|%|cm|mm|in|)")
_SELECTOR = re.compile(r"[a-z0-9]{0,20}[.#][\w-]{1,60}")
_TOO_NEAR = 24
"""Colours whose channels differ by less than this together cannot be told apart."""
_MOST_RULES = 2_000
_OFF_SCREEN = -200
"""Pixels beyond the edge from which on nothing of a line is left to see."""

Rules = Mapping[str, Mapping[str, str]]
Colour = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks here. What is `gone` stays so inside; size, colour and visibility can be set anew."""

    gone: bool = False
    tiny: bool = False
    invisible: bool = False
    colour: Colour = _BLACK
    background: Colour = _WHITE
    """None where a picture or a form that is not understood sets it: then nothing is assumed."""

    @property
    def visible(self) -> bool:
        """Whether a reader sees text that looks so."""
        return not (self.gone or self.tiny or self.invisible or self._same_colour())

    def _same_colour(self) -> bool:
        if self.colour is None or self.background is None or (self.colour == _BLACK and self.background == _WHITE):
            return False
        return sum(abs(one - other) for one, other in zip(self.colour, self.background, strict=True)) < _TOO_NEAR


def look_of(tag: str, attributes: Mapping[str, str], around: Look, rules: Rules) -> Look:
    """The look inside an element: what surrounds it, its attributes, style sheet rules, then its own style."""
    if not attributes:
        return around
    style: dict[str, str] = {}
    names = [f".{name}" for name in attributes.get("class", "").lower().split()[:20]]
    for selector in (*names, *(f"{tag}{name}" for name in names), f"#{attributes.get('id', '').lower()}"):
        style.update(rules.get(selector, {}))
    style.update(declarations(attributes.get("style", "")))
    size = style.get("font-size", "")
    visibility = style.get("visibility", "")
    return Look(
        gone=around.gone or "hidden" in attributes or _removes(style),
        tiny=_is_tiny(size) if size else around.tiny,
        invisible=visibility in ("hidden", "collapse") if visibility else around.invisible,
        colour=_text_colour(style, attributes, around),
        background=_background(style, attributes, around),
    )


def declarations(style: str) -> dict[str, str]:
    """Property to value, both lower case, without "!important"."""
    pairs = (declaration.partition(":") for declaration in style[:4000].lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value.strip()}


def rules_of(sheet: str) -> dict[str, dict[str, str]]:
    """Rules of a style sheet by selector; those inside @media and other at-rules are left out, compound ones too."""
    rules: dict[str, dict[str, str]] = {}
    depth = 0
    for piece in _without_comments(sheet[:200_000]).split("}")[:_MOST_RULES]:
        *outer, body = piece.split("{")
        if depth == 0 and len(outer) == 1:
            for selector in outer[0].lower().split(","):
                if _SELECTOR.fullmatch(selector.strip()):
                    rules.setdefault(selector.strip(), {}).update(declarations(body))
        depth = max(0, depth + len(outer) - 1)
    return rules


def _without_comments(sheet: str) -> str:
    """CSS without comments; an unclosed one goes to the end."""
    kept = []
    while sheet:
        before, _, rest = sheet.partition("/*")
        kept.append(before)
        sheet = rest.partition("*/")[2]
    return "".join(kept).replace("<!--", "").replace("-->", "")


def _removes(style: Mapping[str, str]) -> bool:
    """Whether nothing inside can be seen, whatever it says itself."""
    if style.get("display") == "none" or style.get("mso-hide") == "all":
        return True
    if _number(style.get("opacity", "1")) < 0.1:  # noqa: PLR2004 - a tenth is a shadow
        return True
    if style.get("position") in ("absolute", "fixed") and any(
        _number(style.get(side, "0")) < _OFF_SCREEN for side in ("left", "top", "right", "bottom")
    ):
        return True
    if _number(style.get("text-indent", "0")) < _OFF_SCREEN or "rect(0" in style.get("clip", ""):
        return True
    no_room = any(_number(style.get(side, "100")) == 0 for side in ("height", "max-height", "width", "max-width"))
    return no_room and style.get("overflow", "") == "hidden"


def _number(value: str) -> float:
    """The leading number of a CSS value; a hundred where there is none, which hides nothing."""
    match = _NUMBER.match(value)
    try:
        return float(match[1]) if match else 100.0
    except ValueError:
        return 100.0


def _is_tiny(size: str) -> bool:
    """Whether a font size cannot be read: up to one pixel or point, a tenth of an em."""
    match = _NUMBER.match(size)
    if not match or match[1] in ("", "-"):
        return False
    limit = {"em": 0.1, "rem": 0.1, "%": 10.0}.get(match[2], 1.0)
    return float(match[1]) <= limit


def _text_colour(style: Mapping[str, str], attributes: Mapping[str, str], around: Look) -> Colour:
    """The text's colour; its background's where it is transparent."""
    value = style.get("color") or attributes.get("color", "").lower()
    if not value or value in ("inherit", "currentcolor", "initial", "unset"):
        return around.colour
    if value == "transparent" or _is_clear(value):
        return around.background
    return _colour(value)


def _background(style: Mapping[str, str], attributes: Mapping[str, str], around: Look) -> Colour:
    """The colour behind the text."""
    value = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "").lower()
    if "url(" in style.get("background-image", "") + style.get("background", "") or attributes.get("background"):
        return None
    if not value or value in ("transparent", "none", "inherit", "initial", "unset") or _is_clear(value):
        return around.background
    return _colour(value)


def _is_clear(value: str) -> bool:
    """Whether a colour lets all through."""
    match = _RGB.match(value)
    return bool(match and match[4] and _number(match[4]) < 0.1)  # noqa: PLR2004 - as opacity


def _colour(value: str) -> Colour:
    """Red, green, blue; None for a form that is not known."""
    if hexadecimal := _HEX.search(value):
        digits = hexadecimal[1]
        digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits  # noqa: PLR2004 - #abc is #aabbcc
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if match := _RGB.search(value):
        return int(match[1]), int(match[2]), int(match[3])
    return next((colour for word in value.split()[:4] if (colour := _NAMED.get(word))), None)
