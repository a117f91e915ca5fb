"""Address fields and message identifiers: what can be read in one way only.

An address decides whose data is sent where, so two parsers read it: mail-parser's scanner and the standard library's
RFC 5322 grammar. Where either complains or they differ, there is no address, and the complaint's name says why.
"""

import re
from email import policy
from email.errors import HeaderDefect, ObsoleteHeaderDefect

from mailparser.utils import get_addresses

from classifiers.reading.decoding import one_line, words_of
from classifiers.reading.message import Mailbox

IDENTITIES = frozenset({"from", "sender", "reply-to"})
"""Fields that both parsers read; of the others (possibly hundreds of recipients) mail-parser is the reader."""

_IDENTIFIER = re.compile(r"<[^<>\s]{1,990}>")
_BARE_IDENTIFIER = re.compile(r"[^<>\s@]{1,400}@[^<>\s@]{1,400}")
_ADDRESS_AS_NAME = re.compile(r"([^\s<>@,;:\"()]+@[^\s<>@,;:\"()]+) *<\1>")
_ROUTE = re.compile(r"<\s*@")
"""RFC 5322 section 4.4: nobody writes routes, and servers differ in whether the route or the address is meant."""

_DEEPEST_COMMENT = 16
_ADDRESSES = 500
_HARMLESS = re.compile(r"encoded.word|base64|charset|trailing whitespace", re.IGNORECASE)
"""Defects of a display name's encoding: the address itself was read without doubt."""


def mailboxes(field: str, value: str) -> tuple[tuple[Mailbox, ...], tuple[str, ...]]:
    """The mailboxes of one field's value, and the names of its defects; with any defect there are no mailboxes."""
    if not value:
        return (), ()
    twice = _ADDRESS_AS_NAME.fullmatch(value)
    value = f"<{twice[1]}>" if twice else value  # wrong, frequent, and of one meaning only
    defects = [f"{name}:{field}" for name in (*_own_doubts(value), *_mail_parser_doubts(value))]
    found: tuple[Mailbox, ...] = ()
    if not defects:
        pairs = get_addresses(value, decode_names=True)[:_ADDRESSES]
        found = tuple(Mailbox(one_line(name), address) for name, address in pairs if address)
    if field in IDENTITIES and not defects:
        defects = [f"{name}:{field}" for name in _standard_doubts(field, value, found)]
    return (() if defects else found), tuple(dict.fromkeys(defects))


def _own_doubts(value: str) -> list[str]:
    """Complaints that neither parser has: an address inside a comment, a route, octets of no known charset."""
    doubts = []
    if _ROUTE.search(value):
        doubts.append("RouteAddressDefect")
    if "\ufffd" in value:
        doubts.append("UndecodableBytesDefect")
    comment = value.partition("(")[2]
    if "@" in comment.partition(")")[0]:
        doubts.append("AddressInCommentDefect")
    if value.count("(") > _DEEPEST_COMMENT:
        doubts.append("DeepCommentDefect")
    return doubts


def _mail_parser_doubts(value: str) -> list[str]:
    """What mail-parser complains of, each as the name of a defect."""
    diagnostics: list[dict[str, str]] = []
    try:
        get_addresses(value, defects=diagnostics, decode_names=True)
    except Exception as error:  # noqa: BLE001 - no input may end the reading; the name is the finding
        return [type(error).__name__]
    reasons = {reason for diagnostic in diagnostics for reason in diagnostic["reason"].split(",")}
    return [f"AddressHeaderDefect({reason})" for reason in sorted(reasons) if not _HARMLESS.search(reason)]


def _standard_doubts(field: str, value: str, found: tuple[Mailbox, ...]) -> list[str]:
    """What the standard library complains of, or that it reads other addresses."""
    try:
        header = policy.default.header_factory(field, value)
        addresses = [address.addr_spec for address in header.addresses]
        defects: tuple[HeaderDefect, ...] = header.defects
    except Exception as error:  # noqa: BLE001 - it raises five kinds of error on hostile fields
        return [type(error).__name__]
    doubts = [
        type(defect).__name__
        for defect in defects
        if not isinstance(defect, ObsoleteHeaderDefect) and not _HARMLESS.search(str(defect))
    ]
    if addresses != [mailbox.address for mailbox in found]:
        doubts.append("AddressParsersDisagreeDefect")
    return doubts


def identifiers(value: str, most: int = 100) -> tuple[str, ...]:
    """Message identifiers (RFC 5322 section 3.6.4) with their angle brackets, the newest `most` of them.

    Some senders fold or encode identifiers that are longer than a line; both are undone.
    """
    found = _IDENTIFIER.findall(value) or _IDENTIFIER.findall(words_of(value).replace(" ", ""))
    if not found and _BARE_IDENTIFIER.fullmatch(value.strip()):
        found = [f"<{value.strip()}>"]
    return tuple(dict.fromkeys(found))[-most:]
