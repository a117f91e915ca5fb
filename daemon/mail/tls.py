"""Transport security, the same for IMAP and SMTP: verified TLS, and clear text only inside this machine."""

import ipaddress
import socket
import ssl
from pathlib import Path
from typing import Literal

from daemon.mail.errors import InsecureConnection

Tls = Literal["implicit", "starttls", "none"]
"""TLS from the first byte (RFC 8314), after STARTTLS (RFC 9051 6.2.1, RFC 3207), or none (loopback only)."""


def verifying_context(cafile: Path | None) -> ssl.SSLContext:
    """Return a client context that checks chain and host name against `cafile`, or the system's roots."""
    try:
        return ssl.create_default_context(cafile=cafile)
    except (OSError, ssl.SSLError) as error:
        raise InsecureConnection(
            f"the certificate file {cafile} cannot be read ({type(error).__name__}); give a PEM file that exists"
        ) from error


def is_loopback(address: str) -> bool:
    """Tell whether a numeric IP address stays on this machine."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def require_loopback(sock: socket.socket, host: str) -> None:
    """Refuse a clear-text connection to another machine. The peer is asked, not the name: a name can be anything."""
    peer = sock.getpeername()
    if not (isinstance(peer, tuple) and is_loopback(str(peer[0]))):
        raise InsecureConnection(
            f"{host} is another machine and the connection is not encrypted; set tls to 'implicit' or 'starttls'"
        )
