"""Repositories of each dialect, bound on a served instance: what an edit on either side changes on the other.

    python -m benchmarks.roundtrips [--commits 12] [--publish pull-request] [REPOSITORY ...]

Each repository (a path or an address; without any, a small sample of each dialect) is cloned, bound with a branch of
its own for what is written here, and read. A requirement is edited over HTTP: the branch must change that line of that
file alone. The branch is merged, another line is edited in git: the spec must say that, and everything else what it
said. In the end both sides hold the same bytes, and a further run moves nothing. With `--publish pull-request` the
branch is one that a pull request is asked for: on a local path no code host opens it, and the page has to say so.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from app.db.embedded import EmbeddedServer
from benchmarks.fleet import prepare
from tests.app.serving import Served

BRANCH = "holdfast/specs"
PATIENCE = 600.0
SAMPLES = {
    "openspec": {
        "openspec/specs/pay/spec.md": "# Pay\n\n## Purpose\n\nMoney goes out once.\n\n## Requirements\n\n"
        "### Requirement: Retry\n\nThe system SHALL retry three times.\n\n#### Scenario: Down\n\n"
        "- **WHEN** the bank is down\n- **THEN** it is asked again\n"
    },
    "spec-kit": {
        ".specify/memory/constitution.md": "# Constitution\n\n## Core Principles\n\n### Small\n\nKeep it small.\n",
        "specs/001-pay/spec.md": "# Feature Specification: Pay\n\n## Requirements\n\n### Functional Requirements\n\n"
        "- **FR-001**: System MUST retry three times.\n- **FR-002**: System MUST tell.\n",
    },
    "kiro": {
        ".kiro/specs/pay/requirements.md": "# Requirements Document\n\n## Introduction\n\nPay.\n\n## Requirements\n\n"
        "### Requirement 1: Retry\n\n**User Story:** As a payer, I want retries, so that it works.\n\n"
        "#### Acceptance Criteria\n\n1. WHEN the bank is down THE system SHALL retry.\r\n"
        "2. IF it fails THEN it SHALL tell.\n"
    },
    "madr": {
        "docs/decisions/0001-use-postgres.md": "---\nstatus: accepted\n---\n# Use PostgreSQL\n\n"
        "## Context and Problem Statement\n\nWhere to keep things?\n\n## Decision Outcome\n\n"
        'Chosen option: "PostgreSQL", because it is known.\n'
    },
    "adr": {
        ".adr-dir": "doc/adr\n",
        "doc/adr/0001-record.md": "# 1. Record decisions\n\nDate: 2024-01-01\n\n## Status\n\nAccepted\n\n"
        "## Context\n\nWe forget.\n\n## Decision\n\nWe write them down.\n",
    },
    "plain": {"docs/specs/pay.md": "\ufeff# Pay\r\n\r\nIt retries *three* times.   \r\n\r\n* one\r\n- two\r\n"},
}


class WrongError(Exception):
    """What is not as it should be."""


class Trip:
    """One repository: its bare remote, a clone that people work in, and its binding."""

    def __init__(self, folder: Path, client: httpx.Client, name: str, publish: str = "branch") -> None:
        self.bare, self.clone = folder / f"{name}.git", folder / name
        self.client, self.name, self.publish = client, name, publish
        self.id = ""

    def git(self, *arguments: str, place: Path | None = None) -> str:
        """Run git in the clone, or elsewhere."""
        named = ["-c", "user.name=Bob", "-c", "user.email=bob@example.com", "-c", "core.quotePath=off"]
        command = ["git", "-c", "core.autocrlf=false", *named, *arguments]
        done = subprocess.run(command, cwd=place or self.clone, capture_output=True, check=False)
        if done.returncode:
            raise WrongError(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode(errors="surrogateescape")

    def begin(self, source: str | dict[str, str], commits: int) -> None:
        """Make the bare remote and the clone."""
        if isinstance(source, dict):
            self.git("init", "-q", "--bare", "-b", "main", str(self.bare), place=self.bare.parent)
            self.git("clone", "-q", str(self.bare), str(self.clone), place=self.bare.parent)
            for path, text in source.items():
                (self.clone / path).parent.mkdir(parents=True, exist_ok=True)
                (self.clone / path).write_bytes(text.encode())
            self.git("checkout", "-q", "-B", "main")
            self.commit("Begin")
            return
        address = f"file://{source}" if source.startswith("/") else source
        deep = ["--depth", str(commits)] if commits else []
        self.git("clone", "-q", "--bare", "--single-branch", *deep, address, str(self.bare), place=self.bare.parent)
        self.git("clone", "-q", str(self.bare), str(self.clone), place=self.bare.parent)

    def commit(self, message: str) -> None:
        """Commit all and push it."""
        self.git("add", "-A")
        self.git("commit", "-qm", message)
        self.git("push", "-q", "origin", "HEAD")

    def tip(self, ref: str = "HEAD") -> str:
        """Name the commit of a branch of the remote; "" where there is none."""
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{ref}", place=self.bare).strip()

    @property
    def branch(self) -> str:
        """The default branch."""
        return self.git("symbolic-ref", "--short", "HEAD", place=self.bare).strip()

    def bind(self) -> dict[str, Any]:
        """Register the repository and wait until it is read."""
        wanted = {"name": self.name, "url": str(self.bare), "publish": self.publish, "prefix": self.name}
        self.id = self.ask("POST", "/repositories", json=wanted)["id"]
        return self.settled()

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Ask the API about the project."""
        answer = self.client.request(method, f"/api/v1/projects/payments{path}", **options)
        if answer.is_error:
            raise WrongError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def settled(self) -> dict[str, Any]:
        """Wait until the head of the branch is read and compared."""
        end, head = time.monotonic() + PATIENCE, self.tip(self.branch)
        while time.monotonic() < end:
            found: dict[str, Any] = self.ask("GET", f"/repositories/{self.id}")
            if found.get("problem"):
                raise WrongError(found["problem"])
            if found.get("head") == head:
                return found
            self.ask("POST", f"/repositories/{self.id}/read")
            time.sleep(1)
        raise WrongError("it is never read")

    def specs(self) -> dict[str, dict[str, Any]]:
        """Give the specs of this repository by path."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = self.ask(
                "GET",
                "/specs",
                params={"prefix": f"{self.name}/", "limit": 100} | ({"cursor": cursor} if cursor else {}),
            )
            found |= {one["path"]: one for one in page["items"]}
            cursor = page.get("next") or ""
            if not cursor:
                return found

    def text(self, spec: str) -> tuple[str, str]:
        """Give the text and the head of a spec."""
        one = self.ask("GET", f"/specs/{spec}", params={"include": "text"})
        return one["text"], one["head"]

    def edit_here(self) -> tuple[str, str, str]:
        """Edit a line of a requirement on the server; give its path, the line before and after."""
        for path, one in sorted(self.specs().items()):
            text, head = self.text(one["id"])
            lines = text.splitlines(keepends=True)
            known = self.ask("GET", f"/specs/{one['id']}/requirements")["items"]
            at = [place for each in known for place in range(each["line"] - 1, each["end_line"])] or range(len(lines))
            plain = [
                n for n in at if lines[n].strip() and not lines[n].lstrip().startswith(("#", "---", "```", "|", "<"))
            ]
            if not plain:
                continue
            nth = plain[-1]
            bare = lines[nth].rstrip("\r\n")
            lines[nth] = f"{bare} Edited here.{lines[nth][len(bare) :]}"
            saved = {"text": "".join(lines), "message": "Edit a requirement"}
            self.ask("PUT", f"/specs/{one['id']}", json=saved, headers={"if-match": f'"{head}"'})
            return path, bare, f"{bare} Edited here."
        raise WrongError("no spec has a line to edit")

    def published(self, before: str) -> str:
        """Wait for a commit of the server's on the branch of its own."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (tip := self.tip(BRANCH)) not in {"", before}:
                return tip
            time.sleep(0.5)
        raise WrongError(f"nothing came to {BRANCH}: {self.ask('GET', f'/repositories/{self.id}')['publishing']}")

    def unasked(self) -> None:
        """Wait until it is told that nobody could be asked to take the branch in."""
        end = time.monotonic() + PATIENCE
        while "no code host" not in self.ask("GET", f"/repositories/{self.id}")["publishing"].get("problem", ""):
            if time.monotonic() > end:
                raise WrongError("it is never told that there is no code host")
            time.sleep(0.5)

    def play(self) -> str:
        """Edit here, then there; give a line on what came of it."""
        detail = self.bind()
        count = len(self.specs())
        path, was, now = self.edit_here()
        tip = self.published("")
        if self.publish == "pull-request":
            self.unasked()
        told = self.git("diff", "--no-renames", "-U0", f"{self.branch}..{BRANCH}", place=self.bare).splitlines()
        files = [line for line in told if line.startswith("diff --git")]
        lines = [line.rstrip("\r") for line in told if line[:1] in "+-" and line[:4] not in {"+++ ", "--- "}]
        if len(files) != 1 or lines != [f"-{was}", f"+{now}"]:
            raise WrongError(f"the branch changes {len(files)} files: {lines[:6]}, not {was!r}")
        message = self.git("log", "-1", "--format=%an|%s|%B", tip, place=self.bare)
        if "Holdfast-Revision:" not in message or not message.startswith("Ada|"):
            raise WrongError(f"its commit says {message!r}")
        self.git("fetch", "-q", "origin")
        self.git("merge", "-q", "--no-edit", f"origin/{BRANCH}")
        file = self.clone / files[0].split(" b/", 1)[1]
        file.write_bytes(file.read_bytes().replace(b" Edited here.", b" Edited here, and there.", 1))
        self.commit("Edit in git")
        self.settled()
        spec = self.specs()[path]
        if "Edited here, and there." not in self.text(spec["id"])[0]:
            raise WrongError("the spec does not say what git says")
        if len(self.specs()) != count:
            raise WrongError("there are other specs now")
        self.alike(path, file)
        self.still()
        out = len(detail.get("problems") or ())
        return f"{count} specs of {detail['files']} files, {out} kept out; one line each way ({path})"

    def alike(self, path: str, file: Path) -> None:
        """Compare the bytes of a file and its spec."""
        text = self.text(self.specs()[path]["id"])[0].encode()
        if file.read_bytes().removeprefix(b"\xef\xbb\xbf") != text.removeprefix(b"\xef\xbb\xbf"):
            raise WrongError("the bytes differ")

    def still(self) -> None:
        """See that nothing moves any more."""
        end, now = time.monotonic() + PATIENCE, self.standing()
        while time.monotonic() < end:
            time.sleep(6)
            before, now = now, self.standing()
            if before == now:
                break
        self.ask("POST", f"/repositories/{self.id}/read")
        time.sleep(6)
        self.settled()
        if now != self.standing():
            raise WrongError("a further run moves something")

    def standing(self) -> tuple[str, dict[str, str]]:
        """Say where both sides stand."""
        return self.git("for-each-ref", place=self.bare), {path: one["head"] for path, one in self.specs().items()}


def main() -> None:
    """Serve, and play one repository after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*")
    parser.add_argument("--commits", type=int, default=0, help="clone so many commits only")
    parser.add_argument("--publish", choices=["branch", "pull-request"], default="branch")
    chosen = parser.parse_args()
    sources: dict[str, str | dict[str, str]] = {
        Path(one).parent.name.split("+")[-1].lower() if Path(one).name == "repo" else Path(one).stem.lower(): one
        for one in chosen.repositories
    } or dict(SAMPLES)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        os.environ["HOLDFAST_REPOSITORY_ROOTS"] = str(folder)
        served = Served()
        server = EmbeddedServer(served.data)
        try:
            try:
                token = asyncio.run(prepare(server.start()))
            finally:
                server.stop()
            served.start()
            with httpx.Client(
                base_url=served.address, headers={"authorization": f"Bearer {token}"}, timeout=120
            ) as client:
                for title, source in sources.items():
                    begun = time.monotonic()
                    trip = Trip(folder, client, title, chosen.publish)
                    try:
                        trip.begin(source, chosen.commits)
                        told = trip.play()
                    except (WrongError, httpx.HTTPError) as error:
                        bad += 1
                        told = f"WRONG: {error}"
                    print(f"{title}: {told} ({time.monotonic() - begun:.0f} s)", flush=True)
        finally:
            served.close()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
