import socket
from pathlib import Path

import pytest

from daemon.mail.errors import InsecureConnection
from daemon.mail.tls import is_loopback, require_loopback, verifying_context


class Peer(socket.socket):
    """A socket that is connected to whatever the test says."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def getpeername(self) -> tuple[str, int]:
        """Say where this connection ends."""
        return self._address, 25


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_clear_text_within_this_machine_is_allowed(address):
    """Loopback has many addresses."""
    with Peer(address) as peer:
        require_loopback(peer, "localhost")


@pytest.mark.parametrize(
    "address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7", "fe80::1%eth0", "/run/x"]
)
def test_clear_text_to_another_machine_is_refused(address):
    """What counts is where the connection ends, not what the host calls itself."""
    with Peer(address) as peer, pytest.raises(InsecureConnection, match="not encrypted") as refused:
        require_loopback(peer, "localhost")
    assert refused.value.permanent


def test_names_are_no_addresses():
    """Only numbers can be judged."""
    assert not is_loopback("localhost")


def test_a_missing_certificate_file_is_named():
    """The message says which file."""
    with pytest.raises(InsecureConnection, match=r"nowhere\.pem"):
        verifying_context(Path("/nowhere.pem"))
