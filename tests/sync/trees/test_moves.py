"""Which files of one tree are which of another."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from drift.source import CodeTree, SourceFile
from specs.errors import MissingError
from sync.gitrepo import blob_id
from sync.trees.moves import moves


class Tree:
    """A tree of texts."""

    label, digest = "made", ""
    left_out: Mapping[str, str] = {}

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.files = {path: SourceFile(path, blob_id(text.encode())) for path, text in sorted(texts.items())}

    def read(self, path: str, limit: int | None = None) -> bytes:
        del limit
        if self.texts[path] == "unreadable":
            raise MissingError("gone", "")
        return self.texts[path].encode()


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    one, two = Tree(before), Tree(after)
    trees: tuple[CodeTree, CodeTree] = (one, two)
    return moves(*trees)


BODY = "".join(f"line {number}\n" for number in range(20))
OTHER = "".join(f"word {number}\n" for number in range(20))


def test_content_that_is_the_same_moved() -> None:
    assert moved({"a/x.py": BODY, "same.py": "1"}, {"b/y.py": BODY, "same.py": "1"}) == {"a/x.py": "b/y.py"}


def test_a_copy_is_no_move() -> None:
    assert moved({"a.py": BODY}, {"a.py": BODY, "b.py": BODY}) == {}


def test_of_two_that_fit_the_one_of_the_same_name_and_place_is_it() -> None:
    before = {"old/in/x.py": BODY, "old/y.py": BODY}
    after = {"new/y.py": BODY, "new/in/x.py": BODY, "z.py": BODY}
    assert moved(before, after) == {"old/in/x.py": "new/in/x.py", "old/y.py": "new/y.py"}


def test_half_of_it_must_still_be_there() -> None:
    half = BODY[: len(BODY) // 2 + 10]
    assert moved({"a.py": BODY}, {"b.py": half}) == {"a.py": "b.py"}
    assert moved({"a.py": BODY}, {"b.py": BODY[: len(BODY) // 2 - 30]}) == {}
    assert moved({"a.py": BODY}, {"b.py": OTHER}) == {}
    assert moved({"a.py": BODY}, {"b.txt": BODY + "more\n"}) == {}, "of another suffix"


def test_a_split_gives_its_name_to_the_likest_part() -> None:
    parts = {"b.py": BODY[: len(BODY) * 2 // 3], "c.py": BODY[len(BODY) * 2 // 3 :]}
    assert moved({"a.py": BODY}, parts) == {"a.py": "b.py"}


def test_what_is_empty_goes_with_its_folder() -> None:
    before = {"shop/__init__.py": "", "shop/core/__init__.py": "", "shop/core/x.py": BODY, "lone/__init__.py": ""}
    after = {"store/__init__.py": "", "store/core/__init__.py": "", "store/core/x.py": BODY, "elsewhere.py": ""}
    assert moved(before, after) == {
        "shop/__init__.py": "store/__init__.py",
        "shop/core/__init__.py": "store/core/__init__.py",
        "shop/core/x.py": "store/core/x.py",
    }


def test_into_a_folder_at_the_top_and_out_of_it() -> None:
    flat, deep = {"a/x.py": BODY, "a/__init__.py": ""}, {"src/a/x.py": BODY, "src/a/__init__.py": ""}
    assert moved(flat, deep) == {"a/x.py": "src/a/x.py", "a/__init__.py": "src/a/__init__.py"}
    assert moved(deep, flat) == {"src/a/x.py": "a/x.py", "src/a/__init__.py": "a/__init__.py"}


def test_folders_that_parted_take_nothing_along() -> None:
    before = {"a/x.py": BODY, "a/y.py": OTHER, "a/__init__.py": ""}
    after = {"b/x.py": BODY, "c/y.py": OTHER, "b/__init__.py": "", "c/__init__.py": ""}
    assert "a/__init__.py" not in moved(before, after)


def test_what_cannot_be_read_is_like_nothing() -> None:
    assert moved({"a.py": "unreadable"}, {"b.py": BODY}) == {}


TREES = st.dictionaries(
    st.sampled_from(["a/x.py", "a/y.py", "b/x.py", "b/z.py", "c.py", "c.txt"]),
    st.sampled_from(["", BODY, OTHER, BODY + "more\n", OTHER[:-40]]),
)


@settings(deadline=None)
@given(TREES, TREES)
def test_moves_lead_from_what_is_gone_to_what_came_one_to_one(before: dict[str, str], after: dict[str, str]) -> None:
    found = moved(before, after)
    assert found.keys() <= before.keys() - after.keys()
    assert set(found.values()) <= after.keys() - before.keys()
    assert len(set(found.values())) == len(found)
    assert moved(dict(reversed(before.items())), dict(reversed(after.items()))) == found
    assert moved(before, before) == {}
