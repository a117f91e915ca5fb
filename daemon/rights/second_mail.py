"""A second mail before the first one's letter has left: the letter waits, and a person reads both."""

from sqlalchemy import or_, select, update

from daemon.decisions.states import DeliveryState
from daemon.ledger.entries import EntryKind, record
from daemon.records import Delivery, Letter, Reply
from daemon.records.conditional import rows_changed
from daemon.rights.challenge import to_a_person
from daemon.rights.decided import Decided, Effects
from daemon.rights.letters import ANSWER
from responses.facts import Section


def hold_letters(decided: Decided, effects: Effects, reason: str) -> None:
    """Hold what has not left of answers and codes to this contact about other mails; their replies are a person's.

    A letter that a worker has claimed in this very moment leaves: it was answered before it was taken back.
    """
    if decided.contact is None:
        return
    session, message_id = effects.session, decided.case.reading.message.message_id
    queued = (
        select(Letter)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(
            Letter.contact_id == decided.contact.id,
            Letter.reply_id != decided.reply.id,
            or_(Letter.step.startswith(ANSWER, autoescape=True), Letter.step == Section.CHALLENGE.value),
            Delivery.state == DeliveryState.QUEUED,
        )
        .order_by(Letter.reply_id)
    )
    for letter in session.scalars(queued).all():
        if message_id and letter.in_reply_to == message_id:
            continue  # a second copy of the very mail that it answers
        # First the reply, then its delivery: the order in which a review locks them.
        reply = session.get_one(Reply, letter.reply_id, with_for_update=True)
        held = update(Delivery).where(Delivery.letter_id == letter.id, Delivery.state == DeliveryState.QUEUED)
        if rows_changed(session, held.values(state=DeliveryState.HELD, reason=reason)):
            to_a_person(session, reply, f"letter_held:{reason}", effects.now)
            payload = {"letter": letter.id, "reply": reply.id, "reason": reason, "by": decided.reply.id}
            record(session, effects.now, EntryKind.LETTER_STOPPED, subject=decided.subject, payload=payload)
