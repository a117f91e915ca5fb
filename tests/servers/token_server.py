"""A token server on loopback: checks what it is sent as strictly as the real ones, and misbehaves as it is told."""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.servers.certificate import Certificate

CLIENT, SECRET = "client-1", "secret-canary-1"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class _Refused(Exception):  # noqa: N818
    """An error code of RFC 6749 section 5.2, and Microsoft's number."""


@dataclass
class TokenServer:
    """Listens from `start` to `stop`; every access token that holds stands in `live`."""

    certificate: Certificate | None = None
    public_key: RSAPublicKey | None = None
    """Verifies assertions."""
    lifetime_s: int = 3600
    scope: str = ""
    """Named in each answer, where there is one."""
    fault: tuple[int, bytes] | None = None
    """Status and body of every answer to come."""
    delay_s: float = 0.0
    drip: bool = False
    """Send the body byte by byte."""
    redirect_to: str = ""
    rotates: bool = True
    requests: list[dict[str, str]] = field(default_factory=list)
    """The forms of all requests."""
    live: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Codes that were given, with challenge and redirect_uri."""

    def __post_init__(self) -> None:
        self._given = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Page", (_Page,), {"tokens": self}))
        self._server.daemon_threads = True
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate.cert, self.certificate.key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The token endpoint."""
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self._server.server_port}/token"

    @property
    def authorize_url(self) -> str:
        """The login page, on which nobody has to type anything."""
        return self.url.replace("/token", "/authorize")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def revoke(self) -> None:
        """Let every access token end at once."""
        self.live.clear()

    def refresh_token(self) -> str:
        """A refresh token as after a login."""
        made = f"refresh-canary-{secrets.token_hex(8)}"
        self.refresh_tokens.add(made)
        return made

    def authorize(self, query: dict[str, str]) -> str:
        """The address that the browser is sent to; PKCE and state are demanded."""
        if query["code_challenge_method"] != "S256" or not query["state"] or query["client_id"] != CLIENT:
            raise _Refused("invalid_request")
        code = f"code-canary-{secrets.token_hex(8)}"
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        """The answer to one request."""
        with self._lock:
            self.requests.append(form)
            match form["grant_type"]:
                case "client_credentials":
                    self._know_client(form)
                    return self._answer()
                case "authorization_code":
                    return self._exchanged(form)
                case "refresh_token":
                    return self._refreshed(form)
                case kind if kind == JWT_BEARER:
                    self._verified(form["assertion"], padding.PKCS1v15())
                    return self._answer()
            raise _Refused("unsupported_grant_type")

    def _know_client(self, form: dict[str, str]) -> None:
        if form["client_id"] != CLIENT:
            raise _Refused("unauthorized_client", "700016")
        if "client_assertion" in form:
            claims = self._verified(form["client_assertion"], padding.PSS(padding.MGF1(hashes.SHA256()), 32))
            if claims["iss"] != CLIENT or claims["sub"] != CLIENT:
                raise _Refused("invalid_client", "700027")
        elif form.get("client_secret") != SECRET:
            raise _Refused("invalid_client", "7000215")

    def _verified(self, assertion: str, scheme: Any) -> dict[str, Any]:
        text, _, signature = assertion.rpartition(".")
        claims: dict[str, Any] = json.loads(_bytes(text.partition(".")[2]))
        try:
            assert self.public_key
            self.public_key.verify(_bytes(signature), text.encode(), scheme, hashes.SHA256())
        except InvalidSignature:
            raise _Refused("invalid_client", "700027") from None
        if claims["aud"] != self.url or not claims["iat"] <= time.time() + 5 < claims["exp"]:
            raise _Refused("invalid_grant")
        return claims

    def _exchanged(self, form: dict[str, str]) -> dict[str, Any]:
        """A code is good once (RFC 6749 section 4.1.2), and only with its verifier (RFC 7636 section 4.6)."""
        challenge, redirect_uri = self.codes.pop(form["code"], ("", ""))
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge or form["redirect_uri"] != redirect_uri:
            raise _Refused("invalid_grant", "54005")
        return self._answer() | {"refresh_token": self.refresh_token()}

    def _refreshed(self, form: dict[str, str]) -> dict[str, Any]:
        """With rotation a refresh token is good once."""
        if form["refresh_token"] not in self.refresh_tokens:
            raise _Refused("invalid_grant", "700082")
        if not self.rotates:
            return self._answer()
        self.refresh_tokens.remove(form["refresh_token"])
        return self._answer() | {"refresh_token": self.refresh_token()}

    def _answer(self) -> dict[str, Any]:
        self._given += 1
        token = f"access-canary-{self._given}-{secrets.token_hex(8)}"
        self.live.add(token)
        said = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime_s}
        return said | ({"scope": self.scope} if self.scope else {})


class _Page(BaseHTTPRequestHandler):
    tokens: TokenServer

    def do_GET(self) -> None:
        target = self.tokens.authorize(dict(parse_qsl(urlsplit(self.path).query)))
        self._send(302, b"", target)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.tokens.delay_s)
        if self.tokens.redirect_to:
            self._send(307, b"", self.tokens.redirect_to)
        elif self.tokens.fault:
            self._send(*self.tokens.fault)
        else:
            self._grant(dict(parse_qsl(body.decode())))

    def _grant(self, form: dict[str, str]) -> None:
        try:
            self._send(200, json.dumps(self.tokens.grant(form)).encode())
        except _Refused as refused:
            code, *number = refused.args
            words = f"AADSTS{number[0]}: repeated {' '.join(form.values())}" if number else "what a pity"
            self._send(400, json.dumps({"error": code, "error_description": words}).encode())

    def _send(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        for part in [body[i : i + 1] for i in range(len(body))] if self.tokens.drip else [body]:
            try:
                self.wfile.write(part)
            except OSError:
                return  # the client has had enough
            if self.tokens.drip:
                time.sleep(0.05)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
