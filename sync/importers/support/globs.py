"""The globs that peers write, as regular expressions: those of globset, and those of gitignore files. Pure text work.

The expressions hold no nested repetition, so that matching a path takes time in proportion to it.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

WILD = "*?[]{}"


def has_wildcard(pattern: str) -> bool:
    """Say whether a pattern is more than a plain name."""
    return any(character in WILD for character in pattern)


@lru_cache(maxsize=4096)
def globset(pattern: str) -> re.Pattern[str]:
    """Translate a globset pattern: `*` and `?` stay in one folder, `**` is any number of folders, `{a,b}` either."""
    return _compiled(f"(?s:{_body(pattern)})", pattern)


@lru_cache(maxsize=4096)
def _ignore(pattern: str) -> tuple[re.Pattern[str], bool]:
    """Translate one gitignore pattern; gives also whether it is about folders alone."""
    only_folders = pattern.endswith("/")
    plain = pattern.rstrip("/")
    anchored = "/" in plain
    body = _body(plain.removeprefix("/"), braces=False)
    return _compiled(f"(?s:{body if anchored else f'(?:.*/)?{body}'})", plain), only_folders


def ignored(patterns: Iterable[str]) -> Callable[[str, bool], bool]:
    """Give a function that says whether one entry is matched: a path, and whether it is a folder. Not what is above."""
    known = [_ignore(pattern.strip()) for pattern in patterns if pattern.strip() and not pattern.startswith("#")]

    def matched(path: str, is_folder: bool) -> bool:  # noqa: FBT001 - a plain function of two values
        return any((is_folder or not only_folders) and regex.fullmatch(path) for regex, only_folders in known)

    return matched


def _compiled(body: str, pattern: str) -> re.Pattern[str]:
    """Make an expression; one that is malformed (a lone brace, a range the wrong way round) is taken as plain text."""
    try:
        return re.compile(body)
    except re.error:
        return re.compile(re.escape(pattern))


def _body(pattern: str, *, braces: bool = True) -> str:
    found, at, depth = [], 0, 0
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            found.append("(?:.*/)?")
            at += 3
            continue
        if pattern.startswith("/**", at) and at + 3 == len(pattern):
            found.append("/.*")
            at += 3
            continue
        if character == "*":
            found.append("[^/]*" if pattern[at : at + 2] != "**" or len(pattern) > 2 else ".*")  # noqa: PLR2004 (the two stars alone)
            at += 2 if pattern[at : at + 2] == "**" else 1
            continue
        if character == "[" and (end := pattern.find("]", at + 2)) > 0:
            inside = pattern[at + 1 : end].replace("\\", "\\\\")
            found.append(f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]")
            at = end + 1
            continue
        if character == "\\" and at + 1 < len(pattern):
            found.append(re.escape(pattern[at + 1]))
            at += 2
            continue
        special = {"?": "[^/]"}
        if braces:
            depth += {"{": 1, "}": -1}.get(character, 0)
            special |= {"{": "(?:", "}": ")"} | ({",": "|"} if depth > 0 else {})
        found.append(special.get(character) or re.escape(character))
        at += 1
    return "".join(found)
