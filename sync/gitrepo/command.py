"""Runs the git command for what it reads faster or better than the library: status, index listing, objects.

Knows nothing of trees. Reading commands never take a lock, never start a hook, a pager or a file-system monitor that
the repository's own configuration names.
"""

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

READ_TIMEOUT = 120.0
QUIET = (
    *("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"),
    *("-c", "log.showSignature=false", "-c", "core.pager=cat"),
)


class GitRefusedError(Exception):
    """Git could not or would not answer; callers fall back on the library. Never leaves this package."""


def start(arguments: Sequence[str], *, cwd: Path) -> "subprocess.Popen[bytes]":
    """Start a reading git command. Raises `GitRefusedError` where there is no git to run."""
    try:
        return subprocess.Popen(  # noqa: S603 (a list of our own arguments, no shell)
            ["git", *QUIET, *arguments],  # noqa: S607 (which git is the user's choice)
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise GitRefusedError(str(error)) from error


def finish(process: "subprocess.Popen[bytes]") -> bytes:
    """Wait for a started command and give its output. Raises `GitRefusedError` on failure or after two minutes."""
    try:
        out, err = process.communicate(timeout=READ_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise GitRefusedError("git did not answer in time") from error
    if process.returncode:
        raise GitRefusedError(err.decode("utf-8", "replace").strip())
    return out


class Ahead:
    """Reading commands that run before anyone wants their answers, by their words."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}

    def begin(self, *arguments: str, cwd: Path) -> None:
        """Start a command, of which `answer` is likely to be asked."""
        with suppress(GitRefusedError):
            self._running[arguments] = start(arguments, cwd=cwd)

    def answer(self, *arguments: str, cwd: Path) -> bytes:
        """Give the output of a command; one that was not started is run now. Raises `GitRefusedError`."""
        running = self._running.pop(arguments, None)
        return finish(running or start(arguments, cwd=cwd))

    def end(self) -> None:
        """Wait for what nobody asked for."""
        while self._running:
            with suppress(GitRefusedError):
                finish(self._running.popitem()[1])


def start_batch(git_dir: Path) -> "subprocess.Popen[bytes]":
    """Start a git that gives the objects it is asked for. Raises `GitRefusedError` where git will not."""
    read([f"--git-dir={git_dir}", "rev-parse", "--git-dir"], cwd=git_dir)
    try:
        return subprocess.Popen(  # noqa: S603 (a list of our own arguments, no shell)
            ["git", *QUIET, f"--git-dir={git_dir}", "cat-file", "--batch"],  # noqa: S607 (which git is the user's choice)
            cwd=git_dir,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise GitRefusedError(str(error)) from error


def read(arguments: Sequence[str], *, cwd: Path) -> bytes:
    """Run a reading git command to its end and give its output. Raises `GitRefusedError`."""
    return finish(start(arguments, cwd=cwd))
