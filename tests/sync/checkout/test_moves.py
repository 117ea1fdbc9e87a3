"""Files that were renamed are found by their texts."""

from sync.checkout.moves import renamed

TEXT = "# Rules\n\nOne line of it.\n\nAnother line of it.\n\nA third line of it.\n"


def test_by_the_same_text_and_then_by_what_they_have_in_common() -> None:
    texts = {"t1": TEXT, "t2": TEXT.replace("third", "last"), "t3": "# Other\n\nWords of its own.\n"}
    assert renamed({"a": "t1"}, {"x.md": "t3", "y.md": "t1"}, texts.get) == {"a": "y.md"}
    assert renamed({"a": "t1"}, {"x.md": "t3", "y.md": "t2"}, texts.get) == {"a": "y.md"}
    assert renamed({"a": "t3"}, {"x.md": "t1"}, texts.get) == {}
    assert renamed({"a": "t1", "b": "t1"}, {"x.md": "t1"}, texts.get) == {"a": "x.md"}
    assert renamed({"a": "gone"}, {"x.md": "t1"}, texts.get) == {}
