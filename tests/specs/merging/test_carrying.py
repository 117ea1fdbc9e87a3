"""What one side moved and the other changed: changed at its new place, whichever side did which."""

from hypothesis import given
from hypothesis import strategies as st

from specs.merging import merge

NAMES = ["Errors", "Limits", "Logs", "Names", "Keys"]
PARTS = [
    "The gateway must retry failed calls.\n\nIt waits three seconds between two calls.",
    "- The queue holds five thousand messages.\n- Each message has a name of its own.",
    "Logs are kept for thirty days.\n\n| Who | Reads |\n| --- | --- |\n| the bank | at night |",
    "Each shop has one name.\n\n#### Of two words\n\nA name may have two words at most.",
    "```sh\nmake keys --once a year\n```\n\nNobody reads what comes out of it.",
]
WORDS = ["failed", "own", "thirty", "most", "out"]


def told(order: list[int], changed: set[int]) -> str:
    parts = (
        f"### {NAMES[at]}\n\n{PARTS[at].replace(WORDS[at], f'really {WORDS[at]}') if at in changed else PARTS[at]}\n"
        for at in order
    )
    return "# Pay\n\nWhat the service does for shops.\n\n" + "\n".join(parts)


@given(st.integers(0, 4), st.integers(0, 4), st.sets(st.integers(0, 4), min_size=1))
def test_a_section_moved_brings_along_what_the_other_side_changed(section: int, place: int, changed: set[int]) -> None:
    still = list(range(5))
    order = [at for at in still if at != section]
    order.insert(place, section)
    texts = told(still, set()), told(order, set()), told(still, changed)
    assert merge(*texts).text == told(order, changed)
    assert merge(texts[0], texts[2], texts[1]).text == told(order, changed)


@given(st.permutations(range(5)), st.permutations(range(5)), st.sets(st.integers(0, 4)), st.sets(st.integers(0, 4)))
def test_however_both_move_no_word_is_lost_or_doubled(
    mine: list[int], other: list[int], ours: set[int], theirs: set[int]
) -> None:
    texts = told(list(range(5)), set()), told(mine, ours), told(other, theirs - ours)
    found = merge(*texts)
    if found.text is not None:
        assert sorted(found.text.split()) == sorted(told(mine, ours | theirs).split())
    for conflict in found.conflicts:
        sides = zip(texts, (conflict.base, conflict.ours, conflict.theirs), strict=True)
        assert all(part in text for text, part in sides)
        assert texts[0].split("\n")[conflict.line - 1 :][: conflict.base.count("\n")] == conflict.base.split("\n")[:-1]


def test_a_link_that_would_lead_nowhere_is_asked_about() -> None:
    base, moved = told(list(range(5)), set()), told([4, 0, 1, 2, 3], set())
    linked = base.replace("Nobody reads", "Nobody [at all](#errors) reads")
    assert merge(base, moved, linked).text == moved.replace("Nobody reads", "Nobody [at all](#errors) reads")
    assert not merge(base, moved.replace("### Errors", "### Failures"), linked).clean
