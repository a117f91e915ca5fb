"""How a file of contacts is to be understood: guessed, shown, and decided at the keyboard or by options."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import typer
from rich.console import Console

from daemon.cli.contacts_answers import pair_of
from daemon.cli.keyboard import Keyboard
from daemon.cli.options import WrongUse
from daemon.cli.output import table as printed_table
from daemon.contacts.answers import SUPPLIED, ListAnswers
from daemon.contacts.dates import DateOrderOpen, Order, order_of
from daemon.contacts.mapping import Mapped, WrongMapping, complete, guess, samples, values
from daemon.contacts.mapping_file import Decided
from daemon.contacts.rows import Reading, free_mail_lines
from daemon.contacts.tidying import DATES, source_kind_of
from daemon.records.contact_cells import PROVENANCE_COLUMNS
from daemon.records.table import Table

SKIP = "skip"
_LONGEST_SAMPLE = 28


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said before anything is asked."""

    decided: Decided
    from_file: bool = False
    """The columns are those of a mapping file: nothing else is guessed."""
    answers: ListAnswers = field(default_factory=dict)
    """What the list says of all rows; empty where there is no list."""


def understood(table: Table, wishes: Wishes, since: date, keyboard: Keyboard) -> Reading:
    """Columns, order of dates and kinds, each guessed, asked for, or refused with what to type."""
    mapped = _columns(table, wishes, keyboard)
    _need_source_kind(table, mapped, wishes.answers)
    orders = _orders(table, mapped, wishes.decided.dates, keyboard)
    reading = Reading(
        mapped.columns, since, orders, wishes.decided.kind, wishes.decided.free_mail_kind, answers=wishes.answers
    )
    return _with_free_mail(table, reading, keyboard)


def _columns(table: Table, wishes: Wishes, keyboard: Keyboard) -> Mapped:
    chosen = dict(wishes.decided.columns)
    mapped = guess(table, chosen, only_chosen=wishes.from_file)
    mapped = _without_other_sources(mapped, wishes)
    if mapped.is_fixed_format(table) or not keyboard.there:
        show_columns(table, mapped)
        return complete(mapped)
    return _agreed(table, mapped, chosen, wishes, keyboard)


def _agreed(table: Table, mapped: Mapped, chosen: dict[str, str], wishes: Wishes, keyboard: Keyboard) -> Mapped:
    """The columns once somebody has agreed with them."""
    while True:
        show_columns(table, mapped)
        for name, heads in mapped.rivals.items():
            keyboard.say(f"several columns fit {name}:")
            answer = keyboard.choose("Which", [*heads, "(none)"], instead=f"--map {name}={shlex.quote(heads[0])}")
            chosen[name] = "" if answer == "(none)" else answer
        if not mapped.rivals:
            instead = "--yes, which takes this guess, or --map FIELD=COLUMN"
            words = "Enter to go on with these columns, or FIELD=COLUMN to change one (FIELD= leaves it out)"
            answer = keyboard.ask(words, instead=instead, default="", fault=lambda text: _fault(table, chosen, text))
            if not answer:
                return complete(mapped)
            name, column = pair_of(answer, "")
            chosen[name] = column.strip()
        mapped = guess(table, chosen, only_chosen=wishes.from_file)
        mapped = _without_other_sources(mapped, replace(wishes, decided=Decided(chosen)))


def _fault(table: Table, chosen: Mapping[str, str], answer: str) -> str | None:
    if not answer:
        return None
    name, sign, column = answer.partition("=")
    if not sign:
        return "is neither Enter nor FIELD=COLUMN"
    try:
        guess(table, {**chosen, name.strip(): column.strip()}, only_chosen=True)
    except WrongMapping as error:
        return f"cannot be: {error}"
    return None


def show_columns(table: Table, mapped: Mapped) -> None:
    """The columns with what they become and three values each, and what is left out, on standard error."""
    console = Console(stderr=True, highlight=False)
    console.print(f"{len(table.rows)} rows, {table.form}, {table.encoding}", markup=False)
    if not mapped.is_fixed_format(table):
        rows = [(name, head, *map(_short, _three(table, head))) for name, head in mapped.columns.items()]
        console.print(printed_table(("field", "column", "for example", "", ""), rows))
    if unused := mapped.unused(table):
        heads = [head for head in unused if all(head not in rivals for rivals in mapped.rivals.values())]
        words = f"not imported, since nothing here needs it: {', '.join(heads)}" if heads else ""
        console.print(words, markup=False, soft_wrap=True)


def _three(table: Table, head: str) -> tuple[str, ...]:
    found = samples(table, head)
    return (*found, *[""] * (3 - len(found)))


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_SAMPLE else f"{value[: _LONGEST_SAMPLE - 1]}\N{HORIZONTAL ELLIPSIS}"


def _without_other_sources(mapped: Mapped, wishes: Wishes) -> Mapped:
    """Without a guessed column of sources where the list names its supplier: a web page is not who supplied it."""
    supplied = wishes.answers.get("source_kind") in SUPPLIED
    heads = mapped.rivals.get("source") or ((mapped.columns["source"],) if "source" in mapped.columns else ())
    if not supplied or not heads or "source" in wishes.decided.columns or "source_kind" in mapped.columns:
        return mapped
    typer.echo(f"{', '.join(heads)}: left out, since the source of this list is who supplied it", err=True)
    columns = {name: head for name, head in mapped.columns.items() if name != "source"}
    return Mapped(columns, {name: heads for name, heads in mapped.rivals.items() if name != "source"})


def _says_kinds(table: Table, head: str) -> bool:
    return all(source_kind_of(value) for value in values(table, head))


def _need_source_kind(table: Table, mapped: Mapped, answers: ListAnswers) -> None:
    """Refuse at once what would be a fault in every row: how data came, without what kind of source it was."""
    said = [name for name in PROVENANCE_COLUMNS if name in mapped.columns]
    if not said or "source_kind" in mapped.columns or "source_kind" in answers:
        return
    if "source" in mapped.columns and _says_kinds(table, mapped.columns["source"]):
        return
    columns = ", ".join(repr(mapped.columns[name]) for name in said)
    raise WrongUse(
        f"{columns} say how the data came, but nothing says from what kind of source; add --list NAME, which asks it "
        f"once for all rows, or leave them out with {' '.join(f'--map {name}=' for name in said)}"
    )


def _orders(table: Table, mapped: Mapped, told: Order | None, keyboard: Keyboard) -> dict[str, Order | None]:
    """Whether day or month stands first, for each column of dates."""
    orders: dict[str, Order | None] = {}
    for name in DATES:
        if name not in mapped.columns:
            continue
        head = mapped.columns[name]
        if told:
            orders[name] = told
            continue
        try:
            orders[name] = order_of(values(table, head))
        except DateOrderOpen as error:
            shown = ", ".join(value for value in samples(table, head))
            keyboard.say(f"{head}: {error}: {shown}")
            words = f"{head}: {error} (for example {shown}). Which is it?"
            orders[name] = Order(keyboard.choose(words, list(Order), instead="--dates day-first or month-first"))
    return orders


def _with_free_mail(table: Table, reading: Reading, keyboard: Keyboard) -> Reading:
    """What those are who write from free mail services; asked, because many of them are consumers."""
    lines = free_mail_lines(table, reading) if keyboard.there else []
    if not lines:
        return reading
    keyboard.say(
        f"{len(lines)} addresses are at free mail services (line {', '.join(map(str, lines[:5]))}"
        f"{' ...' if len(lines) > 5 else ''}); what consumers and sole traders ask goes to a person."  # noqa: PLR2004
    )
    choice = keyboard.choose(
        "They are", ["sole_trader", "consumer", "employee", SKIP], instead="--free-mail-kind sole_trader"
    )
    return reading if choice == SKIP else replace(reading, free_mail_kind=choice)
