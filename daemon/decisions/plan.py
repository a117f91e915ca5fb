"""The plan for one reply: what is to be done, as values, before anything is."""

from dataclasses import dataclass
from enum import StrEnum

from classifiers.intents import Intent
from daemon.decisions.states import ReplyState
from responses.facts import Section


class Whom(StrEnum):
    """Whose address a pause or suppression is for; resolved to addresses when it is carried out."""

    SENDER_AND_CONTACT = "sender_and_contact"
    """The From address, and the contact that the thread belongs to."""
    CONTACT = "contact"
    FAILED_RECIPIENTS = "failed_recipients"
    """Those whom a bounce is about: contacts of ours to whom went what it brings back."""


@dataclass(frozen=True, slots=True)
class PauseOutreach:
    """Stop outreach here, where it can be undone, until a decision or for a number of months."""

    whom: Whom
    reason: str
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Suppress:
    """Stop outreach for good."""

    whom: Whom
    reason: str


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Start the clock of one right."""

    right: Intent
    with_person: bool


@dataclass(frozen=True, slots=True)
class Freeze:
    """Keep a copy of what is held now."""


@dataclass(frozen=True, slots=True)
class SendLetter:
    """One letter with these sections; held for a person's key unless released."""

    sections: tuple[Section, ...]
    language: str
    released: bool


@dataclass(frozen=True, slots=True)
class HoldLetters:
    """Keep back what has not left yet of letters to the contact about earlier mails, for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class SwitchLettersOff:
    """Send nothing by machine to the contact any more, since a letter bounced."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Call a person at once."""

    reason: str


@dataclass(frozen=True, slots=True)
class DropBody:
    """Forget the text of a mail that is not ours; its header stays for some days."""


@dataclass(frozen=True, slots=True)
class StartErasure:
    """Erase the person, after the grace; its letters leave without a key when `released`."""

    released: bool


@dataclass(frozen=True, slots=True)
class SendChallenge:
    """Have whoever reads the stored address send a one-time code back; held for a person's key unless released."""

    language: str
    released: bool


@dataclass(frozen=True, slots=True)
class PassChallenge:
    """The code of this challenge came back: the reply that it was about is decided again, its sender proved."""

    challenge_id: int


@dataclass(frozen=True, slots=True)
class Restrict:
    """Store the contact's data and use them for nothing else while a dispute about them is open (Art. 18(1)(a))."""


Step = (
    PauseOutreach | Suppress | OpenRequest | Freeze | SendLetter | SwitchLettersOff | Alarm | DropBody
    | StartErasure | SendChallenge | PassChallenge | Restrict | HoldLetters
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order in which they are carried out, the state the reply ends in, and why."""

    state: ReplyState
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]

    def in_words(self) -> list[str]:
        """The steps in words a reviewer reads, without personal data."""
        return [words(step) for step in self.steps] + (["ask a person"] if self.state is ReplyState.REVIEW else [])


def words(step: Step) -> str:  # noqa: C901, PLR0911, PLR0912  one line for each kind of step
    """One step in words."""
    match step:
        case PauseOutreach(whom, reason, months):
            term = f" for {months} months" if months else ""
            return f"pause outreach to {_WHOM[whom]}{term} ({reason})"
        case Suppress(whom, reason):
            return f"suppress {_WHOM[whom]} ({reason})"
        case OpenRequest(right, with_person):
            return f"open a request for {right}{', for a person' if with_person else ''}"
        case Freeze():
            return "freeze a copy of what is held"
        case SendLetter(sections, language, released):
            held = "" if released else ", held for a key"
            return f"send one letter to the stored address: {', '.join(sections)} ({language}{held})"
        case HoldLetters(reason):
            return f"keep back letters to the contact that have not left ({reason})"
        case SwitchLettersOff():
            return "switch off automatic letters to the contact"
        case Alarm(reason):
            return f"raise an alarm ({reason})"
        case DropBody():
            return "drop the text, keep the header for some days"
        case StartErasure(released):
            return f"start the erasure, with a grace in which it can be undone{'' if released else ', letters by key'}"
        case SendChallenge(language, released):
            return f"send a one-time code to the stored address ({language}{'' if released else ', held for a key'})"
        case PassChallenge(challenge_id):
            return f"take the code of challenge {challenge_id} for proved, and decide its reply again"
        case Restrict():
            return "restrict the use of the contact's data while the dispute is open"


_WHOM = {
    Whom.SENDER_AND_CONTACT: "the sender and the thread's contact",
    Whom.CONTACT: "the contact",
    Whom.FAILED_RECIPIENTS: "the recipients it names",
}
