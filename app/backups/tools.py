"""PostgreSQL's own programs for writing a database to a file and reading it back.

They are told passwords by their environment, since anyone may read a command line.
"""

import os
import shutil
from pathlib import Path

from app.db.connecting import for_tools
from app.db.embedded import ENV, program
from app.programs.children import Limits, Outcome, run_program
from specs.errors import UnavailableError, UserError

DAY = 86_400.0
LIMITS = Limits(wall=DAY)
LONGEST = 400


def dump(url: str, snapshot: str, target: Path) -> None:
    """Write the database as one snapshot sees it. Raises `UnavailableError` with what the program says."""
    done = _run("pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={target}", "--no-owner")
    if not done.ok:
        raise UnavailableError(f"The database was not written out: {_said(done)}", "Nothing was kept of it. Try again.")


def load(url: str, source: Path) -> None:
    """Read a dump into an empty database, all or nothing. Raises `UnavailableError` with what the program says."""
    all_or_nothing = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments")
    done = _run("pg_restore", url, *all_or_nothing, source=source)
    if not done.ok:
        raise UnavailableError(
            f"The database was not read back: {_said(done)}", "It is as empty as before. Mend that, then try again."
        )


def _run(name: str, url: str, *words: str, source: Path | None = None) -> Outcome:
    found = program(name) or shutil.which(name)
    if found is None:
        raise UserError(
            f"PostgreSQL's program {name} is not here.",
            'Install holdfast with its server ("holdfast[server]"), or the client programs of PostgreSQL.',
        )
    address, password = for_tools(url)
    env = {**ENV, "PATH": os.defpath, **({"PGPASSWORD": password} if password else {})}
    command = [str(found), *words, f"--dbname={address}", *([str(source)] if source else [])]
    return run_program(command, env=env, folder=Path("/"), limits=LIMITS)


def _said(done: Outcome) -> str:
    if done.timed_out:
        return "it took longer than a day."
    return " ".join(done.errors.decode("utf-8", "replace").split())[:LONGEST] or f"it ended with code {done.code}."
