"""Time `holdfast check` beside `lint-imports` on one real package, whole processes, runs interleaved.

    python -m benchmarks.check_speed DIR PACKAGE [--runs 7]

DIR holds the package (an unpacked wheel or sdist will do); it is copied, made a git repository, and given the same
three contracts for both tools. Each round measures, in turn: cold (both caches empty), warm unchanged, and warm with
ten files freshly changed. Medians are printed, and the ratio of the pairs. For `holdfast version`: CPU seconds.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BIN = Path(sys.executable).parent
CHANGED = 10


def run(command: list[str], cwd: Path, *, ok: tuple[int, ...] = (0, 1)) -> float:
    """Run one process to its end and give its wall seconds."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600)
    spent = time.monotonic() - start
    if done.returncode not in ok:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return spent


def children_cpu() -> float:
    """CPU seconds of all ended children so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def subpackages(package: Path) -> list[str]:
    """The three largest subpackages, by number of modules: what the contracts are about."""
    sizes = {
        child.name: sum(1 for _ in child.rglob("*.py"))
        for child in package.iterdir()
        if (child / "__init__.py").is_file()
    }
    names = sorted(sizes, key=lambda name: (-sizes[name], name))[:3]
    return [f"{package.name}.{name}" for name in names]


def prepare(source: Path, package: str, work: Path) -> None:
    """Copy the package, write the same contracts for both tools, and commit it all."""
    shutil.copytree(source / package, work / package)
    first, second, third = subpackages(work / package)
    (work / ".importlinter").write_text(
        f"[importlinter]\nroot_package = {package}\ninclude_external_packages = True\n"
        f"[importlinter:contract:a]\nname = a\ntype = forbidden\n"
        f"source_modules =\n    {first}\nforbidden_modules =\n    {second}\n"
        f"[importlinter:contract:b]\nname = b\ntype = independence\nmodules =\n    {second}\n    {third}\n"
        f"[importlinter:contract:c]\nname = c\ntype = layers\nlayers =\n    {first}\n    {third}\n"
    )
    specs = work / "docs" / "specs"
    specs.mkdir(parents=True)
    (specs / "contracts.md").write_text(
        "# Contracts\n\n"
        f"```yaml invariant\nid: a\nkind: forbidden\nfrom: [{first}]\nto: [{second}]\n```\n\n"
        f"```yaml invariant\nid: b\nkind: independent\nmodules: [{second}, {third}]\n```\n\n"
        f"```yaml invariant\nid: c\nkind: layers\nlayers: [{first}, {third}]\n```\n"
    )
    (work / ".gitignore").write_text(".import_linter_cache/\n.holdfast/\n__pycache__/\n")
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        run([*git, *step], work, ok=(0,))


def change(work: Path, package: str, stamp: int) -> None:
    """Give ten files contents that neither tool has seen before."""
    files = sorted((work / package).rglob("*.py"))
    for file in files[:: max(1, len(files) // CHANGED)][:CHANGED]:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"\nimport sys as _sys{stamp}\n")


def forget(work: Path) -> None:
    """Empty both caches."""
    shutil.rmtree(work / ".import_linter_cache", ignore_errors=True)
    shutil.rmtree(work / ".holdfast", ignore_errors=True)


def main() -> None:
    """Measure in interleaved rounds and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("package")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    peer = [str(BIN / "lint-imports"), "--config", ".importlinter"]
    own = [str(BIN / "holdfast"), "check", "."]
    times: dict[str, list[tuple[float, float]]] = {"cold": [], "warm, unchanged": [], "warm, 10 files changed": []}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        prepare(options.source, options.package, work)
        os.environ["PYTHONPATH"] = "."
        both: Callable[[], tuple[float, float]] = lambda: (run(own, work), run(peer, work))  # noqa: E731 (one expression)
        for number in range(options.runs):
            forget(work)
            times["cold"].append(both())
            times["warm, unchanged"].append(both())
            change(work, options.package, number)
            times["warm, 10 files changed"].append(both())
        count = sum(1 for _ in (work / options.package).rglob("*.py"))
        before = children_cpu()
        for _ in range(options.runs):
            run([str(BIN / "holdfast"), "version"], work, ok=(0,))
        version = (children_cpu() - before) / options.runs
    print(f"{options.package}: {count} modules, medians of {options.runs} interleaved rounds, whole processes\n")
    print("| | holdfast ms | lint-imports ms | lint-imports / holdfast |\n| --- | --- | --- | --- |")
    for name, rows in times.items():
        mine, theirs = (statistics.median(side) * 1000 for side in zip(*rows, strict=True))
        ratio = statistics.median(b / a for a, b in rows)
        print(f"| {name} | {mine:.0f} | {theirs:.0f} | {ratio:.2f} |")
    print(f"\n`holdfast version`: {version:.3f} s CPU")


if __name__ == "__main__":
    main()
