"""One-time codes that come back: what a reply spells in its writer's own words, and whether that proves anything.

Only a code that somebody typed counts. Our letter returned as a quote proves that a program or a person pressed
"reply", and the likeliest answer of somebody who asked for nothing is "that was not me" above just that quote.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.reading import Reading
from classifiers.reading.sent_text import without_sent
from daemon.decisions.case import CodeRefused
from daemon.decisions.states import ChallengeState
from daemon.records import ChallengeRecord, Letter
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Sealed, Vault
from daemon.rights.facts import FACTS
from responses.facts import Facts, MissingFact, Section
from responses.rendering import LetterTooLong, NoTemplate, Templates, render
from responses.sandbox import TemplateRefused

ALPHABET = "CDFGHJKMNPRTVWXY3479"
"""No two that look alike (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V), and no vowels, so that no code is a word."""

LENGTH = 12
"""Characters; of twenty kinds they are 51 bits."""

MOST_SPELLED = 5
"""Codes that are looked at in one mail: a person writes one, or two where the first was mistyped."""

MOST_CHARS = 50_000
"""Characters of a text that are looked through; nobody writes more around a code."""

_LETTERS = frozenset(ALPHABET)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\s_.·‐-―−-]{1,4}")
"""What may stand inside a code: blanks, line ends, dashes of every kind, dots."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")

_DENIAL = re.compile(
    r"""n['’]t\b|\b(?:no|not|never|nothing|(?:did|do|was|have|has)nt|fraud|scam|phishing
    |nicht|nie|niemals|nichts|kein\w*|betrug
    |pas|jamais|rien|aucun\w*|non|mai|nessun\w*|niet|nooit|geen|nunca|jamás|nada|ningun\w*|ningún|não|nenhum\w*
    |nie|nigdy|żadn\w*|не|нет|никогда|ikke|inte|aldri|aldrig|ingen|ei|en\ ole|nu|ne|nem|δεν|όχι)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words with which people say that they asked for nothing; where one stands beside a code, a person reads it."""


def spelled(text: str) -> tuple[str, ...]:
    """Every code that a text spells, each once and in order, without what stands between its letters.

    Case, width (NFKC), blanks, dashes and line breaks do not matter. At most MOST_SPELLED.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:MOST_CHARS]))
    found: dict[str, None] = {}
    for code in _runs(plain):
        found[code] = None
        if len(found) == MOST_SPELLED:
            break
    return tuple(found)


def _runs(text: str) -> Iterator[str]:
    """Words that follow each other and are a code together: `CDFG HJKM NPRT` as well as twelve single letters."""
    words = list(_WORD.finditer(text))
    for first in range(len(words)):
        joined, end = "", words[first].start()
        for word in words[first : first + LENGTH]:
            if joined and not _BETWEEN.fullmatch(text[end : word.start()]):
                break
            joined, end = joined + word[0].upper(), word.end()
            if len(joined) > LENGTH or not _LETTERS.issuperset(joined):
                break
            if len(joined) == LENGTH:
                yield joined
                break


def denies(text: str) -> bool:
    """Whether somebody may be saying that the request is not theirs."""
    return _DENIAL.search(text) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """One reply to be looked at: its identifier, arrival, what was read in it, and whom it was matched to."""

    reply_id: int
    received_at: datetime
    reading: Reading
    contact_id: int | None
    address: str | None
    """The matched contact's address as it is stored now."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a reply says of one-time codes."""

    challenge_id: int | None = None
    """The open challenge whose code its writer typed."""
    refused: CodeRefused | None = None
    """Why what looks like a code proves nothing."""
    proved: bool = False
    """The code that was sent because of this very reply came back."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Challenges by digest of their code, the letters of those that came back, and passed ones by reply."""

    challenges: dict[str, ChallengeRecord] = field(default_factory=dict)
    letters: dict[int, Letter] = field(default_factory=dict)
    passed: dict[int, ChallengeRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codes:
    """Looks for codes in replies; wired once."""

    database: Database
    vault: Vault
    digester: Digester
    templates: Templates

    def look(self, asked: Sequence[Asked]) -> list[Returned]:
        """One answer for each reply, in order. Whatever a code is, it costs the same look into the same index."""
        typed = [_typed(item.reading) for item in asked]
        quoted = [_quoted(item.reading) for item in asked]
        digests = {digest for code in _all(typed, quoted) for digest in self.digester.codes(code)}
        with self.database.read() as session:
            known = _known(session, digests, [item.reply_id for item in asked])
        return [
            self._judge(item, own, returned, known) for item, own, returned in zip(asked, typed, quoted, strict=True)
        ]

    def _judge(self, item: Asked, typed: tuple[str, ...], quoted: tuple[str, ...], known: _Known) -> Returned:
        refused: CodeRefused | None = None
        open_ones = self._open(item, typed, known)
        challenge_id = None
        if open_ones:
            (code, challenge), *others = open_ones.items()
            refused = CodeRefused.FOREIGN if others else self._refusal(item, code, challenge, known)
            challenge_id = None if refused else challenge.id
        elif typed:
            refused = CodeRefused.WRONG
        elif self._open(item, quoted, known):
            refused = CodeRefused.QUOTED
        return Returned(challenge_id, refused, self._proved(item, known))

    def _open(self, item: Asked, codes: Iterable[str], known: _Known) -> dict[str, ChallengeRecord]:
        """The challenges that these codes belong to and that were open when the mail arrived."""
        found = {}
        for code in codes:
            rows = (known.challenges.get(digest) for digest in self.digester.codes(code))
            challenge = next((row for row in rows if row is not None), None)
            if challenge and challenge.state == ChallengeState.OPEN and item.received_at < challenge.valid_until:
                found[code] = challenge
        return found

    def _refusal(self, item: Asked, code: str, challenge: ChallengeRecord, known: _Known) -> CodeRefused | None:
        """Why a code that is right proves nothing all the same; None when it does."""
        if item.contact_id not in {None, challenge.contact_id}:
            return CodeRefused.FOREIGN
        text = self._text(known.letters.get(challenge.reply_id))
        if text is None:
            return CodeRefused.QUOTED  # what cannot be told from our own letter is nobody's word
        own, _ours = without_sent(_own_text(item.reading), (text,))
        if code not in spelled(own):
            return CodeRefused.QUOTED
        return CodeRefused.DENIED if denies(own) else None

    def _proved(self, item: Asked, known: _Known) -> bool:
        """Whether the reply's code came back from the very person and address that it was sent to."""
        challenge = known.passed.get(item.reply_id)
        facts = self._facts(known.letters.get(item.reply_id)) if challenge else None
        return bool(
            challenge and facts and item.contact_id == challenge.contact_id and item.address == facts.address.value
        )

    def _text(self, letter: Letter | None) -> str | None:
        """Our letter as it was written, to tell it from what its recipient wrote; None where it cannot be made."""
        facts = self._facts(letter)
        if letter is None or facts is None:
            return None
        try:
            return render((Section.CHALLENGE,), facts, letter.language, self.templates).text
        except (MissingFact, NoTemplate, TemplateRefused, LetterTooLong):
            return None

    def _facts(self, letter: Letter | None) -> Facts | None:
        if letter is None or letter.facts is None or letter.facts_key is None:
            return None
        return FACTS.validate_json(self.vault.open(Sealed(letter.facts, letter.facts_key), "letter.facts"))


def _own_text(reading: Reading) -> str:
    """What the writer put there themselves; a code below a name may have been taken for a part of the signature."""
    return f"{reading.own.text}\n\n\n{reading.own.signature}"


def _typed(reading: Reading) -> tuple[str, ...]:
    """Codes in the writer's own words; a machine has none, whatever it returns."""
    return spelled(_own_text(reading)) if reading.automatic is None else ()


def _quoted(reading: Reading) -> tuple[str, ...]:
    return spelled(reading.own.quoted) if reading.automatic is None else ()


def _all(*lists: Sequence[tuple[str, ...]]) -> Iterator[str]:
    return (code for codes in lists for found in codes for code in found)


def _known(session: Session, digests: set[str], reply_ids: Sequence[int]) -> _Known:
    known = _Known()
    if digests:
        for row in session.scalars(select(ChallengeRecord).where(ChallengeRecord.code_digest.in_(sorted(digests)))):
            known.challenges[row.code_digest] = row
    passed = select(ChallengeRecord).where(
        ChallengeRecord.reply_id.in_(reply_ids), ChallengeRecord.state == ChallengeState.PASSED
    )
    known.passed.update((row.reply_id, row) for row in session.scalars(passed))
    wanted = {row.reply_id for row in (*known.challenges.values(), *known.passed.values())}
    if wanted:
        letters = select(Letter).where(Letter.reply_id.in_(sorted(wanted)), Letter.step == Section.CHALLENGE.value)
        known.letters.update((row.reply_id, row) for row in session.scalars(letters))
    return known
