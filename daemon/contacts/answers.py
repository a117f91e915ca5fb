"""What all contacts of one list share: a few questions, why each is asked, and the answers as cells. Pure.

The answers stand once with the list; every provenance row of the list is made from them and from what the row itself
says, which is the truer of the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from daemon.contacts.tidying import tidy
from daemon.decisions.deadlines import add_months
from daemon.errors import ReplydError
from daemon.records.contact_cells import fault_in
from responses.facts import SourceKind

SUPPLIED = frozenset({
    SourceKind.PURCHASED_LIST, SourceKind.LIST_BUILT_TO_ORDER, SourceKind.EVENT, SourceKind.REFERRAL,
})  # fmt: skip
"""Kinds whose source is a supplier, an event or a person: a web address in a row is not that source."""

KEEP_MONTHS = "keep_months"
LONGEST_KEPT_MONTHS = 120

ListAnswers = Mapping[str, str]
"""Answers by question, as they are typed; what is not known is not there."""


class BadAnswers(ReplydError):  # noqa: N818  the name is what went wrong
    """Answers that cannot be used, or that are missing; the message says what to type."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a list, why it is asked, and an example of an answer."""

    key: str
    words: str
    why: str
    example: str


QUESTIONS = (
    Question(
        "source_kind", "How did you come by these people?",
        "they may ask where their data are from (Art. 14(2)(f))", " | ".join(SourceKind),
    ),
    Question(
        "source", "Who supplied the list, or which website, register or event was it?",
        "the answer has to name the source", "Taskeater GmbH, Berlin",
    ),
    Question("obtained_on", "When did you get it?", "part of the same answer, and the term starts here", "2026-03-02"),
    Question("obtained_by", "Who got it for you?", "part of the same answer", "our sales team, Anna B."),
    Question(
        "verified_with", "With what were the addresses checked? Enter: they were not, or nobody knows",
        "has to be said of addresses that were guessed", "Hunter",
    ),
    Question(
        "publicly_accessible", "Were the data publicly accessible where they came from? yes or no",
        "has to be said (Art. 14(2)(f))", "yes",
    ),
    Question("purpose", "What do you use the data for?", "Art. 14(1)(c), 15(1)(a)", "offering our planning software"),
    Question(
        "reason", "Why these people: what makes the offer relevant for them?",
        "the legitimate interest that you rely on (Art. 6(1)(f)); it is quoted in letters",
        "heads of production at plants with more than 50 people",
    ),
    Question(
        "recipients", "Who else receives the data, separated by ; ? none: nobody",
        "they may ask to whom you gave them (Art. 15(1)(c))", "Woodpecker; HubSpot",
    ),
    Question(
        "stored_in", "Where do they stand, separated by ; ?", "what an erasure has to reach", "HubSpot; replyd",
    ),
    Question(KEEP_MONTHS, "For how many months do you keep them?", "Art. 14(2)(a), 15(1)(d)", "24"),
)  # fmt: skip
KEYS = tuple(question.key for question in QUESTIONS)
NEEDED = ("source_kind",)


def tidied(answers: ListAnswers) -> dict[str, str]:
    """Answers as they are kept, without the empty ones; raises BadAnswers with every fault."""
    kept = {key: tidy(key, value.strip()) for key, value in answers.items() if value.strip()}
    faults = [f"  {key}: {what}" for key, what in faults_in(kept)]
    if faults:
        raise BadAnswers("the answers about the list cannot be used:\n" + "\n".join(faults))
    return kept


def faults_in(answers: ListAnswers) -> Iterator[tuple[str, str]]:
    """Key and fault of everything that is wrong; that something is missing is none."""
    for key, value in answers.items():
        if key not in KEYS:
            yield key, f"is not asked; there are {', '.join(KEYS)}"
        elif key == KEEP_MONTHS:
            if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) <= LONGEST_KEPT_MONTHS):
                yield key, f"must be a number of months up to {LONGEST_KEPT_MONTHS}"
        elif what := fault_in(key, value):
            yield key, what


def cells_of(answers: ListAnswers, own: Mapping[str, str], since: date) -> dict[str, str]:
    """Provenance cells of a row: the list's answers, what the row itself says (`own`), and the day that follows.

    The term runs from the day on which the data were obtained, or from `since`, the day of the list's first import,
    where nobody knows it.
    """
    shared = {key: value for key, value in answers.items() if key != KEEP_MONTHS}
    cells = {**shared, **own}
    if KEEP_MONTHS in answers and "keep_until" not in own:
        cells["keep_until"] = add_months(_day(cells.get("obtained_on")) or since, int(answers[KEEP_MONTHS])).isoformat()
    return cells


def _day(cell: str | None) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:  # a row's own date, which is reported as its fault
        return None
