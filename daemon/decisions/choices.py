"""The choices an owner makes about deciding: config/policy.toml and the mode."""

from dataclasses import dataclass
from enum import StrEnum

from classifiers.intents import Intent


class Mode(StrEnum):
    """How much is done without a person."""

    SHADOW = "shadow"
    """Reads and shows what it would do."""
    ASSIST = "assist"
    """Pauses and suppresses, runs clocks; letters and erasures wait for one key."""
    AUTO = "auto"
    """Sends letters of the kinds and languages that were switched on."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the policy file may set; only stricter than the design's table, never looser."""

    mode: Mode = Mode.ASSIST
    auto: frozenset[tuple[Intent, str]] = frozenset()
    """Intents and languages (`de`) whose letters leave without a key in auto mode."""
    confirm_opt_out: bool = True
    """Send a short confirmation to whoever asked to be left alone."""
    declined_pause_months: int = 12
    declined_suppresses: bool = False
    """Take a polite no for a wish to be left alone."""
    letter_languages: frozenset[str] = frozenset({"en", "de"})
    letters_per_contact_7_days: int = 1
    letters_per_contact_30_days: int = 3
    letters_per_domain_1_hour: int = 5
    letters_1_hour: int = 60
    signed_off: frozenset[str] | None = None
    """Languages whose letters a person has read as they are; None where the templates were not looked at."""
    always_challenge: bool = False
    """Prove by a code whoever wants data or deletion, however well the mail itself proves them (`identity.access`)."""

    def switched_on(self, intents: frozenset[Intent], language: str) -> bool:
        """Whether what is done about these intents was switched on in this language, and the mode lets it."""
        return self.mode is Mode.AUTO and all((intent, language) in self.auto for intent in intents)

    def is_signed_off(self, language: str) -> bool:
        """Whether a person has read the letters of this language as they are."""
        return self.signed_off is None or language in self.signed_off

    def releases(self, intents: frozenset[Intent], language: str) -> bool:
        """Whether letters and erasures for these intents need no person's key."""
        return self.switched_on(intents, language) and self.is_signed_off(language)
