"""What context must know of the code without reading it again: modules, imports, what governs each file, what stands.

Pure. Made of an evaluation, and kept as JSON between commands: an agent that is about to edit a file is told what
governs it long before a large tree could be evaluated. What is read back may be forged or cut: then it is None.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from specs.values import dataclass
from sync.cache.shapes import number, text
from sync.contexts.context import OpenFinding, standing_of
from sync.contexts.ties import Area

if TYPE_CHECKING:
    from drift.findings import Finding
    from drift.report import CheckReport
    from sync.checking.evaluation import Evaluation

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Terrain:
    """The code of a tree as context sees it. `key` names all it was made from, "" where that has no name.

    `modules` are all that are known, `edges` the imports between them: the place of the importer, then of the imported,
    and so on. `module_of` and `governing` are by file.
    """

    key: str
    modules: tuple[str, ...]
    edges: tuple[int, ...]
    module_of: Mapping[str, str]
    governing: Mapping[str, frozenset[str]]
    findings: tuple[OpenFinding, ...]

    def knows(self, path: str) -> bool:
        """Say whether there is such a file, or a folder with files."""
        return path in self.module_of or any(file.startswith(f"{path}/") for file in self.module_of)


def terrain_of(evaluation: "Evaluation", report: "CheckReport", key: str) -> Terrain:
    """Make it of an evaluation, and of the report with the states that the lock gives its findings."""
    index = evaluation.index
    modules = tuple(sorted({*index.module_of.values(), *(name for edge in index.edges for name in edge[:2])}))
    place = {name: at for at, name in enumerate(modules)}
    edges = sorted({(place[edge.importer], place[edge.imported]) for edge in index.edges})
    governing: dict[str, set[str]] = {}
    for result in evaluation.report.invariants:
        for path in result.governs:
            governing.setdefault(path, set()).add(result.id)
    return Terrain(
        key,
        modules,
        tuple(at for pair in edges for at in pair),
        {path: index.module_of.get(path, "") for path in sorted({*index.paths, *governing})},
        {path: frozenset(ids) for path, ids in governing.items()},
        tuple(open_finding(finding) for finding in report.findings if finding.code and finding.state != "fixed"),
    )


def open_finding(finding: "Finding") -> OpenFinding:
    """Give a finding as context tells it, at its line of code or else of the spec."""
    place, accepted = finding.code or finding.spec, finding.accepted
    return OpenFinding(
        finding.fingerprint,
        finding.invariant,
        finding.severity,
        finding.message,
        finding.fix,
        place.path if place else "",
        place.line if place else 0,
        standing_of(finding.state, accepted.until if accepted else ""),
        accepted.because if accepted else "",
    )


def plain(paths: Sequence[str]) -> tuple[str, ...]:
    """Write paths as trees do."""
    return tuple(path.removeprefix("./").strip("/") for path in paths)


def area_of(paths: Sequence[str], terrain: Terrain) -> Area:
    """Say what is known of the touched paths. A file that is yet to be written stands for its folder."""
    wanted = plain(paths)
    present = [path if terrain.knows(path) else str(PurePosixPath(path).parent) for path in wanted]
    touched = [path for path in terrain.module_of if inside(path, present)]
    names = frozenset(terrain.module_of[path] for path in touched) - {""}
    ruled = [
        ids for path in touched if inside(path, [one for one in present if one != "."]) for ids in _ids(terrain, path)
    ]
    return Area(wanted, names, frozenset(_near(names, terrain) - names), frozenset(ruled))


def _ids(terrain: Terrain, path: str) -> frozenset[str]:
    return terrain.governing.get(path, frozenset())


def _near(names: frozenset[str], terrain: Terrain) -> set[str]:
    """Give the modules on the other side of imports from or to these."""
    here = {at for at, name in enumerate(terrain.modules) if name in names}
    ends = terrain.edges
    near = {ends[at + 1] for at in range(0, len(ends), 2) if ends[at] in here}
    near |= {ends[at] for at in range(0, len(ends), 2) if ends[at + 1] in here}
    return {terrain.modules[at] for at in near}


def inside(file: str, paths: Sequence[str]) -> bool:
    """Say whether a file is one of the paths, or below one of them."""
    return any(file == path or file.startswith(f"{path}/") for path in paths)


def standing_in(terrain: Terrain, paths: Sequence[str]) -> list[OpenFinding]:
    """Give the findings that stand in the touched code."""
    wanted = plain(paths)
    return [finding for finding in terrain.findings if inside(finding.path, wanted)]


def encode_terrain(terrain: Terrain) -> bytes:
    """Write what is kept; files that the same invariants govern share one list of them."""
    sets: dict[tuple[str, ...], int] = {}
    place = {name: at for at, name in enumerate(terrain.modules)}
    files = [
        [path, place.get(module, -1), sets.setdefault(tuple(sorted(_ids(terrain, path))), len(sets))]
        for path, module in terrain.module_of.items()
    ]
    value = {
        "format": FORMAT,
        "key": terrain.key,
        "modules": terrain.modules,
        "edges": terrain.edges,
        "sets": list(sets),
        "files": files,
        "findings": [
            [
                *(one.fingerprint, one.invariant, one.severity, one.message, one.fix),
                *(one.path, one.line, one.standing, one.because),
            ]
            for one in terrain.findings
        ],
    }
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def decode_terrain(payload: bytes) -> Terrain | None:
    """Read it back; None for anything that `encode_terrain` did not write."""
    try:
        value: Any = json.loads(payload)
        if value["format"] != FORMAT:
            return None
        modules = tuple(map(text, value["modules"]))
        edges = tuple(map(number, value["edges"]))
        if len(edges) % 2 or (edges and not 0 <= min(edges) <= max(edges) < len(modules)):
            return None
        sets = [frozenset(map(text, ids)) for ids in value["sets"]]
        module_of, governing = {}, {}
        for path, module, ids in value["files"]:
            module_of[text(path)] = modules[module] if module >= 0 else ""
            if sets[ids]:
                governing[path] = sets[ids]
        findings = tuple(_finding(row) for row in value["findings"])
        return Terrain(text(value["key"]), modules, edges, module_of, governing, findings)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _finding(row: Any) -> OpenFinding:
    fingerprint, invariant, severity, message, fix, path, line, standing, because = row
    said = text(fingerprint), text(invariant), text(severity), text(message), text(fix)
    return OpenFinding(*said, text(path), number(line), text(standing), text(because))
