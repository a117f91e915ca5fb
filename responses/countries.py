"""Countries where data may stand: their names for a letter, and whether Art. 15(2) asks for more."""

_FURTHER: dict[str, dict[str, str]] = {
    "en": {
        "AD": "Andorra", "AL": "Albania", "AM": "Armenia", "AZ": "Azerbaijan", "BA": "Bosnia and Herzegovina",
        "BY": "Belarus", "CA": "Canada", "GE": "Georgia", "GG": "Guernsey", "IL": "Israel", "IM": "the Isle of Man",
        "IN": "India", "JE": "Jersey", "JP": "Japan", "KZ": "Kazakhstan", "MC": "Monaco", "MD": "Moldova",
        "ME": "Montenegro", "MK": "North Macedonia", "RS": "Serbia", "RU": "Russia", "SM": "San Marino",
        "TR": "Türkiye", "UA": "Ukraine", "VA": "Vatican City", "XK": "Kosovo",
    },
    "de": {
        "AD": "Andorra", "AL": "Albanien", "AM": "Armenien", "AZ": "Aserbaidschan", "BA": "Bosnien und Herzegowina",
        "BY": "Belarus", "CA": "Kanada", "GE": "Georgien", "GG": "Guernsey", "IL": "Israel", "IM": "Isle of Man",
        "IN": "Indien", "JE": "Jersey", "JP": "Japan", "KZ": "Kasachstan", "MC": "Monaco", "MD": "Moldau",
        "ME": "Montenegro", "MK": "Nordmazedonien", "RS": "Serbien", "RU": "Russland", "SM": "San Marino",
        "TR": "Türkei", "UA": "Ukraine", "VA": "Vatikanstadt", "XK": "Kosovo",
    },
}  # fmt: skip
"""Where contacts may live; for what is stored there a safeguard is asked for, adequacy decision or not."""

_NAMES: dict[str, dict[str, str]] = {
    "en": {
        "AT": "Austria", "BE": "Belgium", "BG": "Bulgaria", "CH": "Switzerland", "CY": "Cyprus", "CZ": "Czechia",
        "DE": "Germany", "DK": "Denmark", "EE": "Estonia", "ES": "Spain", "FI": "Finland", "FR": "France",
        "GB": "the United Kingdom", "GR": "Greece", "HR": "Croatia", "HU": "Hungary", "IE": "Ireland",
        "IS": "Iceland", "IT": "Italy", "LI": "Liechtenstein", "LT": "Lithuania", "LU": "Luxembourg",
        "LV": "Latvia", "MT": "Malta", "NL": "the Netherlands", "NO": "Norway", "PL": "Poland", "PT": "Portugal",
        "RO": "Romania", "SE": "Sweden", "SI": "Slovenia", "SK": "Slovakia", "US": "the United States",
        **_FURTHER["en"],
    },
    "de": {
        "AT": "Österreich", "BE": "Belgien", "BG": "Bulgarien", "CH": "Schweiz", "CY": "Zypern", "CZ": "Tschechien",
        "DE": "Deutschland", "DK": "Dänemark", "EE": "Estland", "ES": "Spanien", "FI": "Finnland",
        "FR": "Frankreich", "GB": "Vereinigtes Königreich", "GR": "Griechenland", "HR": "Kroatien", "HU": "Ungarn",
        "IE": "Irland", "IS": "Island", "IT": "Italien", "LI": "Liechtenstein", "LT": "Litauen", "LU": "Luxemburg",
        "LV": "Lettland", "MT": "Malta", "NL": "Niederlande", "NO": "Norwegen", "PL": "Polen", "PT": "Portugal",
        "RO": "Rumänien", "SE": "Schweden", "SI": "Slowenien", "SK": "Slowakei", "US": "Vereinigte Staaten",
        **_FURTHER["de"],
    },
}  # fmt: skip

_OUTSIDE = frozenset({"US", *_FURTHER["en"]})
"""Named above, yet neither in the EEA nor under an adequacy decision that covers every firm (Art. 45)."""


def country_name(country: str, language: str) -> str:
    """Name of an ISO 3166 code in this language; whatever else was stored is left as it is."""
    return _NAMES.get(language, {}).get(country.strip().upper(), country)


def needs_safeguards(country: str) -> bool:
    """Whether data there need a safeguard that the letter must name; a country we do not know does (Art. 15(2), 46)."""
    known = country.strip().casefold()
    inside = {
        word.casefold()
        for names in _NAMES.values()
        for code, name in names.items()
        if code not in _OUTSIDE
        for word in (code, name, name.removeprefix("the "))
    }
    return known not in inside
