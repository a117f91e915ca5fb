"""Queueing letters: facts frozen and encrypted, one letter for each step of a reply, held unless released."""

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from daemon.decisions.states import DeliveryState
from daemon.ledger.entries import EntryKind, record
from daemon.records import Account, Contact, Delivery, Letter, Reply, Subject
from daemon.rights.decided import Effects
from daemon.rights.facts import FACTS
from responses.facts import Facts, Section
from responses.headers import new_message_id

ANSWER = "answer"
"""The step of the letter that answers a mail; `answer_2` is what a code had to prove first, or was judged later."""

NEEDS_KEY = "needs_key"
"""Why a letter is held that a person has not let go yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter will say, and which message it answers."""

    step: str
    """As in `records.Letter`: at most one letter for each step of a reply."""
    sections: tuple[Section, ...]
    language: str
    facts: Facts
    in_reply_to: str | None
    references: tuple[str, ...]


def queue_letter(
    draft: Draft,
    reply: Reply,
    account: Account,
    contact: Contact,
    effects: Effects,
    *,
    released: bool,
    by_key: bool = False,
) -> Letter:
    """Queue one letter to the contact's stored address, to leave after the settling time, or held for a key.

    With `by_key` a person let it go; any other is looked at once more before it leaves: whether its language is signed
    off as its templates are then.
    """
    sealed = effects.vault.seal(FACTS.dump_json(draft.facts), purpose="letter.facts")
    letter = Letter(
        reply_id=reply.id,
        contact_id=contact.id,
        account_id=account.id,
        step=draft.step,
        sections=[section.value for section in draft.sections],
        language=draft.language,
        facts=sealed.ciphertext,
        facts_key=sealed.key,
        in_reply_to=draft.in_reply_to,
        references=list(draft.references),
        message_id=new_message_id(secrets.token_hex(16), account.address.rpartition("@")[2]),
        created_at=effects.now,
    )
    effects.session.add(letter)
    effects.session.flush()
    effects.session.add(
        Delivery(
            letter_id=letter.id,
            state=(DeliveryState.QUEUED if released else DeliveryState.HELD).value,
            not_before=effects.now + effects.settling,
            token=None,
            claimed_until=None,
            attempts=0,
            reason=None if released else NEEDS_KEY,
            by_key=by_key,
            sent_at=None,
            copied_at=None,
        )
    )
    subject = effects.session.scalar(select(Subject.commitment).where(Subject.contact_id == contact.id))
    payload = {"reply": reply.id, "case": reply.case, "letter": letter.id, "sections": letter.sections}
    record(effects.session, effects.now, EntryKind.LETTER_QUEUED, subject=subject, payload=payload)
    return letter


def next_answer(session: Session, reply_id: int) -> str:
    """The step of the next letter that answers a mail: its own name for each, so that none is written twice."""
    written = session.scalar(
        select(func.count(Letter.id)).where(
            Letter.reply_id == reply_id, Letter.step.startswith(ANSWER, autoescape=True)
        )
    )
    return f"{ANSWER}_{written + 1}" if written else ANSWER
