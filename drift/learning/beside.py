"""What lies beside a product: examples, scripts, tests, settings of tools. Nothing is learned from it. Pure."""

import re
from collections.abc import Collection

from drift.graphs.names import separator_of

# At the top of a tree these are beside the product; further down, some of them may be a part of it.
ASIDE = frozenset(
    {
        *("bench", "benchmark", "benchmarks", "build", "demo", "demos", "dist", "doc", "docs", "example", "examples"),
        *("fixture", "fixtures", "node_modules", "sample", "samples", "scripts", "spikes", "storybook", "tools"),
        *("e2e", "hack", "playground", "third_party", "thirdparty", "vendor", "vendored", "website"),
        *("buildSrc", "build-logic", "gradle", "ci"),
    }
)
ASIDE_ANYWHERE = frozenset({"example", "examples", "fixtures", "node_modules", "playground", "testdata", "third_party"})
TESTS = frozenset({"test", "tests", "testdata"})
# Files that a tool looks for by name, whatever the folder.
TOOLS = re.compile(
    r"""
    \.[^/]*                                                                  # .eslintrc.js, .php-cs-fixer.php
    | .*[.-](config|conf|setup|workspace|preset|inc)\.[cm]?[jt]sx?           # vite.config.ts, jest.setup.js
    | (webpack|rollup|karma|jest|vitest|babel|metro)[.-].*\.[cm]?[jt]s
    | (gruntfile|gulpfile|jakefile|setupTests)\.[cm]?[jt]sx?
    | (setup|conftest|noxfile|toxfile|fabfile|manage|versioneer|hatch_build|dodo)\.py
    | .*\.(gradle|main|init|settings)\.kts
    | (magefile|tools)\.go
    | build\.rs
    | .*\.rake
    | (rector|ecs|scoper\.inc|phpstan.*|psalm.*|\.phpstorm\.meta)\.php
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_aside(name: str, language: str, paths: Collection[str]) -> bool:
    """Say whether a module lies beside the product, by its name and by the files that it consists of."""
    if language in {"typescript", "javascript"} and "/" not in name:
        return True
    if not name or TESTS.intersection(segment.strip("_") for segment in name.split(separator_of(name))):
        return True
    return all(_is_aside(path) for path in paths)


def is_tool(path: str) -> bool:
    """Say whether a file is one that a tool looks for."""
    return TOOLS.fullmatch(path.rpartition("/")[2]) is not None


def _is_aside(path: str) -> bool:
    folders = path.split("/")[:-1]
    if is_tool(path) or any(folder.startswith(".") for folder in folders):
        return True
    return bool(folders) and (folders[0] in ASIDE or not ASIDE_ANYWHERE.isdisjoint(folders))
