"""`holdfast serve` as people run it: starts from nothing, stops cleanly, says what is wrong."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from app.programs import processes
from tests.app.serving import ROOT, Served


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.close()


def test_from_nothing_to_pages_and_back(served: Served) -> None:
    served.start()
    assert served.get("/ready").json() == {"status": "ready"}
    assert served.get("/metrics").status_code == 200
    link = re.search(r"(http://\S+/welcome)#(\S+)", served.told())
    assert link, served.told()
    with httpx.Client(base_url=served.address) as browser:
        form = {"link": link[2], "password": "a long enough password"}
        assert browser.post("/welcome", data=form).status_code == 303
        assert browser.get("/").status_code == 200
        assert browser.post("/welcome", data=form, headers={"cookie": ""}).status_code == 400
    odd_requests(int(served.address.rsplit(":", 1)[1]))
    assert "Traceback" not in served.told()
    postmaster = served.postmaster
    assert postmaster
    assert served.end(signal.SIGTERM) == 0
    assert not alive(postmaster)
    served.start()
    assert "/welcome#" not in served.output.read_text()
    assert served.end(signal.SIGINT) == 0


HEAD = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
ODD = {
    b"GET /static/../../settings.py" + HEAD: 404,
    b"GET /static/..%2f..%2fsettings.py" + HEAD: 404,
    b"GET /api/v1/projects/%ff%fe" + HEAD: 400,
    b"GET /api/v1/projects/%ed%a0%80" + HEAD: 400,
    b"GET /api/v1/projects/a%00b" + HEAD: 400,
    b"GET /api/v1/me HTTP/1.1\r\nHost: ev<il\r\nConnection: close\r\n": 400,
    b"POST /api/v1/projects" + HEAD + b"Content-Type: application/json\r\nContent-Length: abc\r\n": 400,
    b"BREW /api/v1/me" + HEAD: 405,
}


def odd_requests(port: int) -> None:
    """What no client library would send; then a caller who hangs up in the middle."""
    for request, status in ODD.items():
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(request + b"\r\n")
            assert wire.recv(100).split(b" ")[1] == str(status).encode(), request
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n"
        wire.sendall(b"POST /login" + HEAD + form + b"\r\nlogin=a")
    big = httpx.post(f"http://127.0.0.1:{port}/login", data={"login": "x" * 25_000_000}, timeout=60)
    assert big.status_code == 413


def test_several_processes_share_the_port_and_die_together(served: Served) -> None:
    served.start("--workers", "2", "--no-worker")
    assert served.process
    port = int(served.address.rsplit(":", 1)[1])
    children = child_processes(served.process.pid)
    assert len(children) >= 2
    for _ in range(10):
        assert served.get("/health").status_code == 200
    assert served.end(signal.SIGKILL) == -signal.SIGKILL
    assert processes.wait_until(lambda: not any(alive(child) for child in children), 20)
    served.start(port=port)
    assert served.get("/ready").status_code == 200


def child_processes(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=True)
    return [int(word) for word in listed.stdout.split()]


def alive(pid: int) -> bool:
    """Whether a process runs: one that ended and waits for its parent does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.strip().startswith("Z")


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, str(ROOT / "holdfast.py"), "serve", "--port", str(taken.getsockname()[1])]
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 2
    assert "in use" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--host", "no.such.host.invalid"], "--host"),
        (["--database-url", "mysql://x/y"], "PostgreSQL"),
        (["--database-url", "nonsense"], "postgresql://"),
        (["--database-url", "postgresql://nobody@127.0.0.1:1/nothing"], "HOLDFAST_DATABASE_URL"),
        (["--sample", "/"], "git"),
    ],
)
def test_what_cannot_be_served_is_told_with_a_hint(args: list[str], word: str) -> None:
    command = [sys.executable, str(ROOT / "holdfast.py"), "serve", "--port", "0", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in {2, 3}
    assert "hint:" in done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr
