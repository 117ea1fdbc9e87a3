"""From a file's bytes to its facts, through the language its suffix names. Knows no particular language.

Importing this module loads no grammar; the first file that is really read does.
"""

from drift.facts import FileFacts, Tier
from drift.language import Language
from drift.languages import language_of
from specs.problem import Problem

MAX_SOURCE_BYTES = 4 * 1024 * 1024


def language_for(path: str) -> Language | None:
    """Give the language that reads a file, by its suffix; None when none does."""
    return language_of(path[path.rfind(".") :]) if "." in path else None


def facts_key(path: str) -> str:
    """Name what, besides its bytes, decides a file's facts: dialect and version. "" when no language reads it.

    Facts may be kept under this and the blob id: the same bytes say other things as `.py` and as `.ts`.
    """
    language = language_for(path)
    return f"{language.dialect(path)}-{language.version}" if language else ""


def extract(path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
    """Read the facts of one file, as far as `tier` at least.

    Never raises on content; a file no language reads has no facts but its lines.
    """
    language = language_for(path)
    if language is None:
        return FileFacts("", _lines(source), (), (), (), ())
    if len(source) > MAX_SOURCE_BYTES:
        message = f"This file has {len(source):,} bytes; files over {MAX_SOURCE_BYTES:,} are not read"
        hint = "Generated or vendored? Leave it out of the check. Written by hand? Split it."
        problem = Problem("too-large", message, 1, 1, hint)
        return FileFacts(language.name, _lines(source), (), (), (), (problem,))
    if b"\0" in source and not source.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = source.count(b"\n", 0, source.index(b"\0")) + 1
        hint = "Save the file as UTF-8 text, or give a binary file another suffix."
        problem = Problem("not-text", "A NUL byte: no source text", line, 1, hint)
        return FileFacts(language.name, _lines(source), (), (), (), (problem,))
    return language.extract(path, source, tier)


def _lines(source: bytes) -> int:
    return source.count(b"\n") + (1 if source and not source.endswith(b"\n") else 0)
