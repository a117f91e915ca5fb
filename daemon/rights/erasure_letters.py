"""The letters of an erasure: what is gone, what is still open, what is kept; each fact with its record."""

from datetime import UTC, date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from daemon.decisions.erasure import Progress
from daemon.decisions.states import DeliveryState, TaskState, sources
from daemon.ledger.entries import EntryKind, opening_of, record
from daemon.records import (
    Account,
    Contact,
    Delivery,
    Erasure,
    Letter,
    Reply,
    Review,
    Subject,
    Suppression,
    SystemTask,
)
from daemon.rights.decided import Effects
from daemon.rights.erasure_progress import COMPLETED, INTERIM
from daemon.rights.facts import controller_of
from daemon.rights.letters import Draft, queue_letter
from daemon.rights.tasks import tasks_of
from responses import facts as f

OURS = {
    "en": "our database of contacts and correspondence",
    "de": "unsere Datenbank mit Kontakten und Schriftwechsel",
}
"""What this database is called in letters; the name of the program where a language has no words for it here."""

SECTIONS = {INTERIM: f.Section.ERASURE_INTERIM, COMPLETED: f.Section.ERASURE_COMPLETED}


def can_write(progress: Progress) -> bool:
    """Whether a letter may go to this person by machine."""
    return not (progress.letters_off or progress.without_letter or progress.unanswerable or progress.language is None)


def queue_erasure_letter(step: str, erasure: Erasure, effects: Effects) -> Letter:
    """Queue the interim or the completion letter to the stored address, released or held as the erasure says."""
    session = effects.session
    reply, account = session.get_one(Reply, erasure.reply_id), session.get_one(Account, erasure.account_id)
    contact = session.get_one(Contact, erasure.contact_id)
    draft = Draft(
        step=step,
        sections=(SECTIONS[step],),
        language=erasure.language or "",
        facts=erasure_facts(erasure, reply, account, contact, effects),
        in_reply_to=erasure.message_id,
        references=(),
    )
    by_key = session.scalar(select(Review.id).where(Review.reply_id == reply.id).limit(1)) is not None
    return queue_letter(draft, reply, account, contact, effects, released=erasure.released, by_key=by_key)


def erasure_facts(erasure: Erasure, reply: Reply, account: Account, contact: Contact, effects: Effects) -> f.Facts:
    """What a letter of an erasure may say: nothing of what was erased but that it was."""
    session = effects.session
    subject = session.scalars(select(Subject).where(Subject.contact_id == contact.id)).one()
    tasks = tasks_of(session, erasure.id)
    return f.Facts(
        controller=controller_of(account),
        provenance=(),
        held=(),
        correspondence=(),
        suppressed_on=_suppressed_on(session, erasure),
        received_at=f.Fact(reply.received_at, f"replies:{reply.id}.received_at"),
        case=f.Fact(erasure.case, f"erasures:{erasure.id}.case"),
        opening=f.Fact(opening_of(effects.vault, subject), f"subjects:{subject.id}.opening"),
        address=f.Fact(contact.email, f"contacts:{contact.id}.email"),
        name=None,
        erased=(*_ours(erasure), *(_ticked(task) for task in tasks if task.state == TaskState.DONE)),
        open_systems=tuple(_open(task) for task in tasks if task.state == TaskState.OPEN),
    )


def _suppressed_on(session: Session, erasure: Erasure) -> f.Fact[date] | None:
    row = session.scalar(
        select(Suppression).where(
            Suppression.scope == "address", Suppression.digest == erasure.digests[0], Suppression.undone_at.is_(None)
        )
    )
    return None if row is None else f.Fact(row.since.astimezone(UTC).date(), f"suppressions:{row.id}.since")


def _ours(erasure: Erasure) -> tuple[f.ErasedSystem, ...]:
    """Our own database: the purge has read everything again before it was committed (`purge.residue`)."""
    if erasure.purged_at is None:
        return ()
    at = f"erasures:{erasure.id}"
    return (
        f.ErasedSystem(
            name=f.Fact(OURS.get(erasure.language or "", "replyd"), at),
            on=f.Fact(erasure.purged_at.astimezone(UTC).date(), f"{at}.purged_at"),
            how=f.Fact(f.HowErased.VERIFIED, f"{at}.purged_at"),
            items=f.Fact(tuple(erasure.items), f"{at}.items") if erasure.items else None,
        ),
    )


def _ticked(task: SystemTask) -> f.ErasedSystem:
    at = f"system_tasks:{task.id}"
    if task.done_at is None:
        raise RuntimeError(f"task {task.id} is done and has no day")
    return f.ErasedSystem(
        name=f.Fact(task.system, f"{at}.system"),
        on=f.Fact(task.done_at.astimezone(UTC).date(), f"{at}.done_at"),
        how=f.Fact(f.HowErased.TICKED, f"{at}.done_by"),
    )


def _open(task: SystemTask) -> f.OpenSystem:
    at = f"system_tasks:{task.id}"
    return f.OpenSystem(name=f.Fact(task.system, f"{at}.system"), due=f.Fact(task.due, f"{at}.due"))


def withdraw(effects: Effects, erasure: Erasure, steps: tuple[str, ...], reason: str) -> None:
    """Withdraw those letters of an erasure that are not under way; what was sent stays sent."""
    session = effects.session
    letters = select(Letter.id).where(Letter.reply_id == erasure.reply_id, Letter.step.in_(steps))
    unsent = select(Delivery.letter_id).where(
        Delivery.letter_id.in_(letters), Delivery.state.in_(sources(DeliveryState.WITHDRAWN))
    )
    subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == erasure.contact_id))
    for letter_id in session.scalars(unsent.order_by(Delivery.letter_id).with_for_update(of=Delivery)).all():
        session.execute(
            update(Delivery).where(Delivery.letter_id == letter_id).values(state=DeliveryState.WITHDRAWN, reason=reason)
        )
        payload = {"letter": letter_id, "reply": erasure.reply_id, "by": reason}
        record(session, effects.now, EntryKind.LETTER_CANCELLED, subject=subject, payload=payload)
