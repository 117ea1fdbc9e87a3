"""Random requests made from the OpenAPI document: never a 5xx, never a status the document does not name."""

import json
import os
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from specs.access import Role
from tests.app.api.inhabited import Inhabited
from tests.app.conftest import Town

SEED = os.environ.get("FUZZ_SEED", "holdfast")
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "600"))
ODD_TEXTS = (
    "", " ", "a", "é", "a\nb", "a\x00b", "a\x1bb", "..", "../../x.md", "a.md", "x/y.md", "%00", "%", "'; drop x;--",
    "\U0001f600", "\u202e", "A" * 5000, "null", "-1", "payments", "secrets", "0" * 64, "*", '"', "\\", "{}", "[]",
)  # fmt: skip
ODD_VALUES = (None, True, False, 0, -1, 1, 2**31, 2**63, 2**70, 1.5, 1e308, [], {}, [[]], {"a": 1}, "x")
ODD_HEADERS = (
    ("if-match", "*"),
    ("if-match", '"x"'),
    ("if-match", '"' + "0" * 64 + '"'),
    ("if-none-match", "*"),
    ("accept", "text/markdown"),
    ("accept", "text/html"),
    ("accept", ",;q=x"),
    ("accept", "*/*;q=0"),
    ("idempotency-key", "k"),
    ("idempotency-key", ""),
    ("content-type", "text/plain"),
    ("content-type", "application/json; charset=latin-1"),
    ("x-request-id", "\\"),
    ("range", "bytes=0-"),
    ("expect", "nothing"),
    ("cookie", "holdfast=x"),
    ("content-length", "abc"),
    ("authorization", "Bearer x"),
)


class Made:
    """Makes requests from the document; mostly right, sometimes odd, now and then nonsense."""

    def __init__(self, document: dict[str, Any], chance: random.Random, known: dict[str, list[str]]) -> None:
        self.document = document
        self.chance = chance
        self.known = known
        self.words = [word for words in known.values() for word in words]
        self.operations = [
            (method.upper(), path, operation)
            for path, item in sorted(document["paths"].items())
            for method, operation in sorted(item.items())
        ]

    def odd(self, share: float) -> bool:
        return self.chance.random() < share

    def value(self, schema: dict[str, Any], name: str = "") -> Any:
        """A value for a schema, and for a field or parameter of this name."""
        if self.odd(0.03):
            return self.chance.choice([*ODD_VALUES, *ODD_TEXTS])
        if "$ref" in schema:
            return self.value(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], name)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.value(self.chance.choice(schema[word]), name)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self.object(schema),
            "array": lambda: [self.value(schema.get("items", {}), name) for _ in range(self.chance.randint(0, 3))],
            "integer": lambda: self.chance.randint(int(schema.get("minimum", -5)), int(schema.get("maximum", 300))),
            "number": lambda: self.chance.uniform(-5, 5),
            "boolean": lambda: self.odd(0.5),
            "null": lambda: None,
        }
        kind = schema.get("type", "string")
        return makers.get(self.chance.choice(kind) if isinstance(kind, list) else kind, lambda: self.text(name))()

    def object(self, schema: dict[str, Any]) -> dict[str, Any]:
        made = {}
        for name, inner in schema.get("properties", {}).items():
            if (name in schema.get("required", ()) and not self.odd(0.02)) or self.odd(0.4):
                made[name] = self.value(inner, name)
        if self.odd(0.03):
            made["actor_kind"] = "human"
        return made

    def text(self, name: str = "") -> str:
        """A text for a field or parameter: mostly one that means something there."""
        if name in self.known and not self.odd(0.2):
            return self.chance.choice(self.known[name])
        if self.odd(0.2):
            return self.chance.choice(self.words)
        if self.odd(0.3):
            return self.chance.choice(ODD_TEXTS)
        return f"word{self.chance.randint(0, 99)}.md"

    def request(self) -> tuple[str, str, dict[str, Any], dict[str, str], dict[str, Any]]:
        """Method, address, operation, headers, what goes with it."""
        method, path, operation = self.chance.choice(self.operations)
        query, headers = {}, {}
        for parameter in operation.get("parameters", ()):
            name, place = parameter["name"], parameter["in"]
            if place == "path":
                filled = quote(self.text(name), safe="/" if name == "path" else "")
                path = path.replace("{" + name + "}", filled)
            elif place == "query" and (parameter.get("required") or self.odd(0.4)):
                query[name] = str(self.value(parameter.get("schema", {}), name))
            elif name == "Idempotency-Key" and self.odd(0.3):
                headers["idempotency-key"] = f"key-{self.chance.randint(0, 500)}"
            elif name in {"If-Match", "If-None-Match"} and self.odd(0.8):
                headers[name.lower()] = f'"{self.text("revision")}"'
        if self.odd(0.05):
            query[self.chance.choice(["colour", "token", "limit", "é"])] = self.text()
        if self.odd(0.1):
            name, value = self.chance.choice(ODD_HEADERS)
            headers[name] = value
        more: dict[str, Any] = {}
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            body = json.dumps(self.value(schema)).encode("utf-8", "replace")
            if self.odd(0.05):
                body = self.chance.choice([b"", b"{", b"\xff", b"[" * 3000, body[:-1], body * 2])
            more["content"] = body
            headers.setdefault("content-type", "application/json")
        address = path + ("?" + urlencode(query, errors="replace") if query else "")
        return method, address, operation, headers, more


@pytest.mark.parametrize("who", [Role.ADMIN, Role.READER, None], ids=["admin", "reader", "stranger"])
async def test_no_request_breaks_the_server(client: Any, town: Town, ask: Any, who: Role | None) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    known = await Inhabited(town, ask).settle()
    made = Made(document, random.Random(f"{SEED} {who}"), known)
    token = await town.token(who)
    seen: set[int] = set()
    wrong: list[str] = []
    for _ in range(REQUESTS // 3):
        method, address, operation, headers, more = made.request()
        sent = {"authorization": f"Bearer {token}", **headers}
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        answer = await client.request(method, address, headers=raw, **more)
        told = f"{method} {address[:300]} {headers} {str(more)[:300]} -> {answer.status_code} {answer.text[:500]}"
        seen.add(answer.status_code)
        routed = answer.status_code not in {404, 405}
        documented = not routed or str(answer.status_code) in operation["responses"]
        if answer.status_code >= 500 or not documented:
            wrong.append(told)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", told
            assert answer.json()["hint"], told
    assert not wrong, "\n".join(wrong)
    assert {400, 404} <= seen


async def test_the_document_is_whole(client: Any) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    known = document["components"]["schemas"]
    text = json.dumps(document)
    for name in {part.split('"', 1)[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in known
    for path, item in document["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in item.items():
            assert operation["security"] == [{"token": []}], (method, path)
            assert operation["x-scope"]
            assert operation["summary"]
            assert "401" in operation["responses"]
            problem = operation["responses"]["401"]["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}


async def test_the_page_loads_nothing_from_elsewhere(client: Any) -> None:
    answer = await client.get("/api/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "http" not in answer.text.replace("http-equiv", "")
    for part in answer.text.split('"'):
        if part.startswith("/static/"):
            assert (await client.get(part)).status_code == 200, part
