"""How long `POST /context` takes on a warm server, by the number of sections, and how many it answers at once.

    python -m benchmarks.context_speed [--sizes 1000,10000,100000] [--asks 60] [--clients 1,4,16] [--lexical]

Made-up specs are saved through the library, their vectors (made up, too: what counts here is the search) are put where
the job puts them, then the real server is asked over HTTP for tasks it has not seen. Prints a table: the median and the
95th percentile in milliseconds for each size, the share of answers that went without meaning for lack of time, and
answers a second by clients.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import psycopg

from app.db.database import Database
from app.db.embedded import EmbeddedServer
from app.db.schema import upgrade
from app.encoding.minilm import NAME, installed
from drift.store.vectors import VectorStore, behind
from drift.tables.vectors import DIMENSIONS
from specs.access import SERVER, Role, Scope
from specs.parser import parse
from sync.contexts.units import units
from tests.app.serving import Served
from tests.factories import make_services

WANTED = {1_000: 250, 10_000: 400, 100_000: 1_000}
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa xe yi zo ple tri gra sto cha mer dun lok".split()  # noqa: SIM905 (a line, and not thirty)
PER_SPEC, WORDS = 100, 45
BATCH, LEAST = 500, 20
INDEX = "ix_passage_vectors_vector"


def vocabulary(size: int, chance: random.Random) -> list[str]:
    """Make words; a few of them are used far more than the others, as in any language."""
    return sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(size)})


def sentence(words: Sequence[str], chance: random.Random, count: int) -> str:
    """Make a sentence of so many words."""
    return " ".join(words[min(int(chance.paretovariate(0.6)) - 1, len(words) - 1)] for _ in range(count))


def spec(number: int, sections: int, words: Sequence[str], chance: random.Random) -> str:
    """Make a spec of so many sections."""
    parts = [f"# {sentence(words, chance, 3)} {number}\n"]
    for at in range(sections):
        body = sentence(words, chance, WORDS)
        parts.append(f"### Requirement: {sentence(words, chance, 4)} {at}\n\nThe service MUST {body}.\n")
    return "\n".join(parts)


@dataclass
class Stock:
    """The projects by their number of sections, and a token for each."""

    projects: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)


async def fill(url: str, sizes: Sequence[int], *, lexical: bool) -> Stock:
    """Save the specs of each size into a project of its own, and their vectors."""
    upgrade(url)
    database, chance, stock = Database(url), random.Random(7), Stock()  # noqa: S311 (made-up texts)
    words = vocabulary(6_000, chance)
    chance.shuffle(words)
    try:
        world = make_services(database)
        made = [(size, await world.projects.create(SERVER, f"size-{size}", f"{size}")) for size in sizes]
        for size, project in made:
            eve = await world.person(f"eve-{size}", Role.EDITOR, project)
            issued = await world.tokens.issue_for_self(eve, "speed", scopes=[Scope.CONTEXT, Scope.READ])
            stock.tokens[size] = issued.secret
        with without_index(url):
            for size, project in made:
                start = time.perf_counter()
                digests: list[str] = []
                for number in range(max(1, size // PER_SPEC)):
                    written = spec(number, min(size, PER_SPEC), words, chance)
                    await world.library.create(SERVER, project.id, f"area-{number % 40}/s{number}.md", written)
                    digests += [unit.digest for unit in units(parse(written))]
                if not lexical:
                    await _embed(database, project.id, digests, chance)
                stock.projects[size] = project.slug
                print(f"{size} sections: filled in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    finally:
        await database.close()
    return stock


@contextmanager
def without_index(url: str) -> Iterator[None]:
    """Fill first and index then: the other way round takes many times as long, and is not what is measured."""
    with psycopg.connect(url) as connection:
        told = connection.execute("select indexdef from pg_indexes where indexname = %s", [INDEX]).fetchone()
        connection.execute(f"drop index {INDEX}")
    yield
    with psycopg.connect(url) as connection:
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute(str(told and told[0]))
        connection.execute("analyze")


async def _embed(database: Database, project: UUID, digests: Sequence[str], chance: random.Random) -> None:
    """Put vectors of length 1 in directions that fall into some hundred bundles, as meanings do."""
    centres = [[chance.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in range(200)]
    for start in range(0, len(digests), BATCH):
        rows: dict[str, list[float]] = {}
        for digest in digests[start : start + BATCH]:
            centre = chance.choice(centres)
            vector = [value + 0.8 * (chance.random() - 0.5) for value in centre]
            length = sum(value * value for value in vector) ** 0.5
            rows[digest] = [value / length for value in vector]
        async with database.transaction() as connection:
            await VectorStore(connection, project, NAME).add(rows)
    async with database.transaction() as connection:
        state = (await behind(connection, NAME)).get(project, "")
        await VectorStore(connection, project, NAME).mark(state)


@dataclass
class Asked:
    """What came of asking: milliseconds of each answer, and how many went without meaning."""

    took: list[float] = field(default_factory=list)
    degraded: int = 0
    failed: int = 0


async def ask(client: httpx.AsyncClient, project: str, tasks: Sequence[str], asked: Asked) -> None:
    """Ask for tasks one after another."""
    for task in tasks:
        start = time.perf_counter()
        answer = await client.post(f"/api/v1/projects/{project}/context", json={"task": task})
        asked.took.append(1000 * (time.perf_counter() - start))
        asked.failed += answer.status_code != 200  # noqa: PLR2004 (success)
        asked.degraded += answer.status_code == 200 and bool(answer.json().get("degraded"))  # noqa: PLR2004 (same)


async def measure(address: str, stock: Stock, options: argparse.Namespace) -> list[str]:
    """Ask every project, alone and by several clients, and write the rows of the table."""
    chance = random.Random(11)  # noqa: S311 (made-up tasks)
    words = vocabulary(6_000, random.Random(7))  # noqa: S311 (same)
    rows: list[str] = []

    def tasks(count: int) -> list[str]:
        return [f"{sentence(words, chance, 8)}\n\n{sentence(words, chance, 50)}" for _ in range(count)]

    for size, project in stock.projects.items():
        headers = {"authorization": f"Bearer {stock.tokens[size]}"}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=120) as client:
            await ask(client, project, tasks(8), Asked())
            alone = Asked()
            await ask(client, project, tasks(options.asks), alone)
            ranked = sorted(alone.took)
            rates = []
            for clients in options.clients:
                each, many = max(LEAST, options.asks) // clients + 1, Asked()
                start = time.perf_counter()
                await asyncio.gather(*(ask(client, project, tasks(each), many) for _ in range(clients)))
                rates.append(f"{len(many.took) / (time.perf_counter() - start):.1f} ({many.degraded}/{len(many.took)})")
                alone.failed += many.failed
            p95 = ranked[int(len(ranked) * 0.95)]
            wanted = WANTED.get(size, 0)
            rows.append(
                f"| {size} | {ranked[len(ranked) // 2]:.0f} | {p95:.0f} | {wanted or ''} | "
                f"{100 * alone.degraded / len(ranked):.1f} % | {' | '.join(rates)} | {alone.failed} |"
            )
            print(rows[-1], flush=True)
    return rows


def numbers(value: str) -> list[int]:
    """Read a list of numbers."""
    return [int(part) for part in value.split(",")]


def main() -> None:
    """Fill, serve, ask, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--sizes", type=numbers, default=[1_000, 10_000, 100_000])
    parser.add_argument("--clients", type=numbers, default=[1, 4, 16])
    parser.add_argument("--asks", type=int, default=60)
    parser.add_argument("--lexical", action="store_true", help="without vectors")
    options = parser.parse_args()
    if not installed() and not options.lexical:
        sys.exit("The model is not installed: see `holdfast[embeddings]`, or ask with --lexical.")
    served = Served()
    try:
        server = EmbeddedServer(served.data)
        url = server.start()
        try:
            stock = asyncio.run(fill(url, options.sizes, lexical=options.lexical))
        finally:
            server.stop()
        served.start("--no-worker")
        clients = " | ".join(f"a second by {count}" for count in options.clients)
        print(f"| sections | p50 ms | p95 ms | wanted | degraded | {clients} | failed |")
        print(f"| ---: | ---: | ---: | ---: | ---: |{' ---: |' * (len(options.clients) + 1)}")
        asyncio.run(measure(served.address, stock, options))
    finally:
        served.close()


if __name__ == "__main__":
    main()
