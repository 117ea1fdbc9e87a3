"""Score and time `holdfast check --only mentions` on checkouts with known drift, in the plain command's own JSON.

    python -m benchmarks.mentions CHECKOUTS INDEX.jsonl[.gz] SCORE.py

CHECKOUTS holds one work tree for each repository and commit of INDEX, with its history; SCORE.py is the scorer that
came with the index: it runs the command in each checkout and compares. Each checkout is then timed: cold (no cache),
unchanged, and with HEAD moved on by one commit while the cache is that of its parent. CPU seconds of whole processes.
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
from pathlib import Path

COMMAND = [sys.executable, "-m", "holdfast", "check", "--only", "mentions", "--format", "json"]
RIGHT = 12
MANY = 5000


def cpu(command: list[str], cwd: Path, cache: Path) -> tuple[float, bytes]:
    """Run one check to its end and give its CPU seconds and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "HOLDFAST_CACHE_DIR": str(cache)}
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, env=env, timeout=900)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(f"{cwd}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def git(cwd: Path, *arguments: str) -> str:
    """Run git in a checkout."""
    done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, check=False, text=True)
    return done.stdout.strip()


def timed(checkout: Path, cache: Path) -> dict[str, object]:
    """Time one checkout: cold, unchanged, without a kept verdict, and what one commit more costs."""
    cold, out = cpu(COMMAND, checkout, cache)
    same, _ = cpu(COMMAND, checkout, cache)
    shutil.rmtree(cache / "verdicts", ignore_errors=True)
    warm, again = cpu(COMMAND, checkout, cache)
    shutil.rmtree(cache)
    cpu([*COMMAND, "--rev", "HEAD^"], checkout, cache)
    shutil.rmtree(cache / "verdicts", ignore_errors=True)
    at_parent, _ = cpu([*COMMAND, "--rev", "HEAD^"], checkout, cache)
    one, _ = cpu([*COMMAND, "--rev", "HEAD"], checkout, cache)
    if out != again:
        sys.exit(f"{checkout}: a warm check answers differently")
    commits = int(git(checkout, "rev-list", "--count", "--first-parent", "HEAD") or 0)
    row = {"cold": cold, "unchanged": same, "warm": warm, "next commit": one - at_parent, "commits": commits}
    return {**row, "findings": json.loads(out)["findings"]}


def named_right(index: Path, found: dict[str, list[dict[str, object]]]) -> tuple[int, int]:
    """Count the true findings, and those that name the commit which removed the name."""
    right = hits = 0
    opened = gzip.open if index.suffix == ".gz" else open
    with opened(index, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if row["label"] != "positive":
                continue
            place = f"{row['repo'].replace('/', '+')}@{row['commit'][:RIGHT]}"
            for one in found.get(place, ()):
                near = any(abs(int(str(one["line"])) - line) <= 1 for line in row["lines"])
                if one["path"] == row["doc"] and near and str(one["reference"]).strip("-") in row["ref"]:
                    hits += 1
                    right += one.get("removed_in") == row["removed_in"]
                    break
    return right, hits


def main() -> None:
    """Score, time, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("checkouts", "index", "score"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--every", type=int, default=1, help="time each checkout, or every so many-th")
    given = parser.parse_args()
    places = sorted(path for path in given.checkouts.resolve().iterdir() if (path / ".git").exists())[:: given.every]
    rows = {}
    for place in places:
        with tempfile.TemporaryDirectory() as folder:
            rows[place.name] = timed(place, Path(folder) / "cache")
    scorer = [sys.executable, str(given.score), "--checkouts", str(given.checkouts), "--index", str(given.index)]
    subprocess.run([*scorer, "--cmd", " ".join(COMMAND)], check=False)
    right, hits = named_right(given.index, {name: row["findings"] for name, row in rows.items()})  # type: ignore[misc]
    print(f"removing commit named right: {right} of {hits} in the {len(rows)} checkouts that were timed")
    for name in ("cold", "unchanged", "warm", "next commit"):
        spent = [float(str(row[name])) for row in rows.values()]
        print(f"{name}: median {statistics.median(spent):.2f} s, largest {max(spent):.2f} s of CPU")
    per = [float(str(row["cold"])) / max(1, int(str(row["commits"]))) * MANY for row in rows.values()]
    print(f"cold, for {MANY} commits: median {statistics.median(per):.1f} s, largest {max(per):.1f} s of CPU")


if __name__ == "__main__":
    main()
