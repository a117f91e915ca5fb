"""Letters as files: the whole RFC 5322 text with what differs from run to run replaced by its name."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from responses.layout import WIDTH

LETTERS = Path(__file__).parent / "letters"
WRITE = "REPLYD_WRITE_LETTERS"
"""Set to 1 to write the files anew; then read the difference before it is kept."""


def normalised(raw: bytes) -> str:
    """The letter as text: header fields as sent, parts decoded and paragraphs on one line, then names for what varies.

    A date may be longer tomorrow, and then lines break elsewhere: so paragraphs are joined.
    """
    return _named("\n".join(_lines(message_from_bytes(raw))))


def _lines(part: Message) -> Iterator[str]:
    for name, value in part.items():
        yield f"{name}: {value}".replace("\r\n", "\n")
    yield ""
    if not part.is_multipart():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if part.get_content_type() == "application/pdf":
            yield "(a PDF)" if payload.startswith(b"%PDF-") else "(no PDF)"
            return
        text = payload.decode().replace("\r\n", "\n")
        yield _joined(text) if part.get_content_type() == "text/plain" else text
        return
    for child in part.get_payload():
        assert isinstance(child, Message)
        yield f"--{part.get_boundary()}"
        yield from _lines(child)
    yield f"--{part.get_boundary()}--"


def _joined(text: str) -> str:
    """Paragraphs on one line: a line break goes where the next word would not have fitted any more."""
    joined: list[str] = []
    width = 0
    for line in text.split("\n"):
        first, *_ = line.split() or [""]
        if first not in {"", "-"} and width + 1 + len(first) > WIDTH:
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
        width = len(line)
    return "\n".join(joined)


def _named(text: str) -> str:
    year = datetime.now(UTC).year
    for pattern, name in (
        (r"R-[A-Z2-7]{8}\b", "R-CASE"),
        (r"(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}\b", "OPENING"),
        (r"(?m)^(<p>)?(?:[3479C-Y]{4}-){2}[3479C-Y]{4}(</p>)?$", r"\1CODE\2"),
        (r"<[0-9a-f]{32}@firm\.example>", "<LETTER@firm.example>"),
        (r"=(alternative|mixed)_[0-9a-f]{32}", r"=\1_BOUNDARY"),
        (r"(?m)^Date: .*$", "Date: NOW"),
        (rf"\b{year}-\d\d-\d\d(T[\d:.]+\+00:00)?", "TODAY"),
        (rf"\b\d{{1,2}}\.? \w+ {year}\b", "TODAY"),
    ):
        text = re.sub(pattern, name, text)
    return text


def compared(name: str, raw: bytes) -> tuple[str, str]:
    """The letter that came and the letter in the file, to be compared."""
    file, came = LETTERS / f"{name}.eml", normalised(raw)
    if os.environ.get(WRITE) == "1":
        file.write_text(came + "\n")
    return f"{came}\n", file.read_text() if file.exists() else f"(no file {file.name}; write it with {WRITE}=1)"


def faults_of_form(raw: bytes) -> list[str]:
    """What RFC 5322 section 2 would complain of: lines end in CRLF, are ASCII, and no longer than 78 characters."""
    lines = raw.split(b"\r\n")
    faults = [f"line {number} is long" for number, line in enumerate(lines, 1) if len(line) > 78]
    faults += [f"line {number} has a bare CR or LF" for number, line in enumerate(lines, 1) if set(line) & set(b"\r\n")]
    return faults + ([] if raw.isascii() and raw.endswith(b"\r\n") else ["not ASCII, or no line end at the end"])
