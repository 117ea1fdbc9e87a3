"""Texts made to be slow or odd: they come to an end, and to what they would in small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specs.merging import merge

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = {
    "one huge line": "word " * 60_000,
    "one huge word": "x" * 400_000,
    "repeated lines": "same\n" * 40_000,
    "blank lines": "\n" * 20_000,
    "deep quotes": "> " * 20_000 + "deep\n",
    "deep lists": "".join("  " * depth + "- item\n" for depth in range(600)),
    "brackets": "[" * 20_000 + "](" * 20_000 + "\n",
    "backticks": " ".join("`" * size for size in range(1, 200)) + "\n",
    "comments": "<!--" * 20_000 + "\n",
    "dotted": "a." * 100_000 + "\n",
    "fences": "```\n" * 8_001,
    "bars": "|" * 40_000 + "\n" + "|-" * 20_000 + "|\n",
    "one long list": "".join(f"{number}. item {number}\n" for number in range(4_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_edit_of_each_side_comes_to_an_end(text: str) -> None:
    base = f"Begin here today.\n\n{text}\n\nEnd here today.\n"
    ours, theirs = base.replace("Begin here", "Start there"), base.replace("End here", "Stop there")
    assert merge(base, ours, theirs).text == ours.replace("End here", "Stop there")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_edits_inside_come_to_an_end(text: str) -> None:
    middle = len(text) // 2
    ours = f"{text[:middle]} ours {text[middle:]}"
    theirs = f"{text[: middle - 1]} theirs {text[middle + 1 :]}"
    found = merge(text, ours, theirs)
    assert "ours" in found.side("ours")
    assert "theirs" in found.side("theirs")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_everything_rewritten_comes_to_an_end(text: str) -> None:
    assert merge(text, text.upper() + "OURS\n", text.replace("e", "3") + "THEIRS\n").pieces


def test_the_seed_of_hashes_changes_nothing() -> None:
    script = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from tests.specs.merging.test_matrix import Made
from specs.merging import merge
made, digest = Made(7), hashlib.sha256()
for _ in range(100):
    base = made.text()
    digest.update(repr(merge(*("".join(lines) for lines in (base, made.edited(base), made.edited(base))))).encode())
print(digest.hexdigest())
"""
    seen = set()
    for seed in ("0", "31337"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script, str(ROOT)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, timeout=120)
        seen.add(done.stdout)
    assert len(seen) == 1
