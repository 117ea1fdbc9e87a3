"""Searching by meaning: vectors follow the specs, likeness is asked in time, and nothing waits for the model."""

import time
from uuid import uuid4

import pytest

from app import sources
from drift.service import Drift
from drift.store import vectors as store_module
from drift.store.vectors import VectorStore
from sync.contexts.bundle import DEFAULT_BUDGET
from sync.service.contexts.contexts import Contexts
from sync.service.contexts.meanings import Asking, Meanings
from tests.encoders import FakeEncoder

TEXT = "# Shop\n\n## Money back\n\nA customer gets a refund.\n\n## Search\n\nResults are fresh.\n"


@pytest.fixture
def model() -> FakeEncoder:
    return FakeEncoder()


def make(world, model) -> tuple[Contexts, Meanings]:
    contexts = Contexts(
        world.database,
        world.library,
        Drift(world.database, world.clock),
        clock=world.clock,
        new_id=sources.new_id,
        random=sources.random_bytes,
        asking=Asking(lambda: model, 60),
    )
    return contexts, Meanings(world.database, lambda: model)


async def embed(meanings: Meanings) -> int:
    return sum([await meanings.embed(project, state) for project, state in (await meanings.behind()).items()])


async def test_an_edit_is_found_by_words_at_once_and_by_meaning_after_the_job(world, model):
    contexts, meanings = make(world, model)
    project = world.project.id
    saved = await world.library.create(world.ada, project, "shop.md", TEXT)
    first = await contexts.serve(world.claude, project, "buyers reimburse")
    assert first.bundle.degraded == ("embeddings",)
    assert await embed(meanings) == 2
    served = await contexts.serve(world.claude, project, "buyers reimburse")
    assert served.bundle.degraded == ()
    assert served.bundle.served[0].passage.anchor == "money-back"
    assert "meaning of the task" in served.bundle.served[0].passage.why
    assert await meanings.behind() == {}
    text = TEXT + "\n## Vouchers\n\nVouchers expire.\n"
    await world.library.save(world.ada, project, saved.spec.id, base=saved.spec.head, text=text)
    found = await contexts.serve(world.claude, project, "vouchers")
    assert found.bundle.served[0].passage.anchor == "vouchers"
    assert found.bundle.degraded == ("embeddings-pending",)
    asked = model.asked
    assert await embed(meanings) == 1
    assert model.asked == asked + 1


async def test_vectors_of_passages_that_are_gone_are_forgotten(world, model):
    _, meanings = make(world, model)
    project = world.project.id
    saved = await world.library.create(world.ada, project, "shop.md", TEXT)
    await embed(meanings)
    shorter = TEXT.split("## Search", 1)[0]
    await world.library.save(world.ada, project, saved.spec.id, base=saved.spec.head, text=shorter)
    assert await embed(meanings) == 0
    async with world.database.read() as connection:
        assert len(await VectorStore(connection, project, "fake").digests()) == 1
        assert await VectorStore(connection, uuid4(), "fake").digests() == frozenset()


async def test_where_there_are_many_the_index_finds_the_likest_and_a_sample_tells_of_the_rest(
    world, model, monkeypatch
):
    monkeypatch.setattr(store_module, "EXACT", 10)
    monkeypatch.setattr(store_module, "NEAREST", 3)
    monkeypatch.setattr(store_module, "SAMPLE", "8")
    monkeypatch.setattr(store_module, "LEAST_SAMPLE", 5)
    project = world.project.id
    names = {f"{number * 7919 % 4096:03x}": f"word{number}" for number in range(60)}
    async with world.database.transaction() as connection:
        store = VectorStore(connection, project, "fake")
        await store.add(dict(zip(names, model.encode(list(names.values())), strict=True)))
        [wanted] = model.encode(["word7"])
        alike = await store.alike([wanted, wanted], wanted, 60)
    best = max(alike.found, key=lambda digest: alike.found[digest][0])
    assert names[best] == "word7"
    assert alike.found[best][0] == pytest.approx(1.0, abs=1e-3)
    assert alike.spread is not None
    assert 0 < alike.usual[0] < 1
    assert len(alike.found) < 60


async def test_a_model_that_takes_too_long_or_is_not_there_degrades_the_answer(world, model):
    def slow() -> FakeEncoder:
        time.sleep(0.3)
        return model

    assert await Asking(slow, 0.05).vectors(["a"]) is None
    assert await Asking().vectors(["a"]) is None
    assert await Meanings(world.database, lambda: None).behind() == {}
    assert await Meanings(world.database, lambda: None).embed(world.project.id, "x") == 0
    asking = Asking(lambda: model, 60)
    assert await asking.similar(world.database, world.project.id, "  ", 1) is None
    assert await asking.similar(world.database, world.project.id, "refund", DEFAULT_BUDGET) is None


async def test_a_repeated_task_is_not_encoded_again(model):
    asking = Asking(lambda: model, 60)
    first = await asking.vectors(["refund", "refund"])
    assert model.asked == 1
    assert await asking.vectors(["refund", "refund"]) == first
    assert model.asked == 1
