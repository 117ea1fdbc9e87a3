"""The one door to the SDK of the Model Context Protocol: our tools and resources as a server of both protocol eras.

An error that a model can act on is the result of its call, with the hint; only what a program got wrong is an error of
the protocol. Results are text alone: clients that find structured content show a model that and drop the text.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urlsplit

import mcp_types as types
import msgspec
import structlog
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import (
    SUBSCRIPTION_ID_META_KEY,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
    event_to_notification,
)

from app.mcp.asked import read, schema
from app.mcp.fence import plain
from app.mcp.source import Listed, Source, State, Told
from app.mcp.tools import INSTRUCTIONS, TOOLS, Tool
from app.mcp.watching import MOST_STREAMS, Change, watch
from specs.errors import Family, HoldfastError
from specs.hygiene.lures import lures

LOG = structlog.get_logger("holdfast.mcp")
MARKDOWN = "text/markdown"
SCHEME = "spec"
FACTS = "holdfast/"
MINUTE = 60_000
Context: TypeAlias = ServerRequestContext[Any, Any]
BY_NAME = {tool.name: tool for tool in TOOLS}


def make_server(
    source_of: Callable[[Context], Source], version: str, ended: asyncio.Event, *, standing: bool = False
) -> Server[Any]:
    """Make a server whose answers come from the source of each request.

    Streams of changes end when the event is set. `standing`: over a connection that stays, where clients of the earlier
    era can subscribe too.
    """
    answers = Answers(source_of, ended)
    return Server(
        "holdfast",
        version=version,
        instructions=INSTRUCTIONS,
        on_list_tools=answers.tools,
        on_call_tool=answers.call,
        on_list_resources=answers.resources,
        on_list_resource_templates=answers.templates,
        on_read_resource=answers.resource,
        on_subscriptions_listen=answers.listen,
        on_subscribe_resource=answers.subscribe if standing else None,
        on_unsubscribe_resource=answers.unsubscribe if standing else None,
        cache_hints={
            "tools/list": CacheHint(60 * MINUTE, "public"),
            "resources/templates/list": CacheHint(60 * MINUTE, "private"),
            "server/discover": CacheHint(60 * MINUTE, "public"),
        },
    )


class Answers:
    """Handlers of requests. What a caller may see, its source decides."""

    def __init__(self, source_of: Callable[[Context], Source], ended: asyncio.Event) -> None:
        self._source_of = source_of
        self._ended = ended
        self._streams = 0
        self._subscribed: set[str] = set()
        self._watching: asyncio.Task[None] | None = None

    async def tools(self, _context: Context, _params: object) -> types.ListToolsResult:
        """List the tools: the same list for all, in the same order."""
        return types.ListToolsResult(tools=[_tool(one) for one in TOOLS])

    async def call(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Call a tool."""
        tool = BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"There is no tool {plain(params.name, 80)}.")
        try:
            asked = read(tool.asked, params.arguments or {})
        except (msgspec.ValidationError, RecursionError) as error:
            names = ", ".join(schema(tool.asked)["properties"])
            return _failed(f"The arguments of {tool.name} are wrong: {plain(str(error))}.", f"It takes: {names}.")
        try:
            told = await tool.answer(self._source_of(context), asked)
        except HoldfastError as error:
            return _refused(error)
        except Exception:
            LOG.exception("mcp.failed", tool=tool.name)
            return _failed("Holdfast failed.", "It is not your request; the server's log has the cause.")
        return types.CallToolResult(content=[types.TextContent(text=told.text)], _meta=_facts(told))

    async def resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """List the specs by path."""
        source = self._source_of(context)
        name = await _or_raise(source.project)
        listing = await _or_raise(lambda: source.specs((params.cursor or "") if params else ""))
        return types.ListResourcesResult(
            resources=[_resource(name, one) for one in listing.items],
            next_cursor=listing.after or None,
            ttl_ms=0,
            cache_scope="private",
        )

    async def templates(self, context: Context, _params: object) -> types.ListResourceTemplatesResult:
        """Say how the address of any spec is made."""
        name = await _or_raise(self._source_of(context).project)
        made = types.ResourceTemplate(
            uri_template=f"{SCHEME}://{quote(name, safe='')}/{{+path}}",
            name="spec",
            description="A spec by its path, such as payments/refunds.md",
            mime_type=MARKDOWN,
        )
        return types.ListResourceTemplatesResult(resource_templates=[made])

    async def resource(self, context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        """Give a spec whole, with its revision and age."""
        source = self._source_of(context)
        path = spec_of(str(params.uri), await _or_raise(source.project))
        if path is None:
            raise MCPError(types.INVALID_PARAMS, "There is no such resource.", {"uri": str(params.uri)})
        told = await _or_raise(lambda: source.read(path), uri=str(params.uri))
        found = types.TextResourceContents(uri=str(params.uri), mime_type=MARKDOWN, text=told.text, _meta=_facts(told))
        return types.ReadResourceResult(contents=[found], ttl_ms=0, cache_scope="private")

    async def listen(
        self, context: Context, params: types.SubscriptionsListenRequestParams
    ) -> types.SubscriptionsListenResult:
        """Tell of changes of the resources named, on the stream of this request, until the client leaves."""
        if self._streams >= MOST_STREAMS:
            raise MCPError(types.INTERNAL_ERROR, "Too many streams are open here; ask again later.")
        source = self._source_of(context)
        asked = params.notifications
        uris = frozenset(asked.resource_subscriptions or ())
        honoured = types.SubscriptionFilter(
            resources_list_changed=True if asked.resources_list_changed else None,
            resource_subscriptions=sorted(uris) or None,
        )
        meta: dict[str, Any] = {SUBSCRIPTION_ID_META_KEY: context.request_id}
        self._streams += 1
        try:
            name = await _or_raise(source.project)
            begin = await _or_raise(lambda: source.state(""))
            told = types.SubscriptionsAcknowledgedNotificationParams(notifications=honoured, _meta=meta)
            await context.session.send_notification(
                types.SubscriptionsAcknowledgedNotification(params=told), related_request_id=context.request_id
            )
            async for one in watch(source, begin, self._ended):
                for event in _events(one, name, uris, listing=bool(asked.resources_list_changed)):
                    await context.session.send_notification(
                        event_to_notification(event, meta), related_request_id=context.request_id
                    )
        except HoldfastError as error:
            raise MCPError(types.INVALID_PARAMS, error.message) from error
        finally:
            self._streams -= 1
        return types.SubscriptionsListenResult(_meta=meta)

    async def subscribe(self, context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
        """Tell of changes of a resource from now on, over this connection."""
        self._subscribed.add(str(params.uri))
        if self._watching is None or self._watching.done():
            source = self._source_of(context)
            begin = await _or_raise(lambda: source.state(""))
            self._watching = asyncio.create_task(self._announce(context, source, begin))
        return types.EmptyResult()

    async def unsubscribe(self, _context: Context, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
        """Tell no more of a resource."""
        self._subscribed.discard(str(params.uri))
        return types.EmptyResult()

    async def _announce(self, context: Context, source: Source, begin: State) -> None:
        name = await source.project()
        try:
            async for one in watch(source, begin, self._ended):
                for path in sorted(one.paths):
                    if (uri := spec_uri(name, path)) in self._subscribed:
                        await context.session.send_resource_updated(uri)
        except HoldfastError as error:
            LOG.warning("mcp.unwatched", reason=error.message)


def _events(one: Change, project: str, uris: frozenset[str], *, listing: bool) -> list[ServerEvent]:
    told = (spec_uri(project, path) for path in sorted(one.paths))
    events: list[ServerEvent] = [ResourceUpdated(uri) for uri in told if uri in uris]
    return [*events, ResourcesListChanged()] if listing and one.listing else events


async def over_stdio(source_of: Callable[[Context], Source], version: str) -> None:
    """Serve the client at the other end of our input and output, until it closes the input."""
    ended = asyncio.Event()
    server = make_server(source_of, version, ended, standing=True)
    async with stdio_server() as (incoming, outgoing):
        try:
            await server.run(incoming, outgoing, server.create_initialization_options())
        finally:
            ended.set()


def spec_uri(project: str, path: str) -> str:
    """Give the address of a spec as a resource."""
    return f"{SCHEME}://{quote(project, safe='')}/{quote(path, safe='/')}"


def spec_of(uri: str, project: str) -> str | None:
    """Give the path of the spec that an address means; None for one that is not of this project."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != SCHEME or unquote(parts.netloc) != project or not parts.path.strip("/"):
        return None
    return unquote(parts.path.removeprefix("/"))


def _tool(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.about,
        input_schema=schema(tool.asked),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.reads, destructive_hint=False, idempotent_hint=tool.repeats, open_world_hint=False
        ),
    )


def _resource(project: str, one: Listed) -> types.Resource:
    found = lures(f"{one.path}\n{one.title}")
    return types.Resource(
        uri=spec_uri(project, one.path),
        name=plain(one.path, 1000),
        title=plain(one.title, 120) or None,
        description=f"caution: holds {', '.join(found)}" if found else None,
        mime_type=MARKDOWN,
        annotations=types.Annotations(last_modified=one.at) if one.at else None,
        _meta={f"{FACTS}revision": one.revision},
    )


def _facts(told: Told) -> dict[str, Any]:
    return {f"{FACTS}{name}": value for name, value in told.facts.items()}


def _refused(error: HoldfastError) -> types.CallToolResult:
    if error.family is Family.INTERNAL:
        return _failed("Holdfast failed.", "It is not your request; the server's log has the cause.")
    return _failed(error.message, error.hint)


def _failed(message: str, hint: str) -> types.CallToolResult:
    """Tell what is wrong and what to do."""
    text = f"{message}\nhint: {hint}" if hint else message
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


async def _or_raise(work: Callable[[], Awaitable[Any]], **data: str) -> Any:
    """Do what a program asked for; a refusal becomes an error of the protocol."""
    try:
        return await work()
    except HoldfastError as error:
        wrong = error.family in {Family.USER, Family.MISSING, Family.DENIED, Family.CONFLICT}
        code = types.INVALID_PARAMS if wrong else types.INTERNAL_ERROR
        hint = {"hint": error.hint} if error.hint else {}
        raise MCPError(code, error.message, hint | data or None) from error


class Endpoint:
    """Streamable HTTP of a server: each request stands alone, in both eras. `run` it once, round all requests."""

    def __init__(self, server: Server[Any], most_bytes: int) -> None:
        self._manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=most_bytes)

    def run(self) -> AbstractAsyncContextManager[None]:
        """Begin to answer, until the block ends."""
        running: AbstractAsyncContextManager[None] = self._manager.run()
        return running

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        await self._manager.handle_request(scope, receive, send)
