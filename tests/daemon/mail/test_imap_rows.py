from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.imap_rows import batches, body_of, flags_of, internal_date_of, rows_by_uid


def test_rows_belong_to_their_uid_alone():
    """Sequence numbers mean nothing; rows without UID, and of mails that nobody asked for, are dropped."""
    parsed = (7, (b"FLAGS", (b"\\Deleted",)), 1, (b"uid", 7, b"flags", ()), 2, (b"UID", 8, b"FLAGS", ()))
    assert rows_by_uid(parsed, [7]) == {7: {b"UID": 7, b"FLAGS": ()}}


def test_rows_of_one_uid_are_joined():
    """The server may tell about one mail in several rows."""
    parsed = (1, (b"UID", 7, b"RFC822.SIZE", 9), 1, (b"UID", 7, b"FLAGS", (b"\\Seen",)))
    assert rows_by_uid(parsed, [7]) == {7: {b"UID": 7, b"RFC822.SIZE": 9, b"FLAGS": (b"\\Seen",)}}


@pytest.mark.parametrize("row", [(b"UID",), b"UID", 7, (7, 7), None, (10**12, b"x")])
def test_a_row_of_another_shape_is_an_error(row):
    """What is no list of names and values is not guessed at."""
    with pytest.raises(ValueError, match="names and values"):
        rows_by_uid((1, row), [7])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"17-Jul-2026 02:44:25 -0700", datetime(2026, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (b" 3-mar-2026 09:15:00 +0100", datetime(2026, 3, 3, 8, 15, tzinfo=UTC)),
        (b"01-Jan-2026 00:00:00 +1400", datetime(2025, 12, 31, 10, tzinfo=UTC)),
        (b"29-Feb-2026 00:00:00 +0000", None),
        (b"01-Foo-2026 00:00:00 +0000", None),
        (b"01-Jan-0001 00:00:00 +0000", None),
        (b"01-Jan-26 00:00:00 +0000", None),
        (b"2026-01-01T00:00:00Z", None),
        (20260101, None),
        (None, None),
    ],
)
def test_internal_date_is_utc_or_nothing(written, expected):
    """The date-time of RFC 9051, whatever its zone; anything else is no date."""
    assert internal_date_of({b"INTERNALDATE": written}) == expected


@given(st.binary(max_size=40) | st.from_regex(rb"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}", fullmatch=True))
def test_no_date_raises(written):
    """Whatever a server calls a date, reading goes on."""
    moment = internal_date_of({b"INTERNALDATE": written})
    assert moment is None or moment.tzinfo is UTC


def test_flags_are_text():
    """A keyword may look like a number."""
    assert flags_of({b"FLAGS": (b"\\Seen", b"$Junk", 7, b"\xff")}) == {"\\Seen", "$Junk", "7", "\ufffd"}
    assert flags_of({}) == frozenset()


def test_an_empty_body_counts_only_for_an_empty_mail():
    """Exchange announces a mail before its payload."""
    assert body_of({b"BODY[]": b""}, 70) is None
    assert body_of({b"BODY[]": b""}, 0) == b""
    assert body_of({b"BODY[]<0>": b"x"}, 70) == b"x"
    assert body_of({b"BODY[]": None}, 70) is None


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 10), st.integers(1, 100))
def test_batches_keep_order_and_limits(sizes, max_count, max_bytes):
    """Every mail is in exactly one group, and a group above the limit is a single mail."""
    groups = list(batches(list(enumerate(sizes)), max_count=max_count, max_bytes=max_bytes))
    assert [uid for group in groups for uid in group] == list(range(len(sizes)))
    for group in groups:
        assert 1 <= len(group) <= max_count
        assert len(group) == 1 or sum(sizes[uid] for uid in group) <= max_bytes
