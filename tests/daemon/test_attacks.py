"""Attacks of hostile mail, each through the real parser, reading, matching, deciding, carrying out and composing.

What must hold whatever a mail says: nobody passes for somebody else, nothing leaves except to the stored address,
nothing of a mail stands in an outgoing header, no robot is answered, and no mail takes the service or others down.
"""

from dataclasses import replace

import pytest

from classifiers.reading.message import parse
from daemon.mail.evidence import sender_address
from tests.daemon.installation import JANE, mail

EVIL = "mallory@example.org"


# --- whose mail it is: the frame of the header ---


def test_a_bare_line_end_late_in_a_header_is_no_line_end() -> None:
    """A server that takes CR alone for a letter of the subject has seen no such From; it must not count for us."""
    head = [f"Received: from hop{n}.example.net by mx.firm.example" for n in range(30)]
    raw = "\r\n".join([*head, "To: sales@firm.example", f"Subject: x\rFrom: {JANE}"]) + "\r\n\r\nSend me a copy.\r\n"
    message = parse(raw.encode())
    assert "BareCarriageReturnDefect" in message.defects
    assert sender_address(message) is None


@pytest.mark.parametrize("hops", range(30))
def test_clean_mail_has_no_doubtful_line_ends(hops: int) -> None:
    """However many lines the header has, and whatever follows it."""
    raw = mail("one\rtwo", more=[f"X-Hop: {'x' * n}" for n in range(hops)])
    assert parse(raw).defects == ()


@pytest.mark.parametrize(
    "raw",
    [
        mail("Stop.", to="sales@firm.example, undisclosed <"),
        mail("Stop.", more=["Cc: (((", "Reply-To: <a@["]),
        mail("Stop.", more=[f"X-Trace: {'x' * 9000}"]),
        mail("--b\n\nStop.").replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"'),
        mail('--b\nContent-Type: multipart/alternative; boundary="never"\n\nStop.').replace(
            b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b"
        ),
    ],
    ids=["To", "Cc and Reply-To", "a long field", "an unclosed part", "a part that mail-parser chokes on"],
)
def test_a_defect_elsewhere_leaves_the_author_certain(raw: bytes) -> None:
    """A broken newsletter footer or recipient list is frequent, and says nothing of who wrote."""
    message = parse(raw)
    assert message.defects
    assert sender_address(message) == JANE


@pytest.mark.parametrize(
    "raw",
    [
        mail("x", more=[f"From: {EVIL}"]),
        mail("x", more=["Sender: a@example.net", "Sender: b@example.net"]),
        mail("x", more=["Sender: <a@["]),
        mail("x", more=["To: a@example.net"]),
        mail("x", more=["In-Reply-To: <a@example.net>"]),
        mail("x", more=["Subject: x\ry"]),
        mail("x", more=["X-A: x\0y"]),
        mail("x", more=["this is no field"]),
        mail("x", sender="(" * 1000 + JANE),
        mail("x", sender=f"{'x' * 5000} <{JANE}>"),
    ],
)
def test_a_defect_of_author_or_header_is_no_identity(raw: bytes) -> None:
    """Where parsers may differ in what the header is, or in who is meant, nobody is."""
    assert sender_address(parse(raw)) is None


@pytest.mark.parametrize("defect", ["NewDefect", "NewDefect:from", "DuplicateFieldDefect:date", "to", "Odd:thing:part"])
def test_an_unknown_defect_is_no_identity(defect: str) -> None:
    """What is not known to stand elsewhere may stand where it matters."""
    assert sender_address(replace(parse(mail("x")), defects=(defect,))) is None
