"""A checkout of many specs beside git on the same content: requests, bytes on the wire, seconds.

    python -m benchmarks.checkout_sync [--specs 1000] [--changed 10] [--rounds 5]

Both talk through a proxy that counts: `holdfast` to a server of its own over a durable database, git to `git daemon`.
Seconds are of the whole command on the clock, and of its own processor time, the median of the rounds.
"""

import argparse
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.app.serving import ROOT, prepared

WORDS = ("refund", "invoice", "ledger", "order", "customer", "limit", "retry", "policy", "audit", "region", "review")


@dataclass
class Proxy:
    """Forwards connections to a port, and counts them and their bytes."""

    target: int
    connections: int = 0
    up: int = 0
    down: int = 0
    listener: socket.socket = field(default_factory=socket.socket)

    def start(self) -> int:
        """Listen on a free port and give it."""
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return int(self.listener.getsockname()[1])

    def _accept(self) -> None:
        while True:
            near, _ = self.listener.accept()
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._copy, args=(near, far, "up"), daemon=True).start()
            threading.Thread(target=self._copy, args=(far, near, "down"), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                setattr(self, way, getattr(self, way) + len(data))
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Begin to count anew."""
        self.connections = self.up = self.down = 0


@dataclass
class Bench:
    """Two checkouts of each kind, and what they are made of."""

    folder: Path
    count: int
    changed: int
    rounds: int
    chance: random.Random

    def measure(
        self, what: str, proxy: Proxy, work: Callable[[], None], before: Callable[[], None] | None = None
    ) -> None:
        """Do something some times and print what it took."""
        walls, cpus, counts = [], [], []
        for _ in range(self.rounds if before or "unchanged" in what else 1):
            if before:
                before()
            proxy.reset()
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            started = time.perf_counter()
            work()
            walls.append(time.perf_counter() - started)
            now = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
            counts.append((proxy.connections, proxy.up, proxy.down))
        requests, up, down = (int(statistics.median(column)) for column in zip(*counts, strict=True))
        seconds, own = statistics.median(walls), statistics.median(cpus)
        print(f"| {what} | {requests} | {up:,} | {down:,} | {seconds:.2f} | {own:.2f} |", flush=True)

    def text(self, number: int) -> str:
        """Make a spec of some one and a half kilobytes."""
        parts = [f"# Spec {number}\n"]
        for part in range(6):
            line = " ".join(self.chance.choice(WORDS) for _ in range(28))
            parts.append(f"## Part {part}\n\nIt keeps {line}.\n")
        return "\n".join(parts)

    def change(self, docs: Path) -> None:
        """Change a line in some files."""
        for path in self.chance.sample(sorted(docs.rglob("*.md")), self.changed):
            text = path.read_text()
            part = self.chance.randrange(6)
            path.write_text(
                text.replace(f"## Part {part}\n\n", f"## Part {part}\n\nAlso {self.chance.random()}.\n\n", 1)
            )


def run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")


def ours(bench: Bench, address: str, token: str) -> None:
    """Measure `holdfast pull` and `push`."""
    proxy = Proxy(urlsplit(address).port or 0)
    env = {**os.environ, "HOLDFAST_TOKEN": token}
    server = f"http://127.0.0.1:{proxy.start()}"
    places = [bench.folder / name for name in ("one", "two")]
    command = [sys.executable, str(ROOT / "holdfast.py")]
    for place in places:
        (place / "docs/specs").mkdir(parents=True)
        (place / ".git").mkdir()
        run([*command, "link", server, "payments"], place, env)
    for number in range(bench.count):
        path = places[0] / f"docs/specs/area-{number % 50}/spec-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(bench.text(number))
    push, pull = [*command, "push"], [*command, "pull"]
    bench.measure("push, all new", proxy, lambda: run(push, places[0], env))
    bench.measure("pull, all new", proxy, lambda: run(pull, places[1], env))
    time.sleep(12)  # what was pushed lately is listed twice
    run(pull, places[0], env)
    run(pull, places[1], env)
    bench.measure("pull, unchanged", proxy, lambda: run(pull, places[1], env))
    docs = places[0] / "docs/specs"
    bench.measure(
        f"push, {bench.changed} changed", proxy, lambda: run(push, places[0], env), lambda: bench.change(docs)
    )
    run(pull, places[1], env)

    def elsewhere() -> None:
        bench.change(docs)
        run(push, places[0], env)
        time.sleep(1)

    bench.measure(f"pull, {bench.changed} changed", proxy, lambda: run(pull, places[1], env), elsewhere)


def gits(bench: Bench) -> None:
    """Measure git on the same content."""
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b"}
    env |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    base = bench.folder / "git"
    base.mkdir()
    run(["git", "init", "-q", "--bare", "-b", "main", "all.git"], base, env)
    run(["git", "init", "-q", "-b", "main", "one"], base, env)
    shutil.copytree(bench.folder / "one/docs", base / "one/docs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    daemon = subprocess.Popen(
        ["git", "daemon", f"--port={port}", "--listen=127.0.0.1", "--export-all", "--enable=receive-pack",
         f"--base-path={base}", str(base)], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(0.5)
        proxy = Proxy(port)
        url = f"git://127.0.0.1:{proxy.start()}/all.git"
        one, two = base / "one", base / "two"
        run(["git", "remote", "add", "origin", url], one, env)

        def commit() -> None:
            run(["git", "add", "-A"], one, env)
            run(["git", "commit", "-qm", "x"], one, env)

        commit()
        bench.measure("git push, all new", proxy, lambda: run(["git", "push", "-q", "origin", "main"], one, env))
        bench.measure("git clone", proxy, lambda: run(["git", "clone", "-q", url, "two"], base, env))
        bench.measure("git fetch, unchanged", proxy, lambda: run(["git", "fetch", "-q"], two, env))
        bench.measure("git pull, unchanged", proxy, lambda: run(["git", "pull", "-q"], two, env))

        def here() -> None:
            bench.change(one / "docs")
            commit()

        what = f"{bench.changed} changed"
        bench.measure(f"git push, {what}", proxy, lambda: run(["git", "push", "-q", "origin", "main"], one, env), here)
        run(["git", "pull", "-q"], two, env)

        def elsewhere() -> None:
            here()
            run(["git", "push", "-q", "origin", "main"], one, env)

        bench.measure(f"git pull, {what}", proxy, lambda: run(["git", "pull", "-q"], two, env), elsewhere)
    finally:
        daemon.terminate()
        daemon.wait(10)


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--specs", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="checkouts-"))
    bench = Bench(folder, asked.specs, asked.changed, asked.rounds, random.Random(7))  # noqa: S311 (a choice of edits)
    print(
        f"{asked.specs:,} specs\n\n| what | requests | bytes up | bytes down | s | s CPU |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    try:
        with prepared("--no-worker") as (served, token):
            ours(bench, served.address, token)
        gits(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
