"""Shapes of repositories: how one stands, how it is published, which name its address suggests. Knows no service."""

from collections.abc import Mapping
from dataclasses import replace

from app.web.views.drift import RepositoryRow
from app.web.views.repositories import PublishedRow
from drift.lives.records import CheckVerdict, Repository, RepositoryState, RepositoryVerdict
from drift.lives.standing import word_of
from sync.binding.bindings import Binding, Publish


def standing_row(one: RepositoryVerdict) -> RepositoryRow:
    """Say how a repository stands."""
    row = repository_row(one.repository)
    warns = one.verdict is CheckVerdict.KEPT and one.broken
    return replace(row, verdict="warning" if warns else word_of(one), broken=one.broken, invariants=one.invariants)


def repository_row(repository: Repository) -> RepositoryRow:
    """Say how the last try to read a repository went."""
    states: Mapping[RepositoryState, str] = {RepositoryState.READY: "fresh", RepositoryState.FAILED: "failed"}
    state = states.get(repository.state, "waiting")
    words = " ".join(part for part in (repository.problem, repository.hint) if part) if state == "failed" else ""
    return RepositoryRow(
        repository.name,
        repository.url,
        repository.branch,
        state,
        repository.head,
        repository.synced_at,
        words or repository.note,
        str(repository.id),
    )


def published_row(repository: Repository, binding: Binding) -> PublishedRow:
    """Say how what is written here becomes commits of a repository."""
    branch = {Publish.NONE: "", Publish.DIRECT: repository.branch}.get(binding.publish, binding.branch)
    return PublishedRow(repository.name, binding.publish, branch, binding.pushed)


def name_in(url: str) -> str:
    """Give the name that an address suggests: its last part, as repositories may be called."""
    last = url.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].removesuffix(".git").lower()
    return "".join(char if char.isalnum() or char in "._-" else "-" for char in last).strip("._-")[:60]
