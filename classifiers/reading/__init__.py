"""Reading a mail: bytes to Message, Message to own words, robots told from people."""

from dataclasses import dataclass, replace

from classifiers.reading.answerable import unanswerable
from classifiers.reading.automatic import Automatic, AutomaticKind, Ours, recognise
from classifiers.reading.message import Message
from classifiers.reading.own_words import OwnWords, own_words

__all__ = ["Automatic", "AutomaticKind", "Message", "Ours", "OwnWords", "Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail as it was understood before any model is asked."""

    message: Message
    own: OwnWords
    automatic: Automatic | None
    """What sort of machine wrote it; None for a person."""
    unanswerable: str | None
    """Name of the rule that forbids an automatic letter; None where none does."""

    @property
    def answerable(self) -> bool:
        """Whether an automatic letter may answer it, as far as this message alone tells."""
        return self.unanswerable is None


def read(message: Message, ours: Ours, sent_texts: tuple[str, ...] = ()) -> Reading:
    """Take a message apart, and tell whether a person wrote it and whether a letter may answer it.

    `sent_texts` are the texts that we sent to this thread, so that what is quoted of them is not taken for the person's
    own words. A bounce has no own words: what it carries is a server's notice and our own mail.
    """
    own = own_words(message, sent_texts)
    automatic = recognise(message, own, ours)
    if automatic is not None and automatic.kind is AutomaticKind.BOUNCE:
        own = replace(own, text="", quoted="\n".join(text for text in (own.text, own.quoted) if text))
    return Reading(message, own, automatic, unanswerable(message, automatic, ours))
