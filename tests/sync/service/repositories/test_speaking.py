"""Several repositories in one project, and one repository in several projects."""

from drift.lives.records import CheckVerdict
from drift.lives.standing import Word, of_project
from specs.access import SERVER
from tests.gitmaker import Made
from tests.stage import BAD, CODE

NAMES_BOTH = """---
repositories: [shop, till]
---
# Layering

```yaml invariant
id: layering
kind: layers
layers: [shop.web, shop.domain]
```

The domain is `shop.domain`.
"""
ONE_BLOCK = """# Rules

```yaml invariant
id: no-legacy
kind: absent
file: legacy.py
```

```yaml invariant
id: till-has-no-debug
kind: absent
file: debug.py
repositories: [till]
```
"""


async def verdicts(stage):
    found = await stage.drift.verdicts(stage.world.ada, stage.project)
    return {one.repository.name: (one.verdict, one.invariants, one.broken) for one in found}


async def test_a_spec_that_names_two_repositories_governs_code_in_both(stage, tmp_path):
    stage.made.commit("begin", CODE | BAD | {"docs/specs/layers.md": NAMES_BOTH})
    till = Made(tmp_path / "till")
    till.commit("begin", {"shop/__init__.py": "", "shop/web.py": "", "shop/domain.py": ""})
    await stage.register()
    first = stage.reference
    await stage.sync()
    await stage.register("till", url=str(till.root))
    await stage.sync()
    found = await verdicts(stage)
    assert found == {"shop": (CheckVerdict.BROKEN, 1, 1), "till": (CheckVerdict.KEPT, 1, 0)}
    whole = of_project(await stage.drift.verdicts(stage.world.ada, stage.project))
    assert (whole.verdict, whole.broken) == (Word.BROKEN, ("shop",))
    till.commit("short cut", BAD)
    await stage.sync()
    assert (await verdicts(stage))["till"] == (CheckVerdict.BROKEN, 1, 1)
    assert {one.repository for one in await stage.findings()} == {first, stage.reference}


async def test_one_block_may_speak_of_another_repository_and_what_git_brings_there_is_held_against_it(stage, tmp_path):
    stage.made.commit("begin", {"docs/specs/rules.md": ONE_BLOCK, "debug.py": ""})
    till = Made(tmp_path / "till")
    till.commit("begin", {"debug.py": "", "legacy.py": ""})
    await stage.register()
    shop = stage.reference
    await stage.register("till", url=str(till.root))
    await stage.sync()
    assert (await verdicts(stage))["till"] == (CheckVerdict.KEPT, 0, 0)
    till_ref, stage.reference = stage.reference, shop
    await stage.sync()
    stage.reference = till_ref
    done = await stage.sync(fetch=False)
    assert done.evaluated == 1
    assert (await stage.sync(fetch=False)).evaluated == 0
    found = await verdicts(stage)
    assert found == {"shop": (CheckVerdict.KEPT, 1, 0), "till": (CheckVerdict.BROKEN, 1, 1)}
    [finding] = await stage.findings()
    assert (finding.invariant, finding.repository, finding.code_path) == ("till-has-no-debug", till_ref, "debug.py")
    stage.made.commit("let it be", {"docs/specs/rules.md": "# Rules\n"})
    stage.reference = shop
    await stage.sync()
    stage.reference = till_ref
    await stage.sync(fetch=False)
    assert (await verdicts(stage))["till"] == (CheckVerdict.KEPT, 0, 0)
    assert await stage.findings(state="open") == ()


async def test_a_name_that_no_repository_has_is_told_where_the_spec_is_at_home(stage, tmp_path):
    text = ONE_BLOCK.replace("[till]", "[tills]")
    stage.made.commit("begin", {"docs/specs/rules.md": text})
    till = Made(tmp_path / "till")
    till.commit("begin", {"debug.py": ""})
    await stage.register("till", url=str(till.root))
    await stage.sync()
    await stage.register()
    await stage.sync()
    [finding] = await stage.findings()
    assert "The project has no repository tills." in finding.message
    assert "`till`" in finding.fix
    assert finding.repository == stage.reference


async def test_two_projects_share_a_repository_each_with_its_own_folder(stage, tmp_path):
    billing = {f"billing/{path}": text for path, text in (CODE | BAD).items()}
    stores = {f"stores/{path}": text for path, text in CODE.items()}
    stage.made.commit("begin", billing | stores)
    await stage.register("mono", root="billing")
    await stage.sync()
    [verdict] = await stage.drift.verdicts(stage.world.ada, stage.project)
    assert (verdict.verdict, verdict.invariants, verdict.broken) == (CheckVerdict.BROKEN, 1, 1)
    [finding] = await stage.findings()
    assert finding.code_path == "shop/domain.py"
    other = await stage.world.projects.create(SERVER, "stores", "Stores")
    done = await stage.repositories.register(SERVER, other.id, name="mono", url=str(stage.made.root), root="stores")
    await stage.synchroniser.sync(done.repository.id)
    [verdict] = await stage.drift.verdicts(SERVER, other.id)
    assert (verdict.verdict, verdict.invariants, verdict.broken) == (CheckVerdict.KEPT, 1, 0)
    assert [one.spec.path for one in await stage.world.library.heads(SERVER, other.id)] == ["layers.md"]
    assert (await stage.drift.findings(SERVER, other.id)).items == ()


async def test_a_monorepo_with_specs_beside_packages_is_taken_in_and_judged_as_a_check_does(stage):
    fence = "```"
    house = f"# House\n\n{fence}yaml invariant\nid: size\nkind: limit\nof: files\nmeasure: lines\nmax: 5\n{fence}\n"
    loose = house.replace("id: size", "id: a-size\nextends: size").replace("max: 5", "max: 9")
    stage.made.commit(
        "begin",
        {
            "docs/specs/house.md": house,
            "packages/a/pyproject.toml": "[project]\n",
            "packages/a/docs/specs/house.md": loose,
            "packages/a/long.py": "x = 1\n" * 7,
        },
    )
    await stage.register()
    await stage.sync()
    heads = await stage.world.library.heads(stage.world.ada, stage.project)
    assert sorted(one.spec.path for one in heads) == ["house.md", "packages/a/house.md"]
    found = {(one.invariant, one.kind, one.spec_path, one.code_path) for one in await stage.findings()}
    assert found == {
        ("size", "limit", "house.md", "packages/a/long.py"),
        ("a-size", "loosening", "packages/a/house.md", ""),
    }
    assert (await stage.sync()).evaluated == 0
