import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.reading.message import Limits, Mailbox, UnreadableMail, from_json, parse, to_json

MAIL = Path(__file__).parents[2] / "mail"


def eml(*lines: str, body: str = "Hello\r\n") -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def sample(name: str) -> bytes:
    return (MAIL / f"reading-{name}.eml").read_bytes()


def test_an_ordinary_reply_is_read_whole():
    """Identifiers, addresses, decoded subject, both texts, and the attachment by name only."""
    message = parse(sample("ordinary"))
    assert message.message_id == "<reply-1@example.com>"
    assert message.in_reply_to == ("<outreach-7@sender.example>",)
    assert message.references == ("<outreach-1@sender.example>", "<outreach-7@sender.example>")
    assert message.from_ == (Mailbox("Jürgen Müller", "j.mueller@example.com"),)
    assert message.to == (Mailbox("", "jane@sender.example"),)
    assert message.subject == "Re: Ihre Maschinen für Übersee"
    assert message.plain.strip() == "Woher haben Sie meine Adresse? Grüße"
    assert message.html is not None
    assert message.html.own == "Woher haben Sie meine Adresse? Grüße"
    assert ("application/pdf", "Visitenkarte.pdf") in [(part.content_type, part.filename) for part in message.parts]
    assert message.defects == ()
    assert message.from_fields == 1


def test_json_keeps_everything():
    """What the child process writes is what the parent reads."""
    message = parse(sample("ordinary"))
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_header_fields_stay_encoded_and_are_unfolded():
    """Later rules look at the field as it came, on one line."""
    message = parse(eml("From: a@example.com", "X-Long: one", "\ttwo", "Subject: =?utf-8?q?=C3=A4?="))
    assert message.get_all("x-long") == ("one\ttwo",)
    assert message.get_all("Subject") == ("=?utf-8?q?=C3=A4?=",)


def test_a_subject_is_one_line_without_control_characters():
    """A decoded line break must not become a header of an answer."""
    message = parse(eml("From: a@example.com", "Subject: Re: =?UTF-8?Q?x=0ABcc:_inj=40evil.example=07?="))
    assert message.subject == "Re: x Bcc: inj@evil.example"


@pytest.mark.parametrize(
    ("lines", "defect"),
    [
        (("From: a@example.com", "From: b@example.com"), "DuplicateFieldDefect:from"),
        (("From: alice@example.org <bob@evil.example>",), "AddressHeaderDefect(invalid-display-name):from"),
        (("From: alice@example.org)bob@evil.example",), "AddressHeaderDefect(unmatched-delimiter):from"),
        (("From: victim@example.com (x@evil.example)",), "AddressInCommentDefect:from"),
        (("From: grp: v@example.com; <x@evil.example>",), "AttributeError:from"),
        (("From: <a@[",), "AddressHeaderDefect(unclosed-delimiter):from"),
        (("From: " + "(" * 1000,), "DeepCommentDefect:from"),
        (("From: a@example.com\rFrom: b@example.com",), "BareCarriageReturnDefect"),
        (("From: a@exam\0ple.com",), "NulOctetDefect"),
    ],
)
def test_a_doubtful_from_is_no_identity(lines: tuple[str, ...], defect: str):
    """The defect is named, and where the field itself is doubtful there is no address."""
    message = parse(eml(*lines, "To: jane@sender.example"))
    assert defect in message.defects
    if not defect.startswith("Nul"):
        assert message.from_ == ()


def test_a_field_that_is_there_twice_counts_for_nothing():
    """Parsers differ in which one they take, so neither is taken."""
    message = parse(eml("From: a@example.com", "Reply-To: b@example.com", "Reply-To: c@evil.example"))
    assert message.reply_to == ()
    assert message.defects == ("DuplicateFieldDefect:reply-to",)
    assert [mailbox.address for mailbox in message.from_] == ["a@example.com"]


def test_from_lines_are_counted_in_the_raw_header():
    """Also one with a blank before the colon, which parsers disagree about."""
    assert parse(eml("From: a@example.com", "From : b@example.com")).from_fields == 2


@pytest.mark.parametrize(
    "value",
    [
        "John D. Smith <j@example.com>",
        '"Smith, John" <j@example.com>',
        "j@example.com <j@example.com>",
        "<j@example.com>",
    ],
)
def test_ordinary_forms_of_an_address_have_no_defect(value: str):
    """A defect sends a request to a person, so usual mail must have none."""
    message = parse(eml(f"From: {value}"))
    assert [mailbox.address for mailbox in message.from_] == ["j@example.com"]
    assert message.defects == ()


def test_identifiers_survive_folding_and_encoding():
    """Long identifiers of large hosts arrive folded, or as encoded words."""
    message = parse(
        eml("From: a@example.com", "Message-ID:", " <a@example.com>", "References: <a@x.example>", "\t<b@x.example>")
    )
    assert message.message_id == "<a@example.com>"
    assert message.references == ("<a@x.example>", "<b@x.example>")
    assert parse(eml("In-Reply-To: =?utf-8?q?=3Cabc=40x=2Eexample=3E?=")).in_reply_to == ("<abc@x.example>",)


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        ("x-gbk", "你好".encode("gb18030"), "你好"),
        ("iso-8859-1", b"\x80 5", "€ 5"),
        ("utf-8", b"caf\xe9", "café"),
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("unicode_escape", rb"\x41", r"\x41"),
        ("rot13", b"delete", "delete"),
        ("no-such", "Привет".encode(), "Привет"),
        ("koi8-r", "Удалите".encode("koi8-r"), "Удалите"),
    ],
)
def test_charsets_are_an_allow_list_with_fallbacks(charset: str, octets: bytes, text: str):
    """Known aliases are honoured, codecs that are no charsets never asked, wrong labels survived."""
    head = (
        f"From: a@example.com\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    assert parse(head.encode() + octets).plain == text


def test_soft_line_breaks_are_undone():
    """format=flowed with DelSp (RFC 3676), quote depth kept, the signature delimiter never joined."""
    head = ("From: a@example.com", "Content-Type: text/plain; format=flowed; delsp=yes")
    plain = parse(eml(*head, body="one \r\ntwo\r\n> quo \r\n> ted\r\n-- \r\nme")).plain
    assert plain == "onetwo\n> quoted\n-- \nme"


def test_text_of_a_returned_original_is_not_the_senders():
    """The bounce of our own mail must not make us read "unsubscribe"."""
    message = parse(sample("bounce"))
    assert "unsubscribe" not in message.plain
    assert message.html is None
    assert "unsubscribe" in message.returned
    assert "Message-ID: <outreach-7@sender.example>" in message.returned
    assert len(message.delivery_status) == 1
    assert "Status: 5.1.1" in message.delivery_status[0]


def test_a_feedback_report_is_kept_apart():
    """RFC 5965: the report's fields are in their own place."""
    parts = (
        "--b\nContent-Type: text/plain\n\nA complaint\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\n"
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: ours\n--b--\n"
    )
    message = parse(eml("From: a@example.com", 'Content-Type: multipart/report; boundary="b"', body=parts))
    assert "Feedback-Type: abuse" in message.feedback_report
    assert message.plain.strip() == "A complaint"
    assert "Subject: ours" in message.returned


def test_a_part_that_came_as_html_only_is_not_lost_to_a_plain_footer():
    """A gateway's plain footer beside an HTML answer must not be taken for the whole answer."""
    parts = (
        "--b\nContent-Type: text/html\n\n<p>Delete me</p>\n"
        "--b\nContent-Type: text/plain\n\nScanned by a gateway\n--b--\n"
    )
    message = parse(eml("From: a@example.com", "Content-Type: multipart/mixed; boundary=b", body=parts))
    assert message.plain == ""
    assert message.html is not None
    assert message.html.own.split("\n")[0] == "Delete me"


@pytest.mark.parametrize("declared", ["multipart/mixed", 'multipart/mixed; boundary="other"'])
def test_a_missing_or_wrong_boundary_is_recovered(declared: str):
    """The text of the parts is found by the boundary that the body shows."""
    parts = "--real\nContent-Type: text/plain\n\nHello\n--real\nContent-Type: text/html\n\n<p>Hello</p>\n--real--\n"
    message = parse(eml("From: a@example.com", f"Content-Type: {declared}", body=parts))
    assert message.plain.strip() in ("Hello", "")
    assert message.html is not None
    assert "Hello" in message.html.own
    assert message.defects


def test_a_crash_of_mail_parser_is_survived():
    """It raises AttributeError on a nested container whose boundary never appears; `email` reads the same octets."""
    parts = '--b\nContent-Type: multipart/alternative; boundary="never"\n\nHello\n'
    message = parse(eml("From: a@example.com", "Content-Type: multipart/mixed; boundary=b", body=parts))
    assert "MailParserError(AttributeError)" in message.defects
    assert message.plain.strip() == "Hello"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (b"From: a@example.com\n\n", ""),
        (b"From: a@example.com\n", ""),
        (b"no header here, just words\nand more\n", "no header here, just words\nand more\n"),
        (b"From a@example.com Mon Nov 23 10:00:00 2026\nFrom: a@example.com\n\nHi\n", "Hi\n"),
        (b"From: a@example.com\rSubject: x\r\rHi\rthere\r", "Hi\nthere\n"),
        (b"\r\n\r\nFrom: a@example.com\r\n\r\nHi\r\n", "Hi\n"),
    ],
)
def test_odd_frames_are_read(raw: bytes, plain: str):
    """No body, no header, an mbox line, CR-only line ends, empty lines first."""
    assert parse(raw).plain == plain


@pytest.mark.parametrize("raw", [b"", b"\n\n \n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"x" * 2000])
def test_what_is_no_mail_is_unreadable(raw: bytes):
    """Nothing, a picture, more than the limit: with the reason."""
    with pytest.raises(UnreadableMail, match=r"empty|binary|more than"):
        parse(raw, Limits(mail_bytes=1000))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"X: y\n" * 2000 + b"\n", "fields"),
        (b"X: " + b"y" * 300_000 + b"\n\n", "header has more"),
        (b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * 10_000, "MIME parts"),
        (b"".join(b"Content-Type: message/rfc822\n\n" for _ in range(1500)), "nested"),
        (
            b"Content-Type: multipart/mixed; boundary=a\n\n"
            + (b"--a\nContent-Type: text/plain" + b";" * 3000 + b"\n\n") * 99,
            "MIME fields",
        ),
    ],
)
def test_bombs_are_refused_before_parsing(raw: bytes, reason: str):
    """Counted in octets, not found out by parsing."""
    with pytest.raises(UnreadableMail, match=reason):
        parse(raw)


def test_many_dashes_in_a_text_are_no_parts():
    """A log or a diff in a reply has thousands of lines that begin with two dashes."""
    assert parse(eml("From: a@example.com", body="-- x\n" * 5000)).plain.count("--") == 5000


def test_a_field_above_its_limit_is_cut_and_listed():
    """A 240 KB subject costs nothing."""
    message = parse(b"Subject: " + b"=?utf-8?q?a?= " * 16_000 + b"\n\nx")
    assert message.defects == ("FieldTooLongDefect:subject",)
    assert len(message.subject) <= 8192


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    b"From: a@b.example\r\n",
                    b"From:",
                    b"Content-Type: ",
                    b"multipart/mixed; boundary=x",
                    b"\r\n",
                    b"\n",
                    b"--x",
                ),
                *(
                    b"--x--",
                    b"message/rfc822",
                    b"message/delivery-status",
                    b"text/html",
                    b"<div>",
                    b"\0",
                    b"\xff",
                    b"=?",
                    b"?=",
                    b"(",
                ),
                *(b'"', b"Subject: =?utf-8?b?!?=", b"\r", b" ", b"a@b", b"charset=utf-7", b"base64", b"\x1b$B", b"+AD"),
                *(
                    b"Content-Transfer-Encoding: ",
                    b"quoted-printable",
                    b"uuencode",
                    b"begin 644 x",
                    b";",
                    b"filename*0*=x''%",
                ),
            ]
        ),
        max_size=40,
    )
)
def test_any_octets_give_a_message_or_unreadable_mail(pieces: list[bytes]):
    """Nothing else ever comes out."""
    try:
        message = parse(b"".join(pieces))
    except UnreadableMail:
        return
    json.dumps(to_json(message)).encode()
