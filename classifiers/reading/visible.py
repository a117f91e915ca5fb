"""Characters that a reader does not see."""

import re

_REMOVED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_INSIDE_WORD = re.compile(
    "[a-zа-яё\u00df-\u024f][\u200b\u200e\u200f\u2060-\u2064\ufeff]+[a-zа-яё\u00df-\u024f]", re.IGNORECASE
)
_DECEIVING = re.compile("[\u202d\u202e\u2066-\u2068\U000e0020-\U000e007e]")
"""Overrides of the reading direction, and tag characters, which spell whole sentences that nobody sees."""
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u3164]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]{1,8}")
"""Flags of regions are emoji spelled in tag characters."""
_JOINED = re.compile("[\u200c\u200d]")


def without_invisible(text: str) -> tuple[str, bool]:
    """The text without invisible characters, and whether they hid something.

    Clients scatter zero-width spaces and byte-order marks between words; only those that split a word, turn its
    direction or spell in tag characters count as hiding.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _FLAG.sub("\U0001f3f4", text)
    hidden = bool(_DECEIVING.search(text) or _INSIDE_WORD.search(text))
    joiners_kept = "".join(_REMOVED.sub(lambda match: match[0] if _JOINED.match(match[0]) else "", text))
    return _CONTROLS.sub("", _BLANKS.sub(" ", joiners_kept)), hidden
