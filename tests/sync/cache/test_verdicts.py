"""Reports as JSON for the cache: whole, or nothing."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.findings import CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.mentions.removal import Removal
from drift.report import CheckReport, InvariantResult, NotAnalysed
from sync.cache.verdicts import Judged, decode_judged, encode_judged

TEXT = st.text(max_size=8) | st.just("caf\udce9")
LINE = st.integers(0, 10_000)
FINDING = st.builds(
    Finding,
    invariant=TEXT,
    kind=TEXT,
    severity=st.sampled_from(["error", "warning", "info"]),
    message=TEXT,
    fix=TEXT,
    spec=st.builds(SpecAnchor, TEXT, TEXT, LINE),
    code=st.none() | st.builds(CodeAnchor, TEXT, LINE, LINE),
    identity=st.lists(TEXT, max_size=3).map(tuple),
    evidence=st.lists(st.builds(Hop, TEXT, TEXT, TEXT, LINE), max_size=3).map(tuple),
    importer=st.none() | TEXT,
    imported=st.none() | TEXT,
    reference=st.none() | TEXT,
    state=st.sampled_from(FindingState),
    removal=st.none() | st.builds(Removal, TEXT, was_in=st.just(("caf\udce9", "b")), how=st.just("renamed")),
    before=TEXT,
    after=TEXT,
    lets_through=st.lists(TEXT, max_size=2).map(tuple),
    releases=st.lists(TEXT, max_size=2).map(tuple),
)
RESULT = st.builds(
    InvariantResult,
    id=TEXT,
    name=TEXT,
    kind=TEXT,
    spec=TEXT,
    anchor=TEXT,
    line=LINE,
    verdict=st.sampled_from(["kept", "broken", "unmatched", "error"]),
    findings=st.lists(TEXT, max_size=2).map(tuple),
    governs=st.just(frozenset()),  # no check tells it
    why=TEXT,
)
REPORT = st.builds(
    CheckReport,
    verdict=st.sampled_from(["kept", "broken"]),
    invariants=st.lists(RESULT, max_size=3).map(tuple),
    findings=st.lists(FINDING, max_size=3).map(tuple),
    not_analysed=st.lists(st.builds(NotAnalysed, TEXT, TEXT), max_size=2).map(tuple),
    counts=st.dictionaries(TEXT, LINE, max_size=3),
)


@given(st.builds(Judged, REPORT, TEXT, TEXT, TEXT, TEXT))
def test_a_verdict_comes_back_whole(judged):
    again = decode_judged(encode_judged(judged))
    assert again == judged
    assert encode_judged(again) == encode_judged(judged)


def test_every_field_is_drawn_above():
    """A field that is added to a report must be added to what is kept."""
    assert {field.name for field in dataclasses.fields(Finding)} == {*FINDING_FIELDS, *LATER_FIELDS}
    assert {field.name for field in dataclasses.fields(InvariantResult)} == set(RESULT_FIELDS)


FINDING_FIELDS = (
    *("invariant", "kind", "severity", "message", "fix", "spec", "code", "identity", "evidence"),
    *("importer", "imported", "reference", "state", "removal"),
    *("before", "after", "lets_through", "releases"),
)
# A report is kept as it is before lock and base are looked at.
LATER_FIELDS = ("accepted",)
RESULT_FIELDS = ("id", "name", "kind", "spec", "anchor", "line", "verdict", "findings", "governs", "why")


@given(REPORT, st.data())
def test_a_damaged_report_is_nothing_or_a_report(report, data):
    value = json.loads(encode_judged(Judged(report)))
    key = data.draw(st.sampled_from(sorted(value)))
    value[key] = data.draw(st.none() | st.integers() | st.lists(st.integers(), max_size=2) | st.just([[1, 2]]))
    again = decode_judged(json.dumps(value).encode())
    assert again is None or isinstance(again.report, CheckReport)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b"[" * 100_000, b'{"format":1}', b'{"format":2,"verdict":"kept"}']
)
def test_rubbish_is_nothing(payload):
    assert decode_judged(payload) is None
