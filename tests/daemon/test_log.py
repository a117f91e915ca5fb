"""Logs: what happened and where, and not one word of anybody's mail."""

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from daemon import log
from daemon.mail.errors import DeliveryInDoubt, LetterRefused, SmtpUnavailable
from daemon.mail.sandbox import Sandbox
from daemon.records.database import Database
from tests.daemon.installation import Installation, RecordingSubmission, bounce, mail

CANARY = "kanarie"
ADDRESS = f"{CANARY}.person@{CANARY}.example"


@pytest.fixture(params=[True, False], ids=["json", "console"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """All that is logged, in each of the two forms; logging is as it was afterwards."""
    root, written = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level)
    log.configure(json=request.param, level="debug", stream=written)
    yield written
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def watched(database: Database, sandbox: Sandbox) -> Installation:
    """A firm whose one contact carries the canary everywhere."""
    firm = Installation(database, sandbox)
    firm.add_contact(ADDRESS, name=f"Jane {CANARY}", company=f"{CANARY} Ltd")
    return firm


def _mail(text: str, number: int = 1, **changes: str) -> bytes:
    """A mail with the canary in every field."""
    attachment = [f"X-{CANARY}: {CANARY}", f"Cc: {CANARY}@example.org", f"Comments: {CANARY}"]
    values = {
        "sender": f'"{CANARY}" <{ADDRESS}>',
        "subject": f"Re: {CANARY}",
        "message_id": f"<{CANARY}.{number}@example.com>",
    } | changes
    return mail(f"{text} {CANARY}", more=attachment, **values)  # type: ignore[arg-type]


def _with_attachment(text: str) -> bytes:
    lines = [
        f"From: {ADDRESS}", "To: sales@firm.example", f"Subject: {CANARY}", f"Message-ID: <{CANARY}.9@example.com>",
        f"References: <{CANARY}.0@example.com>", f'Content-Type: multipart/mixed; boundary="{CANARY}"', "",
        f"--{CANARY}", "Content-Type: text/plain", "", text, f"--{CANARY}",
        f'Content-Type: application/pdf; name="{CANARY}.pdf"',
        f'Content-Disposition: attachment; filename="{CANARY}.pdf"', "", CANARY, f"--{CANARY}--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def test_a_whole_run_says_nothing_of_a_mail(watched: Installation, lines: io.StringIO) -> None:
    """Every kind of reply, its letter, refusals and doubts."""
    watched.handle(_mail("Please stop."))
    for submission in (
        RecordingSubmission(before=SmtpUnavailable(CANARY)),
        RecordingSubmission(before=LetterRefused(permanent=False, code=451, answer=CANARY, at="RCPT")),
        RecordingSubmission(after=DeliveryInDoubt(CANARY)),
    ):
        watched.submission = submission
        watched.deliver()
        watched.deliver()
    texts = ("Where?", "Send a copy.", "Delete it.", "My lawyer.", "Later.", "stop? copy?", "")
    for number, text in enumerate(texts, start=2):
        watched.receive(_mail(text, number))
    watched.receive(_mail("stop", 20, sender=f"{CANARY}@example.net", parent=""))
    watched.receive(_mail("prices", 21, sender=f"{CANARY}@example.net", parent=""))
    watched.receive(_with_attachment("Where?"))
    watched.receive(bounce(ADDRESS, f"<{CANARY}@firm.example>"))
    watched.receive(b"\0" + CANARY.encode())
    watched.handle_all()
    written = lines.getvalue()
    assert "reply_decided" in written
    assert "letter_for_a_person" in written
    assert CANARY not in written.lower()


class CanaryError(Exception):
    """An exception that quotes what it chokes on."""


def _choke(*_args: object, **_kwargs: object) -> None:
    try:
        int(CANARY)
    except ValueError as error:
        raise CanaryError(f"cannot digest {CANARY}") from error


def test_a_fault_is_told_by_type_and_place(
    watched: Installation, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the exception and of what caused it, never by its message; the same goes for the reply's own row."""
    monkeypatch.setattr("daemon.settling.carry_out", _choke)
    reply = watched.handle(_mail("Please stop."))
    written = lines.getvalue()
    assert "reply_failed" in written
    assert "CanaryError at" in written
    assert "ValueError at" in written
    assert "in _choke" in written
    assert CANARY not in written.lower()
    assert CANARY not in (reply.error or "").lower()


def test_a_letter_that_fails_is_told_by_type_and_place(
    watched: Installation, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a reply is."""
    watched.handle(_mail("Please stop."))
    monkeypatch.setattr("daemon.outbox.deliver.printed", _choke)
    watched.deliver()
    assert "letter_failed" in lines.getvalue()
    assert CANARY not in lines.getvalue().lower()


def test_a_database_error_quotes_no_parameters(watched: Installation, lines: io.StringIO) -> None:
    """What was to be stored is not in it."""
    with pytest.raises(Exception, match=r"UNIQUE|unique") as caught:
        watched.add_contact(ADDRESS, name=CANARY)
    structlog.get_logger().error("failed", exc_info=caught.value)
    assert "IntegrityError" in lines.getvalue()
    assert CANARY not in lines.getvalue().lower()


@pytest.mark.parametrize("form", ["true", "exception", "tuple"])
def test_every_form_of_an_exception_is_without_words(lines: io.StringIO, form: str) -> None:
    """However a caller hands it over."""
    try:
        _choke()
    except CanaryError as error:
        given: object = {"true": True, "exception": error, "tuple": (type(error), error, error.__traceback__)}[form]
        structlog.get_logger().error("failed", exc_info=given)
    assert "CanaryError at" in lines.getvalue()
    assert CANARY not in lines.getvalue().lower()


def test_other_libraries_are_heard_but_not_quoted(lines: io.StringIO) -> None:
    """Where one complained is logged, what it said is not: it may quote a mail."""
    logging.getLogger("imapclient").warning("strange line %s", CANARY)
    logging.getLogger("imapclient").debug("line %s", CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(capture=True)
        warnings.warn(CANARY, stacklevel=1)
    written = lines.getvalue()
    assert "imapclient" in written
    assert "test_log.py" in written
    assert CANARY not in written.lower()


def test_lines_are_json_with_time_and_level() -> None:
    """One object a line, for whoever collects them."""
    written = io.StringIO()
    log.configure(json=True, level="info", stream=written)
    try:
        structlog.get_logger().debug("quiet")
        structlog.get_logger().info("loud", reply=7)
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)
    (line,) = written.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["reply"], said["level"]) == ("loud", 7, "info")
    assert said["timestamp"].endswith("Z")


def test_the_place_of_an_exception_that_was_never_raised_is_its_type() -> None:
    """There is no frame to name."""
    assert log.place_of(CanaryError(CANARY)) == "CanaryError"
