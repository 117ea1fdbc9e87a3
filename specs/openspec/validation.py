"""OpenSpec's validation as problems: of a current spec, of a delta beside the spec it changes, of a change folder.

The rules and severities are those of `openspec validate`; a hint is added to each.
"""

import re
from collections.abc import Iterator, Mapping

from specs.openspec.applying import missing_scenarios
from specs.openspec.blocks import KEYWORD, Block, is_section, purpose_of, read_spec, scenarios_of, statement
from specs.openspec.change import Change, section_of
from specs.openspec.delta import Delta
from specs.problem import Problem, Severity
from specs.requirements.source import read_source

MIN_PURPOSE, MIN_WHY, MAX_WHY, MAX_REQUIREMENT, MAX_DELTAS = 50, 50, 1000, 500, 10

_DELTA_HEADER = re.compile(r"##\s+(?:ADDED|MODIFIED|REMOVED|RENAMED)\s+Requirements\s*$", re.IGNORECASE)


def validate_spec(text: str) -> tuple[Problem, ...]:
    """Check a current spec: its sections, its requirements' names, words and scenarios."""
    problems = [*_structure(text)]
    purpose = purpose_of(text)
    if not purpose:
        hint = "Add ## Purpose with a sentence or two, above ## Requirements."
        problems.append(Problem("openspec-no-purpose", "There is no ## Purpose that says anything.", 1, 1, hint))
    elif len(purpose) < MIN_PURPOSE:
        hint = f"Say in at least {MIN_PURPOSE} characters what this capability is for."
        problems.append(Problem("openspec-brief-purpose", "The Purpose is very short.", 1, 1, hint, "warning"))
    spec = read_spec(text)
    if spec.section is None:
        hint = "Add ## Requirements, and below it ### Requirement: blocks."
        problems.append(Problem("openspec-no-requirements", "There is no ## Requirements section.", 1, 1, hint))
    elif not spec.blocks:
        hint = "Write ### Requirement: NAME with a sentence that has SHALL or MUST, and a #### Scenario:."
        line = spec.section.first
        problems.append(Problem("openspec-no-requirements", "## Requirements holds no requirement.", line, 1, hint))
    for block in spec.blocks:
        problems += _requirement(block, "Requirement", scenario="warning")
    return tuple(sorted(problems, key=lambda one: (one.line, one.code)))


def validate_delta(delta: Delta, current: str | None) -> tuple[Problem, ...]:
    """Check a delta, and beside the spec it changes whether a MODIFIED block leaves scenarios out."""
    problems = list(delta.problems)
    for operation, blocks in (("ADDED", delta.added), ("MODIFIED", delta.modified)):
        for block in blocks:
            problems += _requirement(block, operation, scenario="error")
    if current is not None:
        problems += _lost(delta, current)
    return tuple(sorted(problems, key=lambda one: (one.line, one.code)))


def validate_change(change: Change, current: Mapping[str, str]) -> dict[str, tuple[Problem, ...]]:
    """Check a change folder beside the current specs (by capability); problems by file, below the folder."""
    found: dict[str, tuple[Problem, ...]] = {}
    if change.proposal is not None:
        found["proposal.md"] = tuple(_proposal(change.proposal))
    found[".openspec.yaml"] = change.problems
    count = 0
    for capability, delta in change.deltas.items():
        path = f"specs/{capability}/spec.md"
        found[path] = validate_delta(delta, current.get(capability))
        count += len(delta.touched()) - len(delta.renamed)
    found[""] = tuple(_whole(change, count))
    return {path: problems for path, problems in found.items() if problems}


def _whole(change: Change, count: int) -> Iterator[Problem]:
    if change.root_spec:
        hint = "Move it to specs/<capability>/spec.md: at the root it is never applied."
        yield Problem("openspec-root-delta", "There is a delta at specs/spec.md.", 1, 1, hint)
    if change.skip_specs and (change.deltas or change.root_spec):
        hint = "Remove skip_specs from .openspec.yaml, or the files below specs/."
        yield Problem("openspec-skip-specs", "skip_specs is set, and there are deltas.", 1, 1, hint)
    elif not count and not change.skip_specs and not change.root_spec:
        hint = "Write specs/<capability>/spec.md, or set skip_specs: true in .openspec.yaml."
        yield Problem("openspec-no-delta", "This change has no delta.", 1, 1, hint)
    if count > MAX_DELTAS:
        hint = "Consider to split it."
        yield Problem("openspec-many-deltas", f"This change has {count} deltas.", 1, 1, hint, "info")


def _structure(text: str) -> Iterator[Problem]:
    source = read_source(text, comments=False)
    for index, line in enumerate(source.lines):
        if is_section(source, index) and _DELTA_HEADER.match(line.text):
            message = f"{line.text.strip()} is a header of deltas: it cuts the requirements off."
            hint = "Deltas belong under openspec/changes/<change>/specs/."
            yield Problem("openspec-delta-header", message, line.number, 1, hint)
    spec = read_spec(text)
    for block in spec.outside:
        message = f"{block.name!r} stands outside ## Requirements: OpenSpec does not see it."
        yield Problem("openspec-outside", message, block.line, 1, "Move it under ## Requirements.")
    seen: dict[str, int] = {}
    for block in spec.blocks:
        if block.name in seen and block.canonical:
            message = f"{block.name!r} is the name of the requirement on line {seen[block.name]}, too."
            yield Problem("openspec-duplicate", message, block.line, 1, "Give each requirement a name of its own.")
        seen.setdefault(block.name, block.line)


def _requirement(block: Block, what: str, *, scenario: Severity) -> Iterator[Problem]:
    said, _ = statement(block.text)
    line = block.line
    if not said and block.canonical:
        hint = "Write a sentence with SHALL or MUST below the header."
        yield Problem("openspec-no-text", f"{what} {block.name!r} says nothing below its header.", line, 1, hint)
    elif block.canonical and not KEYWORD.search(said):
        hint = "Say SHALL or MUST in the sentence, not in the header alone."
        yield Problem("openspec-no-keyword", f"{what} {block.name!r} has no SHALL or MUST.", line, 1, hint, "warning")
    if len(said) > MAX_REQUIREMENT:
        message = f"{what} {block.name!r} is very long ({len(said)} characters)."
        yield Problem("openspec-long", message, line, 1, "Consider to break it down.", "info")
    if not scenarios_of(block.text):
        hint = "Add #### Scenario: NAME with - **WHEN** and - **THEN** lines."
        yield Problem("openspec-no-scenario", f"{what} {block.name!r} has no scenario.", line, 1, hint, scenario)


def _lost(delta: Delta, current: str) -> Iterator[Problem]:
    blocks = {block.name: block for block in read_spec(current).blocks}
    earlier = {one.target: one.source for one in delta.renamed}
    away = {one.source for one in delta.renamed}
    for block in delta.modified:
        name, seen = block.name, set[str]()
        while name not in blocks and name in earlier and name not in seen:
            seen.add(name)
            name = earlier[name]
        if name not in blocks or block.name in away:
            continue
        lacking = missing_scenarios(blocks[name].text, block.text)
        if lacking:
            message = f"MODIFIED {block.name!r} leaves out {', '.join(map(repr, lacking))}, which the spec has."
            hint = "Copy them into the block: a MODIFIED requirement replaces all of it."
            yield Problem("openspec-lost-scenario", message, block.line, 1, hint)


def _proposal(text: str) -> Iterator[Problem]:
    why, what = section_of(text, "Why"), section_of(text, "What Changes")
    if not why:
        yield Problem("openspec-no-why", "The proposal has no ## Why.", 1, 1, "Say what the change is for.")
    elif not MIN_WHY <= len(why) <= MAX_WHY:
        hint = f"Keep it between {MIN_WHY} and {MAX_WHY} characters."
        yield Problem("openspec-why-length", f"The Why has {len(why)} characters.", 1, 1, hint, "warning")
    if not what:
        yield Problem("openspec-no-what", "The proposal has no ## What Changes.", 1, 1, "List what changes.")
