"""Measures whether what `holdfast learn` writes bites: planted imports that break contracts it has not seen.

    python -m benchmarks.learn CHECKOUTS INDEX [--repo ID] [--drafts DIR]

INDEX is JSON: `repos`, each with `id`, `cwd`, `config` (its contracts) and `variants.injected.injections` (planted
imports: `file` or `importer`, `append`, and what they were aimed at). CHECKOUTS holds a folder for each id. Every
repository is copied without its contracts, learned, held against its own draft (it must have no finding), and then
each planted import is appended alone and the draft asked again: it bites when a finding names the planted file.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HOLDFAST = [sys.executable, "-m", "holdfast"]
CONTRACTS = ("*.importlinter", ".importlinter", "tach*.toml", ".dependency-cruiser*", "deptrac*", ".go-arch-lint*")
ROOT = Path(__file__).resolve().parent.parent


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the product's own command."""
    command = [*HOLDFAST, *words]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def findings(project: Path, specs: Path) -> list[dict[str, Any]]:
    """Give all findings of a check against the draft, of any severity, that come from an invariant."""
    done = run("check", "--specs", str(specs), "--format", "json", cwd=project)
    if done.returncode > 1:
        raise SystemExit(done.stderr)
    return [row for row in json.loads(done.stdout)["findings"] if row["invariant"] and row["kind"] != "mentions"]


def aims(injection: Mapping[str, Any]) -> str:
    """Say what a planted import was aimed at; "" for one that was planted anywhere."""
    return str(injection.get("aimed_at_contract") or injection.get("aimed_at_rule") or "")


def learn(source: Path, repo: Mapping[str, Any], work: Path) -> tuple[Path, Path, str, float]:
    """Copy a repository without its contracts and learn it; gives project, specs, draft and seconds of CPU."""
    project = work / "repo"
    shutil.copytree(source, project, symlinks=True, ignore=shutil.ignore_patterns(".git", *CONTRACTS))
    inner = project / repo["cwd"]
    (inner / "holdfast.toml").write_text("")
    specs = work / "specs"
    started = time.process_time_ns()
    done = run("learn", "--to", str(specs / "learned.md"), cwd=inner)
    spent = (time.process_time_ns() - started) / 1e9
    if done.returncode:
        raise SystemExit(f"{repo['id']}: {done.stderr}")
    return inner, specs, (specs / "learned.md").read_text(), spent


def planted(project: Path, specs: Path, repo: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Append each planted import alone, and say whether the draft has a finding about its file."""
    for injection in repo["variants"]["injected"]["injections"]:
        file = project / (injection.get("file") or injection["importer"])
        before = file.read_bytes()
        file.write_bytes(before + injection["append"].encode())
        try:
            yield injection, bool(findings(project, specs))
        finally:
            file.write_bytes(before)


def main() -> None:
    """Learn, plant, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--repo", help="only this repository")
    parser.add_argument("--drafts", type=Path, help="keep the drafts here")
    asked = parser.parse_args()
    total = {"aimed": [0, 0], "other": [0, 0]}
    for repo in json.loads(asked.index.read_text())["repos"]:
        injected = repo["variants"].get("injected")
        if not injected or (asked.repo and repo["id"] != asked.repo) or not (asked.checkouts / repo["id"]).is_dir():
            continue
        with tempfile.TemporaryDirectory() as place:
            project, specs, draft, _ = learn(asked.checkouts / repo["id"], repo, Path(place))
            if asked.drafts:
                asked.drafts.mkdir(parents=True, exist_ok=True)
                (asked.drafts / f"{repo['id']}.md").write_text(draft)
            holds = not findings(project, specs)
            counts = {"aimed": [0, 0], "other": [0, 0]}
            for injection, bites in planted(project, specs, repo):
                sort = "aimed" if aims(injection) else "other"
                counts[sort][0] += bites
                counts[sort][1] += 1
        for sort, (hit, of) in counts.items():
            total[sort][0] += hit
            total[sort][1] += of
        lines = len(draft.splitlines())
        told = ", ".join(f"{sort} {hit}/{of}" for sort, (hit, of) in counts.items())
        print(
            f"{repo['id']:<28} {lines:>3} lines  {'holds' if holds else 'DOES NOT HOLD'}  flagged: {told}", flush=True
        )
    share = total["aimed"][0] / max(total["aimed"][1], 1)
    print(f"all: aimed at contracts {total['aimed'][0]}/{total['aimed'][1]} ({share:.0%}), anywhere {total['other']}")


if __name__ == "__main__":
    main()
