"""The only door to markdown-it: block outline with source lines, code spans with offsets, and HTML for pages.

One parser serves all three, so that a page shows the very structure a check saw. Raw HTML is recognised as structure
(an invariant inside a comment is none) and is always escaped when rendered. Knows nothing of specs' own blocks.

Work is bounded by counted steps and by nesting, never by a clock: what goes past a bound is reported, not analysed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any, Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.backticks import backtick
from markdown_it.token import Token

from specs.values import dataclass, replace

LeafKind: TypeAlias = Literal["heading", "paragraph", "item", "row", "fence", "code", "html", "rule"]
FenceRenderer: TypeAlias = Callable[[str, str, int], str | None]

MAX_CHARACTERS = 1024 * 1024
MAX_LINES = 50_000
MAX_NESTING = 32
MAX_BRACKETS = 32
MAX_STEPS = 600_000
MAX_INLINE_STEPS = 400_000
MAX_BLOCK_STEPS = 50_000

_ANCHOR = re.compile(r"(?<!\\)\{#([^{}\n]*)\}[ \t]*$")
_BRACKETS = re.compile(r"[\[\]]")
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_SCHEMES = frozenset({"http", "https", "mailto"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A block without blocks inside, on lines `first` up to (not including) `last`, counted from 0.

    `content` is its inline source (whose first line stands on `prose`) or a fence's content; `cells` those of a table
    row; `level` that of a heading. An `item` is a list item's first paragraph, or an item with none.
    """

    kind: LeafKind
    first: int
    last: int
    content: str = ""
    prose: int = 0
    info: str = ""
    level: int = 0
    closed: bool = True
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The leaves of a text in order. `too_nested` lists lines (from 0) below which nesting went too deep to follow.

    `complete` is False where the text takes too many steps to parse: then there are no leaves at all.
    `env` holds the link definitions and what is left of the inline steps, to hand to `code_spans` and `plain_text`.
    """

    leaves: tuple[Leaf, ...]
    too_nested: tuple[int, ...]
    env: dict[str, Any]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Inline code: its text as CommonMark normalises it, and where in the inline source its backticks begin."""

    text: str
    offset: int


def readable(text: str) -> str:
    """Put U+FFFD for NUL and lone surrogates, which no other tool could take. The length stays the same."""
    return _UNSAFE.sub("\ufffd", text)


def split_anchor(content: str) -> tuple[str, str | None]:
    """Cut a trailing `{#name}` off a heading's inline source: the source without it, and the name (None if none)."""
    found = _ANCHOR.search(content)
    return (content, None) if found is None else (content[: found.start()].rstrip(" \t"), found[1])


def fits(text: str) -> bool:
    """Say whether a text is of a size that is parsed at all."""
    return len(text) <= MAX_CHARACTERS and text.count("\n") + text.count("\r") <= MAX_LINES


def outline(text: str) -> Outline:
    """Find the leaves of a text. Raises nothing for any text."""
    found = _outline(text)
    return replace(found, env=dict(found.env))


@lru_cache(maxsize=2)  # what looks for blocks, for links and for what does not show asks for the same text in turn
def _outline(text: str) -> Outline:
    env: dict[str, Any] = {"steps": MAX_STEPS, "inline_steps": MAX_INLINE_STEPS}
    try:
        tokens = _engine(inline=False).parse(readable(text), env)
    except _TooManyStepsError:
        return Outline((), (), env, complete=False)
    return Outline(tuple(_leaves(tokens)), tuple(_cut(tokens)), env)


def code_spans(content: str, env: dict[str, Any]) -> tuple[CodeSpan, ...] | None:
    """Find the inline code of an inline source; None where its brackets nest too deep to look."""
    if "`" not in content:
        return ()
    children = _inline(content, env)
    if children is None:
        return None
    return tuple(CodeSpan(t.content, t.meta["offset"]) for t in children if t.type == "code_inline")


def plain_text(content: str, env: dict[str, Any]) -> str:
    """Give what a reader sees of an inline source, without markup; the source itself where it nests too deep."""
    children = _inline(content, env)
    if children is None:
        return content
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(t.type, "" if t.type in {"image", "html_inline"} else t.content) for t in children)


def to_html(text: str, anchors: Mapping[int, str], *, first_line: int = 1, fence: FenceRenderer | None = None) -> str:
    """Render a text for a page; every bit of it is escaped, links lead to http, https, mailto or relative addresses.

    `anchors` names the section whose heading stands on a line: its id becomes `s-` + name. `first_line` is the line of
    the text's start. `fence` may answer for a fenced block (info, content, line) with HTML of its own.
    """
    if not fits(text):
        return _plain(text)
    env: dict[str, Any] = {"steps": MAX_STEPS, "inline_steps": MAX_INLINE_STEPS}
    env |= {"anchors": anchors, "first_line": first_line, "fence": fence}
    try:
        return str(_engine(inline=True).render(readable(text), env))
    except _TooManyStepsError:
        return _plain(text)


def _plain(text: str) -> str:
    return f'<pre class="plain">{escape(readable(text))}</pre>\n'


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """One top-level block as HTML, the line it begins on, and its level where it is a heading (else 0)."""

    html: str
    line: int
    level: int = 0


def html_blocks(text: str, anchors: Mapping[int, str], *, first_line: int = 1) -> tuple[HtmlBlock, ...]:
    """Render a text as `to_html` does, cut at its top-level blocks, so that facts can stand beside each."""
    if not fits(text):
        return (HtmlBlock(_plain(text), first_line),)
    env: dict[str, Any] = {"steps": MAX_STEPS, "inline_steps": MAX_INLINE_STEPS}
    env |= {"anchors": anchors, "first_line": first_line, "fence": None}
    md = _engine(inline=True)
    try:
        tokens = md.parse(readable(text), env)
    except _TooManyStepsError:
        return (HtmlBlock(_plain(text), first_line),)
    blocks, depth, start = [], 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            part, start = tokens[start : index + 1], index + 1
            level = int(part[0].tag[1:]) if part[0].type == "heading_open" else 0
            line = first_line + (part[0].map or [0])[0]
            blocks.append(HtmlBlock(str(md.renderer.render(part, md.options, env)), line, level))
    return tuple(blocks)


class _TooManyStepsError(Exception):
    """The text takes more steps than any honest one."""


class _Renderer(RendererHTML):
    """Escapes all raw HTML, sets our ids, and uses classes where markdown-it would write style attributes."""

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 (fixed)
        return f'<pre class="raw-html">{escape(tokens[idx].content)}</pre>\n'

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002 (fixed)
        return escape(tokens[idx].content)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token, own = tokens[idx], env.get("fence")
        if own is not None:
            drawn = own(token.info.strip(), token.content, env["first_line"] + (token.map or [0])[0])
            if drawn is not None:
                return str(drawn)
        return super().fence(tokens, idx, options, env)


@cache
def _engine(*, inline: bool) -> MarkdownIt:
    options = {"html": True, "maxNesting": MAX_NESTING}
    md = MarkdownIt("js-default", options, renderer_cls=_Renderer)
    md.validateLink = _allowed  # type: ignore[method-assign]  # the hook that the library names
    md.inline.ruler.before("text", "steps", _count_inline_step)
    md.inline.ruler.at("backticks", _placed_backtick)
    stops = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("table", "steps", _count_step, {"alt": stops})
    md.core.ruler.at("inline", _bounded_inline)
    if inline:
        md.core.ruler.push("dress", _dress)
    else:
        md.core.ruler.disable(["inline", "text_join"])
    for ruler in (md.core.ruler, md.block.ruler, md.inline.ruler, md.inline.ruler2):
        ruler.getRules("")  # compiled now: on first use, a second thread would find the list half filled
    return md


def _count_step(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001 (the rule protocol)
    state.env["steps"] -= 1
    if state.env["steps"] < 0:
        raise _TooManyStepsError
    return False


def _count_inline_step(state: StateInline, _silent: bool) -> bool:  # noqa: FBT001 (the rule protocol)
    state.env["inline_steps"] -= 1
    if state.env["inline_steps"] < 0:
        raise _TooManyStepsError
    return False


def _placed_backtick(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (the rule protocol)
    start, before = state.pos, len(state.tokens)
    matched = backtick(state, silent)
    if len(state.tokens) > before and state.tokens[-1].type == "code_inline":
        state.tokens[-1].meta = {"offset": start}
    return matched


def _allowed(url: str) -> bool:
    scheme, colon, _ = re.split(r"[/?#]", url, maxsplit=1)[0].partition(":")
    return not colon or scheme.lower() in _SCHEMES


def _too_deep(content: str) -> bool:
    if content.count("[") <= MAX_BRACKETS:
        return False
    depth = 0
    for bracket in _BRACKETS.findall(content):
        depth = depth + 1 if bracket == "[" else max(0, depth - 1)
        if depth > MAX_BRACKETS:
            return True
    return False


def _inline(content: str, env: MutableMapping[str, Any]) -> list[Token] | None:
    if _too_deep(content):
        return None
    md = _engine(inline=True)
    left = env["inline_steps"]
    env["inline_steps"] = given = min(left, MAX_BLOCK_STEPS)
    try:
        return md.inline.parse(content, md, env, [])
    except _TooManyStepsError:
        return None
    finally:
        env["inline_steps"] += left - given


def _bounded_inline(state: StateCore) -> None:
    for index, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        if state.tokens[index - 1].type == "heading_open":
            token.content = split_anchor(token.content)[0]
        token.children = _inline(token.content, state.env)
        if token.children is None:
            plain = Token("text", "", 0)
            plain.content = token.content
            token.children = [plain]


def _dress(state: StateCore) -> None:
    anchors, first_line = state.env.get("anchors", {}), state.env.get("first_line", 1)
    for token in state.tokens:
        if token.type == "heading_open" and token.level == 0 and token.map:
            anchor = anchors.get(first_line + token.map[0])
            if anchor:
                token.attrSet("id", f"s-{anchor}")
        elif token.type in {"th_open", "td_open"} and (style := token.attrs.pop("style", None)):
            token.attrSet("class", str(style).replace("text-align:", "align-"))


def _cut(tokens: Sequence[Token]) -> Iterator[int]:
    """Give the lines of containers whose inside lies at the nesting limit, where markdown-it skips what follows."""
    for token in tokens:
        if token.type in {"list_item_open", "blockquote_open"} and token.level + 1 >= MAX_NESTING and token.map:
            yield token.map[0]


def _leaves(tokens: Sequence[Token]) -> Iterator[Leaf]:
    item: int | None = None  # the line of a list marker whose item has no leaf yet
    for index, token in enumerate(tokens):
        first, last = token.map or (0, 0)
        kind = token.type
        if kind == "list_item_open":
            if item is not None and item != first:
                yield Leaf("item", item, item + 1)
            item = first
        elif kind == "list_item_close":
            if item is not None:
                yield Leaf("item", item, item + 1)
            item = None
        elif kind in {"paragraph_open", "heading_open"}:
            yield _prose(token, tokens[index + 1].content, item)
            item = None
        elif kind in {"fence", "code_block", "html_block", "hr", "tr_open"}:
            if item is not None and item != first:
                yield Leaf("item", item, item + 1)
            yield _solid(token, tokens, index, first, last)
            item = None


def _prose(token: Token, content: str, item: int | None) -> Leaf:
    first, last = token.map or (0, 0)
    if item is not None:
        return Leaf("item", item, last, content, first)
    if token.type == "heading_open" and token.level == 0:
        return Leaf("heading", first, last, content, first, level=int(token.tag[1:]))
    return Leaf("paragraph", first, last, content, first)


def _solid(token: Token, tokens: Sequence[Token], index: int, first: int, last: int) -> Leaf:
    if token.type == "fence":
        lines = token.content.count("\n") + (not token.content.endswith("\n") and bool(token.content))
        return Leaf("fence", first, last, token.content, first + 1, token.info.strip(), closed=last - first > lines + 1)
    if token.type == "tr_open":
        cells = []
        while tokens[index].type != "tr_close":
            if tokens[index].type == "inline":
                cells.append(tokens[index].content)
            index += 1
        return Leaf("row", first, last, prose=first, cells=tuple(cells))
    kinds: dict[str, LeafKind] = {"code_block": "code", "html_block": "html", "hr": "rule"}
    return Leaf(kinds[token.type], first, last, token.content, first)
