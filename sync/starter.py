"""A first spec for a repository that has none: invariants that its import graph fulfils today. Pure.

Proposes; whoever calls it evaluates the proposal and keeps what holds. Says nothing that it has not seen in the graph.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from posixpath import commonprefix

from drift.index import CodeIndex
from drift.names import separator_of

MOST_PARTS, MOST_GROUPS = 14, 4
FEWEST_MODULES = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """One invariant with the prose that goes with it."""

    id: str
    title: str
    prose: str
    yaml: tuple[str, ...]


def proposals(index: CodeIndex) -> tuple[Proposal, ...]:
    """Propose layers and acyclicity for the largest groups of modules."""
    found: list[Proposal] = []
    for group in groups(index):
        parts = parts_of(index, group)
        levels = layered(parts)
        if len(levels) > 1:
            found.append(layers_proposal(group, levels))
        if len(parts) > 1:
            found.append(acyclic_proposal(group))
    return tuple(found)


def groups(index: CodeIndex) -> list[str]:
    """Name the largest groups of modules that are not tests: what all names with the same first segment share."""
    families: dict[tuple[str, str], list[list[str]]] = {}
    for name, module in index.modules.items():
        separator = separator_of(name, module.path)
        if not module.test and separator in name:
            segments = name.split(separator)
            families.setdefault((separator, segments[0]), []).append(segments)
    sizes = {
        separator.join(commonprefix(names)): len(names)
        for (separator, _), names in families.items()
        if len(names) >= FEWEST_MODULES
    }
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_GROUPS]


def parts_of(index: CodeIndex, group: str) -> dict[str, set[str]]:
    """Give the parts side by side in a group, each with the parts it imports."""
    parts: dict[str, set[str]] = {}
    part_of: dict[str, str] = {}
    for name, module in index.modules.items():
        separator = separator_of(name, module.path)
        if name.startswith(group + separator) and not module.test:
            part = group + separator + name.removeprefix(group + separator).split(separator)[0]
            part_of[name] = part
            parts.setdefault(part, set())
    for edge in index.edges:
        importer, imported = part_of.get(edge.importer), part_of.get(edge.imported)
        if importer and imported and importer != imported:
            parts[importer].add(imported)
    return parts


def layered(parts: Mapping[str, set[str]]) -> list[list[str]]:
    """Sort parts into levels, each importing only from those below; none where they go round in circles."""
    touched = {part for part, below in parts.items() if below} | {part for below in parts.values() for part in below}
    if len(touched) > MOST_PARTS:
        return []
    left = {part: parts[part] & touched for part in sorted(touched)}
    levels: list[list[str]] = []
    placed: set[str] = set()
    while left:
        level = [part for part, below in left.items() if below <= placed]
        if not level:
            return []
        levels.insert(0, level)
        placed.update(level)
        for part in level:
            del left[part]
    return levels


def layers_proposal(group: str, levels: list[list[str]]) -> Proposal:
    """Propose the levels that the graph has today."""
    rows = tuple(f"  - {quoted(' | '.join(level))}" for level in levels)
    return Proposal(
        f"{slug(group)}-layers",
        f"Layers of {group}",
        f"Imports in `{group}` flow downwards, in this order, today. Parts on one line do not import each other.",
        ("kind: layers", "layers:", *rows, "why: What lies below can be used and tested without what lies above."),
    )


def acyclic_proposal(group: str) -> Proposal:
    """Propose that the parts of a group do not import each other in a circle."""
    return Proposal(
        f"{slug(group)}-acyclic",
        f"No cycles in {group}",
        f"The parts of `{group}` do not import each other in a circle.",
        (
            "kind: acyclic",
            f"within: {quoted(group)}",
            "why: Parts in a circle can only be understood and changed together.",
        ),
    )


def document(title: str, kept: Iterable[Proposal]) -> str:
    """Write the spec."""
    lines = [
        "---",
        f"title: {quoted(f'Architecture of {title}')}",
        "status: active",
        "---",
        f"# Architecture of {title}",
        "",
        "What this system promises about its own structure. `holdfast check` holds the code against it.",
        "",
        "The invariants below are what the import graph fulfils today. Keep what is meant, delete what merely happens",
        "to be so, and write beside each why it matters.",
    ]
    for proposal in kept:
        lines += ["", f"## {proposal.title} {{#{proposal.id}}}", "", proposal.prose, ""]
        lines += ["```yaml invariant", f"id: {proposal.id}", *proposal.yaml, "```"]
    return "\n".join(lines) + "\n"


def slug(name: str) -> str:
    """Make an id of a name."""
    word = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    return "-".join(piece for piece in word.split("-") if piece) or "code"


def quoted(text: str) -> str:
    """Write a text as a YAML scalar that means just that text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


WORKFLOW = """\
# Holds the code against its specs before a pull request is merged.
name: holdfast
on:
  pull_request:
  push:
    branches: [BRANCH]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # what is new is told by comparing with where the branch began
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install holdfast
      - uses: actions/cache@v4
        with:
          path: .holdfast/cache
          key: holdfast-${{ github.sha }}
          restore-keys: holdfast-
      - name: What this change introduces
        if: github.event_name == 'pull_request'
        env:
          BASE: origin/${{ github.base_ref }}
        run: holdfast check --base "$BASE"
      - name: The whole of it
        if: github.event_name != 'pull_request'
        run: holdfast check
"""


def workflow(branch: str) -> str:
    """Write a GitHub workflow for a repository whose main branch is `branch`."""
    return WORKFLOW.replace("[BRANCH]", f"[{quoted(branch)}]")
