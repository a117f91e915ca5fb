"""The header of a sent mail: to whom it went, read cheaply and never in error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.sent_headers import addresses, sent_header


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("jane@example.com", ["jane@example.com"]),
        (
            "Jane <Jane@Example.COM>, =?utf-8?q?J=C3=B6rg?= <joerg@example.org>",
            ["jane@example.com", "joerg@example.org"],
        ),
        ('"Doe, Jane" <jane@example.com>; "a@b.example" <c@d.example>', ["jane@example.com", "c@d.example"]),
        ("Jane (my boss, b@example.org) <jane@example.com>", ["jane@example.com"]),
        ("Team: jane@example.com, joe@example.org;", ["jane@example.com", "joe@example.org"]),
        ("undisclosed-recipients:;", []),
        ("Jane\r\n <jane@example.com>,\r\n\tjoe@example.org", ["jane@example.com", "joe@example.org"]),
        ('joe@example.org, "unclosed <jane@example.com>', ["joe@example.org"]),
        ("", []),
    ],
)
def test_recipients_are_those_that_got_it(field: str, found: list[str]) -> None:
    """The address in angle brackets, never one in a name or comment."""
    assert [address.rpartition(":")[2].strip() for address in addresses(field)] == found


def test_a_whole_header() -> None:
    """Folded fields, repeated ones, and a date in another zone."""
    header = sent_header(
        7,
        b"message-id:\r\n <a@firm.example>\r\nTo: a@example.com\r\nTo: b@example.com\r\nCC: c@example.com\r\n"
        b"bcc: d@example.com\r\nDate: Wed, 4 Mar 2026 09:00:00 +0100 (CET)\r\nIn-Reply-To: <q@example.com>\r\n"
        b"Auto-Submitted: no\r\nFrom: Max <max@firm.example>\r\n\r\n",
    )
    assert (header.uid, header.message_id, header.in_reply_to) == (7, "<a@firm.example>", "<q@example.com>")
    assert header.recipients == {f"{name}@example.com" for name in "abcd"}
    assert header.senders == {"max@firm.example"}
    assert header.date is not None
    assert header.date.isoformat() == "2026-03-04T08:00:00+00:00"


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 99 Mar 2026 09:00:00 +0100", "1" * 5000])
def test_a_date_that_is_none(date: str) -> None:
    """Is left out."""
    assert sent_header(1, f"Date: {date}\r\n\r\n".encode()).date is None


@given(st.binary(max_size=300))
def test_no_header_is_an_error(block: bytes) -> None:
    """Whatever the octets."""
    sent_header(1, b"To: " + block + b"\r\nDate: " + block + b"\r\nMessage-ID: " + block)


@pytest.mark.parametrize("part", ['"', "(", "<", "a@", "a,", "\\", '"\\', "a" * 64 + "@"])
def test_reading_takes_linear_time(part: str) -> None:
    """A field of half a megabyte made to hurt is read at once."""
    started = time.monotonic()
    sent_header(1, b"To: " + (part * (500_000 // len(part))).encode())
    assert time.monotonic() - started < 1
