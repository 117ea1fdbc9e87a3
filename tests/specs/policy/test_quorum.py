from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from specs.access import Role
from specs.policy.quorum import quorum
from specs.rules.actions import Reviewers

A, B, C = (UUID(int=n) for n in range(3))
TWO = (Reviewers(Role.REVIEWER, 2),)


def test_enough_is_enough() -> None:
    eligible = {A: Role.REVIEWER, B: Role.ADMIN, C: Role.REVIEWER}
    assert quorum(TWO, {A: Role.REVIEWER}, eligible, Role.EDITOR).missing == (Reviewers(Role.REVIEWER, 1),)
    assert quorum(TWO, {A: Role.REVIEWER, B: Role.ADMIN}, eligible, Role.EDITOR).enough


def test_a_higher_demand_needs_the_higher_role() -> None:
    demands = (Reviewers(Role.ADMIN, 1), Reviewers(Role.REVIEWER, 2))
    eligible = {A: Role.REVIEWER, B: Role.ADMIN, C: Role.REVIEWER}
    assert not quorum(demands, {A: Role.REVIEWER, C: Role.REVIEWER}, eligible, None).enough
    assert quorum(demands, {A: Role.REVIEWER, B: Role.ADMIN}, eligible, None).enough


def test_all_suffice_where_there_are_fewer() -> None:
    assert quorum(TWO, {A: Role.REVIEWER}, {A: Role.REVIEWER}, Role.EDITOR).enough


def test_a_lone_admin_goes_on_unreviewed_and_nobody_else() -> None:
    alone = quorum(TWO, {}, {}, Role.ADMIN)
    assert (alone.enough, alone.unreviewed) == (True, True)
    for role in (Role.REVIEWER, Role.EDITOR, None):
        assert not quorum(TWO, {}, {}, role).enough


def test_who_may_not_approve_does_not_count() -> None:
    assert not quorum(TWO, {A: Role.ADMIN, B: Role.ADMIN}, {C: Role.ADMIN}, Role.ADMIN).enough


roles = st.sampled_from([Role.EDITOR, Role.REVIEWER, Role.ADMIN])
people = st.dictionaries(st.integers(0, 5).map(lambda n: UUID(int=n)), roles)


@given(st.lists(st.builds(Reviewers, roles, st.integers(1, 3)), max_size=3), people, people, roles)
def test_one_more_approval_never_hurts(demands, approved, eligible, author) -> None:
    if quorum(demands, approved, eligible, author).enough:
        for actor, role in eligible.items():
            assert quorum(demands, {**approved, actor: role}, eligible, author).enough
