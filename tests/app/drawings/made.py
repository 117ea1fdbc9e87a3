"""Drawings for tests: any that Hypothesis can think of."""

from hypothesis import strategies as st

from drift.drawing import Arrow, Drawing, Node

NAME = st.text(st.characters(), min_size=1, max_size=8) | st.sampled_from(
    ['a"b', "x]--", "</svg>", "a\nb", "\\", "%%{"]
)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Any nodes in any rows, any arrows between them, marked or not."""
    names = draw(st.lists(NAME, min_size=1, max_size=12, unique=True))
    nodes = [Node(name, draw(st.integers(1, 9)), draw(st.integers(0, 4)), draw(st.booleans())) for name in names]
    nodes.sort(key=lambda node: (node.rank, node.name))
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=14, unique=True))
    broken = st.sampled_from([(), ("x",), ("x", "y|z")])
    arrows = [Arrow(*pair, 1, draw(broken), draw(st.booleans())) for pair in pairs if pair[0] != pair[1]]
    return Drawing(draw(NAME), tuple(nodes), tuple(arrows), tuple(draw(st.lists(NAME, max_size=2))))
