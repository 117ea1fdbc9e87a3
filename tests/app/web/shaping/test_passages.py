"""Conflicts cut for the eye: what is settled between the places, and whose it is."""

from datetime import UTC, datetime
from uuid import UUID

from app.web.shaping.passages import region_view, stretches_of
from specs.conflicts import ConflictRecord, ConflictState, Standing, regions_of
from specs.merging import merge
from specs.revision import Actor, ActorKind, Provenance, Revision

BASE = "# Rules\n\nOne stands.\n\nTwo stands.\n\nThree stands.\n\nFour stands.\n"
OURS = BASE.replace("Two stands", "Two fell").replace("One stands", "One stood").replace("Four stands.\n", "")
THEIRS = BASE.replace("Two stands", "Two rose").replace("Three stands", "Three stood")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVE = Actor(UUID(int=1), "Eve", ActorKind.HUMAN)


def standing(base: str, ours: str, theirs: str) -> Standing:
    made = merge(base, ours, theirs)
    record = ConflictRecord(
        UUID(int=2), UUID(int=3), "a.md", "b", "o", "t", ConflictState.OPEN, (), len(made.conflicts), 0, EVE, NOW
    )
    head, side = (
        Revision(digest, UUID(int=3), ("b",), digest, 1, EVE, Provenance.EXPLICIT, "", NOW) for digest in ("o", "t")
    )
    return Standing(record, head, side, base, ours, theirs, made, *regions_of(made, (), (), ()))


def test_what_is_settled_says_who_brought_it_and_what_is_gone() -> None:
    found = standing(BASE, OURS, THEIRS)
    assert len(found.regions) == 1
    before, after = stretches_of(found)
    assert [(line.text, line.by, line.gone) for line in before.lines if line.by] == [
        ("One stands.", "now", True),
        ("One stood.", "now", False),
    ]
    assert (before.count, before.now, before.waiting) == (4, 2, 0)
    assert ("Three stood.", "waiting", False) in [(line.text, line.by, line.gone) for line in after.lines]
    assert ("Three stands.", "waiting", True) in [(line.text, line.by, line.gone) for line in after.lines]


def test_of_a_long_stretch_only_what_was_brought_is_shown() -> None:
    long = "".join(f"Line {number}.\n\n" for number in range(400))
    found = standing(long + BASE, long.replace("Line 7.", "Line seven.") + OURS, long + THEIRS)
    before = stretches_of(found)[0]
    assert before.count == 804
    assert len(before.lines) < 30
    assert "Line seven." in [line.text for line in before.lines]


def test_the_base_shows_what_either_side_took_away_whatever_ends_its_lines() -> None:
    base = "The quick brown fox jumps over the dog.\r\n"
    ours, theirs = base.replace("quick", "slow"), base.replace("quick brown", "lazy red")
    found = standing(base, ours, theirs)
    [region] = found.regions
    [line] = region_view(1, region).before
    assert "".join(span.text for span in line).rstrip() == base.rstrip()
    assert [span.text for span in line if span.changed] == ["quick brown"]
