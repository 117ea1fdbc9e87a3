"""System users: PostgreSQL refuses to run as root, so root runs it as another. Knows nothing of databases."""

import os
import pwd
import shutil
from collections.abc import Mapping
from pathlib import Path

from app.programs.children import Account, run_tool
from specs.errors import UserError

NAMES = ("holdfast", "postgres")


def database_account(log: Path, env: Mapping[str, str]) -> Account | None:
    """Give the user the database runs as; None when we are not root and run it ourselves.

    For root: the user `holdfast`, created where the system has `useradd`, else a user `postgres` that is there.
    """
    user = os.geteuid()
    if user != 0:
        if not _is_known(user):
            raise UserError(
                f"The user {user} has no name on this system, and PostgreSQL refuses to run so.",
                "Add the user to /etc/passwd, run Holdfast as another one, or set HOLDFAST_DATABASE_URL.",
            )
        return None
    found = _lookup(NAMES[0])
    if found is None:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd:
            shell = "/usr/sbin/nologin"
            run_tool([useradd, "--system", "--no-create-home", "--shell", shell, NAMES[0]], log=log, env=env)
        found = _lookup(NAMES[0]) or _lookup(NAMES[1])
    if found is None:
        raise UserError(
            "PostgreSQL refuses to run as root, and no other user could be made for it.",
            "Run Holdfast as a user of its own, create a system user `holdfast`, or set HOLDFAST_DATABASE_URL.",
        )
    return found


def _lookup(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None


def _is_known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def may_enter(folder: Path) -> bool:
    """Say whether any user of the system may enter a folder: it and all its parents let everyone pass."""
    resolved = folder.resolve()
    return all(place.stat().st_mode & 0o001 for place in (resolved, *resolved.parents))
