import itertools
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daemon.clock import now
from daemon.records import Suppression
from daemon.records.database import Database
from daemon.records.digests import (
    NORMAL_FORM_VERSION,
    BadAddress,
    Digester,
    normal_domain,
    normal_form,
    suppressed,
    suppression_forms,
)
from daemon.records.encryption import Key, Keys

MASTER = (Key(1, b"m" * 32),)
DIGESTER = Digester(Keys(MASTER, (Key(1, b"1" * 32),)))
ROTATED = Digester(Keys(MASTER, (Key(1, b"1" * 32), Key(2, b"2" * 32))))

local_parts = st.text(string.ascii_letters + string.digits + "+._-ßéжKıİ漢", min_size=1, max_size=20)
domains = st.sampled_from(["example.com", "Example.ORG", "xn--mnchen-3ya.example", "münchen.example", "почта.example"])
addresses = st.builds("{}@{}".format, local_parts, domains)


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("Jane.Doe@Example.COM", "jane.doe@example.com"),
        ("  jane@example.com\n", "jane@example.com"),
        ("jane+News@example.com", "jane+news@example.com"),
        ("jane@example.com.", "jane@example.com"),
        ("jane@MÜNCHEN.example", "jane@xn--mnchen-3ya.example"),
        ("jane@mu\u0308nchen.example", "jane@xn--mnchen-3ya.example"),
        ("jane@XN--MNCHEN-3YA.example", "jane@xn--mnchen-3ya.example"),
        ("jane@faß.example", "jane@xn--fa-hia.example"),
        ("иван@почта.example", "иван@xn--80a1acny.example"),
        ("ИВАН@example.com", "ИВАН@example.com"),
        ("stra\u00dfe@example.com", "straße@example.com"),
    ],
)
def test_the_normal_form(address: str, form: str) -> None:
    """Only what mail itself treats alike becomes alike."""
    assert normal_form(address) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u212aate@example.com", "kate@example.com"),
        ("\u212aATE@example.com", "kate@example.com"),
        ("ı@example.com", "i@example.com"),
        ("İ@example.com", "i@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("ｊane@example.com", "jane@example.com"),
        ("j\u0430ne@example.com", "jane@example.com"),
        ("jane@faß.example", "jane@fass.example"),
        ("jane.doe@example.com", "janedoe@example.com"),
        ("jane+a@example.com", "jane@example.com"),
    ],
)
def test_two_people_never_become_one(one: str, other: str) -> None:
    """Letters that only look or fold alike stay different."""
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "jane",
        "@example.com",
        "jane@",
        "jane@@example.com",
        "jane@example.com, joe@example.com",
        "jane@a@example.com",
        "Jane <jane@example.com>",
        '"jane doe"@example.com',
        "jane@[192.0.2.1]",
        "ja ne@example.com",
        "jane@ example.com",
        "jane @example.com",
        "jane\r\nBcc: x@example.com",
        "jane\x00@example.com",
        "jane\u200b@example.com",
        "jane\u2028@example.com",
        "jane\udc80@example.com",
        "jane@exa\udc80mple.com",
        "jane@exam\u200dple.com",
        "jane@example..com",
        "jane@.example.com",
        "jane@example．com",
        "jane@\u212aitchen.example",
        "jane@ｅxample.com",
        "jane@exa mple.com",
        "jane@" + "a" * 64 + ".com",
        "j" * 320 + "@example.com",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    """An unclear address belongs to a person, and the error does not repeat it."""
    with pytest.raises(BadAddress) as caught:
        normal_form(address)
    assert "jane" not in str(caught.value)


@given(addresses)
def test_a_normal_form_is_its_own_normal_form(address: str) -> None:
    """It can be stored and normalised again without changing."""
    assert normal_form(normal_form(address)) == normal_form(address)


@given(st.text(max_size=40))
def test_any_text_has_a_clean_normal_form_or_is_refused(text: str) -> None:
    """Nothing else is ever raised, and what comes out is one address with an ASCII domain in lower case."""
    try:
        form = normal_form(text)
    except BadAddress:
        return
    local, _, domain = form.partition("@")
    assert local
    assert domain.isascii()
    assert domain == domain.lower()
    assert not set(form) & set(' \t\r\n<>,;"')


@given(local_parts, local_parts)
def test_local_parts_are_alike_only_if_they_differ_in_ascii_case(one: str, other: str) -> None:
    """The normal form merges exactly A to Z with a to z."""
    lower = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
    same = one.translate(lower) == other.translate(lower)
    assert (normal_form(f"{one}@example.com") == normal_form(f"{other}@example.com")) is same


def test_every_letter_of_a_domain_keeps_to_itself() -> None:
    """No letter of another script is folded into an ASCII one, whatever Unicode thinks of it."""
    for code in itertools.chain(range(0x80, 0x3000), range(0xF900, 0x10000)):
        try:
            domain = normal_domain(f"a{chr(code)}b.example")
        except BadAddress:
            continue
        assert domain.startswith("xn--"), hex(code)


def test_the_punycode_is_that_of_the_standard() -> None:
    """Where the old and the new IDNA agree, the codec of the standard library gives the same (RFC 3490)."""
    for domain in ("münchen.example", "почта.example", "例え.example", "ελλάδα.example", "łódź.example"):
        assert normal_domain(domain) == domain.encode("idna").decode()


@pytest.mark.parametrize(
    ("address", "forms"),
    [
        ("jane@example.com", ("jane@example.com",)),
        ("Jane+News+x@example.com", ("jane+news+x@example.com", "jane@example.com")),
        ("+tag@example.com", ("+tag@example.com",)),
    ],
)
def test_a_tagged_address_is_suppressed_with_and_without_its_tag(address: str, forms: tuple[str, ...]) -> None:
    """Both forms stand for the same wish."""
    assert suppression_forms(address) == forms


@given(addresses, st.binary(max_size=50))
def test_digests_of_different_things_never_meet(address: str, raw: bytes) -> None:
    """An address, a domain and a mail with the same bytes have three digests."""
    digests = {
        DIGESTER.address(address),
        DIGESTER.domain(address.rpartition("@")[2]),
        DIGESTER.raw_mail(normal_form(address).encode()),
        DIGESTER.raw_mail(raw),
    }
    assert len(digests) == 4
    assert all(len(digest) == 64 for digest in digests)


@given(addresses, addresses)
def test_equal_digests_mean_equal_normal_forms(one: str, other: str) -> None:
    """The digest tells apart exactly what the normal form tells apart."""
    assume(one != other)
    assert (DIGESTER.address(one) == DIGESTER.address(other)) is (normal_form(one) == normal_form(other))


def test_a_digest_needs_the_key() -> None:
    """Without the key an address cannot be tried out; the value below would change if the construction did."""
    other = Digester(Keys(MASTER, (Key(1, b"9" * 32),)))
    assert DIGESTER.address("jane@example.com") != other.address("jane@example.com")
    assert DIGESTER.address("jane@example.com") == "1d3140c7e687fb46ead90544726c5bf28f984bbd785a8c760131ce2ae3660206"


@given(addresses)
def test_a_rotation_brings_digests_forward_without_the_address(address: str) -> None:
    """A stored digest of the first key becomes the digest that the rotated keys give."""
    assert ROTATED.key_version == 2
    assert ROTATED.forward(DIGESTER.address(address), key_version=1) == ROTATED.address(address)
    assert ROTATED.forward(ROTATED.address(address), key_version=2) == ROTATED.address(address)


def _suppress(database: Database, digest: str, *, scope: str = "address", undone: bool = False) -> None:
    with database.write() as session:
        session.add(
            Suppression(
                scope=scope,
                digest=digest,
                normal_form=NORMAL_FORM_VERSION,
                key_version=1,
                reason="opt_out",
                since=now(),
                undone_at=now() if undone else None,
            )
        )


def _is_suppressed(database: Database, address: str, digester: Digester = DIGESTER) -> bool:
    with database.read() as session:
        return suppressed(session, digester, address) is not None


@pytest.mark.parametrize("variant", ["jane@example.com", " JANE@Example.COM ", "jane+crm@example.com"])
def test_a_suppressed_person_is_found_however_they_are_written(database: Database, variant: str) -> None:
    """Case, spaces and plus tags do not get around a suppression; other people are untouched."""
    _suppress(database, DIGESTER.address("jane@example.com"))
    assert _is_suppressed(database, variant)
    for other in ("jane@example.org", "janet@example.com", "jane.d@example.com"):
        assert not _is_suppressed(database, other)


def test_a_person_suppressed_under_a_tag_is_found_without_it(database: Database) -> None:
    """Who unsubscribes as `jane+news` is not written to as `jane`, nor as `jane+crm`."""
    for digest in DIGESTER.addresses("Jane+News@example.com"):
        _suppress(database, digest)
    for variant in ("jane+news@example.com", "jane@example.com", "jane+crm@example.com"):
        assert _is_suppressed(database, variant)
    assert not _is_suppressed(database, "janet@example.com")


def test_a_whole_domain_is_suppressed(database: Database) -> None:
    """Everybody at it, and nobody at its subdomains or neighbours."""
    _suppress(database, DIGESTER.domain("example.com"), scope="domain")
    assert _is_suppressed(database, "anybody+at.all@EXAMPLE.com")
    assert not _is_suppressed(database, "anybody@mail.example.com")
    assert not _is_suppressed(database, "anybody@example.org")


def test_a_scope_is_not_taken_for_another(database: Database) -> None:
    """The digest of an address counts as an address only."""
    _suppress(database, DIGESTER.address("jane@example.com"), scope="domain")
    assert not _is_suppressed(database, "jane@example.com")


def test_an_undone_suppression_does_not_hold(database: Database) -> None:
    """A person may take it back."""
    _suppress(database, DIGESTER.address("jane@example.com"), undone=True)
    assert not _is_suppressed(database, "jane@example.com")


def test_a_suppression_holds_before_a_rotation_reached_its_row(database: Database) -> None:
    """Rows of the older key are found with the newer keys."""
    _suppress(database, DIGESTER.address("jane@example.com"))
    assert _is_suppressed(database, "jane@example.com", ROTATED)
    assert not _is_suppressed(database, "joe@example.com", ROTATED)


def test_what_cannot_be_checked_is_not_let_through(database: Database) -> None:
    """Asking about no address is an error, never a no."""
    with pytest.raises(BadAddress):
        _is_suppressed(database, "jane at example.com")
