"""The `except` clauses of an invariant: what they let through, which have run out, and which match nothing.

`importer -> imported` and a lone selector take imports out of the graph before an invariant looks at it, so that
chains over them are gone as well. Any other text is compared with what a finding refers to. Knows no kind.
"""

import re
from collections.abc import Iterable
from datetime import date

from drift.graphs.graph import Graph, Link
from drift.matching.glob import segment_matches
from drift.selection.select import Selector, shown
from specs.document import ExceptionClause, InvariantBlock
from specs.problem import Problem
from specs.values import dataclass

ARROW = re.compile(r"\s*(?:->|→)\s*")


@dataclass(frozen=True, slots=True)
class ImportException:
    """A clause about imports: those from `importer` to `imported`; None stands for anything."""

    clause: ExceptionClause
    importer: Selector | None
    imported: Selector | None

    @classmethod
    def parse(cls, clause: ExceptionClause) -> "ImportException | Problem":
        """Read the clause's `what`: `importer -> imported`, or one selector for either side."""
        sides = ARROW.split(clause.what.strip())
        if sides[2:]:
            text = f"`{shown(clause.what)}` has more than one arrow."
            return Problem("bad-exception", text, clause.line, 1, "Write one clause for each import: `a -> b`.")
        parsed = [Selector.parse(side) for side in sides]
        for side in parsed:
            if isinstance(side, Problem):
                return Problem(side.code, f"`except`: {side.message}", clause.line, 1, side.hint)
        selectors = [side for side in parsed if isinstance(side, Selector)]
        return cls(clause, selectors[0], selectors[1] if selectors[1:] else None)

    def links(self, graph: Graph) -> list[Link]:
        """Give the imports of the graph that the clause lets through."""
        first = self._nodes(graph, self.importer)
        everything = frozenset(range(len(graph.out)))
        if self.imported is not None:
            return graph.links_between(first, self._nodes(graph, self.imported))
        return graph.links_between(first, everything) + graph.links_between(everything - first, first)

    @staticmethod
    def _nodes(graph: Graph, selector: Selector | None) -> frozenset[int]:
        return graph.nodes(selector.names(graph.table)) if selector else frozenset()


def import_exceptions(block: InvariantBlock) -> tuple[ImportException, ...]:
    """Give the clauses of a block as clauses about imports, without the malformed ones."""
    parsed = [ImportException.parse(clause) for clause in block.exceptions]
    return tuple(clause for clause in parsed if isinstance(clause, ImportException))


def exception_problems(block: InvariantBlock) -> list[Problem]:
    """Say what is wrong with the clauses of a block whose kind is about imports."""
    parsed = [ImportException.parse(clause) for clause in block.exceptions]
    return [clause for clause in parsed if isinstance(clause, Problem)]


def split_by_date(
    clauses: Iterable[ExceptionClause], today: date
) -> tuple[tuple[ExceptionClause, ...], tuple[ExceptionClause, ...]]:
    """Give the clauses that still hold and those that do not. A clause holds through its `until` day."""
    live: list[ExceptionClause] = []
    lapsed: list[ExceptionClause] = []
    for clause in clauses:
        (live if _holds(clause, today) else lapsed).append(clause)
    return tuple(live), tuple(lapsed)


def _holds(clause: ExceptionClause, today: date) -> bool:
    """An end that is no date cannot be trusted to lie ahead."""
    end = end_of(clause)
    return clause.until is None or (end is not None and today <= end)


def end_of(clause: ExceptionClause) -> date | None:
    """Give the last day of a clause; None where it has none, or none that is a date."""
    try:
        return date.fromisoformat(clause.until) if clause.until is not None else None
    except ValueError:
        return None


def text_matches(what: str, reference: str) -> bool:
    """Say whether a clause names this reference: the same text (backticks aside), or a glob over it."""
    return segment_matches(what.strip().strip("`"), reference)
