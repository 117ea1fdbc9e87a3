"""Laws of what is learned: it holds, it forbids what it says it forbids, it is the same each time."""

from datetime import date

from hypothesis import given, settings

from drift.check import check
from drift.index import CodeIndex
from drift.invariants import World
from drift.learning.choice import choose
from drift.learning.field import bits, make_field
from drift.learning.promises import Promise
from specs.parser import parse
from tests.drift.learning.made import added, trees


def broken(index: CodeIndex, promise: Promise) -> bool:
    report = check({"s.md": parse("\n".join(promise.lines) + "\n")}, World(index, {}), None, today=date(2026, 1, 1))
    assert report.invariants
    return any(item.spec.path for item in report.findings)


@given(trees())
@settings(max_examples=40, deadline=None)
def test_what_is_learned_holds_and_forbids_what_it_covers(index):
    field = make_field(index)
    learned = choose(field, lambda promise: not broken(index, promise))
    assert 0 <= learned.share <= 1.0001
    names = (*field.units, *field.externals, *field.tests)
    for promise in learned.promises:
        assert not broken(index, promise)
        pairs = [(unit, target) for unit, mask in sorted(promise.cover.items()) for target in bits(mask)]
        for unit, target in pairs[:: max(len(pairs) // 4, 1)]:
            assert not field.direct[unit] >> target & 1, (promise.id, names[unit], names[target])
            assert broken(added(index, names[unit], names[target]), promise), (promise.id, names[unit], names[target])
    again = choose(make_field(index), lambda promise: not broken(index, promise))
    assert [one.lines for one in again.promises] == [one.lines for one in learned.promises]


@given(trees())
@settings(max_examples=60, deadline=None)
def test_reach_is_what_chains_lead_to(index):
    field = make_field(index)
    for start in range(len(field.units)):
        seen: set[int] = set()
        frontier = [start]
        while frontier:
            for target in bits(field.direct[frontier.pop()]):
                if target not in seen:
                    seen.add(target)
                    frontier += [target] if target < len(field.units) else []
        assert set(bits(field.reach[start])) | {start} == seen | {start}


def test_an_empty_tree_teaches_nothing():
    from tests.drift.made import index_of  # noqa: PLC0415 (used by one test)

    assert choose(make_field(index_of()), lambda _: True).promises == ()
