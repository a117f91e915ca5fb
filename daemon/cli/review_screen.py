"""What a reviewer sees of one reply: the person's words, why it waits, what would follow, and the letter."""

from datetime import date

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from classifiers.intents import MEANINGS, Intent
from daemon.cli.output import printable
from daemon.cli.review_queue import Waiting
from daemon.decisions.reasons import in_words
from daemon.decisions.states import ReplyState
from daemon.preview import Preview

LETTER_LINES = 30
"""Lines of a letter that are shown at once; `l` shows all."""
SIDE_BY_SIDE = 150
"""Columns of a terminal from which the letter stands beside the reply."""
SOON_DAYS = 7

HELP = (
    ("1-9", "switch an intent on or off; what would follow changes with it"),
    ("Enter, a", "accept: this is what the reply asks for, and all that follows is done"),
    ("s, right", "leave it for later"),
    ("left", "back to the one before"),
    ("u", "undo your last decision, while its letter has not left"),
    ("c", "do not believe the sender yet: send a one-time code to the stored address"),
    ("d", "put it away: it was dealt with elsewhere"),
    ("l, m", "the whole letter; the whole mail with what it quotes"),
    ("q", "quit"),
)
FOOT = "1-9 switch  Enter accept  s skip  u undo  c code  d put away  l letter  m mail  ? help  q quit"


def show_reply(row: Waiting, out: Console) -> None:
    """One reply with why it waits, what was done, and the letter that is held."""
    out.print(_words(row))
    out.print(_about(row, date.max))
    if row.letter:
        out.print(_letter(row.letter, f"letter, {row.letter_state}", None))


def screen(row: Waiting, chosen: frozenset[Intent], preview: Preview | None, today: date, width: int) -> RenderableType:
    """Everything that is needed to decide, with what would follow the intents that are switched on."""
    left = Group(_words(row), _about(row, today), _intents(row, chosen), _follows(preview))
    text = preview.letter_text if preview else None
    if not text:
        return left
    letter = _letter(text, "the letter that would leave", LETTER_LINES)
    if width < SIDE_BY_SIDE:
        return Group(left, letter)
    half = width // 2 - 1
    return Columns([Group(left), letter], width=half)


def show_help(out: Console) -> None:
    """What each key does."""
    grid = Table.grid(padding=(0, 2))
    for key, meaning in HELP:
        grid.add_row(Text(key, style="bold"), Text(meaning))
    out.print(Panel(grid, title="keys", title_align="left"))


def _words(row: Waiting) -> Panel:
    text = Text(printable((row.own_text or "").strip() or "(no words of their own)"), style="bold")
    title = f"reply {row.id}, {row.case or 'no case'}, received {row.received_at:%Y-%m-%d %H:%M} UTC"
    return Panel(text, title=title, title_align="left")


def _about(row: Waiting, today: date) -> Table:
    grid = _grid()
    grid.add_row("from", Text(printable(row.contact or "nobody we know")))
    grid.add_row("proved by", Text(", ".join(row.evidence) or "nothing"))
    if row.due:
        left = (row.due - today).days if today < date.max else None
        style = "bold red" if left is not None and left <= SOON_DAYS else ""
        grid.add_row("due", Text(f"{row.due}{'' if left is None else f', in {left} days'}", style=style))
    for place, reason in enumerate(row.reasons):
        grid.add_row("" if place else "why here", Text(printable(in_words(reason))))
    verb = "would do" if row.state == ReplyState.SHADOWED else "done so far"
    for place, step in enumerate(step for step in row.plan if step != "ask a person"):
        grid.add_row("" if place else verb, Text(printable(step)))
    return grid


def _intents(row: Waiting, chosen: frozenset[Intent]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for number, intent in enumerate(Intent, start=1):
        on = intent in chosen
        probability = row.probabilities.get(intent.value)
        percent = "" if probability is None else f"{probability:4.0%}"
        style = "bold" if on else "dim"
        grid.add_row(
            Text(str(number), style="bold"),
            Text("[x]" if on else "[ ]", style=style),
            Text(intent.value, style=style),
            Text(percent, style=style),
            Text(MEANINGS[intent].words, style=style),
        )
    return grid


def _follows(preview: Preview | None) -> Panel:
    grid = _grid()
    for place, step in enumerate(preview.plan.in_words() if preview else ()):
        grid.add_row("" if place else "Enter", Text(step))
    for place, obstacle in enumerate(preview.obstacles if preview else ()):
        grid.add_row("" if place else "no letter", Text(in_words(obstacle), style="yellow"))
    if not grid.row_count:
        grid.add_row("Enter", Text("nothing is to be done; the reply is put away as read"))
    return Panel(grid, title="what would follow", title_align="left")


def _letter(text: str, title: str, lines: int | None) -> Panel:
    shown = printable(text).splitlines()
    cut = lines is not None and len(shown) > lines
    content = "\n".join((*shown[:lines], "...") if cut else shown)
    return Panel(Text(content), title=title, title_align="left")


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=11, style="dim", justify="right")
    grid.add_column(overflow="fold")
    return grid
