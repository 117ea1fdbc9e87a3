"""A repository, and what clients say about it at their hooks and take as an answer."""

SPEC = """\
---
covers: ["shop/**"]
---
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```

## Refunds

A refund is made within ten days.

## Parcels

A parcel leaves the warehouse on the day it is ordered.
"""
FILES: dict[str, str | bytes] = {
    "docs/specs/shop.md": SPEC,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "X = 1\n",
}


def output_schema(event: str, *more: str) -> dict[str, object]:
    """The answer that Codex takes at an event: no key but these, and the event's own name."""
    specific = {"hookEventName": {"const": event}, "additionalContext": {"type": "string", "minLength": 1}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["hookSpecificOutput"],
        "properties": {
            **{name: {"type": "boolean"} for name in ("continue", "suppressOutput")},
            **{name: {"type": "string"} for name in ("stopReason", "systemMessage", *more)},
            "hookSpecificOutput": {
                "type": "object",
                "additionalProperties": False,
                "required": ["hookEventName"],
                "properties": specific,
            },
        },
    }


def said(event: str, **more: object) -> dict[str, object]:
    """What Claude Code and Codex say at an event."""
    common = {
        "session_id": "s-1",
        "transcript_path": None,
        "model": "m",
        "permission_mode": "default",
        "turn_id": "t-1",
    }
    return {**common, "hook_event_name": event, **more}


def edit(tool: str, path: str, **more: object) -> dict[str, object]:
    return {"tool_name": tool, "tool_use_id": "u-1", "tool_input": {"file_path": path, **more}}
