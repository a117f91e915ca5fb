import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.errors import DeliveryInDoubt, InsecureConnection, LetterRefused, LoginRefused, SmtpUnavailable
from daemon.mail.smtp import SmtpLogin, Submission
from daemon.mail.smtp_letter import letter_for
from tests.servers.certificate import Certificate
from tests.servers.smtp_sink import Fault, SmtpSink

FROM, TO = "privacy@example.com", "jane@customer.example"
LETTER = b"From: privacy@example.com\r\nTo: jane@customer.example\r\nSubject: answer\r\n\r\nHello.\r\n"


@pytest.fixture
def submission(smtp_sink: SmtpSink) -> Iterator[Submission]:
    with Submission(smtp_sink.login()) as opened:
        yield opened


def test_a_letter_arrives_as_it_was_written(smtp_sink: SmtpSink, submission: Submission):
    """Envelope and bytes are what was given, and the server's answer comes back."""
    assert submission.deliver(FROM, TO, LETTER) == "250 2.0.0 Ok: queued as A1"
    (accepted,) = smtp_sink.messages
    assert (accepted.envelope_from, accepted.recipients, accepted.raw) == (FROM, (TO,), LETTER)


def test_one_connection_carries_many_letters(smtp_sink: SmtpSink, submission: Submission):
    """The connection is kept, and a null envelope sender is allowed."""
    for _ in range(3):
        submission.deliver("", TO, LETTER)
    assert [accepted.envelope_from for accepted in smtp_sink.messages] == ["", "", ""]
    assert smtp_sink.connections == 1


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_letter_goes_over_tls_with_a_login(certificate: Certificate, tls):
    """Both kinds of TLS carry login and letter; a password may have any characters."""
    sink = SmtpSink(certificate=certificate, tls=tls, wants_login=True)
    sink.start()
    try:
        with Submission(sink.login()) as submission:
            submission.deliver(FROM, TO, LETTER)
        assert len(sink.messages) == 1
        with Submission(sink.login(password="wrong")) as submission, pytest.raises(LoginRefused):
            submission.deliver(FROM, TO, LETTER)
        with Submission(sink.login(user=None)) as submission, pytest.raises(LoginRefused):
            submission.deliver(FROM, TO, LETTER)
        with Submission(sink.login(cafile=None)) as submission, pytest.raises(InsecureConnection, match="not trusted"):
            submission.deliver(FROM, TO, LETTER)
    finally:
        sink.stop()
    assert len(sink.messages) == 1


def test_a_server_without_starttls_gets_neither_password_nor_letter(smtp_sink: SmtpSink):
    """A missing offer of STARTTLS is an error, never clear text."""
    login = smtp_sink.login(tls="starttls", user="sales@example.com", password="secret")
    with Submission(login) as submission, pytest.raises(InsecureConnection, match="STARTTLS"):
        submission.deliver(FROM, TO, LETTER)
    assert smtp_sink.events == []


def test_before_data_runs_between_recipient_and_letter(smtp_sink: SmtpSink, submission: Submission):
    """The caller notes "transmitting" when the recipient is accepted and nothing of the letter is out."""
    submission.deliver(FROM, TO, LETTER, lambda: smtp_sink.saw("noted"))
    assert smtp_sink.events == ["MAIL", "RCPT", "noted", "DATA", "DOT"]


def test_an_error_of_the_caller_stops_the_letter(smtp_sink: SmtpSink, submission: Submission):
    """If the caller cannot note it, nothing is sent, its error goes on, and the connection is clean."""

    def fails() -> None:
        raise KeyError("lease lost")

    with pytest.raises(KeyError, match="lease lost"):
        submission.deliver(FROM, TO, LETTER, fails)
    assert smtp_sink.events == ["MAIL", "RCPT", "RSET"]
    submission.deliver(FROM, TO, LETTER)
    assert len(smtp_sink.messages) == 1
    assert smtp_sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "permanent", "code"),
    [("550 5.1.1 <jane@customer.example> unknown", True, 550), ("451 later", False, 451)],
)
def test_a_refused_recipient_is_refused_for_good_or_for_now(smtp_sink, submission, answer, permanent, code):
    """5xx is permanent, 4xx is not; the address in the server's answer stays out of the error's text."""
    smtp_sink.rcpt_answer = answer
    with pytest.raises(LetterRefused) as refused:
        submission.deliver(FROM, TO, LETTER, lambda: smtp_sink.saw("noted"))
    assert (refused.value.permanent, refused.value.code) == (permanent, code)
    assert refused.value.answer in answer
    assert "customer.example" not in str(refused.value)
    assert "noted" not in smtp_sink.events
    smtp_sink.rcpt_answer = None
    submission.deliver(FROM, TO, LETTER)
    assert len(smtp_sink.messages) == 1


@pytest.mark.parametrize(("answer", "permanent"), [("554 5.7.1 no spam", True), ("452 4.3.1 full", False)])
def test_a_refused_letter_is_certainly_not_accepted(smtp_sink, submission, answer, permanent):
    """A refusal after the letter is an answer, not a doubt."""
    smtp_sink.data_answer = answer
    with pytest.raises(LetterRefused) as refused:
        submission.deliver(FROM, TO, LETTER)
    assert refused.value.permanent is permanent


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER_DOT, Fault.DROP_BEFORE_KEEPING, Fault.NONSENSE_AFTER_DOT])
def test_silence_after_the_letter_is_doubt(smtp_sink, submission, fault):
    """Accepted or lost, from here it looks the same: in doubt, never to be sent again without looking."""
    smtp_sink.fault = fault
    with pytest.raises(DeliveryInDoubt):
        submission.deliver(FROM, TO, LETTER)
    assert len(smtp_sink.messages) == (fault is Fault.DROP_AFTER_DOT)
    smtp_sink.fault = Fault.NONE
    submission.deliver(FROM, TO, LETTER)


def test_a_verdict_that_takes_too_long_is_doubt(smtp_sink: SmtpSink):
    """When the patience for the verdict ends, the letter may still be accepted a moment later."""
    smtp_sink.delay_s = 0.6
    with Submission(smtp_sink.login(verdict_timeout_s=0.2)) as submission, pytest.raises(DeliveryInDoubt):
        submission.deliver(FROM, TO, LETTER)


@pytest.mark.parametrize("fault", [Fault.DROP_AT_MAIL, Fault.DROP_AT_DATA])
def test_a_connection_lost_before_the_letter_is_no_doubt(smtp_sink, submission, fault):
    """Before the first byte of the letter it is certain that nobody has it."""
    smtp_sink.fault = fault
    with pytest.raises(SmtpUnavailable):
        submission.deliver(FROM, TO, LETTER)
    assert smtp_sink.messages == []


def test_a_letter_that_breaks_off_half_way_is_no_doubt():
    """A server that vanishes within the letter cannot have accepted it: the final dot never left."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 hi\r\n")
                for answer in (b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
                    lines.readline()
                    connection.sendall(answer)
                lines.read(1000)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        thread = threading.Thread(target=serve)
        thread.start()
        login = SmtpLogin("127.0.0.1", listener.getsockname()[1], tls="none", verdict_timeout_s=5)
        with Submission(login) as submission, pytest.raises(SmtpUnavailable, match="letter's text"):
            submission.deliver(FROM, TO, LETTER + b"All work and no play.\r\n" * 2_000_000)
        thread.join()


def test_a_stale_connection_is_replaced(smtp_sink: SmtpSink, submission: Submission):
    """A kept connection that the server closed meanwhile costs nothing but a new one."""
    submission.deliver(FROM, TO, LETTER)
    smtp_sink.hang_up()
    submission.deliver(FROM, TO, LETTER)
    assert len(smtp_sink.messages) == 2
    assert smtp_sink.connections == 2


def test_no_server_is_a_reason_to_wait():
    """A closed port is unavailable, not refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Submission(SmtpLogin("127.0.0.1", port, tls="none")) as submission, pytest.raises(SmtpUnavailable):
        submission.deliver(FROM, TO, LETTER)


@pytest.mark.parametrize(
    "address",
    [
        "jane@customer.example> RCPT TO:<eve@evil.example",
        "jane@customer.example\r\nRCPT TO:<eve@evil.example>",
        "jane@customer.example, eve@evil.example",
        "jane@customer.example\neve@evil.example",
        "alice@example.org)bob@evil.example",
        "Jane <jane@customer.example>",
        "jane@customer@evil.example",
        "jane\0@customer.example",
        "jane",
        "",
    ],
)
def test_only_one_plain_address_is_a_recipient(smtp_sink, submission, address):
    """Nothing that could name a second recipient reaches the server."""
    with pytest.raises(LetterRefused, match="one plain address") as refused:
        submission.deliver(FROM, address, LETTER)
    assert refused.value.permanent
    assert smtp_sink.events == []
    assert address == "" or address not in str(refused.value)


@pytest.mark.parametrize(
    "body", [b"a\n.\nb", b"a\r\n.\r\nMAIL FROM:<x@x>\r\n", b"a\r.\rb", b"a\n.\r\nb", b".", b"..\r\n.x"]
)
def test_no_letter_ends_early(smtp_sink, submission, body):
    """A dot alone on a line, however the line ends, does not smuggle a second letter in (RFC 5321 section 4.5.2)."""
    submission.deliver(FROM, TO, b"Subject: x\r\n\r\n" + body)
    submission.deliver(FROM, TO, LETTER)
    first, second = smtp_sink.messages
    assert first.raw.count(b".") == body.count(b".")
    assert second.raw == LETTER
    assert smtp_sink.events.count("MAIL") == 2


def test_a_large_letter_arrives_whole(smtp_sink: SmtpSink, submission: Submission):
    """Eight megabytes come through as they are."""
    large = LETTER + b"All work and no play.\r\n" * 350_000
    submission.deliver(FROM, TO, large)
    assert smtp_sink.messages[0].raw == large


def test_eight_bit_and_foreign_addresses_say_so(smtp_sink: SmtpSink, submission: Submission):
    """8-bit text and addresses beyond ASCII are announced to a server that can carry them."""
    submission.deliver(FROM, "jürgen@müller.example", LETTER + "Grüße\r\n".encode())
    (accepted,) = smtp_sink.messages
    assert accepted.recipients == ("jürgen@müller.example",)
    assert {"BODY=8BITMIME", "SMTPUTF8"} <= set(accepted.options)


def test_what_a_server_cannot_carry_is_not_sent():
    """Without the extension the letter is refused here, rather than bent on the way."""
    with pytest.raises(LetterRefused, match="8-bit"):
        letter_for(FROM, TO, LETTER + "Grüße".encode(), {})
    with pytest.raises(LetterRefused, match="not ASCII"):
        letter_for(FROM, "jürgen@customer.example", LETTER, {"8bitmime": ""})
    with pytest.raises(LetterRefused, match="NUL"):
        letter_for(FROM, TO, LETTER + b"\0", {})
    with pytest.raises(LetterRefused, match="998"):
        letter_for(FROM, TO, LETTER + b"x" * 999, {})


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"x"]), max_size=30).map(b"".join))
def test_a_letter_holds_no_line_end_of_another_kind_and_no_lone_dot(raw: bytes):
    """Whatever the bytes, every line ends with CRLF and no line is a dot alone."""
    data = letter_for(FROM, TO, raw, {}).data
    assert data.endswith(b"\r\n")
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    assert b"." not in data.split(b"\r\n")


def test_clear_text_stays_on_this_machine(own_address: str):
    """Without TLS another machine gets neither password nor letter."""
    sink = SmtpSink(address=own_address)
    sink.start()
    with Submission(sink.login()) as submission, pytest.raises(InsecureConnection, match="not encrypted"):
        submission.deliver(FROM, TO, LETTER)
    sink.stop()
    assert sink.events == []


def test_passwords_do_not_show(smtp_sink: SmtpSink):
    """Settings can be printed."""
    assert "secret" not in repr(smtp_sink.login(password="secret"))
