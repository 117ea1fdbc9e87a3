from datetime import UTC, datetime

import pytest

from specs.parser import parse
from sync.traces.items import Catalogue
from sync.traces.junit import Case, Result
from sync.traces.standing import Deployed, Ended, Implemented, Incident, Place, Signals, traceability
from sync.traces.standing import Tested as Ran
from sync.traces.tags import Tag, TagKind

TEXT = """# Payments

- **FR-001**: A refund SHALL be paid within 5 days.
- **FR-002**: A refund MUST be logged.

## Rules

`req~ledger~2` is kept.

UID: LED-7

```yaml invariant
id: no-legacy
kind: absent
file: legacy.py
```
"""
CATALOGUE = {"docs/specs/payments.md": parse(TEXT)}
AT, LATER = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)


def place(target, kind=TagKind.TEST, symbol="test_x", since=1):
    path = "tests/test_pay.py" if kind is TagKind.TEST else "src/pay.py"
    return Place(path, Tag(target, kind, 3, symbol), "shop", since)


def told(**given):
    found = traceability(Catalogue(CATALOGUE), Signals(**given))
    return {one.item.key: one for one in found.standings}, [(one.target, one.why) for one in found.unknown]


def test_every_requirement_is_there_though_nothing_is_known_of_it():
    rows, unknown = told()
    assert list(rows) == ["FR-001", "FR-002", "rules"]
    assert {(one.implemented, one.tested) for one in rows.values()} == {(Implemented.NONE, Ran.NONE)}
    assert unknown == []


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("payments#FR-001", "FR-001"),
        ("docs/specs/payments.md#fr-001", "FR-001"),
        ("specs/payments#rules", "rules"),
        ("FR-002", "FR-002"),
        ("req~ledger~2", "rules"),
        ("LED-7", "rules"),
    ],
)
def test_names_of_every_form_find_their_requirement(target, key):
    rows, unknown = told(places=[place(target)])
    assert (rows[key].tested, unknown) == (Ran.NAMED, [])


def test_names_that_mean_nothing_are_kept_with_the_reason():
    _, unknown = told(places=[place("payments#FR-003"), place("payment#x"), place("req~ledger~1"), place("NO-1")])
    assert [target for target, _ in unknown] == ["NO-1", "payment#x", "payments#FR-003", "req~ledger~1"]
    reasons = dict(unknown)
    assert "`payments#FR-00" in reasons["payments#FR-003"]
    assert "`payments`" in reasons["payment#x"]
    assert reasons["req~ledger~1"] == "its revision is 2 by now."


@pytest.mark.parametrize(
    ("results", "word"),
    [
        ([Result.PASSED], Ran.PASSED),
        ([Result.PASSED, Result.FAILED], Ran.FAILED),
        ([Result.SKIPPED], Ran.SKIPPED),
        ([Result.SKIPPED, Result.PASSED], Ran.PASSED),
    ],
)
def test_results_belong_to_the_tests_that_name_the_requirement(results, word):
    ended = [Ended(Case(f"test_x[{n}]", "tests.test_pay", result=one), "shop") for n, one in enumerate(results)]
    other = Ended(Case("test_x", "tests.test_other", result=Result.FAILED), "shop")
    rows, _ = told(places=[place("payments#FR-001")], ended=[*ended, other])
    assert rows["FR-001"].tested is word
    assert len(rows["FR-001"].results) == len(results)


def test_what_breaks_it_and_since_when():
    failed = Ended(Case("t", result=Result.FAILED, targets=["payments#FR-002", "payments#nope"]), since=LATER)
    incident = Incident("db", AT, ("payments#FR-001",), ("src",))
    rows, unknown = told(
        places=[place("payments#FR-002", TagKind.IMPLEMENTATION)],
        ended=[failed],
        incidents=[incident],
        verdicts={"no-legacy": ("broken", LATER)},
    )
    assert [(one.kind, one.what) for one in rows["FR-002"].broken] == [("test", "t"), ("incident", "db")]
    assert rows["FR-002"].broken_since == AT
    assert rows["FR-001"].broken_since == AT
    assert (rows["rules"].implemented, rows["rules"].broken_since) == (Implemented.BROKEN, LATER)
    assert [target for target, _ in unknown] == ["payments#nope"]


def test_it_runs_where_the_deployed_commit_is_not_older_than_the_code_that_names_it():
    deployments = [Deployed("prod", "b" * 40, AT, "shop", 4), Deployed("stage", "c" * 40, AT, "shop", 6)]
    rows, _ = told(places=[place("FR-001", TagKind.IMPLEMENTATION, since=5)], deployments=deployments)
    assert [one.environment for one in rows["FR-001"].deployed] == ["stage"]
    assert rows["FR-002"].deployed == ()
