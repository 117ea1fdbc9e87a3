"""Time `holdfast check` beside its peers on one real package: whole processes, the same contracts, runs interleaved.

    python -m benchmarks.check_speed DIR PACKAGE [--runs 5] [--tach COMMAND] [--typescript 1000 --depcruise COMMAND]

DIR holds the package (an unpacked wheel or sdist will do); it is copied and made a git repository. `lint-imports` and
`holdfast check --contracts` are given the very same file of three contracts. Each round measures, in turn, for both:
nothing cached; unchanged, with full caches; ten files freshly changed since the caches were filled. Then a pull request
of ten changed files, whose base was checked before: with those contracts, and with specs that use every kind. Medians
are printed, the median of the ratios of each round, and the greatest memory. Peers that are named are measured cold:
tach on the same package, dependency-cruiser on made-up TypeScript modules. Last comes what is wanted of each of these
ratios, and whether it was met.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.spread import every_kind, typescript
from benchmarks.targets import Cost, Target, beside, beside_import_linter, of_requests, print_targets

BIN = Path(sys.executable).parent
CHANGED = 10
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], cwd: Path, ok: tuple[int, ...] = (0, 1)) -> Cost:
    """Run one process to its end and give what it cost."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out, env={**ENVIRONMENT, "PYTHONPATH": "."})
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent = time.monotonic() - start
        if process.returncode not in ok:
            out.seek(0)
            sys.exit(f"{command} ended with {process.returncode}:\n{out.read()[-3000:].decode()}")
    return Cost(spent, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


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
    """Copy the package, write the contracts, and commit it all on `main`."""
    shutil.copytree(source / package, work / package)
    first, second, third = subpackages(work / package)
    (work / ".importlinter").write_text(
        f"[importlinter]\nroot_package = {package}\ninclude_external_packages = True\n"
        f"[importlinter:contract:a]\nname = a\ntype = forbidden\n"
        f"source_modules =\n    {first}\nforbidden_modules =\n    {second}\n"
        f"[importlinter:contract:b]\nname = b\ntype = independence\nmodules =\n    {second}\n    {third}\n"
        f"[importlinter:contract:c]\nname = c\ntype = layers\nlayers =\n    {first}\n    {third}\n"
    )
    (work / "tach.toml").write_text(
        'source_roots = ["."]\n'
        + "".join(f'[[modules]]\npath = "{name}"\ndepends_on = []\n' for name in (first, second, third))
    )
    specs = work / "docs" / "specs"
    specs.mkdir(parents=True)
    (specs / "every.md").write_text(every_kind(package, first, second, third))
    commit(work)


def commit(work: Path) -> None:
    """Make a folder a repository whose `main` holds all of it."""
    (work / ".gitignore").write_text(".import_linter_cache/\n.holdfast/\n__pycache__/\n")
    for step in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "base"]):
        run([*GIT, *step], work, ok=(0,))


def change(work: Path, package: str, stamp: int) -> None:
    """Give ten files contents that no tool has seen before."""
    files = sorted((work / package).rglob("*.py"))
    for file in files[:: max(1, len(files) // CHANGED)][:CHANGED]:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"\nimport sys as _sys{stamp}\n\n\ndef _added{stamp}():\n    return _sys{stamp}\n")


def forget(work: Path) -> None:
    """Empty all caches."""
    for name in (".import_linter_cache", ".holdfast", ".tach"):
        shutil.rmtree(work / name, ignore_errors=True)


def rounds(work: Path, package: str, runs: int) -> dict[str, list[list[Cost]]]:
    """Measure import-linter's file with both tools, round by round."""
    own = [str(BIN / "holdfast"), "check", ".", "--contracts", ".importlinter"]
    peer = [str(BIN / "lint-imports"), "--config", ".importlinter"]
    found: dict[str, list[list[Cost]]] = {"cold": [], "warm, unchanged": [], "warm, 10 files changed": []}
    for number in range(runs):
        forget(work)
        for name, costs in found.items():
            if "10" in name:
                change(work, package, number)
            costs.append([run(own, work), run(peer, work)])
        run([*GIT, "checkout", "-q", "--", package], work, ok=(0,))
    return found


def requests(work: Path, package: str, runs: int) -> dict[str, list[list[Cost]]]:
    """Measure pull requests of ten files against a `main` that was checked."""
    check = [str(BIN / "holdfast"), "check", "."]
    ways = {"10 files, the same contracts": ["--contracts", ".importlinter"], "10 files, every kind": []}
    found: dict[str, list[list[Cost]]] = {name: [] for name in ways}
    for number in range(runs):
        for name, extra in ways.items():
            run([*GIT, "checkout", "-q", "main"], work, ok=(0,))
            run([*check, *extra], work)
            run([*GIT, "checkout", "-q", "-B", "topic"], work, ok=(0,))
            change(work, package, 1000 + number)
            run([*GIT, "commit", "-qam", "change"], work, ok=(0,))
            found[name].append([run([*check, *extra, "--base", "main"], work)])
    return found


def cold_peer(work: Path, own: Sequence[str], peer: Sequence[str], runs: int) -> list[list[Cost]]:
    """Measure ours and a peer from nothing."""
    found = []
    for _ in range(runs):
        forget(work)
        found.append([run([str(BIN / "holdfast"), "check", ".", *own], work), run(peer, work, ok=tuple(range(256)))])
    return found


def table(title: str, names: tuple[str, ...], found: dict[str, list[list[Cost]]]) -> None:
    """Print medians; ratios are of the peer to ours, on the clock and of processor time."""
    heads = [f"{name} ms | {name} CPU ms | {name} MiB" for name in names]
    ratio = " | ratio | ratio CPU" if len(names) > 1 else ""
    print(
        f"\n{title}\n\n| | {' | '.join(heads)}{ratio} |\n| --- {'| ---: ' * (3 * len(names) + 2 * (len(names) > 1))}|"
    )
    for name, rows in found.items():
        cells = []
        for place in range(len(names)):
            costs = [row[place] for row in rows]
            wall, cpu = (statistics.median(getattr(cost, what) for cost in costs) * 1000 for what in ("wall", "cpu"))
            cells += [f"{wall:.0f}", f"{cpu:.0f}", f"{max(cost.memory for cost in costs):.0f}"]
        if len(names) > 1:
            cells.append(f"{statistics.median(row[1].wall / row[0].wall for row in rows):.2f}")
            cells.append(f"{statistics.median(row[1].cpu / row[0].cpu for row in rows):.2f}")
        print(f"| {name} | {' | '.join(cells)} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("package")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tach", default="")
    parser.add_argument("--depcruise", default="")
    parser.add_argument("--typescript", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "python"
        prepare(options.source, options.package, work)
        run([str(BIN / "holdfast"), "check", "."], work)  # writes its byte code, where that is missing
        count = sum(1 for _ in (work / options.package).rglob("*.py"))
        title = f"{options.package}: {count:,} modules, {options.runs} rounds"
        found = rounds(work, options.package, options.runs)
        table(title, ("holdfast", "lint-imports"), found)
        asked = requests(work, options.package, options.runs)
        table("A pull request, its base known", ("holdfast",), asked)
        targets: list[Target] = [*beside_import_linter(found, count), *of_requests(asked)]
        run([*GIT, "checkout", "-q", "-f", "main"], work, ok=(0,))
        if options.tach:
            same = cold_peer(work, ["--contracts", "tach.toml"], [options.tach, "check"], options.runs)
            table("tach, nothing cached", ("holdfast", "tach"), {"cold": same})
            targets.append(beside("tach", same))
        if options.depcruise:
            work = Path(folder) / "typescript"
            typescript(work, options.typescript)
            commit(work)
            config = ".dependency-cruiser.json"
            peer = [options.depcruise, "src", "--config", config, "--ts-pre-compilation-deps"]
            same = cold_peer(work, ["--contracts", config], peer, options.runs)
            title = f"dependency-cruiser, {options.typescript:,} TypeScript modules, nothing cached"
            table(title, ("holdfast", "dependency-cruiser"), {"cold": same})
            targets.append(beside("dependency-cruiser", same))
        print_targets(targets)


if __name__ == "__main__":
    main()
