"""How mail clients mark quotes and signatures in HTML, one row each."""

import re
from collections.abc import Mapping
from enum import Enum, auto

from selectolax.lexbor import LexborNode

from classifiers.reading.html_style import declarations


class Mark(Enum):
    """What an element says about the text in it."""

    QUOTED = auto()
    REST_IS_QUOTED = auto()
    """It and everything after it: clients that put the answer above."""
    SIGNATURE = auto()


QUOTING_CLASSES = frozenset(
    {
        "gmail_attr",  # Gmail: "On ... wrote:"
        "moz-cite-prefix",  # Thunderbird: the same
        "moz-forward-container",
        "yahoo_quoted",
        "yahoo-quoted",
        "yahoo_quoted_begin",
        "ymail_android_signature_quote",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",  # Zoho
        "zm_quoted",
        "front-blockquote",
        "mail-quote-collapse",  # Mail.ru
        "quoted-text",
        "airmail_extra",
        "replymessage",
        "freebirdformviewquote",
    }
)
QUOTING_IDS = frozenset(
    {"divtaggeddefaultwrapperquote", "yahoo_quoted", "oriquote", "isforwardcontent", "isreplycontent"}
)
REST_QUOTING_IDS = frozenset(
    {
        "appendonsend",  # Outlook on the web
        "divrplyfwdmsg",
        "mail-editor-reference-message-container",  # new Outlook
        "ms-outlook-mobile-reference-message",
        "olk_src_body_section",  # Outlook for Mac 2011
        "reply-intro",  # Roundcube
        "replybody1",
    }
)
SIGNATURE_CLASSES = frozenset(
    {
        "gmail_signature",
        "moz-signature",
        "protonmail_signature_block",
        "mail-signature",
        "ymail_android_signature",
        "zm_signature",
        "elementtoproof_signature",
    }
)
SIGNATURE_IDS = frozenset({"signature", "ms-outlook-mobile-signature", "applemailsignature", "composer_signature"})

_COPIED = re.compile(r"^(?:x_|m_-?\d+)+")
"""Outlook and Gmail rename the marks of others when they copy a mail into a quote or show it."""
_LABEL = re.compile(r"^[*\s]*[^\W\d_][^:\n]{0,24}\s?:\s?\S", re.MULTILINE)
_MOST_BELOW = 4_000


def mark_of(tag: str, attributes: Mapping[str, str], node: LexborNode) -> Mark | None:
    """The mark that an element bears, if any."""
    if not attributes and tag != "blockquote":
        return None
    classes = {_COPIED.sub("", name) for name in attributes.get("class", "").lower().split()[:20]}
    identifier = _COPIED.sub("", attributes.get("id", "").lower())
    if identifier in REST_QUOTING_IDS:
        return Mark.REST_IS_QUOTED
    if classes & SIGNATURE_CLASSES or identifier in SIGNATURE_IDS:
        return Mark.SIGNATURE
    if classes & QUOTING_CLASSES or identifier in QUOTING_IDS or attributes.get("name", "").lower() == "quote":
        return Mark.QUOTED
    return _mark_by_shape(tag, classes, attributes, node)


def _mark_by_shape(tag: str, classes: set[str], attributes: Mapping[str, str], node: LexborNode) -> Mark | None:
    """The mark of elements whose name alone does not tell."""
    if tag == "blockquote":
        return None if _is_indent(attributes) else Mark.QUOTED
    if "gmail_quote" in classes or "gmail_quote_container" in classes:
        return _gmail_quote(node)
    if tag == "div" and "border-top" in attributes.get("style", "") and _is_outlook_header(attributes, node):
        return Mark.REST_IS_QUOTED
    return None


def _is_indent(attributes: Mapping[str, str]) -> bool:
    """Editors indent the writer's own lines by a blockquote without a line at its side."""
    style = declarations(attributes.get("style", ""))
    plain = attributes.get("type", "").lower() != "cite" and not attributes.get("cite") and not attributes.get("class")
    return plain and style.get("border", "").startswith(("none", "0", "medium none"))


def _gmail_quote(node: LexborNode) -> Mark | None:
    """Gmail's container: answers stand between its blockquotes; without one it holds a forwarded mail."""
    below = node.child
    for _ in range(_MOST_BELOW):
        if below is None:
            return Mark.QUOTED
        if below.tag == "blockquote":
            return None
        below = below.next
    return Mark.QUOTED


def _is_outlook_header(attributes: Mapping[str, str], node: LexborNode) -> bool:
    """Outlook's line above the quote, with From, Sent, To and Subject below it in whatever language."""
    style = declarations(attributes.get("style", ""))
    if "solid" not in style.get("border-top", "") or len(node.html or "") > _MOST_BELOW:
        return False
    labels = [bold.text().strip() for bold in node.css("b, strong, span")]
    return sum(1 for label in labels if label.endswith((":", "："))) >= 3 or (  # noqa: PLR2004 - From, Sent, Subject
        len(_LABEL.findall(node.text(separator="\n"))) >= 4  # noqa: PLR2004 - From, Sent, To, Subject
    )
