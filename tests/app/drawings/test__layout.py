"""The layout of drawings."""

from hypothesis import given

from app.drawings._layout import HEIGHT, lay_out
from drift.drawing import Arrow, Drawing, Node
from tests.app.drawings.made import drawings


@given(drawings())
def test_nothing_overlaps_and_arrows_end_at_their_nodes(drawing):
    layout = lay_out(drawing)
    boxes = [layout.boxes[node.name] for node in drawing.nodes]
    for number, one in enumerate(boxes):
        assert one.x >= 0
        assert one.x + one.width <= layout.width
        assert one.y + HEIGHT <= layout.height
        for other in boxes[number + 1 :]:
            assert one.y != other.y or one.x + one.width <= other.x + 0.2 or other.x + other.width <= one.x + 0.2
    for arrow, way in zip(drawing.arrows, layout.ways, strict=True):
        assert (way[0][0], way[-1][0]) == (layout.boxes[arrow.importer].middle, layout.boxes[arrow.imported].middle)
    assert lay_out(drawing) == layout


def test_a_long_arrow_passes_the_row_between_beside_its_nodes():
    nodes = (Node("a", 1, 0), Node("b", 1, 1), Node("c", 1, 2))
    layout = lay_out(Drawing("", nodes, (Arrow("a", "b", 1), Arrow("a", "c", 1), Arrow("b", "c", 1))))
    bend, box = layout.ways[1][1], layout.boxes["b"]
    assert bend[0] < box.x or bend[0] > box.x + box.width
