"""Who else is at work where a task is, told to whoever is served. Pure."""

from collections.abc import Sequence

from sync.contexts.context import Passage, PassageKind
from sync.contexts.pending import anchors_of
from sync.tasks.overlaps import Overlap
from sync.tasks.task import Area

LONGEST = 400
MOST_SHARED = 5


def area_served(paths: Sequence[str], symbols: Sequence[str], served: Sequence[Passage]) -> Area:
    """Give what a task touches as tasks name it: its code, and the sections that it is served first."""
    sections = tuple(f"{spec}#{anchor}" for spec, anchors in anchors_of(served).items() for anchor in sorted(anchors))
    return Area(tuple(paths), tuple(symbols), sections)


def at_work(found: Sequence[Overlap]) -> list[Passage]:
    """Make passages of the active tasks that share something."""
    return [_told(overlap) for overlap in found]


def _told(overlap: Overlap) -> Passage:
    task, shared = overlap.task, overlap.told
    holder = task.holder or task.by
    intent = task.intent if len(task.intent) <= LONGEST else f"{task.intent[:LONGEST]}..."
    more = f" and {len(shared) - MOST_SHARED} more" if len(shared) > MOST_SHARED else ""
    return Passage(
        kind=PassageKind.TASK,
        spec="",
        anchor="",
        heading="",
        revision=str(task.id),
        author=holder.name,
        author_kind=holder.kind.value,
        provenance="active",
        score=1.0,
        why=f"shares {', '.join(shared[:MOST_SHARED])}{more}",
        text=intent,
    )
