"""What can go wrong between us and a mail server, told apart by what the caller has to do next."""

from daemon.errors import ReplydError


class UnsafeArgument(ReplydError, ValueError):  # noqa: N818  an outcome that callers name
    """A value that could end or bend a command line was kept from the server."""

    permanent = True


class InsecureConnection(ReplydError):  # noqa: N818  an outcome that callers name
    """The connection would carry a password or mail in clear text; nothing was sent."""

    permanent = True


class LoginRefused(ReplydError):  # noqa: N818  an outcome that callers name
    """The server refused user and password; only changed settings help."""

    permanent = True


class MailboxLost(ReplydError):  # noqa: N818  an outcome that callers name
    """The connection is gone or can no longer be trusted: wait (`backoff`), connect again, examine again."""


class FolderRefused(ReplydError):  # noqa: N818  an outcome that callers name
    """The server does not let us read or fill this folder; only changed settings help."""

    permanent = True


class SmtpUnavailable(ReplydError):  # noqa: N818  an outcome that callers name
    """No server took the letter and certainly none has it: trying again later is safe."""


class LetterRefused(ReplydError):  # noqa: N818  an outcome that callers name
    """The letter was certainly not accepted.

    `code` is the SMTP reply code, 0 where we refused it ourselves; `answer` is the server's text, which often repeats
    the recipient's address and is therefore no part of the message of this error.
    """

    def __init__(self, *, permanent: bool, code: int, answer: str, at: str) -> None:
        reason = f"the server answered {code} to {at}" if code else f"{at}: {answer}"
        advice = "it will not be tried again" if permanent else "it can be tried again later"
        super().__init__(f"a letter was refused ({reason}); {advice}")
        self.permanent = permanent
        self.code = code
        self.answer = answer


class DeliveryInDoubt(ReplydError):  # noqa: N818  an outcome that callers name
    """The letter was handed over and no answer came: it may have been accepted. Never simply send again."""

    permanent = True
