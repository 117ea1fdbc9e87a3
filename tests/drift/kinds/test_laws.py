"""The kinds agree with import-linter's engine (grimp) on generated graphs: the same verdicts, the same links."""

import random
from collections.abc import Iterable
from itertools import permutations

import grimp
import pytest

from drift.findings import Finding
from drift.index import CodeIndex
from drift.invariants import Invariant, World
from drift.kinds import find_kind
from specs.document import InvariantBlock
from tests.drift.made import block_of, index_of

TOPS = ("a", "b", "c", "d", "u", "v")
MODULES = ("r", *(f"r.{top}" for top in TOPS), *(f"r.{top}.m{n}" for top in TOPS for n in range(3)))
SEEDS = range(120)

Link = tuple[str, str]


def links_for(seed: int, most: int = 40) -> list[Link]:
    """Random imports, some graphs dense and some sparse, without imports between a package and its own inside."""
    dice = random.Random(seed)
    links = set()
    for _ in range(dice.randint(0, most)):
        importer, imported = dice.choice(MODULES[1:]), dice.choice(MODULES[1:])
        nested = importer.startswith(f"{imported}.") or imported.startswith(f"{importer}.")
        if importer != imported and not nested:
            links.add((importer, imported))
    return sorted(links)


def grimp_graph(links: Iterable[Link]) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for module in MODULES:
        graph.add_module(module)
    for line, (importer, imported) in enumerate(links, start=1):
        graph.add_import(importer=importer, imported=imported, line_number=line, line_contents="-")
    return graph


def findings(block: InvariantBlock, index: CodeIndex) -> tuple[Finding, ...]:
    kind = find_kind(block.kind)
    assert kind is not None
    assert not kind.validate(block)
    return kind.evaluate(Invariant(block, "spec.md", block.options), World(index, {})).findings


def shown_links(found: Iterable[Finding]) -> set[Link]:
    return {(hop.importer, hop.imported) for finding in found for hop in finding.evidence}


def check_chains(found: Iterable[Finding], links: list[Link], index: CodeIndex) -> None:
    """Every finding shows a chain of real imports that holds the import to mend."""
    for finding in found:
        assert (finding.importer, finding.imported) in links
        hops = finding.evidence
        chain = [hops[0]]
        for hop in hops[1:]:
            if hop.importer != chain[-1].imported:
                break
            chain.append(hop)
        assert (finding.importer, finding.imported) in {(hop.importer, hop.imported) for hop in chain}
        assert all((hop.importer, hop.imported) in links for hop in hops)
        assert finding.code is not None
        assert finding.code.path == index.modules[finding.importer or ""].path


def check_like_grimp(found: tuple[Finding, ...], wanted: Iterable[grimp.PackageDependency]) -> None:
    direct: set[Link] = set()
    ends: set[Link] = set()
    for route in (route for dependency in wanted for route in dependency.routes):
        if route.middle:
            ends |= {(head, route.middle[0]) for head in route.heads}
            ends |= {(route.middle[-1], tail) for tail in route.tails}
        else:
            direct |= {(head, tail) for head in route.heads for tail in route.tails}
    assert bool(found) == bool(direct or ends)
    assert direct <= {(finding.importer, finding.imported) for finding in found}
    assert direct | ends <= shown_links(found)


FORMS: tuple[tuple[str | tuple[str, ...], ...], ...] = (
    ("r.a", "r.b", "r.c", "r.d"),
    ("r.a", ("r.b", "r.c"), "r.d"),
    ("r.a", "r.b"),
    (("r.a", "r.b", "r.c"), "r.d"),
)


@pytest.mark.parametrize("form", range(len(FORMS)))
@pytest.mark.parametrize("independent", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_layers_are_grimp_s(form: int, *, independent: bool, closed: bool) -> None:
    theirs, ours = [], []
    for number, layer in enumerate(FORMS[form]):
        parts = (layer,) if isinstance(layer, str) else layer
        theirs.append(grimp.Layer(*parts, independent=independent, closed=closed and number == 1))
        ours.append((" | " if independent else " : ").join(parts))
    middle = FORMS[form][1]
    shut = [middle if isinstance(middle, str) else middle[0]]
    for seed in SEEDS:
        links = links_for(seed)
        wanted = grimp_graph(links).find_illegal_dependencies_for_layers(theirs)
        index = index_of(links, modules=MODULES)
        options: dict[str, object] = {"closed": shut} if closed else {}
        found = findings(block_of("layers", layers=ours, **options), index)
        check_like_grimp(found, wanted)
        check_chains(found, links, index)


def test_layers_in_containers_are_grimp_s() -> None:
    for seed in SEEDS:
        dice = random.Random(seed)
        names = [f"{box}.{part}.m{n}" for box in ("x", "y") for part in ("hi", "lo", "side") for n in range(2)]
        every = [*names, "x", "y", *(f"{box}.{part}" for box in ("x", "y") for part in ("hi", "lo", "side"))]
        links = sorted({(dice.choice(names), dice.choice(names)) for _ in range(12)})
        links = [link for link in links if link[0] != link[1]]
        graph = grimp.ImportGraph()
        for module in every:
            graph.add_module(module)
        for importer, imported in links:
            graph.add_import(importer=importer, imported=imported)
        wanted = graph.find_illegal_dependencies_for_layers(["hi", "lo"], containers={"x", "y"})
        block = block_of("layers", layers=["hi", "lo"], containers=["x", "y"])
        check_like_grimp(findings(block, index_of(links, modules=every)), wanted)


def test_independent_members_are_grimp_s() -> None:
    for seed in SEEDS:
        links = links_for(seed, most=20)
        wanted = grimp_graph(links).find_illegal_dependencies_for_layers([{"r.a", "r.b", "r.c"}])
        index = index_of(links, modules=MODULES)
        found = findings(block_of("independent", modules=["r.a", "r.b", "r.c"]), index)
        check_like_grimp(found, wanted)
        check_chains(found, links, index)


@pytest.mark.parametrize(("sources", "targets"), [(["r.a"], ["r.b"]), (["r.a", "r.c"], ["r.b", "r.d"])])
def test_forbidden_chains_are_grimp_s(sources: list[str], targets: list[str]) -> None:
    for seed in SEEDS:
        links = links_for(seed, most=30)
        graph = grimp_graph(links)
        pairs = [(source, target) for source in sources for target in targets]
        chains = [
            chain
            for source, target in pairs
            for chain in graph.find_shortest_chains(importer=source, imported=target, as_packages=True)
        ]
        index = index_of(links, modules=MODULES)
        found = findings(block_of("forbidden", from_=sources, to=targets), index)
        assert bool(found) == bool(chains)
        direct = {(chain[0], chain[1]) for chain in chains if len(chain) == 2}
        assert direct <= {(finding.importer, finding.imported) for finding in found}
        if len(pairs) == 1:
            assert len(found) <= len(links)
            assert len(found) >= len(direct)
        check_chains(found, links, index)


def test_forbidden_direct_imports_are_grimp_s() -> None:
    for seed in SEEDS:
        links = links_for(seed)
        graph = grimp_graph(links)
        wanted = {link for link in links if link[0].startswith("r.a") and link[1].startswith("r.b")}
        assert bool(wanted) == graph.direct_import_exists(importer="r.a", imported="r.b", as_packages=True)
        block = block_of("forbidden", from_=["r.a"], to=["r.b"], indirect=False)
        found = findings(block, index_of(links, modules=MODULES))
        assert {(finding.importer, finding.imported) for finding in found} == wanted


def test_a_glob_against_itself_is_import_linter_s() -> None:
    """`r.*` must not import `r.*`: every pair that does not overlap counts."""
    for seed in SEEDS:
        links = links_for(seed, most=12)
        graph = grimp_graph(links)
        parts = [f"r.{top}" for top in TOPS]
        wanted = any(graph.chain_exists(importer=a, imported=b, as_packages=True) for a, b in permutations(parts, 2))
        found = findings(block_of("forbidden", from_=["r.*"], to=["r.*"]), index_of(links, modules=MODULES))
        assert bool(found) == wanted


def test_acyclic_packages_are_grimp_s() -> None:
    for seed in SEEDS:
        links = links_for(seed, most=12)
        graph = grimp_graph(links)
        places = ["r", *(f"r.{top}" for top in TOPS)]
        wanted = any(graph.nominate_cycle_breakers(place) for place in places)
        index = index_of(links, modules=MODULES)
        found = findings(block_of("acyclic", within="r"), index)
        assert bool(found) == wanted
        mended = [link for link in links if link not in weakest(found, links)]
        assert not findings(block_of("acyclic", within="r"), index_of(mended, modules=MODULES))


def weakest(found: Iterable[Finding], links: list[Link]) -> set[Link]:
    """All module imports of the side of each circle that its finding says to cut."""
    cut: set[Link] = set()
    for finding in found:
        importer, imported = (finding.importer or "").split("."), (finding.imported or "").split(".")
        depth = next(at for at, pair in enumerate(zip(importer, imported, strict=False)) if pair[0] != pair[1])
        sides = (importer[: depth + 1], imported[: depth + 1])
        cut |= {
            link
            for link in links
            if all(end.split(".")[: depth + 1] == side for end, side in zip(link, sides, strict=True))
        }
    return cut


def test_only_is_import_linter_s_protected() -> None:
    for seed in SEEDS:
        links = links_for(seed)
        wanted = {
            (importer, imported)
            for importer, imported in links
            for target in ("r.a", "r.b")
            if (imported + ".").startswith(f"{target}.") and not (importer + ".").startswith((f"{target}.", "r.c."))
        }
        found = findings(block_of("only", target=["r.a", "r.b"], by=["r.c"]), index_of(links, modules=MODULES))
        assert {(finding.importer, finding.imported) for finding in found} == wanted


def test_without_the_imports_that_are_named_nothing_is_found() -> None:
    """Mending what the findings name mends all."""
    blocks = (
        block_of("layers", layers=["r.a", "r.b | r.c", "r.d"]),
        block_of("independent", modules=["r.a", "r.b", "r.c"]),
        block_of("forbidden", from_=["r.a"], to=["r.b"]),
        block_of("only", target="r.a", by=["r.b"]),
    )
    for seed in SEEDS:
        links = links_for(seed)
        for block in blocks:
            found = findings(block, index_of(links, modules=MODULES))
            named = {(finding.importer, finding.imported) for finding in found}
            mended = [link for link in links if link not in named]
            assert not findings(block, index_of(mended, modules=MODULES))


def test_the_order_in_which_an_index_was_filled_changes_nothing() -> None:
    block = block_of("forbidden", from_=["r.a", "r.c"], to=["r.b", "r.d"])
    for seed in SEEDS:
        links = links_for(seed)
        shuffled = links.copy()
        random.Random(seed).shuffle(shuffled)
        one = findings(block, index_of(links, modules=MODULES))
        other = findings(block, index_of(shuffled, modules=tuple(reversed(MODULES))))
        assert [(f.identity, f.message, f.fix) for f in one] == [(f.identity, f.message, f.fix) for f in other]
        assert [[(h.importer, h.imported) for h in f.evidence] for f in one] == [
            [(h.importer, h.imported) for h in f.evidence] for f in other
        ]
