"""What travels over the API: shapes of requests and answers, and how core values become them.

These types live here and nowhere below: the core does not know how it is spelled in JSON. Answers are lean: ids,
digests, sizes and references; texts only where asked for.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Meta, Struct

from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord
from specs.access import Member, Principal, Project, Role, Scope, Token
from specs.library import HistoryEntry, Merged, Page, Saved, Spec, SpecStatus, SpecText
from specs.problem import Problem, Severity
from specs.revision import Actor, ActorKind, Provenance, Revision

Item = TypeVar("Item")
Value = TypeVar("Value")

# PostgreSQL keeps no NUL in a text; the pattern says so in the OpenAPI document too.
NO_NUL = r"^[^\x00]*$"
Line: TypeAlias = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Message: TypeAlias = Annotated[str, Meta(max_length=4000, pattern=NO_NUL)]
Digest: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Text: TypeAlias = Annotated[str, Meta(pattern=NO_NUL)]
Include: TypeAlias = Annotated[Literal["text"] | None, QueryParameter(description="`text` adds the Markdown itself.")]
Cursor: TypeAlias = Annotated[str | None, QueryParameter(max_length=400, description="The place that `next` gave.")]
Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=200, description="How many at most.")]


class In(Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of request bodies: an unknown field is refused, so that a typing error is never silence."""


class Out(Struct, omit_defaults=True, kw_only=True):
    """Base of answers: what has nothing to say is left out."""


class Items(Struct, Generic[Item], omit_defaults=True):
    """One page of a list; `next` is the address of the following one."""

    items: tuple[Item, ...]
    next: str | None = None


class ActorOut(Out):
    """Who acted."""

    id: UUID
    name: str
    kind: ActorKind

    @classmethod
    def of(cls, actor: Actor) -> "ActorOut":
        """Make it from the core's value."""
        return cls(id=actor.id, name=actor.name, kind=actor.kind)


class CauseOut(Out):
    """Why something changed: a commit, a spec's revision (`spec` and `spec_path` are then set), or a decided claim."""

    kind: CauseKind
    reference: str
    actor: str
    at: datetime
    spec: UUID | None = None
    spec_path: str = ""

    @classmethod
    def of(cls, cause: CauseRecord) -> "CauseOut":
        """Make it from the core's value."""
        return cls(
            kind=cause.kind,
            reference=cause.reference,
            actor=cause.actor,
            at=cause.at,
            spec=cause.spec,
            spec_path=cause.spec_path,
        )


class ProjectOut(Out):
    """A project; `role` is the caller's."""

    id: UUID
    slug: str
    name: str
    created_at: datetime
    role: Role | None = None

    @classmethod
    def of(cls, project: Project, principal: Principal) -> "ProjectOut":
        """Make it from the core's value."""
        role = principal.role_in(project.id)
        return cls(id=project.id, slug=project.slug, name=project.name, created_at=project.created_at, role=role)


class RevisionOut(Out):
    """A revision without its text; `side` when it never was the head. `text` only where asked for."""

    digest: str
    spec: UUID
    parents: tuple[str, ...]
    text_digest: str
    size: int
    actor: ActorOut
    provenance: Provenance
    at: datetime
    message: str = ""
    origin: str = ""
    side: bool = False
    text: str | None = None

    @classmethod
    def of(cls, revision: Revision, *, side: bool = False, text: str | None = None) -> "RevisionOut":
        """Make it from the core's value."""
        return cls(
            digest=revision.digest,
            spec=revision.spec_id,
            parents=revision.parents,
            text_digest=revision.text_digest,
            size=revision.size,
            actor=ActorOut.of(revision.actor),
            provenance=revision.provenance,
            at=revision.at,
            message=revision.message,
            origin=revision.origin,
            side=side,
            text=text,
        )

    @classmethod
    def of_entry(cls, entry: HistoryEntry) -> "RevisionOut":
        """Make it from an entry of a history."""
        return cls.of(entry.revision, side=entry.side)


class MergedOut(Out):
    """How a text was put together with a head that had moved; `difference` shows what came in besides it."""

    base: str
    onto: str
    side: str
    difference: str

    @classmethod
    def of(cls, merged: Merged, place: str, head: str) -> "MergedOut":
        """Make it from the core's value; `place` is the spec's address."""
        difference = f"{place}/diff?before={merged.side}&after={head}"
        return cls(base=merged.base, onto=merged.onto, side=merged.side, difference=difference)


class ProblemOut(Out):
    """What a reader should be told of a text: where, what, and what to do."""

    code: str
    severity: Severity
    line: int
    column: int
    message: str
    hint: str

    @classmethod
    def of(cls, problem: Problem) -> "ProblemOut":
        """Make it from the core's value."""
        return cls(
            code=problem.code,
            severity=problem.severity,
            line=problem.line,
            column=problem.column,
            message=problem.message,
            hint=problem.hint,
        )


class FollowOut(Out):
    """A spec whose links point to where another was: `stale`, or `followed` in `revision`, or `refused` and why."""

    spec: UUID
    path: str
    state: Literal["stale", "followed", "refused"]
    revision: str = ""
    detail: str = ""


class SpecOut(Out):
    """A spec; `head` is the digest of its present revision. `revision` and `text` where one was read or written.

    `problems` after a write: what the text hides from readers, and which of its links are broken.
    `links` after a rename: specs whose links to it, or from it, do not follow by themselves.
    `merged` after a save whose base was no longer the head: the revision then holds more than what was sent.
    """

    id: UUID
    path: str
    title: str
    status: SpecStatus
    head: str
    created_at: datetime
    updated_at: datetime
    diverged: str | None = None
    revision: RevisionOut | None = None
    text: str | None = None
    merged: bool = False
    merge: MergedOut | None = None
    problems: tuple[ProblemOut, ...] = ()
    links: tuple[FollowOut, ...] = ()

    @classmethod
    def of(cls, spec: Spec, revision: Revision | None = None, text: str | None = None) -> "SpecOut":
        """Make it from the core's value."""
        return cls(
            id=spec.id,
            path=spec.path,
            title=spec.title,
            status=spec.status,
            head=spec.head,
            created_at=spec.created_at,
            updated_at=spec.updated_at,
            diverged=spec.diverged,
            revision=RevisionOut.of(revision) if revision is not None else None,
            text=text,
        )

    @classmethod
    def of_text(cls, found: SpecText, *, with_text: bool) -> "SpecOut":
        """Make it from a spec that was read."""
        return cls.of(found.spec, found.revision, found.text if with_text else None)

    @classmethod
    def of_saved(cls, saved: Saved, project: str, text: str | None = None) -> "SpecOut":
        """Make it from what a write left."""
        made = cls.of(saved.spec, saved.revision, text)
        if saved.merged is not None:
            made.merged = True
            made.merge = MergedOut.of(saved.merged, spec_url(project, saved.spec.id), saved.revision.digest)
        return made


class MemberOut(Out):
    """An actor's place in a project."""

    actor: ActorOut
    role: Role
    login: str = ""
    disabled: bool = False

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        """Make it from the core's value."""
        actor = ActorOut.of(member.actor)
        return cls(actor=actor, role=member.role, login=member.login, disabled=member.disabled)


class TokenOut(Out):
    """What is known of a token. `secret` is there once, in the answer that creates it."""

    id: UUID
    name: str
    prefix: str
    actor: ActorOut
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    project: UUID | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    secret: str | None = None

    @classmethod
    def of(cls, token: Token, secret: str | None = None) -> "TokenOut":
        """Make it from the core's value."""
        return cls(
            id=token.id,
            name=token.name,
            prefix=token.prefix,
            actor=ActorOut.of(token.actor),
            scopes=tuple(sorted(token.scopes)),
            created_at=token.created_at,
            expires_at=token.expires_at,
            project=token.project,
            revoked_at=token.revoked_at,
            last_used_at=token.last_used_at,
            secret=secret,
        )


def items_of(
    page: Page[Value], make: Callable[[Value], Item], path: str, query: Mapping[str, str | int | bool | None]
) -> Items[Item]:
    """Make a page of answers; `next` repeats the query with the following cursor."""
    after = None
    if page.next is not None:
        kept = {key: str(value) for key, value in query.items() if value not in (None, "", False)}
        after = f"{path}?{urlencode(kept | {'cursor': page.next})}"
    return Items(tuple(make(item) for item in page.items), after)


def spec_url(project: str, spec: UUID) -> str:
    """Give a spec's address."""
    return f"/api/v1/projects/{quote(project, safe='')}/specs/{spec}"
