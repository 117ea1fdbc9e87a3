"""Makes real git repositories for tests, by the git command, with a clock of their own."""

import os
import subprocess
from itertools import count
from pathlib import Path


class Made:
    """A repository made by the git command, with a clock of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        self.minutes = count(1)
        self.environment: dict[str, str] = {}
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options, ".")

    def git(self, *arguments: str, author: str = "Ada") -> str:
        minute = next(self.minutes)
        stamp = f"2026-03-02T10:{minute % 60:02}:00+01:00"
        env = {
            "PATH": os.defpath,
            "HOME": str(self.root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": f"{author.lower()}@example.com",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_NAME": "Committer",
            "GIT_COMMITTER_EMAIL": "committer@example.com",
            "GIT_COMMITTER_DATE": stamp,
            **self.environment,
        }
        done = subprocess.run(["git", *arguments], cwd=self.root, env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def read(self, path: str, rev: str = "main") -> bytes:
        return subprocess.run(
            ["git", "cat-file", "blob", f"{rev}:{path}"], cwd=self.root, capture_output=True, check=True
        ).stdout

    def files(self, rev: str = "main") -> dict[str, bytes]:
        names = self.git("-c", "core.quotePath=off", "ls-tree", "-r", "--name-only", rev).split("\n")
        return {name: self.read(name, rev) for name in names if name}

    def commit(self, message: str, files: dict[str, str | None] | None = None, author: str = "Ada") -> str:
        for path, text in (files or {}).items():
            if text is None:
                (self.root / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, author=author)
        return self.git("rev-parse", "HEAD")

    def merge_theirs(self, branch: str) -> None:
        """Merge a branch as somebody does who takes its word wherever git cannot say."""
        try:
            self.git("merge", "-q", "-X", "theirs", "-m", "merge", branch)
        except subprocess.CalledProcessError:  # a file that one side removed or moved
            for path in self.git("diff", "--name-only", "--diff-filter=U").splitlines():
                kept = self.git("ls-tree", "--name-only", branch, "--", path)
                self.git(*(("checkout", "-q", branch, "--") if kept else ("rm", "-q", "--")), path)
            self.git("commit", "-q", "-m", "merge")
