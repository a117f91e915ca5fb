"""What a data-protection expert would complain of: any complaint stops a letter until a person has read it."""

import re
from collections.abc import Iterator, Sequence

from responses.facts import Section
from responses.languages import LANGUAGES
from responses.layout import Sentence
from responses.rendering import Letter

_CLAIMS: dict[str, re.Pattern[str]] = {
    "claims that writing was lawful": re.compile(
        r"""\b(?:is|was|were|are|fully|entirely|perfectly)\s+(?:lawful|legal|permitted|allowed|(?:gdpr[- ])?compliant)\b
        |\b(?:lawfully|legally)\s+(?:collected|obtained|contacted|processed|stored|sent|written|addressed)\b
        |\bwe\s+(?:are|were)\s+(?:entitled|allowed|permitted)\b
        |\b(?:in\s+(?:full\s+)?compliance|complies|comply|in\s+accordance)\s+with\s+the\s+(?:gdpr|law)\b
        |\brechtmäßig|\brechtskonform|\bdsgvo-konform|\bgesetzeskonform|\b(?:ist|war|sind|waren)\s+(?:zulässig|erlaubt|legal)\b
        |\bwir\s+(?:dürfen|durften|waren\s+berechtigt|sind\s+berechtigt)\b
        |\bim\s+einklang\s+mit\s+(?:der\s+dsgvo|dem\s+(?:recht|gesetz))""",
        re.IGNORECASE | re.VERBOSE,
    ),
    "asks for a fee": re.compile(
        r"\b(?:fee|fees|charge\s+you|at\s+a\s+charge|handling\s+cost|gebühr\w*|bearbeitungskosten|kostenpflichtig\w*)\b",
        re.IGNORECASE,
    ),
    "asks for an identity document or a signature": re.compile(
        r"""\b(?:passport|identity\s+(?:card|document)|id\s+(?:card|document|copy)|copy\s+of\s+your\s+id|driving\s+licen[cs]e
        |date\s+of\s+birth|signed\s+(?:letter|form|request)|(?:personal)?ausweis\w*|reisepass\w*|führerschein\w*
        |geburtsdatum|eigenhändig\w*|unterschrieben\w*)\b""",
        re.IGNORECASE | re.VERBOSE,
    ),
    "says that no source is on record": re.compile(
        r"""\b(?:no|not\s+have\s+(?:a|any))\s+record\s+of\s+(?:the|its|your|their)\s+source|\bsource\s+is\s+(?:not\s+)?(?:un)?known
        |\bkeine\s+(?:aufzeichnung\w*|angaben?)\s+(?:über|zu|zur)\s+(?:der|die|ihrer)?\s*(?:quelle|herkunft)
        |\b(?:quelle|herkunft)\s+(?:ist\s+)?(?:nicht\s+bekannt|unbekannt)""",
        re.IGNORECASE | re.VERBOSE,
    ),
}
"""Wrong in whatever words they stand, ours or a record's."""

_OWN: dict[str, re.Pattern[str]] = {
    "advertises": re.compile(
        r"""\b(?:offers?|discounts?|demo|free\s+trial|newsletter|book\s+a\s+call|prices?|special\s+deal|our\s+products?|our\s+services?
        |angebote?|rabatte?|gratis|kostenlos\w*|testversion|preise?|unsere\s+(?:produkte|dienstleistungen)|vereinbaren\s+sie)\b""",
        re.IGNORECASE | re.VERBOSE,
    ),
    "has a web address that is no fact": re.compile(r"https?:|www\.|<|>|\butm_", re.IGNORECASE),
    "has a brace that was not filled in": re.compile(r"[{}]|\$\{|%[({s]|__[A-Z]+__"),
}
"""Wrong in the template's own words; what a record says may well have them."""

_ERASED = re.compile(
    r"""\b(?:has|have|had|is|are|was|were)\s+(?:\w+\s+){0,3}?(?:erased|deleted|wiped|destroyed)\b
    |\bwe\s+(?:erased|deleted)\b
    |\b(?:wurden?|sind|ist|haben|hat)\b[^.:;]{0,80}?\b(?:gelöscht|vernichtet)\b(?!\s+(?:werden|haben))""",
    re.IGNORECASE | re.VERBOSE,
)
"""Says that something is gone: true only of the systems on record."""

_SAYS_WHETHER = re.compile(
    r"""\bwe\s+(?:\w+\s+){0,2}?(?:hold|store|have|keep)\s+(?:\w+\s+){0,3}?(?:data|records?|information|nothing)\b
    |\byour\s+(?:data|contact|company|account)\b|\bwir\s+(?:haben|speichern|führen|besitzen)\b[^.]*\b(?:daten|nichts)\b
    |\bihren?\s+(?:daten|kontakt|firma|konto)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Gives away in a challenge whether the person is known."""

_NEEDED: dict[Section, tuple[tuple[str, str], ...]] = {
    Section.OPT_OUT: (("suppressed_on", "the confirmation that outreach stopped"),),
    Section.DATA_SOURCE: ((".source_kind", "the source of the data"),),
    Section.ACCESS: (
        ("controller.authority", "the supervisory authority"),
        (".source_kind", "the source of the data"),
    ),
    Section.LEGAL_BASIS: (
        ("assessment.interest", "the legitimate interest"),
        ("assessment.weighed_on", "the date of the balancing test"),
        ("assessment.weighed_by", "the name behind the balancing test"),
        ("assessment.outcome", "the outcome of the balancing test"),
        (".reason", "the reason for turning to this person"),
        ("controller.authority", "the supervisory authority"),
    ),
    Section.RECTIFICATION: (
        ("rectification.restricted_on", "the day since which the data are restricted"),
        ("rectification.answer_by", "the day of the answer"),
    ),
    Section.ERASURE_INTERIM: ((".due", "the day by which the open systems are done"),),
    Section.ERASURE_COMPLETED: (
        (".how", "how it is known that the data are gone"),
        ("suppressed_on", "the digest that is kept"),
    ),
    Section.EXTENSION: (
        ("extension.until", "the day of the answer"),
        ("extension.reasons", "the reason for the delay"),
    ),
    Section.CHALLENGE: (("challenge.code", "the one-time code"),),
}
"""By the end of a fact's path: what a letter with this section cannot be silent about."""

_RIGHT_TO_OBJECT = re.compile(r"\bArt\.\s(?:[^.;:]{0,40}\D)?21\b")


def lint(letter: Letter, sections: Sequence[Section], language: str) -> list[str]:
    """Complaints about this letter, each a sentence about its place; empty when it may go."""
    return [
        *_forbidden(letter),
        *_wrong_language(letter, language),
        *_unfounded(letter),
        *_incomplete(letter, sections),
        *(_giving_away(letter) if Section.CHALLENGE in sections else ()),
    ]


def _forbidden(letter: Letter) -> Iterator[str]:
    for place, sentence in enumerate(letter.sentences, start=1):
        for complaint, pattern in _CLAIMS.items():
            if pattern.search(_answered_for(sentence)):
                yield f"sentence {place} {complaint}"
        for complaint, pattern in _OWN.items():
            if pattern.search(sentence.own_words()):
                yield f"sentence {place} {complaint}"


_COPIED_OUT = ("held.", "case", "opening", "challenge.code")
"""Values that say nothing of ours: what is held, and random references (one had the group FEES in it)."""


def _answered_for(sentence: Sentence) -> str:
    """Return the words that we answer for: all of them, save values that are merely copied out."""
    return sentence.own_words() if any(path.startswith(_COPIED_OUT) for path in sentence.facts) else sentence.text


def _wrong_language(letter: Letter, language: str) -> Iterator[str]:
    """Count small words of each language in the template's own text; the letter's language has to lead."""
    if language not in LANGUAGES or letter.language != language:
        yield f"the letter is not written in {language!r}"
        return
    own = re.findall(r"\w+", " ".join(sentence.own_words() for sentence in letter.sentences).lower())
    counts = {code: sum(word in words.common_words for word in own) for code, words in LANGUAGES.items()}
    if counts[language] <= max(count for code, count in counts.items() if code != language):
        yield f"the letter does not read like {language!r}"


def _unfounded(letter: Letter) -> Iterator[str]:
    """Find claims of an erasure that no system on record bears out."""
    for place, sentence in enumerate(letter.sentences, start=1):
        borne_out = any(path.startswith("erased") for path in sentence.facts)
        if not borne_out and _ERASED.search(sentence.own_words()):
            yield f"sentence {place} claims an erasure that is not on record"


def _incomplete(letter: Letter, sections: Sequence[Section]) -> Iterator[str]:
    """Check what must be in it, by the facts that its sentences rest on."""
    if not letter.sentences:
        yield "the letter is empty"
    facts = {path for sentence in letter.sentences for path in sentence.facts}
    if "case" not in facts and Section.CHALLENGE not in sections:
        yield "the reference of the case is missing"
    needed = (row for section in Section if section in sections for row in _NEEDED[section])
    for end, meaning in dict.fromkeys(needed):
        if not any(path.endswith(end) for path in facts):
            yield f"{meaning} is missing"
    own = " ".join(sentence.own_words() for sentence in letter.sentences)
    if Section.LEGAL_BASIS in sections and not _RIGHT_TO_OBJECT.search(own):
        yield "the right to object is missing"


def _giving_away(letter: Letter) -> Iterator[str]:
    """Find what a challenge says about the person: any fact but the code and the sender, or that data exist."""
    for place, sentence in enumerate(letter.sentences, start=1):
        if any(path.partition(".")[0] not in {"challenge", "controller"} for path in sentence.facts):
            yield f"sentence {place} says something about the person"
        if _SAYS_WHETHER.search(sentence.own_words()):
            yield f"sentence {place} gives away whether there are data"
