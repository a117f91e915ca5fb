from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.reading.message import Message, parse
from classifiers.reading.reports import Report, ReportKind, read_report

MAIL = Path(__file__).parents[2] / "mail"


def sample(name: str) -> Message:
    return parse((MAIL / f"robot-{name}.eml").read_bytes())


def typed(feedback: str) -> Message:
    return replace(sample("complaint"), feedback_report=f"Feedback-Type: {feedback}\nVersion: 1\n")


def test_a_complaint_names_who_complained():
    """Original-Rcpt-To of RFC 5965 section 3.2."""
    assert read_report(sample("complaint")) == Report(ReportKind.COMPLAINT, ("m.keller@halle-nord.example",))


def test_hotmails_form_is_a_complaint():
    """Its original carries the recipient in a field of its own."""
    report = read_report(sample("feedback-hotmail-form"))
    assert report == Report(ReportKind.COMPLAINT, ("m.keller@webmail.example",))


@pytest.mark.parametrize(
    "feedback", ["abuse", "Abuse", "fraud", "virus", "other", "opt-out", "opt-out-list", "something-new"]
)
def test_what_may_be_a_complaint_is_one(feedback):
    """An unknown type counts: the doubt protects the person."""
    report = read_report(typed(feedback))
    assert report is not None
    assert report.kind is ReportKind.COMPLAINT


@pytest.mark.parametrize("feedback", ["not-spam", "Not-Spam", "auth-failure", "dmarc"])
def test_what_is_nobodys_complaint_never_suppresses(feedback):
    """RFC 6430 and RFC 6591."""
    report = read_report(typed(feedback))
    assert report is not None
    assert report.kind is ReportKind.NO_COMPLAINT


def test_a_report_without_a_type_is_a_complaint():
    """The field is required; who forgets it still complains."""
    report = read_report(replace(sample("complaint"), feedback_report=""))
    assert report is not None
    assert report.kind is ReportKind.COMPLAINT


def test_a_redacted_complaint_is_traced_by_its_original():
    """Without Original-Rcpt-To, the returned header says whom we wrote to."""
    report = read_report(typed("abuse"))
    assert report is not None
    assert report.recipients == ("m.keller@halle-nord.example",)


def test_a_person_who_writes_about_abuse_is_no_report():
    """The words alone do not make a form; a returned original has to be there."""
    head = b"From: m.keller@halle-nord.example\r\nTo: lena@outreach.example\r\nSubject: Abuse report\r\n\r\n"
    assert read_report(parse(head + b"I will report you for abuse.\r\n")) is None


def test_an_aggregate_report_is_nobodys_complaint():
    """RFC 7489 section 7.2.1.1: the subject of DMARC aggregate reports."""
    head = b"From: dmarc@mailprovider.example\r\nTo: lena@outreach.example\r\n"
    report = read_report(
        parse(head + b"Subject: Report Domain: outreach.example Submitter: mailprovider.example\r\n\r\nx")
    )
    assert report is not None
    assert report.kind is ReportKind.NO_COMPLAINT
