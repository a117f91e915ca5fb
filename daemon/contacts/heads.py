"""Names that columns have in the lists of several countries, by the field they mean. Data, and how names compare."""

import re
import unicodedata

FIRST_NAME, LAST_NAME, PAGE = "first_name", "last_name", "page"
"""Fields that only a file has: two become the name; a page is a source where nothing else is."""

HEADS: dict[str, tuple[str, ...]] = {
    "email": (
        "email", "e mail", "mail", "email address", "e mail address", "mail address", "work email",
        "business email", "contact email", "email work", "primary email", "e mail adresse", "email adresse",
        "mailadresse", "geschaftliche e mail", "correo", "correo electronico", "adresse e mail", "adresse email",
        "courriel", "adres e mail", "adres email", "indirizzo email", "indirizzo e mail", "posta elettronica",
        "e mailadres", "epost", "e post", "электронная почта", "почта", "имеил", "эл почта", "endereco de email",
    ),
    "name": (
        "name", "full name", "contact name", "contact", "contact person", "person", "vollstandiger name",
        "ansprechpartner", "ansprechpartnerin", "kontaktperson", "kontakt", "nombre completo", "contacto",
        "nom complet", "nome completo", "nominativo", "imie i nazwisko", "osoba kontaktowa", "volledige naam",
        "contactpersoon", "фио", "имя и фамилия", "контактное лицо", "контакт",
    ),
    FIRST_NAME: (
        "first name", "firstname", "given name", "forename", "vorname", "nombre", "prenom", "imie", "voornaam",
        "fornavn", "fornamn", "имя", "primeiro nome",
    ),
    LAST_NAME: (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "apellido", "apellidos",
        "nom de famille", "cognome", "nazwisko", "achternaam", "etternavn", "efternamn", "фамилия", "sobrenome",
    ),
    "company": (
        "company", "company name", "organisation", "organization", "organisation name", "account", "account name",
        "employer", "firm", "business name", "firma", "firmenname", "unternehmen", "unternehmensname", "empresa",
        "compania", "entreprise", "societe", "raison sociale", "azienda", "societa", "ragione sociale",
        "nazwa firmy", "bedrijf", "bedrijfsnaam", "foretag", "компания", "организация", "фирма",
        "название компании",
    ),
    "position": (
        "position", "title", "job title", "jobtitle", "job", "role", "job role", "function", "occupation",
        "funktion", "stelle", "berufsbezeichnung", "titel", "cargo", "puesto", "fonction", "poste",
        "intitule du poste", "posizione", "ruolo", "qualifica", "mansione", "stanowisko", "functie", "befattning",
        "должность",
    ),
    "country": (
        "country", "country code", "nation", "land", "landercode", "landerkennzeichen", "pais", "pays", "paese",
        "kraj", "страна",
    ),
    "kind": ("kind", "contact type", "kontaktart"),
    "language": (
        "language", "lang", "locale", "sprache", "idioma", "langue", "lingua", "jezyk", "taal", "sprak", "язык",
    ),
    "source": (
        "source", "data source", "lead source", "source of data", "quelle", "datenquelle", "herkunft", "fuente",
        "origen", "source des donnees", "fonte", "zrodlo", "bron", "kalla", "источник",
    ),
    "source_kind": ("source kind", "source type", "type of source", "art der quelle", "quellenart"),
    PAGE: (
        "url", "linkedin", "linkedin url", "linkedin profile", "linkedin profil", "person linkedin url", "xing",
        "xing profil", "profile", "profile url", "profil", "source url", "found at", "fundstelle", "link",
    ),
    "obtained_on": (
        "obtained on", "collected on", "collection date", "date collected", "collected", "date obtained",
        "erhoben am", "erhebungsdatum", "erfasst am", "datum der erhebung", "fecha de obtencion",
        "fecha de recogida", "date de collecte", "collecte le", "data di raccolta", "raccolto il",
        "data pozyskania", "verzameld op", "дата сбора", "собрано",
    ),
    "obtained_by": (
        "obtained by", "collected by", "researcher", "erhoben von", "erfasst von", "obtenido por", "collecte par",
        "raccolto da", "pozyskane przez", "verzameld door", "собрал",
    ),
    "verified_with": ("verified with", "verification tool", "verified by", "gepruft mit", "verifiziert mit"),
    "publicly_accessible": ("publicly accessible", "public", "offentlich", "offentlich zuganglich"),
    "purpose": ("purpose", "zweck", "finalidad", "finalite", "finalita", "cel", "doel", "цель"),
    "reason": ("reason", "why this person", "begrundung", "grund"),
    "recipients": ("recipients", "empfanger"),
    "stored_in": ("stored in", "gespeichert in"),
    "keep_until": ("keep until", "delete after", "aufbewahren bis", "loschen am"),
    "campaign": ("campaign", "kampagne"),
}  # fmt: skip

SURNAMES_BESIDE_A_FIRST_NAME = frozenset({"name", "nom", "naam", "navn", "namn", "nome"})
"""Beside a column for the first name, these mean the family name."""

_MAIL_WORD = re.compile(r"\b(e ?)?mails?\b|\bcorreo\b|\bcourriel\b")


def plain(head: str) -> str:
    """A name of a column as it is compared: small letters without accents, other signs as one space.

    >>> plain("E-Mail-Adresse (geschäftlich)")
    'e mail adresse geschaftlich'
    """
    bare = "".join(char for char in unicodedata.normalize("NFKD", head) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", bare.casefold()).strip()


def speaks_of_mail(head: str) -> bool:
    """Whether the name of a column has the word e-mail in it, whatever else."""
    return _MAIL_WORD.search(plain(head)) is not None


_FIELD_OF = {plain(word): field for field, words in HEADS.items() for word in words}


def field_of(head: str) -> str | None:
    """The field that a column of this name is, `CompanyName` like `Company name`; None for a name that is not known."""
    return _FIELD_OF.get(plain(head)) or _FIELD_OF.get(plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head)))
