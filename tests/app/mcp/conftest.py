"""An agent of the town that calls tools over the wire, each message by itself."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from specs.access import Role
from tests.app.conftest import Town

ACCEPT = "application/json, text/event-stream"


@dataclass(frozen=True)
class Answered:
    """What came of one message: the HTTP status, the headers, the JSON-RPC result or error."""

    status: int
    headers: Any
    body: Any

    @property
    def text(self) -> str:
        return self.body["result"]["content"][0]["text"]

    @property
    def failed(self) -> bool:
        return bool(self.body["result"].get("isError"))

    @property
    def facts(self) -> dict[str, Any]:
        return {name.removeprefix("holdfast/"): one for name, one in self.body["result"].get("_meta", {}).items()}


Send: TypeAlias = Callable[..., Awaitable[Answered]]
Call: TypeAlias = Callable[..., Awaitable[Answered]]


@pytest.fixture
def send(client: Any, town: Town) -> Send:
    """Send one message: `await send("tools/list", {}, token=...)`."""

    async def send(
        method: str, params: Any = None, token: str | None = None, place: str = "/mcp", **headers: str
    ) -> Answered:
        secret = await town.token(Role.EDITOR) if token is None else token
        sent = {"accept": ACCEPT, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if secret:
            sent["authorization"] = f"Bearer {secret}"
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        answer = await client.post(place, json=body, headers=sent)
        return Answered(answer.status_code, answer.headers, parsed(answer.text))

    return send


@pytest.fixture
def call(send: Send) -> Call:
    """Call a tool: `await call("get_spec_context", task="refunds")`."""

    async def call(name: str, *, token: str | None = None, place: str = "/mcp", **arguments: Any) -> Answered:
        return await send("tools/call", {"name": name, "arguments": arguments}, token, place)

    return call


def parsed(text: str) -> Any:
    """Read an answer that is JSON, or one event that holds it."""
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    try:
        return json.loads(lines[-1] if lines else text)
    except ValueError:
        return text
