"""Code and sections that speak of the same, as text for a model: each on a line, with why; quoted as all is."""

from collections.abc import Mapping
from typing import Any

from app.mcp.fence import listed, mark, plain
from app.mcp.source import Told

BUDGET = 2000


def near(answer: Mapping[str, Any]) -> Told:
    """Tell what is related to what was asked about: confirmed by a person first, then proposals."""
    code, sections = answer.get("code") or (), answer.get("sections") or ()
    lines = [_code(one) for one in code] + [_section(one) for one in sections]
    degraded = answer.get("degraded") or ()
    head = f"{len(lines)} found" if lines else "Nothing is related, as far as can be told"
    head += ". What no person confirmed is a place to look, no fact"
    if degraded:
        head += f" · degraded: {', '.join(degraded)[:60]}"
    facts = {"code": len(code), "sections": len(sections), "degraded": list(degraded)}
    return Told(listed(head, lines, BUDGET, mark()), facts)


def _code(one: Mapping[str, Any]) -> str:
    where = f"{one['path']}:{one['line']} {one['symbol']}" if one.get("symbol") else one["path"]
    said = one.get("said") or one.get("signature") or ""
    return f"- {plain(where)} · {_why(one)}{f' · {plain(said, 120)}' if said else ''}"


def _section(one: Mapping[str, Any]) -> str:
    return f"- {plain(one['section'])} · {_why(one)} · {plain(one['heading'], 120)}"


def _why(one: Mapping[str, Any]) -> str:
    link = one.get("link")
    if link is None:
        return f"proposed: {plain('; '.join(one['why']), 120)}"
    standing = link.get("standing")
    return "confirmed by a person" + (f", {standing} since" if standing in {"changed", "gone"} else "")
