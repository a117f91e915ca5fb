"""From a stored letter to the bytes that leave: rendered from frozen facts, addressed from the contact's own row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from daemon.errors import ReplydError
from daemon.records import Account, Contact, Letter
from daemon.records.encryption import Sealed, Vault
from daemon.rights.facts import FACTS
from responses.answer import NotTogether
from responses.composition import Attachment, Sender, compose, copy_of_data
from responses.facts import Facts, MissingFact, Section
from responses.lint import lint
from responses.pdf import copy_of_data_pdf
from responses.rendering import LetterTooLong, NoTemplate, Templates, render
from responses.sandbox import TemplateRefused


class LetterStopped(ReplydError):  # noqa: N818  an outcome that callers name
    """A letter that may not leave as it is: a person has to look at it. `reason` is a code without personal data."""

    permanent = True

    def __init__(self, reason: str) -> None:
        super().__init__(f"a letter was stopped ({reason}); look at it with `replyd review`")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is made of, read in one transaction; the recipient is the stored address as it is now."""

    letter: Letter
    account: Account
    recipient: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished letter: who gets it and its RFC 5322 bytes."""

    recipient: str
    envelope_from: str
    raw: bytes


def read_draft(session: Session, vault: Vault, letter_id: int) -> Draft:
    """Read a letter with its account, its contact's address and its frozen facts; LetterStopped when any is gone."""
    letter = session.get(Letter, letter_id)
    if letter is None or letter.facts is None or letter.facts_key is None:
        raise LetterStopped("facts_erased")
    account, contact = session.get(Account, letter.account_id), session.get(Contact, letter.contact_id)
    if account is None or contact is None:
        raise LetterStopped("contact_erased")
    facts = FACTS.validate_json(vault.open(Sealed(letter.facts, letter.facts_key), "letter.facts"))
    return Draft(letter, account, contact.email, facts)


def printed(draft: Draft, templates: Templates, now: datetime) -> Printed:
    """Render, lint and compose; LetterStopped with the reason when the letter may not leave."""
    sections = tuple(Section(name) for name in draft.letter.sections)
    try:
        letter = render(sections, draft.facts, draft.letter.language, templates)
    except MissingFact as error:
        raise LetterStopped(f"missing_fact:{error.fact.partition(' ')[0]}") from error
    except (NoTemplate, NotTogether, TemplateRefused, LetterTooLong) as error:
        raise LetterStopped(f"template:{type(error).__name__}") from error
    complaints = lint(letter, sections, draft.letter.language)
    if complaints:
        raise LetterStopped("lint")
    if draft.facts.address.value != draft.recipient:
        raise LetterStopped("address_changed")
    copies: tuple[Attachment, ...] = ()
    if Section.ACCESS in sections:
        try:
            copies = (copy_of_data_pdf(draft.facts, draft.letter.language), copy_of_data(draft.facts))
        except LetterTooLong as error:
            raise LetterStopped("copy:LetterTooLong") from error
    raw = compose(
        letter,
        sender=Sender(draft.account.address, draft.account.controller_name or ""),
        recipient=draft.recipient,
        in_reply_to=draft.letter.in_reply_to,
        references=draft.letter.references,
        message_id=draft.letter.message_id,
        date=now,
        attachments=copies,
    )
    return Printed(draft.recipient, draft.account.address, raw)
