from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drift.findings import Finding, FindingState, SpecAnchor
from drift.lives.life import Cause, CauseKind, Known, LifeEvent, LifeState, Reason, replay
from drift.lives.life import look as reduce
from drift.lives.life import step as bare_step
from drift.report import CheckReport, InvariantResult

SPEC = SpecAnchor("pay.md", "layers", 3)
START = datetime(2026, 11, 2, 12, tzinfo=UTC)


def finding(name, invariant="layers", state=FindingState.INTRODUCED):
    return Finding(invariant, "layers", "error", f"{name} is wrong", "mend it", SPEC, None, (name,), state=state)


def report(*findings, errors=(), asked=("layers", "only")):
    results = tuple(
        InvariantResult(
            name,
            name,
            "layers",
            "pay.md",
            "layers",
            3,
            "error" if name in errors else "broken" if any(f.invariant == name for f in findings) else "kept",
            tuple(f.fingerprint for f in findings if f.invariant == name),
        )
        for name in asked
    )
    return CheckReport("broken" if findings else "kept", results, findings, (), {})


def step(known, checked, cause, **more):
    return bare_step(known, reduce(checked), cause, **more)


def by_commit(number):
    return Cause(CauseKind.COMMIT, f"{number:040x}", f"author {number}", START + timedelta(hours=number))


def by_spec(number):
    return Cause(CauseKind.SPEC, f"{number:064x}", f"writer {number}", START + timedelta(hours=number))


def fold(*looks):
    known, events = {}, []
    for number, look in enumerate(looks):
        done = step(known, look, by_commit(number))
        known = done.known
        events.extend(done.events)
    return known, events


def test_a_new_finding_is_opened_at_the_commit_that_brought_it():
    done = step({}, report(finding("a")), by_commit(1))
    [event] = done.events
    assert (event.kind, event.cause, event.reason) == (LifeEvent.OPENED, by_commit(1), None)
    assert done.known[finding("a").fingerprint].state is LifeState.OPEN


def test_a_finding_that_stays_is_no_event():
    known, events = fold(report(finding("a")), report(finding("a")))
    assert [e.kind for e in events] == [LifeEvent.OPENED]
    assert len(known) == 1


def test_a_finding_that_goes_and_comes_back_is_regressed_and_counted():
    known, events = fold(*[report(finding("a")), report()] * 3)
    kinds = [e.kind for e in events]
    assert kinds[:3] == [LifeEvent.OPENED, LifeEvent.RESOLVED, LifeEvent.REGRESSED]
    assert known[finding("a").fingerprint].regressed == 2
    assert known[finding("a").fingerprint].state is LifeState.RESOLVED


def test_what_an_invariant_in_error_knew_stays_open():
    before = step({}, report(finding("a")), by_commit(1)).known
    done = step(before, report(errors=("layers",)), by_commit(2))
    assert done.events == ()
    assert done.held == {finding("a").fingerprint}
    assert done.known == before


def test_a_commit_fixes_a_spec_change_only_lets_go():
    before = step({}, report(finding("a")), by_commit(1)).known
    assert step(before, report(), by_commit(2)).events[0].reason is Reason.FIXED
    assert step(before, report(), by_spec(2)).events[0].reason is Reason.INTENT_CHANGED
    gone = step(before, report(asked=("only",)), by_commit(2), asked_before=frozenset({"layers", "only"}))
    assert gone.events[0].reason is Reason.INVARIANT_REMOVED


def test_a_finding_of_no_invariant_is_fixed_not_removed():
    before = step({}, report(finding("a", "unparsed")), by_commit(1)).known
    gone = step(before, report(), by_commit(2), asked_before=frozenset({"layers", "only"}))
    assert gone.events[0].reason is Reason.FIXED


def test_each_spec_that_changed_answers_for_its_own_invariants():
    found = report(finding("a"), finding("b", "only"))
    done = step({}, found, by_spec(1), causes={finding("b", "only").fingerprint: by_spec(2)})
    assert {event.invariant: event.cause for event in done.events} == {"layers": by_spec(1), "only": by_spec(2)}


def test_a_waiver_starts_and_lapses():
    waived = finding("a", state=FindingState.WAIVED)
    _, events = fold(report(finding("a")), report(waived), report(waived), report(finding("a")))
    assert [e.kind for e in events] == [LifeEvent.OPENED, LifeEvent.WAIVED, LifeEvent.LAPSED]


def test_a_fixed_finding_in_a_report_is_not_there():
    fixed = finding("a", state=FindingState.FIXED)
    assert step({}, report(fixed), by_commit(1)).events == ()


names = st.sampled_from("abcdef")
states = st.sampled_from([FindingState.INTRODUCED, FindingState.EXISTING, FindingState.WAIVED, FindingState.FIXED])
findings = st.lists(
    st.builds(finding, names, st.sampled_from(["layers", "only"]), states),
    max_size=6,
    unique_by=lambda f: f.fingerprint,
)
reports = st.builds(
    lambda found, errors, asked: report(*found, errors=errors, asked=asked),
    findings,
    st.sets(st.sampled_from(["layers", "only"])),
    st.lists(st.sampled_from(["layers", "only"]), unique=True),
)
histories = st.lists(reports, max_size=8)


@given(histories)
def test_law_events_alone_rebuild_the_states(looks):
    known, events = fold(*looks)
    assert replay({}, events) == known


@given(histories, reports)
def test_law_the_same_check_twice_changes_nothing(looks, look):
    known, _ = fold(*looks)
    once = step(known, look, by_commit(90))
    twice = step(once.known, look, by_spec(91))
    assert twice.events == ()
    assert twice.known == once.known


@given(histories, reports)
def test_law_open_is_exactly_what_is_found_or_held(looks, look):
    known, _ = fold(*looks)
    done = step(known, look, by_commit(90))
    here = {f.fingerprint for f in look.findings if f.state not in {FindingState.WAIVED, FindingState.FIXED}}
    held_open = {f for f in done.held if known[f].state is LifeState.OPEN}
    assert {f for f, k in done.known.items() if k.state is LifeState.OPEN} == here | held_open


@given(histories)
def test_law_each_finding_alternates_and_begins_by_coming(looks):
    _, events = fold(*looks)
    last = {}
    for event in events:
        before = last.get(event.fingerprint)
        if event.kind is LifeEvent.OPENED:
            assert before is None
        if event.kind is LifeEvent.REGRESSED:
            assert before is LifeState.RESOLVED
        if event.kind is LifeEvent.RESOLVED:
            assert before in {LifeState.OPEN, LifeState.WAIVED}
        last[event.fingerprint] = replay({}, [event])[event.fingerprint].state


@given(findings, st.randoms())
def test_law_the_order_of_findings_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert step({}, report(*found), by_commit(1)) == step({}, report(*shuffled), by_commit(1))


def test_known_defaults_to_never_regressed():
    assert Known("f", "i", LifeState.OPEN).regressed == 0
