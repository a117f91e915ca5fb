"""Taking out of a text what identifies people and teaches nothing: addresses, links, telephone and other numbers."""

import re

MAIL_ADDRESS = "[mailaddr]"
LINK = "[weblink]"
PHONE_NUMBER = "[phonenum]"
DIGITS = "[digits]"

# Every repetition is bounded, so the time is linear in the text however hostile it is.
_MASKS = (
    (re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE), LINK),
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), MAIL_ADDRESS),
    (re.compile(r"(?<![\w+])(?:\+|\(0|0)[\d ()/.-]{6,24}\d(?!\w)"), PHONE_NUMBER),
    # One or two digits stay: "Art. 15" asks for something else than "Art. 17".
    (re.compile(r"\d{3,}(?:[.,:/-]\d{1,20}){0,8}|\d{1,2}(?:[.,:/-]\d{1,20}){1,8}"), DIGITS),
)


def scrub(text: str) -> str:
    """The text with mail addresses, links, telephone numbers and longer numbers masked."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
