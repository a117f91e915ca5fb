"""Footers that sent mails have in common, and what they seem to promise; a person confirms them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from daemon.campaign_phrases import PHRASES
from daemon.campaigns import LEAST_WORDS, PROMISES, comparable

LEAST_CONTACTS = 3
"""Contacts that got the same footer; what fewer got may be anything."""

_MOST_PARAGRAPHS = 6
"""Paragraphs at the end of a mail among which its footer is looked for."""
_LONG_WORDS = 60
"""A longer paragraph has no blank lines where it should; its sentences are looked at."""
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SEEMS = tuple(
    (
        promise,
        re.compile(rf"(?<!\w)(?:{'|'.join(words for said in PHRASES.values() for words in said[promise])})(?!\w)"),
    )
    for promise in ("delete", "remove")
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One footer: as it stands in a mail, in how many mails to how many contacts, and what it seems to promise."""

    footer: str
    messages: int
    contacts: int
    promise: str


@dataclass(slots=True)
class _Group:
    footer: str
    messages: int = 0
    contacts: set[int] = field(default_factory=set)


def seems_to_promise(text: str) -> str:
    """What a footer's words seem to promise; the stronger of two."""
    words = comparable(text)
    return next((promise for promise, pattern in _SEEMS if pattern.search(words)), "none")


def suggestions(texts: Iterable[tuple[int, str]]) -> list[Suggestion]:
    """The footers of sent texts (contact, text): those that promise something first, then the most frequent."""
    groups: dict[str, _Group] = {}
    for contact, text in texts:
        footer = _footer(text)
        words = comparable(footer)
        if len(words.split()) >= LEAST_WORDS:
            group = groups.setdefault(words, _Group(footer))
            group.messages += 1
            group.contacts.add(contact)
    found = [
        Suggestion(group.footer, group.messages, len(group.contacts), seems_to_promise(group.footer))
        for group in groups.values()
        if len(group.contacts) >= LEAST_CONTACTS
    ]
    return sorted(found, key=lambda one: (one.promise == PROMISES[0], -one.messages))


def _footer(text: str) -> str:
    """Of the last paragraphs the last one that promises something; where none does, the last."""
    parts = [part for paragraph in _EMPTY_LINE.split(text)[-_MOST_PARAGRAPHS:] for part in _parts(paragraph)]
    promising = (part for part in reversed(parts) if seems_to_promise(part) != PROMISES[0])
    return next(promising, parts[-1] if parts else "")


def _parts(paragraph: str) -> list[str]:
    if len(paragraph.split()) <= _LONG_WORDS:
        return [paragraph.strip()] if paragraph.strip() else []
    return _SENTENCE.split(" ".join(paragraph.split()))
