"""One letter to one recipient over SMTP, with an answer that can be trusted: accepted, refused, or in doubt.

smtplib's `sendmail` cannot say how far it came. Here the steps are taken one by one, so that the caller can record
"transmitting" between the accepted recipient and the first byte of the letter, and so that a lost connection is in
doubt only after the letter was complete (RFC 5321 section 4.1.1.4: before its final dot a letter is not accepted).
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from daemon.mail.errors import DeliveryInDoubt, LetterRefused, LoginRefused, SmtpUnavailable
from daemon.mail.smtp_letter import SmtpLetter, letter_for
from daemon.mail.smtp_login import SmtpLogin, open_smtp

__all__ = ["SmtpLogin", "Submission"]

_SHOWN_LENGTH = 500
_OK, _SERVICE_CLOSING, _START_INPUT = range(200, 300), 421, 354
_LOGIN_WANTED = (530, 534, 535, 538)
"""RFC 4954 section 6."""
_END_OF_LETTER = b".\r\n"
_GONE = (OSError, smtplib.SMTPException)


class Submission:
    """A connection that is opened by the first letter and kept for the next ones. For one thread."""

    def __init__(self, login: SmtpLogin) -> None:
        self._login = login
        self._smtp: smtplib.SMTP | None = None

    def deliver(
        self, envelope_from: str, recipient: str, raw: bytes, before_data: Callable[[], None] | None = None
    ) -> str:
        """Hand one letter over and return the server's answer.

        `envelope_from` may be "" (RFC 5321 section 4.5.5). `before_data` runs when the recipient is accepted and
        nothing of the letter has been sent; if it raises, nothing is sent and its error goes on.

        Raises LetterRefused (certainly not accepted), SmtpUnavailable (certainly not accepted, server not reached or
        lost), LoginRefused, InsecureConnection, or DeliveryInDoubt.
        """
        smtp, letter = self._after_mail_from(envelope_from, recipient, raw)
        try:
            self._step(smtp, "RCPT", f"TO:<{recipient}>")
            if before_data:
                before_data()
            self._ask_for_letter(smtp)
            return self._transmit(smtp, letter)
        except BaseException:
            self._reset()
            raise

    def close(self) -> None:
        """Say goodbye and let go. Never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp:
            with suppress(*_GONE):
                smtp.quit()
            smtp.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _after_mail_from(self, envelope_from: str, recipient: str, raw: bytes) -> tuple[smtplib.SMTP, SmtpLetter]:
        """Open the transaction. A kept connection that has gone stale is replaced, once: nothing was sent on it."""
        kept = self._smtp is not None
        smtp = self._connected()
        letter = letter_for(envelope_from, recipient, raw, smtp.esmtp_features)
        smtp.command_encoding = "utf-8" if letter.utf8 else "ascii"
        try:
            self._step(smtp, "MAIL", f"FROM:<{envelope_from}>{letter.options}")
        except (SmtpUnavailable, LetterRefused) as error:
            self._drop()
            if not kept or getattr(error, "permanent", False):
                raise
            return self._after_mail_from(envelope_from, recipient, raw)
        return smtp, letter

    def _connected(self) -> smtplib.SMTP:
        self._smtp = self._smtp or open_smtp(self._login)
        return self._smtp

    def _step(self, smtp: smtplib.SMTP, command: str, words: str) -> None:
        code, answer = self._asked(smtp, command, words)
        if code in _LOGIN_WANTED:
            raise LoginRefused(f"{self._login.host} wants a login before {command} ({code}); set user and password")
        if code not in _OK:
            raise _refusal(code, answer, command)

    def _ask_for_letter(self, smtp: smtplib.SMTP) -> None:
        code, answer = self._asked(smtp, "DATA", "")
        if code != _START_INPUT:
            raise _refusal(code, answer, "DATA")

    def _asked(self, smtp: smtplib.SMTP, command: str, words: str) -> tuple[int, bytes]:
        """Send a command that accepts no letter, and read its answer."""
        try:
            code, answer = smtp.docmd(command, words)
        except _GONE as error:
            self._drop()
            raise self._unavailable(command, type(error).__name__) from None
        except BaseException:
            self._drop()  # its answer, still to come, would be taken for the next one's
            raise
        if code == _SERVICE_CLOSING or code < 0:
            self._drop()
            raise self._unavailable(command, f"answer {code}")
        return code, answer

    def _transmit(self, smtp: smtplib.SMTP, letter: SmtpLetter) -> str:
        """Send the letter, then its end, and wait for the verdict as long as RFC 5321 section 4.5.3.2.6 asks."""
        complete = False
        try:
            _patience(smtp, self._login.verdict_timeout_s)
            smtp.send(letter.data)
            complete = True  # from here on the server may have all of it, whatever we learn
            smtp.send(_END_OF_LETTER)
            code, answer = smtp.getreply()
            _patience(smtp, self._login.read_timeout_s)
        except BaseException as error:
            self._drop()
            if not isinstance(error, _GONE):
                raise
            why = type(error).__name__
            raise (self._in_doubt(why) if complete else self._unavailable("the letter's text", why)) from None
        if code in _OK:
            return f"{code} {_shown(answer)}"
        if 400 <= code < 600:  # noqa: PLR2004  RFC 5321 section 4.2.1: transient and permanent negative completion
            raise _refusal(code, answer, "the letter")
        self._drop()
        raise self._in_doubt(f"answer {code}")

    def _reset(self) -> None:
        """End the transaction so that the connection can be kept (RFC 5321 section 4.1.1.5), or let it go."""
        if self._smtp:
            try:
                code, _ = self._smtp.docmd("RSET")
            except _GONE:
                code = 0
            if code not in _OK:
                self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp:
            smtp.close()

    def _unavailable(self, command: str, why: str) -> SmtpUnavailable:
        return SmtpUnavailable(
            f"{self._login.host}:{self._login.port} was lost at {command} ({why}); no letter was accepted"
        )

    def _in_doubt(self, why: str) -> DeliveryInDoubt:
        return DeliveryInDoubt(
            f"{self._login.host}:{self._login.port} was lost after a whole letter ({why}); look for it in Sent"
        )


def _refusal(code: int, answer: bytes, at: str) -> LetterRefused:
    return LetterRefused(permanent=code >= 500, code=code, answer=_shown(answer), at=at)  # noqa: PLR2004  as above


def _shown(answer: bytes) -> str:
    """Return the server's words on one line, without control characters."""
    text = answer.decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:_SHOWN_LENGTH]


def _patience(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)
