"""Reads a tree into a code index: from what the cache has of it, else from the files. With a server or without.

Knows no repository and no disk; where the tree comes from, and who asks, is the caller's business.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import compress, filterfalse
from operator import ne

from drift.build import build_index, is_manifest, manifest_names
from drift.extract import MAX_SOURCE_BYTES, extract, facts_key, language_for
from drift.facts import FileFacts, Tier
from drift.index import CodeIndex, Shape
from drift.language import Languages
from drift.languages import LANGUAGES, used
from drift.report import NotAnalysed
from drift.source import CodeTree, FileKind, PlainFiles, SourceFile, all_kept, blobs_of, plain_paths
from specs.errors import HoldfastError
from specs.values import dataclass, replace
from sync.cache.factcache import FactCache, Shelf
from sync.cache.graphcache import (
    REWRITE_AFTER,
    GraphFacts,
    graph_key,
    joined,
    keep_graph,
    load_graph,
    plainly,
    shape_id,
)
from sync.cache.graphcodec import KnownGraph, encode
from sync.trees.parallel import Work, extract_all
from sync.trees.progress import Progress, no_progress

MANIFEST_LIMIT = 1_000_000
LINK_REASON = "a symbolic link: links are not followed"
MODULE_REASON = "a repository of its own: not read"
NAME_REASON = "its name is not UTF-8"


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a tree: configured roots, which paths to leave out, whom to tell how far it is.

    `languages` read it with another tool's eyes, and only the files that are `wanted`; empty: with ours. `tier` is how
    far files are read.
    """

    source_roots: tuple[str, ...] = ()
    excludes: Callable[[str], bool] = all_kept
    progress: Progress = no_progress
    processes: int | None = None
    languages: Languages = ()
    tier: Tier = Tier.IMPORTS
    wanted: Callable[[Iterable[str]], list[str]] = list


def read_index(
    tree: CodeTree,
    cache: FactCache,
    reading: Reading,
    among: frozenset[str] | None = None,
) -> CodeIndex:
    """Read a tree into an index, with what the cache has of it; what was missing there is added to it.

    With `among`, only those files are read; the others have a place and no facts. What is asked of facts beyond
    `reading.tier` is read when it is looked at.
    """
    files = tree.files
    if reading.excludes is not all_kept:
        files = {path: entry for path, entry in files.items() if not reading.excludes(path)}
    plain = plain_paths(files)
    languages = used(plain, reading.languages or LANGUAGES)
    manifests, unread = read_manifests(tree, plain, languages)
    if among is not None:
        facts, lost = read_facts(tree, {path: files[path] for path in sorted(among)}, cache, reading)
        roots, lost = reading.source_roots, {**unread, **lost}
        return build_index(plain, facts, manifests, roots, lost, languages=languages, tier=reading.tier)
    key = graph_key(plain, manifests, reading.source_roots, reading.languages)
    known = load_graph(cache, key)
    suffixes = tuple(suffix for language in languages for suffix in language.suffixes)
    wanted = [path for path in reading.wanted(plain) if path.endswith(suffixes)]
    blobs = dict(zip(wanted, blobs_of(files, wanted), strict=True))
    shallow = known is None or known.tier < reading.tier
    again = set(blobs) if known is None or shallow else other_than(known.blobs, blobs)
    facts, lost = read_facts(tree, {path: files[path] for path in sorted(again)}, cache, reading)
    if known is not None and (shallow or not known.still_holds(again, facts)):
        known, again = None, set(blobs)
        facts, lost = read_facts(tree, {path: files[path] for path in sorted(again)}, cache, reading)
    declared, placed = (known.scopes, known.placed) if known is not None else ({}, None)
    roots, lost = reading.source_roots, {**unread, **lost}
    index = build_index(
        *(plain, facts, manifests, roots, lost),
        scopes=declared,
        languages=languages,
        tier=reading.tier,
        placed=placed,
    )
    if known is not None:
        whole = GraphFacts(facts, blobs, again, KeptFacts(tree, cache, blobs, known))
        index = joined(known, index, frozenset(again), whole)
    if len(again) > REWRITE_AFTER or (known is None and blobs):
        identity = keep_graph(cache, key, encode(index, blobs, reading.tier, placed=plainly(reading.languages)))
        return replace(index, shape=Shape(shape_id(identity)) if identity else None)
    return index


def other_than(known: Mapping[str, str], blobs: Mapping[str, str]) -> set[str]:
    """Give the paths whose blobs are not those that are known."""
    if list(known) == list(blobs):
        return set(compress(blobs, map(ne, known.values(), blobs.values())))
    return {path for path, blob in blobs.items() if known.get(path) != blob}


def read_manifests(
    tree: CodeTree, paths: Iterable[str], languages: Languages = LANGUAGES
) -> tuple[dict[str, str], dict[str, str]]:
    """Read the texts that tell how modules are named; those that cannot be read come with the reason."""
    names = manifest_names(languages)
    endings = tuple(names)
    found: dict[str, str] = {}
    unread: dict[str, str] = {}
    for path in paths if endings else ():
        if path.endswith(endings) and is_manifest(path, names):
            try:
                found[path] = tree.read(path, MANIFEST_LIMIT).decode("utf-8", "replace")
            except HoldfastError as error:
                unread[path] = error.message
    return found, unread


class KeptFacts:
    """Makes the facts of files whose imports are resolved already."""

    def __init__(self, tree: CodeTree, cache: FactCache, blobs: Mapping[str, str], known: KnownGraph) -> None:
        self._tree = tree
        self._cache = cache
        self._blobs = blobs
        self._problems = known.problems
        self._sources: dict[str, tuple[Shelf, Callable[[str], FileFacts]]] = {}

    def __call__(self, path: str) -> FileFacts:
        """Give the facts of a path."""
        suffix = path[path.rfind(".") :]
        source = self._sources.get(suffix)
        if source is None:
            source = self._sources[suffix] = self._source(suffix, path)
        shelf, reread = source
        return shelf.stored(self._blobs[path], self._problems.get(path, ()), reread)

    def _source(self, suffix: str, path: str) -> tuple[Shelf, Callable[[str], FileFacts]]:
        language = language_for(path)
        same = {blob: [other] for other, blob in self._blobs.items() if other.endswith(suffix)}
        return self._cache.shelf(language.name if language else "", facts_key(path)), rereader(self._tree, same)


def read_facts(
    tree: CodeTree, files: Mapping[str, SourceFile], cache: FactCache, reading: Reading
) -> tuple[dict[str, FileFacts], dict[str, str]]:
    """Give the facts of each code file by path, as far as `reading.tier`, and those that have none, with the reason."""
    facts: dict[str, FileFacts] = {}
    unread: dict[str, str] = {}
    missing: dict[str, tuple[Shelf, list[str]]] = {}
    for key, blobs in code_files(files).items():
        language = language_for(next(iter(blobs.values()))[0])
        shelf = cache.shelf(language.name if language else "", key)
        known = shelf.heads(blobs, rereader(tree, blobs))
        for blob, paths in blobs.items():
            if blob in known and not shelf.lacks(blob, reading.tier):
                facts.update(dict.fromkeys(paths, known[blob]))
            else:
                missing[paths[0]] = (shelf, paths)
    work = Work(tree, MAX_SOURCE_BYTES, reading.tier)
    for done in extract_all(work, sorted(missing), reading.progress, reading.processes):
        shelf, paths = missing[done.path]
        if done.reason:
            unread.update(dict.fromkeys(paths, done.reason))
        else:
            blob = files[done.path].blob
            facts.update(
                dict.fromkeys(paths, shelf.keep(blob, done.payloads, rereader(tree, {blob: paths}), done.facts))
            )
    return dict(sorted(facts.items())), unread


def code_files(files: Mapping[str, SourceFile]) -> dict[str, dict[str, list[str]]]:
    """Sort the code files by what decides their facts besides their bytes, and by blob id: equals are read once."""
    found: dict[str, dict[str, list[str]]] = {}
    for path, entry in files.items():
        if entry.kind is FileKind.FILE and (key := facts_key(path)):
            found.setdefault(key, {}).setdefault(entry.blob, []).append(path)
    return found


def rereader(tree: CodeTree, blobs: Mapping[str, list[str]]) -> Callable[[str], FileFacts]:
    """Give a function that reads a blob's facts from the tree again, for entries of the cache that are damaged."""

    def reread(blob: str) -> FileFacts:
        path = blobs[blob][0]
        return extract(path, tree.read(path, MAX_SOURCE_BYTES))

    return reread


def not_read(tree: CodeTree, reading: Reading) -> dict[str, str]:
    """List what the index does not hear of: links, repositories inside, folders that are missing, odd names."""
    found = dict(tree.left_out)
    files = tree.files
    if isinstance(files, PlainFiles):
        odd = [files[path] for path in filterfalse(str.isascii, files)]
    else:
        odd = [entry for path, entry in files.items() if entry.kind is not FileKind.FILE or not path.isascii()]
    for entry in odd:
        path = entry.path
        if reading.excludes(path):
            continue
        if entry.kind is not FileKind.FILE:
            found[path] = LINK_REASON if entry.kind is FileKind.SYMLINK else MODULE_REASON
        elif any("\udc80" <= char <= "\udcff" for char in path):
            found[path] = NAME_REASON
    return found


def by_path(item: NotAnalysed) -> tuple[str, str]:
    """Sort by path, then reason."""
    return item.path, item.reason
