"""Own words: what the person wrote, without what was quoted, signed or hidden."""

import re
from dataclasses import dataclass, replace

from classifiers.reading.message import HtmlText, Message
from classifiers.reading.phrases import FORWARD_SUBJECT
from classifiers.reading.quote_marks import Mark
from classifiers.reading.quotes import marked
from classifiers.reading.sent_text import without_sent
from classifiers.reading.signatures import signature_lines
from classifiers.reading.visible import without_invisible

_MOST_CHARS = 1_000_000
_MOST_LINES = 5_000
"""More than a person writes or quotes; of a longer text the beginning and the end are read."""
_MOST_LAST_LINES = 1_000
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")
_WORD = re.compile(r"\w+")
_STUB_CHARS = 400
_STUB = re.compile(
    r"(?:html|e-?mail|mail|client|viewer|browser).{0,60}"
    r"(?:not support|does not|doesn't|unable|nicht (?:unterst|dargestellt|anzeigen)"
    r"|ne (?:supporte|prend)|no (?:soporta|admite)|non supporta|ondersteunt geen|nie obsługuje|не поддерживает)"
    r"|(?:this is an? html|view (?:this|it) in (?:a|your)|html (?:e-?mail|message|version|only))",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A reply's text taken apart. Intents are read from `text`; the rest is kept for people and for matching."""

    text: str
    quoted: str
    signature: str
    forwarded: bool
    """The mail forwards another one rather than answering it."""
    hidden: bool
    """Text was there that a reader would not see; it is in none of the fields."""


def own_words(message: Message, sent_texts: tuple[str, ...] = ()) -> OwnWords:
    """Take a mail's text apart; `sent_texts` are what we sent to this thread.

    HTML is read where the plain text is missing, a stub or another text than the one on show, and where clients marked
    the quote in it, since marks are surer than phrases. All else comes from the plain text.
    """
    html, plain = message.html, message.plain
    differs = html is not None and _says_more(plain, html)
    if html is not None and (differs or html.quoted or html.signature or _is_stub(plain)):
        own = own_words_of_text(html.own, sent_texts)
        own = replace(own, quoted=_joined(own.quoted, html.quoted), signature=_joined(own.signature, html.signature))
    else:
        own = own_words_of_text(plain, sent_texts)
    forwarded = own.forwarded or bool(own.quoted and FORWARD_SUBJECT.match(message.subject))
    return replace(own, forwarded=forwarded, hidden=own.hidden or differs or (html is not None and html.hidden))


def own_words_of_text(text: str, sent_texts: tuple[str, ...] = ()) -> OwnWords:
    """Take a plain text apart, in linear time. Where all of it is quoted, `text` is "", never the quote."""
    visible, hidden = without_invisible(text[:_MOST_CHARS])
    lines = _lines(visible)
    found = marked(lines)
    own: list[str] = []
    signature: list[str] = []
    for stretch in _stretches(lines, found.marks):
        signed = signature_lines(stretch)
        own += [line for line, is_signature in zip(stretch, signed, strict=True) if not is_signature]
        signature += [line for line, is_signature in zip(stretch, signed, strict=True) if is_signature]
    kept, ours = without_sent(_tidy(own), sent_texts)
    quoted = [line for line, mark in zip(lines, found.marks, strict=True) if mark]
    return OwnWords(
        text=_tidy(kept.split("\n")) if _WORD.search(kept) else _wordless(kept),
        quoted=_joined(_tidy(quoted), ours),
        signature=_tidy(signature),
        forwarded=found.forwarded,
        hidden=hidden,
    )


def reply_as_read(text: str) -> str:
    """The reply as a person would want to see it: own words, and those quoted lines below which they are answered.

    For showing, not for reading intents: what is quoted here may be our own mail.
    """
    visible, _ = without_invisible(text[:_MOST_CHARS])
    lines = _lines(visible)
    marks = marked(lines, lenient=True).marks
    kept: list[str] = []
    waiting: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and (marks[end] is None) == (marks[at] is None):
            end += 1
        if marks[at] is None:
            signed = signature_lines(lines[at:end])
            own = [line for line, is_signature in zip(lines[at:end], signed, strict=True) if not is_signature]
            if any(_WORD.search(line) for line in own):
                kept += [*waiting, *own]
                waiting = []
        else:
            waiting += [line for line, mark in zip(lines[at:end], marks[at:end], strict=True) if mark is Mark.QUOTED]
        at = end
    return _tidy(kept)


def _lines(text: str) -> list[str]:
    """The lines of a text: at most three empty ones in a row, and no more than a person can have meant."""
    lines = [line.rstrip("\t") for line in _EMPTY_LINES.sub("\n\n\n\n", text).split("\n")]
    if len(lines) <= _MOST_LINES:
        return lines
    return lines[: _MOST_LINES - _MOST_LAST_LINES] + lines[-_MOST_LAST_LINES:]


def _stretches(lines: list[str], marks: tuple[Mark | None, ...]) -> list[list[str]]:
    """Runs of own lines between what is quoted."""
    stretches: list[list[str]] = [[]]
    for line, mark in zip(lines, marks, strict=True):
        if mark is None:
            stretches[-1].append(line)
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _tidy(lines: list[str]) -> str:
    """One text without empty lines around it."""
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _wordless(text: str) -> str:
    """What remains of a text without words: an emoji or a question mark is an answer, other punctuation is not."""
    return "".join(letter for letter in text if letter not in "-_*=~#+—–|.ᐧ·•> \t\n,;:<()[]")


def _joined(*texts: str) -> str:
    """Texts under each other, without the empty ones."""
    return "\n".join(text for text in texts if text)


def _is_stub(plain: str) -> bool:
    """Whether a plain part only says that there is an HTML part."""
    stripped = plain.strip()
    return not stripped or (len(stripped) < _STUB_CHARS and bool(_STUB.search(stripped)))


def _says_more(plain: str, html: HtmlText) -> bool:
    """Whether the plain text holds own words that the HTML does not show: a reader of the HTML never sees them."""
    if _is_stub(plain) or not html.own + html.quoted:
        return False
    shown = {word.casefold() for word in _WORD.findall(html.own + " " + html.quoted + " " + html.signature)}
    said = [word.casefold() for word in _WORD.findall(own_words_of_text(plain).text)]
    unseen = sum(1 for word in said if word not in shown and not word.isdigit())
    return unseen > max(4, len(said) // 3)
