"""Who really sent this: exact comparisons, and nothing that a text claims."""

from dataclasses import replace

import pytest

from classifiers.reading.message import Mailbox, Message, parse
from daemon.decisions.case import Level
from daemon.mail.evidence import evidence_of, referred_ids, sender_address
from tests.daemon.installation import JANE, mail

OURS = "<outreach.1@firm.example>"
READ = parse(mail("hello"))


def _from(*addresses: str, fields: int = 1) -> Message:
    return replace(READ, from_=tuple(Mailbox("", address) for address in addresses), from_fields=fields)


@pytest.mark.parametrize("written", [JANE, "Jane.Doe@Example.COM", " jane.doe@example.com "])
def test_one_plain_from_is_a_sender(written: str) -> None:
    """In its normal form."""
    assert sender_address(_from(written)) == JANE


@pytest.mark.parametrize(
    "message",
    [
        _from(),
        _from(JANE, fields=0),
        _from(JANE, fields=2),
        _from(JANE, "mallory@example.org"),
        _from('"jane.doe@example.com"@example.org'),
        _from("jane.doe@example.com@example.org"),
        _from("jane.doe@example.com>, <mallory@example.org"),
        _from("jane.doe"),
        replace(READ, defects=("from:ObsoleteHeaderDefect:",)),
    ],
)
def test_what_is_malformed_is_no_sender(message: Message) -> None:
    """Parsers disagree about such fields, and a disagreement is an attack."""
    assert sender_address(message) is None


@pytest.mark.parametrize(
    "raw",
    [
        mail("x", sender="mallory@example.org", more=[f"From: {JANE}"]),
        mail("x", sender=f"{JANE}, mallory@example.org"),
        mail("x", sender='"jane.doe@example.com" <mallory@example.org>'),
        mail("x", sender="jane.doe@example.com <mallory@example.org>"),
        mail("x", sender="<mallory@example.org> jane.doe@example.com"),
        mail("x", sender="mallory@example.org (jane.doe@example.com)"),
        mail("x", sender="=?utf-8?q?jane=2Edoe=40example=2Ecom?= <mallory@example.org>"),
        mail("x", sender="mallory@example.org", more=[f"Sender: {JANE}", f"Reply-To: {JANE}"]),
        mail("x", sender="jane.doe@еxample.com"),  # a Cyrillic letter
        mail("x", sender="jаne.doe@example.com"),  # another
        mail("x", sender="jane.doe@example.com.example.org"),
        mail("x", sender="jane.doe@example.comp"),
    ],
)
def test_nobody_passes_for_somebody_else(raw: bytes) -> None:
    """Through the real parser: none of these is the claim to be the contact."""
    assert not [e for e in evidence_of(parse(raw), JANE, {OURS}) if e.level is Level.CLAIM]


def test_the_claim_and_the_thread_are_found() -> None:
    """Each by its own rule."""
    found = evidence_of(READ, JANE, {OURS})
    assert [evidence.level for evidence in found] == [Level.CLAIM, Level.THREAD]


@pytest.mark.parametrize("known", [set(), {"<other@firm.example>"}, {"outreach.1@firm.example"}])
def test_a_thread_counts_only_by_the_whole_identifier(known: set[str]) -> None:
    """And only one that went to that address alone."""
    assert [evidence.level for evidence in evidence_of(READ, JANE, known)] == [Level.CLAIM]


def test_a_thread_proves_nothing_about_the_claim() -> None:
    """Whoever got the mail forwarded may answer it."""
    found = evidence_of(parse(mail("x", sender="mallory@example.org")), JANE, {OURS})
    assert [evidence.level for evidence in found] == [Level.THREAD]


def test_what_a_message_answers_is_listed_nearest_first() -> None:
    """In-Reply-To, then References from their end, each once (RFC 5322 section 3.6.4)."""
    message = replace(READ, in_reply_to=("<c@x>",), references=("<a@x>", "<b@x>", "<c@x>"))
    assert referred_ids(message) == ("<c@x>", "<b@x>", "<a@x>")


def test_authentication_results_of_the_mail_itself_are_no_evidence() -> None:
    """Whoever writes a mail writes its header."""
    raw = mail("x", parent=None, more=["Authentication-Results: mx.firm.example; dmarc=pass header.from=example.com"])
    assert [evidence.level for evidence in evidence_of(parse(raw), JANE, set())] == [Level.CLAIM]
