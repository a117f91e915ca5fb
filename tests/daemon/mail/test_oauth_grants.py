"""Every way to a token, against a server that checks as strictly as the real ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from daemon import clock
from daemon.mail.errors import InsecureConnection
from daemon.mail.oauth import ANSWER_LIMIT_BYTES, TokenEndpoint
from daemon.mail.oauth_code import CodeRequest, ForeignAnswer
from daemon.mail.oauth_providers import Application, log_in, provider_of
from daemon.mail.oauth_refusal import is_permanent, refusal
from daemon.mail.token_store import TokenStore
from daemon.mail.tokens import TokenRefused, TokenUnavailable
from daemon.records.encryption import Key, Keys, Vault
from tests.servers.certificate import Certificate
from tests.servers.token_server import CLIENT, SECRET, TokenServer

USER = "sales@example.com"
VAULT = Vault(Keys(masters=(Key(1, b"m" * 32),), suppression=(Key(1, b"s" * 32),)))
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FORM = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}


def _pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "replyd")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """A token server that knows our key."""
    server = TokenServer(public_key=KEY.public_key())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    """Where refresh tokens are kept."""
    return TokenStore(tmp_path / "oauth.token", lambda: VAULT)


def _application(server: TokenServer, **changed: str) -> Application:
    given = {"provider": "microsoft", "user": USER, "client_id": CLIENT, "tenant": "example.com"}
    return Application(**(given | {"token_url": server.url, "authorize_url": server.authorize_url} | changed))


def test_an_application_gets_a_token_by_its_secret(server, store):
    """Microsoft's client credentials, with the scope that Exchange wants."""
    tokens = provider_of(_application(server, client_secret=SECRET), store, clock.now)
    assert tokens.token() in server.live
    assert tokens.token() in server.live
    (request,) = server.requests
    assert request["scope"] == "https://outlook.office365.com/.default"


def test_an_application_gets_a_token_by_its_certificate(server, store):
    """The assertion is signed with PSS, meant for this endpoint only, and names the certificate by thumbprint."""
    application = _application(server, certificate=_pem(KEY) + _certificate(KEY))
    assert provider_of(application, store, clock.now).token() in server.live
    assert "client_secret" not in server.requests[0]
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    application = _application(server, certificate=_pem(other) + _certificate(other))
    with pytest.raises(TokenRefused, match="certificate is not the one"):
        provider_of(application, store, clock.now).token()


def test_a_service_account_gets_a_token_for_a_user_of_its_domain(server, store):
    """Google's domain-wide delegation, without Google's libraries."""
    account = {"client_email": "robot@project.example", "private_key_id": "k1", "private_key": _pem(KEY)}
    application = _application(server, provider="google", service_account=json.dumps(account))
    assert provider_of(application, store, clock.now).token() in server.live


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate": "canary"},
        {"certificate": _pem(KEY)},
        {"certificate": _pem(KEY) + _certificate(rsa.generate_private_key(public_exponent=65537, key_size=2048))},
        {"provider": "google", "service_account": "canary"},
        {"provider": "google", "service_account": '{"client_email": "a", "private_key_id": "b", "private_key": "c"}'},
        {"provider": "google", "service_account": "[]"},
    ],
)
def test_a_key_that_cannot_be_used_is_refused_before_anything_is_sent(server, store, changed):
    """With what to put there, and without what stands there."""
    with pytest.raises(TokenRefused, match=r"\[account.oauth\]") as caught:
        provider_of(_application(server, **changed), store, clock.now).token()
    assert "canary" not in str(caught.value)
    assert server.requests == []


def _logged_in(server: TokenServer, application: Application, store: TokenStore) -> CodeRequest:
    request = CodeRequest(application.client_id, "http://localhost:1", application.scope)
    query = dict(part.split("=", 1) for part in application.login_page(request).partition("?")[2].split("&"))
    final = server.authorize(query | {"redirect_uri": "http://localhost:1"})
    log_in(application, request, request.code(final), store, clock.now)
    return request


@pytest.mark.parametrize("provider", ["microsoft", "google"])
def test_a_login_by_browser_lasts(server, store, provider):
    """The code is exchanged with its verifier; the refresh token is kept and gives tokens from then on."""
    application = _application(server, provider=provider)
    _logged_in(server, application, store)
    assert store.read() in server.refresh_tokens
    assert provider_of(application, store, clock.now).token() in server.live
    assert server.requests[-1]["grant_type"] == "refresh_token"


def test_a_code_without_its_verifier_is_worth_nothing(server, store):
    """Whoever reads the address on its way cannot log in with it (RFC 7636)."""
    application = _application(server)
    request = CodeRequest(CLIENT, "http://localhost:1", application.scope)
    server.codes["code"] = ("another challenge", "http://localhost:1")
    with pytest.raises(TokenRefused, match="invalid_grant"):
        log_in(application, request, "code", store, clock.now)
    assert not store.path.exists()


def test_each_login_has_a_secret_of_its_own():
    """And only an answer that carries its state is taken."""
    one, other = (CodeRequest(CLIENT, "http://localhost:1", "s") for _ in range(2))
    assert one.state != other.state
    assert one.verifier != other.verifier
    assert one.verifier not in repr(one) + one.url("https://login.example/", {})
    assert one.code(f"http://localhost:1/?code=c&state={one.state}") == "c"
    with pytest.raises(ForeignAnswer):
        one.code(f"http://localhost:1/?code=c&state={other.state}")
    with pytest.raises(ForeignAnswer):
        one.code("http://localhost:1/?code=c")
    with pytest.raises(TokenRefused, match="declined"):
        one.code(f"http://localhost:1/?error=access_denied&state={one.state}")


def test_a_rotated_refresh_token_takes_the_place_of_the_spent_one(server, store):
    """Else the service would die with the first restart after the old one's end."""
    store.keep(first := server.refresh_token())
    tokens = provider_of(_application(server), store, clock.now)
    given = tokens.token()
    for _ in range(3):
        given = tokens.renewed(given)
    assert store.read() != first
    assert provider_of(_application(server), store, clock.now).token() in server.live
    server.rotates = False
    kept = store.read()
    assert tokens.renewed(given) in server.live
    assert store.read() == kept


def test_a_refresh_token_that_has_ended_says_what_to_do(server, store):
    """A person has to log in again; the refusal holds neither the token nor the provider's own words."""
    store.keep("refresh-canary-of-old")
    with pytest.raises(TokenRefused, match="run `replyd oauth login`") as caught:
        provider_of(_application(server), store, clock.now).token()
    assert caught.value.permanent
    assert "AADSTS700082" in str(caught.value)
    assert "canary" not in _all_of(caught.value)


def test_a_first_login_is_asked_for(server, store):
    """Before anybody has logged in, nothing is sent."""
    with pytest.raises(TokenRefused, match="nobody has logged in yet"):
        provider_of(_application(server), store, clock.now).token()
    assert server.requests == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_secret": "wrong-canary"}, "client_secret is wrong"),
        ({"client_id": "other", "client_secret": SECRET}, "tenant or client_id is wrong"),
    ],
)
def test_wrong_settings_are_named(server, store, changed, said):
    """Wrong tenant, client and secret are told apart by the provider's number."""
    with pytest.raises(TokenRefused, match=said) as caught:
        provider_of(_application(server, **changed), store, clock.now).token()
    assert "canary" not in _all_of(caught.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ((500, b"oops canary"), TokenUnavailable),
        ((503, b'{"error": "temporarily_unavailable"}'), TokenUnavailable),
        ((400, b'{"error": "temporarily_unavailable"}'), TokenUnavailable),
        ((429, b'{"error": "canary"}'), TokenUnavailable),
        ((200, b"<html>canary</html>"), TokenUnavailable),
        ((200, b'{"access_token": 5}'), TokenUnavailable),
        ((200, b'["canary"]'), TokenUnavailable),
        ((200, b"[" * 100_000), TokenUnavailable),
        ((200, b"x" * (ANSWER_LIMIT_BYTES + 1)), TokenUnavailable),
        ((200, b'{"access_token": "two canaries"}'), TokenRefused),
        ((400, b'{"error": "canary", "error_description": "canary"}'), TokenRefused),
        ((404, b"canary"), TokenRefused),
        ((400, b'{"error": ["canary"]}'), TokenRefused),
    ],
)
def test_no_is_told_from_not_now(server, fault, error):
    """By status and error code; nothing of the answer is shown."""
    server.fault = fault
    with pytest.raises(error) as caught:
        TokenEndpoint(server.url, clock.now, timeout_s=5).grant(FORM)
    assert type(caught.value) is error
    assert "canar" not in _all_of(caught.value)


@pytest.mark.parametrize("how", ["late", "drip"])
def test_a_slow_server_holds_nobody_up(server, how):
    """Neither by silence nor by a byte now and then."""
    server.delay_s, server.drip = (3.0, False) if how == "late" else (0.0, True)
    began = datetime.now(UTC)
    with pytest.raises(TokenUnavailable):
        TokenEndpoint(server.url, clock.now, timeout_s=0.4).grant(FORM)
    assert datetime.now(UTC) - began < timedelta(seconds=2)


def test_a_server_that_is_not_there_is_not_there(server):
    """A refused connection may pass."""
    with pytest.raises(TokenUnavailable, match="ConnectError"):
        TokenEndpoint("http://127.0.0.1:9/token", clock.now, timeout_s=2).grant(FORM)


def test_a_redirect_gets_no_secret(server):
    """It is refused, since whoever moves the endpoint would get what is sent to it."""
    other = TokenServer()
    other.start()
    try:
        server.redirect_to = other.url
        with pytest.raises(TokenRefused, match="HTTP 307"):
            TokenEndpoint(server.url, clock.now).grant(FORM)
        assert other.requests == []
    finally:
        other.stop()


def test_the_endpoint_must_prove_who_it_is(certificate: Certificate):
    """No secret goes to a server with a certificate that nobody vouches for."""
    server = TokenServer(certificate=certificate)
    server.start()
    try:
        assert TokenEndpoint(server.url, clock.now, certificate.cert).grant(FORM).token.value in server.live
        with pytest.raises(InsecureConnection, match="not trusted"):
            TokenEndpoint(server.url, clock.now).grant(FORM)
        assert len(server.requests) == 1
    finally:
        server.stop()


def test_the_environment_leads_no_secret_astray(server, monkeypatch):
    """Neither a proxy nor a netrc file is taken from there."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert TokenEndpoint(server.url, clock.now).grant(FORM).token.value in server.live


def test_a_lifetime_and_a_scope_are_taken_over(server):
    """And where none is said, a short one is assumed."""
    server.lifetime_s, server.scope = 100, "a b"
    token = TokenEndpoint(server.url, clock.now).grant(FORM).token
    assert timedelta(seconds=95) < token.expires_at - clock.now() <= timedelta(seconds=100)
    assert token.scope == "a b"
    server.fault = (200, b'{"access_token": "x", "expires_in": "soon"}')
    token = TokenEndpoint(server.url, clock.now).grant(FORM).token
    assert token.expires_at - clock.now() <= timedelta(minutes=5)


def test_the_number_counts_for_more_than_the_code():
    """Microsoft says invalid_grant for many things; its number says which."""
    answer = {"error": "invalid_grant", "error_description": "AADSTS65001: canary"}
    assert is_permanent(400, answer)
    assert "nobody has consented" in refusal(400, answer)
    assert "canary" not in refusal(400, answer)
    unknown = {"error": "invalid_grant", "error_description": "AADSTS999999: canary"}
    assert "AADSTS999999" in refusal(400, unknown)
    assert "replyd oauth login" in refusal(400, unknown)


def _all_of(error: BaseException | None) -> str:
    """The error with everything that it hangs on."""
    text = ""
    while error is not None:
        text += repr(error) + str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text
