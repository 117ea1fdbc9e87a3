"""Imports that nobody wrote: what the TypeScript compiler adds to its output, where contracts look at that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from drift.facts import EdgeAttribute, RawImport

_DECORATED = re.compile(r"^[ \t]*(?:export\s+)?@[A-Za-z_$][\w$.]*\(", re.MULTILINE)
_ASYNC = re.compile(r"\basync\b")
_TAG = re.compile(r"</[A-Za-z>]|/>")
_OLD = frozenset({"", "es3", "es5", "es6", "es2015", "es2016"})
_RUNTIMES = {"react-jsx": "jsx-runtime", "react-jsxdev": "jsx-dev-runtime"}
_WHOLE = frozenset({"*", "default"})


def added(
    name: str, text: str, kept: Sequence[RawImport], options: Mapping[str, Any], *, commonjs: bool
) -> Iterator[RawImport]:
    """Give the imports that the compiler adds to a file of which `kept` are left, under these compiler options."""
    runtime = _RUNTIMES.get(str(options.get("jsx", "")).lower())
    if runtime and name.endswith(".tsx") and _TAG.search(text):
        yield _import(f"{options.get('jsxImportSource') or 'react'}/{runtime}")
    if options.get("importHelpers") is True and _needs_helpers(text, kept, options, commonjs=commonjs):
        yield _import("tslib")


def _needs_helpers(text: str, kept: Sequence[RawImport], options: Mapping[str, Any], *, commonjs: bool) -> bool:
    if options.get("experimentalDecorators") is True and _DECORATED.search(text):
        return True
    if str(options.get("target", "")).lower() in _OLD and _ASYNC.search(text):
        return True
    if not commonjs:
        return False
    interop = options.get("esModuleInterop") is True
    return any(_is_wrapped(raw, interop=interop) for raw in kept)


def _is_wrapped(raw: RawImport, *, interop: bool) -> bool:
    """Tell whether an import is compiled to more than a plain `require`."""
    if EdgeAttribute.REQUIRE in raw.attributes:
        return False
    if EdgeAttribute.RE_EXPORT in raw.attributes and "*" in raw.names:
        return True
    return interop and (EdgeAttribute.DYNAMIC in raw.attributes or not _WHOLE.isdisjoint(raw.names))


def _import(target: str) -> RawImport:
    return RawImport(target, (), 1, 1, frozenset({EdgeAttribute.RUNTIME}))
