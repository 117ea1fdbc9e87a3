"""Made-up but realistic views of proposals, made through the code that makes the real ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.web.proposals.proposals import SHOWN, TURNS
from app.web.shaping.deltas import page_of
from app.web.views.drift import Choice, Filter
from app.web.views.proposals import ProposalList, ProposalPage, ProposalRow
from specs.access import Principal, Role
from specs.proposals.comments import Comment
from specs.proposals.delta import Operation, SpecDelta, delta_digest
from specs.proposals.overlap import Closeness, Overlap
from specs.proposals.proposal import (
    Meeting,
    Outcome,
    PlacedComment,
    Proposal,
    ProposalDetail,
    Review,
    Turn,
    Why,
)
from specs.proposals.state import ProposalState, Standing, Tally, Verdict
from specs.revision import Actor

PROJECT, SPEC, NEW = UUID(int=70), UUID(int=71), UUID(int=72)
BEFORE = """# Refunds

A refund is paid to the card that was charged.

## Deadline {#deadline}

A customer may ask for a refund within 30 days of the purchase. After that the shop may refuse, and says why.

- The day of the purchase counts.
- Weekends count.

## Who may refund

A clerk may refund up to 100 EUR; above that a manager must agree.
"""
AFTER = (
    BEFORE.replace("within 30 days of the purchase", "within 14 days of the delivery")
    .replace("- The day of the purchase counts.\n", "- The day of the delivery does not count.\n")
    .replace("up to 100 EUR", "up to 250 EUR")
)


def proposal(author: Actor, now: datetime, number: int = 80, **more: object) -> Proposal:
    """Make a proposal of an author, four hours old."""
    values: dict[str, object] = {
        "id": UUID(int=number),
        "project": PROJECT,
        "author": author,
        "standing": Standing(ProposalState.OPEN, delta_digest(DELTA), frozenset({author.id})),
        "title": "Follow the new law on refunds",
        "rationale": "The law of 1 March counts from the delivery.\nSupport asked for a higher limit besides.",
        "number": 2,
        "version": 4,
        "created_at": now - timedelta(hours=4),
        "updated_at": now,
        "asked_at": now - timedelta(hours=3),
        "ruling": {
            "reasons": ["agents-bind (shipped): review 1 from reviewer. What must hold is for a person to decide."]
        },
        "specs": (SPEC, NEW),
        "turn": Turn(Why.REVIEW, now - timedelta(hours=3)),
    }
    return Proposal(**{**values, **more})  # type: ignore[arg-type]


DELTA = (
    SpecDelta(SPEC, Operation.EDIT, "0" * 64, "payments/refunds.md", "payments/money-back.md", BEFORE, AFTER),
    SpecDelta(NEW, Operation.CREATE, None, "payments/limits.md", "payments/limits.md", "", "# Limits\n\nNone yet.\n"),
)


def page(author: Actor, reader: Actor, now: datetime, **more: object) -> ProposalPage:
    """Make the page of a proposal as a reviewer sees it."""
    review = UUID(int=90)
    beside = Comment(UUID(int=91), review, reader, now, "Does this hold for gifts too?", 2, SPEC, line=7)
    gone = Comment(
        UUID(int=92),
        review,
        reader,
        now,
        "Too vague.",
        1,
        SPEC,
        line=3,
        quote="A refund is paid soon.",
        resolved_at=now,
    )
    whole = Comment(UUID(int=93), review, author, now, "Support agrees.", 2)
    made = proposal(author, now, **more)
    detail = ProposalDetail(
        proposal=made,
        delta=DELTA,
        tally=Tally(frozenset({reader.id}), frozenset({reader.id})),
        reviews=(
            Review(review, reader, now - timedelta(hours=2), Verdict.APPROVE, "0" * 64, 1, "Good so far.", void=True),
        ),
        comments=(PlacedComment(beside, 7), PlacedComment(gone, None), PlacedComment(whole, None)),
        meetings=(
            Meeting(UUID(int=81), "Refund within 60 days", reader, (Overlap(Closeness.STATEMENT, SPEC, "deadline"),)),
        ),
    )
    principal = Principal(reader, roles={PROJECT: Role.ADMIN})
    turn = TURNS[made.turn.why] if made.turn else ""
    return page_of(detail, principal, {reader.id: reader.name}, turn=turn)


def conflicted(author: Actor, reader: Actor, now: datetime) -> ProposalPage:
    """Make the page of one that no longer fits."""
    region = {"base": "Within 30 days.\n", "ours": "Within 60 days.\n", "theirs": "Within 14 days.\n"}
    conflicts = {str(SPEC): {"message": "Both changed the same text.", "regions": [region]}}
    standing = Standing(ProposalState.CONFLICTED, "0" * 64, frozenset({author.id}))
    return page(author, reader, now, standing=standing, conflicts=conflicts, turn=None)


def declined(author: Actor, reader: Actor, now: datetime) -> ProposalPage:
    """Make the page of one that was declined."""
    standing = Standing(ProposalState.DECLINED, "0" * 64, frozenset({author.id}))
    outcome = Outcome(now, reader, "The law says 30 days.")
    return page(author, reader, now, standing=standing, outcome=outcome, turn=None)


def listed(people: Sequence[Actor], now: datetime) -> ProposalList:
    """Make the list."""
    first = proposal(people[1], now)
    states = (ProposalState.CONFLICTED, ProposalState.ACCEPTED, ProposalState.WITHDRAWN, ProposalState.DECLINED)
    rows = [ProposalRow(first, ("payments/refunds.md",), TURNS[Why.REVIEW], first.asked_at)]
    for number, state in enumerate(states):
        standing = Standing(state, "0" * 64, frozenset({people[0].id}))
        other = proposal(
            people[number % 2], now, 82 + number, standing=standing, title=f"Say it shorter, part {number}"
        )
        rows.append(ProposalRow(other, ("payments/architecture.md", "payments/refunds.md")))
    choices = tuple(Choice(value, label) for value, label in SHOWN)
    return ProposalList(tuple(rows), (Filter("show", "State", choices, "all"),), "cursor=x")
