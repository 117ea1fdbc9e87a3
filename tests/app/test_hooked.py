"""One answer in time or none, whatever the child is caught in."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DONE = "channel().deliver('answer')"


def run(body: str) -> subprocess.CompletedProcess[bytes]:
    script = f"import os, sys, time\nsys.path.insert(0, {str(ROOT)!r})\nfrom app.hooked import channel, guarded\n"
    script += "def run():\n"
    script += "".join(f"    {line}\n" for line in body.split("\n")) + "guarded(run)\n"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30, check=False, cwd=ROOT)


@pytest.mark.parametrize(
    ("body", "out"),
    [
        (DONE, b"answer\n"),
        ("pass", b""),
        (f"print('noise')\n{DONE}", b"answer\n"),
        ("raise SystemExit(2)", b""),
        ("raise ValueError", b""),
        ("os.kill(os.getpid(), 9)", b""),
        ("os._exit(2)", b""),
        (f"{DONE}\ntime.sleep(3)", b"answer\n"),
        ("channel().done()\ntime.sleep(3)", b""),
        ("time.sleep(5)", b""),
        ("channel().deliver('x' * 300_000 + '\\u00e9')", b"x" * 300_000 + b"\xc3\xa9\n"),
        ("channel().deliver('x' * 2_000_000)", b""),
    ],
)
def test_it_leaves_with_0_and_prints_one_answer_or_nothing(body, out):
    done = run(body)
    assert (done.returncode, done.stdout, done.stderr) == (0, out, b"")


@pytest.mark.parametrize(("before", "told"), [("pass", "True"), ("time.sleep(1.2)", "False")])
def test_the_child_learns_whether_its_answer_was_printed(tmp_path, before, told):
    place = tmp_path / "told"
    run(f"{before}\ntold = str({DONE})\nwith open({str(place)!r}, 'w') as file: file.write(told)")
    for _ in range(200):
        if place.exists() and place.read_text():
            break
        time.sleep(0.05)
    assert place.read_text() == told
