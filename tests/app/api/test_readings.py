"""Each caller's own mark of what was read last, over HTTP."""

from typing import Any

from specs.access import Role


async def test_what_changed_since_the_caller_read_it(ask: Any) -> None:
    made = (await ask("POST", "/specs", json={"path": "a.md", "text": "# A\n\nOne.\n"})).json()
    read = await ask("PUT", f"/specs/{made['id']}/reading", Role.READER, json={"revision": made["head"]})
    assert read.status_code == 204
    match = {"if-match": f'"{made["head"]}"'}
    saved = (await ask("PUT", f"/specs/{made['id']}", json={"text": "# A\n\nTwo.\n"}, headers=match)).json()
    [item] = (await ask("GET", "/unread", Role.READER)).json()["items"]
    assert (item["spec"], item["read"], item["head"], item["changes"]) == (made["id"], made["head"], saved["head"], 1)
    assert (await ask("GET", "/unread", Role.EDITOR)).json()["items"] == []
    nothing = await ask("PUT", f"/specs/{made['id']}/reading", Role.READER, json={"revision": "f" * 64})
    assert (nothing.status_code, bool(nothing.json()["hint"])) == (404, True)


async def test_a_history_is_that_of_whom_one_asks_for(ask: Any) -> None:
    made = (await ask("POST", "/specs", json={"path": "a.md", "text": "# A\n\nOne.\n"})).json()
    place = f"/specs/{made['id']}/revisions"
    [row] = (await ask("GET", f"{place}?kind=human&provenance=explicit", Role.READER)).json()["items"]
    assert (await ask("GET", f"{place}?actor={row['actor']['id']}", Role.READER)).json()["items"] == [row]
    assert (await ask("GET", f"{place}?kind=agent", Role.READER)).json()["items"] == []
    assert (await ask("GET", f"{place}?kind=robot", Role.READER)).status_code == 400
