"""The one door to the SDK of the Model Context Protocol: our tools and resources as a server of both protocol eras.

An error that a model can act on is the result of its call, with the hint; only what a program got wrong is an error of
the protocol. Results are text alone: clients that find structured content show a model that and drop the text.
"""

import logging
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
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError

from app.mcp.asked import read, schema
from app.mcp.fence import plain
from app.mcp.source import Listed, Source, Told
from app.mcp.tools import INSTRUCTIONS, TOOLS, Tool
from specs.errors import Family, HoldfastError

LOG = structlog.get_logger("holdfast.mcp")
MARKDOWN = "text/markdown"
SCHEME = "spec"
FACTS = "holdfast/"
MINUTE = 60_000
Context: TypeAlias = ServerRequestContext[Any, Any]
BY_NAME = {tool.name: tool for tool in TOOLS}


def make_server(source_of: Callable[[Context], Source], version: str) -> Server[Any]:
    """Make a server whose answers come from the source of each request."""
    # It tells of each request that it ends, as if something had happened.
    logging.getLogger("mcp").setLevel(logging.WARNING)
    answers = Answers(source_of)
    return Server(
        "holdfast",
        version=version,
        instructions=INSTRUCTIONS,
        on_list_tools=answers.tools,
        on_call_tool=answers.call,
        on_list_resources=answers.resources,
        on_list_resource_templates=answers.templates,
        on_read_resource=answers.resource,
        cache_hints={
            "tools/list": CacheHint(60 * MINUTE, "public"),
            "resources/templates/list": CacheHint(60 * MINUTE, "private"),
            "server/discover": CacheHint(60 * MINUTE, "public"),
        },
    )


class Answers:
    """Handlers of requests. What a caller may see, its source decides."""

    def __init__(self, source_of: Callable[[Context], Source]) -> None:
        self._source_of = source_of

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
    return types.Resource(
        uri=spec_uri(project, one.path),
        name=one.path,
        title=plain(one.title, 120) or None,
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
