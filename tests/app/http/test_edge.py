"""The outermost layer: request ids, headers, log lines that cannot be forged, metrics of routes."""

import io
import json
from typing import Any

from app.web.render import asset


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_sane_request_id_is_kept_and_any_other_replaced(client: Any) -> None:
    assert (await client.get("/health", headers={"x-request-id": "ci-7.1"})).headers["x-request-id"] == "ci-7.1"
    for odd in ("a b", "x" * 200, "<script>", "", "é"):
        given = (await client.get("/health", headers={"x-request-id": odd.encode()})).headers["x-request-id"]
        assert given != odd
        assert len(given) == 32


async def test_every_answer_carries_the_security_headers(client: Any) -> None:
    for path in ("/health", "/nowhere", "/api/v1/nowhere", "/api/v1/me", "/login", "/static/nothing.js"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"].split("script-src")[-1].split(";")[0]
        assert "strict-transport-security" not in headers


async def test_a_log_line_cannot_be_forged(client: Any, log: io.StringIO) -> None:
    await client.get(
        "/static/a%0d%0a%7b%22event%22:%22forged%22%7d", headers={"x-request-id": 'a"}\n{"event":"forged"'}
    )
    await client.get("/nowhere/%1b[31mred")
    written = lines(log)
    assert len(written) == 2
    assert {line["event"] for line in written} == {"request"}
    assert all(line["request_id"] and line["status"] == 400 for line in written)


async def test_no_secret_reaches_the_log(client: Any, log: io.StringIO) -> None:
    token = "hf_abcdefgh_" + "a" * 48
    await client.get(f"/nowhere/{token}?token={token}", headers={"authorization": f"Bearer {token}"})
    assert lines(log)
    assert token not in log.getvalue()


async def test_metrics_count_routes_not_paths(client: Any) -> None:
    for number in range(3):
        await client.get(f"/api/v1/projects/p{number}")
    await client.get("/nowhere/at/all")
    text = client.app.state.instruments.metrics.text().decode()
    assert 'holdfast_requests_total{method="GET",route="/api/v1/projects/{project}",status="401"} 3.0' in text
    assert 'holdfast_requests_total{method="GET",route="",status="404"} 1.0' in text
    assert "/nowhere" not in text


async def test_head_is_get_without_its_body(client: Any) -> None:
    whole, head = await client.get("/health"), await client.head("/health")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert (await client.head("/api/v1/me")).status_code == 401


async def test_static_files_come_packed_and_are_kept_for_good_where_their_address_is_true(client: Any) -> None:
    plain = await client.get(asset("app.js"), headers={"accept-encoding": "identity"})
    packed = await client.get(asset("app.js"), headers={"accept-encoding": "gzip"})
    assert (plain.status_code, packed.headers["content-encoding"]) == (200, "gzip")
    assert packed.content == plain.content
    assert "immutable" in packed.headers["cache-control"]
    for other in ("/static/app.js", "/static/app.js?v=", "/static/app.js?v=0123456789ab", "/static/none.js?v=1"):
        assert (await client.get(other)).headers["cache-control"] == "no-cache", other
