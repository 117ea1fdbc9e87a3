"""Which files are the product, and which texts speak of its present: by path alone.

A name that lives on in tests, examples or vendored code alone is gone from the product; a changelog, a proposal or the
documentation of an old version is right to name what is gone. Knows no contents.
"""

import re

CODE = frozenset(
    {
        *("py", "pyi", "pyx", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "go", "java"),
        *("kt", "kts", "scala", "groovy", "gradle", "rs", "cs", "fs", "rb", "php", "c", "h", "cc", "cpp", "cxx", "hpp"),
        *("hh", "hxx", "m", "mm", "swift", "lua", "sh", "bash", "ps1", "pl", "ex", "exs", "dart", "proto", "graphql"),
        *("thrift", "sql", "vb", "zig", "nim", "jl", "clj", "hs", "ml", "erl", "tf", "hcl", "tmpl", "tpl", "j2"),
    }
)
DATA = frozenset({"yaml", "yml", "toml", "json", "json5", "jsonc", "ini", "cfg", "conf", "properties", "xml", "env"})
BARE = frozenset({"makefile", "dockerfile", "rakefile", "justfile", "vagrantfile", "jenkinsfile"})
# Of these only the project's own name counts: the other names in them are other projects'.
MANIFESTS = frozenset(
    {
        *("package.json", "composer.json", "cargo.toml", "pyproject.toml", "pom.xml", "pipfile", "gemfile"),
        *("bower.json", "deno.json"),
    }
)
ELSEWHERE = frozenset(
    {
        *("test", "tests", "testing", "testdata", "test-data", "test_data", "testsuite", "testutils", "__tests__"),
        *("__mocks__", "__snapshots__", "__fixtures__", "fixture", "fixtures", "spec", "specs", "e2e", "integration"),
        *("integration-tests", "integration_tests", "integration-test", "mock", "mocks", "snapshots"),
        *("example", "examples", "sample", "samples", "demo", "demos", "playground", "playgrounds", "sandbox"),
        *("doc", "docs", "documentation", "website", "site", "wiki", "tutorial", "tutorials", "docs_src"),
        *("bench", "benches", "benchmark", "benchmarks", "perf"),
        *("vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "node_modules", "external"),
        *("godeps", "dist", "generated", "gen", "changelog", "changelogs", "newsfragments", "changes", "news"),
    }
)
# Where a build says what is product, packages below may be called as they like (`com.acme.test`).
SOURCES = re.compile(r"(?:^|/)src/(?:main|\w+Main)/(?:java|kotlin|scala|groovy)/", re.IGNORECASE)
TEST_FILE = re.compile(
    r"(?:^|/)(?:test_[^/]*|conftest|[^/]*(?:_test|_tests|_spec|[.-](?:test|tests|spec|bench|stories|e2e|snap)"
    r"|Test|Tests|TestCase|IT|Spec))\.[A-Za-z0-9]+$"
)
MADE_FILE = re.compile(
    r"(?:^|/)(?:[^/]*(?:\.min\.\w+|\.lock|-lock\.\w+|\.pb\.\w+|_pb2?\w*\.\w+|[._-]generated\.\w+|\.g\.\w+|\.snap|\.map"
    r"|\.sum|bindata\w*\.go)|zz_generated[^/]*|npm-shrinkwrap\.json)$",
    re.IGNORECASE,
)
MADE_FOLDER = re.compile(r"/(?:generated|gen)/", re.IGNORECASE)
# Files that a project grows for its tests and its users: what lies in them is not where it lies.
SEEDS = re.compile(
    r"(?:^|/)(?:test-?_?data|__fixtures__|fixtures?|snapshots|tests?/resources|examples?|samples?|demos?|playgrounds?"
    r"|templates?|vendor|node_modules|third_party|generated)/",
    re.IGNORECASE,
)

TEXT_SUFFIXES = (".md", ".markdown", ".mdx")
PAST_TEXT = re.compile(
    r"(?:^|[/_.\-])(?:change-?_?logs?|changes|history|news|release(?:s|[-_]?notes?)?|releasing|what'?s-?new|migrat\w*"
    r"|upgrad\w*|rfcs?|adrs?|proposals?|decisions?|enhancements?|keps?|peps?|roadmap|blogs?|posts?|articles?"
    r"|archived?s?|deprecations?|deprecated|retros?|meetings?|minutes|todo)(?:[/_.\-]|$)",
    re.IGNORECASE,
)
VERSIONED = re.compile(
    r"(?:^|/)(?:(?:versions?|versioned_docs|version-[^/]+)/|(?:v?\d+(?:\.(?:\d+|x))+|v\d+)(?:/|\.mdx?$))",
    re.IGNORECASE,
)
NO_PROSE = frozenset(
    {
        *("test", "tests", "testdata", "test-data", "__tests__", "fixture", "fixtures", "__fixtures__", "snapshots"),
        *("vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "node_modules", "godeps"),
        *("newsfragments", "dist", "generated"),
    }
)


def family(path: str) -> str:
    """Name the sort of a file for `declared`: its suffix, `data`, `make` or `manifest`; "" for what is not read."""
    name = path.rpartition("/")[2].lower()
    suffix = name.rpartition(".")[2] if "." in name else ""
    if name in MANIFESTS:
        return "manifest"
    if suffix in CODE:
        return suffix
    if suffix in DATA:
        return "data"
    return "make" if name.partition(".")[0] in BARE else ""


def is_product(path: str) -> bool:
    """Say whether a file is product code: not tests, examples, documentation, tool settings, vendored or generated."""
    if not family(path) or path.startswith(".") or "/." in path:
        return False
    sources = SOURCES.search(path)
    outer = path[: sources.end()] if sources else path
    if not ELSEWHERE.isdisjoint(outer.lower().split("/")[:-1]) or MADE_FILE.search(path) or MADE_FOLDER.search(path):
        return False
    return sources is not None or TEST_FILE.search(path) is None


def speaks_of_present(path: str) -> bool:
    """Say whether a file is Markdown that documents what is there now."""
    if not path.lower().endswith(TEXT_SUFFIXES) or path.startswith(".") or "/." in path:
        return False
    if not NO_PROSE.isdisjoint(path.lower().split("/")[:-1]):
        return False
    return PAST_TEXT.search(path) is None and VERSIONED.search(path) is None
