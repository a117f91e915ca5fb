"""What a language needs beside its templates: dates, lists, field names, the subject line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Language:
    """Words and forms of one language of letters."""

    code: str
    subject: str
    """Static words in ASCII, with `{case}` for the case reference and nothing else."""
    months: tuple[str, ...]
    day_form: str
    """`{day}`, `{month}` and `{year}` in the order of the language."""
    and_: str
    fields: Mapping[str, str]
    """Column name to what a person calls it; a name that is not here stands with spaces for underscores."""
    common_words: frozenset[str]
    """Words that nearly every sentence of this language has one of, and the other languages have not."""

    def day(self, value: date) -> str:
        """Write a date in words, so that no reader takes the month for the day."""
        return self.day_form.format(day=value.day, month=self.months[value.month - 1], year=value.year)

    def listed(self, words: Sequence[str]) -> str:
        """Join with commas, and the word for "and" before the last."""
        if len(words) <= 1:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.and_} {words[-1]}"

    def field(self, name: str) -> str:
        """Call a column what a person calls it."""
        return self.fields.get(name, name.replace("_", " "))


ENGLISH = Language(
    code="en",
    subject="Your data: our answer ({case})",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    day_form="{day} {month} {year}",
    and_="and",
    fields={
        "email": "e-mail address", "name": "name", "company": "company", "position": "position",
        "country": "country", "kind": "kind of contact", "language": "language", "phone": "telephone number",
        "correspondence": "correspondence", "suppression": "entry that stops outreach",
    },
    common_words=frozenset({
        "the", "of", "and", "to", "you", "your", "we", "our", "is", "are", "was", "it",
        "that", "this", "from", "for", "with", "have", "has", "not", "about",
    }),
)  # fmt: skip

GERMAN = Language(
    code="de",
    subject="Ihre Daten: unsere Antwort ({case})",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    day_form="{day}. {month} {year}",
    and_="und",
    fields={
        "email": "E-Mail-Adresse", "name": "Name", "company": "Firma", "position": "Position",
        "country": "Land", "kind": "Art des Kontakts", "language": "Sprache", "phone": "Telefonnummer",
        "correspondence": "Schriftwechsel", "suppression": "Eintrag gegen weitere Ansprache",
    },
    common_words=frozenset({
        "der", "die", "das", "und", "zu", "sie", "ihre", "ihrer", "wir", "uns", "unser", "ist",
        "sind", "wurde", "es", "dass", "diese", "aus", "mit", "haben", "nicht", "bei",
    }),
)  # fmt: skip

LANGUAGES: Mapping[str, Language] = {language.code: language for language in (ENGLISH, GERMAN)}
