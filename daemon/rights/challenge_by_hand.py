"""A one-time code that a person has sent in place of judging a reply."""

from sqlalchemy import select, update

from daemon.decisions.circumstances import letter_language
from daemon.decisions.plan import SendChallenge, words
from daemon.decisions.standing import Standing
from daemon.decisions.states import ReplyState, check
from daemon.errors import ReplydError
from daemon.ledger.entries import EntryKind
from daemon.records import Delivery, Letter
from daemon.rights import challenge
from daemon.rights.decided import Decided, Effects, note
from daemon.rights.review import refuse_under_way, withdraw_unsent
from responses.facts import Section
from responses.languages import LANGUAGES


class NoCode(ReplydError):  # noqa: N818  an outcome that callers name
    """No code may be sent because of this reply."""

    permanent = True


def send_code(decided: Decided, effects: Effects, *, by: str) -> None:
    """Send the code and put the reply away until it comes back, or does not; raises NoCode.

    What was held is written anew when it does. Outreach rests or stays stopped, and clocks run, as they do.
    """
    reply, contact = decided.reply, decided.contact
    if contact is None or decided.facts is None:
        raise NoCode(f"reply {reply.id} is from nobody whose address is stored: there is nowhere to send a code")
    language = letter_language(decided.case, Standing(language=contact.language))
    if language is None or language not in LANGUAGES:
        raise NoCode(f"there are no letters in the language of reply {reply.id} ({language or 'not known'})")
    refuse_under_way(effects.session, reply)
    withdraw_unsent(effects.session, reply, effects.now, by="review")
    step = SendChallenge(language, released=True)
    check(ReplyState(reply.state), ReplyState.HANDLED)
    reply.state, reply.decided_at, reply.reasons = ReplyState.HANDLED, effects.now, list(decided.plan.reasons)
    reply.plan = [*(reply.plan or []), words(step)]
    effects.session.flush()
    challenge.start(decided, effects, language=language, released=True)
    if reply.state != ReplyState.HANDLED:
        raise NoCode(f"no code is sent because of reply {reply.id}: {(reply.reasons or [''])[-1].partition(':')[2]}")
    letter = select(Letter.id).where(Letter.reply_id == reply.id, Letter.step == Section.CHALLENGE.value)
    effects.session.execute(update(Delivery).where(Delivery.letter_id.in_(letter)).values(by_key=True))
    note(EntryKind.REVIEW_DECIDED, decided, effects, {"decision": "code", "by": by})
