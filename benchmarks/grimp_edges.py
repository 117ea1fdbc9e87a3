"""Compare our Python import edges with grimp's: `python -m benchmarks.grimp_edges FOLDER PACKAGE...`.

FOLDER is the source root that holds the packages. Prints what is missing and what is extra, and exits 1 when an edge
is missing. Extra edges are expected where grimp does not look: files in folders without `__init__.py`, dynamic
imports, stubs, and packages nobody asked about. Imports of a module by itself are left out on both sides.
"""

import argparse
import sys
import time
from pathlib import Path

import grimp

from drift.build import build_index
from drift.extract import extract, language_for
from drift.facts import EdgeAttribute, Tier

Pairs = set[tuple[str, str]]


def edges_of_grimp(packages: list[str]) -> tuple[Pairs, set[str]]:
    """Give the pairs and modules of the graph import-linter would check."""
    graph = grimp.build_graph(*packages, cache_dir=None, include_external_packages=False)
    pairs = {
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer != imported
    }
    return pairs, set(graph.modules)


def edges_of_ours(folder: Path, packages: list[str]) -> tuple[Pairs, Pairs, set[str]]:
    """Give the pairs grimp could see, those only we look for, and the modules."""
    files = [path for package in packages for path in (folder / package).rglob("*") if path.is_file()]
    files += [path for package in packages for path in [folder / f"{package}.py"] if path.is_file()]
    texts = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if language_for(path.name)}
    facts = {path: extract(path, text, Tier.IMPORTS) for path, text in texts.items() if path.endswith((".py", ".pyi"))}
    index = build_index(facts, facts, {}, ("",))
    plain, only_ours = set(), set()
    for edge in index.edges:
        if EdgeAttribute.EXTERNAL not in edge.attributes:
            special = EdgeAttribute.DYNAMIC in edge.attributes or edge.path.endswith(".pyi")
            (only_ours if special else plain).add((edge.importer, edge.imported))
    return plain, only_ours - plain, set(index.modules)


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("package", nargs="+")
    parser.add_argument("--show", type=int, default=20, help="how many differing pairs to print")
    options = parser.parse_args()
    folder = options.folder.resolve()
    sys.path.insert(0, str(folder))
    started = time.process_time()
    theirs, their_modules = edges_of_grimp(options.package)
    between = time.process_time()
    ours, only_ours, our_modules = edges_of_ours(folder, options.package)
    ended = time.process_time()
    seen_by_both = {pair for pair in ours if set(pair) <= their_modules}
    missing, extra = sorted(theirs - ours), sorted(seen_by_both - theirs)
    print(f"{' '.join(options.package)}: modules grimp {len(their_modules)}, ours {len(our_modules)}")
    print(f"  edges: grimp {len(theirs)}, both {len(theirs & ours)}, missing {len(missing)}, extra {len(extra)}")
    print(f"  edges of modules grimp does not see: {len(ours - seen_by_both)}; dynamic or stub: {len(only_ours)}")
    print(f"  CPU seconds, cold: grimp {between - started:.2f}, ours {ended - between:.2f}")
    for label, pairs in (("missing", missing), ("extra", extra)):
        for importer, imported in pairs[: options.show]:
            print(f"  {label}: {importer} -> {imported}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
