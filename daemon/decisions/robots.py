"""What each kind of automatic mail leads to: it is never answered, and some of it stops outreach."""

from classifiers.intents import WISHES_TO_STOP
from classifiers.reading.automatic import Automatic, AutomaticKind
from daemon.decisions.case import Case, Known
from daemon.decisions.plan import DropBody, PauseOutreach, Plan, Step, Suppress, SwitchLettersOff, Whom
from daemon.decisions.states import ReplyState


def about_robot(case: Case, automatic: Automatic) -> Plan:
    """Robot mail is never answered; some of it stops outreach, and one that sounds like a person waits for one."""
    reason = f"automatic:{automatic.rule}"
    known = case.match.known is Known.CONTACT
    steps: list[Step] = []
    if automatic.kind is AutomaticKind.BOUNCE and automatic.hard:
        steps.append(Suppress(Whom.FAILED_RECIPIENTS, "hard_bounce"))
    if automatic.kind is AutomaticKind.BOUNCE and case.match.matched_by == "letter":
        # Whoever asked has no answer after all: a person has to find another way, before the law's date.
        return Plan(ReplyState.REVIEW, (*steps, SwitchLettersOff()), (reason, "letter_bounced"))
    if steps and known and (case.match.by_name_only or case.match.matched_by == "address"):
        # Anybody can write a bounce and name in it whom they like; what we sent comes back only from where it went.
        return Plan(
            ReplyState.REVIEW, (PauseOutreach(Whom.CONTACT, "hard_bounce"),), (reason, "returns_no_mail_of_ours")
        )
    if automatic.kind is AutomaticKind.ABUSE_REPORT and known:
        steps.append(Suppress(Whom.CONTACT, "abuse_report"))
    if automatic.kind is AutomaticKind.UNSUBSCRIBE:
        steps.append(Suppress(Whom.SENDER_AND_CONTACT, "unsubscribe"))
    if automatic.kind is AutomaticKind.DEPARTED and known:
        return Plan(ReplyState.REVIEW, (PauseOutreach(Whom.CONTACT, "departed"),), (reason,))
    if known and automatic.kind in MAY_BE_A_PERSON and WISHES_TO_STOP & {*case.prediction.act, *case.prediction.maybe}:
        steps.append(PauseOutreach(Whom.CONTACT, "wish_in_robot_mail"))
        return Plan(ReplyState.REVIEW, tuple(steps), (reason, "wish_in_robot_mail"))
    if case.match.known is Known.UNKNOWN and automatic.kind in PASSING_TRAFFIC:
        return Plan(ReplyState.NOT_OURS, (DropBody(),), (reason,))
    return Plan(ReplyState.AUTOMATIC, tuple(steps), (reason,))


MAY_BE_A_PERSON = frozenset(
    {AutomaticKind.AUTO_REPLY, AutomaticKind.LIST, AutomaticKind.RECEIPT, AutomaticKind.OTHER, AutomaticKind.CHALLENGE}
)
"""Kinds whose marks a person's mail may carry by mistake, or because it came by way of a group's address."""

PASSING_TRAFFIC = frozenset(
    {AutomaticKind.LIST, AutomaticKind.AUTO_REPLY, AutomaticKind.RECEIPT, AutomaticKind.OTHER, AutomaticKind.CHALLENGE}
)
"""Kinds that are none of our business when they come from strangers."""
