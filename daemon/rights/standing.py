"""The standing of one person: what the decision tables look at, from their background."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.decisions.standing import Counters, Standing
from daemon.decisions.states import DeliveryState
from daemon.records import Contact, Reply
from daemon.rights.background import Background, Person, Written
from daemon.rights.letters import ANSWER
from responses import facts as f
from responses.answer import missing_facts

CODE = f.Section.CHALLENGE.value
"""The step of a one-time code. It has limits of its own: the answer that it leads to is not to wait a week for it."""

WAITS = frozenset({DeliveryState.HELD, DeliveryState.QUEUED})
LEFT = frozenset({DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.SENT, DeliveryState.IN_DOUBT})
"""Where a letter has been said, or may have been; what certainly never left is written anew."""

PLANNED = tuple(f.Section(name) for name in ("opt_out", "data_source", "access", "legal_basis", "rectification"))
"""Sections that a decision writes at once; the others are written by what follows from it."""


def standing_of(
    contact: Contact,
    background: Background,
    facts: f.Facts,
    promise: str,
    reply: Reply,
    message_id: str | None,
    now: datetime,
) -> Standing:
    """How a contact stands at this moment for the decision about one of their mails.

    What this very mail has begun already counts for nothing against it: it is taken up, not doubled.
    """
    person = background.people[contact.id]
    earlier = _earlier(person, reply, message_id)
    mine = [letter for letter in person.letters if letter.reply_id == reply.id and letter.step.startswith(ANSWER)]
    return Standing(
        kind=contact.kind,
        language=contact.language,
        promise=promise,
        suppressed=person.stopped_since is not None,
        letters_off=contact.letters_off_since is not None,
        erasing=bool(person.erasing - {reply.id}),
        letter_waits=bool(earlier & {letter.reply_id for letter in person.letters if _waits(letter)}),
        mail_waits=bool(earlier & person.waiting),
        open_rights=frozenset(right for reply_id, right in person.open_rights if reply_id != reply.id),
        told=frozenset(f.Section(name) for letter in mine if letter.state in LEFT for name in letter.sections),
        missing_facts=tuple(_missing(facts)),
        counters=_counters(contact, person, background, reply, message_id, now),
    )


def _earlier(person: Person, reply: Reply, message_id: str | None) -> set[int]:
    """Their mails before this one; another copy of the same mail is none."""
    return {
        reply_id
        for reply_id, at, said in person.came
        if (at, reply_id) < (reply.received_at, reply.id) and not (message_id and said == message_id)
    }


def _waits(letter: Written) -> bool:
    """Whether an answer or a code has not left; letters of an erasure wait for other things."""
    return letter.state in WAITS and (letter.step.startswith(ANSWER) or letter.step == CODE)


def _missing(facts: f.Facts) -> Iterator[tuple[f.Section, str]]:
    """Facts that a section needs and no record holds; a code is made when it is sent."""
    for section in PLANNED:
        yield from ((section, fact) for fact in missing_facts((section,), facts))
    code = f.Challenge(f.Fact("-", "-"), f.Fact(facts.received_at.value.date(), "-"))
    challenge = missing_facts((f.Section.CHALLENGE,), replace(facts, challenge=code))
    yield from ((f.Section.CHALLENGE, fact) for fact in challenge)


def _counters(
    contact: Contact, person: Person, background: Background, reply: Reply, message_id: str | None, now: datetime
) -> Counters:
    """Letters to this person, about this message, to their domain, and in all (RFC 3834 section 2)."""
    others = [letter for letter in person.letters if letter.reply_id != reply.id and letter.step != CODE]
    recent = [letter for letter in others if letter.created_at > now - timedelta(days=30)]
    return Counters(
        contact_7_days=sum(letter.created_at > now - timedelta(days=7) for letter in recent),
        contact_30_days=len(recent),
        domain_1_hour=background.last_hour[contact.email_normal.rpartition("@")[2]],
        all_1_hour=background.last_hour.total(),
        same_message=sum(bool(message_id) and letter.in_reply_to == message_id for letter in others),
    )
