"""A report held against a lock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drift.debt.acceptance import key_of, settle, standing
from drift.debt.lock import Entry, Lock, parse_lock
from drift.debt.renames import Renames
from drift.findings import Finding, FindingState, SpecAnchor
from drift.report import CheckReport, InvariantResult, NotAnalysed, verdict_of

TODAY = date(2026, 6, 1)
LATER = (TODAY + timedelta(days=30)).isoformat()


def finding(importer: str, imported: str = "web", invariant: str = "rule", kind: str = "layers") -> Finding:
    anchor = SpecAnchor("s.md", "", 1)
    return Finding(
        invariant,
        kind,
        "error",
        "m",
        "f",
        anchor,
        None,
        (importer, imported),
        importer=importer,
        imported=imported,
    )


def report(*findings: Finding, results: Iterable[InvariantResult] = (), history: bool = True) -> CheckReport:
    left = () if history else (NotAnalysed("s.md", "history"),)
    return CheckReport(verdict_of(findings), tuple(results), findings, left, {})


def result(name: str, kind: str, verdict: str) -> InvariantResult:
    return InvariantResult(name, "", kind, "s.md", "", 1, verdict, ())  # type: ignore[arg-type]


def lock(*subjects: str, state: str = "frozen", until: str = "", invariant: str = "rule") -> Lock:
    return Lock(tuple(Entry(invariant, one, state, until, "Ada", "why", 7) for one in subjects))  # type: ignore[arg-type]


def test_without_a_lock_a_report_is_what_it_was() -> None:
    given_report = report(finding("a"))
    assert settle(given_report, Lock(), TODAY) is given_report


def test_frozen_is_existing_waived_is_waived_and_the_rest_is_new() -> None:
    whole = Lock((*lock("a -> web").entries, *lock("b -> web", state="waived", until=LATER).entries))
    done = settle(report(finding("a"), finding("b"), finding("c")), whole, TODAY)
    assert [one.state.value for one in done.findings] == ["existing", "waived", "introduced"]
    assert done.verdict == "broken"
    assert settle(report(finding("a"), finding("b")), whole, TODAY).verdict == "kept"


def test_an_entry_speaks_of_its_own_invariant_alone() -> None:
    done = settle(report(finding("a", invariant="other")), lock("a -> web"), TODAY)
    assert done.findings[0].state is FindingState.INTRODUCED


def test_findings_about_the_specs_themselves_are_not_accepted() -> None:
    broken = finding("a", kind="spec")
    done = settle(report(broken), Lock((Entry(*key_of(broken), "frozen"),)), TODAY)
    assert done.findings[0].state is FindingState.INTRODUCED


def test_silence_of_what_was_not_evaluated_is_not_health() -> None:
    whole = lock("a -> web")
    assert len(settle(report(), whole, TODAY).findings) == 1
    assert settle(report(results=[result("rule", "layers", "error")]), whole, TODAY).findings == ()
    assert settle(report(), whole, TODAY, whole=False).findings == ()
    named = lock("mention s.md x", invariant="mentions")
    assert settle(report(history=False), named, TODAY).findings == ()
    assert len(settle(report(), named, TODAY).findings) == 1


def test_entries_for_confirmed_sections_are_left_alone() -> None:
    assert settle(report(), lock("s.md#a -> 12ab", state="reviewed"), TODAY).findings == ()


def test_two_bad_lines_alike_are_two_findings() -> None:
    done = settle(report(), parse_lock("rule | a\nrule | b\n"), TODAY)
    assert len({one.fingerprint for one in done.findings}) == 2
    assert [one.spec.line for one in done.findings] == [1, 2]


def test_moves_are_asked_for_only_where_something_is_left_over() -> None:
    asked: list[int] = []

    def renames() -> Renames:
        asked.append(1)
        return Renames({}, {"a.py": "a"}, {"a.py": "z"})

    settle(report(finding("a")), lock("a -> web"), TODAY, renames)
    settle(report(), lock("a -> web"), TODAY, renames)
    assert not asked
    done = settle(report(finding("z")), lock("a -> web"), TODAY, renames)
    assert (asked, [one.state.value for one in done.findings]) == ([1], ["existing", "introduced"])
    assert done.verdict == "kept"


NAMES = st.sampled_from("abcd")
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.just("rule"),
        NAMES.map(lambda name: f"{name} -> web"),
        st.sampled_from(["frozen", "waived"]),
        st.sampled_from(["2026-05-31", "2026-06-01", "2027-01-01"]),
        st.just("Ada"),
        st.just("why"),
    ).map(lambda one: replace(one, until="") if one.state == "frozen" else one)
)


@given(st.sets(NAMES), ENTRIES)
def test_a_lock_only_ever_lets_things_through_and_mending_never_breaks(names: set[str], entries: list[Entry]) -> None:
    whole = Lock(tuple({entry.key: entry for entry in entries}.values()))
    before = report(*[finding(name) for name in sorted(names)])
    done = settle(before, whole, TODAY)
    assert not (before.verdict == "kept" and done.verdict == "broken")
    stands = standing(before, whole, TODAY)
    new = {one.fingerprint for one in done.findings if one.state is FindingState.INTRODUCED and one.kind == "layers"}
    assert new == {one.fingerprint for one in before.findings} - stands.held.keys()
    for name in sorted(names):
        mended = settle(report(*[finding(one) for one in sorted(names - {name})]), whole, TODAY)
        assert not (done.verdict == "kept" and mended.verdict == "broken")
