"""The text of `holdfast.lock`: what is written reads back the same, and joining locks knows no order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.debt.lock import Entry, Lock, format_lock, one_line, owner_of, parse_lock, subject_of, union
from drift.findings import Finding, SpecAnchor

PLAIN = "shop-layers | shop.domain -> shop.web | frozen"
WAIVED = "shop-layers | shop.a -> shop.b | waived | 2026-12-31 | Ada <ada@example.com> | the vendor mends it"
CELL = st.text(max_size=12).map(one_line)
FILLED = st.one_of(CELL.filter(bool), st.sampled_from(["shop.a -> shop.b", "a|b", "\\", "#x", "\\u0041", "\U000e0001"]))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
ENTRIES = st.one_of(
    st.builds(Entry, FILLED, FILLED, st.sampled_from(["frozen", "reviewed"]), st.just(""), CELL, CELL),
    st.builds(Entry, FILLED, FILLED, st.just("waived"), DAYS, FILLED, FILLED),
)
FEW = st.builds(
    Entry,
    st.sampled_from(["a", "b"]),
    st.sampled_from(["x -> y", "x.py"]),
    st.sampled_from(["waived", "frozen", "reviewed"]),
    st.sampled_from(["2026-01-01", "2027-01-01"]),
    st.sampled_from(["Ada", "Bob"]),
    st.sampled_from(["why", "because"]),
).map(lambda one: one if one.state == "waived" else Entry(one.invariant, one.subject, one.state, "", one.by))


@given(st.lists(ENTRIES, max_size=8))
def test_what_is_written_reads_back_the_same(entries: list[Entry]) -> None:
    text = format_lock(Lock(tuple(entries)))
    read = parse_lock(text)
    assert not read.problems
    assert read.entries == union(entries)
    assert format_lock(read) == text
    assert all(line.isprintable() for line in text.splitlines())


@given(st.text(alphabet=st.sampled_from("ab|\\u0041 #\n-<=>frozenwaived"), max_size=200))
def test_any_text_is_read_and_every_line_counts(text: str) -> None:
    read = parse_lock(text)
    lines = [line.strip() for line in text.split("\n")]
    told = {problem.line for problem in read.problems}
    assert all(problem.hint for problem in read.problems)
    kept = {entry.key for entry in read.entries}
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#") and number not in told:
            assert parse_lock(line).entries[0].key in kept


@given(st.lists(FEW), st.lists(FEW), st.lists(FEW))
def test_joining_is_idempotent_and_knows_no_order(one: list[Entry], two: list[Entry], three: list[Entry]) -> None:
    assert union(one, one) == union(one) == union(union(one))
    assert union(one, two) == union(two, one)
    assert union(union(one, two), three) == union(one, union(two, three)) == union([*three, *two, *one])
    joined = parse_lock(format_lock(Lock(tuple(one))) + format_lock(Lock(tuple(two))))
    assert joined.entries == union(one, two)
    assert format_lock(joined).count("# Accepted") == 1


def test_lines_are_sorted_and_have_no_blanks_at_their_end() -> None:
    lock = parse_lock(f"{WAIVED}\nb | y | frozen || Bob |\na | z | reviewed\n{PLAIN}\n")
    assert not lock.problems
    body = [line for line in format_lock(lock).splitlines() if not line.startswith("#")]
    assert body == ["a | z | reviewed", "b | y | frozen |  | Bob", WAIVED, PLAIN]


def test_of_two_lines_about_the_same_the_strictest_counts() -> None:
    later = WAIVED.replace("2026-12-31", "2027-06-30")
    frozen = "shop-layers | shop.a -> shop.b | frozen"
    (entry,) = parse_lock(f"{frozen}\n{later}\n{WAIVED}").entries
    assert (entry.state, entry.until) == ("waived", "2026-12-31")
    assert not entry.ended(date(2026, 12, 31))
    assert entry.ended(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("shop-layers | a -> b", "bad-line"),
        ("shop-layers | a -> b | frozen | | | | more", "bad-line"),
        (" | a -> b | frozen", "bad-line"),
        ("shop-layers | | frozen", "bad-line"),
        ("shop-layers | a -> b | forzen", "unknown-state"),
        ("shop-layers | a -> b | waived", "bad-date"),
        ("shop-layers | a -> b | waived | soon | Ada | why", "bad-date"),
        ("shop-layers | a -> b | waived | 2026-02-30 | Ada | why", "bad-date"),
        ("shop-layers | a -> b | waived | 20261231 | Ada | why", "bad-date"),
        ("shop-layers | a -> b | waived | 2026-12-31 | Ada", "incomplete-waiver"),
        ("shop-layers | a -> b | waived | 2026-12-31 | | why", "incomplete-waiver"),
        ("shop-layers | a -> b | frozen | 2026-12-31", "bad-date"),
        ("<<<<<<< HEAD", "merge-conflict"),
        ("=======", "merge-conflict"),
        ("||||||| base", "merge-conflict"),
        (">>>>>>> theirs", "merge-conflict"),
        ("a | " + "x" * 10_001 + " | frozen", "long-line"),
    ],
)
def test_a_bad_line_is_a_problem_with_its_line_and_hides_no_other(line: str, code: str) -> None:
    lock = parse_lock(f"# comment\n{PLAIN}\n{line}\n{WAIVED}\n")
    (problem,) = lock.problems
    assert (problem.code, problem.line) == (code, 3)
    assert problem.hint
    assert len(lock.entries) == 2


def test_a_finding_is_named_as_a_person_would() -> None:
    anchor = SpecAnchor("s.md", "", 1)

    def found(
        *identity: str, importer: str | None = None, imported: str | None = None, invariant: str = "i"
    ) -> Finding:
        return Finding(
            invariant, "kind", "error", "m", "f", anchor, None, identity, importer=importer, imported=imported
        )

    assert subject_of(found("a", "b", importer="a", imported="b")) == "a -> b"
    assert subject_of(found("a", "b", "#2", importer="a", imported="b")) == "a -> b #2"
    assert subject_of(found("cycle", "a", "b", importer="a", imported="b")) == "cycle a b"
    assert subject_of(found("src/odd name.py")) == "src/odd name.py"
    assert (owner_of(found("x")), owner_of(found("x", invariant=""))) == ("i", "kind")
