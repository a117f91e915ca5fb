"""Carrying out a plan: its steps, in order, in the transaction that decided it.

What the machine decided and what a reviewer decided come through here alike.
"""

import re
import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.decisions.case import Case, Level
from daemon.decisions.deadlines import add_months, due
from daemon.decisions.plan import (
    Alarm,
    DropBody,
    Freeze,
    HoldLetters,
    OpenRequest,
    PassChallenge,
    PauseOutreach,
    Restrict,
    SendChallenge,
    SendLetter,
    StartErasure,
    Step,
    Suppress,
    SwitchLettersOff,
    Whom,
)
from daemon.decisions.states import ReplyState, RequestState, check
from daemon.ledger.entries import EntryKind
from daemon.records import Contact, Letter, OutreachMessage, Reply, Request
from daemon.records.encryption import Sealed
from daemon.rights import challenge, erasure
from daemon.rights.decided import Decided, Effects, note
from daemon.rights.frozen import freeze
from daemon.rights.letters import Draft, next_answer, queue_letter
from daemon.rights.restriction import restrict
from daemon.rights.second_mail import hold_letters
from daemon.rights.suppression import pause, suppress

_HEADER_END = re.compile(rb"(?>\r\n|\r|\n){2}")
"""An empty line, whatever ends its lines: what counts as the text must not be kept as header."""


def new_case() -> str:
    """A case reference that says nothing: `R-` and eight letters or digits."""
    return f"R-{b32encode(secrets.token_bytes(5)).decode('ascii')}"


def carry_out(decided: Decided, effects: Effects) -> tuple[str, ...]:
    """Do every step of the plan and write it into the ledger; returns the reasons of alarms, raised after commit."""
    if decided.plan.state is ReplyState.SHADOWED:
        return tuple(_alarms(decided))
    for step in decided.plan.steps:
        _carry_out(step, decided, effects)
    return (*_alarms(decided), *challenge.refused(decided, effects))


def _alarms(decided: Decided) -> Iterable[str]:
    return (step.reason for step in decided.plan.steps if isinstance(step, Alarm))


def _carry_out(step: Step, decided: Decided, effects: Effects) -> None:  # noqa: C901, PLR0912  one line for each step
    match step:
        case PauseOutreach():
            _pause(step, decided, effects)
        case Suppress():
            _suppress(step, decided, effects)
        case OpenRequest():
            _open_request(step, decided, effects)
        case Freeze():
            freeze(decided, effects)
        case SendLetter():
            _queue_letter(step, decided, effects)
        case HoldLetters(reason):
            hold_letters(decided, effects, reason)
        case SwitchLettersOff():
            _switch_letters_off(decided, effects)
        case Alarm(reason):
            note(EntryKind.ALARM, decided, effects, {"reason": reason})
        case DropBody():
            _drop_body(decided.reply, effects)
        case StartErasure(released):
            erasure.start(decided, effects, released=released)
        case SendChallenge(language, released):
            challenge.start(decided, effects, language=language, released=released)
        case PassChallenge(challenge_id):
            challenge.passed(decided, effects, challenge_id)
        case Restrict():
            restrict(decided, effects)


def _addresses(whom: Whom, decided: Decided, effects: Effects) -> Iterable[tuple[str, int | None]]:
    """Addresses with their contact's identifier, each once."""
    case, contact = decided.case, decided.contact
    found: dict[str, int | None] = {}
    if whom in {Whom.CONTACT, Whom.SENDER_AND_CONTACT} and contact is not None:
        found[contact.email_normal] = contact.id
    if whom is Whom.SENDER_AND_CONTACT and case.sender is not None:
        found.setdefault(case.sender, None)
    if whom is Whom.FAILED_RECIPIENTS:
        if contact is not None and case.match.matched_by in {"returned", "letter"} and not case.match.by_name_only:
            found[contact.email_normal] = contact.id
        found |= _named_and_written_to(case, effects.session)
    return found.items()


def _named_and_written_to(case: Case, session: Session) -> dict[str, int | None]:
    """Contacts whom a bounce names and to whom went what it brings back: nobody else's word stops outreach to many."""
    returned = case.reading.automatic.original_message_ids if case.reading.automatic else ()
    named = (
        select(Contact.email_normal, Contact.id)
        .join(OutreachMessage, OutreachMessage.contact_id == Contact.id)
        .where(OutreachMessage.message_id.in_(returned), Contact.email_normal.in_(case.failed_recipients))
    )
    return {address: contact_id for address, contact_id in session.execute(named)}  # noqa: C416  rows


def _pause(step: PauseOutreach, decided: Decided, effects: Effects) -> None:
    until = _in_months(effects.now, step.months) if step.months else None
    for address, contact_id in _addresses(step.whom, decided, effects):
        new = pause(
            effects.session,
            effects.digester,
            address,
            contact_id=contact_id,
            reply_id=decided.reply.id,
            reason=step.reason,
            since=effects.now,
            until=until,
        )
        if new:
            note(EntryKind.PAUSED, decided, effects, {"reason": step.reason, "months": step.months})


def _in_months(moment: datetime, months: int) -> datetime:
    return datetime.combine(add_months(moment.date(), months), moment.timetz())


def _suppress(step: Suppress, decided: Decided, effects: Effects) -> None:
    for address, _contact_id in _addresses(step.whom, decided, effects):
        reply_id = decided.reply.id
        if suppress(
            effects.session,
            effects.digester,
            address,
            vault=effects.vault,
            reply_id=reply_id,
            reason=step.reason,
            since=effects.now,
        ):
            note(EntryKind.SUPPRESSED, decided, effects, {"reason": step.reason})


def _open_request(step: OpenRequest, decided: Decided, effects: Effects) -> None:
    """Start a clock, or take up the one that this reply has started before a person judged it."""
    reply, dates = decided.reply, due(decided.reply.received_at, decided.account.controller_country)
    state = RequestState.WITH_PERSON if step.with_person else RequestState.OPEN
    mine = select(Request).where(Request.reply_id == reply.id, Request.right == step.right.value)
    request = effects.session.scalar(mine)
    if request is None:
        request = Request(reply_id=reply.id, case=reply.case, right=step.right.value)
    elif request.state == state:
        return
    else:
        check(RequestState(request.state), state)
    request.contact_id, request.received_at = reply.contact_id, reply.received_at
    request.legal_due, request.safe_due = dates.legal, dates.safe
    request.state, request.changed_at = state.value, effects.now
    effects.session.add(request)
    payload = {
        "right": step.right.value,
        "legal_due": dates.legal.isoformat(),
        "seat": decided.account.controller_country,  # whose law and holidays made the date
        "state": state.value,
    }
    note(EntryKind.REQUEST_OPENED, decided, effects, payload)


def _switch_letters_off(decided: Decided, effects: Effects) -> None:
    """Nothing goes out to them by machine any more, and what the letter that bounced had answered is open again."""
    automatic, contact = decided.case.reading.automatic, decided.contact
    if contact is not None and automatic is not None:
        contact.letters_off_since = effects.now
        returned = select(Letter.reply_id).where(
            Letter.contact_id == contact.id, Letter.message_id.in_(automatic.original_message_ids)
        )
        unanswered = (RequestState.OPEN, RequestState.ANSWERED)
        effects.session.execute(
            update(Request)
            .where(Request.reply_id.in_(returned), Request.state.in_(unanswered))
            .values(state=RequestState.WITH_PERSON, changed_at=effects.now)
        )
    note(EntryKind.LETTERS_SWITCHED_OFF, decided, effects, {})


def _queue_letter(step: SendLetter, decided: Decided, effects: Effects) -> None:
    if decided.contact is None or decided.facts is None:
        raise RuntimeError("a letter was planned for somebody who is no contact")
    message = decided.case.reading.message
    letter = Draft(
        step=next_answer(effects.session, decided.reply.id),
        sections=step.sections,
        language=step.language,
        facts=decided.facts,
        in_reply_to=message.message_id or None,
        references=tuple(message.references or message.in_reply_to),
    )
    by_key = decided.case.has(Level.PERSON)
    queue_letter(
        letter, decided.reply, decided.account, decided.contact, effects, released=step.released, by_key=by_key
    )


def _drop_body(reply: Reply, effects: Effects) -> None:
    """Keep the header of a mail that is not ours, encrypted under a new key; the old key goes with the text."""
    if reply.raw is None or reply.raw_key is None:
        return
    raw = effects.vault.open(Sealed(reply.raw, reply.raw_key), "reply.raw")
    header = _HEADER_END.split(raw.lstrip(b"\r\n"), 1)[0]
    sealed = effects.vault.seal(header, purpose="reply.raw")
    reply.raw, reply.raw_key = sealed.ciphertext, sealed.key
