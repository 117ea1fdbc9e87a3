"""The weekly letter counts what happened in its week, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from drift.lives.life import AFTER, CauseKind, LifeEvent, LifeState
from drift.lives.records import (
    CauseRecord,
    CheckVerdict,
    FindingDetail,
    FindingEvent,
    FindingRecord,
    Repository,
    RepositoryState,
    RepositoryVerdict,
)
from sync.weekly.letter import Letter
from sync.weekly.period import week
from sync.weekly.tally import NO_OWNER, Count, Counts, behind, worsened
from sync.weekly.writing import Subject, write

MONDAY = date(2026, 11, 9)
WEEK = week(MONDAY)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
REPOSITORY = UUID(int=1)
SUBJECT = Subject("shop", "The shop", {"pay.md": ("payments",)})
VERDICT = RepositoryVerdict(
    Repository(REPOSITORY, UUID(int=2), "shop", "https://example.org/shop", "main", RepositoryState.READY, NOON),
    CheckVerdict.BROKEN,
    invariants=5,
    broken=1,
    unmatched=0,
    since=NOON,
    commit="c" * 40,
    problem="",
    open={"error": 1},
)


def life(name: str, *events: tuple[LifeEvent, int], spec: str = "pay.md", path: str = "src/pay.py") -> FindingDetail:
    """A finding whose events happened on days counted from the letter's Monday, at noon."""
    causes = [
        CauseRecord(CauseKind.COMMIT, f"{day % 16:x}" * 40, "ann", NOON + timedelta(days=day)) for _, day in events
    ]
    finding = FindingRecord(
        repository=REPOSITORY,
        fingerprint=name.ljust(16, "0"),
        invariant="layers",
        kind="layers",
        severity="error",
        spec=None,
        spec_path=spec,
        spec_anchor="layering",
        code_path=path,
        line=3,
        message=f"{name} imports the web layer.",
        fix="Move it.",
        state=AFTER[events[-1][0]],
        regressed=0,
        opened=causes[0],
        changed=causes[-1],
        data={},
    )
    happened = zip((kind for kind, _ in events), causes, strict=True)
    return FindingDetail(finding, tuple(FindingEvent(kind, cause, None, UUID(int=9)) for kind, cause in happened))


def letter(*lives: FindingDetail) -> Letter:
    return write(SUBJECT, [VERDICT], lives, WEEK, NOW)


OPENED, RESOLVED, REGRESSED = LifeEvent.OPENED, LifeEvent.RESOLVED, LifeEvent.REGRESSED


def test_each_event_is_counted_in_its_week() -> None:
    made = letter(
        life("new", (OPENED, 2)),
        life("old", (OPENED, -30)),
        life("gone", (OPENED, -30), (RESOLVED, 3)),
        life("back", (OPENED, -30), (RESOLVED, -20), (REGRESSED, 4)),
        life("before", (OPENED, -30), (RESOLVED, -3)),
    )
    assert made.counts == Counts(new=1, resolved=1, regressed=1, worsened=1, ongoing=1, open=3)
    assert made.before == Counts(resolved=1, ongoing=2, open=2)
    assert [item.message.split()[0] for item in made.new] == ["new"]
    assert [item.message.split()[0] for item in made.regressed] == ["back"]
    assert [item.message.split()[0] for item in made.resolved] == ["gone"]


def test_what_happens_after_the_week_does_not_count() -> None:
    made = letter(life("late", (OPENED, 8)), life("mended", (OPENED, 1), (RESOLVED, 9)))
    assert made.counts == Counts(new=1, open=1)


def test_rows_by_spec_and_owner_add_up() -> None:
    made = letter(life("a", (OPENED, 1)), life("b", (OPENED, 1), spec="other.md"))
    assert {row.name: row.counts.open for row in made.by_spec} == {"pay.md": 1, "other.md": 1}
    assert {row.name: row.counts.open for row in made.by_owner} == {"payments": 1, NO_OWNER: 1}


def test_hot_spots_weigh_severity_and_movement() -> None:
    calm = life("calm", (OPENED, -30), path="src/calm.py")
    busy = life("busy", (OPENED, -30), (RESOLVED, 1), (REGRESSED, 2), path="src/busy.py")
    assert [spot.path for spot in letter(calm, busy).hot_spots] == ["src/busy.py", "src/calm.py"]


def test_an_invariant_worsens_when_it_was_broken_and_more_is_open() -> None:
    old, new = life("old", (OPENED, -30)), life("new", (OPENED, 2))
    assert letter(old, new).counts.worsened == 1
    assert [item.message.split()[0] for item in letter(old, new).worsened] == ["new"]
    assert letter(new).counts.worsened == 0
    assert letter(old, life("gone", (OPENED, -30), (RESOLVED, 1)), new).counts.worsened == 0


def test_an_event_dated_before_its_forerunner_counts_where_that_did() -> None:
    made = letter(life("rewritten", (OPENED, 3), (RESOLVED, -9)))
    assert made.counts == Counts(new=1, resolved=1)


def test_the_letter_of_an_owner_tells_of_their_specs_alone() -> None:
    lives = [life("a", (OPENED, 1)), life("b", (OPENED, 1), spec="other.md")]
    mine = write(replace(SUBJECT, owner="payments"), [VERDICT], lives, WEEK, NOW)
    assert mine.counts == Counts(new=1, open=1)
    assert mine.verdict == "Of what payments owns, 1 invariant is broken; 1 finding is open."
    assert mine.gates is None
    assert [one.owners for one in mine.decisions] == [("payments",)]
    nobodys = write(replace(SUBJECT, owner=NO_OWNER), [VERDICT], lives, WEEK, NOW)
    assert nobodys.counts.new == 1


def test_an_empty_week_is_quiet() -> None:
    assert letter().quiet
    assert not letter(life("a", (OPENED, -30))).quiet


def test_the_verdict_is_one_sentence() -> None:
    assert letter(life("a", (OPENED, 1))).verdict == "1 of 5 invariants is broken; 1 finding is open."
    failed = replace(VERDICT, verdict=CheckVerdict.ERROR, broken=0)
    assert write(SUBJECT, [failed], [], WEEK, NOW).verdict == "All 5 invariants hold. Not analysed: shop."
    assert write(SUBJECT, [], [], WEEK, NOW).verdict == "No repository is compared with the specs yet."


DAYS = st.lists(st.integers(-80, 20), min_size=1, max_size=6, unique=True).map(sorted)


@given(st.lists(DAYS, max_size=6))
def test_the_trend_ends_with_the_open_count(histories: list[list[int]]) -> None:
    cycle = (OPENED, RESOLVED, REGRESSED)
    lives = [
        life(f"f{number}", *((cycle[0] if not at else cycle[1 + (at + 1) % 2], day) for at, day in enumerate(days)))
        for number, days in enumerate(histories)
    ]
    made = letter(*lives)
    assert made.trend[-1].counts == made.counts
    for count in Count:
        found = worsened(lives, WEEK) if count is Count.WORSENED else behind(count, lives, WEEK)
        assert len(found) == getattr(made.counts, count.value)
    assert made.counts.open == sum(row.counts.open for row in made.by_spec)
    assert all(AFTER[event.kind] in LifeState for one in lives for event in one.events)
