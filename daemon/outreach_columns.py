"""Which column of a sending tool's export is which field: guessed by its name, decided by `--map`. Pure."""

import difflib
from collections.abc import Mapping, Sequence

from daemon.contacts.heads import plain
from daemon.errors import ReplydError

FIELDS = ("recipient", "sent_at", "message_id", "subject", "campaign", "text", "in_reply_to")
NEEDED = ("recipient", "sent_at")

_HEADS: dict[str, tuple[str, ...]] = {
    "recipient": (
        "recipient", "recipient email", "recipient email address", "recipient address", "email", "e mail", "to",
        "to email", "to address", "email address", "e mail address", "lead email", "lead", "prospect email",
        "prospect", "contact email", "subscriber", "subscriber email", "work email", "sent to", "empfanger",
        "empfanger e mail", "e mail adresse", "an", "destinataire", "adresse e mail", "adresse email", "destinatario",
        "correo", "correo electronico", "indirizzo email", "odbiorca", "adres e mail", "ontvanger", "e mailadres",
    ),
    "sent_at": (
        "sent at", "sent", "sent on", "sent date", "date sent", "sent time", "send date", "send time", "time sent",
        "date", "timestamp", "time", "created at", "delivered at", "delivery date", "message date", "gesendet",
        "gesendet am", "versendet am", "versanddatum", "datum", "date d envoi", "envoye le", "fecha de envio",
        "fecha", "enviado", "data invio", "data di invio", "inviato il", "data wysylki", "wyslano", "verzonden op",
        "verzenddatum",
    ),
    "message_id": (
        "message id", "messageid", "internet message id", "rfc message id", "rfc822 message id", "smtp message id",
        "smtp id", "email message id", "mail id", "nachrichten id", "nachrichtenkennung",
    ),
    "subject": (
        "subject", "subject line", "email subject", "message subject", "title", "betreff", "betreffzeile", "objet",
        "sujet", "asunto", "oggetto", "temat", "onderwerp",
    ),
    "campaign": (
        "campaign", "campaign name", "sequence", "sequence name", "cadence", "cadence name", "flow", "mailing",
        "kampagne", "kampagnenname", "campagne", "campana", "campagna", "kampania",
    ),
    "text": (
        "text", "body", "email body", "message body", "body text", "body plain", "plain text", "body html", "html",
        "html body", "content", "email content", "message", "nachricht", "inhalt", "texte", "contenu",
        "texto", "contenido", "testo", "contenuto", "tresc", "inhoud", "bericht",
    ),
    "in_reply_to": ("in reply to", "reply to message id", "parent message id"),
}  # fmt: skip
"""By field, the names that tools give it; earlier fields take a column first, earlier names win."""


class WrongMapping(ReplydError):  # noqa: N818  the name is what went wrong
    """A field or a column that there is not, or a field that the file lacks."""

    permanent = True


def mapped(head: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Column by field. `chosen` stands, an empty column leaves a field out; raises WrongMapping.

    Of two columns that fit one field the one whose name is the more usual wins; `columns` of a report shows them.
    """
    columns = {field: _column(head, field, column) for field, column in chosen.items()}
    taken = set(columns.values())
    for field in FIELDS:
        if field in columns:
            continue
        free = {_solid(name): name for name in reversed(head) if name not in taken}
        if found := next((free[_solid(name)] for name in _HEADS[field] if _solid(name) in free), None):
            columns[field] = found
            taken.add(found)
    if missing := next((field for field in NEEDED if not columns.get(field)), None):
        raise WrongMapping(f"no column is the {missing}; the file has {', '.join(head)}: type --map {missing}=COLUMN")
    return {field: columns[field] for field in FIELDS if columns.get(field)}


def _column(head: Sequence[str], field: str, column: str) -> str:
    """The name of a column as the file has it, for one that was typed."""
    if field not in FIELDS:
        raise WrongMapping(f"there is no field {field!r}; {_hint(field, FIELDS)}")
    if not column or column in head:
        return column
    same = [name for name in head if _solid(name) == _solid(column)]
    if len(same) != 1:
        raise WrongMapping(f"{field}: the file has no column {column!r}; {_hint(column, head)}")
    return same[0]


def _solid(name: str) -> str:
    """A name of a column as it is compared: `sentAt`, `Sent at` and `SENT_AT` are one."""
    return plain(name).replace(" ", "")


def _hint(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
