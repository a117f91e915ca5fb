"""Normal form of addresses, and the keyed digests that outlive an erasure.

A plain hash of an address can be guessed back in seconds; an HMAC cannot without its key, which stands outside the
database.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from daemon.errors import ReplydError
from daemon.records.encryption import Keys
from daemon.records.request import Suppression

NORMAL_FORM_VERSION = 1
"""Stored with each digest: another way to normalise would need another digest."""

LONGEST_ADDRESS = 320
"""Characters; 64 before the sign and 255 behind it (RFC 5321 section 4.5.3.1)."""

LONGEST_LABEL = 63
"""Octets of one part of a domain name (RFC 1035 section 2.3.4)."""

_LOCAL_PART = re.compile(r"[^\x00-\x20\x7f\"(),:;<>@\[\\\]]+")
"""A dot-string (RFC 5321 section 4.1.2) with any letters of RFC 6531; quoted forms are for people."""

_LABEL = re.compile(r"[a-z0-9_-]+")

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class BadAddress(ReplydError):  # noqa: N818  the name is what went wrong
    """Not one plain e-mail address; the message never repeats it, since it may be logged."""

    permanent = True


def normal_form(address: str) -> str:
    """Version 1: no space around it, the domain in its lower-case ASCII form, A to Z of the local part lower-cased.

    Nothing else is folded, neither letters of other scripts nor plus tags: two people must never become one. Raises
    BadAddress for anything that is not one plain address.
    """
    text = address.strip()
    local, sign, domain = text.partition("@")
    if not sign or "@" in domain or len(text) > LONGEST_ADDRESS:
        raise BadAddress(
            "an e-mail address needs exactly one @ and at most 320 characters; correct it where it is from"
        )
    if not _LOCAL_PART.fullmatch(local) or not (
        local.isascii() or all(unicodedata.category(char)[0] not in "CZ" for char in local)
    ):
        raise BadAddress("the part before the @ holds characters that a plain address cannot have; correct it")
    return f"{local.translate(_ASCII_LOWER)}@{normal_domain(domain)}"


def normal_domain(domain: str) -> str:
    """The domain as the DNS knows it: A-labels (RFC 5890) in lower case; raises BadAddress."""
    labels = domain.removesuffix(".").split(".")
    return ".".join(_a_label(label) for label in labels)


def _a_label(label: str) -> str:
    """One label as RFC 5891 section 4 registers it; `ß` stays itself, since another domain may have `ss`."""
    lowered = label.lower() if label.isascii() else "".join(map(_lower, label))
    composed = unicodedata.normalize("NFC", lowered)
    if not (composed.isascii() or all(map(_is_permitted, composed))):
        raise BadAddress("the domain holds characters that no domain name can have; correct the address")
    ascii_form = composed if composed.isascii() else "xn--" + composed.encode("punycode").decode("ascii")
    if not _LABEL.fullmatch(ascii_form) or len(ascii_form) > LONGEST_LABEL:
        raise BadAddress("the domain is no domain name; correct the address")
    return ascii_form


def _lower(char: str) -> str:
    """Lower case, except where that would turn a foreign letter into an ASCII one (U+212A, the Kelvin sign, into k)."""
    lower = char.lower()
    return char if not char.isascii() and any(map(str.isascii, lower)) else lower


def _is_permitted(char: str) -> bool:
    """PVALID of RFC 5892: letters, marks and digits that case folding and compatibility forms leave alone."""
    if char.isascii() or char in "ßς":
        return True
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    return folded == char and unicodedata.category(char) in {"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"}


def suppression_forms(address: str) -> tuple[str, ...]:
    """The normal form, and the one without a plus tag (RFC 5233), under both of which a person is suppressed."""
    form = normal_form(address)
    local, _, domain = form.partition("@")
    base = local.partition("+")[0]
    return (form,) if base in {"", local} else (form, f"{base}@{domain}")


class Digester:
    """HMAC-SHA-256 under the suppression keys; each newer key is applied to the digest of the one before.

    So a rotation can bring stored digests forward without knowing an address.
    """

    def __init__(self, keys: Keys) -> None:
        self._secrets = tuple(key.secret for key in keys.suppression)

    @property
    def key_version(self) -> int:
        """Version of the newest key, stored with a suppression."""
        return len(self._secrets)

    def address(self, address: str) -> str:
        """Digest of an address's normal form, in hex; raises BadAddress."""
        return self._chain("address", normal_form(address).encode())[-1]

    def addresses(self, address: str) -> tuple[str, ...]:
        """Digests of all forms that a person is suppressed under (`suppression_forms`), in hex; raises BadAddress."""
        return tuple(self._chain("address", form.encode())[-1] for form in suppression_forms(address))

    def domain(self, domain: str) -> str:
        """Digest of a domain, in hex; raises BadAddress."""
        return self._chain("domain", normal_domain(domain).encode())[-1]

    def raw_mail(self, raw: bytes) -> str:
        """Digest of a whole mail as it came, in hex."""
        return self._chain("raw mail", raw)[-1]

    def code(self, letters: str) -> str:
        """Digest of a one-time code, its letters without what stands between them, in hex."""
        return self.codes(letters)[-1]

    def codes(self, letters: str) -> tuple[str, ...]:
        """Digests that a code may be stored under, by key version: one sent before a rotation comes back after it."""
        return tuple(self._chain("code", letters.encode()))

    def forward(self, digest: str, key_version: int) -> str:
        """A stored digest of an older key version, brought to the newest one."""
        value = bytes.fromhex(digest)
        for secret in self._secrets[key_version:]:
            value = hmac.new(secret, value, hashlib.sha256).digest()
        return value.hex()

    def of_every_version(self, address: str) -> tuple[frozenset[str], frozenset[str]]:
        """Digests that a suppression of this person, and of their domain, may stand under; raises BadAddress."""
        forms = suppression_forms(address)
        people = (digest for form in forms for digest in self._chain("address", form.encode()))
        return frozenset(people), frozenset(self._chain("domain", forms[0].rpartition("@")[2].encode()))

    def _chain(self, what: str, data: bytes) -> list[str]:
        value = f"replyd/{NORMAL_FORM_VERSION}/{what}/".encode() + data
        chain = [value := hmac.digest(secret, value, "sha256") for secret in self._secrets]
        return [digest.hex() for digest in chain]


def suppressed(session: Session, digester: Digester, address: str) -> Suppression | None:
    """The suppression in force for this address, in any of its forms or for its whole domain; None if there is none.

    Raises BadAddress, so that what cannot be checked is not written to.
    """
    return suppressions(session, digester, (address,)).get(address)


def suppressions(session: Session, digester: Digester, addresses: Collection[str]) -> dict[str, Suppression]:
    """The same for many addresses with one query: those that are suppressed, each with its first suppression.

    Some hundreds at once; a database takes some ten thousand values in one query. Raises BadAddress.
    """
    wanted = {address: digester.of_every_version(address) for address in addresses}
    people = frozenset().union(*(of_person for of_person, _ in wanted.values()))
    domains = frozenset().union(*(of_domain for _, of_domain in wanted.values()))
    rows = session.scalars(
        select(Suppression).where(
            Suppression.undone_at.is_(None), or_(_in_scope("address", people), _in_scope("domain", domains))
        )
    )
    found = {(row.scope, row.digest): row for row in rows}
    stops = {
        address: [found[key] for key in _keys(of_person, of_domain) if key in found]
        for address, (of_person, of_domain) in wanted.items()
    }
    return {address: min(rows, key=lambda row: row.id) for address, rows in stops.items() if rows}


def _keys(of_person: Iterable[str], of_domain: Iterable[str]) -> list[tuple[str, str]]:
    return [*(("address", digest) for digest in of_person), *(("domain", digest) for digest in of_domain)]


def _in_scope(scope: str, digests: frozenset[str]) -> ColumnElement[bool]:
    return and_(Suppression.scope == scope, Suppression.digest.in_(sorted(digests)))
