"""The door under `/mcp`: who is let in, from where, and that each call is judged anew."""
# ruff: noqa: PLC0415 (most tests need no server, and must be found where none is installed)

import asyncio
import json

import pytest

from specs.access import Role, Scope
from sync.contexts.bundle import tokens
from tests.app.embedding import serving

WELL_KNOWN = "/.well-known/oauth-protected-resource/mcp"


async def test_without_a_token_the_answer_says_where_this_resource_is_described(send, client):
    refused = await send("tools/list", token="")
    assert refused.status == 401
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert "error=" not in challenge
    place = challenge.split('resource_metadata="')[1].split('"')[0]
    assert place.endswith(WELL_KNOWN)
    described = (await client.get(WELL_KNOWN)).json()
    assert described["resource"].endswith("/mcp")
    assert described["bearer_methods_supported"] == ["header"]
    assert "context" in described["scopes_supported"]
    assert "authorization_servers" not in described


async def test_a_wrong_token_is_called_invalid(send):
    refused = await send("tools/list", token="hf_aaaaaaaa_bbbb")
    assert refused.status == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert refused.body["hint"]


async def test_the_description_is_of_the_project_that_was_asked_for(send, client):
    refused = await send("tools/list", token="", place="/mcp/payments")
    assert refused.headers["www-authenticate"].endswith(f'{WELL_KNOWN}/payments"')
    assert (await client.get(f"{WELL_KNOWN}/payments")).json()["resource"].endswith("/mcp/payments")


async def test_a_token_that_was_taken_back_is_refused_at_the_next_call(call, town):
    editor = town.people[Role.EDITOR]
    issued = await town.world.tokens.issue_for_self(editor, "short", scopes=[Scope.READ, Scope.CONTEXT])
    assert not (await call("get_spec_context", token=issued.secret, task="refunds")).failed
    await town.world.tokens.revoke(editor, issued.token.id)
    assert (await call("get_spec_context", token=issued.secret, task="refunds")).status == 401


async def test_a_token_that_ran_out_is_refused(send, town, database):
    issued = await town.world.tokens.issue_for_self(town.people[Role.EDITOR], "old")
    from sqlalchemy import text as sql

    async with database.transaction() as connection:
        await connection.execute(sql("update credentials set expires_at = now() - interval '1 hour'"))
    assert (await send("tools/list", token=issued.secret)).status == 401


async def test_a_token_that_reads_nothing_lacks_scope(send, town):
    refused = await send("tools/list", token=await town.token(Role.ADMIN, [Scope.ADMIN]))
    assert refused.status == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]


async def test_a_scope_that_lacks_for_one_tool_is_told_to_the_model(call, town):
    token = await town.token(Role.EDITOR, [Scope.READ])
    answer = await call("get_spec_context", token=token, task="refunds")
    assert answer.failed
    assert "scope context" in answer.text
    assert "hint: " in answer.text


async def test_another_project_is_as_if_it_were_not_there(call):
    answer = await call("get_spec_context", place="/mcp/secrets", task="refunds")
    nowhere = await call("get_spec_context", place="/mcp/nowhere", task="refunds")
    assert answer.failed
    assert answer.text == nowhere.text


async def test_whoever_sees_several_projects_names_one(call, town):
    admin = town.people[Role.ADMIN]
    await town.world.members.set_role(admin, town.project.id, town.stranger.actor.id, Role.READER)
    token = await town.token(None)
    unnamed = await call("get_spec_context", token=token, task="refunds")
    assert unnamed.failed
    assert "/mcp/PROJECT" in unnamed.text
    assert not (await call("get_spec_context", token=token, place="/mcp/payments", task="refunds")).failed


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example"])
async def test_a_page_of_another_site_is_refused(send, origin):
    assert (await send("tools/list", origin=origin)).status == 403


async def test_a_page_of_this_machine_is_let_in(send):
    assert (await send("tools/list", origin="http://localhost:80")).status == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_there_are_no_sessions_to_open_or_end(client, town, method):
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}"}
    answer = await client.request(method, "/mcp", headers=headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


async def test_a_path_below_a_project_is_nothing(send):
    assert (await send("tools/list", place="/mcp/payments/more")).status == 404


async def test_a_body_that_is_too_large_is_refused(client, town):
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}", "content-type": "application/json"}
    answer = await client.post("/mcp", content=b"[" * (3 * 1024 * 1024), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"jsonrpc":"2.0","id":1}', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_message_is_a_clean_refusal(client, town, body):
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}", "content-type": "application/json"}
    headers["accept"] = "application/json, text/event-stream"
    answer = await client.post("/mcp", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


async def test_the_log_names_the_door(send, log):
    await send("tools/list")
    assert '"path": "/mcp"' in log.getvalue()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_client_of_the_sdk_does_a_whole_round_in_both_eras(town, url, tmp_path, mode, log):
    import httpx2
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client

    del log  # the server's lines are no part of this
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}"}
    text = "# Refunds\n\n## Time {#time}\n\nA refund MUST be made within ten days.\n"
    create = {"title": "Refunds", "why": "none yet", "changes": [{"spec": "r.md", "do": "create", "text": text}]}
    async with (
        serving(url, tmp_path) as address,
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        assert client.protocol_version == {"auto": "2026-07-28", "legacy": "2025-11-25"}[mode]
        listed = (await client.list_tools()).tools
        wire = [one.model_dump(by_alias=True, exclude_none=True) for one in listed]
        assert tokens(json.dumps(wire)) <= 1_500
        hints = {one.name: one.annotations for one in listed}
        assert hints["get_spec_context"].read_only_hint
        assert not hints["propose_spec_change"].read_only_hint
        assert not any(one.destructive_hint or one.open_world_hint for one in hints.values())
        made = await client.call_tool("propose_spec_change", create)
        assert "it is the truth now" in made.content[0].text
        served = await client.call_tool("get_spec_context", {"task": "refund time"})
        assert "within ten days" in served.content[0].text
        assert served.structured_content is None
        [resource] = (await client.list_resources()).resources
        read = await client.read_resource(resource.uri)
        assert "within ten days" in read.contents[0].text
        assert read.contents[0].meta["holdfast/revision"] == resource.meta["holdfast/revision"]
        [template] = (await client.list_resource_templates()).resource_templates
        assert template.uri_template == "spec://payments/{+path}"


async def test_a_call_that_its_client_gives_up_is_stopped_here(town, url, tmp_path, monkeypatch, log):
    import httpx2
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client

    from app.mcp.served import ServedSource

    del log  # the server's lines are no part of this
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def slow(_self, _asked):
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    monkeypatch.setattr(ServedSource, "check", slow)
    headers = {"authorization": f"Bearer {await town.token(Role.EDITOR)}"}
    async with (
        serving(url, tmp_path) as address,
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
    ):
        calling = asyncio.create_task(client.call_tool("check_drift", {}))
        await asyncio.wait_for(begun.wait(), 10)
        calling.cancel()
        await asyncio.wait_for(stopped.wait(), 10)
        assert not (await client.call_tool("list_spec_changes", {})).is_error


async def test_a_stream_of_changes_ends_with_its_token(town, url, tmp_path, log):
    import httpx2
    from mcp.client import Client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.client.subscriptions import SubscriptionLost
    from mcp.shared.subscriptions import ResourceUpdated

    del log  # the server's lines are no part of this
    editor = town.people[Role.EDITOR]
    issued = await town.world.tokens.issue_for_self(editor, "short", scopes=[Scope.READ, Scope.WRITE])
    headers = {"authorization": f"Bearer {issued.secret}"}
    one = {"spec": "fees.md", "do": "create", "text": "# Fees\n\nTold before.\n"}
    async with (
        serving(url, tmp_path) as address,
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
    ):
        uri = "spec://payments/fees.md"
        async with client.listen(resource_subscriptions=[uri]) as stream:
            await client.call_tool("propose_spec_change", {"title": "Fees", "why": "law", "changes": [one]})
            heard = aiter(stream)
            assert await asyncio.wait_for(anext(heard), 10) == ResourceUpdated(uri)
            await town.world.tokens.revoke(editor, issued.token.id)
            with pytest.raises(SubscriptionLost):
                await asyncio.wait_for(anext(heard), 10)
