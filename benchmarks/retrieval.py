"""Ranks the spec sections of real projects for real changes, through the product's own database and retrieval.

    python -m benchmarks.retrieval BENCH.jsonl.gz OUT.jsonl [--title-only] [--lexical] [--vectors FILE] [--budgets]

BENCH holds rows without labels: sections `{type: section, repo, n, sid, cap, heading, text}` and queries `{type: query,
qid, repo, title, query, corpus: [n]}`. For each query the specs of its project are brought to its corpus, each save
through the library, then the task is asked as an agent asks. OUT gets `{"qid", "ranking": [sid]}` lines, best first.
`--title-only` asks with the title alone, `--lexical` without the model; `--vectors` keeps what was encoded for the
next run. `--budgets` ranks nothing: it serves every query at 500 to 8,000 tokens, from the specs of its project's last
query, writes how many each answer took (`{"qid", "tokens": [int]}`) and counts those that are over.
"""

import argparse
import asyncio
import base64
import gzip
import hashlib
import json
import re
import struct
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.encoding.minilm import encoder
from app.sources import new_id, now, random_bytes
from drift.service import Drift
from specs.access import SERVER
from specs.parser import parse
from specs.service.library.library import Library
from specs.service.projects import Projects
from sync.contexts.bundle import BYTES_PER_TOKEN
from sync.contexts.meaning import Encoder
from sync.contexts.units import DETAIL
from sync.service.contexts.contexts import Contexts
from sync.service.contexts.meanings import Asking, Meanings

ALL = 100_000
PATIENCE = 60.0
BUDGETS = (500, 1000, 2000, 4000, 8000)
HEADING = re.compile(r"^#{1,3}(?=\s)", re.MULTILINE)
UNDERLINE = re.compile(r"^(?=\s{0,3}(?:-+|=+)\s*$)", re.MULTILINE)
Row = Mapping[str, Any]


@dataclass
class Bench:
    """The rows: sections by repository and number, and queries."""

    sections: dict[str, dict[int, Row]]
    queries: list[Row]


def read(path: str) -> Bench:
    """Read the rows of a benchmark; labels, where there are some, are not looked at."""
    bench = Bench(defaultdict(dict), [])
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["type"] == "section":
                bench.sections[row["repo"]][row["n"]] = row
            else:
                bench.queries.append(row)
    return bench


def specs(sections: Sequence[Row]) -> dict[str, str]:
    """Write the sections as specs, one a capability, by path; each heading carries its section's id as anchor."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sections:
        found[row["cap"]].setdefault(row["sid"], _section(row["sid"], row["heading"], row["text"]))
    return {
        f"{path_of(cap)}/spec.md": f"# {re.sub('[-_/]+', ' ', cap)}\n\n" + "\n".join(texts.values())
        for cap, texts in found.items()
    }


def path_of(cap: str) -> str:
    """Give a capability's name as folders."""
    return re.sub(r"[^\w/.-]+", "-", cap).strip("/.-") or "spec"


@cache
def _section(sid: str, heading: str, said: str) -> str:
    name = " ".join(heading.split())
    title = f"### Requirement: {name}" if name else "## Purpose"
    for text in _harmless(said):
        whole = f"{title} {{#{sid}}}\n\n{text}\n"
        found = [one.anchor for one in parse(f"{whole}\n## End {{#end}}\n").sections if one.level < DETAIL]
        if found == [sid, "end"]:
            return whole
    return f"{title} {{#{sid}}}\n"


def _harmless(text: str) -> Iterator[str]:
    """Give the text so that nothing in it begins a section of its own, as it is if that will do."""
    yield HEADING.sub("####", text)
    calm = UNDERLINE.sub("\n", HEADING.sub("####", text))
    yield calm
    yield f"{calm}\n```\n"
    yield f"{calm}\n-->\n"
    yield re.sub(r"^", "    ", text, flags=re.MULTILINE)


@dataclass
class Town:
    """A project of the benchmark as it stands in the database: spec and head by path, with the text."""

    library: Library
    project: UUID
    heads: dict[str, tuple[UUID, str, str]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)

    async def become(self, texts: Mapping[str, str]) -> None:
        """Bring the specs to these texts: create, save, retire and restore what differs."""
        for path in [path for path in self.heads if path not in texts and path not in self.away]:
            await self.library.retire(SERVER, self.project, self.heads[path][0])
            self.away.add(path)
        for path, text in texts.items():
            if path not in self.heads:
                saved = await self.library.create(SERVER, self.project, path, text)
                self.heads[path] = (saved.spec.id, saved.spec.head, text)
                continue
            spec, head, before = self.heads[path]
            if path in self.away:
                await self.library.restore(SERVER, self.project, spec)
                self.away.discard(path)
            if before != text:
                saved = await self.library.save(SERVER, self.project, spec, base=head, text=text)
                self.heads[path] = (spec, saved.spec.head, text)


class Remembering:
    """The model, with the vectors it gave before kept in a file."""

    def __init__(self, model: Encoder, file: Path) -> None:
        self.name, self.dimensions = model.name, model.dimensions
        self._model, self._file = model, file
        self._known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Give a vector for each text; only those that are new are encoded."""
        keys = [hashlib.sha256(text.strip().encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        made = self._model.encode(list(new.values())) if new else []
        for key, vector in zip(new, made, strict=True):
            self._known[key] = base64.b64encode(struct.pack(f"{len(vector)}f", *vector)).decode()
        raw = [base64.b64decode(self._known[key]) for key in keys]
        return [list(struct.unpack(f"{len(one) // 4}f", one)) for one in raw]

    def save(self) -> None:
        """Keep the vectors for the next run."""
        self._file.write_text(json.dumps(self._known))


def _model(options: argparse.Namespace) -> Encoder | None:
    if options.lexical:
        return None
    found = encoder(Path(tempfile.gettempdir()) / "holdfast-benchmarks")
    if found is None:
        print("The model is not installed: words and headings only.", file=sys.stderr)
        return None
    return Remembering(found, options.vectors) if options.vectors else found


@dataclass
class Run:
    """What a run over the benchmark came to: a ranking or the tokens by query, seconds a question, answers over."""

    rankings: dict[str, list[str]] = field(default_factory=dict)
    tokens: dict[str, list[int]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    over: int = 0


async def _run(url: str, bench: Bench, options: argparse.Namespace) -> Run:
    database = Database(url)
    library = Library(database, now, new_id)
    model = _model(options)
    meanings, asking = Meanings(database, lambda: model), Asking(lambda: model, PATIENCE)
    contexts = Contexts(
        database,
        library,
        Drift(database, now),
        clock=now,
        new_id=new_id,
        random=random_bytes,
        asking=asking,
    )
    run = Run()
    try:
        for number, repo in enumerate(dict.fromkeys(query["repo"] for query in bench.queries)):
            project = await Projects(database, now, new_id).create(SERVER, f"bench-{number}", repo)
            town = Town(library, project.id)
            queries = [query for query in bench.queries if query["repo"] == repo]
            for query in queries:
                told = query if not options.budgets else queries[-1]
                if query is told or query is queries[0]:
                    await town.become(specs([bench.sections[repo][n] for n in told["corpus"]]))
                    await meanings.embed(project.id, "")
                task = query["title"] if options.title_only else query["query"]
                start = time.perf_counter()
                if options.budgets:
                    await _served(run, contexts, project.id, query["qid"], task)
                else:
                    found = await contexts.ranked(SERVER, project.id, task, ALL)
                    known = {bench.sections[repo][n]["sid"] for n in query["corpus"]}
                    run.rankings[query["qid"]] = [anchor for _, anchor in found if anchor in known]
                run.seconds.append(time.perf_counter() - start)
            print(f"{repo}: {len(queries)} queries", file=sys.stderr)
    finally:
        await database.close()
        if isinstance(model, Remembering):
            model.save()
    return run


async def _served(run: Run, contexts: Contexts, project: UUID, qid: str, task: str) -> None:
    """Serve a task within each budget, and note what the answers took."""
    run.tokens[qid] = []
    for budget in BUDGETS:
        bundle = (await contexts.serve(SERVER, project, task, (), budget)).bundle
        run.tokens[qid].append(bundle.tokens)
        run.over += bundle.tokens > budget or len(bundle.text.encode()) > BYTES_PER_TOKEN * budget


def _tell(run: Run, options: argparse.Namespace) -> int:
    lines = [json.dumps({"qid": qid, "ranking": ranking}) + "\n" for qid, ranking in run.rankings.items()]
    lines += [json.dumps({"qid": qid, "tokens": took}) + "\n" for qid, took in run.tokens.items()]
    Path(options.out).write_text("".join(lines), encoding="utf8")
    ordered = sorted(run.seconds)
    middle, late = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    print(f"{len(ordered)} queries, p50 {1000 * middle:.0f} ms, p95 {1000 * late:.0f} ms")
    if options.budgets:
        print(f"{run.over} of {len(ordered) * len(BUDGETS)} answers over budget")
    return 1 if run.over else 0


def main() -> int:
    """Rank every query over a database of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("bench")
    parser.add_argument("out")
    parser.add_argument("--vectors", type=Path)
    for flag in ("--title-only", "--lexical", "--budgets"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o711)
        server = EmbeddedServer(place)
        url = server.start()
        try:
            upgrade(url)
            return _tell(asyncio.run(_run(url, read(options.bench), options)), options)
        finally:
            server.stop("immediate")


if __name__ == "__main__":
    sys.exit(main())
