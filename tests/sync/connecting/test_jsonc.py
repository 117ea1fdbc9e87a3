"""Editing JSON as people keep it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.connecting.jsonc import NotJsonError, append, find, put, read, remove

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.sampled_from([None, 1, 2, "\t"]))
def test_what_json_writes_is_read_as_it_is(value, indent):
    assert read(json.dumps(value, indent=indent)).value == value


@settings(max_examples=40, deadline=None)
@given(OBJECTS, st.sampled_from([None, 2, 4, "\t"]), VALUES)
def test_what_is_put_in_is_there_and_all_else_as_before(value, indent, added):
    text = json.dumps(value, indent=indent)
    made = put(text, ("@new", "deep"), added)
    assert read(made).value == {**value, "@new": {"deep": added}}
    again = append(made, ("@list",), added)
    assert read(again).value == {**value, "@new": {"deep": added}, "@list": [added]}
    root = read(again)
    start, node = next((start, node) for key, start, node in root.members if key == "@new")
    assert read(remove(again, node, root, start)).value == {**value, "@list": [added]}


@settings(max_examples=40, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_any_item_can_be_taken_out(items, data):
    text = json.dumps({"a": items}, indent=2)
    at = data.draw(st.integers(0, len(items) - 1))
    there = find(read(text), ("a",))
    assert there is not None
    left = remove(text, there.items[at], there, there.items[at].start)
    assert read(left).value == {"a": items[:at] + items[at + 1 :]}


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30))
def test_no_text_raises_anything_else(text):
    with suppress(NotJsonError):
        read(text)


COMMENTED = """\
// mine
{
    /* first */ "a": 1, // one
    "list": [
        "x", // ex
    ], // the list
    // the end
}
"""


def test_comments_commas_and_indentation_stay():
    made = append(put(COMMENTED, ("b",), {"c": [2]}), ("list",), "y")
    assert made == COMMENTED.replace("// ex\n", '// ex\n        "y"\n').replace(
        "], // the list\n", '], // the list\n    "b": {\n        "c": [\n            2\n        ]\n    }\n'
    )
    assert read(made).value == {"a": 1, "list": ["x", "y"], "b": {"c": [2]}}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", '{\n  "a": 1\n}\n'),
        ("{}", '{\n  "a": 1\n}'),
        ("{ // none\n}\n", '{ // none\n  "a": 1\n}\n'),
        ('{"b": 2}', '{"b": 2, "a": 1}'),
        ('{\r\n\t"b": 2\r\n}\r\n', '{\r\n\t"b": 2,\r\n\t"a": 1\r\n}\r\n'),
        ('{\n  "b": 2 // two\n}\n', '{\n  "b": 2, // two\n  "a": 1\n}\n'),
    ],
)
def test_a_member_is_written_as_its_neighbours_are(text, made):
    assert put(text, ("a",), 1) == made


@pytest.mark.parametrize("text", ["{", "[1,,2]", "{'a': 1}", '{"a" 1}', "nul", "{} {}", "/* open", "[" * 100, '"\n"'])
def test_what_is_no_json_says_in_which_line(text):
    with pytest.raises(NotJsonError, match="line 1 is not JSON"):
        read(text)


def test_what_is_something_else_is_not_written_into():
    for text, path in (('{"a": 1}', ("a", "b")), ('{"a": []}', ("a", "b")), ("[]", ("a",))):
        with pytest.raises(NotJsonError):
            put(text, path, 1)
    with pytest.raises(NotJsonError):
        append('{"a": {}}', ("a",), 1)
