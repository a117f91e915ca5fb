"""Whether the mail servers let us in: the mailbox is only examined, and no letter is handed over."""

from collections.abc import Iterator
from contextlib import suppress

from daemon.cli import checks_token
from daemon.cli.finding import Finding, fail, ok, warn
from daemon.mail.imap import Mailbox
from daemon.mail.imap_login import open_session
from daemon.mail.smtp_login import open_smtp
from daemon.mail.tokens import TokenNotTaken
from daemon.settings import Settings


def mailbox(settings: Settings) -> Iterator[Finding]:
    """Log in, examine the folder, look for IDLE and for Sent; raises what `Mailbox` raises."""
    imap = settings.account.imap
    login = settings.imap_login()
    if login.tokens is not None:
        yield from checks_token.token(settings)
    try:
        session = open_session(login)
    except TokenNotTaken as error:
        yield checks_token.not_taken(settings, "IMAP", "mailbox", error)
        return
    with Mailbox(session, login) as opened:
        state = opened.examine(imap.folder)
        yield ok("mailbox", f"{imap.host}: {imap.folder} can be read and holds {state.exists} mails")
        if "IDLE" in session.capabilities:
            yield ok("idle", "the server announces new mail")
        else:
            yield warn("idle", "the server does not announce new mail", f"it is asked every {settings.run.poll_s} s")
        if imap.tls == "none":
            yield warn("mailbox", "the connection is not encrypted", "right only for a server on this machine")
        yield _sent(settings, opened)


def _sent(settings: Settings, opened: Mailbox) -> Finding:
    folder = settings.account.imap.sent_folder or opened.find_special(b"\\Sent")
    if folder:
        opened.examine(folder)
        return ok("sent", f"{folder} can be read")
    advice = "set account.imap.sent_folder"
    if settings.letters.save_sent:
        return fail("sent", "the server names no folder of sent mail", f"{advice}, or letters.save_sent = false")
    return warn("sent", "no folder of sent mail: doubts about a letter go to a person", advice)


def submission(settings: Settings) -> Iterator[Finding]:
    """Log in to the server that takes letters; raises what `open_smtp` raises."""
    try:
        smtp = open_smtp(settings.smtp_login())
    except TokenNotTaken as error:
        yield checks_token.not_taken(settings, "SMTP", "submission", error)
        return
    try:
        yield ok("submission", f"{settings.account.smtp.host} lets us in; no mail was sent")
    finally:
        with suppress(OSError):
            smtp.quit()
