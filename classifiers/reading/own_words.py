"""Own words: what the person wrote, without what was quoted, signed or hidden."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A reply's text taken apart. `text` is what intents are read from; the rest is kept for people and for matching."""

    text: str
    quoted: str
    signature: str
    forwarded: bool
    """The mail forwards another one rather than answering it."""
    hidden: bool
    """Text was there that a reader would not see; it is in none of the fields."""
