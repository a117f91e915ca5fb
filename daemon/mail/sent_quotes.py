"""Proof by quotation: a reply that quotes what went to this person only.

The text of a campaign proves nothing, since everybody who got it can quote it, and neither does what is filled into it
from the contact's own data, which anybody can guess. What proves is a passage of which no four words in a row went to
anybody else. Where it is not certain what others got, nothing is proved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from classifiers.reading.message import Message
from classifiers.reading.sent_text import runs_of_sent, words_of
from daemon.mail.sent_texts import opened_text, text_of, texts_to
from daemon.records import Contact, OutreachMessage
from daemon.records.encryption import Vault

LEAST_PASSAGE = 10
"""Words in a row that went to nobody else."""
SHINGLE = 4
"""Words in a row by which texts are compared."""
LEAST_OTHERS = 10
"""Mails to others that must be known, or nobody can say what a campaign's text is."""
MOST_OTHERS = 20_000
"""Mails to others that are compared, in about three seconds; where there are more, nothing is proved."""
_AT_ONCE = 200

Shingle = tuple[str, ...]


@dataclass(slots=True)
class _Passages:
    """Runs of words that the reply has from our mails, and what of them others got too."""

    runs: Sequence[Sequence[str]]
    _open: set[Shingle] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._open = {shingle for run in self.runs for shingle in _shingles(run)}

    def take_out(self, text: str) -> None:
        """Another one got this text."""
        self._open.difference_update(_shingles(words_of(text)))

    def prove(self) -> bool:
        """Whether there is a passage left that nobody else got."""
        return any(_longest(run, self._open) >= LEAST_PASSAGE for run in self.runs)


def quotes_text_sent_to_them_only(session: Session, vault: Vault, contact: Contact, message: Message) -> bool:
    """Whether a message quotes a passage that went to this contact and to nobody else. Raises WrongKey."""
    rows = texts_to(session, [contact.id]).get(contact.id, [])
    html = message.html
    said = "\n".join((message.plain, html.own if html else "", html.quoted if html else ""))
    runs = [run for row in rows for run in runs_of_sent(said, text_of(vault, row) or "")]
    guessable = _guessable(contact)
    passages = _Passages([part for run in runs for part in _without(run, guessable)])
    if not passages.prove() or _unknown_texts(session, contact, rows):
        return False
    for row in rows:
        if row.shared:
            passages.take_out(text_of(vault, row) or "")
    compared = 0
    for texts in _texts_to_others(session, vault, contact):
        for text in texts:
            passages.take_out(text)
        compared += len(texts)
        if not passages.prove() or compared > MOST_OTHERS:
            return False
    return compared >= LEAST_OTHERS


def _guessable(contact: Contact) -> frozenset[str]:
    """Words that a sending tool fills in, and that anybody knows who knows of the contact."""
    known = (contact.name, contact.company, contact.position, contact.email, contact.country)
    return frozenset(word for value in known if value for word in words_of(value.replace("_", " ")))


def _without(run: Sequence[str], guessable: frozenset[str]) -> Iterator[list[str]]:
    """The run, cut at words that can be guessed."""
    part: list[str] = []
    for word in run:
        if word in guessable:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _shingles(words: Sequence[str]) -> Iterator[Shingle]:
    return zip(*(words[offset:] for offset in range(SHINGLE)), strict=False)


def _longest(run: Sequence[str], unknown_to_others: set[Shingle]) -> int:
    """Words in a row, none of which stands in a shingle that others got."""
    free = [True] * len(run) if len(run) >= SHINGLE else []
    for at, shingle in enumerate(_shingles(run)):
        if shingle not in unknown_to_others:
            free[at : at + SHINGLE] = [False] * SHINGLE
    longest = row = 0
    for is_free in free:
        row = row + 1 if is_free else 0
        longest = max(longest, row)
    return longest


def _unknown_texts(session: Session, contact: Contact, ours: Sequence[OutreachMessage]) -> bool:
    """Whether something went to others of which we do not know that it was another text: it may have been this one."""
    campaigns = {row.campaign_id for row in ours}
    same: list[ColumnElement[bool]] = [OutreachMessage.campaign_id.is_(None)]
    same.append(OutreachMessage.campaign_id.in_([campaign for campaign in campaigns if campaign is not None]))
    same.append(OutreachMessage.campaign_id.is_not(None) if None in campaigns else false())
    unknown = select(OutreachMessage.id).where(
        OutreachMessage.contact_id != contact.id, OutreachMessage.text.is_(None), or_(*same)
    )
    return session.scalar(unknown.limit(1)) is not None


def _texts_to_others(session: Session, vault: Vault, contact: Contact) -> Iterator[list[str]]:
    """What others got, the newest first: a campaign's text is then met at once."""
    known = select(OutreachMessage.id, OutreachMessage.text, OutreachMessage.text_key).where(
        OutreachMessage.contact_id != contact.id, OutreachMessage.text.is_not(None)
    )
    newest = known.order_by(OutreachMessage.id.desc()).limit(_AT_ONCE)
    rows = session.execute(newest).all()
    while rows:
        yield [opened_text(vault, row.text, row.text_key) for row in rows]
        rows = session.execute(newest.where(OutreachMessage.id < rows[-1].id)).all()
