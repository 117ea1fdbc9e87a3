"""Over HTTP, with an identity provider of the test's own: who is let in, who is not, and what is connected to whom."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from app.settings import Settings
from app.sources import now, random_bytes
from specs.signing import SEED_BYTES, Signer
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Town


def new_key() -> dict[str, str]:
    """Make a key of a provider's, as a JWK with its secret."""
    signer = Signer("provider", random_bytes(SEED_BYTES))
    halves = {"x": signer.verifier.public, "d": signer.seed}
    return {"kty": "OKP", "crv": "Ed25519"} | {
        name: urlsafe_b64encode(half).decode().rstrip("=") for name, half in halves.items()
    }


@dataclass
class Fake:
    """A provider: what it signs is what its fields say."""

    address: str = ""
    key: dict[str, str] = field(default_factory=new_key)
    signed_by: Any = None
    claims: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    challenge: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    forged: str = ""

    def token(self) -> str:
        at = int(now().timestamp())
        said = {"iss": self.address, "aud": "holdfast", "sub": "s-1", "iat": at, "exp": at + 60, "nonce": self.nonce}
        said |= {"preferred_username": "zoe", "name": "Zoe", "email": "eve@example.org"} | self.claims
        if self.forged:
            known = "" if self.forged == "none" else self.key["x"] * 2
            return jwt.encode(said, known, self.forged, headers={"kid": "k"})
        key = jwt.PyJWK({**(self.signed_by or self.key), "alg": "EdDSA"}).key
        return jwt.encode(said, key, "EdDSA", headers={"kid": "k"})

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path.endswith("openid-configuration"):
            ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return 200, {"issuer": self.address, **{name: self.address + end for name, end in ends.items()}}
        if path == "/keys":
            public = {name: part for name, part in self.key.items() if name != "d"}
            return 200, {"keys": [{**public, "kid": "k", "use": "sig", "alg": "EdDSA"}]}
        self.asked.append(form)
        made = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if form["code"] != "good" or made != self.challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}


@pytest.fixture
def fake() -> Iterator[Fake]:
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(raw).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, body = fake.answer(self.path, form)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(url: str, tmp_path: "Path", fake: Fake) -> Settings:
    return Settings(
        database_url=url,
        data_dir=tmp_path / "data",
        oidc_issuer=fake.address,
        oidc_client_id="holdfast",
        oidc_client_secret="s3cret",
        oidc_name="Acme",
    )


async def went(client: Any, fake: Fake, begun: httpx.Response | None = None) -> str:
    """Begin at the log-in page, and give the state with which the provider sends the browser back."""
    answer = begun or await client.get("/login/oidc?next=/p/payments", follow_redirects=False)
    place = answer.headers.get("location") or answer.text.split('href="' + fake.address)[1].split('"')[0]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(place.replace("&amp;", "&")).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/login/oidc/callback")
    fake.nonce, fake.challenge = asked["nonce"], asked["code_challenge"]
    return asked["state"]


async def came(client: Any, state: str, code: str = "good", more: str = "") -> httpx.Response:
    answer: httpx.Response = await client.get(
        f"/login/oidc/callback?code={code}&state={state}{more}", follow_redirects=False
    )
    return answer


async def log_in(client: Any, login: str) -> str:
    """Log in with a password and give the secret of the session's forms."""
    form = {"login": login, "password": PASSWORD}
    assert (await client.post("/login", data=form, follow_redirects=False)).status_code == 303
    page = (await client.get("/account")).text
    return str(page.split('name="csrf" value="')[1].split('"')[0])


async def test_only_what_its_person_connected_logs_in(client: Any, town: "Town", fake: Fake) -> None:
    stranger = await came(client, await went(client, fake))
    assert stranger.status_code == 403
    assert "Nobody here is connected" in stranger.text
    csrf = await log_in(client, "editor-person")
    begun = await client.post("/account/identities", data={"csrf": csrf})
    assert "Acme" in begun.text
    assert (await came(client, await went(client, fake, begun))).headers["location"] == "/account"
    assert "Acme" in (await client.get("/account")).text or "zoe" in (await client.get("/account")).text
    client.cookies.clear()
    answer = await came(client, await went(client, fake))
    assert answer.headers["location"] == "/p/payments"
    page = await client.get("/account")
    assert page.status_code == 200
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert (await client.post("/logout", data={"csrf": csrf}, follow_redirects=False)).status_code == 303
    assert (await client.get("/account", follow_redirects=False)).status_code in {303, 401}
    # Another person cannot connect it, and nobody is found by name or address of mail.
    client.cookies.clear()
    csrf = await log_in(client, "reader-person")
    begun = await client.post("/account/identities", data={"csrf": csrf})
    assert (await came(client, await went(client, fake, begun))).status_code == 409
    fake.claims = {"sub": "s-2", "preferred_username": "editor-person", "email_verified": True}
    client.cookies.clear()
    assert (await came(client, await went(client, fake))).status_code == 403
    assert fake.asked[-1]["grant_type"] == "authorization_code"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["holdfast", "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"nonce": "another"},
        {"sub": ""},
        {"iat": None},
    ],
)
async def test_a_word_that_is_not_for_us_now_lets_nobody_in(
    client: Any, town: "Town", fake: Fake, claims: dict[str, Any]
) -> None:
    fake.claims = claims
    assert (await came(client, await went(client, fake))).status_code == 403


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512"])
async def test_a_word_that_nobody_signed_with_a_published_key_lets_nobody_in(
    client: Any, town: "Town", fake: Fake, algorithm: str
) -> None:
    fake.forged = algorithm
    answer = await came(client, await went(client, fake))
    assert answer.status_code == 403
    assert "not to be believed" in answer.text
    assert "Log in" in (await client.get("/account")).text


async def test_what_comes_back_wrongly_lets_nobody_in(client: Any, town: "Town", fake: Fake) -> None:
    fake.signed_by = new_key()
    assert "not to be believed" in (await came(client, await went(client, fake))).text
    fake.signed_by = None
    assert (await came(client, "x", "good")).status_code == 403  # without a cookie
    state = await went(client, fake)
    assert "another log-in" in (await came(client, "x" + state)).text
    state = await went(client, fake)
    assert "another issuer" in (await came(client, state, more="&iss=https://evil.example")).text
    state = await went(client, fake)
    assert (await came(client, state, "stolen")).status_code == 503
    state = await went(client, fake)
    assert (await client.get(f"/login/oidc/callback?error=access_denied&state={state}")).status_code == 403
    assert (await client.get("/account")).status_code == 401 or "Log in" in (await client.get("/account")).text


async def test_a_one_time_link_is_used_up_by_logging_in_there(client: Any, town: "Town", fake: Fake) -> None:
    from specs.access import SERVER  # noqa: PLC0415 (only here)

    link = await town.world.access.invite(SERVER, "zoe")
    begun = await client.post("/login/oidc", data={"link": link.token})
    assert (await came(client, await went(client, fake, begun))).headers["location"] == "/"
    client.cookies.clear()
    begun = await client.post("/login/oidc", data={"link": link.token})
    assert "used up" in (await came(client, await went(client, fake, begun))).text


@pytest.fixture
async def strict(settings: Settings, town: "Town") -> AsyncIterator[Any]:
    """The same without passwords, where newcomers become people."""
    from litestar.testing import AsyncTestClient  # noqa: PLC0415 (same)

    from app.main import create_app  # noqa: PLC0415 (same)

    app = create_app(replace(settings, password_login=False, oidc_signup=True))
    async with AsyncTestClient(app, raise_server_exceptions=False) as opened:
        await app.state.wakes.close()
        yield opened


async def test_passwords_can_be_turned_off_and_newcomers_let_in(strict: Any, fake: Fake) -> None:
    page = (await strict.get("/login")).text
    assert "Password" not in page
    assert "Log in with Acme" in page
    form = {"login": "editor-person", "password": PASSWORD}
    assert (await strict.post("/login", data=form)).status_code == 403
    assert (await came(strict, await went(strict, fake))).headers["location"] == "/p/payments"
    assert "zoe" in (await strict.get("/account")).text
    fake.claims = {"sub": "s-3", "preferred_username": "editor-person"}
    assert "already" in (await came(strict, await went(strict, fake))).text
