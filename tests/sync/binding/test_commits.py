"""What commits of revisions say, and which revisions go together into one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from specs.revision import Actor, ActorKind, Provenance
from sync.binding.commits import (
    Author,
    Known,
    Link,
    Step,
    Word,
    author_of,
    claimed_revisions,
    message_of,
    steps,
    together,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)
EVE, BOB = Author("Eve", "eve@example.org"), Author("Bob", "bob@example.org")
SPEC = UUID(int=7)


def word(number: int, author: Author = EVE, message: str = "", provenance: Provenance = Provenance.EXPLICIT) -> Word:
    return Word(f"{number:064x}", author, AT + timedelta(minutes=number), message, provenance)


@pytest.mark.parametrize(
    ("name", "kind", "login", "identity", "told"),
    [
        ("Eve", ActorKind.HUMAN, "eve@corp.example", "", "Eve <eve@corp.example>"),
        ("Eve", ActorKind.HUMAN, "eve", "", "Eve <eve@users.noreply.example.org>"),
        ("Bob", ActorKind.HUMAN, "", "bob@example.com", "Bob <bob@example.com>"),
        ("claude", ActorKind.AGENT, "", "", "claude <agent.claude@users.noreply.example.org>"),
        ("A <x>\n", ActorKind.HUMAN, "a b", "not an address", "A  x <a-b@users.noreply.example.org>"),
        ("\x00", ActorKind.HUMAN, "", "", "unknown <00000000000000000000000000000001@users.noreply.example.org>"),
    ],
)
def test_authors_as_git_takes_them(name, kind, login, identity, told) -> None:
    made = author_of(Known(Actor(UUID(int=1), name, kind), login, identity), "example.org")
    assert str(made) == told


def test_a_message_has_the_trailers_and_they_are_read_again() -> None:
    step = Step(
        (word(1, BOB), word(2, message="Say it\n\nBecause.", provenance=Provenance.INFERRED)),
        texts=((SPEC, "a.md", "x"),),
    )
    told = message_of(step)
    assert told.startswith("Say it\n\nBecause.\n\nHoldfast-Revision: ")
    assert "Holdfast-Provenance: inferred\nCo-authored-by: Bob <bob@example.org>\n" in told
    assert claimed_revisions(told) == (f"{1:064x}", f"{2:064x}")
    assert message_of(Step((word(1),), texts=((SPEC, "a.md", "x"),))).startswith("Update a.md\n")
    assert message_of(Step((), moves=((SPEC, "a.md", "b.md"),))) == "Rename a.md to b.md\n"


def test_each_revision_is_a_commit_in_the_order_they_came() -> None:
    one = [Link(1, word(1), "a1", takes_in_git=False), Link(4, word(4), "a2", takes_in_git=False)]
    two = [Link(2, word(2), "b1", takes_in_git=False)]
    made = steps([], [(SPEC, "a.md", one), (UUID(int=8), "b.md", two)])
    assert [step.texts[0][2] for step in made] == ["a1", "b1", "a2"]


def test_what_came_before_a_merge_with_git_is_told_and_not_written() -> None:
    links = [
        Link(1, word(1, BOB), "without git's words", takes_in_git=False),
        Link(2, word(2), "both", takes_in_git=True),
        Link(3, word(3), "more", takes_in_git=False),
    ]
    made = steps([], [(SPEC, "a.md", links)])
    assert [step.texts[0][2] for step in made] == ["both", "more"]
    assert [one.author for one in made[0].words] == [BOB, EVE]
    whole = together(made)
    assert (whole.texts, len(whole.words)) == (((SPEC, "a.md", "more"),), 3)
