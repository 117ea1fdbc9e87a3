"""A check against a server's specs: taken from there, checked here, told there, decided there. The code stays here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli._remote import Remote
from app.cli._served import Taken, take, warn
from app.errors import EXIT_DRIFT, EXIT_OK
from app.renderers.json import render as render_json
from app.wording import clean
from drift.debt.waivers import with_waivers
from specs.errors import ConflictError, UnavailableError, UserError
from sync.binding.plan import speaks_of_agent
from sync.binding.remotes import remote_key
from sync.cache.factcache import FactCache
from sync.gitrepo import Repository

if TYPE_CHECKING:
    from drift.excerpts import Excerpts
    from drift.report import CheckReport
    from sync.checking.options import CheckOptions

MOST_TOLD, MOST_COMMITS = 2000, 200
WORDS: Mapping[str, str] = {
    "passed": "passed",
    "needs-approval": "needs approval",
    "frozen": "frozen",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class About:
    """What is checked and what is told of it. `decision` is the file to write the decision to."""

    repository: str = ""
    tag: str = ""
    branch: str = ""
    pull: int | None = None
    decision: Path | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A check with what the server decided on it; no decision where the server was away."""

    report: "CheckReport"
    excerpts: "Excerpts"
    gate: Mapping[str, Any] | None

    @property
    def exit_code(self) -> int:
        """What the command leaves with: the decision's word where there is one, else that of the check."""
        good = self.report.verdict == "kept" if self.gate is None else self.gate["state"] == "passed"
        return EXIT_OK if good else EXIT_DRIFT


def check_served(
    at: Remote, path: Path, wish: "CheckOptions", about: About, run: "Callable[..., tuple[CheckReport, Excerpts]]"
) -> Decided:
    """Check a commit against the specs of a server and have it decided on. Raises `UserError`, `UnavailableError`."""
    repository = Repository.open(path)
    wish = replace(wish, rev=wish.rev or "HEAD")
    commit = repository.resolve(wish.rev)
    name = about.repository or remote_key(repository.origin())
    if not name:
        hint = "Name it with --repository: as it is registered, or as host/owner/name."
        raise UserError("Which repository is this? It has no origin on a host.", hint)
    folder = _folder(wish, repository)
    for last in (False, True):
        taken = take(at, name, about.tag, folder, datetime.now(tz=UTC))
        report, excerpts = run(path, replace(wish, specs=taken.served))
        report = with_waivers(report, taken.served.accepted, wish.today)
        try:
            agent = _agent(repository, commit, wish.base)
            gate = None if taken.away else _post(at, taken, commit, about, report, agent=agent)
        except ConflictError:  # the specs moved while we checked
            if last:
                raise
            continue
        except UnavailableError:
            taken, gate = replace(taken, away=True), None
        break
    if taken.away:
        warn(taken, at.server)
    if about.decision is not None:
        _save(about.decision, gate, at.server, name, commit)
    return Decided(report, excerpts, gate)


def _folder(wish: "CheckOptions", repository: Repository) -> Path | None:
    """Say where specs are kept for the next time: beside the facts."""
    if not wish.cached:
        return None
    if wish.cache_dir is not None:
        return wish.cache_dir
    return FactCache.beside(repository.top).folder if repository.top is not None else None


def _post(
    at: Remote, taken: Taken, commit: str, about: About, report: "CheckReport", *, agent: bool
) -> Mapping[str, Any]:
    told = json.loads(render_json(report))
    rows = {(one["fingerprint"], one["invariant"][:2000], one["severity"], one["state"]) for one in told["findings"]}
    there = {"introduced": 0, "fixed": 1, "waived": 2}
    first = sorted((one for one in told["findings"] if one["state"] in there), key=lambda one: there[one["state"]])
    told["findings"] = [_shortened(one) for one in first[:MOST_TOLD]]
    for one in told["invariants"]:
        one["findings"] = []
    body = {
        "repository": taken.served.repository,
        "commit": commit,
        "specs": taken.served.digest,
        "tag": taken.served.tag,
        "branch": about.branch,
        "pull": about.pull,
        "agent": agent,
        "findings": sorted(rows),
        "report": told,
    }
    gate: Mapping[str, Any] = at.ask("POST", "/gates", body).json()
    return gate


def _shortened(finding: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is too long to be read on a page."""
    most = {"message": 4000, "fix": 4000, "before": 4000, "after": 4000}
    texts = {name: finding[name][:length] for name, length in most.items() if name in finding}
    return {**finding, **texts, "evidence": finding["evidence"][:100]}


def _agent(repository: Repository, commit: str, base: str) -> bool:
    """Say whether the commits that are checked speak of an agent, as far as they are here."""
    stop = repository.fork_point(base, commit) if base else ""
    heads = [commit, *next(repository.log(commit)).parents[1:]]
    for head in heads:
        for place, one in enumerate(repository.log(head, until=stop)):
            if speaks_of_agent(one.author, one.email, one.message):
                return True
            if place >= MOST_COMMITS or not base:
                break
    return False


def _save(file: Path, gate: Mapping[str, Any] | None, server: str, repository: str, commit: str) -> None:
    """Write the decision for later steps; where there is none, say so."""
    known = {"state": "undecided", "repository": repository, "commit": commit}
    if gate is not None:
        names = ("id", "state", "repository", "commit", "digest", "specs", "findings", "reasons", "needs", "token")
        known = {name: gate[name] for name in names if name in gate} | {"url": f"{server.rstrip('/')}{gate['page']}"}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        hint = "Name a file in a folder of yours."
        raise UserError(f"{file} cannot be written: {error.strerror}", hint) from error


def tell(decided: Decided, server: str) -> None:
    """Say on stderr what was decided, why, and where a person may say more."""
    gate = decided.gate
    if gate is None:
        return
    click.echo(f"Decision: {WORDS.get(gate['state'], gate['state'])}.", err=True)
    for reason in gate.get("reasons", ()):
        click.echo(f"  {clean(reason)}", err=True)
    if gate.get("needs"):
        wanted = " and ".join(f"{need['count']} from {need['role']}" for need in gate["needs"])
        click.echo(f"  Wanted: {wanted}.", err=True)
    click.echo(f"  {server.rstrip('/')}{clean(gate['page'])}", err=True)
