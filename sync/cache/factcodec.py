"""File facts as JSON and back, in three tiers that are read apart: imports, definitions, bodies. Pure.

What is read may come from a cache that a stranger filled: each value's type is looked at, and anything else than what
was written gives None, which counts as not cached. Names grow short here because a repository holds 100,000 imports.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from drift.facts import Body, Call, Definition, EdgeAttribute, FileFacts, RawImport, Scope, Tier
from specs.problem import SEVERITIES, Problem

FORMAT = 4
WRITE = json.JSONEncoder(separators=(",", ":")).encode
IMPORT_COLUMNS = len(RawImport._fields)
NO_SYNTAX = b",[]]"  # how the second tier of a file ends that has no errors
Row = TypeVar("Row")
TIERS = ("imports", "definitions", "bodies")


def encode(facts: FileFacts) -> tuple[bytes, ...]:
    """Give the payloads of the tiers, as far as the file was read."""
    rows = facts.imports
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * IMPORT_COLUMNS
    columns[-1] = [words(one) for one in columns[-1]]
    scopes = [[one.package, list(one.names)] for one in facts.scopes]
    payloads = [pack([facts.lines, *columns, plain(facts.problems), scopes])]
    if facts.tier >= Tier.DEFINITIONS:
        definitions = [[*item[:6], list(item.bases), list(item.decorators), *item[8:]] for item in facts.definitions]
        payloads.append(pack([definitions, plain(facts.syntax)]))
    if facts.tier >= Tier.BODIES:
        payloads.append(pack([list(map(list, facts.calls)), list(map(list, facts.bodies))]))
    return tuple(payloads)


def plain(problems: Sequence[Problem]) -> list[list[object]]:
    """Lay problems out as rows."""
    return [[one.code, one.message, one.line, one.column, one.hint, one.severity] for one in problems]


@cache
def words(attributes: frozenset[EdgeAttribute]) -> str:
    """Write a set of edge attributes."""
    return " ".join(sorted(attributes))


def pack(value: object) -> bytes:
    """Write JSON in as few bytes as it takes; lone surrogates stay escaped."""
    return WRITE(value).encode("ascii")


def unpack(payload: bytes) -> Any:
    """Read JSON; None for what is not."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def unpack_all(payloads: Sequence[bytes]) -> list[Any]:
    """Read many payloads in one go; one by one when one of them is not JSON."""
    try:
        values = json.loads(b"[" + b",".join(payloads) + b"]")
    except (ValueError, RecursionError):
        return [unpack(payload) for payload in payloads]
    return values if len(values) == len(payloads) else [unpack(payload) for payload in payloads]


@cache
def attributes(words: str) -> frozenset[EdgeAttribute]:
    """Read a set of edge attributes. Raises `ValueError` for a word that is none."""
    return frozenset(EdgeAttribute(word) for word in words.split(" ") if word)


Second = tuple[tuple[Definition, ...], tuple[Problem, ...]]
Head = tuple[int, tuple[RawImport, ...], tuple[Problem, ...], tuple[Scope, ...]]


def decode_imports(value: Any) -> Head | None:
    """Read the first tier: number of lines, imports, problems, declared packages."""
    try:
        lines, *columns, problems, scopes = value
        if type(lines) is not int:
            return None
        return lines, raw_imports(columns), tuple(map(problem, problems)), tuple(map(scope, scopes))
    except (TypeError, ValueError):
        return None


def raw_imports(columns: Any) -> tuple[RawImport, ...]:
    """Read imports, which come by column. Raises `ValueError` or `TypeError` for another shape."""
    targets, names, lines, places, sets = columns
    if not targets and not any(columns):
        return ()
    texts = {str}
    if not set(map(type, targets)) <= texts or not set(map(type, sets)) <= texts:
        raise ValueError(columns)
    if set(map(type, names)) != {list} or not set(map(type, chain.from_iterable(names))) <= texts:
        raise ValueError(names)
    if set(map(type, lines)) != {int} or set(map(type, places)) != {int}:
        raise ValueError(lines)
    rows = zip(targets, map(tuple, names), lines, places, map(attributes, sets), strict=True)
    return tuple(map(RawImport._make, rows))


def scope(row: Any) -> Scope:
    """Read one declared package. Raises `ValueError` or `TypeError` for another shape."""
    package, names = row
    if type(package) is not str or type(names) is not list or not set(map(type, names)) <= {str}:
        raise ValueError(row)
    return Scope(package, tuple(names))


def problem(row: Any) -> Problem:
    """Read one problem. Raises `ValueError` or `TypeError` for another shape."""
    code, message, line, column, hint, severity = row
    texts, numbers = (code, message, hint), (line, column)
    if any(type(text) is not str for text in texts) or any(type(number) is not int for number in numbers):
        raise ValueError(row)
    if severity not in SEVERITIES:
        raise ValueError(row)
    return Problem(code, message, line, column, hint, severity)


def decode_definitions(value: Any) -> Second | None:
    """Read the second tier: definitions, and errors of syntax beside the imports."""
    types = (str, str, str, int, int, bool, list, list, bool, int, bool)
    try:
        listed, syntax = value
        problems = tuple(map(problem, syntax))
    except (TypeError, ValueError):
        return None
    found = rows(listed, Definition, types)
    if found is None or not all(type(name) is str for one in found for name in chain(one.bases, one.decorators)):
        return None
    definitions = tuple(
        one._replace(bases=tuple(one.bases), decorators=tuple(one.decorators))
        if one.bases or one.decorators
        else Definition(*one[:6], (), (), *one[8:])
        for one in found
    )
    return definitions, problems


def decode_bodies(value: Any) -> tuple[tuple[Call, ...], tuple[Body, ...]] | None:
    """Read the third tier: calls, and what is inside functions."""
    try:
        calls, bodies = value
    except (TypeError, ValueError):
        return None
    found, inside = rows(calls, Call, (str, str, int)), rows(bodies, Body, (str, int, int))
    return None if found is None or inside is None else (found, inside)


def rows(value: Any, make: Callable[..., Row], types: tuple[type, ...]) -> tuple[Row, ...] | None:
    """Read rows of the given types; None when one of them has another shape."""
    try:
        if any(tuple(map(type, row)) != types for row in value):
            return None
        return tuple(make(*row) for row in value)
    except TypeError:
        return None
