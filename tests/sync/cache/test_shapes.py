"""Values out of a cache are what they should be, or refused."""

import pytest

from sync.cache.shapes import number, numbers, text, texts


def test_the_right_shapes_pass():
    assert text("a") == "a"
    assert number(3) == 3
    assert texts(["a", "b"]) == ("a", "b")
    assert numbers({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(("take", "value"), [(text, 1), (number, True), (number, "1"), (texts, "ab"), (texts, [1])])
def test_others_are_refused(take, value):
    with pytest.raises(TypeError):
        take(value)
    with pytest.raises((TypeError, AttributeError)):
        numbers([value])
