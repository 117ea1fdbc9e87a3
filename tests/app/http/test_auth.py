"""Who gets in: tokens on the API alone, sessions on pages alone, forms from our own pages alone, tries counted."""

from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.exceptions import ImproperlyConfiguredException
from litestar.testing import AsyncTestClient

from app.http.auth import check_declared, client_address, session_cookie
from app.main import create_app
from app.settings import Settings
from specs.access import Role
from tests.app.conftest import API, Town
from tests.factories import PASSWORD

SPECS = f"{API}/specs"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Token abc",
        "Bearer a b",
        "Bearer hf_x",
        "Bearer é",
        "Bearer " + "x" * 5000,
    ],
)
async def test_what_is_no_token_is_401_with_a_challenge(client: Any, header: str) -> None:
    answer = await client.get(SPECS, headers={"authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["hint"]


async def test_the_kind_of_credential_may_be_written_in_any_case(client: Any, town: Town) -> None:
    token = await town.token(Role.READER)
    assert (await client.get(SPECS, headers={"authorization": f"bearer {token}"})).status_code == 200


async def test_two_tokens_are_none(client: Any, town: Town) -> None:
    token = f"Bearer {await town.token(Role.READER)}"
    answer = await client.get(SPECS, headers=[("authorization", token), ("authorization", token)])
    assert answer.status_code == 401


async def log_in(client: Any, role: Role) -> None:
    form = {"login": f"{role}-person", "password": PASSWORD}
    answer = await client.post("/login", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text


async def test_a_session_opens_pages_and_never_the_api(client: Any, town: Town) -> None:
    await log_in(client, Role.ADMIN)
    cookie = client.cookies.get("holdfast")
    assert cookie
    assert (await client.get("/p/payments")).status_code == 200
    answer = await client.get(SPECS)
    assert answer.status_code == 401
    assert "cookie" in answer.json()["detail"]


async def test_a_token_opens_no_page(client: Any, town: Town) -> None:
    headers = {"authorization": f"Bearer {await town.token(Role.ADMIN)}"}
    answer = await client.get("/p/payments", headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Any, town: Town) -> None:
    form = {"login": "admin-person", "password": PASSWORD}
    answer = await client.post("/login", data=form, follow_redirects=False)
    given = answer.headers["set-cookie"].lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "path=/" in given
    secure = session_cookie("x", https=True, seconds=60)
    assert secure.key.startswith("__Host-")
    assert secure.secure


async def test_a_form_without_the_page_s_secret_is_refused(client: Any, town: Town, ask: Any) -> None:
    await log_in(client, Role.EDITOR)
    form = {"path": "mine.md", "text": "# Mine\n"}
    for headers in ({}, {"x-csrf-token": "guess"}):
        answer = await client.post("/p/payments/new", data=form, headers=headers)
        assert answer.status_code == 403
    assert (await ask("GET", "/specs")).json()["items"] == []


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_a_form_of_another_site_is_refused(client: Any, town: Town, headers: dict[str, str]) -> None:
    answer = await client.post("/login", data={"login": "admin-person", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_a_form_of_our_public_address_is_ours_behind_any_proxy(settings: Settings, town: Town) -> None:
    proxied = create_app(replace(settings, public_url="https://specs.example.org"))
    form = {"login": "admin-person", "password": PASSWORD}
    headers = {"origin": "https://specs.example.org", "host": "upstream:8000"}
    async with AsyncTestClient(proxied, raise_server_exceptions=False) as client:
        answer = await client.post("/login", data=form, headers=headers, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["set-cookie"].startswith("__Host-holdfast=")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["strict-transport-security"]


async def test_failed_tries_are_limited_whatever_they_say_of_their_address(client: Any, town: Town) -> None:
    statuses = []
    for number in range(100):
        headers = {"authorization": f"Bearer wrong-{number}", "x-forwarded-for": f"203.0.113.{number}"}
        statuses.append((answer := await client.get(SPECS, headers=headers)).status_code)
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert int(answer.headers["retry-after"]) > 0
    right = {"authorization": f"Bearer {await town.token(Role.READER)}"}
    assert (await client.get(SPECS, headers=right)).status_code == 200


async def test_tries_at_one_token_are_limited_sooner(client: Any) -> None:
    statuses = [
        (await client.get(SPECS, headers={"authorization": f"Bearer hf_abcdefgh_{number}"})).status_code
        for number in range(30)
    ]
    assert statuses.count(429) >= 5


def scope(*forwarded: str) -> Any:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"type": "http", "client": ("198.51.100.7", 1), "headers": headers}


def test_only_the_proxy_s_own_word_is_believed_and_only_when_told() -> None:
    assert client_address(scope("203.0.113.1"), trust_forwarded=False) == "198.51.100.7"
    assert client_address(scope("10.0.0.1, 203.0.113.1"), trust_forwarded=True) == "203.0.113.1"
    assert client_address(scope("10.0.0.1", "203.0.113.9"), trust_forwarded=True) == "203.0.113.9"
    assert client_address(scope("nonsense"), trust_forwarded=True) == "198.51.100.7"
    assert client_address(scope(), trust_forwarded=True) == "198.51.100.7"


def test_a_route_that_declares_nothing_does_not_start() -> None:
    @get("/open")
    async def forgotten() -> None:
        """Forget to say who may come in."""

    with pytest.raises(ImproperlyConfiguredException, match="/open"):
        check_declared(Litestar([forgotten], openapi_config=None).routes)
