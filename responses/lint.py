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


def lint(letter: Letter, sections: Sequence[Section], language: str) -> list[str]:
    """Complaints about this letter, each a sentence about its place; empty when it may go."""
    return [
        *_forbidden(letter),
        *_wrong_language(letter, language),
        *_incomplete(letter, sections),
    ]


def _forbidden(letter: Letter) -> Iterator[str]:
    for place, sentence in enumerate(letter.sentences, start=1):
        for complaint, pattern in _CLAIMS.items():
            if pattern.search(_answered_for(sentence)):
                yield f"sentence {place} {complaint}"
        for complaint, pattern in _OWN.items():
            if pattern.search(sentence.own_words()):
                yield f"sentence {place} {complaint}"


def _answered_for(sentence: Sentence) -> str:
    """Return the words that we answer for: all of them, save the value of a held field that is merely copied out."""
    return sentence.own_words() if any(path.startswith("held.") for path in sentence.facts) else sentence.text


def _wrong_language(letter: Letter, language: str) -> Iterator[str]:
    """Count small words of each language in the template's own text; the letter's language has to lead."""
    if language not in LANGUAGES or letter.language != language:
        yield f"the letter is not written in {language!r}"
        return
    own = re.findall(r"\w+", " ".join(sentence.own_words() for sentence in letter.sentences).lower())
    counts = {code: sum(word in words.common_words for word in own) for code, words in LANGUAGES.items()}
    if counts[language] <= max(count for code, count in counts.items() if code != language):
        yield f"the letter does not read like {language!r}"


def _incomplete(letter: Letter, sections: Sequence[Section]) -> Iterator[str]:
    """Check what must be in it, by the facts that its sentences rest on."""
    if not letter.sentences:
        yield "the letter is empty"
    facts = {path for sentence in letter.sentences for path in sentence.facts}
    if "case" not in facts:
        yield "the reference of the case is missing"
    if Section.ACCESS in sections and "controller.authority" not in facts:
        yield "the supervisory authority is missing"
    if {Section.ACCESS, Section.DATA_SOURCE} & set(sections) and not any(
        path.endswith(".source_kind") for path in facts
    ):
        yield "the source of the data is missing"
    if Section.OPT_OUT in sections and "suppressed_on" not in facts:
        yield "the confirmation that outreach stopped is missing"
