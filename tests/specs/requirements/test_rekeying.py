"""Keys stay with what is said while positions move."""

from hypothesis import given
from hypothesis import strategies as st

from specs.dialects.kiro import Kiro
from specs.dialects.kiro_tasks import KiroTasks
from specs.parser import parse
from specs.requirements.rekeying import keys_of, rekey, rekey_tasks
from specs.requirements.values import Requirement

PATH = ".kiro/specs/a/requirements.md"
THINGS = [
    "a clock on every page",
    "mail at nine sharp",
    "no more than three tries",
    "refunds within a week",
    "dark mode",
]


def read(*requirements: tuple[str, list[str]]) -> tuple[Requirement, ...]:
    parts = ["## Requirements\n"]
    for number, (title, criteria) in enumerate(requirements, 1):
        parts.append(f"### Requirement {number}: {title}\n\n#### Acceptance Criteria\n")
        parts += [f"{place}. THE System SHALL offer {text}" for place, text in enumerate(criteria, 1)]
        parts.append("")
    return Kiro().read(PATH, parse("\n".join(parts))).requirements


def keyed(requirements: tuple[Requirement, ...]) -> dict[str, str]:
    names = {one.name: one.key for one in requirements}
    return names | {
        part.name.removeprefix("THE System SHALL offer "): part.key for o in requirements for part in o.parts
    }


def test_an_insertion_moves_no_key() -> None:
    before = read(("Time", THINGS[:2]), ("Safety", THINGS[2:4]))
    after = rekey(
        before, read(("Style", ["dark mode"]), ("Time", [THINGS[0], "tea", THINGS[1]]), ("Safety", THINGS[2:4]))
    )
    keys = keyed(after)
    assert keys["Time"] == "1"
    assert keys["Safety"] == "2"
    assert keys["Style"] == "3"
    assert keys[THINGS[1]] == "1.2"
    assert keys["tea"] == "1.3"
    assert keys[THINGS[3]] == "2.2"


def test_a_removed_key_is_not_given_again() -> None:
    before = read(("Time", THINGS[:2]), ("Safety", THINGS[2:4]))
    without = rekey(before, read(("Time", THINGS[:2])))
    again = rekey(without, read(("Time", THINGS[:2]), ("Style", ["dark mode"])), taken=keys_of(before))
    assert keyed(again)["Style"] == "3"


def test_a_reworded_criterion_keeps_its_key_and_a_moved_one_too() -> None:
    before = read(("Time", THINGS[:3]), ("Safety", THINGS[3:4]))
    after = rekey(before, read(("Time", ["a big clock on every page", THINGS[1]]), ("Safety", [THINGS[3], THINGS[2]])))
    keys = keyed(after)
    assert keys["a big clock on every page"] == "1.1"
    assert keys[THINGS[2]] == "1.3"


LISTS = st.lists(
    st.tuples(st.sampled_from(["Time", "Safety", "Style"]), st.lists(st.sampled_from(THINGS), max_size=4)), max_size=4
)


@given(LISTS, LISTS)
def test_keys_stay_unique_and_the_same_text_keeps_all(
    before: list[tuple[str, list[str]]], after: list[tuple[str, list[str]]]
) -> None:
    old, new = read(*before), read(*after)
    moved = rekey(old, new)
    keys = [key for one in moved for key in (one.key, *(part.key for part in one.parts))]
    assert len(keys) == len(set(keys))
    assert [one.text for one in moved] == [one.text for one in new]
    assert rekey(old, old) == old


def test_many_are_matched_by_their_very_text() -> None:
    before = read(*((f"Thing {place}", [f"word{place} and more"]) for place in range(260)))
    after = rekey(before, before[1:])
    assert after[0].key == "2"


@given(st.permutations(THINGS), st.integers(0, 5), st.integers(0, 5))
def test_tasks_keep_their_keys_wherever_they_go(order: list[str], gone: int, new: int) -> None:
    def listed(names: list[str]) -> str:
        return "".join(f"- [ ] {place}. {name}\n" for place, name in enumerate(names, 1))

    before = KiroTasks().read(PATH, parse(listed(THINGS))).tasks
    later = order[:gone] + order[gone + 1 :]
    later.insert(new, "something quite other")
    after = rekey_tasks(before, KiroTasks().read(PATH, parse(listed(later))).tasks)
    known = {task.name: task.key for task in before}
    assert all(task.key == known[task.name] for task in after if task.name in known)
    assert len({task.key for task in after}) == len(after)
    assert {task.key for task in after if task.name not in known}.isdisjoint(known.values())
