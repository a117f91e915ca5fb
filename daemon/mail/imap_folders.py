"""Which folder is Sent: by what the server says about it, else by the name that people's programs gave it. Pure."""

from collections.abc import Iterable

Folder = tuple[tuple[bytes, ...], bytes | None, str]
"""Attributes, hierarchy delimiter and name, as LIST gives them."""

_COMMON_NAMES: dict[bytes, tuple[str, ...]] = {
    b"\\sent": (
        "sent", "sent items", "sent messages", "sent mail",
        "gesendet", "gesendete elemente", "gesendete objekte",
        "envoyés", "éléments envoyés", "messages envoyés",
        "enviados", "elementos enviados", "itens enviados",
        "inviata", "posta inviata", "verzonden", "verzonden items",
        "wysłane", "skickat", "sendt", "lähetetyt",
    ),
}  # fmt: skip


def special_folder(folders: Iterable[Folder], use: bytes) -> str | None:
    r"""Return the folder with this attribute, for example `\Sent` (RFC 6154), else one with a usual name, else None."""
    listed = list(folders)
    wanted = use.lower()
    for attributes, _, name in listed:
        if any(attribute.lower() == wanted for attribute in attributes):
            return name
    usual = _COMMON_NAMES.get(wanted, ())
    ranked = [(usual.index(leaf), name) for _, delimiter, name in listed if (leaf := _leaf(name, delimiter)) in usual]
    return min(ranked)[1] if ranked else None


def _leaf(name: str, delimiter: bytes | None) -> str:
    """Return the last part of a folder's path, in lower case."""
    separator = (delimiter or b"").decode("ascii", "replace")
    return (name.rpartition(separator)[2] if separator else name).strip().lower()
