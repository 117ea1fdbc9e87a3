"""A delta's digest names what changes: the same on another base, another one for any other change."""

from dataclasses import replace
from uuid import UUID

import pytest

from specs.proposals.delta import MAX_SPECS, Operation, SpecDelta, check_delta, delta_digest, size

ONE, TWO = UUID(int=1), UUID(int=2)
BEFORE = "# Pay\n\nA charge is made once.\n\n## Refunds\n\n- Within 30 days.\n- In full.\n"
AFTER = BEFORE.replace("In full", "In part")
EDIT = SpecDelta(ONE, Operation.EDIT, "0" * 64, "pay.md", "pay.md", BEFORE, AFTER)
NEW = SpecDelta(TWO, Operation.CREATE, None, "new.md", "new.md", "", "# New\n")


def test_the_digest_is_of_the_change_and_not_of_the_base() -> None:
    elsewhere = ("A charge is made once.", "A charge is made at most once.")
    moved = replace(EDIT, base="1" * 64, before=BEFORE.replace(*elsewhere), after=AFTER.replace(*elsewhere))
    assert delta_digest([moved]) == delta_digest([EDIT])


def test_the_digest_does_not_depend_on_the_order_nor_on_the_id_of_a_new_spec() -> None:
    assert delta_digest([EDIT, NEW]) == delta_digest([replace(NEW, spec=UUID(int=9)), EDIT])


@pytest.mark.parametrize(
    "other",
    [
        (replace(EDIT, after=AFTER.replace("part", "half")),),
        (replace(EDIT, spec=TWO),),
        (replace(EDIT, to_path="other.md"),),
        (replace(EDIT, operation=Operation.RETIRE, after=BEFORE),),
        (EDIT, NEW),
        (replace(EDIT, before=BEFORE.replace("30", "14"), after=AFTER.replace("30", "14")),),
        (replace(EDIT, before=BEFORE.replace("Refunds", "Money"), after=AFTER.replace("Refunds", "Money")),),
    ],
)
def test_any_other_change_has_another_digest(other: tuple[SpecDelta, ...]) -> None:
    assert delta_digest(other) != delta_digest([EDIT])


def test_retiring_is_bound_to_the_text_that_was_read() -> None:
    retire = replace(EDIT, operation=Operation.RETIRE, after=BEFORE)
    moved = replace(retire, before=BEFORE + "More.\n", after=BEFORE + "More.\n")
    assert delta_digest([retire]) != delta_digest([moved])


def test_size_counts_lines() -> None:
    assert size([EDIT, NEW]) == (2, 1)


@pytest.mark.parametrize(
    ("delta", "code"),
    [
        ((), "no-change"),
        ((replace(EDIT, after=BEFORE),), "no-change"),
        ((EDIT, EDIT), "spec-twice"),
        ((EDIT, replace(NEW, path="PAY.md", to_path="PAY.md")), "path-twice"),
        ((replace(NEW, to_path="../x.md"),), "bad-path"),
        ((replace(NEW, after="a\0"),), "nul"),
        (tuple(replace(NEW, spec=UUID(int=n), to_path=f"{n}.md") for n in range(MAX_SPECS + 1)), "too-many"),
    ],
)
def test_what_cannot_be_proposed_is_said(delta: tuple[SpecDelta, ...], code: str) -> None:
    problem = check_delta(delta)
    assert problem is not None
    assert problem.code == code
    assert problem.hint


def test_a_good_delta_has_no_problem() -> None:
    assert check_delta([EDIT, NEW]) is None
    assert check_delta([replace(EDIT, operation=Operation.RETIRE, after=BEFORE)]) is None
