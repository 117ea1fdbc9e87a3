"""Parsed specs as JSON and back, for the cache: reading one back needs neither the Markdown nor the YAML library. Pure.

What is read back may be forged or cut: anything of another shape gives None, which counts as not cached.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from specs.document import (
    Block,
    BlockKind,
    BrokenBlock,
    Document,
    ExceptionClause,
    FrontMatter,
    InvariantBlock,
    Mention,
    PolicyBlock,
    Section,
)
from specs.hygiene.examined import Examined
from specs.problem import SEVERITIES
from sync.cache.factcodec import plain, problem
from sync.cache.shapes import number, numbers, text, texts

FORMAT = 3
STATUSES = frozenset({"draft", "active", "retired"})
Made = TypeVar("Made")


def encode_spec(document: Document, examined: Examined) -> bytes:
    """Write a document whose text is the texts of its blocks, and its hygiene; the same gives the same bytes."""
    matter = document.front_matter
    lists = (matter.owners, matter.covers, matter.inferred, matter.repositories)
    value = [
        document.title,
        [matter.title, matter.status, *lists, matter.values, matter.lines],
        [[one.kind, one.text, one.line, one.anchor, one.info] for one in document.blocks],
        [
            [one.anchor, one.title, one.level, one.line, one.end_line, one.text, one.body, one.parent]
            for one in document.sections
        ],
        [invariant_row(one) for one in document.invariants],
        [policy_row(one) for one in document.policies],
        [[one.text, one.anchor, one.line, one.column, one.context] for one in document.mentions],
        plain(document.problems),
        [[one.line, one.anchor, one.id] for one in document.broken],
        plain(examined.problems),
        examined.links,
    ]
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def invariant_row(block: InvariantBlock) -> list[object]:
    """Write one invariant block as a row."""
    clauses = [[one.what, one.because, one.until, one.line] for one in block.exceptions]
    texts = (block.id, block.kind, block.name, block.why, block.severity, block.owner)
    places = (block.option_lines, block.anchor, block.line, block.text)
    return [*texts, clauses, block.options, *places, block.repositories, block.extends]


def policy_row(block: PolicyBlock) -> list[object]:
    """Write one policy block as a row."""
    places = [[list(path), *place] for path, place in block.places.items()]
    return [block.values, block.anchor, block.line, block.text, places, block.broken]


def decode_spec(payload: bytes) -> tuple[Document, Examined] | None:
    """Read a document and its hygiene back; None for anything that `encode_spec` did not write."""
    try:
        title, matter, blocks, sections, invariants, policies, mentions, *last = json.loads(payload)
        problems, broken, found, links = last
        tiles = rows(blocks, (str, str, int, str, str), lambda kind, *rest: Block(BlockKind(kind), *rest))
        document = Document(
            text="".join(block.text for block in tiles),
            title=text(title),
            front_matter=front_matter(*matter),
            blocks=tiles,
            sections=rows(sections, (str, str, int, int, int, str, str, str), Section),
            invariants=tuple(invariant(row) for row in invariants),
            policies=tuple(policy(row) for row in policies),
            mentions=rows(mentions, (str, str, int, int, str), Mention),
            problems=tuple(map(problem, problems)),
            broken=rows(broken, (int, str, str), BrokenBlock),
        )
        return document, Examined(tuple(map(problem, found)), rows(links, (str, int), lambda to, at: (to, at)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def rows(value: Any, types: tuple[type, ...], make: Callable[..., Made]) -> tuple[Made, ...]:
    """Read rows of the given types. Raises `ValueError` or `TypeError` for another shape."""
    if any(tuple(map(type, row)) != types for row in value):
        raise ValueError(value)
    return tuple(make(*row) for row in value)


def front_matter(  # noqa: PLR0913, PLR0917 - its fields, in their order
    title: Any, status: Any, owners: Any, covers: Any, inferred: Any, repositories: Any, values: Any, lines: Any
) -> FrontMatter:
    """Make the front matter."""
    if status not in STATUSES or type(values) is not dict:
        raise ValueError(status)
    lists = (texts(owners), texts(covers), texts(inferred), texts(repositories))
    return FrontMatter(text(title), status, *lists, values, numbers(lines))


def invariant(row: Any) -> InvariantBlock:
    """Make one invariant block."""
    id_, kind, name, why, severity, owner, clauses, options, option_lines, anchor, line, source, names, above = row
    if severity not in SEVERITIES or type(options) is not dict or type(line) is not int:
        raise ValueError(row)
    exceptions = tuple(
        ExceptionClause(text(what), text(because), None if until is None else text(until), number(at))
        for what, because, until, at in clauses
    )
    named = (text(id_), text(kind), text(name), text(why), severity, text(owner))
    places = (numbers(option_lines), text(anchor), line, text(source))
    return InvariantBlock(*named, exceptions, options, *places, texts(names), text(above))


def policy(row: Any) -> PolicyBlock:
    """Make one policy block."""
    values, anchor, line, source, places, broken = row
    if type(values) is not dict or type(broken) is not bool or any(type(path) is not list for path, *_ in places):
        raise ValueError(row)
    found = {tuple(path): (number(at), number(column)) for path, at, column in places}
    return PolicyBlock(values, text(anchor), number(line), text(source), found, broken)
