"""Rules of the house that no invariant of `docs/specs` can say: purpose of modules, purity, mirrors, registries."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "sync", "drift", "specs")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
)
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]

OUTER_WORDS = ("tables", "store", "service")
IMPURE_MODULES = {"time", "random", "secrets", "logging", "os", "subprocess", "socket", "tempfile", "shutil", "uuid"}
# Not core though they stand beside it: they read the world on purpose, and their docstrings say so.
DOORS = {
    "sync/agents/sessions.py",
    "sync/checkout/folder.py",
    "sync/contexts/kept.py",
    "sync/checkout/keeping.py",
    "sync/checkout/linking.py",
    "sync/connecting/files.py",
    "sync/trees/fstree.py",
    "sync/hosts/posting.py",
    "sync/hosts/transport.py",
    "sync/trees/installed.py",
    "sync/cache/factcache.py",
    "sync/checking/local.py",
    "sync/trees/lockfile.py",
    "sync/gitrepo/mergedriver.py",
    "sync/past/history.py",
    "sync/trees/limited.py",
    "sync/trees/parallel.py",
    "sync/trees/config.py",
    "sync/cache/packs.py",
    "sync/cache/stamp.py",
    "sync/specfiles/policies.py",
}


def core_modules() -> list[Path]:
    """Every module of specs, drift and sync that is not tables, store, service or a door."""
    return [
        path
        for path in MODULES
        if path.parts[len(ROOT.parts)] != "app"
        and not any(part.removesuffix(".py") in OUTER_WORDS for part in path.relative_to(ROOT).parts)
        and str(path.relative_to(ROOT)) not in DOORS
        and not str(path.relative_to(ROOT)).startswith("sync/gitrepo/")
    ]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path)), "a module starts with its purpose"


def imported_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("path", core_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_core_is_pure(path: Path) -> None:
    """No clock, randomness, logging, SQL or files: values in, values out."""
    tree = tree_of(path)
    roots = {name.split(".")[0] for name in imported_names(tree)}
    allowed = {"uuid"} if "uuid.UUID" in imported_names(tree) else set()
    assert not roots & (IMPURE_MODULES - allowed)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    opened = [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "open"]
    clocks = [
        node.lineno
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today", "uuid4", "uuid1", "read_text", "write_text", "read_bytes"}
    ]
    assert not opened, "core reads no files"
    assert not clocks, "time, ids and texts are arguments"


REGISTRIES = [
    ("drift.kinds", "KINDS", "drift/kinds"),
    ("drift.languages", "LANGUAGES", "drift/languages"),
    ("app.renderers", "RENDERERS", "app/renderers"),
    ("app.drawings", "FORMATS", "app/drawings"),
    ("app.api", "ROUTES", "app/api"),
    ("app.cli", "COMMANDS", "app/cli"),
    ("sync.importers", "IMPORTERS", "sync/importers"),
    ("specs.dialects", "DIALECTS", "specs/dialects"),
]


@pytest.mark.parametrize(("module", "registry", "folder"), REGISTRIES, ids=[row[0] for row in REGISTRIES])
def test_every_plug_in_is_registered(module: str, registry: str, folder: str) -> None:
    """A file that nobody registered would be dead code that looks alive."""
    tuple_ = getattr(importlib.import_module(module), registry)
    assert len(tuple_) == len(set(map(repr, tuple_)))
    source = (ROOT / folder / "__init__.py").read_text()
    files = [path.stem for path in (ROOT / folder).glob("*.py") if not path.stem.startswith("_")]
    assert files
    assert not [stem for stem in files if stem not in source], f"register it in {registry}"


HEADINGS = ("What it checks", "Why", "Example", "Breaks when", "How to fix")


@pytest.mark.parametrize("path", sorted((ROOT / "drift/kinds").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_kind_is_its_own_page(path: Path) -> None:
    page = ast.get_docstring(tree_of(path)) or ""
    positions = [page.find(heading) for heading in HEADINGS]
    assert -1 not in positions, f"the docstring needs the headings {HEADINGS}"
    assert positions == sorted(positions)


def test_tests_mirror_the_source() -> None:
    """A test file is found from its source file's path, or names a folder, a journey or a set of cases."""
    stray = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        folder = path.parent.relative_to(ROOT / "tests")
        if folder == Path():
            continue
        stem = path.stem.removeprefix("test_")
        beside = (ROOT / folder / f"{stem}.py", ROOT / folder / stem)
        journeys = {"cases", "laws", "browser", "journey", "bad_input", "matrix", "durability", "fuzz", "gallery"}
        if not any(place.exists() for place in beside) and stem not in journeys | {"hostile"}:
            stray.append(str(path.relative_to(ROOT)))
    assert not stray


def test_version_starts_without_the_server_sql_or_torch() -> None:
    script = "import sys, holdfast, app.cli; print(sorted(m for m in sys.modules if m.split('.')[0] in sys.argv[1:]))"
    heavy = [
        "litestar",
        "sqlalchemy",
        "torch",
        "procrastinate",
        "rich",
        "pygit2",
        "tree_sitter",
        "ruamel",
        "opentelemetry",
        "pysequoia",
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]"
