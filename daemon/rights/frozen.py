"""Frozen copies: what was held about a person when their request came; nothing later changes what they are told."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.ledger.entries import EntryKind
from daemon.records import FrozenCopy
from daemon.records.encryption import Sealed, Vault
from daemon.rights.decided import Decided, Effects, note
from daemon.rights.facts import FACTS
from responses.answer import missing_facts
from responses.facts import Facts, Section

PURPOSE = "frozen_copy.facts"


def freeze(decided: Decided, effects: Effects) -> None:
    """Keep what is held now; a copy that was frozen when the reply was first decided stays as it is."""
    if decided.facts is None or decided.contact is None or _copy_of(effects.session, decided.reply.id) is not None:
        return
    sealed = effects.vault.seal(FACTS.dump_json(decided.facts), purpose=PURPOSE)
    effects.session.add(
        FrozenCopy(
            reply_id=decided.reply.id,
            contact_id=decided.contact.id,
            facts=sealed.ciphertext,
            facts_key=sealed.key,
            frozen_at=effects.now,
        )
    )
    note(EntryKind.COPY_FROZEN, decided, effects, {})


def as_frozen(session: Session, vault: Vault, reply_id: int, now: Facts) -> Facts:
    """What is held as it was when the request came, and everything around it as it is now.

    Who answers, on which balancing test and since when outreach is stopped are facts of today. So is where the data
    came from, as long as the copy alone could not say it: that a person has found out since is what it waited for.
    """
    copy = _copy_of(session, reply_id)
    if copy is None or copy.facts is None or copy.facts_key is None:
        return now
    frozen = FACTS.validate_json(vault.open(Sealed(copy.facts, copy.facts_key), PURPOSE))
    merged = replace(now, held=frozen.held, correspondence=frozen.correspondence, provenance=frozen.provenance)
    if missing_facts((Section.ACCESS,), merged):
        return replace(merged, provenance=now.provenance)
    return merged


def _copy_of(session: Session, reply_id: int) -> FrozenCopy | None:
    return session.scalar(select(FrozenCopy).where(FrozenCopy.reply_id == reply_id))
