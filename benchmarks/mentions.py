"""Score and time `holdfast check --only mentions` on checkouts with known drift, in the plain command's own JSON.

    python -m benchmarks.mentions CHECKOUTS INDEX.jsonl[.gz] [SCORE.py] [--every N]

CHECKOUTS holds a work tree `OWNER+NAME@COMMIT` (twelve digits) for repositories and commits of INDEX, with its history.
Each is timed: cold (no cache), unchanged, without a kept verdict (warm, as after an edit), and with one commit more
than the cache has seen. Seconds of whole processes, on the clock and of processor time. SCORE.py is the scorer that
came with the index: with it the command runs once more in each of these checkouts, and what it finds is compared.
Last comes what is wanted of each figure, and whether it was met.
"""

import argparse
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

COMMAND = [sys.executable, "-m", "holdfast", "check", "--only", "mentions", "--format", "json"]
RIGHT = 12
MANY = 5000
WAYS = ("cold", "unchanged", "warm", "next commit")
Spent = tuple[float, float]


def run(command: list[str], cwd: Path, cache: Path) -> tuple[Spent, bytes]:
    """Run one check to its end: the seconds it took on the clock, those of processor time, and what it wrote."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    env = {**os.environ, "HOLDFAST_CACHE_DIR": str(cache)}
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=env, timeout=900)
    clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(f"{cwd}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return (clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), done.stdout


def git(cwd: Path, *arguments: str) -> str:
    """Run git in a checkout."""
    done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, check=False, text=True)
    return done.stdout.strip()


def timed(checkout: Path, cache: Path) -> dict[str, object]:
    """Time one checkout: cold, unchanged, without a kept verdict, and what one commit more costs."""
    cold, out = run(COMMAND, checkout, cache)
    same, _ = run(COMMAND, checkout, cache)
    shutil.rmtree(cache / "verdicts", ignore_errors=True)
    warm, again = run(COMMAND, checkout, cache)
    shutil.rmtree(cache)
    run([*COMMAND, "--rev", "HEAD^"], checkout, cache)
    shutil.rmtree(cache / "verdicts", ignore_errors=True)
    at_parent, _ = run([*COMMAND, "--rev", "HEAD^"], checkout, cache)
    one, _ = run([*COMMAND, "--rev", "HEAD"], checkout, cache)
    if out != again:
        sys.exit(f"{checkout}: a warm check answers differently")
    commits = int(git(checkout, "rev-list", "--count", "--first-parent", "HEAD") or 0)
    more = (one[0] - at_parent[0], one[1] - at_parent[1])
    row = {**dict(zip(WAYS, (cold, same, warm, more), strict=True)), "commits": commits}
    return {**row, "findings": json.loads(out)["findings"]}


def labels(index: Path, among: Collection[str]) -> Iterator[dict[str, object]]:
    """Give the rows of an index that speak of these checkouts."""
    opened = gzip.open if index.suffix == ".gz" else open
    with opened(index, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if checkout_of(row) in among:
                yield row


def checkout_of(row: dict[str, str]) -> str:
    """Name the checkout that a row speaks of."""
    return f"{row['repo'].replace('/', '+')}@{row['commit'][:RIGHT]}"


def named_right(rows: Collection[dict[str, object]], found: dict[str, list[dict[str, object]]]) -> tuple[int, int]:
    """Count the true findings, and those that name the commit which removed the name."""
    right = hits = 0
    for row in rows:
        for one in found.get(checkout_of(row), ()) if row["label"] == "positive" else ():  # type: ignore[arg-type]
            near = any(abs(int(str(one["line"])) - line) <= 1 for line in row["lines"])  # type: ignore[attr-defined]
            if one["path"] == row["doc"] and near and str(one["reference"]).strip("-") in str(row["ref"]):
                hits += 1
                right += one.get("removed_in") == row["removed_in"]
                break
    return right, hits


def score(script: Path, checkouts: Path, rows: Collection[dict[str, object]]) -> None:
    """Run the scorer on the labels of the checkouts that are there."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as index:
        index.writelines(json.dumps(row) + "\n" for row in rows)
        index.flush()
        words = [sys.executable, str(script), "--checkouts", str(checkouts), "--index", index.name]
        subprocess.run([*words, "--cmd", " ".join(COMMAND)], check=False)


def main() -> None:
    """Time, score, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("checkouts", "index"):
        parser.add_argument(name, type=Path)
    parser.add_argument("score", type=Path, nargs="?")
    parser.add_argument("--every", type=int, default=1, help="only every so many-th checkout")
    given = parser.parse_args()
    checkouts = given.checkouts.resolve()
    places = sorted(path for path in checkouts.iterdir() if (path / ".git").exists())[:: given.every]
    if not places:
        sys.exit(f"{checkouts} holds no checkouts")
    rows = {}
    for place in places:
        with tempfile.TemporaryDirectory() as folder:
            rows[place.name] = timed(place, Path(folder) / "cache")
    known = list(labels(given.index, rows))
    if given.score:
        score(given.score.resolve(), checkouts, known)
    right, hits = named_right(known, {name: row["findings"] for name, row in rows.items()})  # type: ignore[misc]
    print(f"{len(rows)} checkouts; removing commit named right: {right} of {hits} (wanted: 90 %)")
    print("\n| | s, median | s, largest | s CPU, median | s CPU, largest |\n| --- | ---: | ---: | ---: | ---: |")
    medians = {}
    for name in WAYS:
        clock, cpu = zip(*(row[name] for row in rows.values()), strict=True)  # type: ignore[misc]
        medians[name] = (statistics.median(clock), statistics.median(cpu))
        print(f"| {name} | {medians[name][0]:.2f} | {max(clock):.2f} | {medians[name][1]:.2f} | {max(cpu):.2f} |")
    per = [row["cold"][0] / max(1, row["commits"]) * MANY for row in rows.values()]  # type: ignore[index, operator, call-overload]
    print(f"\ncold, for {MANY} commits: median {statistics.median(per):.1f} s, largest {max(per):.1f} s")
    wanted = (("warm", medians["warm"][0], 2.0), ("one commit more, CPU", medians["next commit"][1], 0.1))
    for name, value, most in (*wanted, (f"cold, for {MANY} commits", statistics.median(per), 180.0)):
        print(f"{name}: {value:.2f} s, at most {most} wanted: {'met' if value <= most else 'missed'}")


if __name__ == "__main__":
    main()
