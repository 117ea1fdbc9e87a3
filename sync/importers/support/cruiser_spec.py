"""Rules of dependency-cruiser in the words of our kinds, where these can mean the same; the others with the reason."""

import re
from collections.abc import Sequence
from dataclasses import replace

from drift.cruise.options import Options, Rule, Side
from drift.languages.support.node_modules import BUILTINS
from specs.document import Yaml
from sync.importers.support.translation import Contract, Dropped

_INSTALLED = re.compile(r"\^?(?:\(\^\|/\))?node_modules/(@[\w.-]+/[\w.-]+|[\w.-]+)(?:/|\$|\(/\|\$\))?")
_NAMES = re.compile(r"\^(?:\(\?:|\()?([\w/|-]+)\)?\$")
_EVERYTHING = "**"
_ERASED = ("type-only", "erased", "jsdoc", "reference")
_CLASSES = {
    "couldNotResolve": "what is not found is listed in every check under `not_analysed`",
    "moreThanOneDependencyType": "the parts of package.json are not looked at",
    "moreUnstable": "there is no kind about stability",
    "preCompilationOnly": "there is no kind about it",
    "exoticallyRequired": "only `require` and `import` are looked for",
    "ancestor": "there is no kind about it",
    "dependencyTypes": "in which part of package.json a package stands, or how it is spelt, is not looked at",
}


class _Unknown(ValueError):  # noqa: N818 - it is no error: the rule is listed
    """A rule means something that our kinds cannot say."""


def written(
    contracts: Sequence[tuple[Contract, Rule]], options: Options, base: str, folders: Sequence[str]
) -> tuple[list[Contract], list[Dropped]]:
    """Give the invariants of a spec, and the rules that cannot be among them."""
    found, lost = [], []
    for contract, rule in contracts:
        try:
            found.append(_one(contract, rule, options, folders if not base else None))
        except _Unknown as reason:
            lost.append(Dropped(f"rule {contract.name}", contract.line, str(reason)))
    return found, lost


def _one(contract: Contract, rule: Rule, options: Options, folders: Sequence[str] | None) -> Contract:
    if folders is None:
        raise _Unknown("its patterns begin in another folder: import it from there")
    if rule.sort != "forbidden":
        raise _Unknown("there is no kind about imports that must be, or that alone may be")
    if rule.module is not None or "orphan" in rule.source.says:
        raise _Unknown("there is no kind about how many import a module")
    imports = _imports(rule, options)
    if rule.target.says.get("circular") is True:
        values = _acyclic(rule, folders)
        return replace(contract, kind="acyclic", options={**values, **imports})
    unknown = sorted(key for key in rule.target.says if key in _CLASSES)
    if unknown and not (unknown == ["dependencyTypes"] and rule.target.says["dependencyTypes"] == ("core",)):
        raise _Unknown(_CLASSES[unknown[0]])
    if rule.target.says.get("reachable") is False or rule.target.vias:
        raise _Unknown("there is no kind about what must be reached")
    reachable = rule.target.says.get("reachable") is True
    values = _sides(rule, options, folders)
    if not reachable:
        values["indirect"] = False
    return replace(contract, kind="forbidden", options={**values, **imports})


def _imports(rule: Rule, options: Options) -> dict[str, Yaml]:
    """Say which imports count."""
    says = rule.target.says
    without: list[str] = [] if options.types_too else list(_ERASED)
    if options.types_too and not options.doc_imports:
        without.append("jsdoc")
    hidden = {"type-only": "type-only", "dynamic-import": "dynamic", "require": "require", "export": "re-export"}
    for kind in says.get("dependencyTypesNot", ()):
        if kind not in hidden:
            raise _Unknown(_CLASSES["dependencyTypes"])
        without.append(hidden[kind])
    if says.get("dynamic") is True:
        raise _Unknown("dynamic imports alone cannot be selected")
    if says.get("dynamic") is False:
        without.append("dynamic")
    return {"imports": {"without": list(dict.fromkeys(without))}} if without else {}


def _acyclic(rule: Rule, folders: Sequence[str]) -> dict[str, Yaml]:
    if any((rule.source.path, rule.target.path, rule.target.path_not, rule.target.vias)):
        raise _Unknown("circles are looked for in whole folders here, not by pattern")
    within = [_EVERYTHING] if "" in folders else [f"{folder}/**" for folder in folders]
    return {"within": list[Yaml](within), "level": "modules"}


def _sides(rule: Rule, options: Options, folders: Sequence[str]) -> dict[str, Yaml]:
    start = [_EVERYTHING] if "" in folders else [f"{folder}/**" for folder in folders]
    near = [f"re:{rule.source.path}"] if rule.source.path else start
    values: dict[str, Yaml] = {"from": list[Yaml](near)}
    spared = [pattern for pattern in (rule.source.path_not, options.exclude.path) if pattern]
    outside = [_not(options.include_only.path)] if options.include_only.path else []
    if spared or outside:
        values["from_not"] = list[Yaml]([f"re:{pattern}" for pattern in (*spared, *outside)])
    values["to"] = list[Yaml](_targets(rule.target))
    let = [pattern for pattern in (rule.target.path_not, options.exclude.path) if pattern]
    let = [pattern for pattern in let if "node_modules" not in pattern]
    if let or outside:
        values["to_not"] = list[Yaml]([f"re:{pattern}" for pattern in (*let, *outside)])
    return values


def _targets(side: Side) -> list[str]:
    """Give the far side: packages by name, else files by pattern."""
    if side.says.get("dependencyTypes") == ("core",) or _is_builtin(side.path):
        found = _NAMES.fullmatch(side.path)
        if found is None:
            raise _Unknown("Node's own modules are selected one by one here (`node:fs`)")
        return [f"import:node:{name}" for name in found[1].split("|")]
    parts = side.path.split("|") if "node_modules" in side.path else []
    packages = [_INSTALLED.fullmatch(part) for part in parts]
    if parts and not all(packages):
        raise _Unknown("packages are selected by name here, not by where they are installed")
    if packages:
        return [f"import:{found[1]}" for found in packages if found]
    if not side.path:
        return [_EVERYTHING]
    return [f"re:{side.path}"]


def _is_builtin(pattern: str) -> bool:
    found = _NAMES.fullmatch(pattern)
    return found is not None and all(name in BUILTINS for name in found[1].split("|"))


def _not(pattern: str) -> str:
    """Give a pattern that is found where another is not."""
    return rf"^(?![\s\S]*?(?:{pattern}))"
