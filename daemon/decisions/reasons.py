"""Reasons in words: every code that says why a reply waits, as a sentence for the person who looks at it."""

from daemon.decisions.circumstances import FOR_A_PERSON

_OTHERS = {
    # of the classifier
    "empty": "there are no words that could be understood",
    "too_long": "the text is longer than the classifier reads",
    "untrained_language": "it is in a language that the classifier has not learnt",
    "unlike_training": "it is unlike anything that the classifier has learnt",
    "rule_against_model": "a rule and the trained model disagree",
    "negated": "a wish is mentioned with a no beside it",
    "contradiction": "it says two things that do not go together",
    "no_model": "there is no usable model, so every reply is a person's",
    # of robots and passing traffic
    "automatic": "a machine wrote it",
    "letter_bounced": "an answer of ours came back as undeliverable: the person still has none",
    "returns_no_mail_of_ours": "a bounce names a contact, and brings back nothing that went to them",
    "wish_in_robot_mail": "it bears the marks of a robot and sounds like a person who wants to be left alone",
    "no_contact_no_message_no_right": "it is no contact, no thread of ours and asks for no right",
    # of letters that were not written
    "unanswerable": "a rule against mail loops forbids an automatic answer",
    "no_stored_address": "there is no stored address to send a letter to",
    "letters_off": "a letter to this person bounced, so none leaves by machine",
    "no_letter_in_language": "there are no letters in this language",
    "counter": "this person, domain or hour has had its letters",
    "missing_fact": "a fact that the letter needs is not stored",
    "needs_key": "its letter waits for a person's key",
    "not_signed_off": "nobody has signed off the letters of this language as they are now",
    "second_mail": "the person wrote again before our letter had left",
    "challenge_refused": "no one-time code may be sent",
    "challenge_expired": "the code that was sent has not come back in time",
    # of letters that were stopped or got lost on the way
    "letter_held": "a letter was stopped before it left",
    "letter_refused": "the mail server refused a letter",
    "letter_in_doubt": "nobody knows whether a letter has left",
    # of the machine itself
    "mode": "the mode is shadow: this was only shown",
    "reviewed": "a person has decided it",
    "undone": "a person has taken the decision back",
    "waits_for_code": "a one-time code was sent to the stored address",
    "failed": "it could not be handled",
}

MEANINGS = _OTHERS | {row.name: row.meaning for row in FOR_A_PERSON}
"""The sentence for each code; what follows a colon in a reason says more and is no part of its code."""


def in_words(reason: str) -> str:
    """A reason as a sentence: `missing_fact:provenance.source` as `a fact ... is not stored (provenance.source)`."""
    code, _, rest = reason.partition(":")
    meaning = MEANINGS.get(code, code.replace("_", " "))
    return f"{meaning} ({rest.strip()})" if rest.strip() else meaning
