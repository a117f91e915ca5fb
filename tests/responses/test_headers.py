import email
from email.header import decode_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responses.headers import UnsafeHeader, address, field, guard, mailbox, new_message_id, strict_message_id, thread

ENCODED_BCC = "=?utf-8?q?x=0D=0ABcc:_spy=40evil.example?="


@pytest.mark.parametrize(
    "text",
    [
        "<a@b.example>",
        "<CA+x_y=z.1@mail.example>",
        "<AM9PR01MB1234567890ABCDEF0123456789ABCDEF01234567890@AM9PR01MB1234.eurprd01.prod.mail.example>",
        "<1@[192.0.2.1]>",
    ],
)
def test_identifiers_that_mail_systems_make_are_taken_over(text):
    """Common forms of RFC 5322 section 3.6.4 pass as they are."""
    assert strict_message_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@b.example",
        "<>",
        "<a>",
        "<a@b@c>",
        "<a b@c.example>",
        "<a@b.example>\r\nBcc: x@evil.example",
        "<a@b.example>\n",
        '<"a\r\nBcc: x"@b.example>',
        "<a@b.example> <c@d.example>",
        "<ä@b.example>",
        f"<{ENCODED_BCC}@b.example>",
        "<=?utf-8?q?x?=@b.example>",
        "<" + "a" * 250 + "@b.example>",
        "<a@b.example\x00>",
    ],
)
def test_identifiers_that_are_anything_else_are_left_out(text):
    """Line breaks, encoded words, quoted parts and bare words never reach a header."""
    assert strict_message_id(text) is None


def test_references_are_the_parents_and_the_parent_at_the_end():
    """RFC 5322 section 3.6.4, each identifier once, nothing else of the inbound field."""
    assert thread(
        "<3@x.example>", ["<1@x.example>", "junk\r\nBcc: a", "<3@x.example>", "<2@x.example>", "<1@x.example>"]
    ) == (
        "<1@x.example>",
        "<2@x.example>",
        "<3@x.example>",
    )


def test_long_threads_keep_the_first_and_the_latest():
    """At most 20 identifiers and fewer than 998 octets; the parent is never dropped."""
    chain = thread("<parent@x.example>", [f"<{number}@x.example>" for number in range(50)])
    assert len(chain) == 20
    assert (chain[0], chain[-2], chain[-1]) == ("<0@x.example>", "<49@x.example>", "<parent@x.example>")
    long = thread("<parent@x.example>", [f"<{'a' * 200}{number}@x.example>" for number in range(20)])
    assert len("References: " + " ".join(long)) < 998
    assert long[-1] == "<parent@x.example>"


def test_long_identifiers_are_folded_between_and_never_encoded():
    """An identifier of 82 characters stays whole, so that the thread holds."""
    long = "<" + "A" * 50 + "@AM9PR01MB1234.eurprd01.prod.mail.example>"
    raw = field("References", f"{long} <b@x.example>")
    assert raw == f"References: {long}\r\n <b@x.example>\r\n".encode()


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "ä@b.example",
        "<a@b.example>",
        "a@b.example, c@d.example",
        "",
        "a@-b.example",
        '"x y"@b.example',
        "=?utf-8?q?x?=@b.example",
    ],
)
def test_an_address_that_is_not_plain_is_refused(text):
    """Exactly one addr-spec in ASCII, nothing that a mail server could read otherwise."""
    with pytest.raises(UnsafeHeader):
        address(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "a@b.example"),
        ("Nordwind, Software", '"Nordwind, Software" <a@b.example>'),
        ("Müller", "=?utf-8?B?TcO8bGxlcg==?= <a@b.example>"),
        ('Evil" <x@evil.example>', "=?utf-8?B?RXZpbCIgPHhAZXZpbC5leGFtcGxlPg==?= <a@b.example>"),
    ],
)
def test_display_names_are_quoted_or_encoded(name, written):
    """A name never adds an address."""
    assert mailbox(name, "a@b.example") == written


def test_a_display_name_that_looks_like_an_encoded_word_stays_what_it_is():
    """Some builds of Python would make a Bcc of it (CVE-2024-6923); here it is encoded once more, and inert."""
    written = mailbox(ENCODED_BCC, "a@b.example")
    raw = field("From", written) + b"\r\n\r\n"
    assert guard(raw, ["From"]) == raw
    assert ENCODED_BCC not in written
    assert decode_header(written.partition(" <")[0])[0][0].decode() == ENCODED_BCC


@pytest.mark.parametrize("name", ["a\r\nBcc: x@evil.example", "a\x00", "a\u2028b", "\u202egro.evil"])
def test_display_names_with_control_characters_are_refused(name):
    """A name that could end its line does not leave."""
    with pytest.raises(UnsafeHeader):
        mailbox(name, "a@b.example")


def test_a_new_identifier_is_strict():
    """Token and domain make an identifier, or an error."""
    assert new_message_id("r3.abc", "nordwind.example") == "<r3.abc@nordwind.example>"
    with pytest.raises(UnsafeHeader):
        new_message_id("a b", "nordwind.example")


GOOD = b"From: a@b.example\r\nTo: c@d.example\r\n\r\ntext\r\n"


def test_the_guard_lets_exactly_the_expected_fields_pass():
    """What was meant comes back unchanged."""
    assert guard(GOOD, ["From", "To"]) is GOOD


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nTo: c@d.example\r\nBcc: e@f.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\nTo: e@f.example\r\n\r\n\r\n",
        b"From: a@b.example\r\n\r\n\r\n",
        b"To: c@d.example\r\nFrom: a@b.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\nBcc: e@f.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\rBcc: e@f.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\x00\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: \xc3\xa4@d.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo : c@d.example\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo:\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\n \r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: " + ENCODED_BCC.encode() + b" <c@d.example>\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: =?nonsense?q?x?= <c@d.example>\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: =?utf-8?B?a?= <c@d.example>\r\n\r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\n\r\nbare\nline\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\n\r\n" + b"x" * 999 + b"\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\n\r\nno end",
        b"From: a@b.example\r\nTo: c@d.example",
    ],
)
def test_the_guard_refuses_any_other_block(raw):
    """One field too many, too few, twice, hidden or broken: the mail does not leave."""
    with pytest.raises(UnsafeHeader):
        guard(raw, ["From", "To"])


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=80))
def test_the_guard_answers_with_a_refusal_whatever_it_reads(raw):
    """Arbitrary bytes are refused or passed, never crashed on."""
    mail = b"From: " + raw + b"\r\n\r\n\r\n"
    try:
        guard(mail, ["From"])
    except UnsafeHeader:
        return
    assert email.message_from_bytes(mail).keys() == ["From"]
