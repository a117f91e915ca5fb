"""The report: each reply, each letter, what waits and the ledger, printed for a terminal or a pipe."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from classifiers.intents import Intent
from daemon.decisions.plan import Plan
from daemon.decisions.reasons import in_words
from daemon.decisions.states import ReplyState
from daemon.demo.imap_server import MailboxAddress
from daemon.demo.outcomes import Outcome
from daemon.demo.page import heading, printable
from daemon.demo.smtp_server import Accepted
from daemon.ledger.verifier import Verdict

FIRST_WORDS = 160
"""Characters of a reply that are shown."""
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
"""What is shown of a letter's header."""


def show_outcome(out: Console, outcome: Outcome) -> None:
    """Print one reply and what became of it."""
    out.print()
    out.print(Text.assemble((f"{outcome.reply_id:>3}  ", "bold"), (printable(outcome.sender) or "(no sender)", "bold")))
    grid = _grid()
    for name, value in _lines(outcome):
        grid.add_row(name, Text(value))
    out.print(grid)


def _grid() -> Table:
    """Names on the left, values on the right."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=11, style="dim", justify="right")
    grid.add_column(overflow="fold")
    return grid


def _lines(outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "wrote", _first_words(outcome)
    yield "taken for", _taken_for(outcome)
    kept = "keep it as it came" if outcome.state is ReplyState.FAILED else "nothing"
    for place, line in enumerate(outcome.done or (kept,)):
        yield "" if place else "done", line
    if outcome.waits:
        for place, line in enumerate(why(outcome)):
            yield "" if place else "asks you", line


def _first_words(outcome: Outcome) -> str:
    if outcome.state is ReplyState.NOT_OURS:
        return "(not ours: the text was dropped)"
    words = " ".join(printable(outcome.words).split())
    if not words:
        return "(no words of a person)" if outcome.robot else "(nothing that can be read)"
    return f'"{words}"' if len(words) <= FIRST_WORDS else f'"{words[:FIRST_WORDS].rsplit(" ", 1)[0]} ..."'


def _taken_for(outcome: Outcome) -> str:
    if outcome.robot:
        return f"a robot: {outcome.robot}"
    if outcome.state is ReplyState.FAILED:
        return "no mail"
    certain = [f"{intent} {_percent(probability)}" for intent, probability in outcome.certain]
    perhaps = [f"perhaps {intent} {_percent(probability)}" for intent, probability in outcome.perhaps]
    return ", ".join((*certain, *perhaps)) or "no wish of a known kind"


def _percent(probability: float) -> str:
    """Whole percents, rounded down: nothing is certain."""
    return ">99%" if probability > 0.99 else f"{int(probability * 100)}%"  # noqa: PLR2004  as it says


def why(outcome: Outcome) -> tuple[str, ...]:
    """Why a person is asked, in words."""
    if outcome.error:
        return (outcome.error.removeprefix("UnreadableMail: "),)
    return tuple(in_words(reason) for reason in outcome.reasons)


def show_key(out: Console, reply_id: int, intents: frozenset[Intent], plan: Plan) -> None:
    """Print what a person said of one reply and what followed."""
    said = ", ".join(intent for intent in Intent if intent in intents)
    grid = _grid()
    grid.add_row(f"reply {reply_id}", Text(f"you say: {said}", style="bold"))
    for place, line in enumerate(plan.in_words()):
        grid.add_row("" if place else "done", Text(line))
    out.print(Padding(grid, (1, 0, 0, 0)))


def show_letter(out: Console, number: int, letter: Accepted) -> None:
    """Print one letter as the mail server accepted it: envelope, header, text, attachments by name."""
    message = letter.message
    head = [f"{name}: {message[name]}" for name in HEADERS if message[name]]
    body = message.get_body(("plain",))
    text = body.get_content() if isinstance(body, EmailMessage) else ""
    content = "\n".join((*head, "", *text.strip().splitlines(), *_attachments(message)))
    out.print()
    title = Text(f" letter {number}, handed to the mail server for {', '.join(letter.recipients)} ")
    out.print(Panel(Text(printable(content)), title=title, title_align="left", padding=(0, 1)))


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments():
        size = len(part.get_payload(decode=True) or b"")
        yield f"\n[attached: {part.get_filename()}, {part.get_content_type()}, {size:,} bytes]"


def show_waiting(out: Console, outcomes: Iterable[Outcome]) -> None:
    """List what waits for a person, with the day on which the law wants it done."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("reply", "from", "law's last day", "why"):
        rows.add_column(column, overflow="fold")
    for item in outcomes:
        if item.waits:
            due = f"{item.due:%d %b %Y}" if item.due else "-"
            rows.add_row(str(item.reply_id), Text(printable(item.sender) or "?"), due, Text("; ".join(why(item))))
    out.print(Padding(rows, (1, 0, 0, 0)) if rows.row_count else "\nNothing.")


def show_ledger(out: Console, kinds: Sequence[str], verdict: Verdict) -> None:
    """Count the ledger's entries and give the verifier's verdict."""
    counts = ", ".join(f"{kind} {count}" for kind, count in Counter(kinds).items())
    out.print(f"\n{verdict.entries} entries: {counts}.")
    out.print("No entry names anybody: a person stands in it as a commitment that only their letters open.")
    found = "intact" if verdict.intact else "; ".join(problem.what for problem in verdict.problems)
    head = f", newest seal {verdict.head.seal[:16]}..." if verdict.head else ""
    out.print(f"verify: {found}, {verdict.sealed} sealed and chained{head}")


def show_mailbox(out: Console, box: MailboxAddress) -> None:
    """Tell how to put a reply of one's own into the mailbox."""
    heading(out, "Your turn")
    out.print(
        f"\n  IMAP on {box.host}, port {box.port}, no TLS; user {box.user}, password {box.password}"
        "\n\nPut a reply of your own into INBOX with a mail client, or a file with"
        f"\n\n  curl -T reply.eml -u {box.user}:{box.password} imap://{box.host}:{box.port}/INBOX"
        "\n\nand see here what replyd makes of it. Ctrl-C ends the demonstration and removes everything."
    )


def show_next(out: Console) -> None:
    """Name the next commands."""
    heading(out, "Next, with your own mailbox")
    out.print(
        "\n  replyd init                         asks what it needs; no letter leaves without you"
        "\n  replyd contacts import people.csv   the people you wrote to, with where their data came from"
        "\n  replyd run"
    )
