"""What kind of contact an address is, where the list does not say. Pure.

By rule, and never silently a named employee where the domain is a free mail service.
"""

ROLE = "role"
EMPLOYEE = "employee"

ROLE_NAMES = frozenset({
    "abuse", "accounting", "accounts", "admin", "administration", "ap", "archiv", "bestellung", "bestellungen",
    "bewerbung", "billing", "biuro", "booking", "buchhaltung", "buero", "buro", "careers", "compliance", "contact",
    "contacto", "contact-us", "customercare", "customerservice", "datenschutz", "dispo", "einkauf", "email",
    "empfang", "enquiries", "enquiry", "export", "finance", "firma", "geschaeftsleitung", "hello", "help", "helpdesk",
    "hi", "hilfe", "hr", "info", "infos", "inbox", "invoice", "invoices", "it", "jobs", "karriere", "kontakt",
    "kundenservice", "legal", "mail", "mailbox", "management", "marketing", "media", "news", "office", "orders",
    "personal", "post", "poststelle", "postmaster", "presse", "press", "privacy", "produktion", "purchasing",
    "rechnung", "reception", "recht", "sales", "sekretariat", "secretariat", "service", "services", "shop", "support",
    "team", "technik", "verkauf", "vertrieb", "ventas", "vendite", "verwaltung", "webmaster", "welcome", "werbung",
    "zentrale",
})  # fmt: skip
"""What stands before the @ of mailboxes that several people read (compare RFC 2142)."""

FREE_MAIL = frozenset({
    "aol.com", "bluewin.ch", "btinternet.com", "centrum.cz", "email.cz", "free.fr", "freenet.de", "gmail.com",
    "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com",
    "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hushmail.com", "icloud.com", "interia.pl", "laposte.net",
    "libero.it", "live.com", "live.de", "live.fr", "live.nl", "mac.com", "mail.com", "mail.de", "mail.ru",
    "mailbox.org", "me.com", "msn.com", "o2.pl", "online.de", "onet.pl", "op.pl", "orange.fr", "outlook.com",
    "outlook.de", "outlook.fr", "pm.me", "posteo.de", "proton.me", "protonmail.com", "rambler.ru", "seznam.cz",
    "sfr.fr", "t-online.de", "tiscali.it", "tuta.com", "tutanota.com", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl",
    "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ziggo.nl",
    "zoho.com",
})  # fmt: skip
"""Domains where anybody has a mailbox: firms of one person, and consumers."""


def is_role(email_normal: str) -> bool:
    """Whether this is a mailbox of a function, such as info@ or sales@, with or without a plus tag or a number."""
    local = email_normal.partition("@")[0].partition("+")[0]
    return local in ROLE_NAMES or local.rstrip("0123456789") in ROLE_NAMES


def is_free_mail(email_normal: str) -> bool:
    """Whether the domain is one of free mail services."""
    return email_normal.rpartition("@")[2] in FREE_MAIL


def kind_by_rule(email_normal: str, *, default: str | None, free_mail: str | None) -> str | None:
    """`role`, what was said for free mail or for all others (`employee` unless said); None where a person must say."""
    if is_role(email_normal):
        return ROLE
    return free_mail if is_free_mail(email_normal) else default or EMPLOYEE
