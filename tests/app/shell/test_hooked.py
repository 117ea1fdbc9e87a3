"""One answer in time or none, whatever the child is caught in; and `holdfast hook` as a process."""

import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.app.cli.hook_samples import FILES, said
from tests.repositories import Repo

ROOT = Path(__file__).resolve().parents[3]
DONE = "channel().deliver('answer')"


def run(body: str) -> subprocess.CompletedProcess[bytes]:
    script = f"import os, sys, time\nsys.path.insert(0, {str(ROOT)!r})\nfrom app.shell.hooked import channel, guarded\n"
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


def real(
    words: list[str], cwd: Path, cache: Path, data: bytes | None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own; with no data, its input is left open."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); import holdfast; holdfast.main()"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    environment = {**kept, "XDG_CACHE_HOME": str(cache), **env}
    if data is None:
        reading, writing = os.pipe()
        try:
            return subprocess.run(
                [*command, *words],
                stdin=reading,
                capture_output=True,
                cwd=cwd,
                env=environment,
                timeout=30,
                check=False,
            )
        finally:
            os.close(reading)
            os.close(writing)
    return subprocess.run(
        [*command, *words], input=data, capture_output=True, cwd=cwd, env=environment, timeout=30, check=False
    )


PROMPT = ["hook", "UserPromptSubmit"]


@pytest.mark.parametrize(
    ("words", "data", "env"),
    [
        (PROMPT, b"", {}),
        (PROMPT, b"{", {}),
        (PROMPT, b"[1, 2]", {}),
        (PROMPT, b"\xff\xfe\x00", {}),
        (PROMPT, b'{"session_id": 3, "cwd": ["x"], "prompt": {"a": 1}}', {}),
        (PROMPT, b'{"session_id": "../../x", "cwd": "/nonexistent", "prompt": "\\ud800 refunds of parcels"}', {}),
        (PROMPT, b"[" * 100_000, {}),
        (PROMPT, None, {}),
        (["hook", "Nonsense"], b"{}", {}),
        (["hook"], b"{}", {}),
        ([*PROMPT, "--client", "nobody"], b"{}", {}),
        (PROMPT, b"{}", {"HOLDFAST_PORT": "many"}),
        (PROMPT, b"{}", {"HOME": "", "XDG_CACHE_HOME": ""}),
    ],
)
def test_whatever_comes_it_leaves_with_0_and_says_nothing(tmp_path, words, data, env):
    done = real(words, tmp_path, tmp_path / "cache", data, **env)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"Traceback" not in done.stderr


def test_an_answer_that_comes_too_late_says_so_to_whoever_looks_for_it(tmp_path):
    done = real(PROMPT, tmp_path, tmp_path / "cache", None, HOLDFAST_DEBUG="1")
    assert done.stderr.startswith(b"holdfast: no answer in time")


class Silent(BaseHTTPRequestHandler):
    """Takes a question, and never answers."""

    def do_POST(self):
        self.rfile.read(1 << 30)

    def log_message(self, *_words):
        """Say nothing."""


def test_a_server_that_hangs_is_not_waited_for(tmp_path):
    repo = Repo(tmp_path / "repo")
    repo.commit(FILES)
    data = json.dumps(said("UserPromptSubmit", cwd=str(repo.root), prompt="make refunds quicker")).encode()
    with HTTPServer(("127.0.0.1", 0), Silent) as opened:
        Thread(target=opened.serve_forever, daemon=True).start()
        names = {"HOLDFAST_SERVER": f"http://127.0.0.1:{opened.server_port}", "HOLDFAST_PROJECT": "shop"}
        done = real(PROMPT, tmp_path, tmp_path / "cache", data, **names)
        opened.shutdown()
    assert done.returncode == 0
    assert not done.stdout or "within ten days" in json.loads(done.stdout)["hookSpecificOutput"]["additionalContext"]


def test_help_is_for_people(tmp_path):
    done = real(["hook", "--help"], tmp_path, tmp_path / "cache", b"")
    assert done.returncode == 0
    assert b"UserPromptSubmit" in done.stdout
