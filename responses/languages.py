"""What a language needs beside its templates: dates, lists, field names, the subject line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from responses.countries import country_name


@dataclass(frozen=True, slots=True)
class Language:
    """Words and forms of one language of letters."""

    code: str
    subject: str
    """Static words in ASCII, with `{case}` for the case reference and nothing else."""
    challenge_subject: str
    """The same for everybody, so without a case reference; ASCII."""
    months: tuple[str, ...]
    day_form: str
    """`{day}`, `{month}` and `{year}` in the order of the language."""
    and_: str
    fields: Mapping[str, str]
    """Column name to what a person calls it; a name that is not here stands with spaces for underscores."""
    values: Mapping[str, Mapping[str, str]]
    """What the codes in a column mean, by column name: `kind` and `language`."""
    rights: Mapping[str, str]
    """What was asked for, by intent, as it stands after "for"."""
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

    def value(self, field: str, stored: str) -> str:
        """Say a stored code in words; whatever is no code is left as it is."""
        if field == "country":
            return country_name(stored, self.code)
        return self.values.get(field, {}).get(stored.strip().casefold(), stored)


ENGLISH = Language(
    code="en",
    subject="Your data: our answer ({case})",
    challenge_subject="Is this request yours?",
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
    values={
        "kind": {
            "employee": "employee of a company", "role": "shared mailbox of a company", "sole_trader": "sole trader",
            "consumer": "private person",
        },
        "language": {
            "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
            "es": "Spanish", "et": "Estonian", "fi": "Finnish", "fr": "French", "ga": "Irish", "hr": "Croatian",
            "hu": "Hungarian", "it": "Italian", "lt": "Lithuanian", "lv": "Latvian", "mt": "Maltese", "nl": "Dutch",
            "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
            "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
        },
    },
    rights={
        "access": "a copy of your data", "data_source": "the source of your data",
        "legal_basis": "the basis on which we use your data", "rectification": "the correction of your data",
        "erasure": "the erasure of your data",
    },
    common_words=frozenset({
        "the", "of", "and", "to", "you", "your", "we", "our", "is", "are", "was", "it",
        "that", "this", "from", "for", "with", "have", "has", "not", "about",
    }),
)  # fmt: skip

GERMAN = Language(
    code="de",
    subject="Ihre Daten: unsere Antwort ({case})",
    challenge_subject="Ist diese Anfrage von Ihnen?",
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
    values={
        "kind": {
            "employee": "Person in einem Unternehmen", "role": "gemeinsames Postfach eines Unternehmens",
            "sole_trader": "Einzelunternehmen", "consumer": "Privatperson",
        },
        "language": {
            "bg": "Bulgarisch", "cs": "Tschechisch", "da": "Dänisch", "de": "Deutsch", "el": "Griechisch",
            "en": "Englisch", "es": "Spanisch", "et": "Estnisch", "fi": "Finnisch", "fr": "Französisch",
            "ga": "Irisch", "hr": "Kroatisch", "hu": "Ungarisch", "it": "Italienisch", "lt": "Litauisch",
            "lv": "Lettisch", "mt": "Maltesisch", "nl": "Niederländisch", "no": "Norwegisch", "pl": "Polnisch",
            "pt": "Portugiesisch", "ro": "Rumänisch", "ru": "Russisch", "sk": "Slowakisch", "sl": "Slowenisch",
            "sr": "Serbisch", "sv": "Schwedisch", "tr": "Türkisch", "uk": "Ukrainisch",
        },
    },
    rights={
        "access": "eine Kopie Ihrer Daten", "data_source": "die Herkunft Ihrer Daten",
        "legal_basis": "die Grundlage, auf der wir Ihre Daten verwenden",
        "rectification": "die Berichtigung Ihrer Daten", "erasure": "die Löschung Ihrer Daten",
    },
    common_words=frozenset({
        "der", "die", "das", "und", "zu", "sie", "ihre", "ihrer", "wir", "uns", "unser", "ist",
        "sind", "wurde", "es", "dass", "diese", "aus", "mit", "haben", "nicht", "bei",
    }),
)  # fmt: skip

LANGUAGES: Mapping[str, Language] = {language.code: language for language in (ENGLISH, GERMAN)}
