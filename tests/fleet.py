"""The processes of the compose file as plain processes on one database, as many of each as a test wants."""

import asyncio
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
PATIENCE = 90


def services() -> dict[str, Any]:
    """The services of the compose file, as an engine reads them."""
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text())["services"]
    return found


@dataclass
class Fleet:
    """The processes of the compose file on one database, each with the settings of its service."""

    folder: Path
    url: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, service: str, **more: str) -> subprocess.Popen[bytes]:
        declared = services()[service]
        program, *words = declared["command"]
        assert program == "holdfast"
        own = {
            **{name: str(value) for name, value in declared["environment"].items()},
            "HOLDFAST_DATABASE_URL": self.url,
            "HOLDFAST_DATA_DIR": str(self.folder),
            "HOLDFAST_PUBLIC_URL": "",
            "HOLDFAST_HOST": "127.0.0.1",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            **more,
        }
        log = (self.folder / f"{service}-{len(self.processes)}.log").open("wb")
        with log:
            command = [sys.executable, str(ROOT / "holdfast.py"), *words]
            process = subprocess.Popen(command, env=own, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    async def web(self, **more: str) -> str:
        """Start a web process and give its address once it is ready."""
        return (await self.web_process(**more))[1]

    async def web_process(self, **more: str) -> tuple[subprocess.Popen[bytes], str]:
        """Start a web process, and give it with its address once it is ready."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = self.start("web", HOLDFAST_PORT=str(port), **more)
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE):
            while True:
                assert process.poll() is None, self.told()
                try:
                    if (await client.get(f"{address}/ready")).status_code == 200:
                        return process, address
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.2)

    def told(self) -> str:
        """Give all that the processes said."""
        return "\n".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """End all that still run, and wait for their end."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(30)
