"""Runs the git command to bring branches and tags of another repository: only where the caller allows.

The command has the environment that the caller gives, asks for nothing on a terminal, and ends when its time is up.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from specs.errors import UnavailableError, UserError
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
HEADS_AND_TAGS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How far a fetch may go: the schemes it may speak (`file` for local paths), what it brings, for how long.

    `env` is the whole environment of the command: name HOME or SSH settings there, nothing is inherited.
    `config` are further settings of git for this one command (`http.followRedirects=false`).
    """

    allowed: frozenset[str] = frozenset({"https", "ssh"})
    refspecs: tuple[str, ...] = HEADS_AND_TAGS
    env: Mapping[str, str] = field(default_factory=lambda: PLAIN_ENV)
    timeout: float = FETCH_TIMEOUT
    config: tuple[str, ...] = ()


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
    settings = [part for pair in rules.config for part in ("-c", pair)]
    bounded([*settings, "fetch", *options, "--", address, *rules.refspecs], into, env, rules.timeout)


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


def bounded(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> None:
    """Run a git command that may reach the network; when its time is up, stop it and everything it started."""
    try:
        process = subprocess.Popen(  # noqa: S603 (a list of our own arguments, no shell)
            ["git", *QUIET, *arguments],  # noqa: S607 (found on the PATH the caller gave)
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise UnavailableError(f"git cannot be run: {error}", "install git, version 2.30 or newer") from error
    try:
        _, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise UnavailableError(
            f"git took longer than {timeout:.0f} seconds",
            "check the address and the network, then try again",
        ) from error
    if process.returncode:
        reason = reason_of(err.decode("utf-8", "replace")) or f"git left with {process.returncode}"
        raise UnavailableError(f"git failed: {reason}", "check the address and the access rights")


def reason_of(err: str) -> str:
    """Find in what git printed the line that says why: its own last word, else why a branch was not taken."""
    lines = [line.strip() for line in err.splitlines() if line.strip()]
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    refused = [line for line in lines if line.startswith("! [")]
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    if refused:
        return "; ".join([" ".join(refused[0].split()), *filter(None, remote)][:3])
    return (fatal or [line for line in lines if line.startswith("error: ")] or lines[-1:] or [""])[0]
