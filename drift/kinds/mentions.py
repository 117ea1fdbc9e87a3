"""Names in the prose that were once in the code still are.

What it checks
    Inline code that names something in the code: a path, a dotted, called, CamelCase or snake_case name, an option
    (`--retry`), a key (`retry-count`), a route or a scoped package. A mention is stale when product code declared the
    name once and none does now, nor uses it. What never was the repository's own (a plan, a third party's name, an
    example) is no finding. Plain words, bare data files, build outputs, links to other sites and sentences about what
    was removed or renamed are left alone. With `--only mentions` and no configuration, README and documentation are
    read as well; there, only what was true when it was written can be stale.

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
    Name what took its place, or delete the sentence. The finding says which commit removed the name, where it was,
    and what it became where that is plain. If the name is right all the same, an exception with the name as `what`
    says why.
"""

from collections.abc import Sequence

from drift.exceptions import text_matches
from drift.facts import Tier
from drift.findings import Finding, SpecAnchor
from drift.invariants import Invariant, Outcome, World
from drift.mentions.mentioning import Candidate, candidates
from drift.mentions.removal import Removal
from drift.options import OptionReader
from drift.selection.select import shown
from specs.document import InvariantBlock
from specs.problem import Problem

SHORT = 12
SUBJECT = 60
FIX = "Name what took its place, or remove the mention."


class Mentions:
    """See the module's docstring."""

    name = "mentions"

    def tier(self, block: InvariantBlock) -> Tier:  # noqa: ARG002 - the same for all blocks
        """History knows the names: no file is read for them."""
        return Tier.IMPORTS

    def validate(self, block: InvariantBlock) -> Sequence[Problem]:
        """Check the options of the block: the kind has none of its own."""
        return OptionReader(block).done()

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for mentions of the document that resolved once and do not now."""
        path, past = invariant.spec_path, world.past
        document = world.documents.get(path)
        found = candidates(path, document, world.vocabulary.words) if document else ()
        present = {one.reference.text for one in found}
        files = world.index.paths & present
        governs = files | world.graphs.table.paths_of(name for name in present if name in world.index.modules)
        if past is None:
            unknown = present - files - world.index.modules.keys()
            return Outcome((), governs=governs, not_analysed=("history",) if unknown else ())
        gone = frozenset(present & past.gone.keys() - past.later.get(path, frozenset()))
        clauses = invariant.block.exceptions
        findings = [
            _finding(invariant, mentions, past.gone[mentions[0].reference.text])
            for mentions in _by_name(found, gone)
            if not any(text_matches(clause.what, mentions[0].reference.text) for clause in clauses)
        ]
        unused = [clause for clause in clauses if not any(text_matches(clause.what, name) for name in gone)]
        findings += [_stale(invariant, clause.what, clause.line) for clause in unused]
        unknown = present & past.unknown
        return Outcome(tuple(findings), governs=governs, not_analysed=("history",) if unknown else ())


def _by_name(found: Sequence[Candidate], gone: frozenset[str]) -> list[list[Candidate]]:
    """Give the mentions of each name that is gone together, in order of place."""
    seen: dict[str, list[Candidate]] = {}
    for candidate in found:
        if candidate.reference.text in gone:
            seen.setdefault(candidate.reference.text, []).append(candidate)
    return list(seen.values())


def _finding(invariant: Invariant, mentions: Sequence[Candidate], removal: Removal) -> Finding:
    first = mentions[0]
    lines = sorted({one.mention.line for one in mentions} - {first.mention.line})
    also = f" It is named on line{'s' * bool(lines[1:])} {', '.join(map(str, lines))} as well." if lines else ""
    return Finding(
        invariant=invariant.block.id,
        kind=invariant.block.kind,
        severity=invariant.block.severity,
        message=f"{shown(first.mention.text)} is named here but is gone from the code: {_told(removal)}.{also}",
        fix=f"Name {shown(removal.became)} instead, if that is meant." if removal.became else FIX,
        spec=SpecAnchor(invariant.spec_path, first.mention.anchor, first.mention.line),
        code=None,
        identity=("mention", invariant.spec_path, first.reference.text),
        reference=first.reference.text,
        removal=removal,
    )


def _told(removal: Removal) -> str:
    """Say how a name went, where it was and in which commit."""
    subject = f", {shown(removal.subject[:SUBJECT])}" if removal.subject else ""
    when = f" ({removal.date}{subject})" if removal.date else ""
    where = f"commit {removal.commit[:SHORT]}{when}" if removal.commit else "edits that are not committed yet"
    was = f" from {shown(removal.was_in[0])}" if removal.was_in else ""
    more = f" and {len(removal.was_in) - 1} more" if removal.was_in[1:] else ""
    if removal.how == "renamed":
        return f"{where} renamed it to {shown(removal.became)}"
    if removal.how == "file removed":
        return f"{where} removed it with its file{was.replace(' from', '')}{more}"
    return f"{where} removed it{was}{more}"


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
