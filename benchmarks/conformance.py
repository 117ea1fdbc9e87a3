"""Hold hand-translated import-linter contracts against `lint-imports`: the same verdict for each contract.

    python -m benchmarks.conformance CHECKOUT SPECS [--config .importlinter] [--cwd .] [--path src:.] [--strip]

CHECKOUT is a work tree that ships import-linter contracts, SPECS a folder with the same contracts as invariants
(`benchmarks/conformance/NAME`). With `--strip` every ignored import is taken out on both sides first, so that tolerated
debt shows as broken contracts. Both tools run as whole processes on one throw-away copy. Exit 1 where verdicts differ.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent


def peer_verdicts(cwd: Path, config: str, path: str) -> dict[str, str]:
    """Run `lint-imports` and read the verdict of each contract by name."""
    env = {**os.environ, "PYTHONPATH": path, "COLUMNS": "1000", "NO_COLOR": "1"}
    command = [str(BIN / "lint-imports"), "--no-cache", "--config", config]
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300)
    rows = re.findall(r"(?m)^(.+?) (KEPT|BROKEN)(?: \(.*\))?\s*$", done.stdout)
    if not rows:
        sys.exit(f"lint-imports gave no verdicts:\n{done.stdout}{done.stderr}")
    return {name: verdict.lower() for name, verdict in rows}


def own_verdicts(cwd: Path, specs: Path) -> dict[str, str]:
    """Run `holdfast check` and read the verdict of each invariant by name."""
    command = [str(BIN / "holdfast"), "check", ".", "--specs", str(specs), "--format", "json", "--no-cache"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode not in {0, 1}:
        sys.exit(f"holdfast check failed ({done.returncode}):\n{done.stderr}")
    report = json.loads(done.stdout)
    return {row["name"]: row["verdict"] for row in report["invariants"] if row["name"]}


def strip_peer(config: Path) -> None:
    """Take every `ignore_imports` out of an ini configuration."""
    text = config.read_text()
    pattern = r"(?m)^ignore_imports[ \t]*=[^\n]*\n(?:(?:[ \t]+[^\n]*|[ \t]*#[^\n]*|[ \t]*)\n)*?(?=\S|\Z|[ \t]*\n\S)"
    config.write_text(re.sub(pattern, "", text + "\n"))


def strip_own(specs: Path) -> None:
    """Take every `except` out of the translated specs."""
    for spec in specs.glob("*.md"):
        spec.write_text(re.sub(r"(?m)^except:\n(?:  .*\n)+", "", spec.read_text()))


def main() -> None:
    """Compare both tools on one copy of the checkout and print a line for each contract."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("specs", type=Path)
    parser.add_argument("--config", default=".importlinter")
    parser.add_argument("--cwd", default=".")
    parser.add_argument("--path", default="src:.")
    parser.add_argument("--strip", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(options.checkout, copy, symlinks=True)
        specs = copy / options.cwd / "translated-specs"
        shutil.copytree(options.specs, specs)
        if options.strip:
            strip_peer(copy / options.cwd / options.config)
            strip_own(specs)
        cwd = copy / options.cwd
        peer, own = peer_verdicts(cwd, options.config, options.path), own_verdicts(cwd, specs)
    for name, verdict in peer.items():
        mark = "same" if own.get(name) == verdict else "DIFFERS"
        print(f"{mark:8}{verdict:8}{own.get(name, 'missing'):10}{name}")
    same = sum(own.get(name) == verdict for name, verdict in peer.items())
    print(f"{options.checkout.name}: {same} of {len(peer)} verdicts the same")
    sys.exit(0 if same == len(peer) else 1)


if __name__ == "__main__":
    main()
