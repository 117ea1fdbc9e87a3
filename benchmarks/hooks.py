"""How long a hook takes from end to end, and what a repeated prompt costs: `python -m benchmarks.hooks [REPOSITORY]`.

Runs `holdfast hook` as a client does, a process a call, in a repository with specs (this one by default): prompts made
of the lines of a text (its CHANGELOG), each sent twice in a session of its own, and edits of its files. States the time
that a client waits, and the second answer as a share of the first.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOLDFAST = Path(sys.executable).with_name("holdfast")
LIMIT = 2_000


def call(event: str, payload: dict[str, object], cache: str) -> tuple[float, str]:
    """Send one event; give how long that took, and the text that the model would get."""
    began = time.perf_counter()
    done = subprocess.run(
        [HOLDFAST, "hook", event],
        input=json.dumps({"hook_event_name": event, **payload}).encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "XDG_CACHE_HOME": cache},
    )
    took = time.perf_counter() - began
    text = json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"] if done.stdout else ""
    return took, text


def told(name: str, times: list[float], texts: list[str]) -> None:
    """Print a line: how long it took, and how often there was something to tell."""
    ordered = sorted(times)
    p95 = ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
    answered = sum(bool(text) for text in texts)
    longest = max((len(text) for text in texts), default=0)
    dear = max((-(-len(text.encode()) // 4) for text in texts), default=0)
    print(
        f"{name:<16} n {len(times):>3}  p50 {statistics.median(times) * 1000:5.0f} ms  p95 {p95 * 1000:5.0f} ms  "
        f"most {ordered[-1] * 1000:5.0f} ms  told {answered:>3}  at most {dear} tokens, {longest} characters"
    )
    if dear > LIMIT:
        raise SystemExit("over the limit")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--text", type=Path, default=None)
    given = parser.parse_args()
    root = given.repository.resolve()
    text = (given.text or root / "CHANGELOG.md").read_text(encoding="utf-8", errors="replace")
    lines = [line.strip("-# ") for line in text.splitlines() if len(line.split()) > 6]  # noqa: PLR2004 (a sentence)
    prompts = [re.sub(r"[`*]", "", line)[:400] for line in lines[:: max(1, len(lines) // given.prompts)]]
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.go", "*.java"], cwd=root, capture_output=True, check=True
    )
    files = listed.stdout.decode().split()[:: max(1, len(listed.stdout.split()) // given.prompts)][: given.prompts]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        call("SessionStart", {"session_id": "warm", "cwd": str(root), "source": "startup"}, cache)
        time.sleep(5)
        first = [
            call("UserPromptSubmit", {"session_id": f"p{at}", "cwd": str(root), "prompt": prompt}, cache)
            for at, prompt in enumerate(prompts)
        ]
        again = [
            call("UserPromptSubmit", {"session_id": f"p{at}", "cwd": str(root), "prompt": prompt}, cache)
            for at, prompt in enumerate(prompts)
        ]
        edits = [
            call(
                event,
                {"session_id": f"e{at}", "cwd": str(root), "tool_name": "Edit", "tool_input": {"file_path": path}},
                cache,
            )
            for event in ("PreToolUse", "PostToolUse")
            for at, path in enumerate(files)
        ]
    rows = {"first prompt": first, "same prompt": again}
    rows |= {"before an edit": edits[: len(files)], "after an edit": edits[len(files) :]}
    for name, found in rows.items():
        told(name, [row[0] for row in found], [row[1] for row in found])
    shares = [len(two[1]) / len(one[1]) for one, two in zip(first, again, strict=True) if one[1]]
    print(f"a repeated prompt costs {max(shares, default=0):.1%} of the first at most")


if __name__ == "__main__":
    main()
