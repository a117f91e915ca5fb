"""How much evidence each right needs before the machine may answer it."""

from classifiers.intents import Intent
from daemon.decisions.case import Case, Level


def enough_evidence(intent: Intent, case: Case) -> bool:
    """Whether the case proves the sender well enough for the full effect of this intent.

    Stopping needs nothing (Art. 21: no hurdle). A source question is answered to the stored address anyway, so the
    claim is enough; data and deletion need the claim and the thread or the domain, or a code, or a person.
    """
    if intent in {Intent.OPT_OUT, Intent.DECLINED, Intent.INTERESTED, Intent.COMPLAINT}:
        return True
    if case.has(Level.PERSON) or case.has(Level.CODE):
        return True
    if intent in {Intent.DATA_SOURCE, Intent.LEGAL_BASIS}:
        return case.has(Level.CLAIM)
    return case.has(Level.CLAIM) and (case.has(Level.THREAD) or case.has(Level.DOMAIN))
