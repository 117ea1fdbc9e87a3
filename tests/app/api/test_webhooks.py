"""Webhooks over HTTP: an admin's, with a secret that is told once."""

from typing import Any

from specs.access import Role

URL = "https://ci.example.org/holdfast?of=payments"


async def test_a_webhook_from_making_to_removal(ask: Any) -> None:
    body = {"name": "ci", "url": URL, "kinds": ["spec.*", "gate.decided"]}
    for who in (Role.READER, Role.EDITOR, Role.REVIEWER):
        assert (await ask("POST", "/webhooks", who, json=body)).status_code == 403
        assert (await ask("GET", "/webhooks", who)).status_code == 403
    answer = await ask("POST", "/webhooks", json=body, headers={"idempotency-key": "one"})
    made = answer.json()
    assert (answer.status_code, made["state"], made["kinds"]) == (201, "active", body["kinds"])
    assert made["secret"].startswith("whsec_")
    again = await ask("POST", "/webhooks", json=body, headers={"idempotency-key": "one"})
    assert again.status_code == 409
    assert made["secret"] not in again.text
    place = answer.headers["location"]
    found = (await ask("GET", place)).json()
    assert found == {key: value for key, value in made.items() if key != "secret"}
    assert (await ask("GET", "/webhooks")).json()["items"] == [found]
    changed = (await ask("PATCH", place, json={"kinds": ["task.*"], "enabled": False})).json()
    assert (changed["state"], changed["reason"], changed["kinds"]) == ("disabled", "by an admin", ["task.*"])
    assert (await ask("PATCH", place, json={"enabled": True})).json()["state"] == "active"
    rotated = (await ask("POST", f"{place}/secret", json={})).json()
    assert rotated["secret"] != made["secret"]
    assert rotated["old_secret_until"]
    assert (await ask("GET", f"{place}/deliveries")).json() == {"items": []}
    cursor = (await ask("GET", "/events")).json()["cursor"]
    replayed = await ask("POST", f"{place}/replays", json={"after": cursor})
    assert replayed.status_code == 202
    log = (await ask("GET", "/audit?action=webhook.*")).json()["items"]
    assert [entry["action"] for entry in reversed(log)] == [
        "webhook.add",
        "webhook.change",
        "webhook.change",
        "webhook.rotate-secret",
        "webhook.replay",
    ]
    assert URL not in str(log), "an address may hold a secret"
    assert (await ask("DELETE", place)).status_code == 204
    assert (await ask("GET", place)).status_code == 404


async def test_bad_input_is_refused(ask: Any) -> None:
    for body in (
        {},
        {"name": "x"},
        {"name": "x", "url": "http://example.org"},
        {"name": "x", "url": "https://127.0.0.1/"},
        {"name": "x", "url": "https://localhost:9"},
        {"name": "x", "url": "javascript:alert(1)"},
        {"name": " ", "url": URL},
        {"name": "x", "url": URL, "kinds": ["spec.change"]},
        {"name": "x", "url": URL, "secret": "mine"},
    ):
        answer = await ask("POST", "/webhooks", json=body)
        assert answer.status_code == 400, body
        assert answer.json()["hint"]
    made = (await ask("POST", "/webhooks", json={"name": "x", "url": URL})).json()
    for body in ({}, {"delivery": 0}, {"after": "nonsense"}, {"delivery": 1, "after": "1"}):
        assert (await ask("POST", f"/webhooks/{made['id']}/replays", json=body)).status_code == 400, body
    assert (await ask("POST", f"/webhooks/{made['id']}/replays", json={"delivery": 7})).status_code == 404
