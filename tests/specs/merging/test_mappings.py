"""Keys of the front matter come together wherever each side has them."""

from hypothesis import given
from hypothesis import strategies as st

from specs.merging import merge

KEYS = st.permutations(["title", "owner", "status", "since", "links"])


def text(keys: list[str], values: dict[str, str]) -> str:
    return "---\n" + "".join(f"{key}: {values.get(key, 'same')}\n" for key in keys) + "---\n# Pay\n"


@given(KEYS, st.data())
def test_moved_changed_and_new_keys_all_stand_once(keys: list[str], data: st.DataObject) -> None:
    base, kept = keys[1:], keys[2:]
    ours = data.draw(st.permutations(base))
    theirs = list(base)
    theirs.insert(data.draw(st.integers(0, len(base))), "new")
    changed = data.draw(st.sampled_from(kept))
    texts = text(base, {}), text(list(ours), {}), text(theirs, {changed: "other"})
    found = merge(*texts)
    assert merge(texts[0], texts[2], texts[1]).text == found.text
    if found.text is not None:
        assert sorted(found.text.splitlines()) == sorted(texts[2].splitlines())
        without = [line for line in found.text.splitlines() if not line.startswith("new")]
        assert [line.partition(":")[0] for line in without] == [
            line.partition(":")[0] for line in texts[1].splitlines()
        ]


@given(KEYS)
def test_a_key_taken_out_and_changed_is_asked_about(keys: list[str]) -> None:
    base = text(keys, {})
    found = merge(base, text(keys[1:], {}), text(keys, {keys[0]: "other"}))
    assert not found.clean


def test_two_orders_are_asked_about() -> None:
    base, ours, theirs = (text(list(order), {}) for order in ("abcd", "dabc", "badc"))
    assert not merge(base, ours, theirs).clean


def test_a_list_under_a_key_is_no_mapping() -> None:
    base, ours, theirs = (f"---\nowners:\n{lines}---\n# Pay\n" for lines in ("  - a\n", "  - b\n", "  - c\n"))
    assert not merge(base, ours, theirs).clean
