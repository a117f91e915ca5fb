"""More time for a request (GDPR Art. 12(3)): two further months, said within the first one and with the reasons."""

from collections.abc import Sequence
from datetime import UTC

from sqlalchemy import func, select

from daemon.decisions.deadlines import due, extended
from daemon.decisions.states import DeliveryState
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind, opening_of, record, subject_of
from daemon.records import Account, Contact, Delivery, Letter, Reply, Request
from daemon.rights.background import OPEN
from daemon.rights.decided import Effects
from daemon.rights.facts import controller_of
from daemon.rights.letters import Draft, queue_letter
from responses import facts as f
from responses.languages import LANGUAGES

STEP = "extension"


class CannotExtend(ReplydError):  # noqa: N818  an outcome that callers name
    """These requests cannot be given more time."""

    permanent = True


def extend(effects: Effects, request_ids: Sequence[int], *, reason: str, language: str | None, by: str) -> Letter:
    """Move the dates of open requests of one reply and queue the one letter that says so; raises CannotExtend.

    `reason` is what the person reads; it stands in the letter's encrypted facts and nowhere else.
    """
    requests = _requests(effects, request_ids)
    reply = effects.session.get_one(Reply, requests[0].reply_id)
    account = effects.session.get_one(Account, reply.account_id)
    contact = _reachable(effects, reply)
    spoken = language or reply.language or contact.language
    if spoken is None or spoken not in LANGUAGES:
        raise CannotExtend(f"say in which language: --language {'|'.join(LANGUAGES)}")
    later = extended(reply.received_at, account.controller_country)
    if later is None:
        raise CannotExtend("the law of the controller's seat is not known, and so is whether it allows more time")
    _within_the_first_month(effects, requests, account)
    what = f.Extension(
        rights=f.Fact(tuple(request.right for request in requests), f"requests:{requests[0].id}.right"),
        until=f.Fact(later.legal, f"requests:{requests[0].id}.legal_due"),
        reasons=f.Fact(reason, f"cases:{reply.case}.extension"),
    )
    draft = Draft(
        STEP, (f.Section.EXTENSION,), spoken, _facts(what, reply, account, contact, effects), reply.message_id, ()
    )
    letter = queue_letter(draft, reply, account, contact, effects, released=True, by_key=True)
    subject = subject_of(effects.session, effects.vault, contact).commitment
    for request in requests:
        request.legal_due, request.safe_due, request.changed_at = later.legal, later.safe, effects.now
        payload = {"reply": reply.id, "case": request.case, "right": request.right, "letter": letter.id, "by": by}
        payload |= {"legal_due": later.legal.isoformat(), "seat": account.controller_country}
        record(effects.session, effects.now, EntryKind.REQUEST_EXTENDED, subject=subject, payload=payload)
    return letter


def _requests(effects: Effects, ids: Sequence[int]) -> list[Request]:
    wanted = select(Request).where(Request.id.in_(ids)).order_by(Request.id).with_for_update()
    requests = list(effects.session.scalars(wanted))
    if not requests or len(requests) != len(set(ids)) or any(request.state not in OPEN for request in requests):
        raise CannotExtend("one of these requests is not open; `replyd requests list` shows those that are")
    if len({request.reply_id for request in requests}) > 1:
        raise CannotExtend("these requests are of several mails; extend those of each by themselves")
    return requests


def _reachable(effects: Effects, reply: Reply) -> Contact:
    """The contact, where a letter about this very mail may go to them."""
    contact = effects.session.get(Contact, reply.contact_id) if reply.contact_id else None
    if contact is None:
        raise CannotExtend("there is no stored address to write to; write to the person by hand")
    if not {"E0", "E3"} & {evidence["level"] for evidence in reply.evidence or ()}:
        raise CannotExtend("another address than the stored one wrote; write to the person by hand")
    if contact.letters_off_since is not None:
        raise CannotExtend("a letter to this person bounced: `replyd requests letters-on`, or write to them by hand")
    if reply.unanswerable is not None:
        raise CannotExtend(f"no automatic letter may answer this mail ({reply.unanswerable}); write by hand")
    said = (
        select(func.count(Letter.id))
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.reply_id == reply.id, Letter.step == STEP, Delivery.state != DeliveryState.WITHDRAWN)
    )
    if effects.session.scalar(said):
        raise CannotExtend("the person was told already that it takes longer, once; the law gives no further months")
    return contact


def _within_the_first_month(effects: Effects, requests: Sequence[Request], account: Account) -> None:
    today = effects.now.astimezone(UTC).date()
    for request in requests:
        first = due(request.received_at, account.controller_country)
        if request.legal_due > first.legal:
            raise CannotExtend(f"request {request.id} was extended before")
        if today > first.legal:
            raise CannotExtend(f"the first month of request {request.id} was over on {first.legal}: answer it now")


def _facts(what: f.Extension, reply: Reply, account: Account, contact: Contact, effects: Effects) -> f.Facts:
    """What the letter says, and nothing of what is held."""
    subject = subject_of(effects.session, effects.vault, contact)
    return f.Facts(
        controller=controller_of(account),
        provenance=(),
        held=(),
        correspondence=(),
        suppressed_on=None,
        received_at=f.Fact(reply.received_at, f"replies:{reply.id}.received_at"),
        case=f.Fact(reply.case or "", f"cases:{reply.case}"),
        opening=f.Fact(opening_of(effects.vault, subject), f"subjects:{subject.id}.opening"),
        address=f.Fact(contact.email, f"contacts:{contact.id}.email"),
        name=f.Fact(contact.name, f"contacts:{contact.id}.name") if contact.name else None,
        extension=what,
    )
