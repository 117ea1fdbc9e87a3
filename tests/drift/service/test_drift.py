from datetime import timedelta

import pytest

from app import sources
from drift.lives.life import LifeState
from drift.lives.records import Badge, CheckVerdict
from drift.lives.wanted import CAME, WENT, Wanted
from specs.access import SERVER, Principal, Scope
from specs.errors import DeniedError, MissingError, UserError
from tests.drift.service.made import Recorder, finding, invariant, path_row


@pytest.fixture
async def recorder(world):
    return await Recorder(world).prepare()


@pytest.fixture
def ask(recorder):
    return recorder.drift, recorder.world.rob, recorder.world.project.id


async def test_findings_are_filtered(recorder, ask):
    drift, rob, project = ask
    a = finding("a")
    b = finding("b", "only", path="web/page.py", severity="warning", spec="other.md")
    await recorder.check(a, b, invariants=[invariant(found=[a]), invariant("only", "other.md", found=[b])])
    await recorder.check(b, invariants=[invariant(), invariant("only", "other.md", found=[b])])

    async def names(**wanted):
        return [one.message[0] for one in (await drift.findings(rob, project, **wanted)).items]

    assert await names() == ["b", "a"]
    assert await names(state=LifeState.OPEN) == ["b"]
    assert await names(state=LifeState.RESOLVED) == ["a"]
    assert await names(invariant="only") == ["b"]
    assert await names(severity="warning") == ["b"]
    assert await names(spec=recorder.spec) == ["a"]
    assert await names(path="web") == ["b"]
    assert await names(path="web/page.py") == ["b"]
    assert await names(path="we") == []
    assert await names(path="shop/") == ["a"]
    assert await names(repository=sources.new_id()) == []
    with pytest.raises(UserError):
        await names(severity="fatal")


async def test_findings_are_asked_for_by_owner_words_age_and_what_happened(recorder, ask):
    drift, rob, project = ask
    start = recorder.world.clock()
    a, b = finding("a"), finding("b", "only", path="web/page.py", severity="warning", spec="other.md")
    both = [invariant(found=[a]), invariant("only", "other.md", found=[b])]
    await recorder.check(a, invariants=both)
    await recorder.check(a, b, invariants=both)
    await recorder.check(b, invariants=both)
    await recorder.check(a, b, invariants=both)
    day = timedelta(days=1)

    async def names(**wanted):
        return [one.message[0] for one in (await drift.wanted(rob, project, Wanted(**wanted))).items]

    assert await names(kind="layers") == ["b", "a"]
    assert await names(specs=frozenset({recorder.spec})) == ["a"]
    assert await names(specs=frozenset({recorder.spec}), unbound=True) == ["b", "a"]
    assert await names(specs=frozenset()) == []
    assert await names(text="PAGE wrong") == ["b"]
    assert await names(text="author 1") == ["a"]
    assert await names(text="100%") == []
    assert await names(opened_before=start + 1.5 * day) == ["a"]
    assert await names(opened_since=start + 1.5 * day) == ["b"]
    assert await names(happened=CAME, since=start + 3.5 * day) == ["a"]
    assert await names(happened=WENT, since=start, until=start + 3.5 * day) == ["a"]
    assert await names(happened=WENT, until=start + 2.5 * day) == []
    assert await names(open_at=start + 1.5 * day) == ["a"]
    assert await names(open_at=start + 3.5 * day) == ["b"]
    tally = await drift.tally(rob, project, Wanted(state=LifeState.OPEN))
    assert sorted((one.invariant, one.severity, one.spec, one.count) for one in tally) == [
        ("layering", "error", recorder.spec, 1),
        ("only", "warning", None, 1),
    ]
    layering, only = sorted(await drift.clusters(rob, project, start + 3.5 * day), key=lambda one: one.invariant)
    assert (layering.count, layering.fresh, layering.returned, layering.files) == (1, 1, 1, 1)
    assert (only.count, only.fresh, only.returned, only.sample) == (1, 0, 0, b["fingerprint"])


async def test_pages_end_and_miss_nothing(recorder, ask):
    drift, rob, project = ask
    await recorder.check(*(finding(f"{number}") for number in range(7)))
    seen, cursor = [], None
    for _ in range(4):
        page = await drift.findings(rob, project, cursor=cursor, limit=2)
        seen += [one.fingerprint for one in page.items]
        cursor = page.next
    assert cursor is None
    assert len(seen) == len(set(seen)) == 7
    with pytest.raises(UserError):
        await drift.findings(rob, project, cursor="x")
    with pytest.raises(UserError):
        await drift.checks(rob, project, cursor="9" * 40)


async def test_a_finding_tells_its_life(recorder, ask):
    drift, rob, project = ask
    a = finding("a")
    await recorder.check(a)
    await recorder.check()
    await recorder.check(a)
    detail = await drift.finding(rob, project, a["fingerprint"])
    assert [(e.kind.value, e.cause.actor) for e in detail.events] == [
        ("opened", "author 1"),
        ("resolved", "author 2"),
        ("regressed", "author 3"),
    ]
    assert (detail.finding.opened.actor, detail.finding.changed.actor) == ("author 1", "author 3")
    with pytest.raises(MissingError):
        await drift.finding(rob, project, "0" * 16)
    with pytest.raises(MissingError):
        await drift.finding(rob, project, a["fingerprint"], sources.new_id())


async def test_verdicts_say_since_when(recorder, ask):
    drift, rob, project = ask
    [before] = await drift.verdicts(rob, project)
    assert (before.verdict, before.since) == (None, None)
    await recorder.check()
    turned = await recorder.check(finding("a"))
    await recorder.check(finding("a"), finding("b", severity="warning"))
    await recorder.check(problem="too slow")
    await recorder.check(finding("a"), finding("b", severity="warning"))
    [verdict] = await drift.verdicts(rob, project)
    assert (verdict.verdict, verdict.broken, verdict.invariants) == (CheckVerdict.BROKEN, 1, 1)
    assert (verdict.since, verdict.commit) == (turned.cause.at, turned.commit)
    assert verdict.open == {"error": 1, "warning": 1}


async def test_a_check_in_error_leaves_what_was_known(recorder, ask):
    drift, rob, project = ask
    await recorder.check(finding("a"))
    await recorder.check(problem="too slow")
    [verdict] = await drift.verdicts(rob, project)
    assert (verdict.verdict, verdict.problem) == (CheckVerdict.ERROR, "too slow")
    assert verdict.broken == 1
    assert [one.state for one in (await drift.findings(rob, project)).items] == [LifeState.OPEN]


async def test_badges_count_invariants_and_open_findings(recorder, ask):
    drift, rob, project = ask
    a = finding("a")
    await recorder.check(
        a, invariants=[invariant(found=[a]), invariant("two"), invariant("three", verdict="unmatched")]
    )
    badge = (await drift.badges(rob, project))[recorder.spec]
    assert badge == Badge(kept=1, broken=1, unmatched=1, open=1, errors=1)
    assert (badge.word, badge.verdict, badge.total) == ("broken", "broken", 3)
    assert Badge().word == "none"
    assert Badge(open=1).word == "drift"
    await recorder.check({**finding("a"), "severity": "info"}, {**finding("b"), "severity": "warning"})
    badge = (await drift.badges(rob, project))[recorder.spec]
    assert (badge.open, badge.info, badge.warnings, badge.errors) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("badge", "verdict"),
    [
        (Badge(), "none"),
        (Badge(kept=2), "kept"),
        (Badge(kept=2, open=1, errors=1), "broken"),
        (Badge(kept=2, open=1), "warning"),
        (Badge(kept=2, open=1, info=1), "kept"),
        (Badge(kept=1, broken=1, open=2, errors=1), "broken"),
        (Badge(kept=1, broken=1, open=2), "warning"),
        (Badge(broken=1, open=1, info=1), "told"),
        (Badge(broken=1), "broken"),
        (Badge(error=1), "broken"),
        (Badge(unmatched=1, open=1, errors=1), "broken"),
        (Badge(unmatched=1, waived=1), "unmatched"),
        (Badge(waived=1, kept=1), "waived"),
        (Badge(open=1, errors=1), "broken"),
    ],
)
def test_an_open_error_is_no_warning(badge, verdict):
    assert badge.verdict == verdict


async def test_invariants_of_one_spec(recorder, ask):
    drift, rob, project = ask
    await recorder.check(invariants=[invariant(), invariant("other", "other.md")])
    assert [one.invariant for one in await drift.invariants(rob, project)] == ["layering", "other"]
    assert [one.invariant for one in await drift.invariants(rob, project, recorder.spec)] == ["layering"]


async def test_trend_and_lives(recorder, ask):
    drift, rob, project = ask
    await recorder.check(finding("a"))
    recorder.world.clock.forward(days=7)
    await recorder.check(finding("b"))
    weeks = await drift.trend(rob, project)
    assert len(weeks) == 12
    assert [(week.opened, week.resolved, week.open) for week in weeks[-2:]] == [(1, 0, 1), (1, 1, 1)]
    now = recorder.world.clock()
    assert len(await drift.lives(rob, project, now - timedelta(days=5))) == 2
    assert [d.finding.message[0] for d in await drift.lives(rob, project, now + timedelta(days=1))] == ["b"]
    happened = await drift.happened(rob, project, now - timedelta(days=1), now + timedelta(days=1))
    assert sorted(event.kind.value for _, event in happened) == ["opened", "resolved"]


async def test_checks_are_listed_and_read_with_their_report(recorder, ask):
    drift, rob, project = ask
    first = await recorder.check(finding("a"))
    await recorder.check(problem="too slow")
    listed = await drift.checks(rob, project)
    assert [check.verdict.value for check in listed.items] == ["error", "broken"]
    detail = await drift.check(rob, project, first.id)
    assert detail.report["findings"][0]["message"] == "a is wrong"
    assert (await drift.check(rob, project, listed.items[0].id)).report == {}
    with pytest.raises(MissingError):
        await drift.check(rob, project, sources.new_id())


async def test_paths_and_modules(recorder, ask):
    drift, rob, project = ask
    rows = [path_row("shop/web.py", "layering", module="shop.web", imports=["shop.domain"]), path_row("shop2/x.py")]
    await recorder.check(paths=rows)
    assert [fact.path for fact in await drift.paths(rob, project, ["shop"])] == ["shop/web.py"]
    assert [fact.invariants for fact in await drift.paths(rob, project, ["shop/web.py"])] == [("layering",)]
    assert await drift.paths(rob, project, []) == ()
    assert [fact.path for fact in await drift.modules(rob, project, ["shop.web"])] == ["shop/web.py"]
    await recorder.check(paths=rows[:1])
    assert await drift.paths(rob, project, ["shop2"]) == ()


async def test_strangers_learn_nothing_and_scopes_count(recorder, ask, world):
    drift, _, project = ask
    await recorder.check(finding("a"))
    stranger = await world.person("zoe")
    fingerprint = finding("a")["fingerprint"]
    other = (await world.projects.create(SERVER, "other")).id
    for call in (
        drift.findings(stranger, project),
        drift.tally(stranger, project, Wanted()),
        drift.history(stranger, project, "layering"),
        drift.holding(stranger, project, "layering"),
        drift.clusters(stranger, project, recorder.world.clock()),
        drift.finding(stranger, project, fingerprint),
        drift.verdicts(stranger, project),
        drift.badges(stranger, project),
        drift.invariants(stranger, project),
        drift.trend(stranger, project),
        drift.checks(stranger, project),
        drift.paths(stranger, project, ["shop"]),
        drift.lives(stranger, project, world.clock()),
        drift.finding(world.ada, other, fingerprint),
    ):
        with pytest.raises(MissingError):
            await call
    weak = Principal(world.rob.actor, frozenset({Scope.WRITE}), world.rob.roles)
    with pytest.raises(DeniedError):
        await drift.findings(weak, project)


async def test_an_invariant_tells_when_it_last_held(recorder, ask):
    drift, rob, project = ask
    await recorder.check()
    await recorder.check()
    await recorder.check(finding("a"))
    await recorder.check(problem="It took too long.")
    await recorder.check(finding("a"), finding("b"))
    [now] = await drift.holding(rob, project, "layering")
    assert (now.verdict, now.held, now.broke.commit, now.broke.author) == (
        "broken",
        f"{2:040x}",
        f"{3:040x}",
        "author 3",
    )
    every = await drift.history(rob, project, "layering")
    assert [(one.verdict, one.findings, one.turned) for one in every.items] == [
        ("broken", 2, False),
        ("broken", 1, True),
        ("kept", 0, False),
        ("kept", 0, True),
    ]
    turns = await drift.history(rob, project, "layering", recorder.repository, turns=True, limit=1)
    assert [one.commit for one in turns.items] == [f"{3:040x}"]
    rest = await drift.history(rob, project, "layering", turns=True, cursor=turns.next)
    assert [one.commit for one in rest.items] == [f"{1:040x}"]
    assert await drift.holding(rob, project, "nothing") == ()
