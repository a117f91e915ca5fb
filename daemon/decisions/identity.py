"""How much evidence each right needs before the machine may answer it."""

from classifiers.intents import Intent
from daemon.decisions.case import Case, Level

DATA_OR_DELETION = frozenset({Intent.ACCESS, Intent.ERASURE})
"""What a code can prove the sender for; a dispute about the data is a person's anyway."""


def enough_evidence(intent: Intent, case: Case, *, always_challenge: bool = False) -> bool:
    """Whether the case proves the sender well enough for the full effect of this intent.

    Stopping needs nothing (Art. 21: no hurdle). A source question is answered to the stored address anyway, so the
    claim is enough; data and deletion need the claim and the thread or the domain, or a code, or a person. With
    `always_challenge` (`identity.access`) the mail itself never proves enough for them.
    """
    if intent in {Intent.OPT_OUT, Intent.DECLINED, Intent.INTERESTED, Intent.COMPLAINT}:
        return True
    if case.has(Level.PERSON) or case.has(Level.CODE):
        return True
    if intent in {Intent.DATA_SOURCE, Intent.LEGAL_BASIS}:
        return case.has(Level.CLAIM)
    if always_challenge and intent in DATA_OR_DELETION:
        return False
    return case.has(Level.CLAIM) and (case.has(Level.THREAD) or case.has(Level.DOMAIN))
