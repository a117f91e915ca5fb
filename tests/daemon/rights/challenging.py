"""Steps of tests about one-time codes: a forged request, its challenge, the letter that left, and answers to it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from classifiers.intents import Intent
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.plan import OpenRequest, PassChallenge, Plan, SendChallenge, Step
from daemon.decisions.states import ReplyState
from daemon.mail.codes import spelled
from daemon.records import ChallengeRecord, Letter, Reply
from daemon.rights.carry_out import carry_out
from daemon.understanding import Understood
from tests.daemon.installation import JANE, Installation, mail

FORGED = "<forged.1@evil.example>"


def understood(firm: Installation, reply_id: int) -> Understood:
    """One reply as the real reader understands it."""
    (item,) = firm.pipeline().reader.understand([firm.reply(reply_id)])
    assert isinstance(item, Understood)
    return item


def carried_out(firm: Installation, reply_id: int, *steps: Step) -> Reply:
    """A reply settled with just these steps, as if the tables had said so; the tables have tests of their own."""
    pipeline, item = firm.pipeline(), understood(firm, reply_id)
    with firm.database.write() as session:
        settling = pipeline.settling_of(session, [item])
        reply = settling.scene.replies[reply_id]
        reply.case = reply.case or f"R-{reply_id:08}"
        plan = Plan(ReplyState.HANDLED, steps, ())
        decided = settling.decided(reply, item, lambda *_: plan)
        settling.write_down(reply, item, plan)
        carry_out(decided, settling.effects)
    return firm.reply(reply_id)


def forged_request(firm: Installation, sender: str = JANE, message_id: str = FORGED, more: tuple[str, ...] = ()) -> int:
    """A mail that says it is from somebody and shows nothing for it; received, not yet settled."""
    raw = mail("Please send me a copy.", sender=sender, parent=None, message_id=message_id, more=more)
    return firm.receive(raw)


def challenged(firm: Installation, sender: str = JANE, *, released: bool = True, message_id: str = FORGED) -> int:
    """A forged request for which a code was sent; returns the reply that asked."""
    reply_id = forged_request(firm, sender, message_id)
    asks = OpenRequest(Intent.ACCESS, with_person=False)
    carried_out(firm, reply_id, asks, SendChallenge("en", released))
    return reply_id


def letter_of(firm: Installation, number: int = -1) -> EmailMessage:
    """The letter that left last, or the one of this number."""
    return message_from_bytes(firm.submission.accepted[number][2], policy=policy.default)


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def code_in(letter: EmailMessage) -> str:
    """The code as it stands in the letter."""
    (code,) = spelled(text_of(letter))
    return "-".join(code[at : at + 4] for at in range(0, 12, 4))


def sent_code(firm: Installation) -> str:
    """Deliver what is due and read the code in the last letter."""
    firm.deliver()
    return code_in(letter_of(firm))


def answer(
    firm: Installation, text: str, *, sender: str = JANE, number: int = 1, in_thread: bool = True, **changes: object
) -> int:
    """An answer to the last challenge's letter; received, not yet settled."""
    parent = firm.rows(Letter)[-1].message_id if in_thread else None
    raw = mail(text, sender=sender, parent=parent, message_id=f"<answer.{number}@example.com>", **changes)  # type: ignore[arg-type]
    return firm.receive(raw)


def came_back(firm: Installation, reply_id: int) -> Reply:
    """Settle a reply whose code came back, as the table does."""
    challenge_id = understood(firm, reply_id).case.returned_challenge
    assert challenge_id is not None
    return carried_out(firm, reply_id, PassChallenge(challenge_id))


def states(firm: Installation) -> list[str]:
    """States of all challenges, oldest first."""
    return [challenge.state for challenge in firm.rows(ChallengeRecord)]


def quoted(letter: EmailMessage, above: str = "") -> str:
    """The letter as a mail client quotes it, below these words."""
    lines = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    return f"{above}\n\nOn Thu, 5 Mar 2026 at 13:00, Firm <sales@firm.example> wrote:\n\n{lines}\n"


ASSIST = Choices(Mode.ASSIST, frozenset())
