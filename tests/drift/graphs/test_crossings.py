import random
from itertools import pairwise

import pytest

from drift.graphs.crossings import Crossing, find_crossings
from drift.graphs.graph import Graph, Graphs
from tests.drift.made import index_of


def made(links: list[tuple[str, str]], modules: str = "") -> Graph:
    return Graphs(index_of(links, modules=modules)).graph()


def crossings(
    graph: Graph, sources: str, targets: str, blocked: str = "", *, indirect: bool = True
) -> dict[tuple[str, str], Crossing]:
    found = find_crossings(graph, graph.nodes(sources), graph.nodes(targets), graph.nodes(blocked), indirect=indirect)
    return {(graph.name(link[0]), graph.name(link[1])): crossing for link, crossing in found.by_link.items()}


def chain(graph: Graph, crossing: Crossing) -> str:
    return "".join(graph.name(node) for node in crossing.chain)


def test_direct_imports_are_crossings_one_by_one() -> None:
    graph = made([("a", "x"), ("b", "x"), ("a", "y")])
    assert set(crossings(graph, "ab", "xy")) == {("a", "x"), ("a", "y"), ("b", "x")}


def test_many_ways_through_one_door_are_one_crossing_at_the_door() -> None:
    graph = made([("a", "m"), ("b", "m"), ("c", "m"), ("m", "n"), ("n", "x")])
    found = crossings(graph, "abc", "x")
    assert set(found) == {("n", "x")}
    assert chain(graph, found["n", "x"]) == "amnx"
    more = {(graph.name(one), graph.name(other)) for one, other in found["n", "x"].more}
    assert more == {("b", "m"), ("c", "m")}


def test_one_import_that_opens_many_ways_is_one_crossing_at_its_start() -> None:
    graph = made([("a", "m"), ("m", "n"), ("m", "o"), ("m", "p"), ("n", "x"), ("o", "y"), ("p", "z")])
    found = crossings(graph, "a", "xyz")
    assert set(found) == {("a", "m")}
    assert {(graph.name(one), graph.name(other)) for one, other in found["a", "m"].more} == {("o", "y"), ("p", "z")}


def test_blocked_nodes_are_not_passed() -> None:
    graph = made([("a", "m"), ("m", "x"), ("a", "n"), ("n", "x")])
    assert set(crossings(graph, "a", "x", "m")) == {("n", "x")}
    assert not crossings(graph, "a", "x", "mn")


def test_chains_may_be_left_out() -> None:
    graph = made([("a", "m"), ("m", "x"), ("a", "x")])
    assert set(crossings(graph, "a", "x", indirect=False)) == {("a", "x")}


def test_a_node_on_both_sides_is_a_source() -> None:
    graph = made([("a", "b"), ("b", "x")])
    assert set(crossings(graph, "ab", "bx")) == {("b", "x")}


def test_nothing_to_cross() -> None:
    graph = made([("x", "a")], modules="m")
    assert not crossings(graph, "a", "x")
    assert not crossings(graph, "", "x")
    assert not crossings(graph, "a", "")


@pytest.mark.parametrize("seed", range(150))
def test_crossings_part_the_sides_and_none_is_spare(seed: int) -> None:
    dice = random.Random(seed)
    letters = "abcdefghijklm"
    links = {(dice.choice(letters), dice.choice(letters)) for _ in range(dice.randint(0, 45))}
    kept = sorted(link for link in links if link[0] != link[1])
    graph = made(kept, modules=letters)
    found = crossings(graph, "abc", "klm")
    direct = {link for link in kept if link[0] in "abc" and link[1] in "klm"}
    assert direct <= set(found)
    mended = made([link for link in kept if link not in found], modules=letters)
    assert not crossings(mended, "abc", "klm")
    for spare in found:  # leaving out any one of them leaves a way
        almost = made([link for link in kept if link not in found or link == spare], modules=letters)
        assert crossings(almost, "abc", "klm")
    for link, crossing in found.items():
        text = chain(graph, crossing)
        steps = list(pairwise(text))
        assert link in steps
        assert set(steps) <= set(kept)
        assert text[0] in "abc"
        assert text[-1] in "klm"
        assert not set(text[1:-1]) & set("abcklm")
        assert len(set(text)) == len(text)


@pytest.mark.parametrize("seed", range(60))
def test_every_import_that_begins_or_ends_a_chain_is_shown(seed: int) -> None:
    dice = random.Random(1000 + seed)
    letters = "abcdefghijklm"
    links = sorted({(dice.choice(letters), dice.choice(letters)) for _ in range(40)})
    kept = [link for link in links if link[0] != link[1]]
    graph = made(kept, modules=letters)
    found = crossings(graph, "abc", "klm")
    shown = {
        (graph.name(one), graph.name(other))
        for crossing in found.values()
        for one, other in {*pairwise(crossing.chain), *crossing.more}
    }
    outside = graph.nodes("abcklm")
    for importer, imported in kept:
        if importer in "abc" and imported not in "abcklm":
            reaches = _through(graph, graph.nodes(imported), outside) & graph.nodes("klm")
            assert ((importer, imported) in shown) == bool(reaches), (importer, imported)


def _through(graph: Graph, starts: frozenset[int], border: frozenset[int]) -> set[int]:
    """All nodes reached from the starts by chains whose inner nodes are not of the border."""
    seen, work = set(starts), list(starts)
    for node in work:
        for target in graph.out[node]:
            if target not in seen:
                seen.add(target)
                if target not in border:
                    work.append(target)
    return seen
