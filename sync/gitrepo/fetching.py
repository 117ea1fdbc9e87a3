"""Runs the git command to bring branches and tags of another repository: only where the caller allows.

The command has the environment that the caller gives, asks for nothing on a terminal, runs under limits of processor,
memory and disk, and ends when its time is up.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from specs.errors import UnavailableError, UserError
from sync.gitrepo.access import Access, Handing, handing
from sync.gitrepo.command import QUIET

FETCH_TIMEOUT = 900.0
PLAIN_ENV: Mapping[str, str] = MappingProxyType({"PATH": os.defpath})
NO_PROMPTS: Mapping[str, str] = MappingProxyType(
    {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS": "true",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
)
# What a hostile server could have git do besides sending a pack: fetch elsewhere, unpack file by file.
CAREFUL = (
    *("-c", "fetch.unpackLimit=1", "-c", "fetch.uriProtocols=", "-c", "transfer.bundleURI=false"),
    *("-c", "fetch.recurseSubmodules=false"),
)
MEBIBYTE = 1024 * 1024
MOST_SAID, MOST_WORDS, GRACE = 64 * 1024, 500, 5.0
PINNING = (2, 37)
"""Since this version `http.curloptResolve` is heeded; one before reaches whatever the name resolves to by then."""

# Runs first in the child: the limits hold for git and all that it starts.
_BOOT = """
import os, resource, sys
cpu, memory, size, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 1))
resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
try:
    os.execvp(command[0], command)
except OSError as error:
    sys.exit(f"fatal: git cannot be run: {error}")
"""
HEADS_AND_TAGS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@dataclass(frozen=True, slots=True)
class Limits:
    """What git may use: seconds of processor, bytes of address space, bytes of one file (a pack is one)."""

    cpu: int = 1200
    memory: int = 4 * 1024 * MEBIBYTE
    file: int = 4 * 1024 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How far a fetch may go: the schemes it may speak (`file` for local paths), what it brings, for how long.

    `env` is the whole environment of the command: name HOME or SSH settings there, nothing is inherited.
    `config` are further settings of git for this one command (`http.followRedirects=false`); `access` is what lets in.
    """

    allowed: frozenset[str] = frozenset({"https", "ssh"})
    refspecs: tuple[str, ...] = HEADS_AND_TAGS
    env: Mapping[str, str] = field(default_factory=lambda: PLAIN_ENV)
    timeout: float = FETCH_TIMEOUT
    config: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    access: Access | None = None


def fetch(url: str, into: Path, rules: FetchRules) -> None:
    """Bring the branches and tags of `url` into the bare repository `into`, which is made if it is not there.

    Submodules and hooks are left alone, and nothing is ever asked for on a terminal. Raises `UserError` for an address
    that is refused, `UnavailableError` when the other side fails or the time is up.
    """
    address = safe_url(url, rules.allowed)
    env = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", **rules.env, **NO_PROMPTS}
    env["GIT_ALLOW_PROTOCOL"] = ":".join(sorted(rules.allowed))
    if not (into / "HEAD").exists():
        into.mkdir(parents=True, exist_ok=True)
        bounded(["init", "--quiet", "--bare", "--template=", "--", str(into)], into, env, rules.timeout)
    options = ["--quiet", "--prune", "--no-tags", "--force", "--no-recurse-submodules", "--no-auto-maintenance"]
    options.append("--update-shallow")  # a shallow source is read as far as it goes
    reaching(["fetch", *options, "--", address, *rules.refspecs], into, env, rules)


def reaching(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], rules: FetchRules) -> None:
    """Run a git command that reaches another repository, with what lets it in."""
    with handing(rules.access) as given:
        settings = [part for pair in (*rules.config, *given.config) for part in ("-c", pair)]
        bounded([*settings, *arguments], cwd, {**env, **dict(given.env)}, rules.timeout, rules.limits, given=given)


def safe_url(url: str, allowed: frozenset[str]) -> str:
    """Give the address git may be told, or raise `UserError`: no options, no remote helpers, only `allowed` schemes."""
    hint = f"use an address that begins with {' or '.join(f'{scheme}://' for scheme in sorted(allowed))}"
    if not url or url.startswith("-") or any(ord(char) < 32 or ord(char) == 127 for char in url):  # noqa: PLR2004 (ASCII)
        raise UserError(f"{url!r} is not an address of a repository", hint)
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = ("file", url) if url.startswith("/") else ("ssh", url)
        if "::" in url or (scheme == "ssh" and ":" not in url):
            raise UserError(f"{url!r} is not an address of a repository", hint)
    if scheme not in allowed or rest.startswith("-"):
        raise UserError(f"repositories are not read over {scheme!r} here: {url!r}", hint)
    return url


def bounded(  # noqa: PLR0913 (what runs where, how far it may go, and with what)
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    limits: Limits | None = None,
    *,
    given: Handing | None = None,
) -> None:
    """Run a git command that may reach the network, under limits; when its time is up, stop it and all it started.

    What the other side has it say is read on and thrown away but for the end: nobody fills our memory with it.
    """
    limits, given = limits or Limits(), given or Handing()
    numbers = (str(limits.cpu), str(limits.memory), str(limits.file))
    try:
        process = subprocess.Popen(  # noqa: S603 (a list of our own arguments, no shell)
            [sys.executable, "-I", "-S", "-c", _BOOT, *numbers, "git", *QUIET, *CAREFUL, *arguments],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=given.files,
        )
    except OSError as error:
        raise UnavailableError(f"git cannot be run: {error}", "install git, version 2.37 or newer") from error
    said = _Said(process)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(
            f"git took longer than {timeout:.0f} seconds",
            "check the address and the network, then try again",
        ) from error
    finally:
        # What it started goes with it, such as an ssh that waits for nothing.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        told = given.hide(said.end())
    if process.returncode:
        raise UnavailableError(*_why(told, process.returncode, limits))


def _why(told: str, code: int, limits: Limits) -> tuple[str, str]:
    """Say why git failed, and what to do; what a limit ended is told from what the other side refused."""
    if code == -signal.SIGXCPU or f"died of signal {int(signal.SIGXCPU)}" in told:
        return f"git was stopped: it computed for more than {limits.cpu} seconds", "is this repository a normal one?"
    if code == -signal.SIGXFSZ or f"died of signal {int(signal.SIGXFSZ)}" in told or "File too large" in told:
        size = f"{limits.file / MEBIBYTE:,.0f} MiB"
        return f"git was stopped: the repository is larger than {size}", "raise HOLDFAST_MAX_REPOSITORY_BYTES"
    lines = [plain for line in told.splitlines() if (plain := printable(line).strip())]
    reason = reason_of(lines)[:MOST_WORDS] or f"git left with {code}"
    return f"git failed: {reason}", "check the address and the access rights"


def reason_of(lines: Sequence[str]) -> str:
    """Find in what git printed the line that says why: why a branch was not taken, else its own last word."""
    refused = [" ".join(line.split()) for line in lines if line.startswith("! [")]
    if refused:
        remote = [plain for line in lines if line.startswith("remote:") and (plain := line[7:].strip())]
        return "; ".join([refused[0], *remote][:3])
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return (fatal or [line for line in lines if line.startswith("error: ")] or list(lines[-1:]) or [""])[0]


class _Said:
    """The end of what a process says on stderr, read by a thread of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._pipe = process.stderr
        self._kept = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        if self._pipe is None:
            return
        with self._pipe, suppress(OSError):
            while part := os.read(self._pipe.fileno(), MOST_SAID):
                self._kept = (self._kept + part)[-MOST_SAID:]

    def end(self) -> str:
        """Give it, once the process and its group are gone; who still holds the pipe is not waited for."""
        self._thread.join(GRACE)
        return self._kept.decode("utf-8", "replace")


def printable(text: str) -> str:
    """Leave out what would move a terminal's cursor or forge a line of a log."""
    return "".join(char if char.isprintable() else " " for char in text)


@cache
def version() -> tuple[int, int]:
    """Give the version of the git command, (0, 0) where there is none that says so."""
    try:
        done = subprocess.run(["git", "version"], capture_output=True, timeout=GRACE, check=False)  # noqa: S607 (ours)
    except (OSError, subprocess.TimeoutExpired):
        return 0, 0
    found = re.search(rb"(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)
