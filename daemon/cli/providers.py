"""Where mail is kept: what is known of a provider's servers, so that nobody has to look them up. No network."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """Servers of one provider by the keys of the settings, and how one logs in there."""

    name: str
    settings: dict[str, str]
    tokens: str = ""
    """What `account.oauth.provider` is called, where tokens are given."""
    login: str = "password"
    """How most log in: `password` (also an app password) or `tokens`."""


def _servers(imap: str, smtp: str, port: str = "465", tls: str = "implicit") -> dict[str, str]:
    fixed = {} if tls == "implicit" else {"account.smtp.port": port, "account.smtp.tls": tls}
    return {"account.imap.host": imap, "account.smtp.host": smtp, **fixed}


GOOGLE = Provider("google", _servers("imap.gmail.com", "smtp.gmail.com"), "google")
MICROSOFT = Provider(
    "microsoft", _servers("outlook.office365.com", "smtp.office365.com", "587", "starttls"), "microsoft", "tokens"
)
OTHER = Provider("other", {})
PROVIDERS = {provider.name: provider for provider in (GOOGLE, MICROSOFT, OTHER)}

_BY_DOMAIN = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), GOOGLE),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), MICROSOFT),
    "fastmail.com": Provider("other", _servers("imap.fastmail.com", "smtp.fastmail.com")),
    "gmx.de": Provider("other", _servers("imap.gmx.net", "mail.gmx.net")),
    "gmx.net": Provider("other", _servers("imap.gmx.net", "mail.gmx.net")),
    "web.de": Provider("other", _servers("imap.web.de", "smtp.web.de", "587", "starttls")),
    "mail.ru": Provider("other", _servers("imap.mail.ru", "smtp.mail.ru")),
    "yandex.ru": Provider("other", _servers("imap.yandex.ru", "smtp.yandex.ru")),
    "yandex.com": Provider("other", _servers("imap.yandex.com", "smtp.yandex.com")),
}


def proposed_provider(domain: str) -> Provider:
    """The provider whose own domain this is; a firm's domain does not say who keeps its mail."""
    return _BY_DOMAIN.get(domain.lower(), OTHER)


def provider_of(name: str, domain: str) -> Provider:
    """The provider of this name, with what is known of the domain."""
    proposed = proposed_provider(domain)
    return proposed if proposed.name == name else PROVIDERS.get(name, OTHER)
