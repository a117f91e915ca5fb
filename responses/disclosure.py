"""The copy of the data (GDPR Art. 15(3)) in a commonly used electronic form: JSON, UTF-8, in a fixed order."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from responses.facts import Correspondence, Fact, Facts, Provenance

FORMAT = "replyd-copy-1"


def disclosure(facts: Facts) -> bytes:
    """Write the person's rows as JSON with ISO 8601 dates; the same facts give the same bytes.

    Only what `facts` holds is disclosed, and of that only what is about the person: no record identifiers, and
    nothing of the key to the log, which stands in the letter alone.
    """
    copy = {
        "format": FORMAT,
        "case": _plain(facts.case),
        "as_of": _plain(facts.received_at),
        "controller": _plain(facts.controller.name),
        "data": [{"field": item.field, "value": _plain(item.value)} for item in facts.held],
        "sources": [_source(row) for row in facts.provenance],
        "correspondence": [_mail(mail) for mail in facts.correspondence],
        "outreach_stopped_on": _plain(facts.suppressed_on),
    }
    text = json.dumps(copy, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes \udcXX, which is its JSON escape


def _source(row: Provenance) -> Mapping[str, object]:
    return {column.name: _plain(getattr(row, column.name)) for column in fields(row)}


def _mail(mail: Correspondence) -> Mapping[str, object]:
    return {
        "direction": mail.direction,
        "at": _plain(mail.at),
        "subject": _plain(mail.subject),
        "message_id": _plain(mail.message_id),
    }


def _plain(fact: Fact[object] | None) -> object:
    value = fact.value if fact is not None else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
