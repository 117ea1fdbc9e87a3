"""The graph and the map over what checks left in the database."""

from typing import Any

import pytest

from drift.picture.coverage import Held, hold
from specs.access import SERVER
from specs.errors import DeniedError, MissingError
from specs.library import SpecText
from sync.service.surveying import NOBODY, Atlases, Survey
from tests.drift.service.made import Recorder, finding, invariant, path_row
from tests.factories import World

TEXT = """---
owners: [ann]
covers: ["shop/**", "gone/**"]
---
# Layers

```yaml invariant
id: layering
kind: layers
layers: [shop.web, shop.domain]
```
"""
PATHS = (
    path_row("shop/web/page.py", "layering", module="shop.web.page", imports=["shop.domain"], lines=30, at=[4]),
    path_row("shop/domain.py", "layering", module="shop.domain", imports=["shop.web.page"], lines=70, at=[2]),
    path_row("shop/util.py", module="shop.util", lines=5),
    path_row("tools/run.py", module="tools.run", lines=95),
)


@pytest.fixture
async def recorder(world: World) -> Recorder:
    made = await Recorder(world).prepare()
    head: SpecText = await world.library.read(world.ada, world.project.id, "layers.md")
    await world.library.save(
        world.ada, world.project.id, head.spec.id, base=head.revision.digest, text=TEXT, message="Say it"
    )
    up = finding("up", path="shop/domain.py") | {"importer": "shop.domain", "imported": "shop.web.page"}
    await made.check(up, invariants=[invariant(found=[up])], paths=PATHS)
    return made


@pytest.fixture
def survey(world: World) -> Survey:
    return Survey(world.database, world.library, Atlases())


async def test_the_graph_of_a_repository_is_walked(world: World, recorder: Recorder, survey: Survey) -> None:
    who, project = world.rob, world.project.id
    top = await survey.graph(who, project)
    assert top is not None
    assert [(one.name, one.size) for one in top.view.parts] == [("shop", 3), ("tools", 1)]
    assert top.rules == ("layering",)
    shop = await survey.graph(who, project, repository="shop", at="shop", rule="layering")
    assert shop is not None
    assert [one.broken for one in shop.view.arrows] == [("layering",), ()]
    assert shop.view.bands == ("shop.web", "shop.domain")
    [broken] = shop.breaks
    found = await survey.imports(
        who, project, repository="shop", at="shop", importer="shop.domain", imported="shop.web"
    )
    assert found.rows == (("shop.domain", "shop.web.page", "shop/domain.py", 2),)
    assert found.breaks == (broken,)
    assert await survey.names(who, project, repository="", text="SHOP web") == ("shop.web.page",)
    assert await survey.names(who, project, repository="", text=" ") == ()


async def test_a_new_check_is_seen_at_once(world: World, recorder: Recorder, survey: Survey) -> None:
    assert await survey.graph(world.rob, world.project.id) is not None
    await recorder.check(paths=PATHS[:1])
    found = await survey.graph(world.rob, world.project.id)
    assert found is not None
    assert (found.view.modules, found.breaks) == (1, ())


async def test_the_map_tells_what_no_spec_governs(world: World, recorder: Recorder, survey: Survey) -> None:
    found = await survey.coverage(world.rob, world.project.id)
    assert [(one.path, one.extent.bare_lines) for one in found.coverage.plots] == [("tools", 95), ("shop", 0)]
    whole = found.coverage.whole
    assert (whole.lines, whole.governed_lines, whole.covered_lines) == (200, 100, 5)
    [spec] = found.coverage.specs
    assert (spec.path, spec.files, spec.empty) == ("layers.md", 3, ("gone/**",))
    inner = await survey.coverage(world.rob, world.project.id, repository="shop", at="/shop/")
    assert [one.path for one in inner.coverage.plots] == ["shop/domain.py", "shop/web", "shop/util.py"]


async def test_the_map_is_made_once_for_a_head_and_its_specs(
    world: World, recorder: Recorder, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(*what: Any) -> Held:
        made.append(1)
        return hold(*what)

    monkeypatch.setattr("sync.service.surveying.hold", counted)
    for at in ("", "shop", "", "shop"):
        await survey.coverage(world.rob, world.project.id, at=at)
    assert len(made) == 1
    await world.library.create(world.ada, world.project.id, "tools.md", '---\ncovers: ["tools/**"]\n---\n# Tools\n')
    assert (await survey.coverage(world.rob, world.project.id)).coverage.whole.bare == 0
    await recorder.check(paths=PATHS[:1])
    assert (await survey.coverage(world.rob, world.project.id)).coverage.whole.files == 1
    assert len(made) == 3


async def test_what_there_is_not_is_refused_with_a_hint(world: World, recorder: Recorder, survey: Survey) -> None:
    who, project = world.rob, world.project.id
    tries = [
        survey.graph(who, project, at="shop.wbe"),
        survey.graph(who, project, rule="layring"),
        survey.graph(who, project, repository="shpo"),
        survey.coverage(who, project, at="nowhere"),
        survey.coverage(who, project, repository="web"),
        survey.owned(who, project, "anna"),
        survey.imports(who, project, repository="", at="shop", importer="shop.util", imported="shop.web"),
    ]
    for one in tries:
        with pytest.raises(MissingError) as refused:
            await one
        assert refused.value.hint
    stranger = await world.person("stranger")
    for other in (survey.graph(stranger, project), survey.coverage(stranger, project)):
        with pytest.raises((MissingError, DeniedError)):
            await other


async def test_a_project_without_code_has_no_graph_and_an_empty_map(world: World, survey: Survey) -> None:
    assert await survey.graph(world.rob, world.project.id) is None
    found = await survey.coverage(world.rob, world.project.id)
    assert (found.known, found.coverage.plots) == (False, ())
    made = await world.library.create(world.ada, world.project.id, "a.md", TEXT)
    assert await survey.owned(SERVER, world.project.id, "ann") == {made.spec.id}
    assert await survey.owned(SERVER, world.project.id, NOBODY) == frozenset()
