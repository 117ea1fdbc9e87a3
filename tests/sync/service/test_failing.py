"""Checks count for and against the agents that caused them, and policies freeze those that fail again and again."""

import pytest

from specs.access import SERVER
from specs.policy.change import Change, ChangedSpec, Side
from specs.proposals import state
from specs.proposals.draft import ReviewDraft
from specs.rules.actions import Verdict
from specs.service.policies.policies import decide
from specs.service.proposals.admitting import WaitsError
from specs.store.policies import PolicyStore
from tests.gitmaker import Made
from tests.stage import BAD, CODE, GOOD, LAYERS, make_stage

BY_AGENT = "{what}\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"


@pytest.fixture
def stage(world, tmp_path):
    world.clock.forward(days=30)
    return make_stage(world, Made(tmp_path / "repo"), tmp_path)


async def frozen(stage):
    async with stage.world.database.read() as connection:
        return await PolicyStore(connection, stage.project).frozen(stage.world.clock())


def breakages(count):
    """Each adds a file that breaks the layering: another finding each time."""
    return [{f"shop/domain{number}.py": "import shop.web\n"} for number in range(count)]


LAYERED = LAYERS.replace(
    "shop.domain]", "shop.domain | shop.domain0 | shop.domain1 | shop.domain2 | shop.domain3 | shop.domain4]"
)


async def test_an_agent_whose_commits_break_the_check_five_times_is_frozen(stage):
    empty = {f"shop/domain{number}.py": "" for number in range(5)}
    stage.made.commit("begin", {**CODE, **empty, "docs/specs/layers.md": LAYERED})
    for number, files in enumerate(breakages(4)):
        stage.made.commit(BY_AGENT.format(what=f"break {number}"), files, author="Ada")
    await stage.register()
    await stage.sync()
    assert await frozen(stage) == ()
    stage.made.commit(BY_AGENT.format(what="break again"), {"shop/domain4.py": "import shop.web\n"}, author="Ada")
    await stage.sync()
    (found,) = await frozen(stage)
    assert (found.actor.name, found.actor.kind) == ("Ada", "agent")
    change = Change((ChangedSpec(None, Side("a.md", "# A\n")),), repository="shop", branch="main")
    async with stage.world.database.transaction() as connection:
        at = stage.world.clock()
        decision = await decide(connection, SERVER, stage.project, change, at=at, author=found.actor)
    assert decision.verdict is Verdict.DENY


async def test_people_are_not_counted(stage):
    stage.made.commit("begin", CODE)
    for number in range(6):
        stage.made.commit(f"step {number}", GOOD if number % 2 else BAD, author="Bob")
    await stage.register()
    await stage.sync()
    async with stage.world.database.read() as connection:
        revisions = await stage.spec("layers.md")
        store, author = PolicyStore(connection, stage.project), revisions.revision.actor
        record = (await store.circumstances(author.id, None, stage.world.clock())).lately
    assert record.in_row == 0
    assert await frozen(stage) == ()


async def test_a_check_that_opens_nothing_ends_the_row(stage):
    stage.made.commit("begin", CODE)
    for number in range(10):
        stage.made.commit(BY_AGENT.format(what=f"step {number}"), GOOD if number % 2 else BAD, author="Ada")
    await stage.register()
    await stage.sync()
    assert await frozen(stage) == ()


async def test_an_agents_spec_that_breaks_the_check_counts_against_it(stage):
    stage.made.commit("begin", {"shop/__init__.py": "", "shop/web.py": "", "shop/domain.py": "import shop.web\n"})
    await stage.register()
    await stage.sync()
    world = stage.world
    with pytest.raises(WaitsError) as caught:
        await world.library.create(world.claude, stage.project, "mine.md", LAYERS)
    proposal = caught.value.proposal
    approval = ReviewDraft(state.Verdict.APPROVE, proposal.digest)
    await world.proposals.review(world.ada, stage.project, proposal.id, approval)
    await stage.sync()
    async with world.database.read() as connection:
        store = PolicyStore(connection, stage.project)
        record = (await store.circumstances(world.claude.actor.id, None, world.clock())).lately
    assert (record.in_row, record.in_day) == (1, 1)
