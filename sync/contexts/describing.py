"""Reads what definitions say of themselves from a tree, for search: only files that are not known yet are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drift.describing import Described, describe
from drift.extract import MAX_SOURCE_BYTES
from drift.facts import Call, FileFacts, Tier
from drift.source import FileKind, SourceFile
from specs.errors import HoldfastError
from sync.cache.factcache import FactCache
from sync.traces.tags import is_test
from sync.trees.reading import Reading, code_files, read_facts
from sync.trees.sides import Side

MOST_CALLED = 1_000
LEAST_CALLED = 3


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of code with its definitions in words, and the last names of all that it calls."""

    path: str
    blob: str
    definitions: tuple[Described, ...]
    calls: tuple[str, ...] = ()


def searched(side: Side) -> dict[str, SourceFile]:
    """Give the files whose definitions are searched, by path: code that is no test."""
    files = {
        path: entry
        for path, entry in side.tree.files.items()
        if entry.kind is FileKind.FILE and entry.blob and not is_test(path) and not side.config.excludes(path)
    }
    return {path: files[path] for blobs in code_files(files).values() for paths in blobs.values() for path in paths}


def read_described(side: Side, cache: FactCache, known: Mapping[str, str]) -> Iterator[CodeFile]:
    """Give each searched file whose blob is not the known one, by path."""
    files = {path: entry for path, entry in searched(side).items() if known.get(path) != entry.blob}
    reading = Reading(side.config.source_roots, side.config.excludes, processes=1, tier=Tier.BODIES)
    facts, _ = read_facts(side.tree, files, cache, reading)
    for path, entry in sorted(files.items()):
        if path not in facts:
            continue
        try:
            source = side.tree.read(path, MAX_SOURCE_BYTES).decode("utf-8", "replace")
        except HoldfastError:
            continue
        yield described_file(path, entry.blob, source, facts[path])


def described_file(path: str, blob: str, source: str, facts: FileFacts) -> CodeFile:
    """Make what is searched of one file."""
    python = facts.language == "python"
    return CodeFile(path, blob, describe(source, facts.definitions, python=python), called(facts.calls))


def called(calls: tuple[Call, ...]) -> tuple[str, ...]:
    """Give the last names of what is called, sorted; so many at most."""
    names = {one.callee.rpartition(".")[2].rpartition("::")[2].rpartition("->")[2] for one in calls}
    return tuple(sorted(name for name in names if len(name) >= LEAST_CALLED))[:MOST_CALLED]
