"""dependency-cruiser's rules, as `holdfast check --contracts` reads them: expected is what that tool says."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.programs.javascript import exported
from specs.errors import UserError
from sync.checking.contracts import translate
from sync.checking.local import CheckOptions, run_check
from sync.importers.support.translated import spec_text
from sync.trees.sides import find_side
from tests.contracts import TODAY, check, write
from tests.gitmaker import Made

CONFIG = ".dependency-cruiser.json"
TREE = {
    "package.json": json.dumps(
        {
            "name": "shop",
            "scripts": {"arch": "npx depcruise src --config"},
            "dependencies": {"left": "1"},
            "devDependencies": {"tester": "1", "left": "1"},
            "imports": {"#inner/*": "./src/inner/*.ts"},
        }
    ),
    "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"], "@one": ["src/a/one.ts"]}}} //',
    "src/a/one.ts": 'import { two } from "../b/two";\nimport type { T } from "../b/types";\ntwo; let t: T;\n',
    "src/a/index.ts": 'export * from "./one";\nimport "fs"; import "node:path"; import "bun:test";\n'
    'import "gone"; import "./nothing";\n',
    "src/b/two.ts": 'import { T } from "./types";\nimport three from "@/c/three";\nthree as T;\n',
    "src/b/types.ts": "export type T = number;\n",
    "src/c/three.ts": 'import "@one";\nimport data from "./data.json";\ndata; void import("./late.js");\n',
    "src/c/late.ts": 'require("left"); require(`tester/sub`);\nexport const x = "#inner/deep"; import "#inner/deep";\n',
    "src/c/data.json": "{}",
    "src/inner/deep.ts": "",
    "src/alone.ts": "",
    "scripts/tool.ts": 'import "../src/b/two";\n',
    "node_modules/left/package.json": '{"name": "left", "main": "lib"}',
    "node_modules/left/lib/index.js": "",
    "node_modules/tester/sub.js": "",
}
TYPES: dict[str, Any] = {"tsPreCompilationDeps": True, "tsConfig": {}, "doNotFollow": "node_modules"}
PLAIN: dict[str, Any] = {"tsConfig": {"fileName": "tsconfig.json"}, "doNotFollow": {"path": "node_modules"}}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "direct imports by pattern, types included": (
        {"from": {"path": "^src/a"}, "to": {"path": "^src/b"}},
        TYPES,
        ["src/a/one.ts -> src/b/two.ts", "src/a/one.ts -> src/b/types.ts"],
    ),
    "types are gone when compiled, and so are values used as types": (
        {"from": {}, "to": {"path": ["^src/b/types", "^src/b/two"]}},
        PLAIN,
        ["src/a/one.ts -> src/b/two.ts"],
    ),
    "groups of from in to": (
        {"from": {"path": "^src/([^/]+)/"}, "to": {"path": "^src/([^/]+)/", "pathNot": ["^src/$1/", "data|deep"]}},
        PLAIN,
        ["src/a/one.ts -> src/b/two.ts", "src/b/two.ts -> src/c/three.ts", "src/c/three.ts -> src/a/one.ts"],
    ),
    "what is not found": (
        {"from": {}, "to": {"couldNotResolve": True}},
        TYPES,
        ["src/a/index.ts -> ./nothing", "src/a/index.ts -> gone"],
    ),
    "Node's own modules": (
        {"from": {}, "to": {"dependencyTypes": ["core"]}},
        TYPES,
        ["src/a/index.ts -> bun:test", "src/a/index.ts -> fs", "src/a/index.ts -> path"],
    ),
    "packages by their part of the manifest": (
        {"from": {}, "to": {"dependencyTypes": ["npm-dev"]}},
        TYPES,
        ["src/c/late.ts -> node_modules/left/lib/index.js", "src/c/late.ts -> node_modules/tester/sub.js"],
    ),
    "packages in several parts": (
        {"from": {}, "to": {"moreThanOneDependencyType": True}},
        TYPES,
        ["src/c/late.ts -> node_modules/left/lib/index.js"],
    ),
    "aliases of the compiler and of the manifest": (
        {"from": {}, "to": {"dependencyTypes": ["aliased"]}},
        TYPES,
        ["src/b/two.ts -> src/c/three.ts", "src/c/late.ts -> src/inner/deep.ts", "src/c/three.ts -> src/a/one.ts"],
    ),
    "types of dependencies that do not count": (
        {"from": {"path": "^src/a"}, "to": {"path": "^src/b", "dependencyTypesNot": ["type-only"]}},
        TYPES,
        ["src/a/one.ts -> src/b/two.ts"],
    ),
    "dynamic imports": (
        {"from": {}, "to": {"dynamic": True}},
        TYPES,
        ["src/c/three.ts -> src/c/late.ts"],
    ),
    "only before compiling": (
        {"from": {}, "to": {"preCompilationOnly": True}},
        {**TYPES, "tsPreCompilationDeps": "specify"},
        ["src/a/one.ts -> src/b/types.ts", "src/b/two.ts -> src/b/types.ts"],
    ),
    "circles are told once": (
        {"from": {}, "to": {"circular": True}},
        PLAIN,
        ["src/a/one.ts -> src/b/two.ts"],
    ),
    "circles by where they pass": (
        {"from": {}, "to": {"circular": True, "viaOnly": {"pathNot": "^src/c"}}},
        PLAIN,
        [],
    ),
    "orphans": (
        {"from": {"orphan": True, "pathNot": "[.]json$"}, "to": {}},
        TYPES,
        ["src/alone.ts"],
    ),
    "what leads somewhere, however long the way": (
        {"from": {"path": "^src/a/index"}, "to": {"reachable": True, "path": "three"}},
        PLAIN,
        ["src/a/index.ts -> src/c/three.ts"],
    ),
    "what nothing leads to": (
        {"from": {"path": "^src/a/index"}, "to": {"reachable": False, "path": "^src/(inner|alone)"}},
        PLAIN,
        ["src/alone.ts"],
    ),
    "how many import a module": (
        {"module": {"path": "^src/b", "numberOfDependentsMoreThan": 1}, "from": {}},
        TYPES,
        ["src/b/types.ts"],
    ),
    "stability": (
        {"from": {"path": "^src/b"}, "to": {"path": "^src/c", "moreUnstable": True}},
        TYPES,
        ["src/b/two.ts -> src/c/three.ts"],
    ),
    "an import of the folder above": (
        {"from": {}, "to": {"ancestor": True}},
        {**PLAIN, "includeOnly": "^src"},
        [],
    ),
    "what is left out": (
        {"from": {}, "to": {"path": "^src/(b|c)"}},
        {**TYPES, "exclude": {"path": "/types|^src/c", "dynamic": True}},
        ["src/a/one.ts -> src/b/two.ts"],
    ),
    "a lookahead": (
        {"from": {"path": "^src/(?!b/)"}, "to": {"path": "^(?!.*types).*[.]ts$", "pathNot": "deep|one"}},
        PLAIN,
        ["src/a/one.ts -> src/b/two.ts", "src/c/three.ts -> src/c/late.ts"],
    ),
}


CIRCLES = ["a.ts -> b.ts", "a.ts -> c.ts", "b.ts -> c.ts", "b.ts -> d.ts", "d.ts -> d.ts"]


def found(tmp_path: Path, config: dict[str, Any], files: dict[str, str] = TREE) -> list[str]:
    checked = check(tmp_path, CONFIG, json.dumps(config), files)
    return [one.partition(" ")[2] for one in checked.findings if one.startswith(("error", "warning"))]


@pytest.mark.parametrize("case", CASES)
def test_a_rule_finds_what_the_tool_finds(tmp_path: Path, case: str) -> None:
    rule, options, expected = CASES[case]
    config = {"forbidden": [{"name": "rule", "severity": "error", **rule}], "options": options}
    told = found(tmp_path, config)
    assert sorted(one if " -> " in one else one.split(" ")[0] for one in told) == sorted(expected)


def test_allowed_is_one_rule_that_any_of_its_entries_keeps(tmp_path: Path) -> None:
    allowed = [{"from": {"path": "^src"}, "to": {"path": "^src/(b|c)"}}, {"from": {"path": "^src/c"}, "to": {}}]
    config = {"allowed": allowed, "allowedSeverity": "error", "options": PLAIN}
    checked = check(tmp_path, CONFIG, json.dumps(config), TREE)
    assert checked.verdicts == {"not-in-allowed": "broken"}
    assert checked.findings == [
        "error src/a/index.ts -> ./nothing",
        "error src/a/index.ts -> bun:test",
        "error src/a/index.ts -> fs",
        "error src/a/index.ts -> gone",
        "error src/a/index.ts -> path",
        "error src/a/index.ts -> src/a/one.ts",
    ]


def test_required_says_what_must_be_imported(tmp_path: Path) -> None:
    required = {"name": "two", "module": {"path": "^src/a/"}, "to": {"path": "two"}}
    checked = check(tmp_path, CONFIG, json.dumps({"required": [required], "options": PLAIN}), TREE)
    assert checked.verdicts == {"two": "broken"}
    assert checked.findings == ["warning src/a/index.ts does not import what two requires."]


def test_a_rule_about_nothing_is_unmatched_and_breaks_nothing(tmp_path: Path) -> None:
    rule = {"name": "tests", "severity": "error", "from": {"path": "^test/"}, "to": {"path": "^src"}}
    checked = check(tmp_path, CONFIG, json.dumps({"forbidden": [rule]}), TREE)
    assert checked.verdicts == {"tests": "unmatched"}
    assert [one.split(" ")[0] for one in checked.findings] == ["info"]


def test_the_folders_are_those_of_the_script_and_else_everything(tmp_path: Path) -> None:
    config = {"forbidden": [{"name": "rule", "from": {"path": "^scripts"}, "to": {"path": "^src"}}]}
    assert not found(tmp_path / "one", config)
    files = {**TREE, "package.json": "{}"}
    assert found(tmp_path / "two", config, files) == ["scripts/tool.ts -> src/b/two.ts"]


def test_options_of_the_command_line_count(tmp_path: Path) -> None:
    config = {"forbidden": [{"name": "rule", "from": {}, "to": {"path": "^src/b"}}], "options": PLAIN}
    script = {"scripts": {"arch": f"depcruise -T err --include-only '^(src/b|scripts)' scripts --config={CONFIG}"}}
    assert found(tmp_path, config, {**TREE, "package.json": json.dumps(script)}) == ["scripts/tool.ts -> src/b/two.ts"]


def test_without_installed_packages_none_is_found(tmp_path: Path) -> None:
    config = {"forbidden": [{"name": "rule", "from": {}, "to": {"couldNotResolve": True}}], "options": PLAIN}
    bare = {path: text for path, text in TREE.items() if "node_modules" not in path}
    assert "src/c/late.ts -> tester/sub" in found(tmp_path, config, bare)


def test_components_are_looked_at_where_their_compiler_is_installed(tmp_path: Path) -> None:
    files = {"package.json": "{}", "a.vue": '<script>import "./b";</script>', "b.ts": 'import "./a.vue";'}
    config = {"forbidden": [{"name": "rule", "from": {"path": "vue$"}, "to": {"path": "b"}}]}
    assert not found(tmp_path / "bare", config, files)
    files["node_modules/@vue/compiler-sfc/package.json"] = "{}"
    assert found(tmp_path / "installed", config, files) == ["a.vue -> b.ts"]


def test_kinds_cannot_be_chosen_among_rules_that_are_of_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--only"):
        check(
            tmp_path, CONFIG, json.dumps({"forbidden": [{"from": {}, "to": {}}]}), TREE, only=frozenset({"forbidden"})
        )


def test_what_the_compiler_adds_counts_where_its_output_is_looked_at(tmp_path: Path) -> None:
    options = {
        "jsx": "react-jsx",
        "importHelpers": True,
        "module": "commonjs",
        "esModuleInterop": True,
        "target": "es2022",
    }
    files = {
        "package.json": "{}",
        "tsconfig.json": json.dumps({"compilerOptions": options}),
        "a/view.tsx": "export const view = <b></b>;",
        "a/all.ts": 'export * from "./one";',
        "a/one.ts": 'import one from "./two"; import { two } from "./two"; one; two;',
        "a/two.ts": 'import { view } from "./view"; view;',
    }
    config = {"forbidden": [{"name": "rule", "from": {}, "to": {"couldNotResolve": True}}], "options": {"tsConfig": {}}}
    assert found(tmp_path, config, files) == [
        "a/all.ts -> tslib",
        "a/one.ts -> tslib",
        "a/view.tsx -> react/jsx-runtime",
    ]


def test_circles_are_those_that_the_tool_finds(tmp_path: Path) -> None:
    files = {
        "package.json": "{}",
        "a.ts": 'import "./b"; import "./c";',
        "b.ts": 'import "./c"; import "./d";',
        "c.ts": 'import "./a"; import "./b";',
        "d.ts": 'import "./b"; import "./d";',
    }
    config = {"forbidden": [{"name": "rule", "from": {}, "to": {"circular": True}}]}
    assert found(tmp_path, config, files) == CIRCLES


@pytest.mark.parametrize(
    ("rule", "options", "left_out"),
    [
        ({"to": {"license": "GPL"}}, {}, "rule rule: `to.license`"),
        ({"to": {}, "scope": "folder"}, {}, "rule rule: rules about folders"),
        ({"to": {"path": "(a)\\1"}}, {}, "rule rule: `to.path`: it is no regular expression"),
        ({"to": {}}, {"webpackConfig": {}, "focus": "src"}, "option focus: all modules"),
        ({"to": {}}, {"exclude": "("}, "option exclude: it is no regular expression"),
        ({"to": {}}, {"speed": 1}, "option speed: it is not known here"),
        ({"to": 3}, {}, "rule rule: `to` is no object"),
    ],
)
def test_what_cannot_be_held_is_listed(tmp_path: Path, rule: dict[str, Any], options: Any, left_out: str) -> None:
    config = {"forbidden": [{"name": "rule", "from": {}, **rule}], "options": options}
    checked = check(tmp_path, CONFIG, json.dumps(config), TREE)
    assert any(left_out in one for one in checked.left_out), checked.left_out


def test_a_program_is_run_and_extends_are_joined(tmp_path: Path) -> None:
    files = {
        **TREE,
        "base.cjs": "module.exports = {forbidden: [{name: 'one', severity: 'error', from: {}, to: {path: 'x'}}]};",
    }
    config = """
    const name = ['o', 'ne'].join('');
    console.log('noise');
    module.exports = {
      extends: ['./base.cjs', 'dependency-cruiser/configs/recommended-strict'],
      forbidden: [{ name, to: { path: '^src/b' } }],
      options: { tsConfig: { fileName: 'tsconfig.json' } },
    };
    """
    checked = check(tmp_path, ".dependency-cruiser.js", config, files, evaluated=exported)
    assert checked.verdicts["one"] == "broken"
    assert checked.verdicts["no-circular"] == "broken"
    assert "error src/a/one.ts -> src/b/two.ts" in checked.findings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("throw new Error('not today')", "not today"),
        ("require('net').connect(80, 'localhost')", "not there for configurations"),
        ("require('child_process').execSync('true')", "not there for configurations"),
        ("fetch('http://localhost')", "not there for configurations"),
        ("module.exports = 3", "holds no configuration"),
        ("module.exports = {extends: './self.js'}", "not there"),
        ("module.exports = {extends: 'nobody/knows'}", "no configuration that is known"),
        ("module.exports = {extends: './.dependency-cruiser.js'}", "extends itself"),
    ],
)
def test_a_program_that_cannot_be_used_says_why(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        check(tmp_path, ".dependency-cruiser.js", text, TREE, evaluated=exported)
    assert caught.value.hint


def test_a_base_is_held_against_the_program_that_lies_on_disk(tmp_path: Path) -> None:
    made = Made(tmp_path / "repository")
    name = ".dependency-cruiser.cjs"
    rules = "module.exports = {forbidden: [{name: 'r', severity: 'error', from: {path: '^a'}, to: {path: '^b'}}]};"
    made.commit("one", {name: rules, "package.json": "{}", "a.ts": 'import "./b";', "b.ts": "", "b2.ts": ""})
    made.commit("two", {"a.ts": 'import "./b";\nimport "./b2";'})
    asked = CheckOptions(today=TODAY, cached=False, contracts=(made.root / name,), base="HEAD~1", evaluated=exported)
    states = {(one.imported, str(one.state)) for one in run_check(made.root, asked).findings}
    assert states == {("b.ts", "existing"), ("b2.ts", "introduced")}
    made.write(name, rules + "//")
    with pytest.raises(UserError, match="another one than on disk"):
        run_check(made.root, asked)


def test_a_spec_says_what_the_rules_say_and_lists_the_rest(tmp_path: Path) -> None:
    rules = [
        {"name": "layers", "severity": "error", "from": {"path": "^src/([^/]+)/"}, "to": {"pathNot": "^src/$1/"}},
        {"name": "knex", "from": {"pathNot": "^src/db"}, "to": {"path": "node_modules/knex"}},
        {"name": "circles", "from": {}, "to": {"circular": True}},
        {"name": "far", "from": {"path": "^src/a"}, "to": {"path": "^src/c", "reachable": True}},
        {"name": "punycode", "from": {}, "to": {"dependencyTypes": ["core"], "path": "^(punycode|sys)$"}},
        {"name": "dev", "from": {"path": "^src"}, "to": {"dependencyTypes": ["npm-dev"]}},
        {"name": "alone", "from": {"orphan": True}, "to": {}},
    ]
    write(tmp_path, {**TREE, CONFIG: json.dumps({"forbidden": rules, "options": TYPES})})
    text = spec_text(translate(find_side(tmp_path, here=True), CONFIG, None), CONFIG)
    written = [
        line for line in text.splitlines() if line.startswith(("id:", "kind:", "from", "to", "indirect", "with"))
    ]
    assert written == [
        *("id: layers", "kind: forbidden", 'from: ["re:^src/([^/]+)/"]', 'to: ["**"]', 'to_not: ["re:^src/$1/"]'),
        *("indirect: false", "id: knex", "kind: forbidden", 'from: ["src/**"]', 'from_not: ["re:^src/db"]'),
        *('to: ["import:knex"]', "indirect: false", "id: circles", "kind: acyclic", 'within: ["src/**"]'),
        *("id: far", "kind: forbidden", 'from: ["re:^src/a"]', 'to: ["re:^src/c"]'),
        *("id: punycode", "kind: forbidden", 'from: ["src/**"]', 'to: ["import:node:punycode", "import:node:sys"]'),
        "indirect: false",
    ]
    assert text.index("Not carried over") < text.index("rule dev:") < text.index("rule alone:")
