"""A first spec for a repository that has none: invariants that its import graph fulfils today. Pure.

Proposes; whoever calls it evaluates the proposal and keeps what holds. Says nothing that it has not seen in the graph.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from posixpath import commonprefix

from drift.graphs.names import separator_of
from drift.index import CodeIndex

MOST_PARTS, MOST_GROUPS = 14, 4
MOST_INNER = 3
FEWEST_MODULES, FEWEST_PARTS, SHARE = 3, 2, 10
# Beside the product: what is found there is no architecture.
ASIDE = frozenset(
    {"doc", "docs", "test", "tests", "example", "examples", "scripts", "benchmarks", "spikes", "node_modules"}
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One invariant with the prose that goes with it. `weaker` is what to promise where `yaml` does not hold."""

    id: str
    title: str
    prose: str
    yaml: tuple[str, ...]
    weaker: tuple[str, ...] = ()

    @property
    def fallback(self) -> "Proposal | None":
        """The weaker form to try when this one does not hold."""
        return replace(self, yaml=self.weaker, weaker=()) if self.weaker else None


def proposals(index: CodeIndex) -> tuple[Proposal, ...]:
    """Propose layers and the absence of cycles for the largest groups of modules, and that tests stay outside.

    Where a group as a whole is too wide or too tangled for layers, its largest parts are proposed as well.
    """
    found: list[Proposal] = []
    for group in groups(index):
        own = inside(index, group)
        found += own
        if not any(one.yaml[0] == "kind: layers" for one in own):
            parts = {part: len(parts_of(index, part)) for part in parts_of(index, group)}
            for part in sorted(parts, key=lambda part: (-parts[part], part))[:MOST_INNER]:
                found += inside(index, part)
    return (*found, *tests_outside(index))


def inside(index: CodeIndex, group: str) -> list[Proposal]:
    """Propose what may hold among the parts of one group."""
    parts = parts_of(index, group)
    if len(parts) < FEWEST_PARTS:
        return []
    levels = layered(parts)
    layers = [layers_proposal(group, levels)] if len(levels) > 1 else []
    return [*layers, acyclic_proposal(group)]


def groups(index: CodeIndex) -> list[str]:
    """Name the largest groups of product modules: what all names with the same first segment share."""
    families: dict[tuple[str, str], list[list[str]]] = {}
    for name, module in index.modules.items():
        separator = separator_of(name, module.path)
        segments = name.split(separator)
        if not module.test and separator in name and not ASIDE.intersection(segments[:2]):
            families.setdefault((separator, segments[0]), []).append(segments)
    sizes = {separator.join(commonprefix(names)): len(names) for (separator, _), names in families.items()}
    least = max([FEWEST_MODULES, *(size // SHARE for size in sizes.values())])
    large = [name for name, size in sizes.items() if size >= least]
    return sorted(large, key=lambda name: (-sizes[name], name))[:MOST_GROUPS]


def tests_outside(index: CodeIndex) -> list[Proposal]:
    """Propose that the product does not import the tests that lie beside it."""
    tops = {name.split(".")[0] for name, module in index.modules.items() if module.language == "python"}
    tests = sorted(tops & {"test", "tests"})
    return [tests_proposal(group, tests[0]) for group in groups(index)[:1] if tests and "/" not in group]


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
    path = "/" in levels[0][0] and "." not in group.partition("/")[0]
    inside_of = () if path else (f"containers: [{quoted(group)}]",)
    rows = [" | ".join(part if path else part.removeprefix(group)[1:] for part in level) for level in levels]
    return Proposal(
        f"{slug(group)}-layers",
        f"Layers of {group}",
        "Imports flow downwards, in this order. Parts on one line do not import each other.",
        (
            *("kind: layers", *inside_of, "layers:", *(f"  - {quoted(row)}" for row in rows)),
            "why: What lies below can be used and tested without what lies above.",
        ),
    )


def tests_proposal(group: str, tests: str) -> Proposal:
    """Propose that a group does not import the tests."""
    return Proposal(
        f"{slug(group)}-without-tests",
        f"{group} knows no tests",
        "What is shipped works without the tests.",
        ("kind: forbidden", f"from: [{quoted(group)}]", f"to: [{quoted(tests)}]", "why: Tests are not shipped."),
    )


def acyclic_proposal(group: str) -> Proposal:
    """Propose that parts do not import each other in a circle: at all levels, else at the first."""
    yaml = ("kind: acyclic", f"within: {quoted(group)}")
    why = "why: Parts in a circle can only be understood together."
    return Proposal(
        f"{slug(group)}-acyclic",
        f"No cycles in {group}",
        f"The parts of `{group}` do not import each other in a circle.",
        (*yaml, why),
        (*yaml, "depth: 1", why),
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
