"""Edges in columns say what the edges themselves say, whichever files are read anew."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from drift.columns import Columns, KeptEdges, attributes_in, statements
from drift.facts import EdgeAttribute
from drift.language import Edge

NAMES = st.sampled_from(["a", "b", "c.d"])
PATHS = st.sampled_from(["a.py", "b.py", "c/d.py"])
SETS = st.sampled_from([frozenset[EdgeAttribute](), frozenset({EdgeAttribute.EXTERNAL})])
EDGES = st.lists(
    st.builds(Edge, NAMES, NAMES, PATHS, st.integers(1, 9), st.integers(1, 3), SETS), unique_by=lambda edge: edge[:5]
)


def columns(edges: list[Edge]) -> Columns:
    sets = list({edge.attributes for edge in edges})
    texts = sorted({text for edge in edges for text in edge[:3]})
    numbers = [array("I", [texts.index(edge[at]) for edge in edges]) for at in range(3)]
    kinds = array("I", [sets.index(edge.attributes) for edge in edges])
    lines, places = (array("I", [edge[at] for edge in edges]) for at in (3, 4))
    return Columns(texts, dict(enumerate(sets)), *numbers, kinds, lines, places)


@given(EDGES, st.frozensets(PATHS), EDGES)
def test_columns_are_as_the_edges(known: list[Edge], anew: frozenset[str], fresh: list[Edge]) -> None:
    known.sort(key=lambda edge: edge[:5])
    fresh = [edge for edge in fresh if edge.path in anew]
    kept = KeptEdges(columns(known))
    assert kept == tuple(known)
    assert kept.of(anew) == [edge for edge in known if edge.path in anew]
    made = kept.replaced(anew, fresh)
    plain = sorted([*(edge for edge in known if edge.path not in anew), *fresh], key=lambda edge: edge[:5])
    assert sorted(made, key=lambda edge: edge[:5]) == plain
    assert len(made) == len(plain)
    assert made.externals == {edge.imported for edge in plain if EdgeAttribute.EXTERNAL in edge.attributes}
    assert attributes_in(made) >= attributes_in(tuple(plain))
    for edge in plain:
        assert sorted(statements(made, *edge[:3])) == sorted(one for one in plain if one[:3] == edge[:3])
