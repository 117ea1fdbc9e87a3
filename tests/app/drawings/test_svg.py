"""Drawings as text, whatever names there are."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from app.drawings import FORMATS, format_of
from tests.app.drawings.made import drawings


@given(drawings())
def test_any_drawing_is_xml(drawing):
    root = ET.fromstring(format_of("svg").render(drawing))
    boxes = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(boxes) == len(drawing.nodes)


@pytest.mark.parametrize("name", [item.name for item in FORMATS])
@given(drawing=drawings())
def test_names_are_no_syntax(name, drawing):
    text = format_of(name).render(drawing)
    assert text.encode("utf-8")
    assert "\r" not in text
    if name == "mermaid":
        rows = [line for line in text.splitlines() if '["' in line or '(["' in line]
        assert len(rows) == len(drawing.nodes)
        assert all(line.count('"') == 2 for line in rows)
    if name == "dot":
        assert text.count("{ rank=same;") == len({node.rank for node in drawing.nodes})
