"""Signed assertions in place of secrets (RFC 7523): a JSON Web Token made of three base64url parts (RFC 7519)."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from daemon.clock import Clock
from daemon.mail.tokens import TokenRefused

LIFETIME = timedelta(minutes=10)
"""Of an assertion: long enough for clocks that differ a little."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Google's key of a service account: who it is and what it signs with."""

    email: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "ServiceAccount":
        """Read the JSON that Google hands out; raises TokenRefused."""
        try:
            found = json.loads(text)
            return cls(found["client_email"], found["private_key_id"], _rsa_key(found["private_key"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TokenRefused(
                "service_account in [account.oauth] is no key of a service account; give the JSON that Google hands out"
            ) from None

    def assertion(self, subject: str, scope: str, audience: str, clock: Clock) -> str:
        """Ask for a token of `subject` by domain-wide delegation; the scope stands in the claims."""
        claims = {"iss": self.email, "sub": subject, "scope": scope, "aud": audience} | _times(clock)
        return _rs256({"kid": self.key_id}, claims, self.key)


def client_assertion(pem: str, client_id: str, audience: str, clock: Clock) -> str:
    """Prove to be the application that this certificate was uploaded for; `pem` holds it and its private key.

    Signed with PSS and named by its SHA-256 thumbprint, as Microsoft wants it now. Raises TokenRefused.
    """
    try:
        key, certificate = _rsa_key(pem), x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, TypeError):
        raise TokenRefused(
            "certificate in [account.oauth] cannot be read; give one PEM file with the certificate and its RSA key, "
            "the key without a password"
        ) from None
    if certificate.public_key() != key.public_key():
        raise TokenRefused("certificate in [account.oauth]: the private key beside it belongs to another certificate")
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(24)} | _times(clock)
    return _ps256({"x5t#S256": _base64(certificate.fingerprint(hashes.SHA256()))}, claims, key)


def _times(clock: Clock) -> dict[str, int]:
    now = clock()
    return {"iat": int(now.timestamp()), "nbf": int(now.timestamp()), "exp": int((now + LIFETIME).timestamp())}


def _rs256(header: Mapping[str, str], claims: Mapping[str, object], key: RSAPrivateKey) -> str:
    text = _signed_text({"alg": "RS256", **header}, claims)
    return f"{text}.{_base64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _ps256(header: Mapping[str, str], claims: Mapping[str, object], key: RSAPrivateKey) -> str:
    text = _signed_text({"alg": "PS256", **header}, claims)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)  # RFC 7518 section 3.5
    return f"{text}.{_base64(key.sign(text.encode(), pss, hashes.SHA256()))}"


def _signed_text(header: Mapping[str, str], claims: Mapping[str, object]) -> str:
    return f"{_base64(json.dumps({**header, 'typ': 'JWT'}).encode())}.{_base64(json.dumps(dict(claims)).encode())}"


def _rsa_key(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError
    return key


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
