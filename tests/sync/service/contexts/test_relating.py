"""Code and sections that speak of the same, over a real repository and database, and what people decide of them."""

import asyncio
from dataclasses import replace

import pytest

from app import sources
from app.programs.describing import answer
from app.programs.evaluator import describe_in_child
from specs.access import Role
from specs.errors import DeniedError, MissingError, UserError
from specs.revision import ActorKind
from sync.contexts.links import LinkState, Standing
from sync.service.contexts.codes import Codes, read_files
from sync.service.contexts.contexts import Contexts
from sync.service.contexts.meanings import Asking, Meanings
from sync.service.contexts.relating import Relating
from sync.service.signals import SignalCases
from tests.encoders import FakeEncoder

SPEC = """---
covers: ["shop/pay.py"]
---
# Payments

## Money back

Buyers are reimbursed.

## Sums

Every sum goes through `shop.ledger`.
"""
PAY = '''"""Paying."""


def give_back(order):
    """Refund customers."""
    return order.undo()


def charge(card):
    """Take money."""
    return card.take()
'''
TREE = {
    "shop/__init__.py": "",
    "shop/pay.py": PAY,
    "shop/ledger.py": 'def note(entry):\n    """Write an entry down."""\n    return entry\n',
    "front/__init__.py": "",
    "front/desk.py": "from shop import pay\n\n\ndef serve(order):\n    return pay.give_back(order)\n",
    "front/other.py": "from shop import pay\n\nNAME = pay.__name__\n",
    "tests/test_pay.py": "from shop.pay import charge\n\n\ndef test_charge():\n    assert charge\n",
    "docs/specs/payments.md": SPEC,
}
MONEY, BACK = "payments.md#money-back", "shop/pay.py#give_back"


async def describe_here(request):
    """Read definitions without the second that a process of its own takes."""
    return await asyncio.to_thread(answer, request)


class Scene:
    """A compared repository with definitions, and who asks about them."""

    def __init__(self, stage, model) -> None:
        self.stage, self.world, self.model = stage, stage.world, model
        database, place = self.world.database, stage.mirrors.place
        self.codes = Codes(database, place, describe_here, lambda: model)
        self.asking = Asking(lambda: model, 60)
        self.meanings = Meanings(database, lambda: model)
        self.relating = Relating(database, self.world.clock, asking=self.asking)

    async def settle(self) -> int:
        """Read everything, and make all vectors; give how many files were read anew."""
        await self.stage.sync()
        read = sum([(await self.codes.describe(one.repository)).files for one in await self.codes.undescribed()])
        for project, state in (await self.meanings.behind()).items():
            await self.meanings.embed(project, state)
        while await self.codes.unembedded():
            await self.codes.embed(self.stage.project)
        return read

    async def code(self, section=MONEY, who=None):
        found = await self.relating.of_section(who or self.world.ada, self.stage.project, section)
        return [f"{one.code.path}#{one.code.symbol}" for one in found.code]

    async def decide(self, state, section=MONEY, code=BACK, who=None, **more):
        who = who or self.world.ada
        return await self.relating.decide(who, self.stage.project, section, code, state, **more)


@pytest.fixture
async def scene(stage):
    stage.made.commit("begin", TREE)
    await stage.register()
    return Scene(stage, FakeEncoder())


async def test_a_section_finds_its_code_and_code_its_section(scene):
    await scene.settle()
    found = await scene.relating.of_section(scene.world.ada, scene.stage.project, MONEY)
    first = found.code[0]
    assert (f"{first.code.path}#{first.code.symbol}", first.code.line, found.degraded) == (BACK, 4, ())
    assert "meaning" in first.why
    assert "the spec covers its file" in first.why
    assert not [one for one in found.code if "test" in one.code.path]
    assert (await scene.code("payments.md#sums"))[0] == "shop/ledger.py#note"
    for asked in ({"path": "shop/pay.py"}, {"symbol": BACK}, {"symbol": "give_back"}):
        sections = (await scene.relating.of_code(scene.world.ada, scene.stage.project, **asked)).sections
        assert sections[0].address == MONEY, asked


async def test_only_what_changed_is_read_and_encoded_again_and_what_specs_cover_comes_first(scene):
    await scene.stage.sync()
    [behind] = await scene.codes.undescribed()
    assert (await scene.codes.describe(behind.repository)).files == 6
    asked = scene.model.asked
    assert await scene.codes.embed(scene.stage.project, 2) == 2
    assert (await scene.relating.of_section(scene.world.ada, scene.stage.project, MONEY)).degraded == (
        "embeddings-pending",
    )
    covered = await scene.relating.of_section(scene.world.ada, scene.stage.project, MONEY)
    assert {one.code.path for one in covered.code if "meaning" in one.why} <= {"shop/pay.py"}
    await scene.settle()
    scene.stage.made.commit("more", {"shop/ledger.py": TREE["shop/ledger.py"] + "\n\ndef fresh():\n    pass\n"})
    asked = scene.model.asked
    assert await scene.settle() == 1
    assert scene.model.asked == asked + 1
    scene.stage.made.commit("less", {"shop/ledger.py": None})
    assert await scene.settle() == 0
    assert "shop/ledger.py#note" not in await scene.code("payments.md#sums")


async def test_without_the_model_words_answer_and_say_so(stage):
    stage.made.commit("begin", TREE)
    await stage.register()
    scene = Scene(stage, None)
    await stage.sync()
    for one in await scene.codes.undescribed():
        await scene.codes.describe(one.repository)
    assert (await scene.codes.unembedded(), await scene.codes.embed(stage.project)) == ((), 0)
    found = await scene.relating.of_section(scene.world.ada, stage.project, "payments.md#sums")
    assert (found.degraded, found.code[0].code.symbol) == (("embeddings",), "note")
    back = await scene.relating.of_code(scene.world.ada, stage.project, symbol="charge")
    assert back.degraded == ("embeddings",)


async def test_what_a_person_confirmed_is_a_binding_from_then_on(scene):
    await scene.settle()
    world, project = scene.world, scene.stage.project
    await scene.decide(LinkState.CONFIRMED, because="It is the very thing.")
    found = (await scene.relating.of_section(world.ada, project, MONEY)).code
    assert (found[0].link.code, found[0].standing, found[0].link.by.name) == (BACK, Standing.KEPT, "Ada")
    assert [one.code.symbol for one in found].count("give_back") == 1
    contexts = Contexts(
        world.database,
        world.library,
        scene.stage.drift,
        clock=world.clock,
        new_id=sources.new_id,
        random=sources.random_bytes,
    )
    served = await contexts.serve(world.claude, project, "anything else", ("shop/pay.py",))
    [passage] = [one.passage for one in served.bundle.served if one.passage.anchor == "money-back"]
    assert f"bound to {BACK}, as Ada confirmed" in passage.why
    signals = SignalCases(world.database, world.library, scene.stage.drift, world.clock, sources.new_id)
    standings = (await signals.standing(world.ada, project)).traceability.standings
    assert [one.implemented for one in standings if one.item.anchor == "money-back"] == ["named"]
    moved = PAY.partition("def charge")[0]
    scene.stage.made.commit("move", {"shop/pay.py": "", "shop/returns.py": moved})
    await scene.settle()
    [link] = await scene.relating.links(world.ada, project, LinkState.CONFIRMED)
    assert (link.standing, link.code.path) == (Standing.KEPT, "shop/returns.py")
    scene.stage.made.commit("move", {"shop/pay.py": PAY.replace("order.undo()", "order.undo(twice=True)")})
    await scene.settle()
    [link] = await scene.relating.links(world.ada, project, LinkState.CONFIRMED)
    assert link.standing is Standing.CHANGED
    scene.stage.made.commit("gone", {"shop/pay.py": None, "shop/returns.py": None})
    await scene.settle()
    [link] = await scene.relating.links(world.ada, project)
    assert link.standing is Standing.GONE


async def test_what_a_person_rejected_is_not_proposed_again_until_it_is_taken_back(scene):
    await scene.settle()
    world, project = scene.world, scene.stage.project
    await scene.decide(LinkState.REJECTED)
    assert BACK not in await scene.code()
    sections = (await scene.relating.of_code(world.ada, project, symbol=BACK)).sections
    assert MONEY not in [one.address for one in sections]
    await scene.decide(None)
    assert BACK in await scene.code()
    with pytest.raises(MissingError):
        await scene.decide(None)
    assert (await world.actions(project))[-2:] == ["link.reject", "link.withdraw"]


async def test_who_may_not_and_what_is_not_there_is_refused_with_a_hint(scene):
    await scene.settle()
    world, project = scene.world, scene.stage.project
    editor = await world.person("edith", Role.EDITOR, world.project)
    agent = replace(world.ada, actor=replace(world.ada.actor, kind=ActorKind.AGENT))
    for who in (editor, agent, world.claude):
        with pytest.raises(DeniedError):
            await scene.decide(LinkState.CONFIRMED, who=who)
    for more in ({"section": "payment.md"}, {"section": "payments.md#monye-back"}, {"code": "shop/pay.py#give_bck"},
                 {"code": "shop/pey.py"}, {"repository": "elsewhere"}):  # fmt: skip
        with pytest.raises(MissingError) as caught:
            await scene.decide(LinkState.CONFIRMED, **more)
        assert caught.value.hint, more
    for asked in ({}, {"symbol": "\n"}, {"path": "x" * 2000}):
        with pytest.raises(UserError) as refused:
            await scene.relating.of_code(world.ada, project, **asked)
        assert refused.value.hint
    with pytest.raises(MissingError):
        await scene.relating.of_code(world.ada, project, path="shop/nothing.py")
    with pytest.raises(UserError):
        await scene.relating.of_section(world.ada, project, MONEY, 99)


async def test_what_calls_touched_code_counts_for_more_than_what_only_imports_it(scene):
    world, project = scene.world, scene.stage.project
    text = "# Desks\n\n## Desk\n\nOpen from nine, see `front.desk`.\n\n## Other\n\nOpen from nine, see `front.other`.\n"
    scene.stage.made.commit("more", {"docs/specs/desks.md": text})
    await scene.settle()
    contexts = Contexts(
        world.database,
        world.library,
        scene.stage.drift,
        clock=world.clock,
        new_id=sources.new_id,
        random=sources.random_bytes,
    )
    why = {}
    for asked in ({"paths": ("shop/pay.py",)}, {"symbols": ("shop.pay:give_back",)}, {"symbols": ("shop.pay:charge",)}):
        served = await contexts.serve(world.claude, project, "xyzzy", **asked)
        why[str(asked)] = {one.passage.anchor: one.passage.why for one in served.bundle.served}
        order = [one.passage.anchor for one in served.bundle.served if one.passage.anchor in {"desk", "other"}]
        assert order == ["desk", "other"]
    by_path, by_symbol, by_other = why.values()
    for told in (by_path, by_symbol):
        assert (told["desk"], told["other"]) == (
            "mentions front.desk, which calls it", "mentions front.other, an import neighbour"
        )  # fmt: skip
    assert by_other["desk"] == "mentions front.desk, an import neighbour"


async def test_a_child_that_fails_leaves_what_was_known(scene, tmp_path):
    await scene.settle()

    async def broken(_):
        return {"files": [["a.py", "b", [], [["name", "function", "not a number", "", "", ""]]]], "paths": []}

    scene.stage.made.commit("more", {"shop/fresh.py": "def fresh():\n    pass\n"})
    await scene.stage.sync()
    codes = Codes(scene.world.database, scene.stage.mirrors.place, broken, lambda: None)
    assert (await codes.describe(scene.stage.reference)).problem
    assert BACK in await scene.code()
    told = await describe_in_child({"mirror": str(tmp_path / "none"), "commit": "0" * 40, "cache": "", "known": {}})
    assert told["problem"]
    assert read_files({}) == ()
