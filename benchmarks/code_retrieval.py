"""Which code a section speaks about: sections of real repositories, without their inline code, find what they named.

    python -m benchmarks.code_retrieval GIT_DIRECTORY... [--vectors FILE] [--most 60]

Each argument is a repository, bare or not. Of its Markdown (changelogs and the like aside) the sections are taken that
name one to twelve definitions in inline code, each name meaning two definitions at most, with 25 words besides. Code
spans and fenced code go; what is left becomes a spec of a project, and `Relating` is asked through the database as a
server does, once with the model and once without. Relevant are the definitions that had been named. BM25 over the same
words of the same definitions is the baseline; differences are paired, with 95 % bootstrap intervals. `--vectors` keeps
the model's vectors between runs.
"""

import argparse
import asyncio
import json
import math
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.encoding.minilm import encoder
from app.sources import new_id, now
from benchmarks.retrieval import Remembering
from drift.lives.records import Repository as Registered
from drift.lives.records import RepositoryState
from drift.source import FileKind
from drift.store.definitions import DefinitionStore, FileRow
from drift.store.repositories import RepositoryStore
from specs.access import SERVER
from specs.errors import HoldfastError
from specs.parser import parse
from specs.service.library.library import Library
from specs.service.projects import Projects
from sync.cache.factcache import FactCache
from sync.contexts.describing import CodeFile, read_described
from sync.contexts.meaning import Encoder
from sync.contexts.terms import words
from sync.contexts.units import units
from sync.gitrepo import Repository
from sync.service.contexts.codes import Codes
from sync.service.contexts.codeshelving import CodeShelves
from sync.service.contexts.meanings import Asking, Meanings
from sync.service.contexts.relating import Relating
from sync.service.contexts.shelving import Shelves
from sync.trees.sides import commit_side

CODE = re.compile(r"`+[^`\n]+`+")
FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,}).*?^\1?\2[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
LEFT_OUT = re.compile(r"(?:^|/)\.|change|licen[cs]e|node_modules|archive|vendor|release")
NAME = re.compile(r"[\w.]{4,}")
LEAST_WORDS, MOST_NAMED, MOST_MEANT, SHORT = 25, 12, 2, 6
FIRST, ASKED, DRAWS, PATIENCE = 10, 50, 2_000, 600
Named = tuple[str, str]


@dataclass
class Town:
    """A repository with its definitions, and the sections to be asked about: spec, words, what they named."""

    name: str
    files: list[CodeFile]
    texts: dict[str, str] = field(default_factory=dict)
    sections: list[tuple[str, str, frozenset[Named]]] = field(default_factory=list)


def read(folder: Path, cache: Path, most: int) -> Town:
    """Read a repository at its head: definitions, and documents without their code."""
    repository = Repository.open(folder)
    side = commit_side(repository, repository.head or "HEAD", "", here=True)
    kept = FactCache(cache)
    name = folder.parent.name if folder.name in {"repo", ".git"} else folder.name
    town = Town(name, list(read_described(side, kept, {})))
    kept.save()
    meant: dict[str, set[Named]] = defaultdict(set)
    for file in town.files:
        for one in file.definitions:
            for name in {one.name, one.name.rpartition(".")[2]}:
                meant[name].add((file.path, one.name))
    found = []
    for path, entry in sorted(side.tree.files.items()):
        if entry.kind is not FileKind.FILE or not path.endswith(".md") or LEFT_OUT.search(path.lower()):
            continue
        text = side.tree.read(path, 1_000_000).decode("utf-8", "replace")
        bare = CODE.sub(" ", FENCE.sub("", text))
        after = {unit.anchor: unit for unit in units(parse(bare))}
        for unit in units(parse(text)):
            named = frozenset(one for span in CODE.findall(FENCE.sub("", unit.text)) for one in _meant(span, meant))
            left = after.get(unit.anchor)
            if left and 0 < len(named) <= MOST_NAMED and len(re.findall(r"[^\W\d_]{3,}", left.text)) >= LEAST_WORDS:
                found.append((path, unit.anchor, left, named))
    chosen = random.Random(5).sample(found, min(most, len(found)))  # noqa: S311 (a sample, not a secret)
    for number, (_, _, left, named) in enumerate(sorted(chosen, key=lambda one: one[:2])):
        place = f"sections/{number}.md"
        town.texts[place] = f"---\ntitle: {json.dumps(left.document)}\n---\n# {left.title}\n\n{left.text}"
        town.sections.append((place, left.meaning, named))
    return town


def _meant(span: str, meant: Mapping[str, set[Named]]) -> set[Named]:
    name = re.sub(r"\(.*\)$", "", span.strip("` ")).replace("::", ".").lstrip("@").strip(".")
    plain = name.islower() and "_" not in name and "." not in name and len(name) < SHORT
    if not NAME.fullmatch(name) or plain:
        return set()
    ends = (name, ".".join(name.split(".")[-2:]), name.rpartition(".")[2])
    found = next((meant[end] for end in ends if end in meant), set())
    return found if len(found) <= MOST_MEANT else set()


def bm25(town: Town) -> Callable[[str], list[Named]]:
    """Give the usual ranking (1.2, 0.75) over path, name, signature and docstring of each definition."""
    keys = [(file.path, one.name) for file in town.files for one in file.definitions]
    rows = [
        Counter(words(f"{file.path} {one.name} {one.signature} {one.said}"))
        for file in town.files
        for one in file.definitions
    ]
    lengths = [sum(row.values()) for row in rows]
    usual = sum(lengths) / len(lengths)
    held: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        for term in row:
            held[term].append(at)

    def ranked(text: str) -> list[Named]:
        scores: dict[int, float] = defaultdict(float)
        for term in set(words(text)):
            rare = math.log(1 + (len(rows) - len(held[term]) + 0.5) / (len(held[term]) + 0.5))
            for at in held[term]:
                often = rows[at][term]
                scores[at] += rare * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * lengths[at] / usual))
        return [keys[at] for at, _ in sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:ASKED]]

    return ranked


async def ask(url: str, town: Town, model: Encoder) -> Iterator[tuple[str, list[float]]]:
    """Put a repository into a project, and give the recall of each section by way of ranking."""
    database = Database(url)
    try:
        library = Library(database, now, new_id)
        slug = re.sub(r"[^a-z0-9]+", "-", town.name.lower()).strip("-")[:40]
        project = (await Projects(database, now, new_id).create(SERVER, slug, town.name)).id
        for path, text in town.texts.items():
            try:
                await library.create(SERVER, project, path, text)
            except HoldfastError:  # hidden characters, or what looks like a secret
                town.sections = [one for one in town.sections if one[0] != path]
        await _keep(database, project, town)
        await Meanings(database, lambda: model).embed(project, "")
        codes = Codes(database, lambda _: Path(), _nothing, lambda: model)
        while await codes.embed(project, 2_000):
            print(".", end="", file=sys.stderr, flush=True)
        shelves, kept = Shelves(), CodeShelves()
        with_model = Relating(database, now, shelves=shelves, codes=kept, asking=Asking(lambda: model, PATIENCE))
        without = Relating(database, now, shelves=shelves, codes=kept)
        usual, found = bm25(town), defaultdict(list)
        for path, text, named in town.sections:
            ways = {"BM25": usual(text)}
            for way, relating in (("words alone", without), ("words and meaning", with_model)):
                told = await relating.of_section(SERVER, project, path, ASKED)
                ways[way] = [(one.code.path, one.code.symbol) for one in told.code]
            for way, ranking in ways.items():
                found[way].append(len(named.intersection(ranking[:FIRST])) / len(named))
        return iter(found.items())
    finally:
        await database.close()


async def _nothing(_: object) -> dict[str, object]:
    return {}


async def _keep(database: Database, project: UUID, town: Town) -> None:
    made = Registered(new_id(), project, "code", "file:///code", "", RepositoryState.READY, datetime.now(tz=UTC))
    files = [FileRow(one.path, one.blob, one.definitions, one.calls) for one in town.files]
    async with database.transaction() as connection:
        await RepositoryStore(connection).add(made, SERVER.actor.id)
        await DefinitionStore(connection).replace(made.id, files, (), "c" * 40)


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the mean and its 95 % bootstrap interval."""
    chance = random.Random(7)  # noqa: S311 (a sample, not a secret)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(DRAWS))
    return sum(values) / len(values), means[DRAWS // 40], means[-DRAWS // 40]


def tell(towns: Sequence[Town], found: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Print the table."""
    ways = list(next(iter(found.values())))
    print(f"| repository | sections | definitions | {' | '.join(ways)} |\n|{' --- |' * (3 + len(ways))}")
    for town in towns:
        shown = " | ".join(f"{sum(row) / len(row):.3f}" for row in found[town.name].values())
        print(f"| {town.name} | {len(town.sections)} | {sum(len(one.definitions) for one in town.files):,} | {shown} |")
    rows = {way: [one for town in towns for one in found[town.name][way]] for way in ways}
    print(f"all {len(rows[ways[0]])} sections:", *(f"{way} {sum(row) / len(row):.3f}" for way, row in rows.items()))
    for before, after in ((ways[0], ways[2]), (ways[1], ways[2]), (ways[0], ways[1])):
        mean, low, high = interval([b - a for a, b in zip(rows[before], rows[after], strict=True)])
        print(f"recall@{FIRST}, {after} above {before}: {mean:+.3f} [{low:+.3f}, {high:+.3f}]")


def main() -> None:
    """Ask about every repository over a database of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--most", type=int, default=60)
    options = parser.parse_args()
    model = encoder(Path(tempfile.gettempdir()) / "holdfast-benchmarks")
    if model is None:
        sys.exit("The model is not installed.")
    kept = Remembering(model, options.vectors) if options.vectors else None
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o711)
        towns = [read(folder, place / "facts", options.most) for folder in options.repositories]
        towns = [town for town in towns if town.sections]
        server = EmbeddedServer(place / "db")
        url = server.start()
        try:
            upgrade(url)
            found = {}
            for town in towns:
                found[town.name] = dict(asyncio.run(ask(url, town, kept or model)))
                print(town.name, file=sys.stderr)
                if kept:
                    kept.save()
            tell(towns, found)
        finally:
            server.stop("immediate")


if __name__ == "__main__":
    main()
