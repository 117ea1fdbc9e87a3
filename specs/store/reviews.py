"""Queries of what was said of proposals: reviews and their comments. All scoped by their project."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from specs.proposals.comments import Comment, Side
from specs.proposals.proposal import Review
from specs.proposals.state import Verdict
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors
from specs.tables.proposals import proposal_comments, proposal_reviews, proposal_votes, proposals


class ReviewStore:
    """The reviews of one project's proposals on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def add(self, proposal: UUID, review: Review, comments: Sequence[Comment]) -> None:
        """Add a review with its comments, in their order."""
        row = {
            "id": review.id,
            "proposal_id": proposal,
            "actor_id": review.author.id,
            "at": review.at,
            "verdict": review.verdict,
            "digest": review.digest,
            "number": review.number,
            "body": review.body,
        }
        await self._connection.execute(insert(proposal_reviews).values(row))
        rows = [
            {
                "id": comment.id,
                "review_id": review.id,
                "proposal_id": proposal,
                "position": position,
                "spec_id": comment.spec,
                "side": comment.side,
                "line": comment.line,
                "anchor": comment.anchor,
                "quote": comment.quote,
                "body": comment.body,
                "reply_to": comment.reply_to,
            }
            for position, comment in enumerate(comments)
        ]
        if rows:
            await self._connection.execute(insert(proposal_comments), rows)

    async def reviews(self, proposal: UUID) -> tuple[Review, ...]:
        """Give the reviews of a proposal in the order they came."""
        query = (
            select(
                proposal_reviews,
                actors.c.name.label("actor_name"),
                actors.c.kind.label("actor_kind"),
                proposal_votes.c.void,
            )
            .join(actors, actors.c.id == proposal_reviews.c.actor_id)
            .join(proposals, proposals.c.id == proposal_reviews.c.proposal_id)
            .join(proposal_votes, proposal_votes.c.review_id == proposal_reviews.c.id, isouter=True)
            .where(proposals.c.project_id == self._project, proposal_reviews.c.proposal_id == proposal)
            .order_by(proposal_reviews.c.seq)
        )
        return tuple(
            Review(
                id=row["id"],
                author=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
                at=row["at"],
                verdict=Verdict(row["verdict"]),
                digest=row["digest"],
                number=row["number"],
                body=row["body"],
                void=bool(row["void"]),
            )
            for row in (await self._connection.execute(query)).mappings()
        )

    async def comments(self, proposal: UUID) -> tuple[Comment, ...]:
        """Give the comments on a proposal in the order they came."""
        query = self._comments(proposal).order_by(proposal_reviews.c.seq, proposal_comments.c.position)
        return tuple(_comment(row) for row in (await self._connection.execute(query)).mappings())

    async def comment(self, proposal: UUID, comment: UUID) -> Comment | None:
        """Give one comment on a proposal."""
        query = self._comments(proposal).where(proposal_comments.c.id == comment)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _comment(row)

    async def set_resolved(self, comment: UUID, at: datetime | None, by: UUID | None) -> None:
        """Say that a comment is settled, or that it is not."""
        change = update(proposal_comments).where(proposal_comments.c.id == comment)
        await self._connection.execute(change.values(resolved_at=at, resolved_by=by))

    def _comments(self, proposal: UUID) -> Select[Any]:
        return (
            select(
                proposal_comments,
                proposal_reviews.c.at,
                proposal_reviews.c.number,
                proposal_reviews.c.actor_id,
                actors.c.name.label("actor_name"),
                actors.c.kind.label("actor_kind"),
            )
            .join(proposal_reviews, proposal_reviews.c.id == proposal_comments.c.review_id)
            .join(proposals, proposals.c.id == proposal_comments.c.proposal_id)
            .join(actors, actors.c.id == proposal_reviews.c.actor_id)
            .where(proposals.c.project_id == self._project, proposal_comments.c.proposal_id == proposal)
        )


def _comment(row: Any) -> Comment:
    return Comment(
        id=row["id"],
        review=row["review_id"],
        author=Actor(row["actor_id"], row["actor_name"], ActorKind(row["actor_kind"])),
        at=row["at"],
        body=row["body"],
        number=row["number"],
        spec=row["spec_id"],
        side=Side(row["side"]),
        line=row["line"],
        anchor=row["anchor"],
        quote=row["quote"],
        reply_to=row["reply_to"],
        resolved_at=row["resolved_at"],
        resolved_by=row["resolved_by"],
    )
