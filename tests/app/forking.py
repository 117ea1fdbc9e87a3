"""Starts the product's command as forks of one process that has loaded it: a server is up in a third of the time.

    python -m tests.app.forking

Reads requests from its standard input and answers each with one line of JSON: `{"arguments", "doom", "environment",
"folder", "output", "errors"}` forks a command and gives its process id; `{"of": PID}` gives its exit code (as
`subprocess` does), or null while it runs; the end of the input ends it.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.programs import processes

ROOT = Path(__file__).resolve().parents[2]


class Forks:
    """The process that forks, started when first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any]) -> Any:
        """Send a request and give the answer."""
        with self._lock:
            if self._process is None:
                command = [sys.executable, "-m", "tests.app.forking"]
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
                atexit.register(self._process.communicate)  # which ends its input, and so the process
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


FORKS = Forks()


class Forked:
    """A command that runs as a fork; answers as `subprocess.Popen` would."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.pid: int = FORKS.ask(request)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = FORKS.ask({"of": self.pid})
        return self.returncode

    def send_signal(self, name: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, name)

    def wait(self, seconds: float) -> int:
        if not processes.wait_until(lambda: self.poll() is not None, seconds):
            raise TimeoutError(f"process {self.pid} did not end in {seconds} seconds")
        assert self.returncode is not None
        return self.returncode


def fork(request: dict[str, Any]) -> int:
    """Run a command in a child of this process, and give its process id."""
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        for number, path, how in ((1, request["output"], os.O_TRUNC), (2, request["errors"], os.O_APPEND)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | how), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(request["arguments"], request["doom"])
    finally:
        os._exit(70)


def run(arguments: list[str], doom: list[Any] | None) -> None:
    """Run the command to its end, and leave with its code."""
    # ruff: noqa: PLC0415 (who only asks loads nothing of this)
    import holdfast
    from tests.app.killing import Killer, arm

    if doom:
        arm(Killer(*doom))
    sys.argv = ["holdfast", *arguments]
    code: Any = 1
    try:
        holdfast.main()
        code = 0
    except SystemExit as left:
        code = left.code
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def code_of(child: int) -> int | None:
    """Give how a child ended, or None while it runs."""
    ended, status = os.waitpid(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def main() -> None:
    """Load the server, then answer."""
    from app.programs.loading import loading

    with loading():
        import app.cli.serve
        import app.serving  # noqa: F401 (for those who are forked)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        answer = code_of(request["of"]) if "of" in request else fork(request)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
