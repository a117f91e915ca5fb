"""What we wrote ourselves in a mail of our own, as it is compared with replies later."""

from classifiers.reading.message import Message
from classifiers.reading.quotes import marked
from classifiers.reading.visible import without_invisible

MOST_CHARS = 50_000
"""More than anybody quotes of one mail."""
_STUB_SHARE = 3
"""A plain part that has less than a third of the words of the HTML only says that there is an HTML part."""


def written_text(message: Message) -> str:
    """The text of a sent mail with signature and footer in their place, and without what it quotes.

    The quotes would be the other person's words: recognised in their next mail, these would be taken away from it.
    """
    visible, _ = without_invisible(_longer(message)[:MOST_CHARS])
    lines = visible.split("\n")
    marks = marked(lines).marks
    return "\n".join(line.rstrip() for line, mark in zip(lines, marks, strict=True) if mark is None).strip("\n")


def _longer(message: Message) -> str:
    """The plain text, unless it is a stub."""
    if message.html is None:
        return message.plain
    shown = "\n\n".join(text for text in (message.html.own, message.html.signature) if text)
    return message.plain if len(message.plain.split()) * _STUB_SHARE >= len(shown.split()) else shown
