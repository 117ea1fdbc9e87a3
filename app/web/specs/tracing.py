"""How the requirements of a spec stand, in the few words that the page has for each."""

from collections.abc import Iterator
from uuid import UUID

from app.unit import Unit
from app.web.views.specs import TraceFact
from app.wording import counted
from specs.library import Spec
from sync.traces.standing import Implemented, Standing, Tested

MARKS = {"none": "none", "named": "unmatched", "kept": "kept", "passed": "kept", "skipped": "none"}
BAD = "drift"


async def traced_of(unit: Unit, project: UUID, spec: Spec) -> tuple[tuple[int, TraceFact], ...]:
    """Give, by line, how each requirement of a spec stands; nothing where the project knows of no signal."""
    if not await unit.signals.any(unit.principal, project):
        return ()
    told = await unit.signals.standing(unit.principal, project, spec.id)
    return tuple((row.item.line, fact_of(row)) for row in told.traceability.standings)


def fact_of(row: Standing) -> TraceFact:
    """Say in a few words how a requirement stands."""
    broken = tuple(f"{one.kind} {one.what}" for one in row.broken)
    return TraceFact(row.item.key, tuple(marks_of(row)), broken, row.broken_since)


def marks_of(row: Standing) -> Iterator[tuple[str, str]]:
    """Give the marks: implemented, tested, and where it runs."""
    own = counted(len(row.item.invariants), "invariant")
    code = {
        Implemented.NONE: "not implemented",
        Implemented.NAMED: f"implemented in {counted(len(row.code), 'place')}",
    }.get(row.implemented, f"{own} {row.implemented}")
    yield MARKS.get(row.implemented, BAD), code
    tests = {Tested.NONE: "not tested", Tested.NAMED: f"{counted(len(row.tests), 'test')}, no result"}
    yield MARKS.get(row.tested, BAD), tests.get(row.tested, f"{counted(len(row.results), 'test')} {row.tested}")
    if row.deployed:
        yield "kept", "runs in " + ", ".join(dict.fromkeys(one.environment for one in row.deployed))
