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
from sync.weekly import NO_OWNER, Counts, Letter, Subject, week_of, write

MONDAY = date(2026, 11, 9)
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
    return write(SUBJECT, [VERDICT], lives, MONDAY, NOW)


OPENED, RESOLVED, REGRESSED = LifeEvent.OPENED, LifeEvent.RESOLVED, LifeEvent.REGRESSED


def test_a_week_runs_from_monday_to_monday() -> None:
    assert week_of(datetime(2026, 11, 15, 23, 59, tzinfo=UTC)) == (date(2026, 11, 9), date(2026, 11, 16))
    assert week_of(datetime(2026, 11, 16, tzinfo=UTC))[0] == date(2026, 11, 16)


def test_each_event_is_counted_in_its_week() -> None:
    made = letter(
        life("new", (OPENED, 2)),
        life("old", (OPENED, -30)),
        life("gone", (OPENED, -30), (RESOLVED, 3)),
        life("back", (OPENED, -30), (RESOLVED, -20), (REGRESSED, 4)),
        life("before", (OPENED, -30), (RESOLVED, -3)),
    )
    assert made.counts == Counts(new=1, resolved=1, regressed=1, open=3)
    assert made.before == Counts(new=0, resolved=1, regressed=0, open=2)
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


def test_an_empty_week_is_quiet() -> None:
    assert letter().quiet
    assert not letter(life("a", (OPENED, -30))).quiet


def test_the_verdict_is_one_sentence() -> None:
    assert letter(life("a", (OPENED, 1))).verdict == "1 of 5 invariants is broken; 1 finding is open."
    failed = replace(VERDICT, verdict=CheckVerdict.ERROR, broken=0)
    assert write(SUBJECT, [failed], [], MONDAY, NOW).verdict == "All 5 invariants hold. Not analysed: shop."
    assert write(SUBJECT, [], [], MONDAY, NOW).verdict == "No repository is compared with the specs yet."


DAYS = st.lists(st.integers(-80, 20), min_size=1, max_size=6, unique=True).map(sorted)


@given(st.lists(DAYS, max_size=6))
def test_the_trend_ends_with_the_open_count(histories: list[list[int]]) -> None:
    cycle = (OPENED, RESOLVED, REGRESSED)
    lives = [
        life(f"f{number}", *((cycle[0] if not at else cycle[1 + (at + 1) % 2], day) for at, day in enumerate(days)))
        for number, days in enumerate(histories)
    ]
    made = letter(*lives)
    assert made.trend[-1].open == made.counts.open
    assert made.trend[-1].opened == made.counts.new
    assert made.counts.open == sum(row.counts.open for row in made.by_spec)
    assert all(AFTER[event.kind] in LifeState for one in lives for event in one.events)
