"""What a server's NO means: not now, or not so. Pure."""

import re

_SHOWN_LENGTH = 200
_CODE = re.compile(r"\[([A-Z-]+)")
_TRANSIENT = re.compile(
    r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN|OVERQUOTA|THROTTLED)\b"
    r"|too many|try again|temporar|throttl|exceeded|not connected",
    re.IGNORECASE,
)


def is_transient(answer: str) -> bool:
    """Tell "not now" from "not so": by response code (RFC 5530), or by the words of servers that send none."""
    return bool(_TRANSIENT.search(answer))


def code_of(answer: str) -> str:
    """Return the response code, for example NONEXISTENT, or NO where the server gave none."""
    found = _CODE.search(answer)
    return found[1] if found else "NO"


def answer_of(error: BaseException) -> str:
    """Return the server's words from one of imaplib's errors, which hold bytes or text."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def shown(answer: str) -> str:
    """Return a server's words for an error message: printable and short."""
    return "".join(char if char.isprintable() else " " for char in answer)[:_SHOWN_LENGTH]
