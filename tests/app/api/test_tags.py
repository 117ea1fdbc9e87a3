"""Tags over HTTP."""

from typing import Any

from specs.access import Role


async def test_a_tag_from_making_to_removal(ask: Any) -> None:
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": "# A\n"})).json()
    answer = await ask("POST", "/tags", Role.EDITOR, json={"name": "v1", "message": "First"})
    assert (answer.status_code, answer.json()["count"]) == (201, 1)
    assert answer.headers["location"].endswith("/tags/v1")
    assert (await ask("POST", "/tags", Role.EDITOR, json={"name": "v1"})).status_code == 409
    await ask(
        "PUT", f"/specs/{made['id']}", Role.EDITOR, json={"text": "# B\n"}, headers={"if-match": f'"{made["head"]}"'}
    )
    assert [tag["name"] for tag in (await ask("GET", "/tags", Role.READER)).json()["items"]] == ["v1"]
    (item,) = (await ask("GET", "/tags/v1", Role.READER)).json()["items"]
    assert (item["path"], item["revision"]) == ("a.md", made["head"])
    (change,) = (await ask("GET", "/tags/v1/diff", Role.READER)).json()["items"]
    assert (change["difference"], change["before"]["revision"]) == ("changed", made["head"])
    chosen = [{"spec": made["id"], "revision": made["head"]}]
    assert (await ask("POST", "/tags", json={"name": "v0", "revisions": chosen})).status_code == 201
    assert (await ask("GET", "/tags/v1/diff?to=v0")).json()["items"] == []
    assert (await ask("DELETE", "/tags/v1", Role.EDITOR)).status_code == 403
    assert (await ask("DELETE", "/tags/v1")).status_code == 204
    assert (await ask("GET", "/tags/v1")).status_code == 404


async def test_bad_input_is_refused(ask: Any) -> None:
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": "# A\n"})).json()
    one = {"spec": made["id"], "revision": made["head"]}
    for body in (
        {},
        {"name": "a/b"},
        {"name": "x", "revisions": [one, one]},
        {"name": "x", "actor": "me"},
        {"name": "a.lock"},
    ):
        assert (await ask("POST", "/tags", json=body)).status_code == 400, body
    for path in ("/tags/a%2Fb/diff", "/tags/%2D", "/tags/none/diff"):
        assert (await ask("GET", path)).status_code == 404, path
    assert (await ask("GET", "/tags/none/diff?to=%00")).status_code == 400
