"""What is kept of the code for context."""

import json

import pytest

from sync.contexts.context import OpenFinding
from sync.contexts.terrain import Terrain, area_of, decode_terrain, encode_terrain, standing_in

LAYERS, SIZE = "shop-layers", "shop-size"
FINDING = OpenFinding("ab12", LAYERS, "error", "shop.web imports shop.db", "Remove it.", "shop/web.py", 3, "frozen")
TERRAIN = Terrain(
    "key",
    ("other", "shop.db", "shop.web"),
    (2, 1, 0, 2),
    {"other.py": "other", "shop/db.py": "shop.db", "shop/web.py": "shop.web", "notes.txt": ""},
    {"shop/db.py": frozenset({LAYERS}), "shop/web.py": frozenset({LAYERS, SIZE})},
    (FINDING,),
)


def test_it_comes_back_as_it_was_kept():
    assert decode_terrain(encode_terrain(TERRAIN)) == TERRAIN


@pytest.mark.parametrize(
    "change",
    [
        {"format": 0},
        {"edges": [1]},
        {"edges": [0, 9]},
        {"edges": "ab"},
        {"files": [["a", 99, 0]]},
        {"files": [["a", 0, 99]]},
        {"files": [[1, 0, 0]]},
        {"findings": [[1]]},
        {"key": None},
    ],
)
def test_anything_else_is_none(change):
    value = {**json.loads(encode_terrain(TERRAIN)), **change}
    assert decode_terrain(json.dumps(value).encode()) is None


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_garbage_is_none(payload):
    assert decode_terrain(payload) is None


def test_a_file_is_ruled_and_has_neighbours_both_ways():
    area = area_of(("./shop/web.py",), TERRAIN)
    assert area.paths == ("shop/web.py",)
    assert area.names == {"shop.web"}
    assert area.neighbours == {"shop.db", "other"}
    assert area.governing == {LAYERS, SIZE}


def test_a_file_to_come_stands_for_its_folder_and_one_at_the_top_for_nothing():
    assert area_of(("shop/new.py",), TERRAIN).governing == {LAYERS, SIZE}
    assert area_of(("new.py",), TERRAIN).governing == frozenset()


def test_findings_stand_where_their_code_is():
    assert standing_in(TERRAIN, ("shop",)) == [FINDING]
    assert standing_in(TERRAIN, ("shop/db.py",)) == []
