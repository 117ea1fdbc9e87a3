"""Plot what a check costs against the size of the tree: `python -m benchmarks.scale OUT.svg [--sizes 1000,5000,...]`.

Made-up Python packages (no real one comes in four sizes), one file of contracts, whole processes: nothing cached,
unchanged, ten files freshly changed, and a pull request of ten files. Prints a table and writes the plot.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.check_speed import BIN, GIT, change, commit, forget, run
from benchmarks.spread import python_modules
from benchmarks.targets import Cost

CONTRACT = """[importlinter]
root_package = made
[importlinter:contract:a]
name = a
type = forbidden
source_modules =
    made.g0001
forbidden_modules =
    made.g0005
[importlinter:contract:b]
name = b
type = layers
layers =
    made.g0002
    made.g0001
    made.g0000
"""
CHECK = (str(BIN / "holdfast"), "check", ".", "--contracts", ".importlinter")
COLOURS = {"cold": "#c0392b", "unchanged": "#2471a3", "10 changed": "#1e8449", "pull request": "#7d3c98"}
WIDTH, HEIGHT, MARGIN = 640, 400, 60


def measured(size: int, runs: int) -> dict[str, Cost]:
    """Measure one size; medians on the clock, the greatest memory."""
    found: dict[str, list[Cost]] = {name: [] for name in COLOURS}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        python_modules(work, size)
        (work / ".importlinter").write_text(CONTRACT)
        commit(work)
        for number in range(runs):
            run([*GIT, "checkout", "-q", "main"], work, ok=(0,))
            forget(work)
            found["cold"].append(run(CHECK, work))
            found["unchanged"].append(run(CHECK, work))
            change(work, "made", number)
            found["10 changed"].append(run(CHECK, work))
            run([*GIT, "checkout", "-q", "-B", "topic"], work, ok=(0,))
            change(work, "made", 1000 + number)
            run([*GIT, "commit", "-qam", "change"], work, ok=(0,))
            found["pull request"].append(run([*CHECK, "--base", "main"], work))
    return {
        name: Cost(
            statistics.median(cost.wall for cost in costs),
            statistics.median(cost.cpu for cost in costs),
            max(cost.memory for cost in costs),
        )
        for name, costs in found.items()
    }


def plotted(rows: dict[int, dict[str, Cost]]) -> str:
    """Draw seconds against modules, both scales linear."""
    most, top = max(rows), max(cost.wall for row in rows.values() for cost in row.values())

    def place(size: int, seconds: float) -> tuple[float, float]:
        return MARGIN + size / most * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - seconds / top * (HEIGHT - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{MARGIN}" y="20">holdfast check: seconds by modules</text>',
    ]
    for step in range(5):
        x, y = place(most * step // 4, top * step / 4)
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{most * step // 4:,}</text>')
        parts.append(f'<text x="{MARGIN - 6}" y="{y + 4:.0f}" text-anchor="end">{top * step / 4:.1f}</text>')
        parts.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
    for number, (name, colour) in enumerate(COLOURS.items()):
        points = [place(size, row[name].wall) for size, row in sorted(rows.items())]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{MARGIN + 10}" y="{MARGIN + 16 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sizes", default="1000,5000,15000,50000")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rows = {}
    heads = " | ".join(f"{name} s | MiB" for name in COLOURS)
    print(f"| modules | {heads} |\n| ---: {'| ---: ' * (2 * len(COLOURS))}|")
    for size in map(int, options.sizes.split(",")):
        rows[size] = measured(size, options.runs)
        cells = " | ".join(f"{cost.wall:.2f} | {cost.memory:.0f}" for cost in rows[size].values())
        print(f"| {size:,} | {cells} |")
        sys.stdout.flush()
    options.out.write_text(plotted(rows))


if __name__ == "__main__":
    main()
