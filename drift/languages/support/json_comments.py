"""JSON as people write it in `tsconfig.json`: with comments and trailing commas."""

import json
import re
from typing import Any

_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])')


def loads(text: str) -> dict[str, Any]:
    """Read an object; an empty one when the text cannot be read or holds something else."""
    text = text.removeprefix("\ufeff")
    try:
        return _object(json.loads(text))
    except (ValueError, RecursionError):
        pass
    plain = _TRAILING_COMMA.sub(_only_strings, _COMMENT.sub(_only_strings, text))
    try:
        return _object(json.loads(plain))
    except (ValueError, RecursionError):
        return {}


def _only_strings(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
