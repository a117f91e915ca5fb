from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.reading.bounce_notices import notice
from classifiers.reading.bounces import read_bounce
from classifiers.reading.delivery_reports import recipient_groups
from classifiers.reading.message import Message, parse
from classifiers.reading.refusals import refusal

MAIL = Path(__file__).parents[2] / "mail"


def sample(name: str) -> Message:
    return parse((MAIL / f"robot-{name}.eml").read_bytes())


def told(text: str) -> Message:
    """A notice in prose, as a mail server without RFC 3464 sends it."""
    head = b"From: mailer-daemon@relay.example\r\nTo: lena@outreach.example\r\nSubject: failure notice\r\n\r\n"
    return replace(parse(head + b"x"), plain=text)


def test_a_standard_report_names_recipient_verdict_and_original():
    """RFC 3464: the fields of the report are what counts."""
    bounce = read_bounce(sample("delivery_report"))
    assert bounce.hard is True
    assert bounce.recipients == ("m.keller@halle-nord.example",)
    assert bounce.original_message_ids == ("<r.7f3a@send.outreach.example>",)


def test_a_full_mailbox_is_not_the_end_of_an_address():
    """X-Failed-Recipients and Exim's prose; the original stands below in the same text."""
    bounce = read_bounce(sample("failed_recipients"))
    assert bounce.hard is False
    assert bounce.recipients == ("einkauf@dachbau-ost.example",)
    assert bounce.original_message_ids == ("<r.7f3a@send.outreach.example>",)


def test_a_refused_recipient_in_prose_is_permanent():
    """The qmail form: the refusal answers RCPT TO, and says that the user is unknown."""
    bounce = read_bounce(sample("mail_server"))
    assert (bounce.hard, bounce.recipients) == (True, ("info@dachbau-ost.example",))


def test_of_two_recipients_only_the_dead_one_is_named():
    """A full mailbox beside an unknown user must not be suppressed with it."""
    bounce = read_bounce(sample("bounce-two-recipients"))
    assert (bounce.hard, bounce.recipients) == (True, ("gone@halle-nord.example",))
    assert [failure.refusal.reason for failure in bounce.failures] == ["user_unknown", "mailbox_full"]


def test_a_delay_is_temporary_whatever_it_says():
    """Action: delayed (RFC 3464 section 2.3.3)."""
    message = sample("delivery_report")
    report = message.delivery_status[0].replace("Action: failed", "Action: delayed")
    assert read_bounce(replace(message, delivery_status=(report,))).hard is False


def test_a_path_is_no_recipient():
    """A mailbox file or a pipe in Final-Recipient gives way to the address that we wrote to."""
    groups = recipient_groups(
        "Final-Recipient: rfc822;/var/spool/x\nOriginal-Recipient: rfc822; <a@halle.example>\nStatus: 5.2.0"
    )
    assert groups[0].addresses == ("a@halle.example",)


@pytest.mark.parametrize(
    ("said", "status", "around"),
    [
        ("550 5.1.1 <a@b.example>... User unknown", "5.1.1", ""),
        ("550 No such user here", "5.0.0", "in reply to RCPT TO command"),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", ""),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10", ""),
        ("Host or domain name not found. Name service error for name=b.example type=A: Host not found", "5.4.4", ""),
        ("5.1.10 host/domain does not accept mail (null MX)", "5.1.10", ""),
        ("551 5.1.6 the mailbox has moved", "5.1.6", ""),
        ("", "5.1.1", ""),
        ("User a.lind (a.lind@b.example) not listed in Domino Directory", "", ""),
    ],
)
def test_gone_for_good(said, status, around):
    """No such user, no such host, no mail there at all, moved."""
    assert refusal(said, status, around).permanent


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("552 5.2.2 over quota", "mailbox_full"),
        ("550 5.1.1 mailbox a@b.example is full", "mailbox_full"),
        ("550 5.2.1 The account has been disabled", "suspended"),
        ("552 5.3.4 message size exceeds fixed limit", "too_large"),
        ("550 5.7.26 Unauthenticated email from b.example is not accepted: DMARC", "authentication"),
        ("550 no PTR record for 192.0.2.1", "no_reverse_name"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a list", "reputation_or_blocked"),
        ("554 5.7.1 looks like spam", "spam"),
        ("550 5.1.8 Sender address rejected: Domain not found", "sender_refused"),
        ("421 4.7.0 too many connections", "rate"),
        ("550 5.7.1 Relaying denied", "relaying"),
        ("550 5.7.1 refused by local policy", "policy"),
        ("554 5.4.6 too many hops", "system"),
        ("retry timeout exceeded", "expired"),
        ("450 4.1.1 user unknown, try once more", "temporary"),
        ("550 user unknown", "filtered"),
        ("550 5.0.0 rejected", "undefined"),
    ],
)
def test_reasons_that_do_not_end_an_address(said, reason):
    """Each is known by its words, and none of them suppresses."""
    judged = refusal(said)
    assert (judged.reason, judged.permanent) == (reason, False)


def test_user_unknown_after_data_may_be_a_filter():
    """Who has accepted RCPT TO knows the user; a refusal of the content is no news of the mailbox."""
    assert refusal("550 user unknown", around=">>> RCPT TO:<a@b.example>").permanent
    assert not refusal("550 user unknown", around=">>> RCPT TO:<a@b.example>\n>>> DATA").permanent


def test_words_in_an_address_are_not_words_of_the_server():
    """`spam-full@` and `does-not-exist@` say nothing."""
    assert refusal("550 5.1.1 <quota.exceeded-spam@b.example>: user unknown").permanent
    assert not refusal("550 5.7.1 <does-not-exist@b.example>: no").permanent


def test_a_notice_that_names_nobody_is_about_the_returned_originals_recipient():
    """Some gateways only attach the original."""
    message = replace(told("Your message could not be delivered."), returned="To: Jan <jan@hal.example>\nSubject: x\n")
    assert read_bounce(message).recipients == ("jan@hal.example",)


def test_the_copy_of_the_original_is_not_read_as_the_notice():
    """Our own text below the line must not decide why the delivery failed."""
    split = notice("<a@b.example>: user unknown\n\n--- Below this line is a copy of the message.\n\nmailbox full")
    assert "mailbox full" not in split.text
    assert "mailbox full" in split.original


def test_our_own_address_is_never_the_failed_one():
    """Notices repeat the sender's address beside the recipient's."""
    text = "A message from\n  lena@outreach.example\nfailed for\n  jan@hal.example\n    552 5.2.2 over quota"
    assert read_bounce(told(text)).recipients == ("jan@hal.example",)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=40), st.text(max_size=200))
def test_anything_may_be_said(said, status, around):
    """No text raises, and a refusal of class 4 is never permanent."""
    assert refusal(said, status, around).status == "" or refusal(said, status, around).status[0] in "245"
    assert not refusal("450 4.2.0 " + said).permanent
    assert read_bounce(told(said + around)).hard in {True, False, None}
    recipient_groups(said)
