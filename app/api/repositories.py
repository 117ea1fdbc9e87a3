"""Repositories: register one, look at them, have one read now, change its webhook's secret, forget it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import NO_NUL, In, Items, Out
from app.api.runs import RunOut
from app.background.runs import RunKind
from app.unit import Unit
from drift.lives.records import Repository, RepositoryState
from specs.access import Scope
from sync.binding.bindings import OWN_BRANCH, Binding, Publish, RepositoryDetail, SpecFile, Trust
from sync.binding.credentials import MOST_TOKEN, MOST_USER

Short = Annotated[str, Meta(max_length=300, pattern=NO_NUL)]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
ADMIN: dict[str, object] = {"scope": Scope.ADMIN, "statuses": (404, 409)}


class RepositoryIn(In):
    """A repository to follow. `branch` "" is its default one; `prefix` is where its specs stand in the project.

    `folders` is where the specs are in the repository; left out, they are found as `holdfast check` finds them;
    `folder` names one. `root` is the folder whose code is the project's, where several projects share a repository.
    `trust` says whether what people commit on the branch counts as said by them (`branch`) or waits
    to be confirmed (`none`). `publish` says how what is written here becomes commits: not at all (`none`), on a branch
    of its own (`branch`), with a pull request (`pull-request`), or on the branch that is followed (`direct`).
    `token` (with `user`, where a host wants a certain name) lets the server in, or a key that it makes (`deploy_key`).
    """

    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    url: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]
    branch: Short = ""
    folder: Short | None = None
    folders: Annotated[tuple[Short, ...], Meta(min_length=1, max_length=20)] | None = None
    prefix: Short | None = None
    root: Short = ""
    trust: Trust = Trust.BRANCH
    publish: Publish = Publish.NONE
    publish_branch: Short = OWN_BRANCH
    token: Annotated[str, Meta(max_length=MOST_TOKEN, pattern=NO_NUL)] = ""
    user: Annotated[str, Meta(max_length=MOST_USER, pattern=NO_NUL)] = ""
    deploy_key: bool = False


class RebindIn(In):
    """What is to be otherwise about how a repository is bound; what is left out stays."""

    trust: Trust | None = None
    publish: Publish | None = None
    publish_branch: Short | None = None


class HeldOut(Out):
    """A spec that is not written to git for now, and why."""

    path: str
    why: str


class PublishingOut(Out):
    """How what is written here becomes commits. `pushed` is the last commit of ours, `request` its pull request.

    `problem` says why the last try failed; `held` what is not written to git for now.
    """

    mode: Publish
    branch: str = ""
    pushed: str = ""
    pushed_at: datetime | None = None
    problem: str = ""
    hint: str = ""
    request: str = ""
    held: tuple[HeldOut, ...] = ()

    @classmethod
    def of(cls, binding: Binding, followed: str) -> "PublishingOut":
        """Make it from a repository's binding."""
        pushed = binding.pushed
        branch = {Publish.NONE: "", Publish.DIRECT: followed}.get(binding.publish, binding.branch)
        return cls(
            mode=binding.publish,
            branch=branch,
            pushed=pushed.commit,
            pushed_at=pushed.at,
            problem=pushed.problem,
            hint=pushed.hint,
            request=pushed.request_url,
            held=tuple(HeldOut(path=one.path, why=one.why) for one in pushed.held),
        )


class SpecFileOut(Out):
    """A Markdown file that did not become a spec, and why."""

    path: str
    problem: str

    @classmethod
    def of(cls, file: SpecFile) -> "SpecFileOut":
        """Make it from the core's value."""
        return cls(path=file.path, problem=file.problem)


class RepositoryOut(Out):
    """A repository. `head` is the commit evaluated last; `problem` why the last try to read it failed.

    `webhook_secret` is there once, in the answers that make it; `files` and `problems` where one repository is read.
    `deploy_key` is the public half of a key that was made for it, to be given to the host.
    """

    id: UUID
    name: str
    url: str
    state: RepositoryState
    created_at: datetime
    branch: str = ""
    head: str = ""
    fetched: str = ""
    problem: str = ""
    hint: str = ""
    note: str = ""
    skipped: int = 0
    tried_at: datetime | None = None
    synced_at: datetime | None = None
    folders: tuple[str, ...] | None = None
    prefix: str = ""
    root: str = ""
    trust: Trust | None = None
    publishing: PublishingOut | None = None
    files: int | None = None
    problems: tuple[SpecFileOut, ...] = ()
    webhook: str | None = None
    webhook_secret: str | None = None
    deploy_key: str = ""

    @classmethod
    def of(cls, repository: Repository, *, secret: str | None = None) -> "RepositoryOut":
        """Make it from the core's value."""
        return cls(
            id=repository.id,
            name=repository.name,
            url=repository.url,
            state=repository.state,
            created_at=repository.created_at,
            branch=repository.branch,
            head=repository.head,
            fetched=repository.fetched,
            problem=repository.problem,
            hint=repository.hint,
            note=repository.note,
            skipped=repository.skipped,
            tried_at=repository.tried_at,
            synced_at=repository.synced_at,
            webhook_secret=secret,
        )

    @classmethod
    def of_detail(cls, detail: RepositoryDetail) -> "RepositoryOut":
        """Make it from all that is known of one repository."""
        made = cls.of(detail.repository)
        made.folders = detail.binding.folders
        made.prefix = detail.binding.prefix
        made.root = detail.binding.root
        made.trust = detail.binding.trust
        made.publishing = PublishingOut.of(detail.binding, detail.repository.branch)
        made.files = len(detail.files)
        made.problems = tuple(SpecFileOut.of(file) for file in detail.problems)
        made.webhook = detail.webhook_path
        return made


@get("/projects/{project:str}/repositories", opt=READ, summary="List repositories")
async def list_repositories(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[RepositoryOut]:
    """List the repositories of a project by name."""
    found = await unit.projects.find(unit.principal, project)
    repositories = await unit.repositories.list(unit.principal, found.id)
    return Items(tuple(RepositoryOut.of(repository) for repository in repositories))


@post("/projects/{project:str}/repositories", opt={**ADMIN, "secret": True}, summary="Register a repository")
async def register_repository(
    unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[RepositoryIn]
) -> Response[RepositoryOut]:
    """Register a repository by its https or ssh address, or by a local path where the server allows it."""
    found = await unit.projects.find(unit.principal, project)
    given = unit.credentials.given(data.token, data.user, key=data.deploy_key)
    made = await unit.repositories.register(
        unit.principal,
        found.id,
        name=data.name,
        url=data.url,
        branch=data.branch,
        folders=data.folders if data.folder is None else (data.folder, *(data.folders or ())),
        prefix=data.prefix,
        root=data.root,
        trust=data.trust,
        publish=data.publish,
        publish_branch=data.publish_branch,
        given=given,
    )
    place = f"/api/v1/projects/{found.slug}/repositories/{made.repository.id}"
    answer = RepositoryOut.of(made.repository, secret=made.webhook_secret)
    answer.prefix, answer.folders, answer.trust = made.binding.prefix, made.binding.folders, made.binding.trust
    answer.root = made.binding.root
    answer.deploy_key = next((one.public for one in given if one.public), "")
    answer.publishing = PublishingOut.of(made.binding, made.repository.branch)
    return Response(answer, status_code=201, headers={"location": place, "cache-control": "no-store"})


@get("/projects/{project:str}/repositories/{repository:uuid}", opt=READ, summary="Read a repository")
async def get_repository(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]
) -> RepositoryOut:
    """Give a repository: how its last reading ended, where its specs are, which files did not become specs."""
    found = await unit.projects.find(unit.principal, project)
    return RepositoryOut.of_detail(await unit.repositories.get(unit.principal, found.id, repository))


@patch(
    "/projects/{project:str}/repositories/{repository:uuid}",
    opt={"scope": Scope.ADMIN, "statuses": (404,)},
    summary="Change how a repository is bound",
)
async def rebind_repository(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID], data: JSONBody[RebindIn]
) -> RepositoryOut:
    """Change how far its branch is trusted, and how what is written here becomes commits. It is read soon."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.repositories.rebind(
        unit.principal,
        found.id,
        repository,
        trust=data.trust,
        publish=data.publish,
        publish_branch=data.publish_branch,
    )
    return RepositoryOut.of_detail(detail)


@post(
    "/projects/{project:str}/repositories/{repository:uuid}/read",
    opt={"scope": Scope.CHECK, "statuses": (404,)},
    status_code=202,
    summary="Read a repository now",
)
async def trigger_repository(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]
) -> RepositoryOut:
    """Have a repository fetched and checked as soon as a worker is free. Needs an editor."""
    found = await unit.projects.find(unit.principal, project)
    return RepositoryOut.of(await unit.repositories.trigger(unit.principal, found.id, repository))


@post(
    "/projects/{project:str}/repositories/{repository:uuid}/secret",
    opt={**ADMIN, "secret": True},
    status_code=200,
    summary="Rotate a webhook's secret",
)
async def rotate_secret(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]
) -> Response[RepositoryOut]:
    """Give the webhook another secret; the old one is worthless at once."""
    found = await unit.projects.find(unit.principal, project)
    secret = await unit.repositories.rotate_secret(unit.principal, found.id, repository)
    detail = await unit.repositories.get(unit.principal, found.id, repository)
    answer = RepositoryOut.of(detail.repository, secret=secret)
    return Response(answer, headers={"cache-control": "no-store"})


@post(
    "/projects/{project:str}/repositories/{repository:uuid}/learn",
    opt={"scope": Scope.ADMIN, "statuses": (404,)},
    status_code=202,
    summary="Learn what a repository keeps to",
)
async def learn(unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]) -> RunOut:
    """Have written down what the code keeps to today; the run's `result` holds the draft. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    detail = await unit.repositories.get(unit.principal, found.id, repository)
    return RunOut.of(await unit.runs.begin(unit.principal, found.id, RunKind.LEARN, str(detail.repository.id)))


@delete("/projects/{project:str}/repositories/{repository:uuid}", opt=ADMIN, summary="Forget a repository")
async def remove_repository(unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]) -> None:
    """Forget a repository and what was found in it. Its specs stay."""
    found = await unit.projects.find(unit.principal, project)
    await unit.repositories.remove(unit.principal, found.id, repository)


ROUTES = (
    list_repositories,
    register_repository,
    get_repository,
    rebind_repository,
    trigger_repository,
    rotate_secret,
    learn,
    remove_repository,
)
