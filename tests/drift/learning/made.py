"""Small trees for tests of what is learned."""

from hypothesis import strategies as st

from drift.index import CodeIndex
from tests.drift.made import index_of

NAMES = [f"p.{package}.{module}" for package in ("a", "b", "c", "d") for module in ("x", "y", "z")]
OUTER = ["stripe", "django"]


@st.composite
def trees(draw: st.DrawFn) -> CodeIndex:
    """Any imports among twelve modules of four packages, and of two outside packages."""
    start, end = st.sampled_from(NAMES), st.sampled_from([*NAMES, *OUTER])
    links = draw(st.lists(st.tuples(start, end).filter(lambda link: link[0] != link[1]), max_size=24, unique=True))
    return index_of(links, modules=NAMES, externals={name for _, name in links} & set(OUTER))


def added(index: CodeIndex, importer: str, imported: str) -> CodeIndex:
    """The same tree with one more import."""
    links = [(edge.importer, edge.imported) for edge in index.edges]
    return index_of([*links, (importer, imported)], modules=NAMES, externals=index.externals)
