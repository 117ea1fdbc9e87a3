"""The program of the child process that evaluates one commit of a mirror against specs: JSON in, JSON out.

It alone parses foreign code on a server, under limits its parent sets; whatever happens to it, the parent records. It
opens no database and no socket, and checks nothing out.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from app.renderers.json import render
from drift.debt.acceptance import settle
from drift.debt.claims import Standing, claims_in, with_claims
from drift.debt.lock import Lock
from drift.debt.renames import Renames
from drift.debt.waivers import with_waivers
from drift.facts import EdgeAttribute
from drift.findings import Acceptance
from drift.report import CheckReport
from specs.dialects import in_force
from specs.document import Document
from specs.errors import HoldfastError
from specs.parser import parse
from specs.reach import seen_from, with_unknown
from sync.aids.inheriting import with_parents
from sync.cache.factcache import FactCache
from sync.checking.evaluation import Evaluation, evaluate
from sync.checking.intents import since_lock
from sync.checking.options import CheckOptions, Question
from sync.gitrepo import Repository
from sync.past.companions import companions
from sync.past.history import History
from sync.specfiles.spectexts import beside_packages
from sync.traces.scanning import scan
from sync.trees.lockfile import read_lock
from sync.trees.reading import Reading
from sync.trees.sides import Side, rooted_side

MAX_TRACES = 20_000

# So far back history says which files belong together.
MOST_COMMITS = 400


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate what a request names; a `problem` instead where a person has to mend something first.

    `specs` are rows (place in the project, path in the repository or "", text, lines that no person confirmed, whether
    it is a guest here). The repository is `called` so, and `known` are all names that repositories of the project have.
    """
    try:
        return evaluated(request)
    except HoldfastError as error:
        return {"problem": f"{error.message}. {error.hint}".strip()}


def evaluated(request: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate. Raises `HoldfastError` for a repository or configuration that cannot be used."""
    side = rooted_side(Repository.open(Path(request["mirror"])), request["commit"], request.get("root", ""))
    parsed = {place: document_of(request, place, *rest) for place, _, *rest in request["specs"]}
    documents = beside_packages(side, parsed, files_of(request, side))
    cache = FactCache(Path(request["cache"]))
    reading = Reading(side.config.source_roots, side.config.excludes, processes=1)
    trial = bool(request.get("trial"))
    if trial:
        documents = with_parents(request["specs"][0][0], documents)
    history = None if trial else History(side, {}, cache, reading)
    standing = standing_of(request)
    past, counts = history.past if history else None, standing.counts if standing else None
    question = Question(date.fromisoformat(request["today"]), tried(documents) if trial else None, past, counts)
    try:
        done = evaluate(side.tree, documents, cache, reading, question)
        traces = [] if trial else trace_rows(side, cache)
    finally:
        cache.save()
    lock = read_lock(side.tree)
    report = json.loads(render(accepted(done.report, side, lock, cache, request)))
    claims = [
        [one.invariant, one.subject, one.state, one.until, one.by, one.because]
        for one in claims_in(lock.entries).values()
    ]
    return {
        "report": report,
        "counts": report["counts"],
        "paths": [] if trial else path_rows(done, together(side, done)),
        "claims": claims,
        "traces": traces,
    }


def tried(documents: Mapping[str, Document]) -> frozenset[str]:
    """Give the kinds that a dry run asks: those written as blocks. Names in prose need the past, and are told apart."""
    return frozenset(block.kind for document in documents.values() for block in document.invariants) - {"mentions"}


def files_of(request: Mapping[str, Any], side: Side) -> dict[str, str]:
    """Give the file of each spec below the side's root, by its place in the project; "" for none."""
    return {place: inside.removeprefix(f"{side.under}/") for place, inside, *_ in request["specs"]}


def document_of(
    request: Mapping[str, Any],
    place: str,
    text: str,
    lines: Sequence[int] = (),
    guest: bool = False,  # noqa: FBT001, FBT002 (same)
) -> Document:
    """Parse a spec as it is to be held against this repository."""
    document = replace(in_force(place, parse(text)), unconfirmed=frozenset(lines))
    seen = seen_from(document, request.get("called", ()), home=not guest)
    return with_unknown(seen, request["known"]) if "known" in request else seen


def standing_of(request: Mapping[str, Any]) -> Standing | None:
    """Say which claims of the lock count; None where the request does not know people, and all do."""
    given = request.get("claims")
    if given is None:
        return None
    return Standing(frozenset(given["approved"]), frozenset(given["known"]), trusted=given["trusted"])


def accepted(report: CheckReport, side: Side, lock: Lock, cache: FactCache, request: Mapping[str, Any]) -> CheckReport:
    """Give a report with the states that the commit's own lock gives its findings.

    The lock names specs by their paths in the repository, the report by their places in the project.
    """
    today = date.fromisoformat(request["today"])
    files = files_of(request, side)
    names = Renames({inside: place for place, inside in files.items() if inside and inside != place})
    standing = standing_of(request)
    counting = [entry for entry in lock.entries if standing is None or standing.counts(entry)]
    here = replace(lock, entries=tuple(map(names.entry, counting)))
    settled = settle(report, here, today, lambda: since_lock(side, cache, CheckOptions(today, processes=1)))
    given = {name: Acceptance(*rest) for name, *rest in request.get("waivers", ())}
    waiting = [names.entry(entry) for entry in lock.entries if entry not in counting]
    return with_claims(with_waivers(settled, given, today), waiting)


def together(side: Side, done: Evaluation) -> Mapping[str, Sequence[str]]:
    """Give which files changed together in the last commits; nothing where history cannot be read."""
    if side.repository is None:
        return {}
    commits = islice(side.repository.log(side.head, paths=True), MOST_COMMITS)
    with suppress(HoldfastError):
        return companions((commit.paths for commit in commits), done.index.paths)
    return {}


def trace_rows(side: Side, cache: FactCache) -> list[list[Any]]:
    """Give each place that names a requirement; so many at most."""
    tags = scan(side.tree, cache, side.config.excludes)
    rows = [[path, one.line, one.target, one.kind, one.symbol] for path, found in tags.items() for one in found]
    return rows[:MAX_TRACES]


def path_rows(done: Evaluation, changed: Mapping[str, Sequence[str]]) -> list[list[Any]]:
    """Give each path that is code or is governed: module, modules it imports, what governs it, what changed with it.

    Then how many lines it has, and the first line of each import.
    """
    index = done.index
    imports: dict[str, dict[str, int]] = {}
    for edge in index.edges:
        if EdgeAttribute.EXTERNAL not in edge.attributes:
            known = imports.setdefault(edge.path, {})
            known[edge.imported] = min(edge.line, known.get(edge.imported, edge.line))
    governed: dict[str, list[str]] = {}
    for result in done.report.invariants:
        for path in result.governs:
            governed.setdefault(path, []).append(result.id)
    return [
        [
            path,
            index.module_of.get(path, ""),
            sorted(imports.get(path, ())),
            sorted(set(governed.get(path, ()))),
            list(changed.get(path, ())),
            facts.lines if (facts := index.facts.get(path)) else 0,
            [line for _, line in sorted(imports.get(path, {}).items())],
        ]
        for path in sorted(index.module_of.keys() | governed.keys())
    ]


def main() -> None:
    """Read the request, write the answer."""
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
