import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from app import sources
from app.installation.serverkey import server_key
from app.queue import counts
from specs.access import SERVER
from sync.binding.webhook import derive_secret
from sync.service.repositories.repositories import Ground, Repositories

PUSH = json.dumps({"ref": "refs/heads/main", "after": "a" * 40}).encode()


@pytest.fixture
async def registered(town, settings):
    repositories = Repositories(
        town.world.database,
        sources.now,
        sources.new_id,
        sources.random_bytes,
        ground=Ground((), server_key(settings)),
    )
    url = "https://git.example.com/shop.git"
    return await repositories.register(SERVER, town.project.id, name="shop", url=url, branch="main")


def signed(secret, body=PUSH, delivery="d-1"):
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-github-delivery": delivery,
        "x-hub-signature-256": f"sha256={mac}",
    }


async def test_a_signed_push_puts_work_into_the_queue_once(client, registered, town):
    address = f"/webhooks/{registered.repository.id}"
    answer = await client.post(address, content=PUSH, headers=signed(registered.webhook_secret))
    assert (answer.status_code, answer.json()) == (202, {"new": True})
    assert (await counts(town.world.database))["todo"] == 1
    again = await client.post(address, content=PUSH, headers=signed(registered.webhook_secret))
    assert (again.status_code, again.json()["duplicate"]) == (409, True)
    assert (await counts(town.world.database))["todo"] == 1


async def test_gitlab_and_gitea_are_believed_too(client, registered):
    address = f"/webhooks/{registered.repository.id}"
    gitlab = {"x-gitlab-event": "Push Hook", "x-gitlab-token": registered.webhook_secret}
    assert (await client.post(address, content=PUSH, headers=gitlab)).json() == {"new": True}
    body = PUSH + b" "
    mac = hmac.new(registered.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    gitea = {"x-gitea-event": "push", "x-gitea-delivery": "g", "x-gitea-signature": mac}
    assert (await client.post(address, content=body, headers=gitea)).json() == {"new": True}


@pytest.mark.parametrize("headers", [{}, {"x-hub-signature-256": "sha256=" + "0" * 64}, {"x-gitlab-token": "guess"}])
async def test_without_a_right_signature_it_is_401(client, registered, town, headers):
    answer = await client.post(f"/webhooks/{registered.repository.id}", content=PUSH, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["hint"]
    assert registered.webhook_secret not in answer.text
    assert (await counts(town.world.database))["todo"] == 0


async def test_an_old_a_tampered_and_a_strangers_delivery_are_401(client, registered, town, settings):
    """Standard Webhooks signatures carry a time; every signature is of these bytes and of this repository's secret."""
    address = f"/webhooks/{registered.repository.id}"

    def standard(body: bytes, age: timedelta, secret: str) -> dict[str, str]:
        stamp = str(int((datetime.now(UTC) - age).timestamp()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"m-1.{stamp}.".encode() + body, hashlib.sha256).digest()
        signature = "v1," + base64.b64encode(mac).decode()
        told = {"webhook-id": "m-1", "webhook-timestamp": stamp, "webhook-signature": signature}
        return {**told, "x-gitlab-event": "Push Hook"}

    secret = registered.webhook_secret
    for headers in (
        standard(PUSH, timedelta(minutes=10), secret),
        standard(PUSH, timedelta(minutes=-10), secret),
        standard(PUSH + b" ", timedelta(), secret),
        standard(PUSH, timedelta(), derive_secret(server_key(settings), str(sources.new_id()), "00")),
        {**standard(PUSH, timedelta(), secret), "webhook-id": "m-2"},
        {**standard(PUSH, timedelta(), secret), "webhook-timestamp": "1e9"},
    ):
        assert (await client.post(address, content=PUSH, headers=headers)).status_code == 401
    assert (await counts(town.world.database))["todo"] == 0
    fresh = standard(PUSH, timedelta(), secret)
    assert (await client.post(address, content=PUSH, headers=fresh)).json() == {"new": True}
    assert (await client.post(address, content=PUSH, headers=fresh)).status_code == 409
    same = await client.post(address, content=PUSH, headers=signed(secret, delivery="another"))
    assert same.status_code == 409, "the same bytes under another name are the same push"


async def test_unknown_repositories_are_404(client, registered):
    answer = await client.post(f"/webhooks/{sources.new_id()}", content=PUSH, headers=signed(registered.webhook_secret))
    assert answer.status_code == 404


async def test_25_megabytes_are_413(client, registered):
    body = b"x" * 25_000_000
    answer = await client.post(
        f"/webhooks/{registered.repository.id}", content=body, headers=signed(registered.webhook_secret, body)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"{}"])
async def test_a_signed_body_that_is_no_push_is_the_senders_mistake(client, registered, body):
    answer = await client.post(
        f"/webhooks/{registered.repository.id}", content=body, headers=signed(registered.webhook_secret, body)
    )
    assert 400 <= answer.status_code < 500
    assert answer.json()["hint"]
