"""Words by which footers promise something to whoever answers no. Data: patterns over words without case and signs."""

_GAP = r"(?:\w+ ){0,5}"
"""Other words between two that belong together."""

PHRASES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "delete": (
            r"(?:delet|eras)\w* " + _GAP + r"(?:data|details|information|address|email|contact|record\w*)",
            r"(?:data|details|information|address) " + _GAP + r"(?:deleted|erased)",
            r"(?:remov\w*|delet\w*|eras\w*) " + _GAP + r"(?:database|crm|records|systems?)",
        ),
        "remove": (
            r"(?:remov\w*|take|taken|taking) " + _GAP + r"list\w*",
            r"unsubscrib\w*", r"opt\w* out",
            r"(?:not|never|won t|don t|no longer|stop) (?:be )?(?:contact|email|e mail|mail|writ|bother|messag)\w*",
            r"(?:not|never|won t) hear from",
        ),
    },
    "de": {
        "delete": (
            r"(?:lösch\w*|gelöscht|entfern\w*) " + _GAP + r"(?:daten|kontaktdaten|adresse|kontakt|datenbank)",
            r"(?:daten|kontaktdaten|adresse|kontakt) " + _GAP + r"(?:lösch\w*|gelöscht|entfern\w*)",
            r"aus (?:unserer|meiner|der) datenbank",
        ),
        "remove": (
            r"(?:aus|von) (?:unserem|meinem|dem|unserer|meiner|der) (?:verteiler|liste|mailingliste)",
            r"abmeld\w*|abbestell\w*|austrag\w*|abgemeldet|ausgetragen",
            r"nicht (?:mehr|wieder|weiter|erneut) " + _GAP + r"(?:kontakt|schreib|angeschrieben|anschreib|beläst)\w*",
            r"keine (?:weiteren|weitere) (?:e mails?|mails?|nachrichten)",
        ),
    },
    "fr": {
        "delete": (
            r"(?:supprim|effac)\w* " + _GAP + r"(?:données|coordonnées|adresse|informations)",
            r"(?:données|coordonnées|adresse) " + _GAP + r"(?:supprim|effac)\w*",
            r"(?:retir|supprim|enlev|effac)\w* " + _GAP + r"base",
        ),
        "remove": (
            r"(?:retir|supprim|enlev|ray)\w* " + _GAP + r"list\w*", r"désinscri\w*|désabonn\w*",
            r"ne (?:vous |plus |te )+" + _GAP + r"(?:contact|écri|sollicit|relanc|import)\w*",
        ),
    },
    "es": {
        "delete": (
            r"(?:elimin|borr|suprim)\w* " + _GAP + r"(?:datos|dirección)",
            r"datos " + _GAP + r"(?:elimin|borr|suprim)\w*",
            r"(?:elimin|borr|quit)\w* " + _GAP + r"base",
        ),
        "remove": (
            r"(?:elimin|borr|quit|sac)\w* " + _GAP + r"lista\w*", r"de baja",
            r"no (?:le |te |lo |volver\w* a |recibir\w* )+" + _GAP + r"(?:contact|escrib|molest|correos|mensajes)\w*",
        ),
    },
    "it": {
        "delete": (
            r"(?:cancell|elimin|rimuov|rimoss)\w* " + _GAP + r"(?:dati|indirizzo|database|archivi\w*)",
            r"dati " + _GAP + r"(?:cancell|elimin|rimuov|rimoss)\w*",
        ),
        "remove": (
            r"(?:cancell|elimin|rimuov|rimoss|togli)\w* " + _GAP + r"(?:lista|liste|elenco)",
            r"disiscri\w*|cancell\w* l iscrizione",
            r"non (?:la |ti |vi |più )+" + _GAP + r"(?:contatt|scriv|disturb)\w*",
        ),
    },
    "nl": {
        "delete": (
            r"(?:verwijder|wis)\w* " + _GAP + r"(?:gegevens|adres|database|bestand)",
            r"(?:gegevens|adres) " + _GAP + r"(?:verwijder|gewist|wis)\w*",
        ),
        "remove": (
            r"(?:verwijder\w*|haal|halen|schrap\w*) " + _GAP + r"\w*lijst\w*",
            r"afmeld\w*|uitschrijv\w*|afgemeld",
            r"(?:niet|geen) " + _GAP + r"(?:meer|langer|opnieuw) " + _GAP + r"(?:contact|mail|schrij|benader)\w*",
        ),
    },
    "pl": {
        "delete": (
            r"(?:usun|usuw|wykasuj)\w* " + _GAP + r"(?:dane|danych|adres)",
            r"(?:dane|danych) " + _GAP + r"usun\w*",
            r"(?:z|naszej) bazy",
        ),
        "remove": (
            r"(?:usun|usuw|wykreśl|wypis)\w* " + _GAP + r"list\w*", r"wypis\w*|rezygn\w*",
            r"nie " + _GAP + r"(?:kontakt|pisa|pisz|wysyła)\w*",
        ),
    },
}  # fmt: skip
