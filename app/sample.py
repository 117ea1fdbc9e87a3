"""The sample project: a clone of this repository, its specs, and one token that may read and fetch context.

Safe to run on every start: what is there is kept, only the token is made anew, since a secret is shown once.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from specs.access import SERVER, Project, Role
from specs.errors import ConflictError, MissingError, UserError
from specs.service.people.members import Members
from specs.service.people.tokens import Tokens
from specs.service.projects import Projects
from sync.service.repositories.repositories import Repositories

SLUG = "holdfast"
TITLE = "Holdfast"
AGENT = "sample-reader"
TASK = {"task": "Read the commits of a repository", "paths": ["sync/gitrepo"]}


@dataclass(frozen=True, slots=True)
class Sample:
    """What was loaded, and the secret of the token that was made for it."""

    project: Project
    token: str


def top_of(folder: Path) -> Path:
    """Give the absolute top of a git repository. Raises `UserError` where there is none."""
    root = folder.resolve()
    if not (root / ".git").exists():
        raise UserError(f"{root} is not the top of a git repository.", "Clone Holdfast with git, and run it there.")
    return root


async def load(root: Path, projects: Projects, members: Members, tokens: Tokens, repositories: Repositories) -> Sample:
    """Make the sample project of the git repository at `root` (see `top_of`), and have it read."""
    try:
        project = await projects.create(SERVER, SLUG, TITLE)
    except ConflictError:
        project = await projects.find(SERVER, SLUG)
    await _admit_admin(members, project)
    try:
        await repositories.register(SERVER, project.id, name=SLUG, url=str(root))
    except ConflictError:
        await repositories.trigger(SERVER, project.id, SLUG)
    for token in await tokens.list(SERVER, project.id):
        if token.actor.name == AGENT and token.revoked_at is None:
            await tokens.revoke(SERVER, token.id)
    issued = await tokens.issue_for_agent(SERVER, project.id, AGENT)
    return Sample(project, issued.secret)


async def _admit_admin(members: Members, project: Project) -> None:
    """Let the first administrator in, unless the project has an admin already."""
    if any(member.role is Role.ADMIN for member in await members.list(SERVER, project.id)):
        return
    try:
        await members.set_role(SERVER, project.id, "admin", Role.ADMIN)
    except MissingError:
        return


def curl(address: str, sample: Sample) -> str:
    """Give the command that fetches context for a task."""
    return (
        f"curl -s {address}/api/v1/projects/{sample.project.slug}/context"
        f" -H 'Authorization: Bearer {sample.token}' -H 'Content-Type: application/json'"
        f" -H 'Accept: text/markdown' -d '{json.dumps(TASK)}'"
    )
