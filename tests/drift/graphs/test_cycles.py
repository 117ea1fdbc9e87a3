import random

import pytest

from drift.graphs.cycles import cycles_to_mend, tangles


def graph(text: str) -> dict[int, set[int]]:
    pairs = [tuple(map(int, pair.split(">"))) for pair in text.split()]
    nodes = {node for pair in pairs for node in pair}
    return {node: {to for at, to in pairs if at == node} for node in sorted(nodes)}


def test_tangles() -> None:
    assert tangles(graph("1>2 2>3 3>1 3>4 4>5 5>4 6>1")) == [[1, 2, 3], [4, 5]]
    assert tangles(graph("1>2 2>3")) == []
    assert tangles({}) == []


def test_links_to_unknown_nodes_are_passed_over() -> None:
    assert tangles({1: {2, 9}, 2: {1}}) == [[1, 2]]


def test_pairs_first_then_longer_circles() -> None:
    found = cycles_to_mend(graph("1>2 2>1 3>4 4>5 5>3"), {})
    assert [cycle.nodes for cycle in found] == [(1, 2), (3, 4, 5)]
    assert found[1].links == ((3, 4), (4, 5), (5, 3))


def test_the_side_with_the_least_weight_is_the_one_to_cut() -> None:
    assert cycles_to_mend(graph("1>2 2>1"), {(1, 2): 5, (2, 1): 2})[0].weakest == (2, 1)


def test_a_long_ring_needs_no_deep_stack() -> None:
    ring = {node: {(node + 1) % 5_000} for node in range(5_000)}
    assert len(tangles(ring)[0]) == 5_000
    assert len(cycles_to_mend(ring, {})[0].nodes) == 5_000


@pytest.mark.parametrize("seed", range(40))
def test_without_the_weakest_links_nothing_is_tangled(seed: int) -> None:
    dice = random.Random(seed)
    nodes = range(dice.randint(1, 30))
    links = {node: {dice.choice(nodes) for _ in range(dice.randint(0, 4))} - {node} for node in nodes}
    found = cycles_to_mend(links, {})
    for cycle in found:
        assert all(to in links[at] for at, to in cycle.links)
        assert cycle.weakest in cycle.links
        assert cycle.nodes[0] == min(cycle.nodes)
    mended = {at: {to for to in tos if (at, to) not in {cycle.weakest for cycle in found}} for at, tos in links.items()}
    assert tangles(mended) == []
    assert bool(found) == bool(tangles(links))
    assert found == cycles_to_mend({node: set(links[node]) for node in reversed(nodes)}, {})


def test_a_budget_bounds_the_work_and_still_tells_each_tangle() -> None:
    dice = random.Random(1)
    links = {node: {dice.randrange(400) for _ in range(30)} - {node} for node in range(400)}
    assert cycles_to_mend(links, {}, budget=10)
    assert len(cycles_to_mend(links, {}, budget=10)) < len(cycles_to_mend(links, {}))
