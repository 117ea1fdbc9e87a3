"""The configurations that dependency-cruiser brings along to extend, for trees in which it is not installed."""

from collections.abc import Mapping
from typing import Any

_CONFIGS = "dependency-cruiser/configs/"
_RULES: Mapping[str, Mapping[str, Any]] = {
    "no-orphans": {
        "name": "no-orphans",
        "severity": "warn",
        "comment": "Nothing uses this module, and it uses nothing.",
        "from": {
            "orphan": True,
            "pathNot": [
                r"(^|/)\.[^/]+\.(js|cjs|mjs|ts|json)$",
                r"\.d\.(c|m)?ts$",
                r"(^|/)tsconfig\.json$",
                r"(^|/)(?:babel|webpack)\.config\.(?:js|cjs|mjs|ts|json)$",
            ],
        },
        "to": {},
    },
    "no-circular": {
        "name": "no-circular",
        "severity": "error",
        "comment": "Modules that need each other cannot be understood, tested or moved apart.",
        "from": {},
        "to": {"circular": True},
    },
    "no-deprecated-core": {
        "name": "no-deprecated-core",
        "severity": "error",
        "comment": "Node gives this module up.",
        "from": {},
        "to": {"dependencyTypes": ["core"], "path": "^(?:punycode|domain|constants|sys|_linklist|_stream_wrap)$"},
    },
    "no-duplicate-dep-types": {
        "name": "no-duplicate-dep-types",
        "severity": "warn",
        "comment": "The package stands in several parts of the manifest.",
        "from": {},
        "to": {"moreThanOneDependencyType": True, "dependencyTypesNot": ["type-only"]},
    },
    "no-non-package-json": {
        "name": "no-non-package-json",
        "severity": "error",
        "comment": "The package is not declared, so it need not be there where the code runs.",
        "from": {},
        "to": {"dependencyTypes": ["npm-no-pkg", "npm-unknown"]},
    },
    "not-to-deprecated": {
        "name": "not-to-deprecated",
        "severity": "warn",
        "comment": "The package is given up.",
        "from": {},
        "to": {"dependencyTypes": ["deprecated"]},
    },
    "not-to-unresolvable": {
        "name": "not-to-unresolvable",
        "severity": "error",
        "comment": "What is imported is not found.",
        "from": {},
        "to": {"couldNotResolve": True},
    },
}
_NPM = ("npm", "npm-dev", "npm-optional", "npm-peer", "npm-bundled", "npm-no-pkg")
_SEVERITIES = {"recommended": "", "recommended-strict": "error", "recommended-warn-only": "warn"}


def preset(name: str) -> Mapping[str, Any] | None:
    """Give the configuration of this name; None when it is none of the tool's own."""
    bare = name.removesuffix(".cjs").removesuffix(".js")
    if not bare.startswith(_CONFIGS):
        return None
    bare = bare.removeprefix(_CONFIGS)
    if bare in _SEVERITIES:
        severity = _SEVERITIES[bare]
        rules = [{**rule, "severity": severity or rule["severity"]} for rule in _RULES.values()]
        follow = {"path": "node_modules", "dependencyTypes": list(_NPM)}
        return {"forbidden": rules, "options": {"doNotFollow": follow}}
    rule_name = bare.removeprefix("rules/").replace("dependency-types", "dep-types")
    # A rule alone is no configuration: what extends it gets nothing of it, from the tool as from us.
    return dict(_RULES[rule_name]) if rule_name in _RULES else None
