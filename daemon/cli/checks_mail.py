"""Whether the mail servers let us in: the mailbox is only examined, and no letter is handed over."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTP

from daemon.cli import checks_token
from daemon.cli.finding import Finding, fail, ok, warn
from daemon.mail.imap import FolderState, Mailbox
from daemon.mail.imap_login import open_session
from daemon.mail.smtp_login import open_smtp
from daemon.mail.tokens import TokenNotTaken
from daemon.settings import Settings

CLOCK_TOLERANCE = timedelta(minutes=5)
_ACCEPTED = range(200, 300)
_LOGIN_WANTED = {530, 535}
"""RFC 4954 section 6."""


def mailbox(settings: Settings, account: str, now: datetime) -> Iterator[Finding]:
    """Log in, examine the folder, look for IDLE and for Sent; raises what `Mailbox` raises."""
    imap = settings.accounts[account].imap
    login = settings.logins[account].imap()
    if login.tokens is not None:
        yield from checks_token.token(settings, account)
    try:
        session = open_session(login)
    except TokenNotTaken as error:
        yield checks_token.not_taken(settings, account, "IMAP", "mailbox", error)
        return
    with Mailbox(session, login) as opened:
        for folder in imap.folders:
            state = opened.examine(folder)
            yield ok("mailbox", f"{imap.host}: {folder} can be read and holds {state.exists} mails")
            yield from _clock(opened, state, now)
        if "IDLE" in session.capabilities:
            yield ok("idle", "the server announces new mail")
        else:
            yield warn("idle", "the server does not announce new mail", f"it is asked every {settings.run.poll_s} s")
        if imap.tls == "none":
            yield warn("mailbox", "the connection is not encrypted", "right only for a server on this machine")
        yield _sent(settings, account, opened)


def _clock(opened: Mailbox, state: FolderState, now: datetime) -> Iterator[Finding]:
    """Whether the server has received mail in what we take for the future: clocks of rights would run wrong."""
    newest = [uid for uids in opened.new_uids(max(0, state.uidnext - 2)) for uid in uids]
    dates = [mail.internal_date for mail in opened.fetch(newest[-1:], max_bytes=1) if mail.internal_date]
    if dates and dates[0] > now + CLOCK_TOLERANCE:
        what = f"it is {dates[0] - now} behind that of the mail server, by its newest mail"
        yield fail("clock", what, "set the clock; is NTP running?")


def _sent(settings: Settings, account: str, opened: Mailbox) -> Finding:
    folder = settings.accounts[account].imap.sent_folder or opened.find_special(b"\\Sent")
    if folder:
        opened.examine(folder)
        return ok("sent", f"{folder} can be read")
    advice = f"set {settings.section_of(account)}.imap.sent_folder"
    if settings.letters.save_sent:
        return fail("sent", "the server names no folder of sent mail", f"{advice}, or letters.save_sent = false")
    return warn("sent", "no folder of sent mail: doubts about a letter go to a person", advice)


def submission(settings: Settings, account: str) -> Iterator[Finding]:
    """Log in to the server that takes letters; raises what `open_smtp` raises."""
    try:
        smtp = open_smtp(settings.logins[account].smtp())
    except TokenNotTaken as error:
        yield checks_token.not_taken(settings, account, "SMTP", "submission", error)
        return
    try:
        yield ok("submission", f"{settings.accounts[account].smtp.host} lets us in; no mail was sent")
        yield _sender(settings, account, smtp)
    finally:
        with suppress(OSError):
            smtp.quit()


def _sender(settings: Settings, account: str, smtp: SMTP) -> Finding:
    """Offer our address as the sender, and take it back (RFC 5321 section 4.1.1.5); nothing is sent."""
    address, section = settings.accounts[account].address, settings.section_of(account)
    smtp.command_encoding = "utf-8"
    code, _ = smtp.docmd("MAIL", f"FROM:<{address}>{'' if address.isascii() else ' SMTPUTF8'}")
    smtp.docmd("RSET")
    if code in _ACCEPTED:
        return ok("sender", f"{address} may send")
    if code in _LOGIN_WANTED:
        return fail("sender", f"the server wants a login ({code})", f"set {section}.smtp.user and its password")
    return fail(
        "sender",
        f"the server refuses letters from {address} ({code})",
        f"may this login send as it (an alias, a right to send as)? Else correct {section}.address or smtp.user",
    )
