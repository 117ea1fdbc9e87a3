"""What a server knows of requirements, beside what the files here say: results, deployments, incidents."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.cli._remote import Remote
from app.wording import clean

Row = Mapping[str, Any]
DAY = 10
SHORT = 8


class There:
    """How requirements stand on a server, found by the addresses that they have here."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._rows: dict[str, list[tuple[str, Row]]] = {}
        for row in told.get("items", ()):
            spec, _, key = row["address"].partition("#")
            self._rows.setdefault(key, []).append((spec, row))
        self.running: Sequence[Row] = told.get("running", ())
        self.incidents: Sequence[Row] = [one for one in told.get("incidents", ()) if not one.get("closed_at")]

    @classmethod
    def ask(cls, at: Remote) -> "There":
        """Read it. Raises as `Remote.ask` does."""
        return cls(at.get("/traceability").json())

    def of(self, address: str) -> Row | None:
        """Give how a requirement stands there: the one whose spec has the same path, or the longest end of it."""
        spec, _, key = address.partition("#")
        near = [(path, row) for path, row in self._rows.get(key, ()) if spec == path or spec.endswith(f"/{path}")]
        return max(near, key=lambda one: len(one[0]), default=("", None))[1]


def beside(row: Row | None) -> list[str]:
    """Say how a requirement stands on the server, in lines below what is said of it here."""
    if row is None:
        return ["      there: not known"]
    told = [f"there: implemented {row['implemented']}", f"tested {row['tested']}"]
    told += [f"runs in {clean(one['environment'])} ({clean(one['commit'])[:SHORT]})" for one in row.get("deployed", ())]
    lines = [f"      {', '.join(told)}"]
    for one in row.get("broken", ()):
        since = f" since {one['since'][:DAY]}" if one.get("since") else ""
        lines.append(f"      broken there{since}: {clean(one['kind'])} {clean(one['what'])}")
    return lines


def below(there: There) -> list[str]:
    """Say what runs where, and which incidents are open."""
    lines = []
    for one in there.running:
        where = f" of {clean(one['repository'])}" if one.get("repository") else ""
        lines.append(f"{clean(one['environment'])} runs {clean(one['commit'])[:SHORT]}{where} since {one['at'][:DAY]}")
    for one in there.incidents:
        since = f", since {one['opened_at'][:DAY]}" if one.get("opened_at") else ""
        lines.append(f"incident open: {clean(one['name'])}{since}")
    return lines
