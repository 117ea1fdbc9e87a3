"""Help for writers: names of the compared code, what is wrong with a text, what an invariant would find."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from app.programs.surveying import answer as survey
from drift.lives.evaluated import failed
from specs.errors import ConflictError, MissingError, UserError
from specs.service.hygiene import Hygiene
from sync.aids.codenames import read_names
from sync.service.editing.aiding import Aiding
from sync.service.editing.desk import Desk
from tests.stage import CODE, LAYERS, evaluate_here
from tests.sync.specfiles.test_packages import HOUSE, SIX, child, package

CLASS = """class Order:
    def place(self): ...
"""
UPSIDE_DOWN = LAYERS.replace("[shop.web, shop.domain]", "[shop.domain, shop.web]").replace("id: layering", "id: turned")


async def names_here(request: Mapping[str, Any]) -> Any:
    return read_names(json.dumps(await asyncio.to_thread(survey, request)).encode())


def aiding(stage: Any, desk: Desk) -> Aiding:
    world = stage.world
    return Aiding(
        world.database,
        library=world.library,
        drift=stage.drift,
        hygiene=Hygiene(world.database, world.clock),
        clock=world.clock,
        desk=desk,
        mirrors=stage.mirrors,
    )


@pytest.fixture
async def compared(stage: Any) -> Any:
    stage.made.commit("begin", CODE | {"shop/domain.py": CLASS})
    await stage.register()
    await stage.sync()
    return stage


@pytest.fixture
def aid(compared: Any) -> Aiding:
    return aiding(compared, Desk(evaluate_here, names_here))


async def test_names_of_the_code_are_completed(compared: Any, aid: Aiding) -> None:
    ada, home = compared.world.ada, compared.project
    [first, *_], whole = await aid.names(ada, home, "plac", "name")
    assert (first.text, first.label, first.what, whole) == ("Order.place", "shop.domain:Order.place", "method", True)
    assert first.detail == "shop/domain.py:2"
    [dotted, *_], _ = await aid.names(ada, home, "shop.domain.Or", "name")
    assert dotted.text == "shop.domain.Order"
    [symbol, *_], _ = await aid.names(ada, home, "Ord", "symbol")
    assert symbol.text == "shop.domain:Order"
    assert {one.what for one in (await aid.names(ada, home, "shop", "path"))[0]} == {"path", "folder"}
    with pytest.raises(UserError, match="too long"):
        await aid.names(ada, home, "x" * 201, "name")


async def test_names_are_still_read_where_a_child_takes_long(compared: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(request: Mapping[str, Any]) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr("sync.service.editing.aiding.PATIENCE", 0)
    desk = Desk(evaluate_here, slow)
    aid = aiding(compared, desk)
    found = asyncio.create_task(aid.names(compared.world.ada, compared.project, "shop", "name"))
    await asyncio.wait({found}, timeout=10)
    assert found.result() == ((), False)
    await desk.close()


async def test_links_are_completed(compared: Any, aid: Aiding) -> None:
    ada, home = compared.world.ada, compared.project
    [link] = await aid.links(ada, home, "lay", "guides/new.md")
    assert (link.text, link.label, link.detail) == ("../layers.md", "layers.md", "Layering")
    [section] = await aid.links(ada, home, "../layers.md#l", "guides/new.md")
    assert section.text == "../layers.md#layering"
    assert await aid.links(ada, home, "nowhere.md#a", "new.md") == ()


async def test_a_typed_text_is_diagnosed(compared: Any, aid: Aiding) -> None:
    ada, home = compared.world.ada, compared.project
    await aid.names(ada, home, "", "name")
    key = "AKIA" + "QYLPMN5HFIQR7XYA"
    text = (
        "# A\n\nSee `shop.domian` and [gone](gone.md).\n\nHidden\N{ZERO WIDTH SPACE} words.\n\n"
        f"Key {key}\n\n```yaml invariant\nid: layering\nkind: layres\nlayers: [a, b]\n```\n"
    )
    told = await aid.diagnose(ada, home, "new.md", text)
    codes = [(one.code, one.line) for one in told]
    assert ("unknown-mention", 3) in codes
    assert ("broken-link", 3) in codes
    assert ("hidden-character", 5) in codes
    assert ("secret", 7) in codes
    assert ("duplicate-id", 9) in codes
    assert any(one.code == "unknown-kind" and "layers" in one.hint for one in told)


async def test_an_invariant_is_tried_before_it_is_saved(compared: Any, aid: Aiding) -> None:
    ada, home = compared.world.ada, compared.project
    trial = await aid.try_out(ada, home, "new.md", UPSIDE_DOWN)
    [run] = trial.runs
    assert (trial.state, run.repository, run.problem) == ("tried", "shop", "")
    [one] = run.invariants
    assert (one.id, one.verdict, one.count, one.line) == ("turned", "broken", 1, 3)
    [finding] = one.findings
    assert (finding.path, finding.line, finding.state) == ("shop/web.py", 1, "introduced")
    with pytest.raises(MissingError):
        await compared.spec("new.md")
    nothing = await aid.try_out(ada, home, "new.md", LAYERS.replace("shop.domain]", "shop.nothing]"))
    assert nothing.runs[0].invariants[0].verdict == "unmatched"
    past = "# A\n\n```yaml invariant\nid: names\nkind: mentions\n```\n"
    [told] = (await aid.try_out(ada, home, "new.md", past)).runs[0].invariants
    assert (told.id, told.verdict, told.line) == ("names", "untried", 3)
    assert "past of the code" in told.note


async def test_a_dry_run_judges_with_what_the_spec_inherits_and_in_its_folder_alone(stage: Any) -> None:
    files = {"docs/specs/house.md": HOUSE, **package("a", child("a", "max: 3\n")), **package("b", code=SIX)}
    stage.made.commit("begin", {"holdfast.toml": 'packages = ["packages/*"]\n', **files})
    await stage.register()
    await stage.sync()
    ada, home, aid = stage.world.ada, stage.project, aiding(stage, Desk(evaluate_here, names_here))
    listed = await stage.world.library.heads(ada, home)
    [path] = [one.spec.path for one in listed if "a-size" in one.text]

    async def tried(text: str) -> list[tuple[str, str, list[str]]]:
        [run] = (await aid.try_out(ada, home, path, text)).runs
        return [(one.id, one.verdict, [each.message for each in one.findings]) for one in run.invariants]

    [(name, verdict, found)] = await tried(child("a", "max: 0\n"))
    assert (name, verdict, len(found)) == ("a-size", "broken", 1)
    assert "packages/a/src/x.ts" in found[0]
    [(_, _, [looser])] = await tried(child("a", "max: 9\n"))
    assert "asks less of packages/a than file-size" in looser
    own = child("a", "of: files\nmeasure: lines\nmax: 3\n").replace("extends: file-size\n", "")
    assert await tried(own) == [("a-size", "kept", [])], "what package b has is no business of this spec"
    assert await tried(child("a", "max: 0\n").replace("file-size", "no-size")) == [("a-size", "error", [])]
    [run] = (await aid.try_out(ada, home, "new.md", child("n", "max: 0\n"))).runs
    assert [one.verdict for one in run.invariants] == ["untried"]


async def test_a_dry_run_says_when_it_cannot(stage: Any) -> None:
    aid = aiding(stage, Desk(evaluate_here, names_here))
    ada, home = stage.world.ada, stage.project
    assert (await aid.try_out(ada, home, "new.md", "# A\n")).state == "nothing"
    assert (await aid.try_out(ada, home, "new.md", UPSIDE_DOWN)).state == "no-code"
    stage.made.commit("begin", CODE)
    await stage.register()
    assert (await aid.try_out(ada, home, "new.md", UPSIDE_DOWN)).state == "no-code"
    await stage.sync()

    async def late(request: Mapping[str, Any]) -> Any:
        return failed("The evaluation took longer than 20 seconds and was stopped.")

    done = await aiding(stage, Desk(late, names_here)).try_out(ada, home, "new.md", UPSIDE_DOWN)
    assert "20 seconds" in done.runs[0].problem


async def test_a_later_dry_run_ends_the_one_before() -> None:
    begun = asyncio.Event()

    async def slow(request: Mapping[str, Any]) -> Any:
        begun.set()
        await asyncio.sleep(0.05 if request["n"] else 60)
        return failed(str(request["n"]))

    desk = Desk(slow)
    first = asyncio.create_task(desk.run("eve", {"n": 0}))
    await begun.wait()
    assert (await desk.run("eve", {"n": 1})).problem == "1"
    with pytest.raises(ConflictError, match="later dry run"):
        await first
