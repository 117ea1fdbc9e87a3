"""Names in the prose that were once in the code still are.

What it checks
    Inline code in a spec that looks like a path, a module, a dotted name, a call, or a CamelCase or snake_case name is
    a mention of code. A mention is stale when the code has it no more and an earlier commit had it. What never was in
    the code (a plan, a third party's name, an example) is no finding. Flags, plain words, bare data files, build
    outputs, links to other sites and sentences about what was removed or renamed are left alone.

Why
    A spec that names what is gone sends its readers, people and agents alike, looking for it, and is soon not
    believed.

Example
    ```yaml invariant
    id: names-are-current
    kind: mentions
    severity: error
    why: Agents look up every name they read here.
    ```

Breaks when
    The prose says `payments.charge` or `src/payments/charge.py`, and the module was renamed. The kind is always on,
    with warnings; a block like the one above changes that for its spec. Without history (a shallow clone, no git)
    nothing can be said, and the report says so.

How to fix
    Name what took its place, or delete the sentence. The finding says at which commit the name was last there. If the
    name is right all the same, an exception with the name as `what` says why.
"""

from collections.abc import Sequence

from drift.exceptions import text_matches
from drift.facts import Tier
from drift.findings import Finding, SpecAnchor
from drift.invariants import Invariant, Outcome, World
from drift.mentioning import Candidate, candidates
from drift.options import OptionReader
from drift.select import shown
from specs.document import InvariantBlock
from specs.problem import Problem

SHORT = 12


class Mentions:
    """See the module's docstring."""

    name = "mentions"

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """Anything that still bears a name counts: definitions, imports and calls."""
        return Tier.BODIES

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block: the kind has none of its own."""
        return OptionReader(block).done()

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for mentions of the spec that resolved once and do not now."""
        document = world.documents.get(invariant.spec_path)
        found = candidates(invariant.spec_path, document, world.vocabulary.words) if document else ()
        gone_now = world.lookup.missing(one.reference for one in found)
        missing = [one for one in found if one.reference.text in gone_now]
        present = [one.reference.text for one in found if one.reference.text not in gone_now]
        files = world.index.paths.intersection(present)
        governs = files | world.graphs.table.paths_of(name for name in present if name in world.index.modules)
        past = world.past
        if past is None:
            return Outcome((), governs=governs, not_analysed=("history",) if missing else ())
        gone = [candidate for candidate in missing if candidate.reference.text in past.resolved_at]
        unknown = len(gone) < len(missing) and not past.complete
        findings = [_finding(invariant, one, past.resolved_at[one.reference.text]) for one in _first(gone)]
        clauses = invariant.block.exceptions
        kept = [
            finding
            for finding in findings
            if not any(text_matches(clause.what, finding.reference or "") for clause in clauses)
        ]
        names = {one.reference.text for one in missing}
        unused = [one for one in clauses if not any(text_matches(one.what, name) for name in names)]
        kept += [_stale(invariant, clause.what, clause.line) for clause in unused]
        return Outcome(tuple(kept), governs=governs, not_analysed=("history",) if unknown else ())


def _first(missing: Sequence[Candidate]) -> list[Candidate]:
    """Give the first mention of each name in each section."""
    seen: dict[tuple[str, str], Candidate] = {}
    for candidate in missing:
        seen.setdefault((candidate.mention.anchor, candidate.reference.text), candidate)
    return list(seen.values())


def _finding(invariant: Invariant, candidate: Candidate, commit: str) -> Finding:
    text, mention = candidate.reference.text, candidate.mention
    return Finding(
        invariant=invariant.block.id,
        kind=invariant.block.kind,
        severity=invariant.block.severity,
        message=f"{shown(mention.text)} is named here but is gone from the code; commit {commit[:SHORT]} still had it.",
        fix="Name what took its place, or remove the mention.",
        spec=SpecAnchor(invariant.spec_path, mention.anchor, mention.line),
        code=None,
        identity=("mention", invariant.spec_path, mention.anchor, text),
        reference=text,
    )


def _stale(invariant: Invariant, what: str, line: int) -> Finding:
    return Finding(
        invariant=invariant.block.id,
        kind=invariant.block.kind,
        severity="info",
        message=f"Stale exception: {shown(what)} is no missing name of this spec.",
        fix="Remove it from `except`.",
        spec=SpecAnchor(invariant.spec_path, invariant.block.anchor, line or invariant.block.line),
        code=None,
        identity=("stale", invariant.spec_path, what),
    )
