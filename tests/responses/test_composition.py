import email
import json
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from responses.answer import APART
from responses.composition import Attachment, Sender, compose, copy_of_data
from responses.facts import Fact, Section
from responses.headers import UnsafeHeader
from responses.rendering import Templates, render

TEMPLATES = Templates()
EVERYTHING = tuple(section for section in Section if section not in APART)
NAMES = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
]  # fmt: skip


@pytest.fixture
def letter(facts):
    """Return a letter with every section."""
    return render(EVERYTHING, facts, "de", TEMPLATES)


@pytest.fixture
def envelope():
    """Return what stands in the header of a plain answer."""
    return {
        "sender": Sender("privacy@nordwind.example", "Nordwind Datenschutz für Sie"),
        "recipient": "erika.muster@muster-maschinenbau.example",
        "in_reply_to": "<reply44@muster-maschinenbau.example>",
        "references": ("<m31.token@nordwind.example>",),
        "message_id": "<r3.token@nordwind.example>",
        "date": datetime(2026, 3, 10, 18, 0, tzinfo=UTC),
    }


def test_an_answer_has_exactly_these_header_fields(letter, envelope):
    """One recipient, no copy, no Reply-To; marked as automatic (RFC 3834 section 5)."""
    mail = email.message_from_bytes(compose(letter, **envelope), policy=policy.default)
    assert mail.keys() == NAMES
    assert mail["To"] == "erika.muster@muster-maschinenbau.example"
    assert mail["From"].addresses[0].display_name == "Nordwind Datenschutz für Sie"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Subject"] == "Ihre Daten: unsere Antwort (R-7K3M9)"
    assert mail["References"] == "<m31.token@nordwind.example> <reply44@muster-maschinenbau.example>"
    assert mail["Date"].datetime == envelope["date"]
    assert not mail.defects


def test_plain_text_and_html_say_the_same(letter, envelope):
    """Both are made of the same sentences, and the plain one is the letter."""
    mail = email.message_from_bytes(compose(letter, **envelope), policy=policy.default)
    plain, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert plain.get_content().replace("\r\n", "\n") == letter.text
    for sentence in letter.sentences:
        assert sentence.text.replace("&", "&amp;") in html.get_content()
    assert "<a" not in html.get_content()
    assert "<img" not in html.get_content()


def test_the_copy_of_the_data_goes_with_the_letter(letter, envelope, facts):
    """An access answer is multipart/mixed with the JSON, which reads back as it was."""
    raw = compose(letter, **envelope, attachments=[copy_of_data(facts)])
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail.get_content_type() == "multipart/mixed"
    attached = list(mail.iter_attachments())
    assert [part.get_filename() for part in attached] == ["your-data-R-7K3M9.json"]
    assert json.loads(attached[0].get_content())["case"] == "R-7K3M9"


def test_the_same_letter_makes_the_same_bytes(letter, envelope, facts):
    """A second try sends what the first would have sent."""
    files = [copy_of_data(facts)]
    assert compose(letter, **envelope, attachments=files) == compose(letter, **envelope, attachments=files)


def test_lines_end_with_crlf_and_are_short(letter, envelope, facts):
    """RFC 5321 section 2.3.8: no bare CR or LF; quoted-printable and base64 keep lines to 76 octets."""
    raw = compose(letter, **envelope, attachments=[copy_of_data(facts)])
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 100


def test_a_parent_that_is_no_identifier_starts_a_new_thread(letter, envelope):
    """Inbound text that is no strict identifier is dropped, and nothing of it is kept."""
    bad = "<x@y.example>\r\nBcc: spy@evil.example"
    raw = compose(letter, **(envelope | {"in_reply_to": bad, "references": (bad,)}))
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"In-Reply-To" not in head
    assert b"References" not in head
    assert b"evil" not in raw


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "a@b.example, spy@evil.example"},
        {"recipient": "a@b.example\r\nBcc: spy@evil.example"},
        {"sender": ("a@b.example", "x\r\nBcc: spy@evil.example")},
        {"sender": ("a@b.example\r\nX: y", "")},
        {"subject": "=?utf-8?q?x=0D=0ABcc:_spy=40evil.example?="},
        {"subject": "Re: \r\nBcc: spy@evil.example"},
        {"subject": ""},
        {"message_id": "<a@b.example>\r\nX: y"},
        {"date": datetime(2026, 3, 10)},  # noqa: DTZ001  a naive date is what is refused
        {"attachments": [Attachment('x"; y="z.json', b"")]},
        {"attachments": [Attachment("x.json", b"", "text/html\r\nX: y")]},
    ],
)
def test_an_argument_that_cannot_stand_in_a_header_is_refused(letter, envelope, change):
    """No argument adds a field, a recipient or a line."""
    with pytest.raises(UnsafeHeader):
        compose(letter, **(envelope | change))


@pytest.mark.parametrize(
    "case", ["R-1\r\nBcc: spy@evil.example", "=?utf-8?q?x=0D=0ABcc:_spy=40evil.example?=", "Fälle"]
)
def test_a_forged_case_reference_never_becomes_a_header(facts, envelope, case):
    """The subject is ours; a reference that is not plain is refused or stays one line of it."""
    letter = render([Section.OPT_OUT], replace(facts, case=Fact(case, "request:3.reference")), "en", TEMPLATES)
    try:
        raw = compose(letter, **envelope)
    except UnsafeHeader:
        return
    assert email.message_from_bytes(raw).keys() == NAMES


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=120), parent=st.text(max_size=60), older=st.lists(st.text(max_size=40), max_size=3))
def test_arbitrary_text_never_adds_a_header(letter, envelope, name, parent, older):
    """Whatever the arguments hold, the mail has the expected fields or does not leave."""
    changed = {"sender": ("a@b.example", name), "in_reply_to": f"<{parent}>", "references": older}
    try:
        raw = compose(letter, **(envelope | changed))
    except UnsafeHeader:
        return
    found = email.message_from_bytes(raw).keys()
    assert [name for name in NAMES if name in found] == found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_survives_the_transfer_encoding(letter, envelope, text):
    """What a letter says arrives as it was written, up to line ends and lone surrogates."""
    words = " ".join(text.split()).encode("utf-8", "replace").decode() + "\n"
    raw = compose(replace(letter, text=words), **envelope)
    plain = next(email.message_from_bytes(raw, policy=policy.default).iter_parts())
    assert plain.get_payload(decode=True).decode() == words.replace("\n", "\r\n")
