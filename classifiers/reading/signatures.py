"""Where a person's words end and the signature begins: delimiters, "Sent from my ...", contact lines, disclaimers.

Cutting too little costs some noise, cutting too much loses a wish: every rule but the delimiter of RFC 3676 section 4.3
looks at what stands below before it cuts.
"""

import re

from classifiers.reading.signature_phrases import CLOSING, DISCLAIMER, SENT_FROM

_STRONG = re.compile(r"\s{0,3}(?:--\s?|—|–)$")
_WEAK = re.compile(r"\s{0,3}(?:-{3,}|_{2,}|\*{3,}|={3,}|~{3,}|#{3,}|\+{3,}|(?:[-_*] ){3,}[-_*]?)\s{0,3}$")
_ONLY_DECORATION = re.compile(r"[\s\-_*=~#+—–|.ᐧ·•>]*$")
_ONLY_URL = re.compile(r"\s{0,4}[<(\[]?(?:https?://|www\.|mailto:)\S{1,400}\s{0,3}$")
_CONTACT = re.compile(
    r"(?:^|[\s(])(?:\+|00)\d[\d\s()./-]{6,24}|(?:^|\s)(?:tel|fon|phone|mobile?|mob|handy|fax|t|m|f|tél|telefon|тел)\.?\s?[:.]?\s?[+(]?\d"
    r"|\S@\S+\.\w\w|(?:https?://|www\.)\S|\b(?:gmbh|ltd|limited|inc|llc|plc|s\.?r\.?l|s\.?p\.?a|s\.a\.|sarl|sas|b\.?v|n\.v|a/s|aps|oy|ab"
    r"|sp\. z o\.o|s\.r\.o|a\.s\.|ag|kg|ооо)\b|\bust-?id|\bhrb\b|\bvat\b|\b\d{4,5} [^\W\d]",
    re.IGNORECASE,
)
_MOST_STRONG_LINES = 15
_MOST_WEAK_LINES = 5
_MOST_CONTACT_LINES = 15
_MOST_SIGNATURE_LINE_CHARS = 120
_MOST_SENT_FROM_CHARS = 160
_LEAST_CONTACTS = 2
_MOST_HEADING_CHARS = 40
_LEAST_DISCLAIMER_CHARS = 120
"""A shorter paragraph about what is confidential may be the person's own."""
_ADDED = re.compile(r"[,.;!]\s+(?:\S+\s+){2}\S")
_APOLOGY = re.compile(
    r"excuse|typo|brief|brevity|mistake|kurz|tippfehler|entschuldig|excus|faute|disculp|errores|scus|опечат",
    re.IGNORECASE,
)


def signature_lines(lines: list[str]) -> list[bool]:
    """Which lines of one stretch of own text (no quotes in it) are signature."""
    cut = len(lines)
    for at, line in enumerate(lines):
        if line and _begins_signature(lines, at, line):
            cut = at
            break
    marks = [at >= cut for at in range(len(lines))]
    _mark_sent_from(lines, marks)
    _mark_trailing_decoration(lines, marks)
    return marks


def _begins_signature(lines: list[str], at: int, line: str) -> bool:
    """Whether everything from this line on is signature."""
    if line.rstrip("\r") == "-- ":
        return True
    if _STRONG.match(line):
        return _is_short(lines, at + 1, _MOST_STRONG_LINES)
    if _WEAK.match(line):
        return _is_short(lines, at + 1, _MOST_WEAK_LINES)
    if DISCLAIMER.match(line) and _paragraph_chars(lines, at) >= _LEAST_DISCLAIMER_CHARS:
        return True
    return at > 0 and _follows_closing(lines, at)


def _paragraph_chars(lines: list[str], start: int) -> int:
    """Length of the paragraph that begins here; a heading counts with what stands below it."""
    length = 0
    for line in lines[start : start + 30]:
        if not line.strip() and length > _MOST_HEADING_CHARS:
            break
        length += len(line)
    return length


def _is_short(lines: list[str], start: int, most: int) -> bool:
    """Whether what remains is no longer than a signature."""
    remaining = 0
    for line in lines[start : start + most * 6]:
        if line.strip():
            remaining += 1
            if remaining > most or len(line) > _MOST_SIGNATURE_LINE_CHARS:
                return False
    return True


def _follows_closing(lines: list[str], at: int) -> bool:
    """Whether contact lines begin here: below "Best regards" and a name, to the end, most of them short."""
    above = [line for line in lines[max(0, at - 4) : at] if line.strip()]
    if len(above) < _LEAST_CONTACTS or not any(CLOSING.match(line) for line in above[:-1]) or not lines[at].strip():
        return False
    below = [line for line in lines[at : at + _MOST_CONTACT_LINES + 8] if line.strip()]
    if len(below) > _MOST_CONTACT_LINES:
        below = below[:_MOST_CONTACT_LINES]
    contacts = sum(1 for line in below if _CONTACT.search(line[:_MOST_SIGNATURE_LINE_CHARS]))
    return contacts >= _LEAST_CONTACTS and bool(_CONTACT.search(lines[at]) or contacts * 3 >= len(below))


def _mark_sent_from(lines: list[str], marks: list[bool]) -> None:
    """Mark "Sent from my phone" and its link, wherever it stands; what follows is still read."""
    for at, line in enumerate(lines):
        if (
            len(line) <= _MOST_SENT_FROM_CHARS
            and SENT_FROM.match(line)
            and (not _ADDED.search(line) or _APOLOGY.search(line))
        ):
            marks[at] = True
            below = at + 1
            while (
                below < len(lines) and below <= at + 2 and (not lines[below].strip() or _ONLY_URL.match(lines[below]))
            ):
                marks[below] = True
                below += 1


def _mark_trailing_decoration(lines: list[str], marks: list[bool]) -> None:
    """Lines of dashes, dots or tracker characters at the end of the text."""
    for at in range(len(lines) - 1, -1, -1):
        if marks[at]:
            continue
        if not _ONLY_DECORATION.match(lines[at]):
            return
        marks[at] = True
