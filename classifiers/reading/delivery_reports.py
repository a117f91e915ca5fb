"""Delivery status notifications that keep to the standard (RFC 3464): one group of fields for each recipient."""

import re
from dataclasses import dataclass

GROUPS_LIMIT = 200
"""Recipients read from one report; ours have one or two."""

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*(.*)$")
_ADDRESS = re.compile(r"[^\s<>@\"'(),:;|]{1,128}@[A-Za-z0-9.-]{1,255}")


@dataclass(frozen=True, slots=True)
class RecipientGroup:
    """The per-recipient fields of RFC 3464 section 2.3; every value unfolded, absent ones empty."""

    original_recipient: str
    final_recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """What we wrote to first, then what it became; a path or a pipe is no address."""
        found = (_address(self.original_recipient), _address(self.final_recipient))
        return tuple(dict.fromkeys(address for address in found if address))


def recipient_groups(report: str) -> tuple[RecipientGroup, ...]:
    """Groups of one message/delivery-status part; the per-message group and empty ones are left out."""
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in report.splitlines():
        if not line.strip():
            name = ""
            _begin_group(groups)
        elif line[0] in " \t" and name:
            groups[-1][name] += " " + line.strip()
        elif match := _FIELD.match(line):
            name = match.group(1).lower()
            if name == "final-recipient" and name in groups[-1]:
                _begin_group(groups)
            groups[-1].setdefault(name, match.group(2).strip())
    return tuple(_group(fields) for fields in groups[:GROUPS_LIMIT] if _speaks_of_a_recipient(fields))


def _begin_group(groups: list[dict[str, str]]) -> None:
    if groups[-1]:
        groups.append({})


def _speaks_of_a_recipient(fields: dict[str, str]) -> bool:
    return bool(fields.keys() & {"final-recipient", "original-recipient", "x-actual-recipient"})


def _group(fields: dict[str, str]) -> RecipientGroup:
    return RecipientGroup(
        original_recipient=fields.get("original-recipient", ""),
        final_recipient=fields.get("final-recipient") or fields.get("x-actual-recipient", ""),
        action=fields.get("action", "").split("(")[0].strip().lower(),
        status=fields.get("status", ""),
        diagnostic=fields.get("diagnostic-code", ""),
    )


def _address(value: str) -> str:
    """The addr-spec of `rfc822; someone@example.org`, or nothing where it is a file, a pipe or a source route."""
    address = value.partition(";")[2] or value
    address = address.strip().strip("<>").strip()
    return address if _ADDRESS.fullmatch(address) else ""
