"""Evidence as a ladder: what is no step of the chain is never shown as one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.web.shaping.climbing import climb
from drift.findings import Hop

NAMES = st.sampled_from("abcd")
HOPS = st.lists(st.builds(Hop, NAMES, NAMES, st.just("x.py"), st.integers(1, 9)), min_size=1, max_size=8).map(tuple)


def test_repeats_stand_at_their_step_and_other_ways_apart() -> None:
    first, again = Hop("shop.api", "shop.types", "api.py", 3), Hop("shop.api", "shop.types", "api.py", 9)
    second, other = Hop("shop.types", "shop.config", "types.py", 1), Hop("shop.api", "shop.auth", "api.py", 4)
    found = climb((first, again, second, other))
    assert found.steps == ((first, (again,)), (second, ()))
    assert found.others == (other,)


@given(HOPS)
def test_each_step_goes_on_where_the_one_before_ended_and_nothing_is_lost(hops: tuple[Hop, ...]) -> None:
    found = climb(hops)
    assert all(after.importer == before.imported for (before, _), (after, _) in pairwise(found.steps))
    assert tuple(hop for step, also in found.steps for hop in (step, *also)) + found.others == hops
