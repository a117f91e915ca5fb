"""The nine intents: what a person who replies may ask for."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """One wish that a reply may express; several may hold at once, none of them means "other"."""

    OPT_OUT = "opt_out"
    DATA_SOURCE = "data_source"
    LEGAL_BASIS = "legal_basis"
    ACCESS = "access"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"
    INTERESTED = "interested"
    DECLINED = "declined"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an intent means: one line in words, the law it rests on, and an example reply."""

    words: str
    law: str
    example: str


MEANINGS: dict[Intent, Meaning] = {
    Intent.OPT_OUT: Meaning("stop writing to me", "GDPR Art. 21(2)-(3)", "Please take me off your list."),
    Intent.DATA_SOURCE: Meaning(
        "where did you get my data", "GDPR Art. 14(2)(f), 15(1)(g)", "Where did you find my address?"
    ),
    Intent.LEGAL_BASIS: Meaning(
        "what right have you to write to me", "GDPR Art. 6(1)(f), 14(1)(c)", "On what legal basis do you contact me?"
    ),
    Intent.ACCESS: Meaning("what do you hold about me", "GDPR Art. 15", "Send me a copy of all data about me."),
    Intent.ERASURE: Meaning("delete my data", "GDPR Art. 17", "Delete everything you have stored about me."),
    Intent.RECTIFICATION: Meaning(
        "this is wrong, change it", "GDPR Art. 16", "My surname is misspelled, please correct it."
    ),
    Intent.INTERESTED: Meaning("tell me more", "-", "Sounds good, call me on Thursday."),
    Intent.DECLINED: Meaning("no or not now, without asking to stop", "-", "Not at the moment, maybe next year."),
    Intent.COMPLAINT: Meaning(
        "threat of a lawyer or an authority, anger about the law",
        "GDPR Art. 77; UK DPA 2018 s.164A",
        "One more mail and I report you to the data-protection authority.",
    ),
}

WISHES_TO_STOP = frozenset({Intent.OPT_OUT, Intent.ERASURE})
"""Whoever expresses one of these must not be written to again."""

REQUESTS_FOR_KNOWLEDGE = frozenset({Intent.DATA_SOURCE, Intent.LEGAL_BASIS, Intent.ACCESS})
"""While one of these is open, nothing of the person's data may be purged."""
