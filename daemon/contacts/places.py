"""Names of countries and languages as people write them, to their codes. Pure."""

from itertools import product
from string import ascii_uppercase

from daemon.contacts.heads import plain
from responses.countries import country_name

_CODES = [code for code in map("".join, product(ascii_uppercase, repeat=2)) if country_name(code, "en") != code]

_ALSO = {
    "AT": "Autriche Austrija ", "BE": "België Belgique Belgio Bélgica", "BG": "България",
    "BY": "Беларусь", "CH": "Suisse Svizzera Suiza Szwajcaria", "CZ": "Czech_Republic Česko Chequia",
    "DE": "Allemagne Alemania Germania Niemcy Duitsland Tyskland Германия DEU", "DK": "Danmark Danemark",
    "EE": "Eesti", "ES": "España Espagne Spagna Hiszpania ESP", "FI": "Suomi", "FR": "Francia Francja FRA",
    "GB": "UK U_K United_Kingdom Great_Britain England Scotland Wales Northern_Ireland Großbritannien Royaume_Uni GBR",
    "GR": "Greece Hellas Ελλάδα", "HR": "Hrvatska", "HU": "Magyarország", "IE": "Éire Irlande Republic_of_Ireland",
    "IT": "Italia Italie ITA", "KZ": "Казахстан", "LT": "Lietuva", "LU": "Luxemburg", "LV": "Latvija",
    "NL": "Netherlands Holland Nederland Pays_Bas NLD", "NO": "Norge Noreg", "PL": "Polska Pologne POL",
    "RO": "România", "RU": "Russian_Federation Россия", "SE": "Sverige Suède", "SI": "Slovenija", "SK": "Slovensko",
    "TR": "Turkey", "UA": "Україна Украина",
    "US": "USA U_S_A United_States_of_America America Vereinigte_Staaten_von_Amerika",
}  # fmt: skip

COUNTRIES = {
    plain(name): code
    for code in _CODES
    for name in (
        country_name(code, "en"),
        country_name(code, "en").removeprefix("the "),
        country_name(code, "de"),
        *(word.replace("_", " ") for word in _ALSO.get(code, "").split()),
    )
    if plain(name)
}

LANGUAGES = {
    plain(name): code
    for code, names in {
        "bg": "Bulgarian Bulgarisch", "cs": "Czech Tschechisch čeština", "da": "Danish Dänisch dansk",
        "de": "German Deutsch allemand alemán tedesco niemiecki немецкий", "el": "Greek Griechisch",
        "en": "English Englisch anglais inglés inglese angielski английский", "es": "Spanish Spanisch español espagnol",
        "et": "Estonian Estnisch", "fi": "Finnish Finnisch suomi", "fr": "French Französisch français francés",
        "hr": "Croatian Kroatisch", "hu": "Hungarian Ungarisch magyar", "it": "Italian Italienisch italiano",
        "lt": "Lithuanian Litauisch", "lv": "Latvian Lettisch", "nl": "Dutch Niederländisch Nederlands",
        "no": "Norwegian Norwegisch norsk", "pl": "Polish Polnisch polski", "pt": "Portuguese Portugiesisch português",
        "ro": "Romanian Rumänisch română", "ru": "Russian Russisch русский", "sk": "Slovak Slowakisch",
        "sl": "Slovenian Slowenisch", "sv": "Swedish Schwedisch svenska", "tr": "Turkish Türkisch",
        "uk": "Ukrainian Ukrainisch українська",
    }.items()
    for name in names.split()
}  # fmt: skip


def country_code(cell: str) -> str:
    """The ISO 3166 code of a country that is written out or in small letters; what is not known stays as it is."""
    known = COUNTRIES.get(plain(cell))
    return known or (cell.upper() if len(cell) == 2 and cell.isascii() else cell)  # noqa: PLR2004  alpha-2


def language_code(cell: str) -> str:
    """The ISO 639 code of a language that is written out, or of a locale such as `de-AT`."""
    known = LANGUAGES.get(plain(cell))
    return known or cell.replace("_", "-").partition("-")[0].lower()
