"""What the speed benchmarks hold trees against, and the trees they make up."""

import json
import random
from pathlib import Path

FAN_OUT = 4
GROUP = 50


def every_kind(package: str, first: str, second: str, third: str) -> str:
    """Give a spec with an invariant of every kind that needs no confirmation, about three subpackages of a package."""
    blocks = {
        "layers": f"layers: [{first}, {third}]",
        "forbidden": f"from: [{first}]\nto: [{second}]",
        "independent": f"modules: [{second}, {third}]",
        "acyclic": f"within: [{third}]",
        "only": f"target: json\nby: [{package}]",
        "depends": f"modules:\n  {second}: [{third}]\n  {third}: []",
        "exists": f"module: [{first}]",
        "absent": "file: ['**/nothing-like-this.py']",
        "naming": f"what: classes\nwhere: [{third}]\nmatches: '.*'",
        "shape": f"what: functions\nwhere: [{third}]\nshould: {{public: true}}",
        "limit": f"measure: complexity\nof: functions\nmax: 200\nwhere: [{third}]",
        "pattern": f"pattern: exec($$$ARGS)\nwhere: [{third}]",
    }
    text = "".join(f"```yaml invariant\nid: {kind}\nkind: {kind}\n{rest}\n```\n\n" for kind, rest in blocks.items())
    return f"# Every kind\n\n{text}Modules such as `{first}` and `{second}` are named here.\n"


def python_modules(folder: Path, count: int, lines: int = 60) -> None:
    """Write a package `made` of so many modules in groups; each imports a few of the groups before its own."""
    random_ = random.Random(count)  # noqa: S311 (the same tree each time)
    groups = max(count // GROUP, 1)
    (folder / "made").mkdir(parents=True)
    (folder / "made" / "__init__.py").write_text("")
    for number in range(count):
        group = number % groups
        place = folder / "made" / f"g{group:04}"
        if not place.is_dir():
            place.mkdir()
            (place / "__init__.py").write_text("")
        others = [random_.randrange(group + 1) for _ in range(FAN_OUT)]
        imports = [f"from made.g{one:04} import m{one + groups * random_.randrange(GROUP):06}" for one in others]
        body = [f"def f{line}(x):\n    return x + {line}\n" for line in range(lines // 3)]
        text = "\n".join(["import os", *imports, "", *body]) + "\n"
        (place / f"m{number:06}.py").write_text(text)


def typescript(folder: Path, count: int) -> None:
    """Write so many TypeScript modules, and rules for them as dependency-cruiser reads them."""
    random_ = random.Random(count)  # noqa: S311 (the same tree each time)
    for number in range(count):
        place = folder / "src" / f"g{number % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        others = [random_.randrange(count) for _ in range(FAN_OUT)]
        imports = [f'import {{ f{one} }} from "../g{one % 20:02}/m{one}";' for one in others]
        body = [f"export function g{line}(x: number): number {{\n  return x + {line};\n}}" for line in range(15)]
        text = [*imports, f"export const f{number} = {number};", *body]
        (place / f"m{number}.ts").write_text("\n".join(text) + "\n")
    rules = [
        {"name": f"no-{one}", "severity": "error", "from": {"path": f"^src/g{one:02}/"}, "to": {"path": "^src/g19/"}}
        for one in range(3)
    ]
    (folder / ".dependency-cruiser.json").write_text(json.dumps({"forbidden": rules}, indent=1))
    (folder / "tsconfig.json").write_text("{}\n")
    (folder / "package.json").write_text('{"name": "made"}\n')
