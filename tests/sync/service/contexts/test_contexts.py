"""Context from the library and the compared code of a project, with receipts."""

import asyncio

import pytest

from app import sources
from specs.errors import DeniedError, MissingError, UserError
from sync.contexts.bundle import LEAST_BUDGET
from sync.contexts.context import PassageKind
from sync.service.contexts.contexts import LONGEST_TASK, Contexts
from tests.gitmaker import Made
from tests.stage import BAD, CODE, make_stage

REFUNDS = "# Refunds\n\nA refund is made within ten days. See `shop.domain`.\n"


@pytest.fixture
async def stage(world, tmp_path):
    world.clock.forward(days=30)
    made = Made(tmp_path / "repo")
    made.commit("begin", CODE)
    stage = make_stage(world, made, tmp_path)
    await stage.register()
    await stage.sync()
    await world.library.create(world.ada, stage.project, "refunds.md", REFUNDS)
    return stage


@pytest.fixture
def contexts(stage) -> Contexts:
    world = stage.world
    return Contexts(
        world.database,
        world.library,
        stage.drift,
        clock=world.clock,
        new_id=sources.new_id,
        random=sources.random_bytes,
    )


async def test_the_invariant_that_governs_a_path_comes_first(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "tidy up", ["shop/domain.py"])
    first = served.bundle.served[0].passage
    assert (first.kind, first.anchor) == (PassageKind.INVARIANT, "layering")
    assert "id: layering" in served.bundle.text


async def test_a_file_that_is_yet_to_be_written_is_governed_by_its_folder(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "add billing", ["shop/billing.py"])
    assert served.bundle.served[0].passage.kind is PassageKind.INVARIANT


async def test_words_of_the_task_find_sections_and_who_wrote_them(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "make refunds quicker")
    [row] = [row for row in served.bundle.served if row.passage.spec == "refunds.md"]
    assert (row.passage.author, row.passage.author_kind, row.passage.provenance) == ("Ada", "human", "explicit")


async def test_a_passage_is_theirs_who_wrote_it_whoever_saved_last(stage, contexts):
    world = stage.world
    text = "# Fees\n\n## Late fees\n\nA late fee is two percent.\n\n## Early fees\n\nThere is no early fee.\n"
    made = await world.library.create(world.ada, stage.project, "fees.md", text)
    changed = text.replace("There is no early fee.", "Customers who pay an early fee hear of that by mail.")
    await world.library.save(world.claude, stage.project, made.spec.id, base=made.revision.digest, text=changed)
    for _ in range(2):
        served = await contexts.serve(world.claude, stage.project, "change the fees, late and early")
        written = {row.passage.anchor: row.passage for row in served.bundle.served if row.passage.spec == "fees.md"}
        assert (written["late-fees"].author, written["late-fees"].author_kind) == ("Ada", "human")
        assert (written["early-fees"].author, written["early-fees"].author_kind) == ("claude", "agent")
        assert "by agent claude" in served.bundle.text


async def test_open_drift_in_the_touched_code_is_told(stage, contexts):
    stage.made.commit("take a short cut", BAD)
    await stage.sync()
    served = await contexts.serve(stage.world.claude, stage.project, "tidy up", ["shop"])
    assert PassageKind.FINDING in [row.passage.kind for row in served.bundle.served]


async def test_the_receipt_names_the_very_revisions(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "refunds")
    kept = await contexts.receipt(stage.world.claude, stage.project, served.receipt.id)
    assert kept == served.receipt
    spec = await stage.world.library.read(stage.world.ada, stage.project, "refunds.md")
    assert {row["revision"] for row in kept.items if row["spec"] == "refunds.md"} == {spec.revision.digest}
    assert "context.serve" in await stage.world.actions()


async def test_a_saved_spec_is_in_the_very_next_answer(stage, contexts):
    spec = await stage.world.library.read(stage.world.ada, stage.project, "refunds.md")
    text = REFUNDS + "\nVouchers never expire.\n"
    await stage.world.library.save(
        stage.world.ada, stage.project, spec.spec.id, base=spec.revision.digest, text=text, message=""
    )
    served = await contexts.serve(stage.world.claude, stage.project, "vouchers")
    assert "Vouchers never expire." in served.bundle.text


async def test_many_agents_ask_at_once(stage, contexts):
    asked = (contexts.serve(stage.world.claude, stage.project, f"refund {number}") for number in range(8))
    served = await asyncio.gather(*asked)
    assert len({one.receipt.id for one in served}) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "  "},
        {"task": "x" * (LONGEST_TASK + 1)},
        {"task": "a\0b"},
        {"task": "a\ud800b"},
        {"task": "x", "paths": ["../secret"]},
        {"task": "x", "paths": ["/etc/passwd"]},
        {"task": "x", "paths": ["a\0b"]},
        {"task": "x", "paths": ["a//b"]},
        {"task": "x", "paths": [f"f{number}" for number in range(500)]},
        {"task": "x", "budget": LEAST_BUDGET - 1},
        {"task": "x", "budget": 10**12},
    ],
)
async def test_what_cannot_be_served_is_refused_with_a_hint(stage, contexts, wrong):
    with pytest.raises(UserError) as refused:
        await contexts.serve(stage.world.claude, stage.project, **wrong)
    assert refused.value.hint


async def test_a_stranger_learns_nothing(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "refunds")
    stranger = await stage.world.person("mallory")
    with pytest.raises(MissingError):
        await contexts.serve(stranger, stage.project, "refunds")
    with pytest.raises(MissingError):
        await contexts.receipt(stranger, stage.project, served.receipt.id)


async def test_a_token_without_the_scope_is_refused(stage, contexts):
    issued = await stage.world.tokens.issue_for_agent(stage.world.ada, stage.project, "narrow", scopes=["read"])
    narrow = await stage.world.access.authenticate_token(issued.secret)
    with pytest.raises(DeniedError):
        await contexts.serve(narrow, stage.project, "refunds")


async def test_an_unknown_receipt_is_missing(stage, contexts):
    with pytest.raises(MissingError):
        await contexts.receipt(stage.world.claude, stage.project, sources.new_id())


async def test_only_what_changed_since_a_bundle_is_sent(stage, contexts):
    world, project = stage.world, stage.project
    first = await contexts.serve(world.claude, project, "refunds", ["shop/domain.py"])
    again = await contexts.serve(world.claude, project, "refunds", ["shop/domain.py"], since=first.receipt.id)
    assert again.bundle.served == ()
    assert again.bundle.digest == first.bundle.digest
    third = await contexts.serve(world.claude, project, "refunds", ["shop/domain.py"], since=again.receipt.id)
    assert third.bundle.served == ()
    spec = await world.library.read(world.ada, project, "refunds.md")
    text = REFUNDS.replace("ten days", "a week")
    await world.library.save(world.ada, project, spec.spec.id, base=spec.revision.digest, text=text)
    fourth = await contexts.serve(world.claude, project, "refunds", ["shop/domain.py"], since=third.receipt.id)
    assert [row.passage.spec for row in fourth.bundle.served] == ["refunds.md"]
    with pytest.raises(MissingError):
        await contexts.serve(world.claude, project, "refunds", since=sources.new_id())


async def test_a_symbol_alone_finds_what_mentions_it(stage, contexts):
    served = await contexts.serve(stage.world.claude, stage.project, "", symbols=["shop.domain"])
    whys = {row.passage.spec: row.passage.why for row in served.bundle.served}
    assert "mentions shop.domain" in whys["refunds.md"]
    with pytest.raises(UserError):
        await contexts.serve(stage.world.claude, stage.project, "x", symbols=["a\0"])


async def test_specs_in_other_scripts_are_found_in_their_words(stage, contexts):
    texts = {
        "zh.md": "# 退款\n\n## 期限\n\n退款必须在十天内完成。\n",
        "ja.md": "# 検索\n\n## 索引\n\n索引は毎晩作り直す。\n",
        "de.md": "# Größen\n\n## Übergrößen\n\nÜbergrößen müssen bestellt werden.\n",
    }
    for path, text in texts.items():
        await stage.world.library.create(stage.world.ada, stage.project, path, text)
    for task, path in (("退款期限", "zh.md"), ("索引を作り直す", "ja.md"), ("ÜBERGRÖSSEN bestellen", "de.md")):
        served = await contexts.serve(stage.world.claude, stage.project, task)
        assert served.bundle.served[0].passage.spec == path


async def test_what_imports_the_touched_code_and_what_changed_with_it_is_near(stage, contexts):
    world, project = stage.world, stage.project
    for number in range(3):
        files = {"shop/domain.py": f"X = {number}\n", "data/prices.csv": f"{number}\n"}
        stage.made.commit(f"price {number}", files)
    stage.made.commit("add a command", {"tool/__init__.py": "", "tool/run.py": "import shop.domain\n"})
    await stage.sync()
    texts = {"tool.md": "# Tool\n\nIt is in `tool.run`.\n", "prices.md": "# Prices\n\nIn `data/prices.csv`.\n"}
    for path, text in texts.items():
        await world.library.create(world.ada, project, path, text)
    served = await contexts.serve(world.claude, project, "", ["shop/domain.py"])
    whys = {row.passage.spec: row.passage.why for row in served.bundle.served}
    assert whys["tool.md"] == "mentions tool.run, an import neighbour"
    assert whys["prices.md"] == "mentions data/prices.csv, which changed together with it"
    served = await contexts.serve(world.claude, project, "", symbols=["shop.domain:X"])
    assert served.bundle.served[0].passage.kind is PassageKind.INVARIANT
