"""An installation with an erasure under way: begun as a decision begins it, and a clockwork to take it further."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from sqlalchemy import select

from daemon.decisions.erasure import reasons
from daemon.decisions.plan import Plan
from daemon.decisions.states import ReplyState
from daemon.records import Account, Contact, Delivery, Erasure, Letter, Reply, Subject, SystemTask
from daemon.rights.decided import Decided, Effects
from daemon.rights.erasure import Erasures, start
from daemon.rights.erasure_progress import progress_of
from daemon.rights.tasks import finish_task
from daemon.settings_rights import System
from daemon.understanding import Understood
from tests.daemon.installation import SETTLING, Installation, mail

CRM = System(name="our CRM", steps=("Open the person", "Delete them"), days=10)
MAILBOX = System(name="our mailbox", steps=("Delete the thread",))
DECIDED = Plan(ReplyState.HANDLED, (), ())
AFTER_GRACE = datetime(2026, 3, 11, 9, tzinfo=UTC)
"""The grace of an erasure that starts on Thursday 5 March ends with Tuesday 10 March."""


def begin(firm: Installation, raw: bytes | None = None, *, released: bool = True) -> int:
    """Have a mail handled and its erasure started, as if it had been decided so; returns the erasure's id."""
    reply = firm.handle(raw or mail("delete"))
    (item,) = firm.pipeline().reader.understand([reply])
    assert isinstance(item, Understood)
    with firm.database.write() as session:
        row = session.get_one(Reply, reply.id)
        row.state = ReplyState.HANDLED
        contact = session.get_one(Contact, row.contact_id)
        subject = session.scalar(select(Subject.commitment).where(Subject.contact_id == contact.id))
        account = session.get_one(Account, row.account_id)
        decided = Decided(row, account, contact, subject, item.case, None, DECIDED)
        start(decided, effects(firm, session), released=released)
        session.flush()
        erasure = session.scalars(select(Erasure).where(Erasure.contact_id == contact.id)).one()
        erasure.released = released
        return erasure.id


def effects(firm: Installation, session) -> Effects:
    """What a decision of this moment is carried out with."""
    return Effects(session, firm.vault, firm.digester, firm.now, SETTLING)


def clockwork(firm: Installation, *systems: System) -> Erasures:
    """The clockwork of one node, with these systems declared."""
    return Erasures(firm.database, firm.vault, firm.digester, lambda: firm.now, SETTLING, systems)


def erasure_of(firm: Installation, erasure_id: int) -> Erasure:
    """One erasure as it is now."""
    with firm.database.read() as session:
        return session.get_one(Erasure, erasure_id)


def waits_for(firm: Installation, erasure_id: int) -> tuple[str, ...]:
    """The reasons for which its next step is not taken."""
    with firm.database.read() as session:
        return reasons(progress_of(session, session.get_one(Erasure, erasure_id), firm.now))


def tick(firm: Installation, *names: str, note: str | None = None) -> None:
    """A person ticks off these systems, all of them where none is named."""
    with firm.database.write() as session:
        for task in session.scalars(select(SystemTask).where(SystemTask.state == "open")).all():
            if not names or task.system in names:
                finish_task(session, firm.vault, task.id, by="kim", note=note, now=firm.now)


def letters(firm: Installation) -> dict[str, str]:
    """Step to state of all letters."""
    with firm.database.read() as session:
        found = session.execute(
            select(Letter.step, Delivery.state).join(Delivery, Delivery.letter_id == Letter.id).order_by(Letter.id)
        )
        return {step: state for step, state in found}  # noqa: C416  rows


def last_letter(firm: Installation) -> str:
    """The text of the last letter that the server accepted, in one line."""
    message = message_from_bytes(firm.submission.accepted[-1][2], policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def later(firm: Installation, **term: float) -> None:
    """Let time pass."""
    firm.now += timedelta(**term)
