"""Which language a text is written in: by its script where that settles it, else by py3langid."""

import re
from collections.abc import Collection
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = frozenset(
    "bg ca cs da de el en es et fi fr ga hr hu it lt lv mt nl no pl pt ro ru sk sl sr sv tr uk".split()  # noqa: SIM905 (thirty quoted codes read worse)
)
"""The official languages of the European Union, and those of its neighbours whose replies are read."""

MIN_LETTERS = 12
"""Fewer letters than these say nothing reliable about a language."""

MIN_CONFIDENCE = 0.6
"""py3langid's own probability below which no language is named."""

_LOOKED_AT = 2_000
"""Characters; more do not make a language any clearer."""

_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "greek": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
}
_WRITTEN_IN = {
    "latin": LANGUAGES - {"bg", "el", "ru", "uk"},
    "greek": frozenset({"el"}),
    "cyrillic": frozenset({"bg", "ru", "sr", "uk"}),
}
_ONLY_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_ONLY_SERBIAN = re.compile(r"[ђјљњћџЂЈЉЊЋЏ]")
_ONLY_RUSSIAN = re.compile(r"[ыэёЫЭЁ]")


def identify(text: str, allowed: Collection[str] = LANGUAGES) -> str | None:
    """ISO 639-1 code of the text's language, or None where the text is too short, mixed or unlike all `allowed`."""
    text = text[:_LOOKED_AT]
    letters = len(_LETTER.findall(text))
    if letters < MIN_LETTERS:
        return None
    script = _script(text, letters)
    if script is None:
        return None
    candidates = _WRITTEN_IN[script] & frozenset(allowed)
    if script == "cyrillic":
        candidates = _by_telling_letters(text, candidates)
    if len(candidates) <= 1:
        return next(iter(candidates), None)
    language, confidence = _identifier(candidates).classify(text)
    return str(language) if confidence >= MIN_CONFIDENCE else None


def _script(text: str, letters: int) -> str | None:
    """The one script that nine letters in ten are written in."""
    for name, pattern in _SCRIPTS.items():
        if len(pattern.findall(text)) >= 0.9 * letters:
            return name
    return None


def _by_telling_letters(text: str, candidates: frozenset[str]) -> frozenset[str]:
    """Cyrillic languages that the letters peculiar to one of them leave over."""
    for pattern, language in ((_ONLY_UKRAINIAN, "uk"), (_ONLY_SERBIAN, "sr"), (_ONLY_RUSSIAN, "ru")):
        if pattern.search(text):
            return candidates & {language}
    return candidates


@lru_cache(maxsize=8)
def _identifier(languages: frozenset[str]) -> LanguageIdentifier:
    """py3langid for these languages alone; loaded at the first question, which takes some 100 ms."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(languages))
    return identifier
