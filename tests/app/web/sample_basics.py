"""People, times, revisions and the frame that all sample pages share."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.web.views.frame import Frame, Place, ProjectLink
from specs.access import Role
from specs.revision import Actor, ActorKind, Provenance, Revision

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ANA = Actor(UUID(int=1), "Ana Horvat", ActorKind.HUMAN)
BOT = Actor(UUID(int=2), "refund-agent", ActorKind.AGENT)
GIT = Actor(UUID(int=3), "Holdfast", ActorKind.SYSTEM)
PROJECT = ProjectLink("payments", "Payments")
OTHER = ProjectLink("holdfast", "Holdfast")


def revision(number: int, actor: Actor = ANA, message: str = "", *, parents: int = 1, hours: int = 0) -> Revision:
    return Revision(
        digest=f"{number:02d}" + "4f2a91c07be3" * 5 + "ab",
        spec_id=UUID(int=9),
        parents=tuple(f"{number - one - 1:02d}" + "4f2a91c07be3" * 5 + "ab" for one in range(parents)),
        text_digest="0" * 64,
        size=4200,
        actor=actor,
        provenance=Provenance.EXPLICIT if actor.kind is ActorKind.HUMAN else Provenance.INFERRED,
        message=message,
        at=NOW - timedelta(hours=hours),
        origin="git:4f2a91c07be3" if actor is GIT else "",
    )


def frame(title: str, place: Place | None = None, role: Role = Role.ADMIN) -> Frame:
    return Frame(
        title,
        csrf="csrf-sample",
        person=ANA,
        project=PROJECT if place else None,
        projects=(PROJECT, OTHER),
        place=place,
        role=role,
        counts={"drift": 7, "inbox": 4},
    )
